/* SPDX-License-Identifier: Apache-2.0 */
/* The reference: a plain loop over the items. Every other way has to give what this one gives. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "exec/run.h"

static void run_item(struct mf__run *run, uint64_t item, void *result, struct mf__log *log)
{
    const mf_worker self = {0, run->cancel};
    mf_error error;
    int code = mf__run_item(run->work, item, result, &self, log, &error);
    if (code == 0)
        mf__run_combine(run, item, result, &log->ledger);
    else
        mf__run_item_failed(run, item, &error);
}

void mf__run_serially(struct mf__run *run)
{
    void *result = mf__aligned_room(run->work->result_bytes);
    if (result == NULL) {
        mf_error error;
        int code = mf__fail_memory(&error, run->work->result_bytes, "one item's result");
        mf__run_end(run, code, &error);
        return;
    }
    struct mf__log log; /* of which only the beginning needs to be zero */
    log.ledger = (mf_worker_ledger){.startup_ns = mf__now_ns() - run->started_ns};
    atomic_init(&log.trace.state, 0);
    for (uint64_t item = 0; item < run->work->n_items && !mf__run_cancelled(run); item++) {
        run_item(run, item, result, &log);
        mf__run_progress(run, item + 1);
    }
    mf__run_take_log(run, 0, &log);
    mf__free(result);
}

static void run_on_pool(mf_pool *pool, struct mf__run *run)
{
    (void)pool;
    mf__run_serially(run);
}

const mf_way mf__serial_way = {
    .name = "serial",
    .summary = "one core: a plain loop, the reference for all others",
    .most_workers = 1,
    .run = run_on_pool,
};
