/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mock.h"

#include "base/memory.h"
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

static void run_item(const struct mf__mock_script *script, struct mf__run *run, uint64_t item,
                     unsigned char *result)
{
    const struct mf__mock_fault *fault = fault_of(script, item);
    const mf_worker self = {0, run->cancel};
    mf_error error = {0};
    int code = fault != NULL && fault->code != 0
                   ? mf__fail(&error, fault->code, "failed as scripted")
                   : mf__run_item(run->work, item, result, &self, &run->workers[0], &error);
    if (fault != NULL && fault->wrong_answer && run->work->result_bytes > 0)
        result[0] ^= 1;
    if (code == 0)
        mf__run_combine(run, item, result, &run->workers[0]);
    else
        mf__run_item_failed(run, item, code, error.text);
}

static void run_mock(mf_pool *pool, struct mf__run *run)
{
    const struct mf__mock_script *script = pool->state;
    unsigned char *result = mf__new_aligned(1, run->work->result_bytes);
    if (result == NULL) {
        mf_error error;
        int code = mf__fail_memory(&error, run->work->result_bytes, "one item's result");
        mf__run_end(run, code, &error);
        return;
    }
    for (uint64_t item = 0; item < run->work->n_items && !mf__run_cancelled(run); item++)
        run_item(script, run, item, result);
    mf__free(result);
    run->wall_ns = script->wall_ns;
    /* The script's time is shared out evenly, all of it computing. */
    for (unsigned worker = 0; worker < pool->workers; worker++)
        run->workers[worker].compute_ns = script->wall_ns;
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
