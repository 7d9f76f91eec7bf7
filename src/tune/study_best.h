/* SPDX-License-Identifier: Apache-2.0 */
/* The forest of the best trial, once more as it was validated: what it predicted, and which
 * features it used. */
#ifndef TUNE_STUDY_BEST_H
#define TUNE_STUDY_BEST_H

#include "tune/study.h"

/* Start with {0}; free with mf__study_best_done, also after a failure. The study must stay. */
struct mf__study_best {
    size_t rows;      /* that were validated, in all folds */
    size_t n_classes; /* 0 for regression */
    size_t *numbers;  /* of these rows in the table, from 0 on */
    double *truth;
    double *predicted;   /* rows, or rows * n_classes, each by a forest that had not seen the row */
    uint64_t never_out;  /* rows that no tree left out, and that count as predicted 0 */
    double *importances; /* of each feature, the mean over the folds; NULL where they have others */
    const mf_preparation *preparation; /* of the first fold, with the names */
    bool agrees; /* every score of every fold is that of the trial, to the last bit */

    struct mf__parts *parts; /* private: of a rung that did not get all rows; or NULL */
};

/* Grows the forest of each fold again. MF_E_INPUT: there is no best trial. Other errors: those of
 * mf_forest_fit and of predicting. */
int mf__study_best(const struct mf__study *study, mf_pool *pool, const mf_run_options *options,
                   struct mf__study_best *ret, mf_error *error);
void mf__study_best_done(struct mf__study_best *best);

#endif
