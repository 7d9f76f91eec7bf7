/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of scores, and what is checked before any of them is computed.
 *
 * They are scikit-learn's, but not its order of additions: all sums here are accurate to the last
 * digits. So scores agree to about a part in 1e13, where NumPy's own sums leave that much.
 */
#include "forest/score_metrics.h"

#include "base/status.h"

#include <string.h>

struct metric {
    const char *name;
    bool is_classification;
    bool larger_is_better;
    mf__score_function *score;
};

static const struct metric metrics[MF_METRICS] = {
    [MF_METRIC_RMSE] = {"rmse", false, false, mf__score_rmse},
    [MF_METRIC_MSE] = {"mse", false, false, mf__score_mse},
    [MF_METRIC_MAE] = {"mae", false, false, mf__score_mae},
    [MF_METRIC_MAPE] = {"mape", false, false, mf__score_mape},
    [MF_METRIC_R2] = {"r2", false, true, mf__score_r2},
    [MF_METRIC_ACCURACY] = {"accuracy", true, true, mf__score_accuracy},
    [MF_METRIC_BALANCED_ACCURACY] = {"balanced_accuracy", true, true, mf__score_balanced_accuracy},
    [MF_METRIC_F1_MACRO] = {"f1_macro", true, true, mf__score_f1_macro},
    [MF_METRIC_LOG_LOSS] = {"log_loss", true, false, mf__score_log_loss},
    [MF_METRIC_ROC_AUC] = {"roc_auc", true, true, mf__score_roc_auc},
};

static const struct metric *metric_at(int metric)
{
    return metric >= 0 && metric < MF_METRICS ? &metrics[metric] : NULL;
}

const char *mf_metric_name(int metric)
{
    const struct metric *found = metric_at(metric);
    return found != NULL ? found->name : NULL;
}

int mf_metric_find(const char *name)
{
    for (int metric = 0; metric < MF_METRICS; metric++)
        if (strcmp(metrics[metric].name, name) == 0)
            return metric;
    return -1;
}

bool mf_metric_is_classification(int metric)
{
    const struct metric *found = metric_at(metric);
    return found != NULL && found->is_classification;
}

bool mf_metric_larger_is_better(int metric)
{
    const struct metric *found = metric_at(metric);
    return found != NULL && found->larger_is_better;
}

static int check_truth(const mf_scored *scored, mf_error *error)
{
    for (size_t row = 0; row < scored->rows; row++) {
        double truth = scored->truth[row];
        if (!isfinite(truth))
            return mf__fail(error, MF_E_INPUT, "the truth in row %zu is not a finite number", row);
        if (scored->n_classes > 0 &&
            !(truth >= 0 && truth < (double)scored->n_classes && truth == floor(truth)))
            return mf__fail(error, MF_E_INPUT,
                            "the truth in row %zu is %g: expected a class from 0 to %zu", row,
                            truth, scored->n_classes - 1);
    }
    return 0;
}

static int check_predicted(const mf_scored *scored, mf_error *error)
{
    size_t width = scored->n_classes > 0 ? scored->n_classes : 1;
    for (size_t i = 0; i < scored->rows * width; i++)
        if (!isfinite(scored->predicted[i]))
            return mf__fail(error, MF_E_INPUT, "what is predicted for row %zu is not finite",
                            i / width);
    return 0;
}

static int check_scored(const struct metric *metric, const mf_scored *scored, mf_error *error)
{
    if (metric == NULL)
        return mf__fail(error, MF_E_INPUT, "there is no such metric");
    if (metric->is_classification != (scored->n_classes > 0))
        return mf__fail(error, MF_E_INPUT, "%s is a score of %s, not of %s", metric->name,
                        metric->is_classification ? "classification" : "regression",
                        metric->is_classification ? "regression" : "classification");
    if (scored->rows == 0)
        return mf__fail(error, MF_E_INPUT, "%s needs at least one row", metric->name);
    int code = check_truth(scored, error);
    return code == 0 ? check_predicted(scored, error) : code;
}

int mf_score(int metric, const mf_scored *scored, double *ret_score, mf_error *error)
{
    const struct metric *found = metric_at(metric);
    int code = check_scored(found, scored, error);
    return code == 0 ? found->score(scored, ret_score, error) : code;
}
