/* SPDX-License-Identifier: Apache-2.0 */
/* How a halving goes on from rung to rung. */
#ifndef TUNE_HALVING_H
#define TUNE_HALVING_H

#include "tune/study.h"

/* What a halving divides, and has to divide it by. */
struct mf__halving_size {
    size_t n_candidates;
    uint64_t least; /* of the resource: with less nothing can be learnt */
    uint64_t most;  /* what the last rung gets */
};

/* Makes the rungs: resources and numbers of trials. *ret_rungs is to be freed with mf__free.
 * MF_E_INPUT: a factor or a smallest resource out of range; MF_E_MEMORY. */
int mf__halving_plan(const struct mf__halving *halving, const struct mf__halving_size *size,
                     struct mf__rung **ret_rungs, size_t *ret_n, mf_error *error);

/* Trials of one rung with their scores, n_folds * MF_METRICS for each. */
struct mf__contest {
    size_t *trials; /* numbers, rising */
    size_t n;
    const double *scores;
    size_t n_folds;
    int metric;
};

/* Keeps the best `n_next` trials in contest->trials, in their order, and fills the gap of the rung.
 * MF_E_MEMORY. */
int mf__halving_choose(const struct mf__contest *contest, size_t n_next, struct mf__rung *rung,
                       mf_error *error);

#endif
