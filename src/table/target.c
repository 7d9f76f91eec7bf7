/* SPDX-License-Identifier: Apache-2.0 */
#include "table/target.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "table/ordered.h"

#include <float.h>
#include <math.h>

static int check_varies(const struct mf__cells *cells, mf_error *error)
{
    const mf_column *column = cells->column;
    if (column->distinct > 1)
        return 0;
    if (column->distinct == 0)
        mf__fail(error, MF_E_INPUT, "the target has no value in any row; choose another column");
    else
        mf__fail(error, MF_E_INPUT,
                 "the target has the same value wherever it has one; there is nothing to learn");
    return mf__within_column(cells->table, column->name, error);
}

/* Names the first row that keeps the column from being numeric. */
static int check_numeric(const struct mf__cells *cells, mf_error *error)
{
    const mf_column *column = cells->column;
    double value = 0.0;
    for (size_t row = 0; row < mf_table_rows(cells->table); row++) {
        if (mf__cells_number(cells, row, &value, NULL) == 0)
            continue;
        mf__fail(error, MF_E_INPUT,
                 "regression needs numbers, this is %s; classification can predict it",
                 mf__quote(column->categories[column->codes[row]]).text);
        return mf__within_cell(cells, row, error);
    }
    return 0;
}

static int check_class_count(const struct mf__cells *cells, size_t n, mf_error *error)
{
    if (n >= 2 && n <= MF__MOST_CLASSES)
        return 0;
    mf__fail(error, MF_E_INPUT,
             "the target has %zu classes, 2 to %d are possible; numbers can be predicted by "
             "regression",
             n, MF__MOST_CLASSES);
    return mf__within_column(cells->table, cells->column->name, error);
}

/* The distinct finite numbers of the column, in rising order. */
static int learn_numbers(mf_preparation *preparation, const struct mf__cells *cells,
                         mf_error *error)
{
    size_t rows = mf_table_rows(cells->table), n = 0;
    double *numbers = mf__new(rows, sizeof *numbers);
    if (numbers == NULL)
        return mf__fail_memory(error, rows * sizeof *numbers, "the classes of the target");
    preparation->class_numbers = numbers;
    for (size_t row = 0; row < rows; row++)
        if (isfinite(cells->column->numbers[row]))
            numbers[n++] = cells->column->numbers[row];
    int status = mf__sort_numbers(numbers, n, error);
    if (status != 0)
        return status;
    n = mf__distinct_of_sorted(numbers, n);
    status = check_class_count(cells, n, error);
    return status != 0 ? status : mf__preparation_name_classes(preparation, n, error);
}

static int learn_classes(mf_preparation *preparation, const struct mf__cells *cells,
                         mf_error *error)
{
    const mf_column *column = cells->column;
    if (column->numbers != NULL)
        return learn_numbers(preparation, cells, error);
    int status = check_class_count(cells, column->n_categories, error);
    return status != 0 ? status
                       : mf__categories_copy(column->categories, column->n_categories,
                                             &preparation->classes, error);
}

/* Preparing the rows tells whether every one has a target. */
static int check_rows(const mf_preparation *preparation, const struct mf__part *part,
                      mf_error *error)
{
    double *target = mf__new(part->n, sizeof *target);
    if (target == NULL)
        return mf__fail_memory(error, part->n * sizeof *target, "the target");
    int status = mf__target_apply(preparation, part, target, error);
    mf__free(target);
    return status;
}

int mf__target_learn(mf_preparation *preparation, const struct mf__part *part,
                     const mf_prepare_options *options, mf_error *error)
{
    struct mf__cells cells;
    int status = mf__cells_find(part->table, options->target, MF_COLUMN_NUMERIC, &cells, error);
    if (status == 0)
        status = check_varies(&cells, error);
    if (status != 0)
        return status;
    int usual =
        cells.column->kind == MF_COLUMN_NUMERIC ? MF_TASK_REGRESSION : MF_TASK_CLASSIFICATION;
    preparation->task = options->task == MF_TASK_AUTO ? usual : options->task;
    preparation->target_kind = cells.column->kind;
    preparation->target = mf__copy_text(options->target);
    if (preparation->target == NULL)
        return mf__fail_memory(error, sizeof(char *), "the name of the target");
    status = preparation->task == MF_TASK_REGRESSION ? check_numeric(&cells, error)
                                                     : learn_classes(preparation, &cells, error);
    return status != 0 ? status : check_rows(preparation, part, error);
}

