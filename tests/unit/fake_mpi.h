/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An MPI for tests: ranks are forked processes, joined by sockets, and do wrong what a test wants
 * them to do wrong. So what happens to messages is tested without any MPI.
 */
#ifndef TESTS_UNIT_FAKE_MPI_H
#define TESTS_UNIT_FAKE_MPI_H

#include "base/memory.h"
#include "exec/mpi_api.h"
#include "tests/unit/fake_mail.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

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

/* As MPI libraries do, it takes in what comes while it waits: two ranks may send to each other. */
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
        ssize_t sent = sendmsg(fake.sockets[to], &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            fake_wait(to, -1);
            continue;
        }
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
    if (tag == fake.stops_tag)
        raise(SIGSTOP);
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
    for (int rank = 0; rank < FAKE_RANKS; rank++)
        mf__free(fake.parts[rank].message);
    if (fake.stops_at_end)
        raise(SIGSTOP);
    while (fake.never_ends)
        pause();
    return fake.end_code;
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

#endif
