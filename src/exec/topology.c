/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/topology.h"

#include "base/status.h"

#include <errno.h>

/*
 * The flags: all parts, because the affinity mask and the set of allowed processors are compared
 * with them; no rebinding, because the caller's thread may be one of many that are at work; and
 * none of the matrices, which cost time and are not used.
 */
#define FLAGS                                                                                      \
    (HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED | HWLOC_TOPOLOGY_FLAG_DONT_CHANGE_BINDING |            \
     HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS)

int mf__topology_open(hwloc_topology_t *ret_topology, mf_error *error)
{
    hwloc_topology_t topology = NULL;
    if (hwloc_topology_init(&topology) != 0)
        return mf__fail(error, MF_E_MEMORY, "out of memory for the topology of the machine");
    if (hwloc_topology_set_flags(topology, FLAGS) == 0 && hwloc_topology_load(topology) == 0) {
        *ret_topology = topology;
        return 0;
    }
    int saved_errno = errno;
    hwloc_topology_destroy(topology);
    if (saved_errno == ENOMEM)
        return mf__fail(error, MF_E_MEMORY, "out of memory for the topology of the machine");
    *ret_topology = NULL;
    return 0;
}

unsigned mf__topology_cores(hwloc_topology_t topology, hwloc_const_cpuset_t processors)
{
    if (hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) <= 0) {
        int n = hwloc_bitmap_weight(processors);
        return n > 0 ? (unsigned)n : 0;
    }
    unsigned cores = 0;
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core)) != NULL)
        cores += hwloc_bitmap_intersects(core->cpuset, processors) != 0;
    return cores;
}
