/* SPDX-License-Identifier: Apache-2.0 */
/* The ranks but 0: they run the items that rank 0 hands out, until it says that this is all. */
#ifndef EXEC_MPI_SERVE_H
#define EXEC_MPI_SERVE_H

#include "exec/mpi_link.h"
#include "exec/portable.h"

/* `kinds` ends with NULL. Returns 0 when rank 0 has ended. MF_E_FORMAT: work of a kind that is not
 * among them, or that cannot be unpacked; MF_E_MEMORY; MF_E_SYSTEM: no threads. */
int mf__mpi_serve(struct mf__mpi_link *link, unsigned threads,
                  const struct mf_portable *const *kinds, mf_error *error);

#endif
