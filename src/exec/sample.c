/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/sample.h"

#include "base/clock.h"
#include "base/status.h"
#include "exec/isolate.h"
#include "exec/told.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* A job that is ready, and what is written down of its last run. */
struct ready {
    const struct mf__job_kind *kind;
    void *user;
    mf_work work;
};

static int make_ready(const struct mf__job *job, struct ready *ready, mf_error *error)
{
    *ready = (struct ready){.kind = job->kind};
    return job->kind->make(job->config, job->size, &ready->user, &ready->work, error);
}

/* A wrong answer is a result as well: it is told, and the time was measured all the same. */
static int check_answer(const struct ready *ready, struct mf__outcome *outcome, mf_error *error)
{
    mf_error reason = {0};
    int code = ready->kind->check != NULL ? ready->kind->check(ready->user, &reason) : 0;
    if (code == MF_E_DIFFER) {
        outcome->wrong = true;
        snprintf(outcome->wrong_why, sizeof outcome->wrong_why, "%.*s",
                 (int)sizeof outcome->wrong_why - 1, reason.text);
        return 0;
    }
    if (code != 0 && error != NULL)
        *error = reason;
    return code;
}

/* Opens, runs and closes once; adds the time to *total_ns. */
static int use_once(const struct mf__sample_request *request, const struct ready *ready,
                    struct mf__outcome *outcome, mf_error *error)
{
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    options.workers = request->workers;
    mf_ledger_done(&outcome->ledger);
    ready->kind->reset(ready->user);

    uint64_t start = mf__now_ns();
    int code = mf_pool_open(request->way, &options, &pool, error);
    if (code == 0)
        code = mf_pool_run(pool, &ready->work, NULL, &outcome->ledger, error);
    mf_pool_close(&pool);
    outcome->total_ns += mf__now_ns() - start;
    outcome->cpu_ns += outcome->ledger.cpu_ns;

    return code == 0 ? check_answer(ready, outcome, error) : code;
}

static int write_answer(const struct ready *ready, struct mf__outcome *outcome, mf_error *error)
{
    struct mf__buffer text = {0};
    ready->kind->answer(ready->user, &text);
    int code = mf__buffer_check(&text, error);
    if (code == 0) {
        mf__digest(mf__buffer_text(&text), text.length, outcome->digest);
        snprintf(outcome->answer, sizeof outcome->answer, "%.*s",
                 (int)strcspn(mf__buffer_text(&text), "\n"), mf__buffer_text(&text));
    }
    mf__buffer_done(&text);
    return code;
}

static int sample_way(const struct mf__sample_request *request, const struct ready *ready,
                      struct mf__outcome *outcome, mf_error *error)
{
    int code = 0;
    for (uint64_t turn = 0; turn < request->repeats && code == 0; turn++)
        code = use_once(request, ready, outcome, error);
    outcome->total_ns /= request->repeats;
    return code == 0 ? write_answer(ready, outcome, error) : code;
}

/* ---- copies: each item of this work is the whole job, run serially in a process of its own ----
 */

#define MEET_NS (MF__NS_PER_S) /* after this, a copy no longer waits for the others */

struct copies {
    const struct mf__sample_request *request;
    const struct ready *ready;
    _Atomic unsigned *arrived; /* shared by the copies */
    uint64_t slowest_ns;
};

/*
 * Copies run side by side only if they begin together: each waits until all are there. So each also
 * takes a worker of its own.
 */
static void meet(const struct copies *copies)
{
    uint64_t start = mf__now_ns();
    atomic_fetch_add(copies->arrived, 1);
    while (atomic_load(copies->arrived) < copies->request->workers &&
           mf__now_ns() - start < MEET_NS)
        sched_yield();
}

/* Leaves the time of one use of the job, by the serial way, as the base takes it. */
static int run_copy(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    const struct copies *copies = user;
    struct mf__sample_request alone = *copies->request;
    struct mf__outcome outcome = {0};
    (void)item;
    (void)worker;
    alone.copies = false;
    alone.way = mf_way_find("serial");
    alone.workers = 1;
    meet(copies);
    int code = sample_way(&alone, copies->ready, &outcome, error);
    *(uint64_t *)ret_result = outcome.total_ns;
    mf__outcome_done(&outcome);
    return code;
}

