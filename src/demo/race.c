/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/count.h"
#include "demo/registry.h"
#include "report/figures.h"

enum { TIME, LOST, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [LOST] = {"lost", "lost", MF__DEMO_COUNT},
    [SPEEDUP] = {"speedup", "times as quick", MF__DEMO_FASTER},
};

enum { UNGUARDED, LOCK, ATOMIC, OWN };

/* The increments of one thread. */
static uint64_t each_of(const struct mf__stage *stage)
{
    return mf__stage_size(stage, 2000000, 10000) / stage->several;
}

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    struct mf__counted counted;
    int code =
        mf__count((enum mf__counting)self->number, stage->several, each_of(stage), &counted, error);
    if (code != 0)
        return code;
    ret_figures[TIME] = counted.time_ns;
    ret_figures[LOST] = (double)(counted.wanted - counted.total);
    return 0;
}

/* In how many rounds something was lost. */
static size_t losing_rounds(const struct mf__stage *stage)
{
    size_t n = 0;
    for (size_t i = 0; i < stage->runs; i++)
        n += stage->result->rows[UNGUARDED].samples[LOST][i] > 0;
    return n;
}

static void say(struct mf__stage *stage)
{
    const struct mf__interval *lost = mf__stage_figure(stage, UNGUARDED, LOST);
    size_t losing = losing_rounds(stage);
    mf__stage_found(stage, losing > 0);
    if (losing > 0)
        mf__stage_say(stage,
                      "%u threads that added to one counter without a guard lost increments in %zu "
                      "of %zu rounds, %s of %s in the median one: what one stored between "
                      "the load and the store of the other was overwritten.",
                      stage->several, losing, stage->runs,
                      mf__show_count((uint64_t)lost->mid, ',').text,
                      mf__show_count(each_of(stage) * stage->several, ',').text);
    else
        mf__stage_say(stage, "No increment was lost in any round. That is luck and no proof: where "
                             "threads take turns on one core, a loss needs a switch between a load "
                             "and its store.");
    mf__stage_say(stage,
                  "The three others lost nothing in any round. A sum of its own for each worker, "
                  "added up at the end, was %s times as quick as one counter behind a lock.",
                  mf__show_sure(mf__stage_figure(stage, OWN, SPEEDUP)).text);
}

static int play(struct mf__stage *stage, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[UNGUARDED] = {"no guard: load, add, store", LOCK, take,
                                 .number = MF__COUNT_UNGUARDED},
                  [LOCK] = {"a lock", LOCK, take, .number = MF__COUNT_MUTEX},
                  [ATOMIC] = {"an atomic addition", LOCK, take, .number = MF__COUNT_ATOMIC},
                  [OWN] = {"own sums, added at the end", LOCK, take, .number = MF__COUNT_OWN}},
        .n = 4,
    };
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_race = {
    .name = "race",
    .summary = "an unguarded counter loses increments",
    .what =
        "Threads add to one counter between them, in four ways. The counter must end at the number "
        "of increments.",
    .play = play,
};
