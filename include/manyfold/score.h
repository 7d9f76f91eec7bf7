/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of predictions, each equal to scikit-learn's of that name. */
#ifndef MANYFOLD_SCORE_H
#define MANYFOLD_SCORE_H

#include <manyfold/forest.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mf_metric {
    MF_METRIC_RMSE, /* regression */
    MF_METRIC_MSE,
    MF_METRIC_MAE,
    MF_METRIC_MAPE,
    MF_METRIC_R2,
    MF_METRIC_ACCURACY, /* classification */
    MF_METRIC_BALANCED_ACCURACY,
    MF_METRIC_F1_MACRO,
    MF_METRIC_LOG_LOSS,
    MF_METRIC_ROC_AUC, /* of several classes: one against the rest, mean over the classes */
    MF_METRICS
};

MF_API const char *mf_metric_name(int metric); /* "rmse"; NULL out of range */
MF_API int mf_metric_find(const char *name);   /* -1 when there is none */
MF_API bool mf_metric_is_classification(int metric);
MF_API bool mf_metric_larger_is_better(int metric);

/* Predictions beside the truth. */
typedef struct mf_scored {
    size_t rows;
    size_t n_classes;        /* 0 for regression */
    const double *truth;     /* numbers or classes */
    const double *predicted; /* numbers, or probabilities: rows * n_classes, as mf_forest_predict
                                gives them */
} mf_scored;

/*
 * One score. Thread safe. MF_E_INPUT: no rows, a metric of the other task, or one that is not
 * defined for this truth (r2 with fewer than two rows, roc_auc when a class is absent).
 */
MF_API int mf_score(int metric, const mf_scored *scored, double *ret_score, mf_error *error);

/* How permutation importances are to be computed. */
typedef struct mf_permutation {
    int metric;
    size_t n_repeats; /* 1 .. 1000 */
    uint32_t seed;
} mf_permutation;

/*
 * Permutation importance as sklearn.inspection.permutation_importance(n_repeats, random_state=seed)
 * gives it, for a metric where larger is better, or minus one where smaller is: how much the score
 * falls when a column is shuffled. `ret_mean` and `ret_deviation` (of the repeats, as numpy.std)
 * have room for one number per feature; on failure they hold nothing defined. One item per feature
 * on the workers of `pool`: the same bits every way.
 * MF_E_INPUT: n_repeats out of range, a matrix that does not fit, or what mf_score refuses.
 */
MF_API int mf_permutation_importances(const mf_forest *forest, mf_pool *pool,
                                      const mf_matrix *matrix, const double *truth,
                                      const mf_permutation *settings, const mf_run_options *options,
                                      double *ret_mean, double *ret_deviation, mf_error *error);

#ifdef __cplusplus
}
#endif
#endif
