/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as work for the engine. */
#ifndef TUNE_BATCH_H
#define TUNE_BATCH_H

#include <manyfold/pool.h>
#include <manyfold/score.h>

#include "tune/plan.h"

/* What became of one trial in one fold. */
struct mf__unit_result {
    size_t trial;
    size_t fold;
    double scores[MF_METRICS]; /* NaN: of the other task, or not defined here */
    double seconds;            /* of work on its trees, also of those it shares */
    uint64_t never_out;        /* rows that no tree left out, and that count as predicted 0; only
                                  where out-of-bag rows are validated */
};

/* Who is told of finished units: on any of the pool's threads of the caller's process, never twice
 * at once, in an order that depends on the plan alone. Returns 0, or a code with its reason, which
 * ends the run. */
struct mf__unit_watcher {
    int (*finished)(void *user, const struct mf__unit_result *result, mf_error *error);
    void *user;
};

struct mf__tune_batch;

/* Makes what growing needs, before the run, so that forked workers inherit it. The plan must stay;
 * the watcher is copied. Free with mf__batch_free. Errors: as mf__part_ready. */
int mf__batch_new(const struct mf__plan *plan, const struct mf__unit_watcher *watcher,
                  struct mf__tune_batch **ret_batch, mf_error *error);
void mf__batch_free(struct mf__tune_batch *batch); /* NULL allowed */

/* The work itself, for those who run it their own way. It can be run again after
 * mf__batch_reset. */
mf_work mf__batch_work(struct mf__tune_batch *batch);
void mf__batch_reset(struct mf__tune_batch *batch);

/*
 * Resets and runs. Scores have the same bits whoever runs it, shared or not. Units that were
 * finished before a failure or a request to stop have been told of, and only those.
 * Errors: those of mf_pool_run, of growing, of the watcher.
 */
int mf__batch_run(struct mf__tune_batch *batch, mf_pool *pool, const mf_run_options *options,
                  mf_ledger *ret_ledger, mf_error *error);

/* How many trees were grown for what was combined since the last reset. */
uint64_t mf__batch_grown(const struct mf__tune_batch *batch);

#endif
