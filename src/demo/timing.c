/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "demo/grains.h"
#include "demo/registry.h"
#include "report/figures.h"
#include "stats/summary.h"

#include <string.h>
#include <time.h>

#define ARRAY_BYTES ((size_t)32 << 20)
#define WAIT_NS     (20 * (long)MF__NS_PER_MS)

enum { TIME, CPU, SHARE };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "wall time", MF__DEMO_NS},
    [CPU] = {"cpu_ns", "CPU time", MF__DEMO_NS},
    [SHARE] = {"cpu_per_wall", "CPU / wall", MF__DEMO_FACTOR},
};

enum { COLD, WARM, COMPUTING, WAITING };

/* From here on both clocks run. */
struct watch {
    uint64_t wall_ns;
    uint64_t cpu_ns;
};

static struct watch watch_start(void)
{
    return (struct watch){mf__now_ns(), mf__cpu_self_ns()};
}

static void watch_stop(const struct watch *watch, double *ret_figures)
{
    ret_figures[TIME] = (double)(mf__now_ns() - watch->wall_ns);
    ret_figures[CPU] = (double)(mf__cpu_self_ns() - watch->cpu_ns);
    ret_figures[SHARE] = ret_figures[CPU] / ret_figures[TIME];
}

/* Fills an array that nobody has touched before, or that was filled a moment ago. */
static int take_array(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                      mf_error *error)
{
    size_t bytes = stage->quick ? (size_t)1 << 20 : ARRAY_BYTES;
    char *array = mf__aligned_room(bytes);
    if (array == NULL)
        return mf__fail_memory(error, bytes, "an array to be filled");
    if (self->number == WARM)
        memset(array, 1, bytes);
    struct watch watch = watch_start();
    memset(array, 2, bytes);
    watch_stop(&watch, ret_figures);
    bool filled = *(volatile char *)(array + bytes - 1) == 2; /* so that filling is not left out */
    mf__free(array);
    return filled ? 0 : mf__fail(error, MF_E_DIFFER, "the array was not filled");
}

static int take_computing(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                          mf_error *error)
{
    struct mf__timed timed;
    (void)self;
    struct watch watch = watch_start();
    int code = mf__grains_run(stage->user, "threads", stage->several, &timed, error);
    watch_stop(&watch, ret_figures);
    return code;
}

static int take_waiting(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                        mf_error *error)
{
    const struct timespec wait = {.tv_nsec = stage->quick ? 1 : WAIT_NS};
    (void)self;
    (void)error;
    struct watch watch = watch_start();
    nanosleep(&wait, NULL);
    watch_stop(&watch, ret_figures);
    return 0;
}

static void say_spread(struct mf__stage *stage)
{
    struct mf__summary summary;
    const struct mf__demo_row *row = &stage->result->rows[COMPUTING];
    if (mf__summarize(row->samples[TIME], stage->runs, &summary, NULL) == 0)
        mf__stage_say(stage,
                      "The same computation took from %s to %s in %zu runs: a single run could "
                      "have said any of these, and only several say how sure the median is.",
                      mf__show_duration(summary.min, false).text,
                      mf__show_duration(summary.max, false).text, stage->runs);
}

static void say_touch(struct mf__stage *stage)
{
    static const char *const words[] = {
        [MF__SIDE_UNSETTLED] = "Whether that is longer is not settled.",
        [MF__SIDE_ABOVE] = "The first time the kernel has to find the pages.",
        [MF__SIDE_BELOW] = "That is quicker, the other way round than usual.",
    };
    struct mf__interval cold = mf__stage_times(stage, COLD, WARM);
    enum mf__side side = mf__stage_side(&cold, 1.05);
    mf__stage_found(stage, side == MF__SIDE_ABOVE);
    mf__stage_say(stage, "Filling memory took %s times as long the first time as the second. %s",
                  mf__show_sure(&cold).text, words[side]);
}

/* By the figures of the threads; a wait uses next to nothing wherever it is. */
static void say_clocks(struct mf__stage *stage)
{
    static const char *const words[] = {
        [MF__SIDE_UNSETTLED] = "Which of both is more is not settled for the threads.",
        [MF__SIDE_ABOVE] = "CPU time is not wall time: it adds up what all cores did.",
        [MF__SIDE_BELOW] = "For part of it the threads had no core, or nothing to do.",
    };
    const struct mf__interval *computing = mf__stage_figure(stage, COMPUTING, SHARE);
    mf__stage_say(stage,
                  "In each second of wall time %u threads that compute used %s s of CPU time, and "
                  "a wait used %s s. %s",
                  stage->several, mf__show_sure(computing).text,
                  mf__show_sure(mf__stage_figure(stage, WAITING, SHARE)).text,
                  words[mf__stage_side(computing, 1)]);
}

static void say(struct mf__stage *stage)
{
    say_spread(stage);
    say_touch(stage);
    say_clocks(stage);
}

static int play(struct mf__stage *stage, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[COLD] = {"memory, first touch", COLD, take_array, .number = COLD},
                  [WARM] = {"memory, second touch", COLD, take_array, .number = WARM},
                  [COMPUTING] = {"threads that compute", COLD, .take = take_computing},
                  [WAITING] = {"a wait of 20 ms", COLD, .take = take_waiting}},
        .n = 4,
    };
    struct mf__grains grains = {
        .n = 64UL * stage->several, .steps = mf__stage_size(stage, 100000, 100), .per_item = 1};
    stage->user = &grains;
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_timing = {
    .name = "timing",
    .summary = "one run against many, cold against warm, wall time against CPU time",
    .what = "Memory is filled for the first time and again, threads compute, and a thread waits. "
            "Each is timed by two clocks: one on the wall, one that runs while a core works.",
    .play = play,
    .say = say,
};
