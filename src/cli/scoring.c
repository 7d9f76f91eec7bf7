/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scoring.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>

const char *const mf__score_names[] = {
    "rmse",     "mse",      "mae",     "mape", "r2", "accuracy", "balanced_accuracy",
    "f1_macro", "log_loss", "roc_auc", NULL};

int mf__metrics_get(const struct mf__counts *asked, bool classifies, struct mf__metrics *ret,
                    mf_error *error)
{
    struct mf__metrics metrics = {0};
    for (int metric = 0; asked->n == 0 && metric < MF_METRICS; metric++)
        if (mf_metric_is_classification(metric) == classifies)
            metrics.list[metrics.n++] = metric;
    for (size_t i = 0; i < asked->n; i++) {
        int metric = (int)asked->values[i];
        if (mf_metric_is_classification(metric) != classifies)
            return mf__fail(error, MF_E_INPUT, "--score: %s is a score of %s, and this is %s",
                            mf_metric_name(metric), classifies ? "regression" : "classification",
                            classifies ? "classification" : "regression");
        metrics.list[metrics.n++] = metric;
    }
    *ret = metrics;
    return 0;
}

int mf__predict_rows(const mf_forest *forest, mf_pool *pool, const mf_dataset *dataset,
                     const mf_run_options *options, double **ret_predicted, mf_error *error)
{
    size_t n_classes = mf_forest_classes(forest);
    size_t width = n_classes > 0 ? n_classes : 1;
    const mf_matrix matrix = {dataset->values, dataset->rows, dataset->columns};
    size_t n = 0;
    double *predicted = NULL;
    if (!__builtin_mul_overflow(dataset->rows, width, &n))
        predicted = mf__new(n, sizeof *predicted);
    if (predicted == NULL)
        return mf__fail_memory(error, n * sizeof *predicted, "predictions");
    int code = mf_forest_predict(forest, pool, &matrix, options, predicted, error);
    if (code == 0)
        *ret_predicted = predicted;
    else
        mf__free(predicted);
    return code;
}

int mf__scores_get(const struct mf__metrics *metrics, const mf_scored *scored,
                   struct mf__scores *ret, struct mf__remarks *remarks, mf_error *error)
{
    *ret = (struct mf__scores){.rows = scored->rows};
    for (size_t i = 0; i < metrics->n; i++) {
        int metric = metrics->list[i];
        mf_error problem;
        int code = mf_score(metric, scored, &ret->values[metric], &problem);
        ret->known[metric] = code == 0;
        if (code == MF_E_INPUT)
            mf__remark(remarks, "%s is not known here: %s.", mf_metric_name(metric), problem.text);
        else if (code != 0)
            return mf__fail(error, code, "%s", problem.text);
    }
    return 0;
}

/* As numpy.mean and numpy.std give them, but for the order of the sums. */
static void sum_up(struct mf__folds *folds, int metric)
{
    double n = (double)folds->n;
    double mean = 0;
    double square = 0;
    bool known = true;
    for (size_t i = 0; i < folds->n; i++) {
        mean += folds->list[i].values[metric] / n;
        known = known && folds->list[i].known[metric];
    }
    for (size_t i = 0; i < folds->n; i++)
        square += pow(folds->list[i].values[metric] - mean, 2) / n;
    folds->mean.known[metric] = folds->deviation.known[metric] = known;
    folds->mean.values[metric] = mean;
    folds->deviation.values[metric] = sqrt(square);
}

void mf__folds_sum_up(const struct mf__metrics *metrics, struct mf__folds *folds)
{
    for (size_t i = 0; i < metrics->n; i++)
        sum_up(folds, metrics->list[i]);
}
