/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "demo/registry.h"
#include "demo/stage.h"
#include "exec/isolate.h"
#include "report/figures.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define LARGE_BYTES   ((size_t)256 << 20)
#define A_PROCESS     "a process, "
#define MEMORY_SHARES 8 /* a large parent takes no more than this part of the memory */

enum { TIME, SLOWER };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time of a start", MF__DEMO_NS},
    [SLOWER] = {"times_as_long", "times as long", MF__DEMO_SLOWER},
};

enum { POOL, THREAD, PROCESS, LARGE_PROCESS };

static void *do_nothing(void *unused)
{
    return unused;
}

static int no_task(void *user, struct mf__buffer *bytes, mf_error *error)
{
    (void)user;
    (void)bytes;
    (void)error;
    return 0;
}

/* Where the workers of a run wait for each other, so that it takes all of them. */
struct meeting {
    unsigned workers;
    atomic_uint arrived;
};

static int meet(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                mf_error *error)
{
    struct meeting *meeting = user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    atomic_fetch_add(&meeting->arrived, 1);
    while (atomic_load(&meeting->arrived) < meeting->workers)
        sched_yield();
    return 0;
}

static int start_threads(uint64_t times, mf_error *error)
{
    for (uint64_t i = 0; i < times; i++) {
        pthread_t thread;
        int reason = pthread_create(&thread, NULL, do_nothing, NULL);
        if (reason != 0)
            return mf__fail_errno(error, reason, "a thread could not be started");
        pthread_join(thread, NULL);
    }
    return 0;
}

static int start_processes(uint64_t times, mf_error *error)
{
    int code = 0;
    for (uint64_t i = 0; i < times && code == 0; i++) {
        struct mf__isolated isolated;
        code = mf__isolate(no_task, NULL, NULL, &isolated, error);
        if (code == 0)
            mf__buffer_done(&isolated.bytes);
    }
    return code;
}

static int timed_start(int (*start)(uint64_t times, mf_error *error), uint64_t times,
                       double *ret_figures, mf_error *error)
{
    uint64_t start_ns = mf__now_ns();
    int code = start(times, error);
    ret_figures[TIME] = (double)(mf__now_ns() - start_ns) / (double)times;
    return code;
}

static int take_threads(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                        mf_error *error)
{
    (void)self;
    return timed_start(start_threads, mf__stage_size(stage, 200, 5), ret_figures, error);
}

static int take_processes(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                          mf_error *error)
{
    (void)self;
    return timed_start(start_processes, mf__stage_size(stage, 40, 2), ret_figures, error);
}

/* The parent has touched so many bytes, whose page tables the child gets a copy of. */
static int take_large(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                      mf_error *error)
{
    char *memory = mf__aligned_room(self->number);
    if (memory == NULL)
        return mf__fail_memory(error, self->number, "a large process");
    memset(memory, 1, self->number);
    int code = timed_start(start_processes, mf__stage_size(stage, 10, 1), ret_figures, error);
    mf__free(memory);
    return code;
}

static int run_often(mf_pool *pool, uint64_t times, double *ret_figures, mf_error *error)
{
    struct meeting meeting = {.workers = mf_pool_workers(pool)};
    const mf_work work = {.n_items = meeting.workers, .run = meet, .user = &meeting};
    int code = mf_pool_run(pool, &work, NULL, NULL, error);
    uint64_t start_ns = mf__now_ns();
    for (uint64_t i = 0; i < times && code == 0; i++) {
        atomic_store(&meeting.arrived, 0);
        code = mf_pool_run(pool, &work, NULL, NULL, error);
    }
    ret_figures[TIME] = (double)(mf__now_ns() - start_ns) / (double)times;
    return code;
}

static int take_pool(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                     mf_error *error)
{
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    (void)self;
    options.workers = stage->several;
    int code = mf_pool_open(mf_way_find("threads"), &options, &pool, error);
    if (code == 0)
        code = run_often(pool, mf__stage_size(stage, 500, 5), ret_figures, error);
    mf_pool_close(&pool);
    return code;
}

static void say_forks(struct mf__stage *stage, const struct mf__interval *to_thread)
{
    static const char *const forks[] = {
        [MF__SIDE_UNSETTLED] = ": which is quicker is not settled",
        [MF__SIDE_ABOVE] = "",
        [MF__SIDE_BELOW] = ": less, the other way round than usual",
    };
    static const char *const sizes[] = {
        [MF__SIDE_UNSETTLED] = ": whether that is more is not settled",
        [MF__SIDE_ABOVE] = ", since its page tables are copied",
        [MF__SIDE_BELOW] = ": less, the other way round than usual",
    };
    struct mf__interval to_large = mf__stage_times(stage, LARGE_PROCESS, PROCESS);
    mf__stage_say(
        stage,
        "Forking a small process took %s times as long as starting a thread%s. From a %s, "
        "all of it touched, it took %s times as long as from a small one%s.",
        mf__show_sure(to_thread).text, forks[mf__stage_side(to_thread, 1)],
        stage->result->rows[LARGE_PROCESS].name + strlen(A_PROCESS), mf__show_sure(&to_large).text,
        sizes[mf__stage_side(&to_large, 1)]);
}

static void say(struct mf__stage *stage)
{
    static const char *const pools[] = {
        [MF__SIDE_UNSETTLED] = ": which is quicker is not settled.",
        [MF__SIDE_ABOVE] = ": start workers once, and keep them.",
        [MF__SIDE_BELOW] = ": slower, the other way round than usual, as on a single core.",
    };
    struct mf__interval to_thread = mf__stage_times(stage, PROCESS, THREAD);
    struct mf__interval to_pool = mf__stage_times(stage, THREAD, POOL);
    mf__stage_found(stage, mf__surely_above(&to_thread, 1) && mf__surely_above(&to_pool, 1));
    say_forks(stage, &to_thread);
    mf__stage_say(
        stage,
        "A run that took all %u threads of a pool that is kept was %s times as quick as starting "
        "a single one%s",
        stage->several, mf__show_sure(&to_pool).text, pools[mf__stage_side(&to_pool, 1)]);
}

static size_t large_bytes(const struct mf__stage *stage)
{
    size_t most = (size_t)stage->machine->memory_bytes / MEMORY_SHARES;
    size_t wanted = stage->quick ? (size_t)4 << 20 : LARGE_BYTES;
    return most > 0 && most < wanted ? most : wanted;
}

static int play(struct mf__stage *stage, mf_error *error)
{
    size_t large = large_bytes(stage);
    struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[POOL] = {"a run on a pool that stays", POOL, .take = take_pool},
                  [THREAD] = {"a thread", POOL, .take = take_threads},
                  [PROCESS] = {A_PROCESS "small parent", POOL, .take = take_processes}},
        .n = 3,
    };
    struct mf__take *made =
        mf__programme_add(&programme, A_PROCESS "parent with %s", mf__show_bytes(large).text);
    made->base = POOL;
    made->take = take_large;
    made->number = large;
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    return code;
}

const struct mf__demo mf__demo_start_up = {
    .name = "start-up",
    .summary = "what it costs to start a thread or a process, and to keep a pool",
    .what =
        "Threads and processes that do nothing are started and waited for, one after the "
        "other. A pool of threads that is kept gets runs in which each thread has to take part.",
    .play = play,
    .say = say,
};
