/* SPDX-License-Identifier: Apache-2.0 */
/* How messages come and wait in fake_mpi.h: by sockets between rank 0 and each other rank. */
#ifndef TESTS_UNIT_FAKE_MAIL_H
#define TESTS_UNIT_FAKE_MAIL_H

#include "base/memory.h"
#include "exec/mpi_api.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAKE_RANKS      4
#define FAKE_NOBODY     (-1)
#define FAKE_SPREAD_TAG 1000

struct fake_head {
    int tag;
    size_t n;
};

struct fake_message {
    struct fake_message *next;
    int from;
    struct fake_head head;
    char bytes[];
};

/* What has come of a message that is not all there. */
struct fake_part {
    struct fake_head head;
    struct fake_message *message; /* NULL: as long as its head is not all there */
    size_t n;                     /* bytes of the head, and then of what follows it */
};

static struct {
    int rank;
    int size;
    int sockets[FAKE_RANKS];    /* of rank 0: to each; of others: [0] */
    struct fake_message *first; /* came and were not taken, in order */
    struct fake_part parts[FAKE_RANKS];
    void *spreading;
    size_t spreading_bytes;
    bool never_starts;
    bool says_nothing;    /* sends are lost */
    int cuts_tag;         /* messages with this tag lose their last byte */
    unsigned slow_pieces; /* of the full pieces, those first */
    long piece_nap_ns;    /* that one of them takes to be sent */
    bool one_host;
    int end_code;        /* what ending returns */
    int stops_tag;       /* who takes a message with this tag is stopped */
    bool stops_at_end;   /* the same for who ends, ... */
    bool never_ends;     /* ... or it waits for ever */
    int counted_tag;     /* messages with this tag ... */
    uint64_t *ret_bytes; /* ... have so many bytes in all, as others may see; or NULL */
} fake = {.cuts_tag = -1, .stops_tag = -1};

static inline void fake_must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fake MPI, rank %d: %s\n", fake.rank, what);
    _exit(99);
}

/* At the end of a connection: that rank is gone, and is not heard of any more. */
static inline void fake_lose(int from)
{
    mf__free(fake.parts[from].message);
    fake.parts[from] = (struct fake_part){0};
    close(fake.sockets[from]);
    fake.sockets[from] = -1;
}

static inline void fake_keep(struct fake_message *message)
{
    struct fake_message **end = &fake.first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = message;
}

/* The head is all there, or what follows it. */
static inline void fake_end_part(int from)
{
    struct fake_part *part = &fake.parts[from];
    part->n = 0;
    if (part->message == NULL) {
        part->message = mf__new(1, sizeof *part->message + part->head.n);
        fake_must(part->message != NULL, "no memory");
        part->message->from = from;
        part->message->head = part->head;
        if (part->head.n > 0)
            return;
    }
    fake_keep(part->message);
    part->message = NULL;
}

/* Takes in what is there of one message, and never waits for the rest of it: who sends it may be
 * taking in what this rank sends. */
static inline void fake_read_message(int from)
{
    struct fake_part *part = &fake.parts[from];
    do {
        bool headed = part->message != NULL;
        char *bytes = headed ? part->message->bytes : (char *)&part->head;
        size_t n = headed ? part->head.n : sizeof part->head;
        ssize_t came = recv(fake.sockets[from], bytes + part->n, n - part->n, MSG_DONTWAIT);
        if (came < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (came <= 0) {
            fake_lose(from);
            return;
        }
        part->n += (size_t)came;
        if (part->n == n)
            fake_end_part(from);
    } while (part->n > 0 || part->message != NULL);
}

/* Takes in what comes, until there is room to send to a rank, or FAKE_NOBODY, or something came. */
static inline void fake_wait(int to, int timeout_ms)
{
    struct pollfd fds[FAKE_RANKS];
    for (int rank = 0; rank < FAKE_RANKS; rank++)
        fds[rank] = (struct pollfd){.fd = fake.sockets[rank],
                                    .events = (short)(rank == to ? POLLIN | POLLOUT : POLLIN)};
    if (poll(fds, FAKE_RANKS, timeout_ms) > 0)
        for (int rank = 0; rank < FAKE_RANKS; rank++)
            if ((fds[rank].revents & ~POLLOUT) != 0)
                fake_read_message(rank);
}

static inline void fake_listen(int timeout_ms)
{
    fake_wait(FAKE_NOBODY, timeout_ms);
}

static inline struct fake_message **fake_place(int from, int tag)
{
    struct fake_message **at = &fake.first;
    while (*at != NULL && ((from >= 0 && (*at)->from != from) ||
                           (tag != MF__MPI_ANY_TAG && (*at)->head.tag != tag) ||
                           (tag == MF__MPI_ANY_TAG && (*at)->head.tag == FAKE_SPREAD_TAG)))
        at = &(*at)->next;
    return at;
}

/* Sockets between rank 0 and all others, for fake_be in the process of each rank. */
static inline void fake_connect(int sockets[FAKE_RANKS][2], int size)
{
    for (int rank = 1; rank < size; rank++)
        fake_must(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets[rank]) == 0, "no sockets");
}

static inline void fake_be(int sockets[FAKE_RANKS][2], int size, int self)
{
    fake.rank = self;
    fake.size = size;
    for (int rank = 0; rank < FAKE_RANKS; rank++)
        fake.sockets[rank] = -1;
    for (int rank = 1; rank < size; rank++) {
        if (self == 0)
            fake.sockets[rank] = sockets[rank][0];
        else
            close(sockets[rank][0]);
        if (rank == self)
            fake.sockets[0] = sockets[rank][1];
        else
            close(sockets[rank][1]);
    }
}

static inline void fake_disconnect(int sockets[FAKE_RANKS][2], int size)
{
    for (int rank = 1; rank < size; rank++) {
        close(sockets[rank][0]);
        close(sockets[rank][1]);
    }
}

#endif
