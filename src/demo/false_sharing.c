/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "demo/count.h"
#include "demo/registry.h"
#include "report/figures.h"

#define PLAIN_ALL  40000000 /* of all threads */
#define ATOMIC_ALL 4000000
#define QUICK_EACH 10000
#define MARGIN     1.1 /* less is not worth a word */

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

/* What may be said of loads and stores, and of atomic additions, with a line for each counter. */
static const char *found_words(enum mf__side plain, enum mf__side atomic)
{
    if (plain == MF__SIDE_ABOVE && atomic == MF__SIDE_ABOVE)
        return "Both are quicker:";
    if (plain == MF__SIDE_ABOVE)
        return atomic == MF__SIDE_BELOW
                   ? "Loads and stores are quicker, atomic additions slower, the other way round:"
                   : "Loads and stores are quicker; of atomic additions that is not settled:";
    return plain == MF__SIDE_BELOW
               ? "Atomic additions are quicker, loads and stores slower, the other way round:"
               : "Atomic additions are quicker; of loads and stores that is not settled:";
}

/* Loads and stores may suffer less than atomic additions; only where they did is it explained. */
static void say_lines(struct mf__stage *stage, const char *found, bool atomic_more)
{
    mf__stage_say(stage, "%s caches hand whole lines about, of %d bytes on most processors.%s",
                  found, MF__CACHE_LINE,
                  atomic_more ? " Loads and stores suffer less where a processor can keep what it "
                                "stored to itself for a while; an atomic addition has to own the "
                                "line."
                              : "");
}

static void say(struct mf__stage *stage)
{
    const struct mf__interval *plain = mf__stage_figure(stage, APART, SPEEDUP);
    const struct mf__interval *atomic = mf__stage_figure(stage, APART_ATOMIC, SPEEDUP);
    enum mf__side of_plain = mf__stage_side(plain, MARGIN);
    enum mf__side of_atomic = mf__stage_side(atomic, MARGIN);
    bool seen = of_plain == MF__SIDE_ABOVE || of_atomic == MF__SIDE_ABOVE;
    mf__stage_found(stage, seen);
    mf__stage_say(stage,
                  "No thread touches another's counter. With a cache line for each, %u threads "
                  "were %s times as quick at loads and stores, and %s times at atomic additions.",
                  stage->several, mf__show_sure(plain).text, mf__show_sure(atomic).text);
    if (seen)
        say_lines(stage, found_words(of_plain, of_atomic), atomic->low > plain->high);
    else if (of_plain == MF__SIDE_BELOW || of_atomic == MF__SIDE_BELOW)
        mf__stage_say(stage, "That is slower, the other way round than usual: a line for each did "
                             "not help here.");
    else
        mf__stage_say(stage, "Whether that is quicker is not settled. Threads that take turns on "
                             "one core, or run on two hardware threads of one core, share the "
                             "cache that holds the line.");
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
    .say = say,
};
