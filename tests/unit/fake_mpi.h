/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An MPI for tests: ranks are forked processes, joined by sockets, and do wrong what a test wants
 * them to do wrong. So what happens to messages is tested without any MPI.
 */
#ifndef TESTS_UNIT_FAKE_MPI_H
#define TESTS_UNIT_FAKE_MPI_H

#include "base/memory.h"
#include "exec/mpi_api.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FAKE_RANKS      4
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

static struct {
    int rank;
    int size;
    int sockets[FAKE_RANKS];    /* of rank 0: to each; of others: [0] */
    struct fake_message *first; /* came and were not taken, in order */
    void *spreading;
    size_t spreading_bytes;
    bool never_starts;
    bool says_nothing;    /* sends are lost */
    int cuts_tag;         /* messages with this tag lose their last byte */
    unsigned slow_pieces; /* of the full pieces, those first */
    long piece_nap_ns;    /* that one of them takes to be sent */
    bool one_host;
    int counted_tag;     /* messages with this tag ... */
    uint64_t *ret_bytes; /* ... have so many bytes in all, as others may see; or NULL */
} fake = {.cuts_tag = -1};

static inline void fake_must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "fake MPI, rank %d: %s\n", fake.rank, what);
    _exit(99);
}

/* False at the end of a connection: that rank is gone, and is not heard of any more. */
static inline bool fake_read(int from, void *bytes, size_t n)
{
    for (char *at = bytes; n > 0;) {
        ssize_t came = read(fake.sockets[from], at, n);
        if (came <= 0)
            return false;
        at += came;
        n -= (size_t)came;
    }
    return true;
}

static inline void fake_read_message(int from)
{
    struct fake_head head;
    struct fake_message **end = &fake.first;
    struct fake_message *message = NULL;
    bool whole = fake_read(from, &head, sizeof head);
    if (whole) {
        message = mf__new(1, sizeof *message + head.n);
        fake_must(message != NULL, "no memory");
        whole = fake_read(from, message->bytes, head.n);
    }
    if (!whole) {
        mf__free(message);
        close(fake.sockets[from]);
        fake.sockets[from] = -1;
        return;
    }
    message->from = from;
    message->head = head;
    while (*end != NULL)
        end = &(*end)->next;
    *end = message;
}

static inline void fake_listen(int timeout_ms)
{
    struct pollfd fds[FAKE_RANKS];
    for (int rank = 0; rank < FAKE_RANKS; rank++)
        fds[rank] = (struct pollfd){.fd = fake.sockets[rank], .events = POLLIN};
    if (poll(fds, FAKE_RANKS, timeout_ms) > 0)
        for (int rank = 0; rank < FAKE_RANKS; rank++)
            if (fds[rank].revents != 0)
                fake_read_message(rank);
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

static inline int fake_start(void)
{
    while (fake.never_starts)
        pause();
    return 0;
}

static inline int fake_rank(void)
{
    return fake.rank;
}

static inline int fake_size(void)
{
    return fake.size;
}

static inline void fake_library(char *text, size_t room)
{
    snprintf(text, room, "fake MPI 1");
}

static inline void fake_host(char *text, size_t room)
{
    snprintf(text, room, "host%d", fake.one_host ? 0 : fake.rank);
}

static inline int fake_send(int to, int tag, const void *bytes, size_t n)
{
    const struct fake_head head = {tag, n - (tag == fake.cuts_tag && n > 0)};
    struct iovec parts[2] = {{(void *)(uintptr_t)&head, sizeof head},
                             {(void *)(uintptr_t)bytes, head.n}};
    size_t left = sizeof head + head.n;
    if (n > MF__MPI_PIECE)
        return 7;
    if (tag == fake.counted_tag && fake.ret_bytes != NULL)
        *fake.ret_bytes += n;
    if (n == MF__MPI_PIECE && fake.slow_pieces > 0) {
        fake.slow_pieces--;
        nanosleep(
            &(struct timespec){fake.piece_nap_ns / 1000000000, fake.piece_nap_ns % 1000000000},
            NULL);
    }
    while (left > 0 && !fake.says_nothing) {
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        ssize_t sent = sendmsg(fake.sockets[to], &message, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0; /* as MPI: whoever is gone is not noticed */
        left -= (size_t)sent;
        for (int i = 0; i < 2; i++) {
            size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            sent -= (ssize_t)part;
        }
    }
    return 0;
}

static inline int fake_find(int wanted_tag, int *ret_from, int *ret_tag)
{
    fake_listen(0);
    const struct fake_message *found = *fake_place(-1, wanted_tag);
    if (found == NULL)
        return 0;
    *ret_from = found->from;
    *ret_tag = found->head.tag;
    return 1;
}

static inline int fake_take(int from, int tag, void *bytes, size_t n)
{
    struct fake_message **at = fake_place(from, tag);
    while (*at == NULL) {
        fake_listen(1000);
        at = fake_place(from, tag);
    }
    struct fake_message *message = *at;
    *at = message->next;
    int code = message->head.n == n ? 0 : 8;
    if (code == 0 && n > 0)
        memcpy(bytes, message->bytes, n);
    mf__free(message);
    return code;
}

static inline int fake_spread(void *bytes, size_t n)
{
    fake.spreading = bytes;
    fake.spreading_bytes = n;
    for (int rank = 1; fake.rank == 0 && rank < fake.size; rank++)
        fake_send(rank, FAKE_SPREAD_TAG, bytes, n);
    return n > MF__MPI_PIECE ? 7 : 0;
}

static inline int fake_spread_done(void)
{
    if (fake.rank == 0)
        return 1;
    fake_listen(0);
    if (*fake_place(0, FAKE_SPREAD_TAG) == NULL)
        return 0;
    return fake_take(0, FAKE_SPREAD_TAG, fake.spreading, fake.spreading_bytes) == 0 ? 1 : -1;
}

static inline int fake_end(void)
{
    while (fake.first != NULL) {
        struct fake_message *next = fake.first->next;
        mf__free(fake.first);
        fake.first = next;
    }
    return 0;
}

static const struct mf__mpi_api fake_api = {.version = MF__MPI_API_VERSION,
                                            .library = fake_library,
                                            .start = fake_start,
                                            .rank = fake_rank,
                                            .size = fake_size,
                                            .host = fake_host,
                                            .send = fake_send,
                                            .take = fake_take,
                                            .find = fake_find,
                                            .spread = fake_spread,
                                            .spread_done = fake_spread_done,
                                            .end = fake_end};

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
