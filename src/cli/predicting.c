/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/predicting.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/embedded.h"
#include "cli/fates.h"
#include "cli/scoring.h"
#include "table/preparation.h"

#include <math.h>
#include <string.h>

#define COLUMNS_NAMED 5 /* with unseen categories */

/* ---- the table ---- */

/* The first column that the model learnt from and the table lacks; NULL when it has them all. */
static const char *find_absent(const mf_preparation *preparation, const mf_table *table)
{
    for (size_t i = 0; i < preparation->n_columns; i++)
        if (mf_table_find(table, preparation->columns[i].name) == SIZE_MAX)
            return preparation->columns[i].name;
    return NULL;
}

/* Says what is likely to be meant where the table is another one altogether. */
static int check_columns(const struct mf__predicting *asked, const mf_table *table, mf_error *error)
{
    const char *absent = find_absent(mf_model_preparation(asked->model), table);
    if (absent != NULL && asked->file == NULL)
        return mf__fail(error, MF_E_INPUT,
                        "FILE is missing: name the table to predict; the model needs the column "
                        "%s, which the data set %s, taken without FILE, does not have",
                        mf__quote(absent).text, mf_table_name(table));
    return absent != NULL ? mf__delimiter_check(table, error) : 0;
}

/* With columns to carry along the bytes are read once, and used twice. */
static int open_carrying(const struct mf__predicting *asked, const mf_read_options *options,
                         struct mf__predicted *ret, mf_error *error)
{
    const struct mf__preparing named = {.ids = *asked->ids};
    const struct mf__embedded *set = mf__embedded_meant(asked->file);
    struct mf__content content;
    int code = mf__content_open(asked->file, &content, error);
    if (code != 0)
        return code;
    const char *name = set != NULL ? set->name : asked->file;
    code = mf_table_parse(content.bytes, content.length,
                          mf__is_input(asked->file) ? MF__INPUT_NAME : name, options, &ret->table,
                          error);
    if (code == 0)
        code = check_columns(asked, ret->table, error);
    if (code == 0)
        code = mf__fates_check(ret->table, &named, error);
    if (code == 0)
        code = mf__carry(&content, options, ret->table, asked->ids, &ret->carried, error);
    mf__content_done(&content);
    return code;
}

/* The columns in which categories were learnt stay texts, so that "01" and "1" are two categories
 * also in a table where all of them look like numbers. */
static int list_texts(const mf_preparation *preparation, const char ***ret, size_t *ret_n,
                      mf_error *error)
{
    const char **names = mf__new(preparation->n_columns + 1, sizeof *names);
    if (names == NULL)
        return mf__fail_memory(error, (preparation->n_columns + 1) * sizeof *names, "columns");
    size_t n = 0;
    for (size_t i = 0; i < preparation->n_columns; i++)
        if (preparation->columns[i].kind == MF_COLUMN_CATEGORICAL)
            names[n++] = preparation->columns[i].name;
    if (preparation->target_kind == MF_COLUMN_CATEGORICAL)
        names[n++] = preparation->target;
    *ret = names;
    *ret_n = n;
    return 0;
}

static int open_table(const struct mf__predicting *asked, struct mf__predicted *ret,
                      mf_error *error)
{
    const struct mf__embedded *set = mf__embedded_meant(asked->file);
    mf_read_options options = set != NULL ? mf_read_defaults() : *asked->options;
    const char **texts = NULL;
    options.na = asked->options->na;
    options.n_na = asked->options->n_na;
    int code = list_texts(mf_model_preparation(asked->model), &texts, &options.n_texts, error);
    options.texts = texts;
    if (code == 0)
        code = asked->ids->n > 0 ? open_carrying(asked, &options, ret, error)
                                 : mf__table_open(asked->file, &options, &ret->table, &set, error);
    mf__free(texts);
    if (code == 0)
        code = check_columns(asked, ret->table, error);
    if (code == MF_E_SYSTEM) /* a wrong name is wrong usage */
        error->code = code = MF_E_INPUT;
    return code;
}

/* ---- categories that are new ---- */

/* How many fields of a column hold a category that was not learnt. */
static size_t count_unseen(const struct mf__learnt_column *learnt, const mf_column *column,
                           size_t rows, size_t *counts)
{
    size_t n = 0;
    memset(counts, 0, column->n_categories * sizeof *counts);
    for (size_t row = 0; row < rows; row++)
        if (column->codes[row] < column->n_categories)
            counts[column->codes[row]]++;
    for (size_t i = 0; i < column->n_categories; i++)
        if (mf__categories_find(&learnt->categories, column->categories[i]) == learnt->categories.n)
            n += counts[i];
    return n;
}

