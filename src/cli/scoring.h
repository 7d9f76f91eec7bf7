/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of a forest on prepared rows. */
#ifndef CLI_SCORING_H
#define CLI_SCORING_H

#include <manyfold/forest.h>
#include <manyfold/prepare.h>

#include "base/number.h"
#include "base/options.h"
#include "report/train.h"

/* Names of all scores, in the order of mf_metric. */
extern const char *const mf__score_names[];

/* What other programs call them, for options that take names. */
extern const struct mf__pair mf__score_former[];

/* The scores that are asked for, or all of the task. MF_E_INPUT: one of the other task. */
int mf__metrics_get(const struct mf__counts *asked, bool classifies, struct mf__metrics *ret,
                    mf_error *error);

/* Predictions: one number for each row, or one for each row and class. The caller frees them. */
int mf__predict_rows(const mf_forest *forest, mf_pool *pool, const mf_dataset *dataset,
                     const mf_run_options *options, double **ret_predicted, mf_error *error);

/* Where it is said why a score is not defined, and what the classes are called. */
struct mf__unscored {
    struct mf__remarks *remarks; /* NULL: it is not said */
    const mf_preparation *preparation;
};

/* Scores predictions of rows whose target is known. What is not defined for them stays unknown, and
 * a remark says why. */
int mf__scores_get(const struct mf__metrics *metrics, const mf_scored *scored,
                   struct mf__scores *ret, const struct mf__unscored *unscored, mf_error *error);

/* Mean and standard deviation of each score over the folds; unknown, with a remark, where it is not
 * defined in each of them. */
void mf__folds_sum_up(const struct mf__metrics *metrics, struct mf__folds *folds,
                      struct mf__remarks *remarks);

#endif
