/* SPDX-License-Identifier: Apache-2.0 */
/* Why timing on this machine, now, may mislead. The report finds the words. */
#ifndef EXEC_DOUBTS_H
#define EXEC_DOUBTS_H

#include "exec/load.h"

#include <manyfold/machine.h>
#include <stddef.h>

enum mf__doubt_kind {
    MF__DOUBT_GOVERNOR,    /* the clock frequency may change; value 0, see mf_machine.governor */
    MF__DOUBT_VIRTUALISED, /* value 0 */
    MF__DOUBT_STEAL,       /* share of CPU time taken by the hypervisor, above 0.01 */
    MF__DOUBT_LOAD,        /* load average at the start, above the usable cores */
    MF__DOUBT_SMT,         /* threads per core, above 1: neighbours share a core */
    MF__DOUBT_QUOTA,       /* processors granted: not whole, and fewer than the usable cores */
    MF__DOUBT_THROTTLED,   /* slow-downs by heat in between, above 0 */
    MF__DOUBT_COUNT
};

struct mf__doubt {
    enum mf__doubt_kind kind;
    double value;
};

struct mf__doubts {
    size_t n;
    struct mf__doubt list[MF__DOUBT_COUNT]; /* in the order of the kinds, each at most once */
};

/* What is known; `start` and `change` may be NULL. */
struct mf__evidence {
    const mf_machine *machine;
    const mf_worker_bounds *bounds;
    const struct mf__load *start;
    const struct mf__load_change *change;
};

void mf__doubts_find(const struct mf__evidence *evidence, struct mf__doubts *ret_doubts);

#endif
