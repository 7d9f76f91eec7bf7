/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads: a pool made once, of the caller (worker 0) and workers - 1 helpers.
 *
 * Between runs a helper looks for the next run for a while, then sleeps. A run passes through a
 * gate, one atomic word that says whether a run is open and how many helpers are inside. The caller
 * opens it, works itself, closes it, and waits only for the helpers that went in: a helper that
 * wakes up when all is done finds the gate closed and costs nothing. This is why a short run on
 * sleeping threads takes no longer than the caller alone.
 *
 * Results are combined in order by whoever publishes one, under a token: a thread that finds the
 * token taken leaves, and the holder looks once more after putting it back. Nobody waits for it.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/run.h"
#include "exec/team.h"

#include <pthread.h>
#include <string.h>

#define GATE_OPEN (UINT32_C(1) << 31) /* the other bits count helpers inside */

struct helper {
    pthread_t thread;
    mf_pool *pool;
    unsigned worker;
};

/* What a helper needs to join a run stands together with the gate, in one cache line. */
struct threads {
    _Atomic uint32_t gate;
    _Atomic bool closing;
    struct mf__crew crew;
    _Alignas(64) struct mf__event start; /* a run was opened, or the pool closes */
    _Alignas(64) struct mf__event left;  /* the last helper left a closed gate */
    _Alignas(64) _Atomic bool token;     /* somebody combines */
    struct mf__run *run;
    void *memory; /* the board's; kept from run to run */
    size_t memory_bytes;
    unsigned n_helpers;
    struct helper helpers[];
};

static void collect(struct threads *threads, unsigned worker)
{
    struct mf__board *board = threads->crew.board;
    mf__run_collect_by_one(threads->run, board, &threads->token,
                           &mf__board_post(board, worker)->log.ledger);
}

static void published(void *user, unsigned worker, uint64_t item, uint64_t took_ns)
{
    struct threads *threads = user;
    (void)item;
    (void)took_ns;
    collect(threads, worker);
    if (worker == 0)
        mf__run_progress(threads->run, atomic_load(&threads->crew.board->combined));
}

/* Goes in, unless the gate is closed. */
static bool enter(struct threads *threads)
{
    uint32_t gate = atomic_load(&threads->gate);
    while ((gate & GATE_OPEN) != 0)
        if (atomic_compare_exchange_weak(&threads->gate, &gate, gate + 1))
            return true;
    return false;
}

static void leave(struct threads *threads)
{
    if (atomic_fetch_sub(&threads->gate, 1) == 1)
        mf__event_notify(&threads->left);
}

static void *help(void *argument)
{
    const struct helper *self = argument;
    struct threads *threads = self->pool->state;
    uint32_t seen = 0; /* the epoch when the pool was made: a run opened since then is not missed */
    while (!atomic_load(&threads->closing)) {
        if (enter(threads)) {
            seen = mf__event_seen(&threads->start);
            mf__work_on_board(&threads->crew, self->worker);
            leave(threads);
        }
        mf__event_wait(&threads->start, seen, self->pool->spin_ns, MF__NO_TIMEOUT);
        seen = mf__event_seen(&threads->start);
    }
    return NULL;
}

static bool all_left(void *user)
{
    struct threads *threads = user;
    return atomic_load_explicit(&threads->gate, memory_order_acquire) == 0;
}

/* Waits until every helper that went in has left, telling progress meanwhile. */
static void close_gate(mf_pool *pool, struct mf__run *run)
{
    struct threads *threads = pool->state;
    uint64_t spin_ns = pool->spin_ns < MF__PROGRESS_NS ? pool->spin_ns : MF__PROGRESS_NS;
    atomic_fetch_and(&threads->gate, ~GATE_OPEN);
    for (;;) {
        if (mf__spin_until(all_left, threads, spin_ns))
            return;
        uint32_t seen = mf__event_seen(&threads->left);
        if (all_left(threads))
            return;
        if (spin_ns < MF__PROGRESS_NS)
            mf__event_wait(&threads->left, seen, MF_SPIN_NEVER, MF__PROGRESS_NS);
        mf__run_progress(run, atomic_load(&threads->crew.board->combined));
    }
}

/* Room for the board, holding anything: that of the run before when it is large enough. */
static void *board_memory(struct threads *threads, size_t bytes)
{
    if (bytes <= threads->memory_bytes)
        return threads->memory;
    mf__free(threads->memory);
    threads->memory = bytes == SIZE_MAX ? NULL : mf__aligned_room(bytes);
    threads->memory_bytes = threads->memory != NULL ? bytes : 0;
    return threads->memory;
}

static void run_threads(mf_pool *pool, struct mf__run *run)
{
    struct threads *threads = pool->state;
    size_t bytes = mf__board_bytes(run->work, pool->workers);
    void *memory = board_memory(threads, bytes);
    if (memory == NULL) {
        mf_error error;
        int code = mf__fail_memory(&error, bytes, "results that wait to be combined");
        mf__run_end(run, code, &error);
        return;
    }
    struct mf__board *board = mf__board_init_used(memory, run->work, pool->workers);
    threads->run = run;
    threads->crew = (struct mf__crew){.board = board,
                                      .work = run->work,
                                      .cancel = run->cancel,
                                      .started_ns = run->started_ns,
                                      .timed = run->timed,
                                      .spin_ns = pool->spin_ns,
                                      .published = published,
                                      .user = threads};
    if (run->work->n_items > 1 && threads->n_helpers > 0) {
        atomic_store(&threads->gate, GATE_OPEN);
        mf__event_notify(&threads->start);
    }
    mf__work_on_board(&threads->crew, 0);
    close_gate(pool, run);
    mf__run_settle(run, board);
    for (unsigned worker = 0; worker < pool->workers; worker++)
        mf__run_take_log(run, worker, &mf__board_post(board, worker)->log);
}

static int open_threads(mf_pool *pool, mf_error *error)
{
    size_t bytes = sizeof(struct threads) + pool->workers * sizeof(struct helper);
    struct threads *threads = mf__aligned_room(bytes);
    if (threads == NULL)
        return mf__fail_memory(error, bytes, "threads");
    memset(threads, 0, bytes);
    pool->state = threads;
    for (unsigned worker = 1; worker < pool->workers; worker++) {
        struct helper *helper = &threads->helpers[worker - 1];
        helper->pool = pool;
        helper->worker = worker;
        int reason = mf__start_quietly(&helper->thread, help, helper);
        if (reason != 0)
            return mf__fail_errno(error, reason,
                                  "thread %u of %u could not be started; fewer "
                                  "workers would help",
                                  worker + 1, pool->workers);
        threads->n_helpers++;
    }
    return 0;
}

static void close_threads(mf_pool *pool)
{
    struct threads *threads = pool->state;
    if (threads == NULL)
        return;
    atomic_store(&threads->closing, true);
    mf__event_notify(&threads->start);
    for (unsigned i = 0; i < threads->n_helpers; i++)
        pthread_join(threads->helpers[i].thread, NULL);
    mf__free(threads->memory);
    mf__free(threads);
    pool->state = NULL;
}

const mf_way mf__threads_way = {
    .name = "threads",
    .summary = "threads of one process: quick to start, all memory shared",
    .most_workers = MF_WORKERS_MAX,
    .open = open_threads,
    .run = run_threads,
    .close = close_threads,
};
