/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link of this rank to the others: one thread that makes all calls of MPI.
 *
 * It sleeps between looks, as an MPI library that waits would take a whole core. It tells the other
 * side now and then that it is there, and finds out when the other side is not: MPI itself notices
 * neither a stopped process nor a cut cable. A second thread watches the first one, since a call of
 * MPI may never return. Time in which this process itself did not run, since it was suspended, does
 * not count. What is found so cannot be mended, so `fatal` is called, which must not
 * return: it ends this process, and with it all ranks.
 *
 * Every rank talks to rank 0 only, and rank 0 to all.
 */
#ifndef EXEC_MPI_LINK_H
#define EXEC_MPI_LINK_H

#include <manyfold/status.h>

#include "exec/mpi_api.h"

#include <stdbool.h>
#include <stdint.h>

struct mf__mpi_link;

#define MF__MPI_BUILD 64

/* Kinds of messages; those up to MF__TAG_HELLO are the link's own. */
enum mf__mpi_tag {
    MF__TAG_BEAT = 1,
    MF__TAG_HELLO,
    MF__TAG_JOB,     /* struct mf__mpi_job; then all ranks take part in spreading it */
    MF__TAG_ITEMS,   /* struct mf__mpi_items: to be run */
    MF__TAG_RESULTS, /* the same: they are done; then MF__TAG_BYTES */
    MF__TAG_BYTES,
    MF__TAG_FAILED, /* struct mf__mpi_failed */
    MF__TAG_OVER,   /* nothing more is to be run */
    MF__TAG_LOGS,   /* struct mf__mpi_logs; then MF__TAG_BYTES: a log of each thread */
    MF__TAG_END,    /* no more work; and back: a rank has heard that */
    MF__TAG_LEAVE,  /* all ranks have heard it: now MPI ends */
};

/* What uses the link for a while. Both run on the link's thread. */
struct mf__mpi_driver {
    /* A message is there, and has to be taken. */
    void (*message)(void *user, int from, int tag);
    /* Does what there is to do; false: nothing was. */
    bool (*drive)(void *user);
    void *user;
};

struct mf__mpi_options {
    const char *build;   /* the same in all ranks; at most 63 bytes of it count */
    unsigned threads;    /* workers in this rank */
    uint64_t silence_ns; /* longer means that the other side is gone */
    uint64_t gather_ns;  /* how long all ranks may take to be there */
    void (*fatal)(void *user, const char *text); /* does not return */
    void *user;
};

/* Tells all other ranks that there is no more work, and waits until they have heard it, so that one
 * that was stopped is named. Of rank 0, before it closes. */
void mf__mpi_dismiss(struct mf__mpi_link *link);

/* The same for another rank, which was told so: it answers, and waits until all have. */
void mf__mpi_take_leave(struct mf__mpi_link *link);

/* Starts MPI and waits until all ranks are there. MF_E_UNAVAILABLE; MF_E_DIFFER: ranks are of other
 * builds, which rank 0 finds out; MF_E_INPUT: they have other numbers of threads; MF_E_SYSTEM;
 * MF_E_MEMORY. The api and the options' texts must stay. */
int mf__mpi_open(const struct mf__mpi_api *api, const struct mf__mpi_options *options,
                 struct mf__mpi_link **ret_link, mf_error *error);

/* Ends MPI, together with all other ranks. NULL allowed. */
void mf__mpi_close(struct mf__mpi_link *link);

unsigned mf__mpi_rank(const struct mf__mpi_link *link);
unsigned mf__mpi_ranks(const struct mf__mpi_link *link);

/* Whether a rank that this one talks to says that it is on the same host. */
bool mf__mpi_is_near(const struct mf__mpi_link *link, unsigned rank);

/* From now on the driver is used, or no longer. Not from the link's thread. */
void mf__mpi_attach(struct mf__mpi_link *link, const struct mf__mpi_driver *driver);
void mf__mpi_detach(struct mf__mpi_link *link);

/* Has the driver look at once. From any thread. */
void mf__mpi_wake(struct mf__mpi_link *link);

/* For drivers, on the link's thread. A failure is fatal, so there is none to look at. */
void mf__mpi_send(struct mf__mpi_link *link, int to, int tag, const void *bytes, size_t n);
void mf__mpi_take(struct mf__mpi_link *link, int from, int tag, void *bytes, size_t n);
void mf__mpi_spread(struct mf__mpi_link *link, void *bytes, size_t n);
void mf__mpi_fatal(struct mf__mpi_link *link, const char *format, ...) MF_PRINTF(2, 3);

/* The same, where a call of MPI returned an error. */
void mf__mpi_must(struct mf__mpi_link *link, int code, const char *what);

/* A look takes up to 20 us from whoever computes on this core. Who waits for a message looks often,
 * as then the core has nothing else to do; who does not looks seldom. */
#define MF__MPI_PACE_LEAST UINT64_C(100000)
#define MF__MPI_PACE_IDLE  UINT64_C(1000000) /* while there is no run */
#define MF__MPI_PACE_LAST  UINT64_C(4000000) /* for results that end a run */
#define MF__MPI_PACE_MOST  UINT64_C(8000000)
#define MF__MPI_LOOKS      2 /* while a rank works on a range of items, as it has another one */
#define MF__MPI_ITEM_LOOKS 4 /* ... on a single item: the next one may take far less */
#define MF__MPI_LAST_LOOKS 8 /* ... and on an item behind which it may have no other */

/* The pace of who waits for a message since then: often at first. */
uint64_t mf__mpi_pace_since(uint64_t since_ns);

/* How long the thread sleeps when there is nothing to do. On the link's thread. */
void mf__mpi_pace(struct mf__mpi_link *link, uint64_t pause_ns);

#endif
