/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/grains.h"
#include "demo/registry.h"
#include "report/figures.h"

#include <sys/resource.h>

#define MOST_TIMES 4

enum { TIME, FORCED, WAITED, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [FORCED] = {"involuntary_switches", "forced switches", MF__DEMO_COUNT},
    [WAITED] = {"voluntary_switches", "waits", MF__DEMO_COUNT},
    [SPEEDUP] = {"speedup", "times as quick", MF__DEMO_FASTER},
};

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    struct rusage before = {0};
    struct rusage after = {0};
    struct mf__timed timed;
    getrusage(RUSAGE_SELF, &before);
    int code = mf__grains_run(stage->user, "threads", self->workers, &timed, error);
    getrusage(RUSAGE_SELF, &after);
    if (code != 0)
        return code;
    ret_figures[TIME] = (double)timed.wall_ns;
    ret_figures[FORCED] = (double)(after.ru_nivcsw - before.ru_nivcsw);
    ret_figures[WAITED] = (double)(after.ru_nvcsw - before.ru_nvcsw);
    return 0;
}

static void say(struct mf__stage *stage)
{
    size_t last = stage->result->n_rows - 1;
    struct mf__interval slower = mf__stage_times(stage, last, 0);
    const struct mf__interval *few = mf__stage_figure(stage, 0, FORCED);
    const struct mf__interval *many = mf__stage_figure(stage, last, FORCED);
    mf__stage_found(stage, many->mid > few->mid || mf__surely_above(&slower, 1.05));
    mf__stage_say(stage,
                  "%d times the workers took %s times as long, and were switched away against "
                  "their will %s times a run in place of %s.",
                  MOST_TIMES, mf__show_sure(&slower).text, mf__show_fixed(many->mid, 0).text,
                  mf__show_fixed(few->mid, 0).text);
    mf__stage_say(stage, "%s",
                  mf__surely_above(&slower, 1.05)
                      ? "More workers than the machine grants cost time here."
                      : "Items that only compute hardly mind: switching is cheap beside them. But "
                        "nothing is gained either, and memory for each worker, cold caches and "
                        "locks whose holder sleeps are paid on top.");
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct mf__grains grains = {
        .n = 64UL * stage->workers, .steps = mf__stage_size(stage, 300000, 100), .per_item = 1};
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    stage->user = &grains;
    for (unsigned times = 1; times <= MOST_TIMES; times *= 2) {
        struct mf__take *made =
            mf__programme_add(&programme, "%ux: %u threads", times, times * stage->workers);
        made->base = 0;
        made->take = take;
        made->workers = times * stage->workers;
    }
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_oversubscription = {
    .name = "oversubscription",
    .summary = "more workers than processors: nothing gained, and switching is paid",
    .what = "The same items run on as many threads as the machine grants, twice and four times as "
            "many. A forced switch takes the processor from a thread that could go on.",
    .play = play,
};
