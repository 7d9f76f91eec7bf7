/* SPDX-License-Identifier: Apache-2.0 */
/* The mpi way in rank 0. It is in the registry from the start, with the reason why it is not there;
 * whoever has opened a link makes it available. */
#ifndef EXEC_MPI_H
#define EXEC_MPI_H

#include "exec/mpi_link.h"

/* Makes the way available through this link, to pools of mf__mpi_ranks() times `threads` workers;
 * NULL takes it back. Not while a pool of it is open. */
void mf__mpi_use(struct mf__mpi_link *link, unsigned threads);

#endif
