/* SPDX-License-Identifier: Apache-2.0 */
/* Several machines: stands in the registry with the reason why it cannot be asked for yet. */
#include "exec/run.h"

const mf_way mf__mpi_way = {
    .name = "mpi",
    .summary = "several machines: ranks started by mpirun",
    .unavailable = "this version of manyfold has no MPI support yet",
    .most_workers = MF_WORKERS_MAX,
};
