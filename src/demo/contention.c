/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/count.h"
#include "demo/registry.h"
#include "report/figures.h"

enum { TIME, EACH, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [EACH] = {"increment_ns", "per increment", MF__DEMO_NS},
    [SPEEDUP] = {"speedup", "speedup", MF__DEMO_FASTER},
};

static const struct {
    const char *name;
    enum mf__counting how;
} guards[] = {
    {"lock", MF__COUNT_MUTEX},
    {"atomic", MF__COUNT_ATOMIC},
    {"own sums", MF__COUNT_OWN},
};

enum { LOCK, ATOMIC, OWN, GUARDS };

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    uint64_t total = mf__stage_size(stage, 2000000, 10000);
    struct mf__counted counted;
    int code = mf__count((enum mf__counting)self->number, self->workers, total / self->workers,
                         &counted, error);
    if (code != 0)
        return code;
    ret_figures[TIME] = counted.time_ns;
    ret_figures[EACH] = counted.time_ns / (double)counted.total;
    return 0;
}

/* Rows 2 i and 2 i + 1 are guard i with one thread and with several. */
static size_t row_of(size_t guard)
{
    return 2 * guard + 1;
}

/* What may be said of a counter that all write, behind a lock and as an atomic. */
static const char *shared_words(const enum mf__side *sides)
{
    bool lock = sides[LOCK] == MF__SIDE_BELOW;
    bool atomic = sides[ATOMIC] == MF__SIDE_BELOW;
    if (lock && atomic)
        return "Below 1 is slower: the counter that all write got slower with more threads, "
               "guarded by a lock or by an atomic.";
    if (lock)
        return sides[ATOMIC] == MF__SIDE_ABOVE
                   ? "Below 1 is slower: behind a lock the counter got slower with more threads, "
                     "and with an atomic it got quicker, the other way round than usual."
                   : "Below 1 is slower: behind a lock the counter got slower with more threads; "
                     "with an atomic that is not settled.";
    if (atomic)
        return sides[LOCK] == MF__SIDE_ABOVE
                   ? "Below 1 is slower: with an atomic the counter got slower with more threads, "
                     "and behind a lock it got quicker, the other way round than usual."
                   : "Below 1 is slower: with an atomic the counter got slower with more threads; "
                     "behind a lock that is not settled.";
    if (sides[LOCK] == MF__SIDE_ABOVE && sides[ATOMIC] == MF__SIDE_ABOVE)
        return "The counter that all write got quicker with more threads, the other way round than "
               "usual.";
    return "Whether the counter that all write got slower with more threads is not settled, as it "
           "is where threads take turns on one core.";
}

static const char *own_words(enum mf__side side)
{
    if (side == MF__SIDE_ABOVE)
        return "A sum for each thread got quicker: share nothing until the end.";
    return side == MF__SIDE_BELOW
               ? "A sum for each thread got slower as well, so it is not the sharing alone."
               : "Whether a sum for each thread got quicker is not settled.";
}

static void say(struct mf__stage *stage)
{
    const struct mf__interval *lock = mf__stage_figure(stage, row_of(LOCK), SPEEDUP);
    const struct mf__interval *atomic = mf__stage_figure(stage, row_of(ATOMIC), SPEEDUP);
    const struct mf__interval *own = mf__stage_figure(stage, row_of(OWN), SPEEDUP);
    enum mf__side sides[] = {mf__stage_side(lock, 1), mf__stage_side(atomic, 1)};
    mf__stage_found(stage, sides[LOCK] == MF__SIDE_BELOW || sides[ATOMIC] == MF__SIDE_BELOW);
    mf__stage_say(stage,
                  "%u threads against one, for the same number of increments: %s times as quick "
                  "behind a lock, %s with an atomic, %s with a sum for each.",
                  stage->several, mf__show_sure(lock).text, mf__show_sure(atomic).text,
                  mf__show_sure(own).text);
    mf__stage_say(stage, "%s %s", shared_words(sides), own_words(mf__stage_side(own, 1)));
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    for (size_t i = 0; i < GUARDS; i++)
        for (unsigned many = 0; many < 2; many++) {
            unsigned workers = many ? stage->several : 1;
            struct mf__take *made = mf__programme_add(&programme, "%s, %u thread%s", guards[i].name,
                                                      workers, many ? "s" : "");
            made->base = 2 * i;
            made->take = take;
            made->workers = workers;
            made->number = (uint64_t)guards[i].how;
        }
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_contention = {
    .name = "contention",
    .summary = "one counter for all is slower with more threads, guarded as it may be",
    .what = "Increments are shared out among threads: to one counter behind a lock, to "
            "one atomic counter, and to a counter for each thread that is added up at the end.",
    .play = play,
    .say = say,
};
