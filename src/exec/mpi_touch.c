/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of MPI that wait for another rank, and what a rank knows of those that it talks to. */
#include "exec/mpi_link_inner.h"

#include <manyfold/pool.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "exec/mpi_messages.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BEATS      6                   /* in the time after which silence is one */
#define TOUCH_NS   UINT64_C(10000000)  /* how often it is looked at who is there */
#define WAIT_PARTS 4                   /* who waits looks again after a quarter of that time */
#define STAGGER_NS UINT64_C(100000000) /* so that one rank alone says that rank 0 is silent */

/* How a rank presents itself. Its size and where `build` stands never change. */
struct hello {
    char build[MF__MPI_BUILD];
    char host[64];
    int32_t pid;
    uint32_t threads;
    char room[48];
};

/* See the `send` of mpi_api.h: rank 0 waits for nobody to take what it sends. */
_Static_assert(sizeof(struct hello) <= MF__MPI_SMALL, "a hello is a small message");
_Static_assert(sizeof(struct mf__mpi_job) <= MF__MPI_SMALL, "a job is a small message");
_Static_assert(sizeof(struct mf__mpi_items) <= MF__MPI_SMALL, "items are a small message");

/* ---- what cannot be mended ---- */

void mf__mpi_fatal(struct mf__mpi_link *link, const char *format, ...)
{
    struct mf__buffer text = {0};
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(&text, format, args);
    va_end(args);
    link->options.fatal(link->options.user, mf__buffer_text(&text));
}

void mf__mpi_must(struct mf__mpi_link *link, int code, const char *what)
{
    if (code != 0)
        mf__mpi_fatal(link, "MPI failed while %s (error %d)", what, code);
}

void mf__mpi_tell_silence(struct mf__mpi_link *link, int rank, uint64_t silent_ns)
{
    const struct mf__mpi_peer *peer = &link->peers[rank];
    mf__mpi_fatal(link,
                  "rank %d (process %d on %s) has not been heard of for %.0f s: it was stopped, or "
                  "the link to it is cut",
                  rank, peer->pid, peer->host[0] != '\0' ? peer->host : "another host",
                  (double)silent_ns / 1e9);
}

uint64_t mf__mpi_silence(const struct mf__mpi_link *link)
{
    unsigned steps = link->rank < 10 ? (unsigned)link->rank : 10;
    return link->options.silence_ns + steps * STAGGER_NS;
}

/* ---- calls of MPI ---- */

static void begin_call(struct mf__mpi_link *link, int rank)
{
    atomic_store(&link->waits_for, rank);
    atomic_store(&link->tick_ns, mf__now_ns());
}

static size_t piece_of(size_t n)
{
    return n < MF__MPI_PIECE ? n : MF__MPI_PIECE;
}

/* In pieces, here and below, so that a slow network is not taken for one that is cut. Between them
 * the other ranks hear that this one is there, as a long message may take longer than the silence
 * that they bear. The messages of that are empty, so it does not come back here. */
void mf__mpi_send(struct mf__mpi_link *link, int to, int tag, const void *bytes, size_t n)
{
    const char *at = bytes;
    do {
        size_t piece = piece_of(n);
        begin_call(link, to);
        mf__mpi_must(link, link->api->send(to, tag, at, piece), "sending to another rank");
        at += piece;
        n -= piece;
        if (n > 0)
            mf__mpi_keep_in_touch(link);
    } while (n > 0);
    begin_call(link, MF__MPI_NOBODY);
}

void mf__mpi_take(struct mf__mpi_link *link, int from, int tag, void *bytes, size_t n)
{
    char *at = bytes;
    do {
        size_t piece = piece_of(n);
        begin_call(link, from);
        mf__mpi_must(link, link->api->take(from, tag, at, piece), "receiving from another rank");
        at += piece;
        n -= piece;
        if (n > 0)
            mf__mpi_keep_in_touch(link);
    } while (n > 0);
    begin_call(link, MF__MPI_NOBODY);
}

void mf__mpi_pace(struct mf__mpi_link *link, uint64_t pause_ns)
{
    link->pause_ns = pause_ns;
}

