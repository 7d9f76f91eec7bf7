/* SPDX-License-Identifier: Apache-2.0 */
/* How fast each way is, and what one worker of it costs beside the serial way. */
#include "report/bar.h"
#include "report/compare_page.h"
#include "report/figures.h"

#include <math.h>

#define PERCENT_1  1
#define LEAST_BAR  5
#define WIDEST_BAR 32

static double speedup_of(const struct mf__series *series)
{
    if (series->role == MF__ROLE_BASE)
        return series->wrong ? 0.0 : 1.0;
    return series->compared ? series->speedup.speedup.mid : 0.0;
}

/* The interquartile range over the median: how far apart the samples lie. */
static struct mf__shown spread_of(const struct mf__series *series)
{
    const struct mf__summary *time = &series->time;
    return mf__show_percent(time->median > 0 ? (time->q3 - time->q1) / time->median : 0, PERCENT_1);
}

/* Why a row has no speedup, in two words; NULL where it has one. */
static const char *missing_words(const struct mf__series *series)
{
    if (series->wrong)
        return "wrong answer";
    if (series->failed)
        return "failed";
    return series->role == MF__ROLE_BASE || series->compared ? NULL : "not compared";
}

static void add_speedup(struct mf__table *table, const struct mf__series *series)
{
    const char *missing = missing_words(series);
    bool is_base = series->role == MF__ROLE_BASE;
    mf__table_add(table, is_base ? MF__TINT_PLAIN : MF__TINT_STRONG, "%s",
                  missing == NULL ? mf__show_factor(speedup_of(series)).text : "");
    mf__table_add(table, missing != NULL ? MF__TINT_WRONG : MF__TINT_FAINT, "%s",
                  missing != NULL    ? missing
                  : series->compared ? mf__show_range(&series->speedup.speedup).text
                                     : "");
}

static void add_row(const struct mf__page *page, struct mf__table *table,
                    const struct mf__series *series)
{
    const struct mf__series *ceiling = mf__ceiling_of(page->comparison, series);
    bool strong = series->role == MF__ROLE_STRONG && series->compared;
    mf__page_series_cells(table, series);
    mf__page_mark(page, table, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  series->n_samples > 0 ? mf__show_duration(series->time.median, false).text : "");
    add_speedup(table, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  ceiling != NULL ? mf__show_factor(ceiling->scaled.mid).text : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  strong ? mf__show_percent(series->efficiency.mid, 0).text : "");
    mf__table_add(table, MF__TINT_FAINT, "%s", series->time.n > 1 ? spread_of(series).text : "");
}

static const struct mf__series *main_series(const struct mf__comparison *comparison, size_t row)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (mf__page_is_main(&comparison->series[i]) && row-- == 0)
            return &comparison->series[i];
    return NULL;
}

static void draw_speedup(const void *user, size_t row, size_t width, struct mf__buffer *out)
{
    const struct mf__page *page = user;
    double largest = 1.0;
    for (size_t i = 0; i < page->comparison->n_series; i++)
        if (mf__page_is_main(&page->comparison->series[i]))
            largest = fmax(largest, speedup_of(&page->comparison->series[i]));
    const struct mf__series *series = main_series(page->comparison, row);
    if (series != NULL)
        mf__bar(page->style, speedup_of(series) / largest, width, out);
}

/* ---- below the table ---- */

static double minus_one(double x, double unused)
{
    (void)unused;
    return x - 1.0;
}

/* What one worker of each way takes beyond the serial way. */
static void say_tax(const struct mf__page *page)
{
    struct mf__buffer list = {0};
    for (size_t i = 0; i < page->comparison->n_series; i++) {
        const struct mf__series *series = &page->comparison->series[i];
        if (series->role != MF__ROLE_STRONG || series->workers != 1 || !series->compared)
            continue;
        struct mf__interval tax = mf__interval_map(&series->tax, minus_one, 0);
        mf__buffer_print(&list, "%s%s %s", list.length > 0 ? "; " : "", mf__series_name(series),
                         mf__show_sure_percent(&tax).text);
    }
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    if (list.length > 0)
        mf__say_lines(page->style, &plain, page->out,
                      "parallel tax, what one worker takes beyond the serial way: %s",
                      mf__buffer_text(&list));
    page->out->failed = page->out->failed || list.failed;
    mf__buffer_done(&list);
}

/* What ways that a launcher starts took before their times began. */
static void say_launch(const struct mf__page *page)
{
    struct mf__buffer list = {0};
    const char *name = "";
    for (size_t i = 0; i < page->comparison->n_series; i++) {
        const struct mf__series *series = &page->comparison->series[i];
        if (!series->launched || series->role != MF__ROLE_STRONG)
            continue;
        name = mf__series_name(series);
        mf__buffer_print(&list, "%s%s with %u", list.length > 0 ? ", " : "",
                         mf__show_duration(series->launch.median, false).text, series->workers);
    }
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    if (list.length > 0)
        mf__say_lines(page->style, &plain, page->out,
                      "%s: once its ranks are there; starting them took %s", name,
                      mf__buffer_text(&list));
    page->out->failed = page->out->failed || list.failed;
    mf__buffer_done(&list);
}

static void say_notes(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    bool unknown = false;
    bool ceilings = false;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        unknown = unknown || (series->compared && !series->speedup.speedup.known);
        ceilings = ceilings || mf__ceiling_of(comparison, series) != NULL;
    }
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    if (ceilings)
        mf__say_lines(page->style, &plain, page->out,
                      "speedup: median of ratios within rounds; ceiling: of independent copies");
    else if (comparison->n_series > 1)
        mf__say_lines(page->style, &plain, page->out, "speedup: median of ratios within rounds");
    say_launch(page);
    say_tax(page);
    if (unknown)
        mf__say_lines(page->style, &plain, page->out,
                      "[?]: too few rounds for an interval; at 95 %% it takes 6");
    mf__page_mark_meanings(page);
}

void mf__page_speed(const struct mf__page *page)
{
    static const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.gap = 1},
        {.header = "time", .right = true, .gap = 2},
        {.header = "speedup [95 %]", .right = true, .gap = 2},
        {.gap = 1},
        {.header = "ceiling", .right = true, .gap = 2},
        {.header = "efficiency", .right = true, .gap = 2, .rank = 1},
        {.header = "spread", .right = true, .gap = 2, .rank = 2},
    };
    struct mf__table table = {
        .style = page->style,
        .columns = columns,
        .n_columns = sizeof columns / sizeof columns[0],
        .picture = {.user = page, .least = LEAST_BAR, .most = WIDEST_BAR},
    };
    const struct mf__comparison *comparison = page->comparison;
    if (main_series(comparison, 1) != NULL)
        table.picture.draw = draw_speedup;
    for (size_t i = 0; i < comparison->n_series; i++)
        if (mf__page_is_main(&comparison->series[i]))
            add_row(page, &table, &comparison->series[i]);
    mf__say_heading(page->style, "Speed", page->out);
    mf__table_finish(&table, page->out);
    say_notes(page);
}
