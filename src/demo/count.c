/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A race of plain variables is undefined in C (C17, 5.1.2.4), so a compiler may make anything of
 * it. The unguarded counter is therefore an atomic that is loaded and stored in two steps, with no
 * order asked for: the same machine instructions as `counter++`, with a defined meaning, in which
 * increments can get lost and nothing worse can happen.
 */
#include "demo/count.h"

#include "base/memory.h"
#include "base/status.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define APART (2 * MF__CACHE_LINE) /* processors fetch lines in pairs */

/* Counters of workers, close together or apart. */
union counter {
    _Atomic uint64_t value;
    char room[APART];
};

struct hall {
    enum mf__counting how;
    uint64_t each;
    unsigned workers;
    union counter shared;
    union counter own[MF__DEMO_WORKERS_MAX];
    _Alignas(APART) _Atomic uint64_t packed[MF__DEMO_WORKERS_MAX];
    _Alignas(APART) pthread_mutex_t mutex;
    _Alignas(APART) atomic_uint arrived;
};

static void count_unguarded(_Atomic uint64_t *counter, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++) {
        uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);
        atomic_store_explicit(counter, value + 1, memory_order_relaxed);
    }
}

static void count_atomic(_Atomic uint64_t *counter, uint64_t times)
{
    for (uint64_t i = 0; i < times; i++)
        atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static void count_locked(struct hall *hall)
{
    for (uint64_t i = 0; i < hall->each; i++) {
        pthread_mutex_lock(&hall->mutex);
        count_unguarded(&hall->shared.value, 1);
        pthread_mutex_unlock(&hall->mutex);
    }
}

/* Nobody begins before all are there; each waits inside an item, so each has an item of its own. */
static void meet(struct hall *hall)
{
    atomic_fetch_add(&hall->arrived, 1);
    while (atomic_load(&hall->arrived) < hall->workers)
        sched_yield();
}

static void count_in_own(struct hall *hall, uint64_t worker)
{
    bool packed = hall->how == MF__COUNT_PACKED || hall->how == MF__COUNT_PACKED_ATOMIC;
    _Atomic uint64_t *counter = packed ? &hall->packed[worker] : &hall->own[worker].value;
    if (hall->how == MF__COUNT_OWN || hall->how == MF__COUNT_PACKED)
        count_unguarded(counter, hall->each);
    else
        count_atomic(counter, hall->each);
}

static int count_item(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                      mf_error *error)
{
    struct hall *hall = user;
    (void)ret_result;
    (void)worker;
    (void)error;
    meet(hall);
    if (hall->how == MF__COUNT_UNGUARDED)
        count_unguarded(&hall->shared.value, hall->each);
    else if (hall->how == MF__COUNT_ATOMIC)
        count_atomic(&hall->shared.value, hall->each);
    else if (hall->how == MF__COUNT_MUTEX)
        count_locked(hall);
    else
        count_in_own(hall, item);
    return 0;
}

static uint64_t total_of(const struct hall *hall)
{
    uint64_t total = atomic_load(&hall->shared.value);
    for (unsigned i = 0; i < hall->workers; i++)
        total += atomic_load(&hall->own[i].value) + atomic_load(&hall->packed[i]);
    return total;
}

static int count_in(struct hall *hall, struct mf__counted *ret_counted, mf_error *error)
{
    const mf_work work = {.n_items = hall->workers, .run = count_item, .user = hall};
    struct mf__timed timed;
    int code = mf__stage_run("threads", hall->workers, &work, &timed, error);
    if (code != 0)
        return code;
    *ret_counted =
        (struct mf__counted){(double)timed.wall_ns, hall->each * hall->workers, total_of(hall)};
    if (hall->how != MF__COUNT_UNGUARDED && ret_counted->total != ret_counted->wanted)
        return mf__fail(error, MF_E_DIFFER, "%llu were counted in place of %llu",
                        (unsigned long long)ret_counted->total,
                        (unsigned long long)ret_counted->wanted);
    return 0;
}

int mf__count(enum mf__counting how, unsigned workers, uint64_t each,
              struct mf__counted *ret_counted, mf_error *error)
{
    _Static_assert(sizeof(union counter) == APART, "counters of workers are that far apart");
    struct hall *hall = mf__aligned_room(sizeof *hall + APART);
    if (hall == NULL)
        return mf__fail_memory(error, sizeof *hall, "counters");
    memset(hall, 0, sizeof *hall);
    hall->how = how;
    hall->each = each;
    hall->workers = workers;
    pthread_mutex_init(&hall->mutex, NULL);
    int code = count_in(hall, ret_counted, error);
    pthread_mutex_destroy(&hall->mutex);
    mf__free(hall);
    return code;
}
