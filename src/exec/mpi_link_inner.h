/* SPDX-License-Identifier: Apache-2.0 */
/* What the link's two files share: mpi_link.c has its threads, mpi_touch.c who is on the other end.
 */
#ifndef EXEC_MPI_LINK_INNER_H
#define EXEC_MPI_LINK_INNER_H

#include "exec/event.h"
#include "exec/mpi_link.h"

#include <pthread.h>
#include <stdatomic.h>

#define MF__MPI_NOBODY (-1)

enum mf__mpi_state { STARTING, OPEN, CLOSING, CLOSED };

/* Another rank, as it presents itself. */
struct mf__mpi_peer {
    char host[64];
    int pid;
    unsigned threads;
    bool is_met;
    uint64_t heard_ns; /* 0: not yet */
};

struct mf__mpi_link {
    const struct mf__mpi_api *api;
    struct mf__mpi_options options;
    struct mf__mpi_peer *peers;
    char host[64]; /* that this one is on */
    int rank;
    int size;
    char problem[256]; /* why it could not be opened; "" for nothing */
    int problem_code;
    uint64_t pause_ns;
    uint64_t beat_ns;    /* when the last one was sent */
    uint64_t touched_ns; /* when it was last looked at who is there */
    pthread_t thread;
    pthread_t guard;
    pthread_mutex_t lock; /* of `driver` */
    struct mf__mpi_driver driver;
    _Atomic bool is_driven; /* changed with the lock */
    _Atomic int state;
    _Atomic int waits_for;    /* the rank that a call of MPI waits for, or MF__MPI_NOBODY */
    _Atomic uint64_t tick_ns; /* when the thread was last seen between two calls; 0: MPI starts */
    struct mf__event woken;   /* something for the thread to look at */
    struct mf__event changed; /* the state */
};

/* On the link's thread, here and below: meets all ranks that this one talks to. */
void mf__mpi_gather(struct mf__mpi_link *link);

/* Says that this rank is there, and hears who else is. Cheap when it was done a moment ago. */
void mf__mpi_keep_in_touch(struct mf__mpi_link *link);

/* An empty message to all ranks that this one talks to. */
void mf__mpi_tell_all(struct mf__mpi_link *link, int tag);

/* Whether a message of this tag, or of any, waits. */
bool mf__mpi_find(struct mf__mpi_link *link, int wanted_tag, int *ret_from, int *ret_tag);

/* Notes why the link cannot be opened, unless there is a reason already. */
void mf__mpi_fail_open(struct mf__mpi_link *link, int code, const char *format, ...)
    MF_PRINTF(3, 4);

/* A thread that did not run for so long was suspended. */
static inline uint64_t mf__mpi_excuse(const struct mf__mpi_link *link)
{
    return link->options.silence_ns / 3;
}

/* How long the other side may be silent. Also for the guard, once MPI has started. */
uint64_t mf__mpi_silence(const struct mf__mpi_link *link);

/* Does not return. From any thread. */
void mf__mpi_tell_silence(struct mf__mpi_link *link, int rank, uint64_t silent_ns);

/* The same, when all is done and MPI does not end. Who holds it up cannot be known any more: it is
 * one of those that this rank talks to, or one that rank 0 waits for. */
void mf__mpi_tell_unended(struct mf__mpi_link *link, uint64_t silent_ns);

#endif
