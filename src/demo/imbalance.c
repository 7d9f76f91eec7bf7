/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/grains.h"
#include "demo/registry.h"
#include "report/figures.h"

#define GRAINS_PER_WORKER 32
#define WEIGHT            8 /* a heavy grain is so many light ones */

enum { TIME, BALANCE, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [BALANCE] = {"balance", "balance", MF__DEMO_SHARE},
    [SPEEDUP] = {"speedup", "times as quick", MF__DEMO_FASTER},
};

enum { EVEN_BLOCKS, EVEN_ITEMS, SKEWED_BLOCKS, SKEWED_ITEMS };

/* What is computed: even costs, and costs of which the first quarter is heavy. */
struct loads {
    struct mf__grains even;
    struct mf__grains skewed;
};

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    struct loads *loads = stage->user;
    struct mf__grains *grains = self->base == SKEWED_BLOCKS ? &loads->skewed : &loads->even;
    struct mf__timed timed;
    grains->per_item = self->number;
    int code = mf__grains_run(grains, "threads", stage->several, &timed, error);
    if (code != 0)
        return code;
    ret_figures[TIME] = (double)timed.wall_ns;
    ret_figures[BALANCE] = timed.balance;
    return 0;
}

static void say(struct mf__stage *stage)
{
    const struct mf__interval *even = mf__stage_figure(stage, EVEN_ITEMS, SPEEDUP);
    const struct mf__interval *skewed = mf__stage_figure(stage, SKEWED_ITEMS, SPEEDUP);
    bool seen = mf__surely_above(skewed, 1.05);
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "Where the first quarter of the items is %d times as long as the rest, claiming "
                  "items one by one was %s times as quick as one block for each of %u threads; "
                  "with even items %s times.",
                  WEIGHT, mf__show_sure(skewed).text, stage->several, mf__show_sure(even).text);
    mf__stage_say(stage, "%s",
                  seen ? "A block that happens to hold the long items keeps everybody waiting. Who "
                         "claims the next item when free needs no guess of how long items take."
                       : "No sure difference was seen, as where threads take turns on one core: "
                         "there uneven blocks cost nothing.");
}

static int play(struct mf__stage *stage, mf_error *error)
{
    uint64_t n = (uint64_t)GRAINS_PER_WORKER * stage->several;
    uint64_t steps = mf__stage_size(stage, 300000, 100);
    struct loads loads = {.even = {.n = n, .steps = steps},
                          .skewed = {.n = n, .steps = steps, .heavy = n / 4, .weight = WEIGHT}};
    const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[EVEN_BLOCKS] = {"even, a block each", EVEN_BLOCKS, take,
                                   .number = GRAINS_PER_WORKER},
                  [EVEN_ITEMS] = {"even, one by one", EVEN_BLOCKS, take, .number = 1},
                  [SKEWED_BLOCKS] = {"skewed, a block each", SKEWED_BLOCKS, take,
                                     .number = GRAINS_PER_WORKER},
                  [SKEWED_ITEMS] = {"skewed, one by one", SKEWED_BLOCKS, take, .number = 1}},
        .n = 4,
    };
    stage->user = &loads;
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_imbalance = {
    .name = "imbalance",
    .summary = "a block of items for each worker against claiming them one by one",
    .what = "Items are shared out as one block for each thread, or claimed one by one; all are "
            "equally long, or the first quarter of them is eight times as long.",
    .play = play,
};
