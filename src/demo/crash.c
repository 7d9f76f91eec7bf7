/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "demo/grains.h"
#include "demo/registry.h"
#include "exec/isolate.h"
#include "report/figures.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#define ITEMS  64
#define VICTIM 20 /* the item whose first worker is killed */

enum { TIME, DEATHS, ITEMS_DONE };

static const struct mf__demo_column columns[] = {
    [TIME] = {"time_ns", "time", MF__DEMO_NS},
    [DEATHS] = {"workers_lost", "workers lost", MF__DEMO_COUNT},
    [ITEMS_DONE] = {"items", "items that arrived", MF__DEMO_COUNT},
};

enum { PROCESSES, PROCESSES_KILLED, THREADS_KILLED };

/* What workers of a run need; `killed` is shared by processes, too. */
struct job {
    const char *way;
    unsigned workers;
    uint64_t steps;
    atomic_bool *killed; /* NULL: nobody is */
    uint64_t sum;
    uint64_t arrived;
};

static int run_item(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    const struct job *job = user;
    (void)worker;
    (void)error;
    if (item == VICTIM && job->killed != NULL && !atomic_exchange(job->killed, true))
        kill(getpid(), SIGKILL);
    *(uint64_t *)ret_result = mf__mix(item, job->steps);
    return 0;
}

static int combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct job *job = user;
    (void)item;
    (void)error;
    job->sum += *(const uint64_t *)result;
    job->arrived++;
    return 0;
}

static uint64_t expected(const struct job *job)
{
    uint64_t sum = 0;
    for (uint64_t item = 0; item < ITEMS; item++)
        sum += mf__mix(item, job->steps);
    return sum;
}

static int run_job(struct job *job, double *ret_figures, mf_error *error)
{
    const mf_work work = {.n_items = ITEMS,
                          .result_bytes = sizeof(uint64_t),
                          .run = run_item,
                          .combine = combine,
                          .user = job};
    struct mf__timed timed;
    int code = mf__stage_run(job->way, job->workers, &work, &timed, error);
    if (code != 0)
        return code;
    if (job->sum != expected(job))
        return mf__fail(error, MF_E_DIFFER, "the answer is wrong");
    ret_figures[TIME] = (double)timed.wall_ns;
    ret_figures[DEATHS] = timed.deaths;
    ret_figures[ITEMS_DONE] = (double)job->arrived;
    return 0;
}

/* A whole program of its own, in a child, that runs the job with threads. */
static int whole_program(void *user, struct mf__buffer *bytes, mf_error *error)
{
    double figures[MF__DEMO_COLUMNS];
    (void)bytes;
    return run_job(user, figures, error);
}

/* With threads there is nobody left who could tell: the program is gone, with all that it had. */
static int run_program(struct job *job, double *ret_figures, mf_error *error)
{
    struct mf__isolated isolated;
    int code = mf__isolate(whole_program, job, NULL, &isolated, error);
    if (code == 0) {
        mf__buffer_done(&isolated.bytes);
        return mf__fail(error, MF_E_DIFFER, "a program survived that was killed");
    }
    if (code != MF_E_WORKER)
        return code;
    ret_figures[ITEMS_DONE] = 0;
    return 0;
}

static int take(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                mf_error *error)
{
    atomic_bool *killed = stage->user;
    struct job job = {.way = self->word,
                      .workers = stage->several,
                      .steps = mf__stage_size(stage, 200000, 100),
                      .killed = self->number == PROCESSES ? NULL : killed};
    atomic_store(killed, false);
    if (self->number == THREADS_KILLED)
        return run_program(&job, ret_figures, error);
    return run_job(&job, ret_figures, error);
}

static void say(struct mf__stage *stage)
{
    struct mf__interval slower = mf__stage_times(stage, PROCESSES_KILLED, PROCESSES);
    mf__stage_found(stage, true);
    mf__stage_say(stage,
                  "One of %u worker processes was killed at its work in each run. All %d items "
                  "arrived and the answer was right: the item was run again by a new worker, and "
                  "the run took %s times as long as without.",
                  stage->several, ITEMS, mf__show_sure(&slower).text);
    mf__stage_say(stage, "With threads the same signal ended the whole program, and with it every "
                         "result that was only in its memory: threads share their fate.");
}

static int play(struct mf__stage *stage, mf_error *error)
{
    static const struct mf__programme programme = {
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .takes = {[PROCESSES] = {"processes", PROCESSES, take, .number = PROCESSES,
                                 .word = "processes"},
                  [PROCESSES_KILLED] = {"processes, one killed", PROCESSES, take,
                                        .number = PROCESSES_KILLED, .word = "processes"},
                  [THREADS_KILLED] = {"threads, one killed", PROCESSES, take,
                                      .number = THREADS_KILLED, .word = "threads"}},
        .n = 3,
    };
    atomic_bool *killed =
        mmap(NULL, sizeof *killed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (killed == MAP_FAILED)
        return mf__fail_errno(error, errno, "no memory can be shared with workers");
    stage->user = killed;
    int code = mf__stage_measure(stage, &programme, error);
    if (code == 0)
        say(stage);
    munmap(killed, sizeof *killed);
    return code;
}

const struct mf__demo mf__demo_crash = {
    .name = "crash",
    .summary = "a worker is killed: processes carry on, threads all end with it",
    .what = "A worker is killed while it is at an item: once among processes, once among the "
            "threads of a program that was started for it.",
    .play = play,
};