uint64_t mf__mpi_pace_since(uint64_t since_ns)
{
    uint64_t pace_ns = (mf__now_ns() - since_ns) / WAIT_PARTS;
    pace_ns = pace_ns > MF__MPI_PACE_LEAST ? pace_ns : MF__MPI_PACE_LEAST;
    return pace_ns < MF__MPI_PACE_IDLE ? pace_ns : MF__MPI_PACE_IDLE;
}

/* ---- who is there ---- */

static bool is_talked_to(const struct mf__mpi_link *link, int rank)
{
    return rank != link->rank && (link->rank == 0 || rank == 0);
}

void mf__mpi_tell_all(struct mf__mpi_link *link, int tag)
{
    for (int rank = 0; rank < link->size; rank++)
        if (is_talked_to(link, rank))
            mf__mpi_send(link, rank, tag, "", 0);
}

static void put_name(struct mf__buffer *names, int rank, const struct mf__mpi_peer *peer)
{
    mf__buffer_print(names, "%srank %d (process %d on %s)", names->length > 0 ? ", " : "", rank,
                     peer->pid, peer->host);
}

void mf__mpi_tell_unended(struct mf__mpi_link *link, uint64_t silent_ns)
{
    struct mf__buffer names = {0};
    for (int rank = 0; rank < link->size; rank++)
        if (is_talked_to(link, rank))
            put_name(&names, rank, &link->peers[rank]);
    mf__mpi_fatal(link, "all is done, but %s%s%s has not ended for %.0f s",
                  link->rank == 0 && link->size > 2 ? "one of " : "", mf__buffer_text(&names),
                  link->rank > 0 && link->size > 2 ? ", or a rank that it waits for," : "",
                  (double)silent_ns / 1e9);
}

static void beat(struct mf__mpi_link *link, uint64_t now_ns)
{
    if (now_ns - link->beat_ns < link->options.silence_ns / BEATS)
        return;
    link->beat_ns = now_ns;
    mf__mpi_tell_all(link, MF__TAG_BEAT);
}

bool mf__mpi_find(struct mf__mpi_link *link, int wanted_tag, int *ret_from, int *ret_tag)
{
    int found = link->api->find(wanted_tag, ret_from, ret_tag);
    if (found < 0)
        mf__mpi_fatal(link, "MPI failed while looking for messages");
    return found > 0;
}

/* Whoever was heard before has to be heard again; `missed_ns` is for how long nobody listened. */
static void look_for_silence(struct mf__mpi_link *link, uint64_t now_ns, uint64_t missed_ns)
{
    for (int rank = 0; rank < link->size; rank++) {
        struct mf__mpi_peer *peer = &link->peers[rank];
        if (!is_talked_to(link, rank) || peer->heard_ns == 0)
            continue;
        peer->heard_ns += missed_ns;
        if (now_ns > peer->heard_ns && now_ns - peer->heard_ns > mf__mpi_silence(link))
            mf__mpi_tell_silence(link, rank, now_ns - peer->heard_ns);
    }
}

void mf__mpi_keep_in_touch(struct mf__mpi_link *link)
{
    uint64_t now_ns = mf__now_ns();
    uint64_t since_ns = now_ns - link->touched_ns;
    int from = 0;
    int tag = 0;
    if (link->touched_ns != 0 && since_ns < TOUCH_NS)
        return;
    uint64_t missed_ns = link->touched_ns != 0 && since_ns > mf__mpi_excuse(link) ? since_ns : 0;
    link->touched_ns = now_ns;
    atomic_store(&link->tick_ns, now_ns);
    beat(link, now_ns);
    while (mf__mpi_find(link, MF__TAG_BEAT, &from, &tag)) {
        mf__mpi_take(link, from, tag, NULL, 0);
        link->peers[from].heard_ns = now_ns;
    }
    look_for_silence(link, now_ns, missed_ns);
}

