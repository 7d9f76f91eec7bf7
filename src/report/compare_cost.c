/* SPDX-License-Identifier: Apache-2.0 */
/* Where the time of each series went, and what else it cost. */
#include "base/memory.h"
#include "report/bar.h"
#include "report/compare_page.h"
#include "stats/order.h"

#include <math.h>

#define PERCENT_1  1
#define LEAST_BAR  6
#define WIDEST_BAR 40

static const struct mf__series *measured_series(const struct mf__comparison *comparison, size_t row)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (mf__page_is_main(series) && series->n_samples > 0 && row-- == 0)
            return series;
    }
    return NULL;
}

static void draw_shares(const void *user, size_t row, size_t width, struct mf__buffer *out)
{
    const struct mf__page *page = user;
    const struct mf__series *series = measured_series(page->comparison, row);
    if (series == NULL)
        return;
    const struct mf__shares *shares = &series->shares;
    mf__bar_parts((const double[]){shares->startup, shares->compute, shares->combine, shares->wait},
                  width, out);
}

/* CPU time of one run, all its workers. */
static double cpu_ns(const struct mf__series *series, size_t round)
{
    return (double)series->samples[round].cpu_ns / (double)series->samples[round].repeats;
}

static double peak_bytes(const struct mf__series *series, size_t round)
{
    return (double)series->samples[round].peak_bytes;
}

/* The median over the samples of what one has; `values` has room for all rounds. */
static double median_of(const struct mf__series *series,
                        double (*figure)(const struct mf__series *series, size_t round),
                        double *values)
{
    for (size_t round = 0; round < series->n_samples; round++)
        values[round] = figure(series, round);
    mf__sort(values, series->n_samples);
    return mf__quantile(values, series->n_samples, 0.5);
}

static void add_row(struct mf__table *table, const struct mf__series *series, double *values)
{
    const struct mf__shares *shares = &series->shares;
    const double parts[] = {shares->startup, shares->compute, shares->combine, shares->wait};
    double cpu = median_of(series, cpu_ns, values);
    double peak = median_of(series, peak_bytes, values);
    mf__page_series_cells(table, series);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_percent(parts[i], PERCENT_1).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_duration(cpu, false).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_bytes((uint64_t)peak).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  series->workers > 1 ? mf__show_fixed(shares->load_balance, 3).text : "");
    mf__table_add(table, series->time.outliers > 0 ? MF__TINT_WARNING : MF__TINT_PLAIN,
                  "%zu of %zu", series->time.outliers, series->n_samples);
}

void mf__page_cost(const struct mf__page *page)
{
    /* The signs in the headers are those of the bars. */
    static const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.header = "▒ start-up", .right = true, .gap = 2},
        {.header = "█ computing", .right = true, .gap = 2},
        {.header = "▓ combining", .right = true, .gap = 2, .rank = 3},
        {.header = "░ waiting", .right = true, .gap = 2},
        {.header = "CPU time", .right = true, .gap = 2, .rank = 1},
        {.header = "memory", .right = true, .gap = 2, .rank = 2},
        {.header = "balance", .right = true, .gap = 2, .rank = 4},
        {.header = "outliers", .right = true, .gap = 2, .rank = 5},
    };
    struct mf__table table = {
        .style = page->style,
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .picture = {.draw = draw_shares, .user = page, .least = LEAST_BAR, .most = WIDEST_BAR},
    };
    const struct mf__series *series = NULL;
    double *values = mf__new(page->comparison->n_rounds, sizeof *values);
    page->out->failed = page->out->failed || values == NULL;
    for (size_t row = 0;
         values != NULL && (series = measured_series(page->comparison, row)) != NULL; row++)
        add_row(&table, series, values);
    mf__say_heading(page->style, "Where the workers' time went, and what a run cost", page->out);
    mf__table_finish(&table, page->out);
    mf__free(values);
}
