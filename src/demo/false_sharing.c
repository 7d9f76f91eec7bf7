/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "demo/count.h"
#include "demo/registry.h"
#include "report/figures.h"

#define PLAIN_ALL  40000000 /* of all threads */
#define ATOMIC_ALL 4000000
#define QUICK_EACH 10000

enum { TIME, INCREMENT, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [INCREMENT] = {"increment_ns", "per increment", MF__DEMO_NS},
    [SPEEDUP] = {"speedup", "times as quick", MF__DEMO_FASTER},
};

enum { PACKED, APART, PACKED_ATOMIC, APART_ATOMIC };

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    uint64_t all = self->base == PACKED_ATOMIC ? ATOMIC_ALL : PLAIN_ALL;
    uint64_t each = mf__stage_size(stage, all / stage->several, QUICK_EACH);
    struct mf__counted counted;
    int code = mf__count((enum mf__counting)self->number, stage->several, each, &counted, error);
    if (code != 0)
        return code;
    ret_figures[TIME] = counted.time_ns;
    ret_figures[INCREMENT] = counted.time_ns / (double)each;
    return 0;
}

static void say(struct mf__stage *stage)
{
    const struct mf__interval *plain = mf__stage_figure(stage, APART, SPEEDUP);
    const struct mf__interval *atomic = mf__stage_figure(stage, APART_ATOMIC, SPEEDUP);
    bool seen = mf__surely_above(plain, 1.1) || mf__surely_above(atomic, 1.1);
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "No thread touched another's counter, and yet a cache line for each made %u "
                  "threads %s times as quick at loads and stores, and %s times at atomic "
                  "additions.",
                  stage->several, mf__show_sure(plain).text, mf__show_sure(atomic).text);
    if (seen)
        mf__stage_say(stage,
                      "Caches hand whole lines about, of %d bytes on most processors. Loads and "
                      "stores suffer less where a processor can keep what it stored to itself for "
                      "a while; an atomic addition has to own the line.",
                      MF__CACHE_LINE);
    else
        mf__stage_say(stage,
                      "No surely higher speed was seen. Threads that take turns on one core, "
                      "or run on two hardware threads of one core, share the cache that "
                      "holds the line.");
}

static int play(struct mf__stage *stage, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[PACKED] = {"side by side, load and store", PACKED, take,
                              .number = MF__COUNT_PACKED},
                  [APART] = {"lines apart, load and store", PACKED, take, .number = MF__COUNT_OWN},
                  [PACKED_ATOMIC] = {"side by side, atomic", PACKED_ATOMIC, take,
                                     .number = MF__COUNT_PACKED_ATOMIC},
                  [APART_ATOMIC] = {"lines apart, atomic", PACKED_ATOMIC, take,
                                    .number = MF__COUNT_OWN_ATOMIC}},
        .n = 4,
    };
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_false_sharing = {
    .name = "false-sharing",
    .summary = "counters that share a cache line slow each other down",
    .what = "Each thread counts in a counter of its own. The counters stand side "
            "by side in memory, or each on a cache line of its own.",
    .play = play,
};
