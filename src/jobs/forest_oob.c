/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The out-of-bag score: each row is predicted by the trees that were grown without it. Which rows a
 * tree left out is drawn again from its seed, one item per tree; then rows are predicted in blocks.
 */
#include "base/memory.h"
#include "base/status.h"
#include "forest/oob.h"
#include "jobs/forest_fit.h"
#include "jobs/forest_predict.h"

#include <manyfold/score.h>

#include <string.h>

struct draws {
    const mf_forest *forest;
    size_t bytes; /* of one tree's bits */
    uint8_t *bits;
};

static int draw_tree(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    const struct draws *draws = user;
    (void)worker;
    return mf__left_out(draws->forest, item, ret_result, error);
}

static int keep_draws(void *user, uint64_t item, const void *result, mf_error *error)
{
    const struct draws *draws = user;
    (void)error;
    memcpy(draws->bits + item * draws->bytes, result, draws->bytes);
    return 0;
}

static int draw_all(struct draws *draws, mf_pool *pool, const mf_run_options *options,
                    mf_error *error)
{
    const mf_work work = {.n_items = draws->forest->params.n_estimators,
                          .result_bytes = draws->bytes,
                          .run = draw_tree,
                          .combine = keep_draws,
                          .user = draws};
    return mf_pool_run(pool, &work, options, NULL, error);
}

/* Progress was told of the trees that were grown; it does not begin again. */
static mf_run_options without_progress(const mf_run_options *options)
{
    return (mf_run_options){.cancel = options != NULL ? options->cancel : NULL};
}

int mf__forest_oob_predict(const mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                           const mf_run_options *options, struct mf__oob *ret_oob, mf_error *error)
{
    struct draws draws = {.forest = forest, .bytes = mf__bits_bytes(matrix->rows)};
    size_t n_numbers = matrix->rows * mf__outputs(forest);
    const mf_run_options quiet = without_progress(options);
    draws.bits = mf__new(forest->params.n_estimators, draws.bytes);
    double *predicted = mf__new(n_numbers, sizeof *predicted);
    const struct mf__prediction prediction = {
        .forest = forest, .matrix = matrix, .left_out = draws.bits, .ret = predicted};
    int code = draws.bits == NULL || predicted == NULL
                   ? mf__fail_memory(error,
                                     forest->params.n_estimators * draws.bytes +
                                         n_numbers * sizeof *predicted,
                                     "the out-of-bag score")
                   : draw_all(&draws, pool, &quiet, error);
    if (code == 0)
        code = mf__predict(&prediction, pool, &quiet, error);
    if (code == 0)
        *ret_oob = (struct mf__oob){predicted, mf__never_left_out(forest, draws.bits)};
    else
        mf__free(predicted);
    mf__free(draws.bits);
    return code;
}

/* As scikit-learn does, also with the rows of which nothing is known: they are predicted as 0. */
static int score(const struct mf__oob *oob, size_t rows, const mf_target *target, double *ret_score,
                 mf_error *error)
{
    const mf_scored scored = {.rows = rows,
                              .n_classes = target->n_classes,
                              .truth = target->values,
                              .predicted = oob->predicted};
    int metric = target->n_classes > 0 ? MF_METRIC_ACCURACY : MF_METRIC_R2;
    int code = mf_score(metric, &scored, ret_score, error);
    return code == 0 ? 0 : mf__fail_within(error, code, "oob_score");
}

int mf__forest_oob_fill(mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                        const mf_target *target, const mf_run_options *options, mf_error *error)
{
    struct mf__oob oob = {.predicted = NULL};
    int code = mf__forest_oob_predict(forest, pool, matrix, options, &oob, error);
    if (code == 0)
        code = score(&oob, matrix->rows, target, &forest->oob_score, error);
    if (code == 0)
        forest->oob_never = oob.never;
    mf__free(oob.predicted);
    return code;
}
