/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permutation importances (L. Breiman, Random Forests, 2001), one item for each feature: its column
 * is shuffled again and again, and each time all rows are predicted and scored anew. Every feature
 * starts from the same seed, as in scikit-learn, where workers share no generator; and a shuffle
 * starts from the column that the one before left.
 */
#include "base/memory.h"
#include "base/mt19937.h"
#include "base/status.h"
#include "jobs/forest_predict.h"

#include <manyfold/score.h>

#include <math.h>
#include <string.h>

#define MOST_REPEATS 1000U
#define SEEDS        (UINT64_C(1) << 31)
#define BLOCK        8192U /* rows that are predicted together */

struct run {
    const mf_forest *forest;
    const mf_matrix *matrix;
    const double *truth;
    const mf_permutation *settings;
    struct mf__packed *packed;
    uint32_t seed;   /* of each feature's shuffles */
    double baseline; /* larger is better */
    double *ret_mean;
    double *ret_deviation;
};

/* What one feature's item works with. */
struct desk {
    float *rows;     /* all of them, row after row, with the column as it is shuffled */
    float *column;   /* before the shuffle */
    size_t *order;   /* where the values of the column come from */
    double *outputs; /* predictions */
    double *falls;   /* of the score, one for each repeat */
    struct mf__mt mt;
};

struct importance {
    double mean;
    double deviation;
};

static int score(const struct run *run, const double *predicted, double *ret_score, mf_error *error)
{
    const mf_scored scored = {.rows = run->matrix->rows,
                              .n_classes = run->forest->n_classes,
                              .truth = run->truth,
                              .predicted = predicted};
    double found = 0;
    int code = mf_score(run->settings->metric, &scored, &found, error);
    if (code == 0)
        *ret_score = mf_metric_larger_is_better(run->settings->metric) ? found : -found;
    return code;
}

static void shuffle(const struct run *run, size_t feature, struct desk *desk)
{
    size_t width = mf__row_floats(run->forest);
    size_t n = run->matrix->rows;
    mf__mt_shuffle(&desk->mt, desk->order, n);
    for (size_t row = 0; row < n; row++)
        desk->column[row] = desk->rows[row * width + feature];
    for (size_t row = 0; row < n; row++)
        desk->rows[row * width + feature] = desk->column[desk->order[row]];
}

static void predict_block(const struct run *run, const struct desk *desk, size_t first, uint32_t n)
{
    size_t width = mf__outputs(run->forest);
    const struct mf__batch batch = {.rows = desk->rows + first * mf__row_floats(run->forest),
                                    .n = n};
    double *sums = desk->outputs + first * width;
    memset(sums, 0, n * width * sizeof *sums);
    for (uint64_t t = 0; t < run->forest->params.n_estimators; t++)
        mf__packed_add(run->packed, t, &batch, sums);
    for (size_t i = 0; i < n * width; i++)
        sums[i] /= (double)run->forest->params.n_estimators;
}

static int predict(const struct run *run, const struct desk *desk, const mf_cancel *cancel,
                   mf_error *error)
{
    size_t rows = run->matrix->rows;
    for (size_t first = 0; first < rows; first += BLOCK) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        predict_block(run, desk, first, (uint32_t)(rows - first < BLOCK ? rows - first : BLOCK));
    }
    return 0;
}

static struct importance summary(const double *falls, size_t n)
{
    struct importance importance = {0};
    for (size_t i = 0; i < n; i++)
        importance.mean += falls[i];
    importance.mean /= (double)n;
    for (size_t i = 0; i < n; i++)
        importance.deviation += (falls[i] - importance.mean) * (falls[i] - importance.mean);
    importance.deviation = sqrt(importance.deviation / (double)n);
    return importance;
}

static int shuffle_and_score(const struct run *run, size_t feature, struct desk *desk,
                             const mf_cancel *cancel, mf_error *error)
{
    mf__rows_copy(run->matrix, 0, run->matrix->rows, desk->rows);
    for (size_t row = 0; row < run->matrix->rows; row++)
        desk->order[row] = row;
    mf__mt_seed(&desk->mt, run->seed);
    int code = 0;
    for (size_t i = 0; i < run->settings->n_repeats && code == 0; i++) {
        double shuffled = 0;
        shuffle(run, feature, desk);
        code = predict(run, desk, cancel, error);
        if (code == 0)
            code = score(run, desk->outputs, &shuffled, error);
        desk->falls[i] = run->baseline - shuffled;
    }
    return code;
}

