/* SPDX-License-Identifier: Apache-2.0 */
/* What the scores share; nobody outside of them includes it. */
#ifndef FOREST_SCORE_METRICS_H
#define FOREST_SCORE_METRICS_H

#include <manyfold/score.h>

#include <math.h>

/* A sum whose rounding error does not grow with its length (A. Neumaier, ZAMM 54, 1974): what each
 * addition loses is added up beside it. Start with {0}, read with mf__total. */
struct mf__running {
    double sum;
    double lost;
};

static inline void mf__running_add(struct mf__running *running, double value)
{
    double sum = running->sum + value;
    if (fabs(running->sum) >= fabs(value))
        running->lost += (running->sum - sum) + value;
    else
        running->lost += (value - sum) + running->sum;
    running->sum = sum;
}

/* What is lost of an infinite sum is no number. */
static inline double mf__total(const struct mf__running *running)
{
    return isfinite(running->sum) ? running->sum + running->lost : running->sum;
}

/* One score of what has been checked: rows > 0, everything finite, classes in range. */
typedef int mf__score_function(const mf_scored *scored, double *ret_score, mf_error *error);

mf__score_function mf__score_rmse;
mf__score_function mf__score_mse;
mf__score_function mf__score_mae;
mf__score_function mf__score_mape;
mf__score_function mf__score_r2;
mf__score_function mf__score_accuracy;
mf__score_function mf__score_balanced_accuracy;
mf__score_function mf__score_f1_macro;
mf__score_function mf__score_log_loss;
mf__score_function mf__score_roc_auc;

#endif
