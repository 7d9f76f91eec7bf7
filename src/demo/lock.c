/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/grains.h"
#include "demo/registry.h"
#include "report/figures.h"

enum { TIME, SPEEDUP, LIMIT };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [SPEEDUP] = {"speedup", "speedup", MF__DEMO_FASTER},
    [LIMIT] = {"limit", "at most", MF__DEMO_FACTOR},
};

static const double shares[] = {0, 0.5, 0.75, 1};

#define SHARES (sizeof shares / sizeof shares[0])

enum { ALONE, THREADS, PROCESSES, WAYS };

static const char *const ways[WAYS] = {"serial", "threads", "processes"};

/* A lock in plain memory: threads share it, and each forked worker has a copy of its own. */
static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    struct mf__grains *grains = stage->user;
    struct mf__timed timed;
    int code = mf__grains_run(&grains[self->number], self->word, self->workers, &timed, error);
    if (code != 0)
        return code;
    ret_figures[TIME] = (double)timed.wall_ns;
    bool bound = self->share * (double)self->workers > 1 && self->word == ways[THREADS];
    ret_figures[LIMIT] = bound ? 1 / self->share : (double)self->workers;
    return 0;
}

static void say(struct mf__stage *stage)
{
    size_t whole = (SHARES - 1) * WAYS;
    const struct mf__interval *free = mf__stage_figure(stage, THREADS, SPEEDUP);
    const struct mf__interval *threads = mf__stage_figure(stage, whole + THREADS, SPEEDUP);
    const struct mf__interval *processes = mf__stage_figure(stage, whole + PROCESSES, SPEEDUP);
    struct mf__interval lost = mf__stage_times(stage, whole + THREADS, whole + PROCESSES);
    bool seen = mf__surely_above(&lost, 1.1);
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "Without the lock %u threads had a speedup of %s; under it all the time, %s, "
                  "while as many processes had %s: each has a lock of its own.",
                  stage->several, mf__show_sure(free).text, mf__show_sure(threads).text,
                  mf__show_sure(processes).text);
    mf__stage_say(stage, "%s",
                  seen ? "A lock that is held for a share g of the work lets threads become at "
                         "most 1/g times as quick. Python's lock is one of this kind; plain C has "
                         "none."
                       : "Threads under the lock were not surely slower than processes here, as "
                         "where all of them share one core.");
}

static void plan(struct mf__stage *stage, struct mf__programme *programme)
{
    for (size_t i = 0; i < SHARES; i++)
        for (size_t way = 0; way < WAYS; way++) {
            unsigned workers = way == ALONE ? 1 : stage->several;
            struct mf__take *made =
                mf__programme_add(programme, "g = %s, %u %s", mf__show_percent(shares[i], 0).text,
                                  workers, way == ALONE ? "thread" : ways[way]);
            made->base = i * WAYS;
            made->take = take;
            made->workers = workers;
            made->number = i;
            made->share = shares[i];
            made->word = ways[way];
        }
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct mf__grains grains[SHARES];
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    uint64_t n = stage->several < 8 ? 64 : 8UL * stage->several;
    for (size_t i = 0; i < SHARES; i++)
        grains[i] = (struct mf__grains){.n = n,
                                        .steps = mf__stage_size(stage, 12800000 / n, 100),
                                        .per_item = 1,
                                        .lock = &lock,
                                        .locked = shares[i]};
    stage->user = grains;
    plan(stage, &programme);
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    pthread_mutex_destroy(&lock);
    return code;
}

const struct mf__demo mf__demo_lock = {
    .name = "lock",
    .summary = "a lock that is held for a share of the work, as Python's: threads wait, processes "
               "do not",
    .what = "Each item holds one lock for a share g of its work. It runs on one thread, on several "
            "threads that share the lock, and on processes that have one each.",
    .play = play,
};
