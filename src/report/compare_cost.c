/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time of each series went, and what else it cost. */
#include "base/memory.h"
#include "report/bar.h"
#include "report/compare_page.h"
#include "stats/order.h"

#include <math.h>

#define PERCENT_1  1
#define LEAST_BAR  8
#define WIDEST_BAR 40

static const struct mf__series *strong_series(const struct mf__comparison *comparison, size_t row)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].role == MF__ROLE_STRONG && row-- == 0)
            return &comparison->series[i];
    return NULL;
}

static void draw_shares(const void *user, size_t row, size_t width, struct mf__buffer *out)
{
    const struct mf__page *page = user;
    const struct mf__series *series = strong_series(page->comparison, row);
    if (series == NULL)
        return;
    const struct mf__shares *shares = &series->shares;
    mf__bar_parts((const double[]){shares->startup, shares->compute, shares->combine, shares->wait},
                  width, out);
}

void mf__page_shares(const struct mf__page *page)
{
    /* The signs in the headers are those of the bars. */
    static const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.header = "▒ start-up", .right = true, .gap = 2},
        {.header = "█ computing", .right = true, .gap = 2},
        {.header = "▓ combining", .right = true, .gap = 2, .rank = 1},
        {.header = "░ waiting", .right = true, .gap = 2},
    };
    struct mf__table table = {
        .style = page->style,
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .picture = {.draw = draw_shares, .user = page, .least = LEAST_BAR, .most = WIDEST_BAR},
    };
    const struct mf__series *series = NULL;
    for (size_t row = 0; (series = strong_series(page->comparison, row)) != NULL; row++) {
        const struct mf__shares *shares = &series->shares;
        const double parts[] = {shares->startup, shares->compute, shares->combine, shares->wait};
        mf__page_series_cells(&table, series);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__show_percent(parts[i], PERCENT_1).text);
    }
    if (table.n_cells == 0)
        return;
    mf__say_heading(page->style, "Where the workers' time went", page->out);
    mf__table_finish(&table, page->out);
}

/* CPU time of one run, all its workers. */
static double cpu_ns(const struct mf__series *series, size_t round)
{
    uint64_t runs = series->repeats > 0 ? series->repeats : 1;
    return (double)series->samples[round].cpu_ns / (double)runs;
}

static double peak_bytes(const struct mf__series *series, size_t round)
{
    return (double)series->samples[round].peak_bytes;
}

/* The median over the rounds of what one sample has; `values` has room for all rounds. */
static double median_of(const struct mf__series *series, size_t n_rounds,
                        double (*figure)(const struct mf__series *series, size_t round),
                        double *values)
{
    for (size_t round = 0; round < n_rounds; round++)
        values[round] = figure(series, round);
    mf__sort(values, n_rounds);
    return mf__quantile(values, n_rounds, 0.5);
}

static void add_cost(struct mf__table *table, const struct mf__series *series, size_t n_rounds,
                     double *values)
{
    double cpu = median_of(series, n_rounds, cpu_ns, values);
    double peak = median_of(series, n_rounds, peak_bytes, values);
    mf__page_series_cells(table, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_duration(cpu, false).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_bytes((uint64_t)peak).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  series->workers > 1 ? mf__show_fixed(series->shares.load_balance, 3).text : "");
    mf__table_add(table, series->time.outliers > 0 ? MF__TINT_WARNING : MF__TINT_PLAIN,
                  "%zu of %zu", series->time.outliers, n_rounds);
}

void mf__page_cost(const struct mf__page *page)
{
    static const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.header = "CPU time", .right = true, .gap = 2},
        {.header = "peak memory", .right = true, .gap = 2},
        {.header = "load balance", .right = true, .gap = 2, .rank = 1},
        {.header = "outliers", .right = true, .gap = 2},
    };
    struct mf__table table = {
        .style = page->style, .columns = columns, .n_columns = sizeof columns / sizeof columns[0]};
    const struct mf__comparison *comparison = page->comparison;
    double *values = mf__new(comparison->n_rounds, sizeof *values);
    page->out->failed = page->out->failed || values == NULL;
    for (size_t i = 0; i < comparison->n_series && values != NULL; i++)
        if (mf__page_is_main(&comparison->series[i]) && comparison->n_rounds > 0)
            add_cost(&table, &comparison->series[i], comparison->n_rounds, values);
    mf__say_heading(page->style, "What a run cost", page->out);
    mf__table_finish(&table, page->out);
    mf__free(values);
}
