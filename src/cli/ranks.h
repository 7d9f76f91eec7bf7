/* SPDX-License-Identifier: Apache-2.0 */
/* A command that mpirun or srun has started several times: rank 0 does what the command says, with
 * the way mpi available, and the others work for it. */
#ifndef CLI_RANKS_H
#define CLI_RANKS_H

#include "base/options.h"

#include <stdbool.h>

/*
 * Joins the other ranks when the environment tells that there are some, and the command is one for
 * several. True: go on, as rank 0 or
 * as a command of its own. False: this was another rank, or joining failed; *ret_exit is what to
 * end with.
 */
bool mf__ranks_join(const struct mf__arguments *arguments, int *ret_exit);

/* Ends the other ranks; after the command is done. */
void mf__ranks_leave(void);

/* What the MPI of a module calls itself, "Open MPI v4.1.4": it is loaded, and not started. */
int mf__ranks_library(const char *module, char *text, size_t room, mf_error *error);

/* The workers of all ranks together; 0 where nothing has started ranks. */
unsigned mf__ranks_workers(void);

#endif
