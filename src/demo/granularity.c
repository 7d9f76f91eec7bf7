/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/grains.h"
#include "demo/registry.h"
#include "report/figures.h"

#define GRAIN_STEPS 8

enum { TIME, ITEMS, ITEM, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [ITEMS] = {"items", "items", MF__DEMO_COUNT},
    [ITEM] = {"item_ns", "per item", MF__DEMO_NS},
    [SPEEDUP] = {"speedup", "times as quick", MF__DEMO_FASTER},
};

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    struct mf__grains *grains = stage->user;
    struct mf__timed timed;
    grains->per_item = self->number;
    int code = mf__grains_run(grains, "threads", stage->several, &timed, error);
    if (code != 0)
        return code;
    double items = (double)((grains->n + self->number - 1) / self->number);
    ret_figures[TIME] = (double)timed.wall_ns;
    ret_figures[ITEMS] = items;
    ret_figures[ITEM] = (double)timed.wall_ns / items;
    return 0;
}

static size_t quickest(const struct mf__stage *stage)
{
    size_t best = 0;
    for (size_t row = 0; row < stage->result->n_rows; row++)
        if (mf__stage_figure(stage, row, TIME)->mid < mf__stage_figure(stage, best, TIME)->mid)
            best = row;
    return best;
}

static void say(struct mf__stage *stage)
{
    size_t best = quickest(stage);
    struct mf__interval smallest = mf__stage_times(stage, 0, best);
    struct mf__interval largest = mf__stage_times(stage, stage->result->n_rows - 1, best);
    bool seen = mf__surely_above(&smallest, 1.1) && mf__surely_above(&largest, 1.1);
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "Items as small as can be took %s times as long as the best size (%s), and one "
                  "item for everything %s times.",
                  mf__show_sure(&smallest).text, stage->result->rows[best].name,
                  mf__show_sure(&largest).text);
    mf__stage_say(stage, "%s",
                  !mf__surely_above(&smallest, 1.1)
                      ? "Handing out small items was not seen to cost anything."
                  : seen ? "Too fine, and handing out costs more than the work; too coarse, and "
                           "workers are left without any. The valley between is wide."
                         : "Too fine surely costs. That too coarse leaves workers without work was "
                           "not seen, as where threads take turns on one core.");
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct mf__grains grains = {.n = mf__stage_size(stage, UINT64_C(1) << 19, UINT64_C(1) << 12),
                                .steps = GRAIN_STEPS};
    struct mf__programme programme = {.columns = columns,
                                      .n_columns = sizeof columns / sizeof columns[0]};
    stage->user = &grains;
    for (uint64_t size = 1; size <= grains.n; size *= 8) {
        uint64_t per_item = size * 8 > grains.n ? grains.n : size;
        struct mf__take *made = mf__programme_add(&programme, "items of %s steps",
                                                  mf__show_count(per_item * GRAIN_STEPS, ',').text);
        made->take = take;
        made->number = per_item;
    }
    for (size_t i = 0; i < programme.n; i++)
        programme.takes[i].base = programme.n - 1;
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_granularity = {
    .name = "granularity",
    .summary = "items too small cost more to hand out than to do, one too large cannot be shared",
    .what = "The same arithmetic is cut into items of different sizes and run "
            "by a pool of threads.",
    .play = play,
};
