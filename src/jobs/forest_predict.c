/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prediction, one item for each block of rows: all trees in their order, so that a row's sum is
 * formed in one order whoever forms it. Blocks depend on the problem alone. They are large, since
 * each reads all trees, but there are enough of them for many workers where it matters.
 */
#include "jobs/forest_predict.h"

#include "base/memory.h"
#include "base/status.h"
#include "forest/oob.h"

#include <string.h>

#define BLOCKS         16U
#define BLOCK_SMALLEST 256U
#define BLOCK_LARGEST  16384U
#define BLOCK_NUMBERS  ((size_t)1 << 20) /* in a block's result */

struct run {
    const struct mf__prediction *what;
    struct mf__packed *packed;
    size_t block; /* rows */
};

/* One block, as its item works on it. */
struct block {
    size_t first;
    uint32_t n;
    float *rows;     /* all of them, row after row */
    uint32_t *which; /* rows that a tree predicts */
    uint32_t *times; /* by how many trees each row was predicted */
    double *sums;
};

static size_t at_most(size_t number, size_t limit)
{
    return number < limit ? number : limit;
}

static size_t block_of(const struct mf__prediction *what)
{
    size_t block = what->matrix->rows / BLOCKS;
    block = at_most(block < BLOCK_SMALLEST ? BLOCK_SMALLEST : block, BLOCK_LARGEST);
    block = at_most(block, BLOCK_NUMBERS / mf__outputs(what->forest) + 1);
    return at_most(block, what->matrix->rows);
}

/* The rows of a block that were left out of a tree's sample. */
static uint32_t list_left_out(const uint8_t *bits, const struct block *block)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < block->n; i++) {
        unsigned left_out = mf__bit_of(bits, block->first + i);
        block->which[n] = i;
        block->times[i] += left_out;
        n += left_out;
    }
    return n;
}

static void add_tree(const struct run *run, size_t tree, const struct block *block)
{
    const struct mf__prediction *what = run->what;
    struct mf__batch batch = {.rows = block->rows, .n = block->n};
    if (what->left_out != NULL) {
        const uint8_t *bits = what->left_out + tree * mf__bits_bytes(what->matrix->rows);
        batch.which = block->which;
        batch.n = list_left_out(bits, block);
    }
    mf__packed_add(run->packed, tree, &batch, block->sums);
}

static void divide(const struct run *run, const struct block *block)
{
    const struct mf__prediction *what = run->what;
    size_t outputs = mf__outputs(what->forest);
    for (size_t i = 0; i < block->n * outputs; i++) {
        uint64_t times =
            what->left_out != NULL ? block->times[i / outputs] : what->forest->params.n_estimators;
        block->sums[i] /= times > 0 ? (double)times : 1.0;
    }
}

static int predict_block(const struct run *run, const struct block *block, const mf_cancel *cancel,
                         mf_error *error)
{
    const mf_forest *forest = run->what->forest;
    mf__rows_copy(run->what->matrix, block->first, block->n, block->rows);
    memset(block->sums, 0, block->n * mf__outputs(forest) * sizeof *block->sums);
    for (uint64_t t = 0; t < forest->params.n_estimators; t++) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        add_tree(run, t, block);
    }
    divide(run, block);
    return 0;
}

static uint32_t rows_of(const struct run *run, uint64_t item)
{
    return (uint32_t)at_most(run->what->matrix->rows - item * run->block, run->block);
}

static int run_block(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    const struct run *run = user;
    size_t width = mf__row_floats(run->what->forest);
    struct block block = {.first = item * run->block, .n = rows_of(run, item), .sums = ret_result};
    block.rows = mf__aligned_room(block.n * width * sizeof *block.rows);
    block.which = mf__new(block.n, sizeof *block.which);
    block.times = mf__new(block.n, sizeof *block.times);
    int code = 0;
    if (block.rows == NULL || block.which == NULL || block.times == NULL)
        code = mf__fail_memory(error, block.n * width * sizeof *block.rows, "rows to predict");
    else
        code = predict_block(run, &block, worker->cancel, error);
    mf__free(block.rows);
    mf__free(block.which);
    mf__free(block.times);
    return code;
}

static int keep_block(void *user, uint64_t item, const void *result, mf_error *error)
{
    const struct run *run = user;
    size_t outputs = mf__outputs(run->what->forest);
    (void)error;
    memcpy(run->what->ret + item * run->block * outputs, result,
           rows_of(run, item) * outputs * sizeof *run->what->ret);
    return 0;
}

int mf__predict(const struct mf__prediction *prediction, mf_pool *pool,
                const mf_run_options *options, mf_error *error)
{
    struct run run = {.what = prediction, .block = block_of(prediction)};
    size_t rows = prediction->matrix->rows;
    const mf_work work = {.n_items = rows > 0 ? (rows - 1) / run.block + 1 : 0,
                          .result_bytes =
                              run.block * mf__outputs(prediction->forest) * sizeof *prediction->ret,
                          .run = run_block,
                          .combine = keep_block,
                          .user = &run};
    int code = mf__packed_new(prediction->forest, rows, &run.packed, error);
    if (code == 0)
        code = mf_pool_run(pool, &work, options, NULL, error);
    mf__packed_free(run.packed);
    return code;
}

int mf_forest_predict(const mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                      const mf_run_options *options, double *ret, mf_error *error)
{
    const struct mf__prediction prediction = {.forest = forest, .matrix = matrix, .ret = ret};
    int code = mf__check_matrix(forest, matrix, error);
    return code == 0 ? mf__predict(&prediction, pool, options, error) : code;
}

void mf_classes_of(const double *probabilities, size_t rows, size_t n_classes, double *ret)
{
    for (size_t row = 0; row < rows; row++) {
        const double *of_row = probabilities + row * n_classes;
        size_t best = 0;
        for (size_t c = 1; c < n_classes; c++)
            best = of_row[c] > of_row[best] ? c : best;
        ret[row] = (double)best;
    }
}
