/* SPDX-License-Identifier: Apache-2.0 */
/* What manyfold doctor shows of this machine. */
#ifndef REPORT_DOCTOR_H
#define REPORT_DOCTOR_H

#include <manyfold/machine.h>

#include "base/buffer.h"
#include "exec/doubts.h"
#include "exec/load.h"
#include "report/style.h"

#include <stdbool.h>

struct mf__doctor {
    mf_machine machine;
    mf_worker_bounds bounds;
    struct mf__load load;
    struct mf__doubts doubts;
    uint64_t clock_step_ns;
    const char *launcher;    /* with which MPI, and what starts ranks; or NULL */
    const char *no_launcher; /* why ranks of mpi cannot be started here; NULL: they can */
};

/* The machine, the bounds of the worker count, the ways, the doubts; `brief` is the first lines. */
void mf__doctor_text(const struct mf__doctor *doctor, bool brief, const struct mf__style *style,
                     struct mf__buffer *out);

#endif
