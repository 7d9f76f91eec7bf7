/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scoring.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>

const char *const mf__score_names[] = {
    "rmse",     "mse",      "mae",     "mape", "r2", "accuracy", "balanced_accuracy",
    "f1_macro", "log_loss", "roc_auc", NULL};

const struct mf__pair mf__score_former[] = {
    {"neg_root_mean_squared_error", "it is called rmse here"},
    {"root_mean_squared_error", "it is called rmse here"},
    {"neg_mean_squared_error", "it is called mse here"},
    {"mean_squared_error", "it is called mse here"},
    {"neg_mean_absolute_error", "it is called mae here"},
    {"mean_absolute_error", "it is called mae here"},
    {"neg_mean_absolute_percentage_error", "it is called mape here"},
    {"mean_absolute_percentage_error", "it is called mape here"},
    {"neg_log_loss", "it is called log_loss here"},
    {"f1", "for any number of classes there is f1_macro"},
    {"auc", "it is called roc_auc here"},
    {0},
};

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

/* The first class that no row has, or every row, which leaves no ROC curve; n_classes when there is
 * none. Of two classes the second tells both. */
static int find_lone_class(const mf_scored *scored, size_t *ret_class, size_t *ret_rows,
                           mf_error *error)
{
    size_t n = scored->n_classes;
    size_t *counts = mf__new(n, sizeof *counts);
    if (counts == NULL)
        return mf__fail_memory(error, n * sizeof *counts, "counts of classes");
    for (size_t row = 0; row < scored->rows; row++)
        counts[(size_t)scored->truth[row]]++;
    size_t class = n == 2 ? 1 : 0;
    while (class < n && counts[class] > 0 && counts[class] < scored->rows)
        class ++;
    *ret_class = class;
    *ret_rows = class < n ? counts[class] : 0;
    mf__free(counts);
    return 0;
}

/* The library numbers the classes; here they have names. `words` are the library's. */
static int remark_unscored(int metric, const mf_scored *scored, const struct mf__unscored *unscored,
                           const char *words, mf_error *error)
{
    size_t class = scored->n_classes;
    size_t rows = 0;
    int code = metric == MF_METRIC_ROC_AUC ? find_lone_class(scored, &class, &rows, error) : 0;
    if (code != 0)
        return code;
    if (class < scored->n_classes)
        mf__remark(unscored->remarks, "%s is not defined here: %s row is of the class %s.",
                   mf_metric_name(metric), rows == 0 ? "no" : "every",
                   mf_preparation_class(unscored->preparation, class));
    else
        mf__remark(unscored->remarks, "%s, so it is not shown.", words);
    return 0;
}

int mf__scores_get(const struct mf__metrics *metrics, const mf_scored *scored,
                   struct mf__scores *ret, const struct mf__unscored *unscored, mf_error *error)
{
    *ret = (struct mf__scores){.rows = scored->rows};
    for (size_t i = 0; i < metrics->n; i++) {
        int metric = metrics->list[i];
        mf_error problem;
        int code = mf_score(metric, scored, &ret->values[metric], &problem);
        ret->known[metric] = code == 0;
        if (code != 0 && code != MF_E_INPUT)
            return mf__fail(error, code, "%s", problem.text);
        if (code != 0 && unscored->remarks != NULL)
            code = remark_unscored(metric, scored, unscored, problem.text, error);
        else
            code = 0;
        if (code != 0)
            return code;
    }
    return 0;
}

/* As numpy.mean and numpy.std give them, but for the order of the sums. */
static void sum_up(struct mf__folds *folds, int metric, struct mf__remarks *remarks)
{
    double n = (double)folds->n;
    double mean = 0;
    double square = 0;
    size_t unknown = 0;
    for (size_t i = 0; i < folds->n; i++) {
        mean += folds->list[i].values[metric] / n;
        unknown += !folds->list[i].known[metric];
    }
    if (unknown > 0)
        mf__remark(remarks, "%s is not defined in %zu of %zu folds, so it has no mean.",
                   mf_metric_name(metric), unknown, folds->n);
    for (size_t i = 0; i < folds->n; i++)
        square += pow(folds->list[i].values[metric] - mean, 2) / n;
    folds->mean.known[metric] = folds->deviation.known[metric] = unknown == 0;
    folds->mean.values[metric] = mean;
    folds->deviation.values[metric] = sqrt(square);
}

void mf__folds_sum_up(const struct mf__metrics *metrics, struct mf__folds *folds,
                      struct mf__remarks *remarks)
{
    for (size_t i = 0; i < metrics->n; i++)
        sum_up(folds, metrics->list[i], remarks);
}
