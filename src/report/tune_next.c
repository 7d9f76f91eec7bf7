/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a search: those behind the best, and the rungs of a halving. */
#include "report/table.h"
#include "report/tune_page.h"

#include <math.h>

#define NEXT_SHOWN  10
#define SCORES_MOST 5

/* The columns of the table: the rank, what differs, the scores, the time. */
struct next {
    const struct mf__study *study;
    struct mf__column columns[MF__COLUMNS_MAX];
    size_t n_columns;
    size_t dimensions[MF__COLUMNS_MAX];
    size_t n_dimensions;
    size_t n_scores;
    struct mf__buffer left_out; /* what a table has no columns for, "max_depth, bootstrap" */
};

static bool differs(const struct mf__dimension *dimension)
{
    return dimension->spread != MF__SPREAD_LIST || dimension->n_values > 1;
}

static void leave_out(struct next *next, const char *name)
{
    mf__buffer_print(&next->left_out, "%s%s", next->left_out.length > 0 ? ", " : "", name);
}

/* On a narrow page the time goes first, then the scores that do not decide, the last ones first. */
static void choose_columns(struct next *next)
{
    const struct mf__study_request *request = &next->study->request;
    const struct mf__space *space = request->space;
    next->n_scores = request->n_metrics < SCORES_MOST ? request->n_metrics : SCORES_MOST;
    size_t room = MF__COLUMNS_MAX - 3 - next->n_scores - (next->study->facts.n_folds > 1);
    next->columns[next->n_columns++] = (struct mf__column){.header = "rank", .right = true};
    if (request->strategy == MF__HALVING)
        next->columns[next->n_columns++] = (struct mf__column){
            .header = mf__resource_name(request->halving.resource), .right = true, .gap = 2};
    for (size_t i = 0; i < space->n; i++) {
        if (!differs(&space->dimensions[i]))
            continue;
        if (next->n_dimensions == room) {
            leave_out(next, mf__parameter_name(space->dimensions[i].parameter));
            continue;
        }
        next->dimensions[next->n_dimensions++] = i;
        next->columns[next->n_columns++] =
            (struct mf__column){.header = mf__parameter_name(space->dimensions[i].parameter),
                                .right = true,
                                .gap = 2,
                                .rank = (unsigned char)(1 + next->n_dimensions)};
    }
    for (size_t i = 0; i < next->n_scores; i++) {
        next->columns[next->n_columns++] =
            (struct mf__column){.header = mf_metric_name(request->metrics[i]),
                                .right = true,
                                .gap = 2,
                                .rank = (unsigned char)(i > 0 ? 2 * MF__COLUMNS_MAX + i : 0)};
        if (i == 0 && next->study->facts.n_folds > 1)
            next->columns[next->n_columns++] = (struct mf__column){.gap = 1};
    }
    next->columns[next->n_columns++] =
        (struct mf__column){.header = "time", .right = true, .gap = 2, .rank = 4 * MF__COLUMNS_MAX};
}

static void add_score(struct mf__table *table, const struct mf__trial *trial, int metric)
{
    struct mf__buffer text = {0};
    mf__tune_put_score(trial, metric, false, &text);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__buffer_text(&text));
    table->failed = table->failed || text.failed;
    mf__buffer_done(&text);
}

static void add_deviation(struct mf__table *table, const struct mf__trial *trial, int metric)
{
    struct mf__buffer text = {0};
    mf__say_score(metric, trial->deviation[metric], &text);
    mf__table_add(table, MF__TINT_FAINT, "± %s", mf__buffer_text(&text));
    table->failed = table->failed || text.failed;
    mf__buffer_done(&text);
}

static void add_trial(struct mf__table *table, const struct next *next,
                      const struct mf__trial *trial)
{
    const int *metrics = next->study->request.metrics;
    mf__table_add(table, MF__TINT_PLAIN, "%zu", trial->rank);
    if (next->study->request.strategy == MF__HALVING)
        mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_count(trial->resource, ',').text);
    for (size_t i = 0; i < next->n_dimensions; i++)
        mf__table_add(table, MF__TINT_PLAIN, "%s", trial->values[next->dimensions[i]].text);
    for (size_t i = 0; i < next->n_scores; i++) {
        add_score(table, trial, metrics[i]);
        if (i == 0 && next->study->facts.n_folds > 1)
            add_deviation(table, trial, metrics[i]);
    }
    mf__table_add(table, MF__TINT_FAINT, "%s",
                  mf__show_duration(trial->seconds * 1e9, table->style->ascii).text);
}

/* What the table does not show, as it has too few columns or the page is too narrow. */
static void say_left_out(const struct mf__tune_page *page, struct next *next,
                         const struct mf__table *table)
{
    const struct mf__label label = {.text = "", .column = 2};
    for (size_t i = 0; i < next->n_columns; i++)
        if (table->hidden[i])
            leave_out(next, next->columns[i].header);
    if (next->left_out.length > 0)
        mf__say_lines(page->style, &label, page->out, "no room for %s: --csv and --json have all",
                      mf__buffer_text(&next->left_out));
    page->out->failed = page->out->failed || next->left_out.failed;
    mf__buffer_done(&next->left_out);
}

void mf__tune_page_next(const struct mf__tune_page *page)
{
    const struct mf__study *study = page->study;
    struct next next = {.study = study};
    struct mf__buffer title = {0};
    if (study->n_ranked < 2)
        return;
    size_t n = study->n_ranked - 1 < NEXT_SHOWN ? study->n_ranked - 1 : NEXT_SHOWN;
    if (n == 1)
        mf__buffer_put(&title, "The next one");
    else
        mf__buffer_print(&title, "The next %zu", n);
    mf__say_heading(page->style, mf__buffer_text(&title), page->out);
    page->out->failed = page->out->failed || title.failed;
    mf__buffer_done(&title);
    choose_columns(&next);
    struct mf__table table = {
        .style = page->style, .columns = next.columns, .n_columns = next.n_columns};
    for (size_t i = 1; i <= n; i++)
        add_trial(&table, &next, &study->trials[study->order[i]]);
    mf__table_finish(&table, page->out);
    say_left_out(page, &next, &table);
}

/* ---- halving ---- */

void mf__tune_page_rungs(const struct mf__tune_page *page)
{
    const struct mf__study *study = page->study;
    const struct mf__column columns[] = {
        {.header = "rung", .right = true},
        {.header = mf__resource_name(study->request.halving.resource), .right = true, .gap = 2},
        {.header = "trials", .right = true, .gap = 2},
        {.header = "agrees with the next", .right = true, .gap = 2, .rank = 1}};
    struct mf__table table = {.style = page->style, .columns = columns, .n_columns = 4};
    if (study->n_rungs == 0)
        return;
    mf__say_heading(page->style, "Halving", page->out);
    for (size_t i = 0; i < study->n_rungs; i++) {
        const struct mf__rung *rung = &study->rungs[i];
        mf__table_add(&table, MF__TINT_PLAIN, "%zu", i + 1);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__show_count(rung->resource, ',').text);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__show_count(rung->n_trials, ',').text);
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      isnan(rung->agreement) ? "" : mf__show_fixed(rung->agreement, 2).text);
    }
    mf__table_finish(&table, page->out);
}
