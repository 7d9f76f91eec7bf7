/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/planned.h"
#include "demo/registry.h"
#include "report/figures.h"

#define FEW_WORKERS 8

enum { TIME, SPEEDUP, GUSTAFSON, AMDAHL };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [SPEEDUP] = {"scaled_speedup", "scaled speedup", MF__DEMO_FASTER},
    [GUSTAFSON] = {"gustafson", "Gustafson says", MF__DEMO_FACTOR},
    [AMDAHL] = {"amdahl", "Amdahl says", MF__DEMO_FACTOR},
};

/* `number` is how many times as large the parallel part is. */
static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    /* One thread does the largest job, too, in a time that stays bearable. */
    unsigned many = stage->several > FEW_WORKERS ? stage->several : FEW_WORKERS;
    const struct mf__planned planned = {mf__stage_size(stage, 16000000, 12000) * FEW_WORKERS / many,
                                        self->share, (unsigned)self->number};
    if (self->workers == self->number) {
        ret_figures[GUSTAFSON] = mf__planned_gustafson(self->share, self->workers);
        ret_figures[AMDAHL] = mf__planned_amdahl(self->share, self->workers);
    }
    return mf__planned_run(&planned, self->workers, &ret_figures[TIME], error);
}

static void say(struct mf__stage *stage)
{
    size_t last = stage->result->n_rows - 1;
    double share = mf__planned_shares[MF__PLANNED_SHARES - 1];
    const struct mf__interval *speedup = mf__stage_figure(stage, last, SPEEDUP);
    double law = mf__stage_figure(stage, last, GUSTAFSON)->mid;
    bool seen = speedup->mid > law * 0.9 && speedup->mid < law * 1.1;
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "With a serial part that stays while the rest grows with %u threads, those had a "
                  "scaled speedup of %s. Gustafson's law says %s, where %s of the time is serial.",
                  stage->several, mf__show_sure(speedup).text, mf__show_factor(law).text,
                  mf__show_percent(share, 0).text);
    mf__stage_say(stage, "%s",
                  seen ? "Both laws are right, each for its own question: the same work in less "
                         "time, or more work in the same time."
                       : "The law supposes a whole core for each thread. Where there are fewer, or "
                         "others use them, it is missed, as here by more than a tenth.");
}

static void plan_one(struct mf__programme *programme, double share, unsigned scale,
                     unsigned workers)
{
    struct mf__take *made =
        mf__programme_add(programme, "%s serial, size %u, %u thread%s",
                          mf__show_percent(share, 0).text, scale, workers, workers > 1 ? "s" : "");
    made->base = workers > 1 ? programme->n - 2 : programme->n - 1;
    made->take = take;
    made->workers = workers;
    made->number = scale;
    made->share = share;
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    for (size_t i = 0; i < MF__PLANNED_SHARES; i++)
        for (unsigned workers = 0; mf__planned_next(stage->several, &workers);) {
            plan_one(&programme, mf__planned_shares[i], workers, 1);
            if (workers > 1)
                plan_one(&programme, mf__planned_shares[i], workers, workers);
        }
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_gustafson = {
    .name = "gustafson",
    .summary = "a job that grows with its workers is limited far less",
    .what = "A job whose parallel part grows with the threads, beside the same job on one thread. "
            "The serial part keeps its size.",
    .play = play,
};
