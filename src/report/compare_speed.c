/* SPDX-License-Identifier: Apache-2.0 */
/* How fast each way is, and what one worker of it costs beside the serial way. */
#include "report/bar.h"
#include "report/compare_page.h"
#include "report/figures.h"

#include <math.h>

#define PERCENT_1  1
#define LEAST_BAR  5
#define WIDEST_BAR 32

/* ---- marks: a letter behind a row, and what it means below the table ---- */

static bool is_oversubscribed(const struct mf__series *series)
{
    return series->oversubscribed;
}

static bool is_above_ceiling(const struct mf__series *series)
{
    return series->above_ceiling;
}

static bool is_above_workers(const struct mf__series *series)
{
    return series->above_workers;
}

static const struct {
    bool (*applies)(const struct mf__series *series);
    const char *meaning;
} marks[] = {
    {is_oversubscribed, "more workers than cores: shown, but kept out of the laws"},
    {is_above_ceiling, "above the machine's own ceiling, so something was measured wrongly: do not "
                       "quote it"},
    {is_above_workers, "above its number of workers: caches can do that, and so can an error of "
                       "measuring"},
};

#define N_MARKS (sizeof marks / sizeof marks[0])

static bool is_used(const struct mf__comparison *comparison, size_t mark)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (mf__page_is_main(&comparison->series[i]) && marks[mark].applies(&comparison->series[i]))
            return true;
    return false;
}

/* Only marks that occur take a letter. */
static char letter_of(const struct mf__comparison *comparison, size_t mark)
{
    char letter = 'a';
    for (size_t i = 0; i < mark; i++)
        letter = (char)(letter + is_used(comparison, i));
    return letter;
}

static void add_marks(struct mf__table *table, const struct mf__comparison *comparison,
                      const struct mf__series *series)
{
    char letters[N_MARKS + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < N_MARKS; i++)
        if (marks[i].applies(series))
            letters[n++] = letter_of(comparison, i);
    mf__table_add(table, MF__TINT_WARNING, "%s", letters);
}

/* ---- the table ---- */

/* NULL where that worker count has no ceiling. */
static const struct mf__series *ceiling_of(const struct mf__comparison *comparison,
                                           const struct mf__series *series)
{
    size_t i = mf__comparison_find(comparison, MF__ROLE_CEILING, NULL, series->workers);
    bool found = series->role == MF__ROLE_STRONG && i != MF__NO_SERIES;
    return found && comparison->series[i].compared ? &comparison->series[i] : NULL;
}

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

static void add_speedup(struct mf__table *table, const struct mf__series *series)
{
    if (series->wrong) {
        mf__table_add(table, MF__TINT_PLAIN, "%s", "");
        mf__table_add(table, MF__TINT_WRONG, "wrong answer");
        return;
    }
    bool is_base = series->role == MF__ROLE_BASE;
    bool shown = is_base || series->compared;
    mf__table_add(table, is_base ? MF__TINT_PLAIN : MF__TINT_STRONG, "%s",
                  shown ? mf__show_factor(speedup_of(series)).text : "");
    mf__table_add(table, MF__TINT_FAINT, "%s",
                  series->compared ? mf__show_range(&series->speedup.speedup).text : "");
}

static void add_row(struct mf__table *table, const struct mf__comparison *comparison,
                    const struct mf__series *series)
{
    const struct mf__series *ceiling = ceiling_of(comparison, series);
    bool strong = series->role == MF__ROLE_STRONG && series->compared;
    mf__page_series_cells(table, series);
    add_marks(table, comparison, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_duration(series->time.median, false).text);
    mf__table_add(table, MF__TINT_FAINT, "%s", series->time.n > 1 ? spread_of(series).text : "");
    add_speedup(table, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  ceiling != NULL ? mf__show_factor(ceiling->scaled.mid).text : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  strong ? mf__show_percent(series->efficiency.mid, 0).text : "");
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

static void say_wrong(const struct mf__page *page, const struct mf__series *series)
{
    const struct mf__label label = {"!", 2, 3, MF__TINT_WRONG};
    mf__say_lines(page->style, &label, page->out, "wrong answer of %s: %s",
                  mf__page_series_words(series).text, series->wrong_why);
}

static void say_notes(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    bool unknown = false;
    bool ceilings = false;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        unknown = unknown || (series->compared && !series->speedup.speedup.known);
        ceilings = ceilings || ceiling_of(comparison, series) != NULL;
    }
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    if (ceilings)
        mf__say_lines(page->style, &plain, page->out,
                      "ceiling: what as many independent copies of the serial work reach here");
    if (unknown)
        mf__say_lines(page->style, &plain, page->out,
                      "[?]: too few rounds for an interval; at 95 %% it takes six");
    for (size_t i = 0; i < N_MARKS; i++) {
        const char letter[] = {letter_of(comparison, i), '\0'};
        const struct mf__label label = {letter, 2, 3, MF__TINT_WARNING};
        if (is_used(comparison, i))
            mf__say_lines(page->style, &label, page->out, "%s", marks[i].meaning);
    }
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].wrong)
            say_wrong(page, &comparison->series[i]);
}

void mf__page_speed(const struct mf__page *page)
{
    static const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.gap = 1},
        {.header = "time", .right = true, .gap = 2},
        {.header = "spread", .right = true, .gap = 2, .rank = 1},
        {.header = "speedup [95 %]", .right = true, .gap = 2},
        {.gap = 1},
        {.header = "ceiling", .right = true, .gap = 2, .rank = 3},
        {.header = "efficiency", .right = true, .gap = 2, .rank = 2},
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
            add_row(&table, comparison, &comparison->series[i]);
    mf__say_heading(page->style, "Speed", page->out);
    mf__table_finish(&table, page->out);
    say_notes(page);
}

/* ---- what one worker costs ---- */

static double minus_one(double x, double unused)
{
    (void)unused;
    return x - 1.0;
}

void mf__page_tax(const struct mf__page *page)
{
    bool headed = false;
    for (size_t i = 0; i < page->comparison->n_series; i++) {
        const struct mf__series *series = &page->comparison->series[i];
        if (series->role != MF__ROLE_STRONG || series->workers != 1 || !series->compared)
            continue;
        if (!headed)
            mf__say_heading(page->style,
                            "Parallel tax: what one worker takes beyond the serial way", page->out);
        headed = true;
        struct mf__interval tax = mf__interval_map(&series->tax, minus_one, 0);
        const struct mf__label label = {mf__series_name(series), 2, 12, MF__TINT_PLAIN};
        mf__say_lines(page->style, &label, page->out, "%s", mf__show_sure_percent(&tax).text);
    }
}