/* Adds "Neighborhood 3, Foundation 1", as far as the columns can be told. */
static int list_unseen(const mf_preparation *preparation, const mf_table *table,
                       struct mf__buffer *out, mf_error *error)
{
    size_t named = 0;
    for (size_t i = 0; i < preparation->n_columns; i++) {
        const struct mf__learnt_column *learnt = &preparation->columns[i];
        const mf_column *column = mf_table_column(table, mf_table_find(table, learnt->name));
        if (learnt->kind != MF_COLUMN_CATEGORICAL || column == NULL || column->codes == NULL)
            continue;
        size_t *counts = mf__new(column->n_categories, sizeof *counts);
        if (counts == NULL && column->n_categories > 0)
            return mf__fail_memory(error, column->n_categories * sizeof *counts, "categories");
        size_t n = count_unseen(learnt, column, mf_table_rows(table), counts);
        mf__free(counts);
        if (n > 0 && named < COLUMNS_NAMED) {
            mf__buffer_put(out, named > 0 ? ", " : ": ");
            mf__say_short(column->name, 40, out);
            mf__buffer_print(out, " %s", mf__show_count(n, ',').text);
        }
        named += n > 0;
    }
    if (named > COLUMNS_NAMED)
        mf__buffer_print(out, " and %zu more column%s", named - COLUMNS_NAMED,
                         named - COLUMNS_NAMED == 1 ? "" : "s");
    return 0;
}

static int remark_unseen(const mf_preparation *preparation, const mf_table *table, size_t n,
                         struct mf__remarks *remarks, mf_error *error)
{
    struct mf__buffer list = {0};
    int code = n > 0 ? list_unseen(preparation, table, &list, error) : 0;
    if (code == 0)
        code = mf__buffer_check(&list, error);
    if (code == 0 && n > 0)
        mf__remark(remarks, "%s field%s a category that the model never saw, taken as missing%s.",
                   mf__show_count(n, ',').text, n == 1 ? " holds" : "s hold",
                   mf__buffer_text(&list));
    mf__buffer_done(&list);
    return code;
}

/* ---- scores ---- */

/* The rows whose target is known; the predictions of these are moved to the front of a copy. */
struct known {
    size_t *rows;
    double *predicted;
    size_t n;
};

static int find_known(const struct mf__predicted *predicted, const mf_column *target, size_t width,
                      struct known *ret, mf_error *error)
{
    size_t n = mf_table_rows(predicted->table);
    ret->rows = mf__new(n, sizeof *ret->rows);
    ret->predicted = mf__new(n * width, sizeof *ret->predicted);
    if (ret->rows == NULL || ret->predicted == NULL)
        return mf__fail_memory(error, n * width * sizeof *ret->predicted, "predictions");
    for (size_t row = 0; row < n; row++) {
        if (target->numbers != NULL ? isnan(target->numbers[row])
                                    : target->codes[row] == target->n_categories)
            continue;
        memcpy(ret->predicted + ret->n * width, predicted->numbers + row * width,
               width * sizeof *ret->predicted);
        ret->rows[ret->n++] = row;
    }
    return 0;
}

static int score_known(const struct mf__predicting *asked, struct mf__predicted *ret,
                       const struct known *known, mf_error *error)
{
    const mf_preparation *preparation = mf_model_preparation(asked->model);
    struct mf__predict_report *report = &ret->report;
    mf_dataset dataset = {0};
    mf_error problem;
    int code = mf_prepare_apply(preparation, ret->table, known->rows, known->n, MF_PREPARE_TARGET,
                                &dataset, &problem);
    if (code == MF_E_INPUT) { /* predictions are good all the same */
        mf__remark(&report->remarks, "No scores: %s.", problem.text);
        return 0;
    }
    if (code != 0)
        return mf__fail(error, code, "%s", problem.text);
    const mf_scored scored = {dataset.rows, dataset.n_classes, dataset.target, known->predicted};
    const struct mf__unscored unscored = {&report->remarks, preparation};
    code = mf__scores_get(&report->metrics, &scored, &report->scores, &unscored, error);
    report->has_scores = code == 0;
    mf_dataset_done(&dataset);
    return code;
}

static void remark_unscorable(const mf_preparation *preparation, bool is_there,
                              struct mf__remarks *remarks)
{
    struct mf__buffer name = {0};
    mf__say_short(mf_preparation_target(preparation), 40, &name);
    mf__remark(remarks, "No scores: the table has no %s %s, which was predicted.",
               is_there ? "value in" : "column", mf__buffer_text(&name));
    mf__buffer_done(&name);
}

