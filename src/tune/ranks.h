/* SPDX-License-Identifier: Apache-2.0 */
/* Means over folds, and who is better. */
#ifndef TUNE_RANKS_H
#define TUNE_RANKS_H

#include "tune/study.h"

/* Mean and deviation (numpy.std: of the population) of one metric over folds whose scores stand
 * MF_METRICS apart. NaN unless every one is a number. */
void mf__folds_mean(const double *scores, size_t n_folds, double *ret_mean, double *ret_deviation);

/* Something to be put in order. */
struct mf__ranked_score {
    double score; /* NaN: not defined, and after all others */
    size_t stage; /* later ones come first, whatever their score */
    size_t trial; /* the earlier one of equals comes first */
};

void mf__ranks_sort(struct mf__ranked_score *list, size_t n, bool larger_is_better);

/* Fills `rank`, `order` and `n_ranked` of the study from its finished trials. `order` has room for
 * all of them. */
void mf__study_rank(struct mf__study *study, struct mf__ranked_score *room);

/* Spearman's correlation of n pairs: of their ranks, equal ones sharing the mean of theirs; NaN
 * with fewer than two pairs, or when all on one side are equal or any is NaN. C. Spearman, The
 * proof and measurement of association between two things, 1904. MF_E_MEMORY. */
int mf__spearman(const double *x, const double *y, size_t n, double *ret, mf_error *error);

#endif
