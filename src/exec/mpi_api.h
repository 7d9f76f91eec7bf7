/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What manyfold needs of an MPI library, as functions. A module (src/mpi/) has them; it is the only
 * thing that is linked with MPI, so that the rest starts where there is none.
 *
 * All calls but `library` come from one thread, the one that called `start` (MPI_THREAD_FUNNELED).
 * Functions that return an int return 0, or an error code of MPI, unless they say otherwise.
 */
#ifndef EXEC_MPI_API_H
#define EXEC_MPI_API_H

#include <stddef.h>

#define MF__MPI_API_VERSION 1
#define MF__MPI_API_SYMBOL  "manyfold_mpi_api" /* a const struct mf__mpi_api */

#define MF__MPI_ANY_TAG 0 /* tags of messages are larger */
#define MF__MPI_PIECE   ((size_t)4 << 20)
#define MF__MPI_SMALL   2048 /* MPI libraries send so much without asking the other side first */

struct mf__mpi_api {
    unsigned version; /* MF__MPI_API_VERSION; looked at before anything else */
    void (*library)(char *text, size_t room); /* "Open MPI v4.1.4, ..."; also before `start` */
    int (*start)(void);
    int (*rank)(void);
    int (*size)(void);
    void (*host)(char *text, size_t room);
    /* At most MF__MPI_PIECE bytes; up to MF__MPI_SMALL are a small message. A message that is taken
     * has to have `n` bytes: less and more are errors. What goes wrong with a small message may be
     * told by a later call of `send`, or `end`. A small message does not wait for the rank that it
     * is for, as that one may be sending too. */
    int (*send)(int to, int tag, const void *bytes, size_t n);
    int (*take)(int from, int tag, void *bytes, size_t n);
    /* 1: such a message waits, and the rest is filled; 0: none; negative: an error. */
    int (*find)(int wanted_tag, int *ret_from, int *ret_tag);
    /* Begins to spread a piece from rank 0 to all ranks, which all call it; then `spread_done` is
     * called until it no longer returns 0: 1, or negative for an error. */
    int (*spread)(void *bytes, size_t n);
    int (*spread_done)(void);
    int (*end)(void);
};

#endif
