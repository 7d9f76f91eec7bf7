/* SPDX-License-Identifier: Apache-2.0 */
#include "table/cells.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "table/column.h"
#include "table/ordered.h"

#include <math.h>
#include <string.h>

struct mf__shown_path mf__file_of(const mf_table *table)
{
    return mf__show_path(mf_table_name(table));
}

int mf__part_init(struct mf__part *part, const mf_table *table, const size_t *rows, size_t n_rows,
                  mf_error *error)
{
    size_t n_table = mf_table_rows(table);
    *part = (struct mf__part){table, rows, rows != NULL ? n_rows : n_table};
    if (part->n == 0)
        return mf__fail(error, MF_E_INPUT, "no row of %s to prepare", mf__file_of(table).text);
    for (size_t i = 0; rows != NULL && i < n_rows; i++)
        if (rows[i] >= n_table)
            return mf__fail(error, MF_E_INPUT, "row number %zu, but %s has %zu rows from 0 on",
                            rows[i], mf__file_of(table).text, n_table);
    return 0;
}

int mf__within_column(const mf_table *table, const char *column, mf_error *error)
{
    return mf__fail_within(error, MF_E_INPUT, "%s: column %s", mf__file_of(table).text,
                           mf__quote(column).text);
}

int mf__within_cell(const struct mf__cells *cells, size_t row, mf_error *error)
{
    return mf__fail_within(error, MF_E_INPUT, "%s: row %zu, column %s",
                           mf__file_of(cells->table).text, row + 1,
                           mf__quote(cells->column->name).text);
}

int mf__cells_find(const mf_table *table, const char *name, int kind, struct mf__cells *ret,
                   mf_error *error)
{
    size_t index = mf_table_find(table, name);
    if (index != SIZE_MAX) {
        *ret = (struct mf__cells){table, mf_table_column(table, index), kind};
        return 0;
    }
    struct mf__nearest nearest = {.word = name};
    for (size_t i = 0; i < mf_table_columns(table); i++)
        mf__nearest_offer(&nearest, mf_table_column(table, i)->name);
    if (nearest.best != NULL)
        return mf__fail(error, MF_E_INPUT, "%s has no column %s; did you mean %s?",
                        mf__file_of(table).text, mf__quote(name).text,
                        mf__quote(nearest.best).text);
    size_t others = mf_table_columns(table);
    return mf__fail(error, MF_E_INPUT, "%s has no column %s; it has %zu other%s, the first is %s",
                    mf__file_of(table).text, mf__quote(name).text, others, others == 1 ? "" : "s",
                    mf__quote(mf_table_column(table, 0)->name).text);
}

int mf__cells_number(const struct mf__cells *cells, size_t row, double *ret, mf_error *error)
{
    const mf_column *column = cells->column;
    if (column->numbers != NULL) {
        *ret = column->numbers[row];
        return 0;
    }
    if (column->codes[row] == column->n_categories) {
        *ret = (double)NAN;
        return 0;
    }
    const char *text = column->categories[column->codes[row]];
    if (mf__read_real(text, strlen(text), ret))
        return 0;
    bool is_boolean = cells->kind == MF_COLUMN_BOOLEAN;
    int truth = is_boolean ? mf__truth_of(text) : -1;
    if (truth >= 0) {
        *ret = truth;
        return 0;
    }
    mf__fail(error, MF_E_INPUT, "%s where %s is needed", mf__quote(text).text,
             is_boolean ? "True or False" : "a number");
    return mf__within_cell(cells, row, error);
}

int mf__cells_feature(const struct mf__cells *cells, size_t row, double *ret, mf_error *error)
{
    double value = 0.0;
    int status = mf__cells_number(cells, row, &value, error);
    if (status != 0)
        return status;
    if (fabs(value) >= MF__FLOAT_END) {
        mf__fail(error, MF_E_INPUT, "%s is infinite or too large; features end at 3.4e38",
                 mf__show_real(value).text);
        return mf__within_cell(cells, row, error);
    }
    *ret = value;
    return 0;
}

static uint32_t code_of(const struct mf__categories *categories, const char *text)
{
    size_t place = mf__categories_find(categories, text);
    return (uint32_t)(place < categories->n ? place : categories->n + 1);
}

/* Finds each category of the column once, not each field. */
static int translate_codes(const struct mf__cells *cells, const struct mf__part *part,
                           const struct mf__categories *categories, uint32_t *ret_codes,
                           mf_error *error)
{
    const mf_column *column = cells->column;
    uint32_t *codes = mf__new(column->n_categories + 1, sizeof *codes);
    if (codes == NULL)
        return mf__fail_memory(error, (column->n_categories + 1) * sizeof *codes, "categories");
    for (size_t i = 0; i < column->n_categories; i++)
        codes[i] = code_of(categories, column->categories[i]);
    codes[column->n_categories] = (uint32_t)categories->n;
    for (size_t i = 0; i < part->n; i++)
        ret_codes[i] = codes[column->codes[mf__part_row(part, i)]];
    mf__free(codes);
    return 0;
}

/* A category whose texts all look like numbers or truths in this table. */
static uint32_t code_of_number(const struct mf__cells *cells, double value,
                               const struct mf__categories *categories)
{
    if (isnan(value))
        return (uint32_t)categories->n;
    if (cells->column->kind == MF_COLUMN_BOOLEAN)
        return code_of(categories, value > 0.0 ? "True" : "False");
    return code_of(categories, mf__show_real(value).text);
}

int mf__cells_codes(const struct mf__cells *cells, const struct mf__part *part,
                    const struct mf__categories *categories, uint32_t *ret_codes, mf_error *error)
{
    if (cells->column->codes != NULL)
        return translate_codes(cells, part, categories, ret_codes, error);
    for (size_t i = 0; i < part->n; i++)
        ret_codes[i] =
            code_of_number(cells, cells->column->numbers[mf__part_row(part, i)], categories);
    return 0;
}

/* Writes the numbers of a part that are not missing; `numbers` has room for all of its rows. */
static int gather(const struct mf__cells *cells, const struct mf__part *part, double *numbers,
                  size_t *ret_n, mf_error *error)
{
    size_t n = 0;
    for (size_t i = 0; i < part->n; i++) {
        int status = mf__cells_feature(cells, mf__part_row(part, i), &numbers[n], error);
        if (status != 0)
            return status;
        n += isnan(numbers[n]) ? 0 : 1;
    }
    *ret_n = n;
    return 0;
}

int mf__cells_fill(const struct mf__cells *cells, const struct mf__part *part, int impute,
                   double *ret, size_t *ret_n, mf_error *error)
{
    double *numbers = mf__new(part->n, sizeof *numbers);
    if (numbers == NULL)
        return mf__fail_memory(error, part->n * sizeof *numbers, "the numbers of a column");
    size_t n = 0;
    int status = gather(cells, part, numbers, &n, error);
    if (status == 0)
        status = mf__sort_numbers(numbers, n, error);
    if (status == 0 && n > 0)
        *ret = impute == MF_IMPUTE_MOST_FREQUENT ? mf__mode_of_sorted(numbers, n)
                                                 : mf__median_of_sorted(numbers, n);
    if (status == 0)
        *ret_n = n;
    mf__free(numbers);
    return status;
}
