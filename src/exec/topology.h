/* SPDX-License-Identifier: Apache-2.0 */
/* What we ask hwloc for. */
#ifndef EXEC_TOPOLOGY_H
#define EXEC_TOPOLOGY_H

#include <hwloc.h>
#include <manyfold/status.h>

/*
 * The machine's topology, also the parts that we may not use; NULL when hwloc cannot tell. To be
 * given to hwloc_topology_destroy unless NULL. Does not bind the calling thread. Errors:
 * MF_E_MEMORY.
 */
int mf__topology_open(hwloc_topology_t *ret_topology, mf_error *error);

/*
 * How many cores have a processor in `processors`. Where hwloc sees no cores, as on some virtual
 * machines, each processor counts as one.
 */
unsigned mf__topology_cores(hwloc_topology_t topology, hwloc_const_cpuset_t processors);

#endif
