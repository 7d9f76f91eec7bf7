/* SPDX-License-Identifier: Apache-2.0 */
#include "table/division.h"

#include "base/memory.h"
#include "base/status.h"
#include "table/target.h"

#include <math.h>

static bool has_value(const mf_column *column, size_t row)
{
    return column->numbers != NULL ? !isnan(column->numbers[row])
                                   : column->codes[row] < column->n_categories;
}

int mf__division_new(const mf_table *table, const char *target, struct mf__division *ret_division,
                     mf_error *error)
{
    struct mf__cells cells;
    int code = mf__cells_find(table, target, MF_COLUMN_NUMERIC, &cells, error);
    if (code != 0)
        return code;
    size_t n_rows = mf_table_rows(table);
    size_t n = n_rows - cells.column->missing;
    if (n == 0) {
        mf__fail(error, MF_E_INPUT, "the target has no value in any row; choose another column");
        return mf__within_column(table, target, error);
    }
    size_t *rows = mf__new(n, sizeof *rows);
    if (rows == NULL)
        return mf__fail_memory(error, n * sizeof *rows, "the rows with a target");
    size_t at = 0;
    for (size_t row = 0; row < n_rows; row++)
        if (has_value(cells.column, row))
            rows[at++] = row;
    *ret_division = (struct mf__division){rows, n, n};
    return 0;
}

void mf__division_done(struct mf__division *division)
{
    if (division == NULL)
        return;
    mf__free(division->rows);
    *division = (struct mf__division){0};
}

int mf__division_split(struct mf__division *division, double test_size, uint32_t seed,
                       mf_error *error)
{
    size_t n = division->n;
    size_t *order = mf__new(n, sizeof *order);
    if (order == NULL)
        return mf__fail_memory(error, n * sizeof *order, "the order of the rows");
    size_t n_train = 0;
    int code = mf_split_rows(n, test_size, seed, order, &n_train, error);
    if (code != 0) {
        mf__free(order);
        return code;
    }
    for (size_t i = 0; i < n; i++)
        order[i] = division->rows[order[i]];
    mf__free(division->rows);
    *division = (struct mf__division){order, n_train, n};
    return 0;
}

void mf__division_fold(const struct mf__division *whole, const uint32_t *fold_of, uint32_t fold,
                       struct mf__division *ret_division)
{
    size_t *rows = ret_division->rows;
    size_t at = 0;
    for (size_t i = 0; i < whole->n_train; i++)
        if (fold_of[i] != fold)
            rows[at++] = whole->rows[i];
    ret_division->n_train = at;
    for (size_t i = 0; i < whole->n_train; i++)
        if (fold_of[i] == fold)
            rows[at++] = whole->rows[i];
    ret_division->n = at;
}

/* `preparation` knows the target, and nothing else. */
static int read_classes(const mf_preparation *preparation, const struct mf__part *part,
                        double **ret_classes, mf_error *error)
{
    if (mf_preparation_classes(preparation) == 0) {
        *ret_classes = NULL;
        return 0;
    }
    double *classes = mf__new(part->n, sizeof *classes);
    if (classes == NULL)
        return mf__fail_memory(error, part->n * sizeof *classes, "the classes of the rows");
    int code = mf__target_apply(preparation, part, classes, error);
    if (code == 0)
        *ret_classes = classes;
    else
        mf__free(classes);
    return code;
}

int mf__division_classes(const mf_table *table, const mf_prepare_options *options,
                         const struct mf__division *division, double **ret_classes, mf_error *error)
{
    struct mf__part part;
    int code = mf__part_init(&part, table, division->rows, division->n_train, error);
    if (code != 0)
        return code;
    mf_preparation *preparation = mf__new(1, sizeof *preparation);
    if (preparation == NULL)
        return mf__fail_memory(error, sizeof *preparation, "the target");
    code = mf__target_learn(preparation, &part, options, error);
    if (code == 0)
        code = read_classes(preparation, &part, ret_classes, error);
    mf_preparation_free(&preparation);
    return code;
}

int mf__division_prepare(const mf_table *table, const mf_prepare_options *options,
                         const struct mf__division *division, struct mf__divided *ret_divided,
                         mf_error *error)
{
    struct mf__divided divided = {0};
    const size_t *rows = division->rows;
    size_t n_train = division->n_train;
    size_t n_apart = division->n - n_train;
    int code = mf_prepare_learn(table, options, rows, n_train, &divided.preparation, error);
    if (code == 0)
        code = mf_prepare_apply(divided.preparation, table, rows, n_train, MF_PREPARE_TARGET,
                                &divided.train, error);
    if (code == 0 && n_apart > 0)
        code = mf_prepare_apply(divided.preparation, table, rows + n_train, n_apart,
                                MF_PREPARE_TARGET, &divided.apart, error);
    if (code == 0)
        *ret_divided = divided;
    else
        mf__divided_done(&divided);
    return code;
}

void mf__divided_done(struct mf__divided *divided)
{
    if (divided == NULL)
        return;
    mf_preparation_free(&divided->preparation);
    mf_dataset_done(&divided->train);
    mf_dataset_done(&divided->apart);
}