void mf__mpi_spread(struct mf__mpi_link *link, void *bytes, size_t n)
{
    static const char what[] = "spreading a job to all ranks";
    char *at = bytes;
    while (n > 0) {
        size_t piece = piece_of(n);
        int done = 0;
        mf__mpi_must(link, link->api->spread(at, piece), what);
        while ((done = link->api->spread_done()) == 0) {
            mf__mpi_keep_in_touch(link);
            sched_yield(); /* another rank may need this core to take its part */
        }
        mf__mpi_must(link, done < 0 ? done : 0, what);
        at += piece;
        n -= piece;
    }
}

/* ---- meeting ---- */

void mf__mpi_fail_open(struct mf__mpi_link *link, int code, const char *format, ...)
{
    va_list args;
    if (link->problem[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(link->problem, sizeof link->problem, format, args);
    va_end(args);
    link->problem_code = code;
}

static void present(const struct mf__mpi_link *link, struct hello *ret_hello)
{
    memset(ret_hello, 0, sizeof *ret_hello);
    ret_hello->pid = (int32_t)getpid();
    ret_hello->threads = link->options.threads;
    snprintf(ret_hello->build, sizeof ret_hello->build, "%s", link->options.build);
    link->api->host(ret_hello->host, sizeof ret_hello->host);
}

/* Rank 0 alone says what does not fit, so that it is said once. */
static void compare(struct mf__mpi_link *link, int from, const struct hello *theirs)
{
    struct hello ours;
    if (link->rank != 0)
        return;
    present(link, &ours);
    if (strcmp(theirs->build, ours.build) != 0)
        mf__mpi_fail_open(link, MF_E_DIFFER,
                          "rank %d on %s is manyfold %s, rank 0 on %s is %s: they need the same "
                          "build and C library",
                          from, theirs->host, theirs->build, ours.host, ours.build);
    else if (theirs->threads != ours.threads)
        mf__mpi_fail_open(
            link, MF_E_INPUT,
            "rank %d on %s has %u threads, rank 0 has %u: give --threads-per-rank, or "
            "MANYFOLD_THREADS_PER_RANK by mpirun -x, to all of them",
            from, theirs->host, theirs->threads, ours.threads);
}

static void meet(struct mf__mpi_link *link, int from)
{
    struct mf__mpi_peer *peer = &link->peers[from];
    struct hello hello;
    mf__mpi_take(link, from, MF__TAG_HELLO, &hello, sizeof hello);
    hello.build[sizeof hello.build - 1] = '\0';
    hello.host[sizeof hello.host - 1] = '\0';
    memcpy(peer->host, hello.host, sizeof peer->host);
    peer->pid = hello.pid;
    peer->threads = hello.threads;
    peer->is_met = true;
    peer->heard_ns = mf__now_ns();
    compare(link, from, &hello);
}

static bool all_met(const struct mf__mpi_link *link)
{
    for (int rank = 0; rank < link->size; rank++)
        if (is_talked_to(link, rank) && !link->peers[rank].is_met)
            return false;
    return true;
}

void mf__mpi_gather(struct mf__mpi_link *link)
{
    struct hello hello;
    uint64_t end_ns = mf__now_ns() + link->options.gather_ns;
    int from = 0;
    int tag = 0;
    present(link, &hello);
    memcpy(link->host, hello.host, sizeof link->host);
    for (int rank = 0; rank < link->size; rank++)
        if (is_talked_to(link, rank))
            mf__mpi_send(link, rank, MF__TAG_HELLO, &hello, sizeof hello);
    while (!all_met(link) && link->problem[0] == '\0') {
        uint32_t seen = mf__event_seen(&link->woken);
        mf__mpi_keep_in_touch(link);
        if (mf__mpi_find(link, MF__TAG_HELLO, &from, &tag))
            meet(link, from);
        else
            mf__event_wait(&link->woken, seen, MF_SPIN_NEVER, MF__MPI_PACE_IDLE);
        if (mf__now_ns() > end_ns)
            mf__mpi_fail_open(link, MF_E_SYSTEM, "not all %d ranks were there after %.0f s",
                              link->size, (double)link->options.gather_ns / 1e9);
    }
}
