/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A unit, which is a trial in a fold, as a program without a search would run it: with the
 * library's own calls, and with nothing from other units.
 */
#ifndef TUNE_UNIT_H
#define TUNE_UNIT_H

#include <manyfold/pool.h>
#include <manyfold/score.h>

#include "tune/plan.h"

struct mf__unit {
    const struct mf__parts *parts;
    size_t part;
    const struct mf__config *config;
    mf_pool *pool;
    mf_run_options options;

    /* What comes of it; freed with mf__unit_done, also after a failure. */
    mf_forest *forest;
    double *predicted; /* of the rows to validate, as mf_forest_predict gives it */
    uint64_t never_out;
};

/* Grows, predicts and scores. Errors: those of mf_forest_fit and of predicting. */
int mf__unit_run(struct mf__unit *unit, double ret_scores[MF_METRICS], mf_error *error);
void mf__unit_done(struct mf__unit *unit);

/* All scores of the task, NaN where one is not defined, and for the other task. MF_E_MEMORY. */
int mf__scores_of(const mf_scored *scored, double ret_scores[MF_METRICS], mf_error *error);

#endif
