/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/doubts.h"

#include <math.h>
#include <string.h>

#define STEAL_SHARE_MAX 0.01 /* more than this is seen in a mean of times */

static bool governor(const struct mf__evidence *evidence, double *value)
{
    *value = 0;
    const char *name = evidence->machine->governor;
    return name[0] != '\0' && strcmp(name, "performance") != 0;
}

static bool virtualised(const struct mf__evidence *evidence, double *value)
{
    *value = 0;
    return evidence->machine->virtualised;
}

static bool steal(const struct mf__evidence *evidence, double *value)
{
    const struct mf__load_change *change = evidence->change;
    *value = change != NULL && change->steal_known ? change->steal_share : 0;
    return *value > STEAL_SHARE_MAX;
}

static bool load(const struct mf__evidence *evidence, double *value)
{
    const struct mf__load *start = evidence->start;
    *value = start != NULL && start->average_known ? start->average : 0;
    return *value > evidence->bounds->usable_cores;
}

static bool smt(const struct mf__evidence *evidence, double *value)
{
    *value = evidence->machine->threads_per_core;
    return evidence->machine->threads_per_core > 1;
}

/* A quota that is not whole stops the last worker part of the time; unless cores run out first. */
static bool quota(const struct mf__evidence *evidence, double *value)
{
    *value = evidence->bounds->quota_cpus;
    return *value < evidence->bounds->usable_cores && floor(*value) < *value;
}

static bool throttled(const struct mf__evidence *evidence, double *value)
{
    const struct mf__load_change *change = evidence->change;
    *value = change != NULL && change->throttles_known ? (double)change->throttles : 0;
    return *value > 0;
}

static bool (*const tests[])(const struct mf__evidence *evidence, double *value) = {
    [MF__DOUBT_GOVERNOR] = governor,
    [MF__DOUBT_VIRTUALISED] = virtualised,
    [MF__DOUBT_STEAL] = steal,
    [MF__DOUBT_LOAD] = load,
    [MF__DOUBT_SMT] = smt,
    [MF__DOUBT_QUOTA] = quota,
    [MF__DOUBT_THROTTLED] = throttled,
};

void mf__doubts_find(const struct mf__evidence *evidence, struct mf__doubts *ret_doubts)
{
    ret_doubts->n = 0;
    for (int kind = 0; kind < MF__DOUBT_COUNT; kind++) {
        double value = 0;
        if (tests[kind](evidence, &value))
            ret_doubts->list[ret_doubts->n++] =
                (struct mf__doubt){(enum mf__doubt_kind)kind, value};
    }
}