static int keep_slowest(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct copies *copies = user;
    uint64_t ns = *(const uint64_t *)result;
    (void)item;
    (void)error;
    copies->slowest_ns = ns > copies->slowest_ns ? ns : copies->slowest_ns;
    return 0;
}

static int run_copies(struct copies *copies, struct mf__outcome *outcome, mf_error *error)
{
    const mf_work work = {.n_items = copies->request->workers,
                          .result_bytes = sizeof(uint64_t),
                          .run = run_copy,
                          .combine = keep_slowest,
                          .user = copies};
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    options.workers = copies->request->workers;
    int code = mf_pool_open(mf_way_find("processes"), &options, &pool, error);
    if (code == 0)
        code = mf_pool_run(pool, &work, NULL, &outcome->ledger, error);
    mf_pool_close(&pool);
    return code;
}

static int sample_copies(const struct mf__sample_request *request, const struct ready *ready,
                         struct mf__outcome *outcome, mf_error *error)
{
    void *shared = mmap(NULL, sizeof(_Atomic unsigned), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return mf__fail_memory(error, sizeof(_Atomic unsigned), "copies to meet in");
    struct copies copies = {.request = request, .ready = ready, .arrived = shared};
    int code = run_copies(&copies, outcome, error);
    munmap(shared, sizeof(_Atomic unsigned));
    outcome->total_ns = copies.slowest_ns;
    return code;
}

int mf__sample_here(const struct mf__sample_request *request, struct mf__outcome *ret_outcome,
                    mf_error *error)
{
    struct ready ready;
    struct mf__outcome outcome = {0};
    if (request->repeats < 1)
        return mf__fail(error, MF_E_INPUT, "a sample takes at least one run");
    int code = make_ready(&request->job, &ready, error);
    if (code != 0)
        return code;
    code = request->copies ? sample_copies(request, &ready, &outcome, error)
                           : sample_way(request, &ready, &outcome, error);
    ready.kind->done(ready.user);
    if (code == 0)
        *ret_outcome = outcome;
    else
        mf__outcome_done(&outcome);
    return code;
}

static int sample_task(void *user, struct mf__buffer *bytes, mf_error *error)
{
    const struct mf__sample_request *request = user;
    struct mf__outcome outcome;
    int code = mf__sample_here(request, &outcome, error);
    if (code == 0) {
        mf__outcome_encode(&outcome, bytes);
        mf__outcome_done(&outcome);
    }
    return code;
}

int mf__sample_apart(const struct mf__sample_request *request, const mf_cancel *cancel,
                     struct mf__outcome *ret_outcome, mf_error *error)
{
    struct mf__sample_request own = *request;
    struct mf__isolated isolated;
    int code = mf__isolate(sample_task, &own, cancel, &isolated, error);
    if (code != 0)
        return code;
    code = mf__outcome_decode(isolated.bytes.bytes, isolated.bytes.length, ret_outcome, error);
    mf__buffer_done(&isolated.bytes);
    if (code == 0) {
        ret_outcome->cpu_ns = isolated.cpu_ns;
        ret_outcome->peak_bytes = isolated.peak_bytes;
    }
    return code;
}

/* The command and what started it did more than the sample, so the CPU time is what the runs say.
 */
int mf__sample_by_command(const struct mf__command *command, const mf_cancel *cancel,
                          struct mf__outcome *ret_outcome, mf_error *error)
{
    struct mf__isolated isolated;
    uint64_t ready_ns = 0;
    int code = mf__command_run(command, cancel, &isolated, &ready_ns, error);
    if (code != 0)
        return code;
    code = mf__outcome_decode(isolated.bytes.bytes, isolated.bytes.length, ret_outcome, error);
    mf__buffer_done(&isolated.bytes);
    if (code == 0) {
        ret_outcome->launch_ns = ready_ns;
        ret_outcome->peak_bytes = isolated.peak_bytes;
    }
    return code;
}

int mf__sample_tell(const struct mf__sample_request *request, int channel)
{
    struct mf__sample_request own = *request;
    struct mf__buffer bytes = {0};
    mf_error error = {0};
    int code = sample_task(&own, &bytes, &error);
    int told = mf__told_write(channel, code, &error, &bytes);
    mf__buffer_done(&bytes);
    return told;
}