static int fail_missing(const struct mf__cells *cells, size_t row, mf_error *error)
{
    mf__fail(error, MF_E_INPUT,
             "the target is missing (in %zu rows of all); leave out rows without it",
             cells->column->missing);
    return mf__within_cell(cells, row, error);
}

/* A number whose magnitude is at most `most`. */
static int read_number(const struct mf__cells *cells, size_t row, double most, double *ret,
                       mf_error *error)
{
    double value = 0.0;
    int status = mf__cells_number(cells, row, &value, error);
    if (status != 0)
        return status;
    if (isnan(value))
        return fail_missing(cells, row, error);
    if (fabs(value) > most) {
        mf__fail(error, MF_E_INPUT, "the target is %s; a number up to %s is needed",
                 isinf(value) ? "infinite" : "too large", mf__show_real(most).text);
        return mf__within_cell(cells, row, error);
    }
    *ret = value;
    return 0;
}

static int fail_unknown(const struct mf__cells *cells, size_t row, const char *class,
                        mf_error *error)
{
    mf__fail(error, MF_E_INPUT, "the class %s was not there to learn from", mf__quote(class).text);
    return mf__within_cell(cells, row, error);
}

/* The place of a number in a rising list, or `n`. */
static size_t find_number(const double *numbers, size_t n, double wanted)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && numbers[low] <= wanted ? low : n;
}

static int apply_numbers(const mf_preparation *preparation, const struct mf__cells *cells,
                         const struct mf__part *part, double *ret, mf_error *error)
{
    size_t n_classes = preparation->classes.n;
    double most = n_classes > 0 ? DBL_MAX : MF__LARGEST_TARGET;
    for (size_t i = 0; i < part->n; i++) {
        size_t row = mf__part_row(part, i);
        int status = read_number(cells, row, most, &ret[i], error);
        if (status != 0)
            return status;
        if (n_classes == 0)
            continue;
        size_t place = find_number(preparation->class_numbers, n_classes, ret[i]);
        if (place == n_classes)
            return fail_unknown(cells, row, mf__show_real(ret[i]).text, error);
        ret[i] = (double)place;
    }
    return 0;
}

static int apply_codes(const struct mf__categories *classes, const struct mf__cells *cells,
                       const struct mf__part *part, double *ret, mf_error *error)
{
    uint32_t *codes = mf__new(part->n, sizeof *codes);
    if (codes == NULL)
        return mf__fail_memory(error, part->n * sizeof *codes, "the classes of rows");
    int status = mf__cells_codes(cells, part, classes, codes, error);
    for (size_t i = 0; i < part->n && status == 0; i++) {
        const mf_column *column = cells->column;
        size_t row = mf__part_row(part, i);
        ret[i] = codes[i];
        if (codes[i] == classes->n)
            status = fail_missing(cells, row, error);
        else if (codes[i] > classes->n)
            status = fail_unknown(cells, row,
                                  column->codes != NULL ? column->categories[column->codes[row]]
                                                        : mf__show_real(column->numbers[row]).text,
                                  error);
    }
    mf__free(codes);
    return status;
}

int mf__target_apply(const mf_preparation *preparation, const struct mf__part *part, double *ret,
                     mf_error *error)
{
    struct mf__cells cells;
    int status =
        mf__cells_find(part->table, preparation->target, preparation->target_kind, &cells, error);
    if (status != 0)
        return status;
    if (preparation->target_kind == MF_COLUMN_CATEGORICAL)
        return apply_codes(&preparation->classes, &cells, part, ret, error);
    return apply_numbers(preparation, &cells, part, ret, error);
}