static int set_desk(const struct run *run, struct desk *desk, mf_error *error)
{
    size_t rows = run->matrix->rows;
    desk->rows = mf__new(rows, mf__row_floats(run->forest) * sizeof *desk->rows);
    desk->column = mf__new(rows, sizeof *desk->column);
    desk->order = mf__new(rows, sizeof *desk->order);
    desk->outputs = mf__new(rows, mf__outputs(run->forest) * sizeof *desk->outputs);
    desk->falls = mf__new(run->settings->n_repeats, sizeof *desk->falls);
    if (desk->rows != NULL && desk->column != NULL && desk->order != NULL &&
        desk->outputs != NULL && desk->falls != NULL)
        return 0;
    return mf__fail_memory(error, rows * mf__row_floats(run->forest) * sizeof *desk->rows,
                           "rows to shuffle");
}

static void clear_desk(struct desk *desk)
{
    mf__free(desk->rows);
    mf__free(desk->column);
    mf__free(desk->order);
    mf__free(desk->outputs);
    mf__free(desk->falls);
}

static int run_feature(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    const struct run *run = user;
    struct desk desk = {.rows = NULL};
    int code = set_desk(run, &desk, error);
    if (code == 0)
        code = shuffle_and_score(run, item, &desk, worker->cancel, error);
    if (code == 0)
        *(struct importance *)ret_result = summary(desk.falls, run->settings->n_repeats);
    clear_desk(&desk);
    return code;
}

static int keep_feature(void *user, uint64_t item, const void *result, mf_error *error)
{
    const struct run *run = user;
    const struct importance *importance = result;
    (void)error;
    run->ret_mean[item] = importance->mean;
    run->ret_deviation[item] = importance->deviation;
    return 0;
}

/* The score of the matrix as it is. Progress is told of the features only. */
static int find_baseline(struct run *run, mf_pool *pool, const mf_run_options *options,
                         mf_error *error)
{
    const mf_run_options quiet = {.cancel = options != NULL ? options->cancel : NULL};
    size_t n_numbers = run->matrix->rows * mf__outputs(run->forest);
    double *predicted = mf__new(n_numbers, sizeof *predicted);
    if (predicted == NULL)
        return mf__fail_memory(error, n_numbers * sizeof *predicted, "predictions");
    const struct mf__prediction prediction = {
        .forest = run->forest, .matrix = run->matrix, .ret = predicted};
    int code = mf__predict(&prediction, pool, &quiet, error);
    if (code == 0)
        code = score(run, predicted, &run->baseline, error);
    mf__free(predicted);
    return code;
}

static int check(const struct run *run, mf_error *error)
{
    size_t n_repeats = run->settings->n_repeats;
    if (n_repeats < 1 || n_repeats > MOST_REPEATS)
        return mf__fail(error, MF_E_INPUT, "n_repeats is %zu: expected 1 to %u", n_repeats,
                        MOST_REPEATS);
    return mf__check_matrix(run->forest, run->matrix, error);
}

int mf_permutation_importances(const mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                               const double *truth, const mf_permutation *settings,
                               const mf_run_options *options, double *ret_mean,
                               double *ret_deviation, mf_error *error)
{
    struct mf__mt mt;
    mf__mt_seed(&mt, settings->seed);
    struct run run = {.forest = forest,
                      .matrix = matrix,
                      .truth = truth,
                      .settings = settings,
                      .seed = mf__mt_below(&mt, SEEDS),
                      .ret_mean = ret_mean,
                      .ret_deviation = ret_deviation};
    const mf_work work = {.n_items = forest->n_features,
                          .result_bytes = sizeof(struct importance),
                          .run = run_feature,
                          .combine = keep_feature,
                          .user = &run};
    int code = check(&run, error);
    if (code == 0)
        code = find_baseline(&run, pool, options, error);
    if (code == 0)
        code = mf__packed_new(forest, matrix->rows, &run.packed, error);
    if (code == 0)
        code = mf_pool_run(pool, &work, options, NULL, error);
    mf__packed_free(run.packed);
    return code;
}
