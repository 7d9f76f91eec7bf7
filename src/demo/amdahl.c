/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/planned.h"
#include "demo/registry.h"
#include "report/figures.h"

enum { TIME, SPEEDUP, AMDAHL, GUSTAFSON };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [SPEEDUP] = {"speedup", "speedup", MF__DEMO_FASTER},
    [AMDAHL] = {"amdahl", "Amdahl says", MF__DEMO_FACTOR},
    [GUSTAFSON] = {"gustafson", "Gustafson says", MF__DEMO_FACTOR},
};

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    const struct mf__planned planned = {mf__stage_size(stage, 24000000, 12000), self->share, 1};
    ret_figures[AMDAHL] = mf__planned_amdahl(self->share, self->workers);
    ret_figures[GUSTAFSON] = mf__planned_gustafson(self->share, self->workers);
    return mf__planned_run(&planned, self->workers, &ret_figures[TIME], error);
}

static void say(struct mf__stage *stage)
{
    size_t last = stage->result->n_rows - 1;
    double share = mf__planned_shares[MF__PLANNED_SHARES - 1];
    const struct mf__interval *speedup = mf__stage_figure(stage, last, SPEEDUP);
    double law = mf__stage_figure(stage, last, AMDAHL)->mid;
    bool seen = speedup->mid > law * 0.9 && speedup->mid < law * 1.1;
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "With %s of the work serial, %u threads had a speedup of %s. Amdahl's law says "
                  "%s, and %s however many threads there are.",
                  mf__show_percent(share, 0).text, stage->several, mf__show_sure(speedup).text,
                  mf__show_factor(law).text, mf__show_factor(1 / share).text);
    mf__stage_say(stage, "%s",
                  seen ? "The size stayed the same, so Gustafson's law, which is about a size that "
                         "grows, promises too much here."
                       : "The law supposes a whole core for each thread. Where there are fewer, or "
                         "others use them, it is missed, as here by more than a tenth.");
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    for (size_t i = 0; i < MF__PLANNED_SHARES; i++) {
        size_t base = programme.n;
        for (unsigned workers = 0; mf__planned_next(stage->several, &workers);) {
            double share = mf__planned_shares[i];
            struct mf__take *made =
                mf__programme_add(&programme, "%s serial, %u thread%s",
                                  mf__show_percent(share, 0).text, workers, workers > 1 ? "s" : "");
            made->base = base;
            made->take = take;
            made->workers = workers;
            made->share = share;
        }
    }
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_amdahl = {
    .name = "amdahl",
    .summary = "a serial share limits the speedup of a job whose size stays",
    .what = "A job of one size, of which a planned share is done by one thread alone and the rest "
            "by several.",
    .play = play,
};
