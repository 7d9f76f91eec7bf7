/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mock.h"

#include "base/status.h"
#include "exec/run.h"

static const struct mf__mock_script plain_script = {.wall_ns = 1, .open_ns = 1};

static const struct mf__mock_fault *fault_of(const struct mf__mock_script *script, uint64_t item)
{
    for (size_t i = 0; i < script->n_faults; i++)
        if (script->faults[i].item == item)
            return &script->faults[i];
    return NULL;
}

/* The work as the script changes it. */
struct scripted {
    const struct mf__mock_script *script;
    const mf_work *work;
};

static int run_item(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    const struct scripted *scripted = user;
    const struct mf__mock_fault *fault = fault_of(scripted->script, item);
    if (fault != NULL && fault->code != 0)
        return mf__fail(error, fault->code, "failed as scripted");
    int code = scripted->work->run(scripted->work->user, item, ret_result, worker, error);
    if (fault != NULL && fault->wrong_answer && scripted->work->result_bytes > 0)
        *(unsigned char *)ret_result ^= 1;
    return code;
}

static int combine_item(void *user, uint64_t item, const void *result, mf_error *error)
{
    const struct scripted *scripted = user;
    return scripted->work->combine(scripted->work->user, item, result, error);
}

/* The script's time and the items are shared out evenly, all of the time computing. */
static void share_out(struct mf__run *run, unsigned worker, unsigned n_workers)
{
    uint64_t n_items = run->work->n_items;
    mf_span span = {.worker = worker,
                    .first_item = n_items / n_workers * worker,
                    .end_ns = run->wall_ns,
                    .compute_ns = run->wall_ns};
    span.last_item = worker + 1 == n_workers ? n_items : n_items / n_workers * (worker + 1);
    span.items = span.last_item - span.first_item;
    run->workers[worker] = (mf_worker_ledger){.items = span.items, .compute_ns = run->wall_ns};
    if (run->spans == NULL || span.items == 0)
        return;
    span.last_item--;
    run->spans[run->n_spans++] = span;
}

static void run_mock(mf_pool *pool, struct mf__run *run)
{
    struct scripted scripted = {pool->state, run->work};
    mf_work work = *run->work;
    work.run = run_item;
    work.combine = work.combine != NULL ? combine_item : NULL;
    work.user = &scripted;
    run->work = &work;
    mf__run_serially(run);
    run->work = scripted.work;
    run->wall_ns = scripted.script->wall_ns;
    run->n_spans = 0;
    for (unsigned worker = 0; worker < pool->workers; worker++)
        share_out(run, worker, pool->workers);
}

static int open_mock(mf_pool *pool, mf_error *error)
{
    (void)error;
    mf__mock_set(pool, &plain_script);
    return 0;
}

void mf__mock_set(mf_pool *pool, const struct mf__mock_script *script)
{
    /* The pool only passes the script on; `state` has no const for the ways that write theirs. */
    union {
        const struct mf__mock_script *script;
        void *state;
    } kept = {.script = script};
    pool->state = kept.state;
    pool->open_ns = script->open_ns;
}

const mf_way mf__mock_way = {
    .name = "mock",
    .summary = "for tests: times and failures come from a script",
    .most_workers = MF_WORKERS_MAX,
    .open = open_mock,
    .run = run_mock,
};
