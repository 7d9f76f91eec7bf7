/* SPDX-License-Identifier: Apache-2.0 */
/* A job for ranks that are processes of a test, which can do what a test wants to see. */
#ifndef TESTS_UNIT_TRAVELLING_H
#define TESTS_UNIT_TRAVELLING_H

#include "base/memory.h"
#include "base/status.h"
#include "exec/baggage.h"
#include "exec/portable.h"
#include "jobs/portable.h"
#include "tests/unit/fake_mpi.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>

struct task {
    struct fold fold; /* of rank 0 */
    uint64_t ballast; /* bytes that travel along */
    uint64_t fails_from;
    uint64_t fails_to;
    uint64_t stops_at; /* the item at which a rank but 0 stops itself */
    uint64_t cancels_at;
    uint64_t nap_ns; /* of rank 0, before each item, so that the others do the most */
    uint64_t words;  /* of a result */
    uint64_t filled; /* ... that are filled; 0: all */
    bool meets;      /* all begin an item when rank 1 has begun one, which does when rank 0 has */
    uint64_t holds;  /* how many items rank 1 does; all but one of its threads wait for that */
    bool starves;    /* ranks but 0 can start no thread once they have it */
    bool nests;      /* rank 0 tries another run meanwhile */
    int rank;        /* where this is */
};

static inline uint64_t filled_words(const struct task *task)
{
    return task->filled > 0 ? task->filled : task->words;
}

static inline void meet(int rank);
static inline void hold(int rank, uint64_t n);

static inline int run_task(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                           mf_error *error)
{
    const struct task *task = user;
    uint64_t *words = ret_result;
    const struct timespec nap = {.tv_nsec = (long)task->nap_ns};
    if (task->rank == 0 && task->nap_ns > 0)
        nanosleep(&nap, NULL);
    if (task->meets)
        meet(task->rank);
    if (task->holds > 0)
        hold(task->rank, task->holds);
    if (item >= task->fails_from && item < task->fails_to)
        return mf__fail(error, MF_E_INPUT, "item %llu is bad", (unsigned long long)item);
    if (item == task->cancels_at)
        return mf__fail(error, MF_E_CANCELLED, "enough");
    if (item >= task->stops_at && task->rank != 0)
        raise(SIGSTOP);
    for (uint64_t i = 1; i < filled_words(task); i++)
        words[i] = item ^ i;
    return fold_run(user, item, ret_result, worker, error);
}

static inline void run_beside(void);

static inline int combine_task(void *user, uint64_t item, const void *result, mf_error *error)
{
    const struct task *task = user;
    const uint64_t *words = result;
    if (task->nests && item == 0)
        run_beside();
    for (uint64_t i = 1; i < filled_words(task); i++)
        if (words[i] != (item ^ i))
            return mf__fail(error, MF_E_DIFFER, "word %llu of item %llu", (unsigned long long)i,
                            (unsigned long long)item);
    return fold_combine(user, item, result, error);
}

static inline int pack_task(const void *user, struct mf__parcel *out, mf_error *error)
{
    const struct task *task = user;
    mf__pack_value(out, task, sizeof *task);
    mf__buffer_fill(&out->bytes, 'b', task->ballast);
    return mf__pack_check(out, error);
}

/* No address space holds such a stack. */
static inline void starve(void)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)1 << 50);
    fake_must(pthread_setattr_default_np(&attributes) == 0, "no such attributes");
    pthread_attr_destroy(&attributes);
}

static inline int unpack_task(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    struct task *task = mf__new(1, sizeof *task);
    mf__unpack_value(baggage, task, sizeof *task);
    task->rank = fake.rank;
    if (task->starves)
        starve();
    *ret_user = task;
    for (; baggage->left > 0 && *baggage->at == 'b'; baggage->left--)
        baggage->at++;
    if (mf__unpack_check(baggage, error) == 0)
        return 0;
    mf__free(task);
    return MF_E_FORMAT;
}

static inline size_t task_used(const void *user, uint64_t item, const void *result)
{
    (void)item;
    (void)result;
    return filled_words(user) * sizeof(uint64_t);
}

static const struct mf_portable task_travels = {.name = "task",
                                                .pack = pack_task,
                                                .unpack = unpack_task,
                                                .drop = mf__free,
                                                .run = run_task,
                                                .used = task_used};

static const struct mf_portable *const kinds[] = {&task_travels, &mf__fit_travels, NULL};

static inline mf_work task_work(struct task *task, uint64_t n_items)
{
    task->fails_from = task->fails_to > 0 ? task->fails_from : UINT64_MAX;
    task->stops_at = task->stops_at > 0 ? task->stops_at : UINT64_MAX;
    task->cancels_at = task->cancels_at > 0 ? task->cancels_at : UINT64_MAX;
    task->words = task->words > 0 ? task->words : 1;
    return (mf_work){.n_items = n_items,
                     .result_bytes = task->words * sizeof(uint64_t),
                     .run = run_task,
                     .combine = combine_task,
                     .user = task,
                     .portable = &task_travels};
}

/* A second run over the same ranks, beside the one whose result is combined. */
static inline void run_beside(void)
{
    struct task task = {0};
    const mf_work work = task_work(&task, 100);
    mf_error error = {0};
    mf_pool *pool = open_pool("mpi", (unsigned)fake.size);
    int code = mf_pool_run(pool, &work, NULL, NULL, &error);
    fake_must(code == MF_E_BUSY && strstr(error.text, "another run") != NULL, "ran beside");
    mf_pool_close(&pool);
}

#endif
