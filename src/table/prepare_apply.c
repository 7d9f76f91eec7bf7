/* SPDX-License-Identifier: Apache-2.0 */
/* Applying a preparation: one column of the table after the other into the matrix. */
#include <manyfold/prepare.h>

#include "base/memory.h"
#include "base/status.h"
#include "table/cells.h"
#include "table/target.h"

#include <math.h>
#include <string.h>

void mf_dataset_done(mf_dataset *dataset)
{
    if (dataset == NULL)
        return;
    mf__free(dataset->values);
    mf__free(dataset->target);
    *dataset = (mf_dataset){0};
}

/* What is prepared, and how far it has come. */
struct applying {
    const mf_preparation *preparation;
    struct mf__part part;
    mf_dataset *dataset;
    float *next;     /* where the next feature begins */
    uint32_t *codes; /* room for one per row */
};

static int fail_missing(const struct mf__cells *cells, size_t row, mf_error *error)
{
    mf__fail(error, MF_E_INPUT, "the number is missing; imputing, by the median for one, fills it");
    return mf__within_cell(cells, row, error);
}

/* What replaces missing numbers in this part: its own median if asked for and if it has any. */
static int choose_fill(const struct applying *applying, const struct mf__learnt_column *column,
                       const struct mf__cells *cells, double *ret, mf_error *error)
{
    size_t n = 0;
    *ret = column->fill;
    if (applying->preparation->impute != MF_IMPUTE_MEDIAN_EACH || cells->column->missing == 0)
        return 0;
    return mf__cells_fill(cells, &applying->part, MF_IMPUTE_MEDIAN_EACH, ret, &n, error);
}

static int apply_numbers(struct applying *applying, const struct mf__learnt_column *column,
                         const struct mf__cells *cells, mf_error *error)
{
    double fill = 0.0;
    int status = choose_fill(applying, column, cells, &fill, error);
    for (size_t i = 0; i < applying->part.n && status == 0; i++) {
        size_t row = mf__part_row(&applying->part, i);
        double value = 0.0;
        status = mf__cells_feature(cells, row, &value, error);
        if (status == 0 && isnan(value)) {
            if (applying->preparation->impute == MF_IMPUTE_NONE)
                return fail_missing(cells, row, error);
            value = fill;
            applying->dataset->n_filled++;
        }
        applying->next[i] = (float)value;
    }
    return status;
}

static void write_labels(const struct applying *applying)
{
    for (size_t i = 0; i < applying->part.n; i++)
        applying->next[i] = (float)applying->codes[i];
}

static void write_spread(const struct applying *applying, size_t n_categories)
{
    size_t rows = applying->part.n;
    memset(applying->next, 0, rows * n_categories * sizeof *applying->next);
    for (size_t i = 0; i < rows; i++)
        if (applying->codes[i] < n_categories)
            applying->next[applying->codes[i] * rows + i] = 1.0F;
}

static int apply_categories(struct applying *applying, const struct mf__learnt_column *column,
                            const struct mf__cells *cells, mf_error *error)
{
    uint32_t n = (uint32_t)column->categories.n;
    int status =
        mf__cells_codes(cells, &applying->part, &column->categories, applying->codes, error);
    if (status != 0)
        return status;
    for (size_t i = 0; i < applying->part.n; i++) {
        if (applying->codes[i] <= n)
            continue;
        applying->codes[i] = n;
        applying->dataset->n_unseen++;
    }
    if (applying->preparation->encode == MF_ENCODE_LABEL)
        write_labels(applying);
    else
        write_spread(applying, n);
    return 0;
}

static int apply_column(struct applying *applying, const struct mf__learnt_column *column,
                        mf_error *error)
{
    struct mf__cells cells;
    int status = mf__cells_find(applying->part.table, column->name, column->kind, &cells, error);
    if (status != 0)
        return status;
    status = column->kind == MF_COLUMN_CATEGORICAL
                 ? apply_categories(applying, column, &cells, error)
                 : apply_numbers(applying, column, &cells, error);
    applying->next += mf__column_width(applying->preparation, column) * applying->part.n;
    return status;
}

static int make_room(struct applying *applying, unsigned flags, mf_error *error)
{
    mf_dataset *dataset = applying->dataset;
    size_t n = 0;
    *dataset = (mf_dataset){.rows = applying->part.n,
                            .columns = applying->preparation->n_features,
                            .n_classes = applying->preparation->classes.n};
    if (__builtin_mul_overflow(dataset->rows, dataset->columns, &n) || n > SIZE_MAX / sizeof(float))
        return mf__fail(error, MF_E_MEMORY, "out of memory: a matrix of %zu rows and %zu columns",
                        dataset->rows, dataset->columns);
    dataset->values = mf__aligned_room(n * sizeof *dataset->values);
    if (dataset->values == NULL)
        return mf__fail_memory(error, n * sizeof *dataset->values, "the prepared table");
    if ((flags & MF_PREPARE_TARGET) == 0)
        return 0;
    dataset->target = mf__new(dataset->rows, sizeof *dataset->target);
    return dataset->target != NULL
               ? 0
               : mf__fail_memory(error, dataset->rows * sizeof(double), "the target");
}

/* Target first: its complaints are what most people need to hear before others. */
static int apply_all(struct applying *applying, unsigned flags, mf_error *error)
{
    const mf_preparation *preparation = applying->preparation;
    int status = make_room(applying, flags, error);
    if (status == 0 && (flags & MF_PREPARE_TARGET) != 0)
        status = mf__target_apply(preparation, &applying->part, applying->dataset->target, error);
    applying->next = applying->dataset->values;
    for (size_t i = 0; i < preparation->n_columns && status == 0; i++)
        status = apply_column(applying, &preparation->columns[i], error);
    return status;
}

int mf_prepare_apply(const mf_preparation *preparation, const mf_table *table, const size_t *rows,
                     size_t n_rows, unsigned flags, mf_dataset *ret_dataset, mf_error *error)
{
    mf_dataset dataset = {0};
    struct applying applying = {.preparation = preparation, .dataset = &dataset};
    int status = mf__part_init(&applying.part, table, rows, n_rows, error);
    if (status != 0)
        return status;
    applying.codes = mf__new(applying.part.n, sizeof *applying.codes);
    if (applying.codes == NULL)
        return mf__fail_memory(error, applying.part.n * sizeof *applying.codes, "codes");
    status = apply_all(&applying, flags, error);
    mf__free(applying.codes);
    if (status == 0)
        *ret_dataset = dataset;
    else
        mf_dataset_done(&dataset);
    return status;
}
