/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "demo/registry.h"
#include "demo/stage.h"
#include "exec/sysfile.h"
#include "report/figures.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>

#define ARRAY_BYTES ((size_t)128 << 20)
#define NODES_MOST  1024
#define ROOM_MOST   ((size_t)1 << 20) /* processors */

enum { TIME, RATE, SPEEDUP };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [RATE] = {"gigabytes_per_second", "GB/s", MF__DEMO_RATE},
    [SPEEDUP] = {"speedup", "times as quick", MF__DEMO_FASTER},
};

enum { NEAR, FAR };

/* Two processors of different nodes; the array was touched first by the first one. */
struct nodes {
    int processors[2];
    uint64_t *values;
    size_t n;
};

/* Processors that we may use: a mask with room for so many, of which a machine may have more than
 * CPU_SETSIZE. */
struct allowed {
    cpu_set_t *mask;
    size_t room;
};

static bool is_allowed(const struct allowed *allowed, uint64_t processor)
{
    return processor < allowed->room &&
           CPU_ISSET_S((size_t)processor, CPU_ALLOC_SIZE(allowed->room), allowed->mask);
}

/* The system refuses a mask with less room than it has processors (EINVAL), so room is doubled
 * until it is enough. Free the mask. */
static bool read_allowed(struct allowed *ret_allowed)
{
    int failed = EINVAL;
    for (size_t room = CPU_SETSIZE; failed == EINVAL && room <= ROOM_MOST; room *= 2) {
        size_t bytes = CPU_ALLOC_SIZE(room);
        cpu_set_t *mask = mf__new(bytes, 1);
        failed = mask == NULL ? ENOMEM : sched_getaffinity(0, bytes, mask) == 0 ? 0 : errno;
        if (failed != 0)
            mf__free(mask);
        else
            *ret_allowed = (struct allowed){mask, room};
    }
    return failed == 0;
}

/* A processor of this node that we may use, or -1. The list reads "0-3,8-11". */
static int processor_of(unsigned node, const struct allowed *allowed)
{
    char path[64];
    char line[1024];
    snprintf(path, sizeof path, "/sys/devices/system/node/node%u/cpulist", node);
    if (!mf__first_line("", path, line, sizeof line))
        return -1;
    for (const char *at = line; *at != '\0'; at += *at != '\0') {
        uint64_t first = 0;
        if (!mf__take_number(&at, &first))
            return -1;
        uint64_t last = first;
        if (*at == '-') {
            at++;
            if (!mf__take_number(&at, &last))
                return -1;
        }
        for (uint64_t i = first; i <= last && i < allowed->room; i++)
            if (is_allowed(allowed, i))
                return (int)i;
    }
    return -1;
}

/* Finds two nodes with a processor each that we may use. */
static bool find_nodes(struct nodes *nodes)
{
    struct allowed allowed;
    int found = 0;
    if (!read_allowed(&allowed))
        return false;
    for (unsigned node = 0; node < NODES_MOST && found < 2; node++) {
        int processor = processor_of(node, &allowed);
        if (processor >= 0)
            nodes->processors[found++] = processor;
    }
    mf__free(allowed.mask);
    return found == 2;
}

static int stay_on(int processor, mf_error *error)
{
    size_t bytes = CPU_ALLOC_SIZE((size_t)processor + 1);
    cpu_set_t *one = mf__new(bytes, 1);
    if (one == NULL)
        return mf__fail_memory(error, bytes, "a mask of processors");
    CPU_SET_S((size_t)processor, bytes, one);
    int code = sched_setaffinity(0, bytes, one) == 0
                   ? 0
                   : mf__fail_errno(error, errno, "processor %d cannot be used alone", processor);
    mf__free(one);
    return code;
}

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    const struct nodes *nodes = stage->user;
    int code = stay_on(nodes->processors[self->number], error);
    if (code != 0)
        return code;
    uint64_t sum = 0;
    uint64_t start_ns = mf__now_ns();
    for (size_t i = 0; i < nodes->n; i++)
        sum += nodes->values[i];
    ret_figures[TIME] = (double)(mf__now_ns() - start_ns);
    ret_figures[RATE] = (double)(nodes->n * sizeof *nodes->values) / ret_figures[TIME];
    return sum == nodes->n ? 0 : mf__fail(error, MF_E_DIFFER, "the sum of the array is wrong");
}

static void say(struct mf__stage *stage)
{
    static const char *const words[] = {
        [MF__SIDE_UNSETTLED] = "Whether that is longer is not settled.",
        [MF__SIDE_ABOVE] = "Memory lies where it is first touched, so let its worker do that.",
        [MF__SIDE_BELOW] = "That is quicker, the other way round than usual.",
    };
    struct mf__interval slower = mf__stage_times(stage, FAR, NEAR);
    enum mf__side side = mf__stage_side(&slower, 1.02);
    mf__stage_found(stage, side == MF__SIDE_ABOVE);
    mf__stage_say(stage,
                  "Reading memory of another node took %s times as long as reading that of the own "
                  "node. %s",
                  mf__show_sure(&slower).text, words[side]);
}

static int show(struct mf__stage *stage, struct nodes *nodes, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[NEAR] = {"memory of the own node", NEAR, take, .number = NEAR},
                  [FAR] = {"memory of another node", NEAR, take, .number = FAR}},
        .n = 2,
    };
    int code = stay_on(nodes->processors[NEAR], error);
    if (code != 0)
        return code;
    for (size_t i = 0; i < nodes->n; i++)
        nodes->values[i] = 1;
    stage->user = nodes;
    code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

static int play(struct mf__stage *stage, mf_error *error)
{
    struct nodes nodes = {.n = (stage->quick ? (size_t)1 << 20 : ARRAY_BYTES) / sizeof(uint64_t)};
    if (!find_nodes(&nodes)) {
        stage->result->finding = MF__DEMO_NOT_HERE;
        mf__stage_say(stage, "Not to be shown here: the processors that may be used belong to one "
                             "node, from which all memory is equally far.");
        return 0;
    }
    nodes.values = mf__aligned_room(nodes.n * sizeof *nodes.values);
    if (nodes.values == NULL)
        return mf__fail_memory(error, nodes.n * sizeof *nodes.values, "an array on one node");
    int code = show(stage, &nodes, error);
    mf__free(nodes.values);
    return code;
}

const struct mf__demo mf__demo_numa = {
    .name = "numa",
    .summary = "memory of another processor's node is farther away",
    .what = "An array that was touched first by a processor of one node is added up by it, and by "
            "a processor of another node.",
    .play = play,
    .say = say,
};
