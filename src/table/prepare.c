/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning a preparation.
 *
 * Two things are learnt from different rows, as programs with pandas and scikit-learn usually do
 * it: categories (and classes) from the whole table before it is split, so that a category means
 * the same number in every part; what replaces missing numbers from the training rows alone, so
 * that nothing about the test rows leaks into the model.
 */
#include <manyfold/prepare.h>

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "table/cells.h"
#include "table/target.h"

#include <string.h>

mf_prepare_options mf_prepare_defaults(void)
{
    return (mf_prepare_options){
        .encode = MF_ENCODE_LABEL, .impute = MF_IMPUTE_MEDIAN, .task = MF_TASK_AUTO};
}

static int check_options(const mf_prepare_options *options, mf_error *error)
{
    const struct {
        const char *what;
        int value, most;
    } choices[] = {
        {"encode", options->encode, MF_ENCODE_ONEHOT},
        {"impute", options->impute, MF_IMPUTE_NONE},
        {"task", options->task, MF_TASK_CLASSIFICATION},
    };
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (choices[i].value < 0 || choices[i].value > choices[i].most)
            return mf__fail(error, MF_E_INPUT, "a preparation's %s of %d; the values are 0 to %d",
                            choices[i].what, choices[i].value, choices[i].most);
    if (options->target == NULL)
        return mf__fail(error, MF_E_INPUT, "a preparation needs a target, the column to predict");
    return 0;
}

/* Marks the columns that become no feature. */
static int mark_left_out(const mf_table *table, const mf_prepare_options *options, bool *left_out,
                         mf_error *error)
{
    size_t target = mf_table_find(table, options->target);
    for (size_t i = 0; i < options->n_drop; i++) {
        struct mf__cells cells;
        int status = mf__cells_find(table, options->drop[i], MF_COLUMN_NUMERIC, &cells, error);
        if (status != 0)
            return mf__fail_within(error, status, "a column to drop");
        size_t index = mf_table_find(table, options->drop[i]);
        if (index == target || left_out[index]) {
            mf__fail(error, MF_E_INPUT, "%s",
                     index == target ? "it is the target and cannot be dropped"
                                     : "it is to be dropped twice; name it once");
            return mf__within_column(table, options->drop[i], error);
        }
        left_out[index] = true;
    }
    left_out[target] = true;
    return 0;
}

static int learn_categories(const struct mf__cells *cells, struct mf__learnt_column *column,
                            mf_error *error)
{
    if (cells->column->n_categories <= MF__MOST_CATEGORIES)
        return mf__categories_copy(cells->column->categories, cells->column->n_categories,
                                   &column->categories, error);
    mf__fail(error, MF_E_INPUT, "%zu categories, at most %d are possible; leave the column out",
             cells->column->n_categories, MF__MOST_CATEGORIES);
    return mf__within_column(cells->table, column->name, error);
}

static int learn_fill(const struct mf__cells *cells, const struct mf__part *part, int impute,
                      struct mf__learnt_column *column, mf_error *error)
{
    if (impute == MF_IMPUTE_NONE)
        return 0;
    size_t n = 0;
    int status = mf__cells_fill(cells, part, impute, &column->fill, &n, error);
    if (status != 0 || n > 0)
        return status;
    mf__fail(error, MF_E_INPUT,
             "no value in any of the %zu training rows; leave the column out or split otherwise",
             part->n);
    return mf__within_column(cells->table, column->name, error);
}

static int learn_column(mf_preparation *preparation, const struct mf__part *part,
                        const mf_column *source, mf_error *error)
{
    const struct mf__cells cells = {part->table, source, source->kind};
    struct mf__learnt_column *column = &preparation->columns[preparation->n_columns++];
    column->kind = source->kind;
    column->name = mf__copy_text(source->name);
    if (column->name == NULL)
        return mf__fail_memory(error, strlen(source->name) + 1, "the name of a column");
    if (source->missing == mf_table_rows(part->table)) {
        mf__fail(error, MF_E_INPUT, "no value in any row; leave the column out");
        return mf__within_column(part->table, source->name, error);
    }
    if (source->kind == MF_COLUMN_CATEGORICAL)
        return learn_categories(&cells, column, error);
    return learn_fill(&cells, part, preparation->impute, column, error);
}

/* `left_out` has room for one mark per column, all false. */
static int learn_columns(mf_preparation *preparation, const struct mf__part *part,
                         const mf_prepare_options *options, bool *left_out, mf_error *error)
{
    int status = mark_left_out(part->table, options, left_out, error);
    for (size_t i = 0; i < mf_table_columns(part->table) && status == 0; i++)
        if (!left_out[i])
            status = learn_column(preparation, part, mf_table_column(part->table, i), error);
    if (status == 0 && preparation->n_columns == 0)
        status = mf__fail(error, MF_E_INPUT,
                          "%s has no column to learn from besides the target and those left out",
                          mf__file_of(part->table).text);
    return status;
}

static int learn_features(mf_preparation *preparation, const struct mf__part *part,
                          const mf_prepare_options *options, mf_error *error)
{
    size_t n = mf_table_columns(part->table);
    preparation->columns = mf__new(n, sizeof *preparation->columns);
    bool *left_out = mf__new(n, sizeof *left_out);
    int status = 0;
    if (preparation->columns == NULL || left_out == NULL)
        status = mf__fail_memory(error, n * sizeof *preparation->columns, "the columns");
    else
        status = learn_columns(preparation, part, options, left_out, error);
    mf__free(left_out);
    return status != 0 ? status : mf__preparation_name(preparation, error);
}

int mf_prepare_learn(const mf_table *table, const mf_prepare_options *options, const size_t *rows,
                     size_t n_rows, mf_preparation **ret_preparation, mf_error *error)
{
    struct mf__part part;
    int status = check_options(options, error);
    if (status == 0)
        status = mf__part_init(&part, table, rows, n_rows, error);
    if (status != 0)
        return status;
    mf_preparation *preparation = mf__new(1, sizeof *preparation);
    if (preparation == NULL)
        return mf__fail_memory(error, sizeof *preparation, "a preparation");
    preparation->encode = options->encode;
    preparation->impute = options->impute;
    status = mf__target_learn(preparation, &part, options, error);
    if (status == 0)
        status = learn_features(preparation, &part, options, error);
    if (status == 0)
        *ret_preparation = preparation;
    else
        mf_preparation_free(&preparation);
    return status;
}