static int score(const struct mf__predicting *asked, struct mf__predicted *ret, mf_error *error)
{
    const mf_preparation *preparation = mf_model_preparation(asked->model);
    size_t n_classes = mf_preparation_classes(preparation);
    size_t column = mf_table_find(ret->table, mf_preparation_target(preparation));
    struct known known = {0};
    int code = mf__metrics_get(asked->scores, n_classes > 0, &ret->report.metrics, error);
    if (code != 0)
        return code;
    const mf_column *target = mf_table_column(ret->table, column);
    if (target == NULL || target->missing == mf_table_rows(ret->table)) {
        if (asked->scores->n > 0) /* nobody misses what was not asked for */
            remark_unscorable(preparation, target != NULL, &ret->report.remarks);
        return 0;
    }
    code = find_known(ret, target, n_classes > 0 ? n_classes : 1, &known, error);
    if (code == 0)
        code = score_known(asked, ret, &known, error);
    if (code == 0 && target->missing > 0 && ret->report.has_scores)
        mf__remark(&ret->report.remarks, "%s row%s no value in %s and %s not scored.",
                   mf__show_count(target->missing, ',').text,
                   target->missing == 1 ? " has" : "s have", target->name,
                   target->missing == 1 ? "was" : "were");
    mf__free(known.rows);
    mf__free(known.predicted);
    return code;
}

/* ---- all of it ---- */

static int predict_table(const struct mf__predicting *asked, struct mf__predicted *ret,
                         mf_error *error)
{
    const mf_preparation *preparation = mf_model_preparation(asked->model);
    struct mf__predict_report *report = &ret->report;
    struct mf__items_progress items;
    mf_dataset dataset = {0};
    uint64_t start_ns = mf__now_ns();
    mf__items_progress_start(&items, asked->progress, "predicting");
    const mf_run_options options = {.progress = mf__items_progress_show,
                                    .progress_user = &items,
                                    .cancel = mf__interruptible()};
    int code = mf_prepare_apply(preparation, ret->table, NULL, mf_table_rows(ret->table), 0,
                                &dataset, error);
    if (code == 0)
        code = mf__predict_rows(mf_model_forest(asked->model), asked->pool, &dataset, &options,
                                &ret->numbers, error);
    report->predict_ns = mf__now_ns() - start_ns;
    report->rows = dataset.rows;
    report->filled = dataset.n_filled;
    if (code == 0)
        code = remark_unseen(preparation, ret->table, dataset.n_unseen, &report->remarks, error);
    mf_dataset_done(&dataset);
    return code;
}

int mf__predictions_make(const struct mf__predicting *asked, struct mf__predicted *ret,
                         mf_error *error)
{
    ret->model = asked->model;
    int code = open_table(asked, ret, error);
    if (code != 0)
        return code;
    ret->report.source = mf_table_name(ret->table);
    ret->report.target = mf_preparation_target(mf_model_preparation(asked->model));
    ret->report.trees = mf_forest_trees(mf_model_forest(asked->model));
    code = predict_table(asked, ret, error);
    return code == 0 ? score(asked, ret, error) : code;
}

void mf__predicted_done(struct mf__predicted *predicted)
{
    mf_table_free(&predicted->table);
    mf__carried_done(&predicted->carried);
    mf__remarks_done(&predicted->report.remarks);
    mf__free(predicted->numbers);
    *predicted = (struct mf__predicted){0};
}

/* ---- the file ---- */

static void put_class(const mf_preparation *preparation, size_t class, struct mf__buffer *out)
{
    const char *name = mf_preparation_class(preparation, class);
    mf__csv_put(name, strlen(name), out);
}

static void put_head(const struct mf__predicted *predicted, bool probabilities,
                     struct mf__buffer *out)
{
    const mf_preparation *preparation = mf_model_preparation(predicted->model);
    struct mf__buffer name = {0};
    mf__buffer_put(out, mf__buffer_text(&predicted->carried.head));
    mf__buffer_put(out, "prediction");
    for (size_t i = 0; probabilities && i < mf_preparation_classes(preparation); i++) {
        mf__buffer_clear(&name);
        mf__buffer_print(&name, "probability_%s", mf_preparation_class(preparation, i));
        mf__buffer_put(out, ",");
        mf__csv_put(mf__buffer_text(&name), name.length, out);
        out->failed = out->failed || name.failed;
    }
    mf__buffer_done(&name);
    mf__buffer_put(out, "\n");
}

void mf__predictions_csv(const struct mf__predicted *predicted, bool probabilities,
                         struct mf__buffer *out)
{
    const mf_preparation *preparation = mf_model_preparation(predicted->model);
    size_t n_classes = mf_preparation_classes(preparation);
    put_head(predicted, probabilities, out);
    for (size_t row = 0; row < predicted->report.rows; row++) {
        const double *numbers = predicted->numbers + row * (n_classes > 0 ? n_classes : 1);
        double class = 0;
        mf__carried_put(&predicted->carried, row, out);
        if (n_classes == 0) {
            mf__buffer_put(out, mf__show_real(numbers[0]).text);
        } else {
            mf_classes_of(numbers, 1, n_classes, &class);
            put_class(preparation, (size_t) class, out);
        }
        for (size_t i = 0; probabilities && i < n_classes; i++)
            mf__buffer_print(out, ",%s", mf__show_real(numbers[i]).text);
        mf__buffer_put(out, "\n");
    }
}
