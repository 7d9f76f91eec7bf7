/* SPDX-License-Identifier: Apache-2.0 */
/* The default number of workers, from what was read: the part of it that can be scripted. */
#ifndef EXEC_BOUNDS_H
#define EXEC_BOUNDS_H

#include "exec/cgroup.h"

#include <hwloc.h>
#include <manyfold/machine.h>

/* What the bounds are made of. */
struct mf__bounds_input {
    hwloc_topology_t topology;         /* NULL: not known */
    hwloc_const_cpuset_t affinity;     /* NULL: not known */
    const struct mf__quota *quotas[2]; /* by enum mf__cgroup_version */
};

void mf__bounds_find(const struct mf__bounds_input *input, mf_worker_bounds *ret_bounds);

#endif
