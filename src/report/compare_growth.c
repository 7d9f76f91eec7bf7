/* SPDX-License-Identifier: Apache-2.0 */
/* What the size of the problem does: weak scaling, and the size from which on parallel pays. */
#include "report/compare_page.h"
#include "report/figures.h"
#include "stats/scaling.h"

/* What Gustafson's law predicts from the serial fraction fitted to the way; false where none was.
 */
static bool gustafson_of(const struct mf__comparison *comparison, const struct mf__series *series,
                         struct mf__interval *ret_predicted)
{
    for (size_t i = 0; i < comparison->n_laws; i++) {
        const struct mf__way_laws *laws = &comparison->laws[i];
        if (laws->way != series->way || !laws->fitted)
            continue;
        *ret_predicted =
            mf__gustafson_interval(&laws->bands.of[MF__BAND_FRACTION], series->workers);
        return true;
    }
    return false;
}

static void add_weak(struct mf__table *table, const struct mf__comparison *comparison,
                     const struct mf__series *series)
{
    struct mf__interval predicted;
    bool known = gustafson_of(comparison, series, &predicted);
    bool shown = series->compared;
    mf__page_series_cells(table, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_count(series->size, ',').text);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_duration(series->time.median, false).text);
    mf__table_add(table, MF__TINT_STRONG, "%s",
                  shown ? mf__show_factor(series->scaled.mid).text : "");
    mf__table_add(table, series->wrong ? MF__TINT_WRONG : MF__TINT_FAINT, "%s",
                  series->wrong ? "wrong answer"
                  : shown       ? mf__show_range(&series->scaled).text
                                : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  shown ? mf__show_percent(series->speedup.speedup.mid, 0).text : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s", known ? mf__show_factor(predicted.mid).text : "");
    mf__table_add(table, MF__TINT_FAINT, "%s", known ? mf__show_range(&predicted).text : "");
}

void mf__page_weak(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    const char *size_name = comparison->request.job.kind->size_name;
    const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.header = size_name != NULL ? size_name : "size", .right = true, .gap = 2},
        {.header = "time", .right = true, .gap = 2},
        {.header = "scaled [95 %]", .right = true, .gap = 2},
        {.gap = 1},
        {.header = "efficiency", .right = true, .gap = 2, .rank = 2},
        {.header = "Gustafson", .right = true, .gap = 2, .rank = 1},
        {.gap = 1, .rank = 3},
    };
    struct mf__table table = {
        .style = page->style, .columns = columns, .n_columns = sizeof columns / sizeof columns[0]};
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].role == MF__ROLE_WEAK)
            add_weak(&table, comparison, &comparison->series[i]);
    if (table.n_cells == 0)
        return;
    mf__say_heading(page->style, "Weak scaling: the problem grows with the workers", page->out);
    mf__table_finish(&table, page->out);
    const struct mf__label label = {"", 2, 0, MF__TINT_PLAIN};
    mf__say_lines(page->style, &label, page->out,
                  "scaled: speedup on the larger problem, measured; Gustafson: the same, predicted "
                  "from the serial fraction");
}

/* ---- break-even ---- */

static void say_even(const struct mf__page *page, const struct mf__even *even)
{
    const struct mf__break_even *result = &even->result;
    const char *size_name = page->comparison->request.job.kind->size_name;
    const char *name = size_name != NULL ? size_name : "size";
    struct mf__shown first = mf__show_count(even->n > 0 ? even->sizes[0] : 0, ',');
    struct mf__shown last = mf__show_count(even->n > 0 ? even->sizes[even->n - 1] : 0, ',');
    const struct mf__series like = {
        .role = MF__ROLE_STRONG, .way = even->way, .workers = even->workers};
    struct mf__shown words = mf__page_series_words(&like);
    const struct mf__label label = {words.text, 2, 24, MF__TINT_PLAIN};
    if (even->n == 0)
        mf__say_lines(page->style, &label, page->out, "no size was tried");
    else if (result->pays == MF__PAYS_FROM)
        mf__say_lines(page->style, &label, page->out, "pays from %s = %s on, not yet at %s", name,
                      mf__show_count(even->sizes[result->from], ',').text,
                      mf__show_count(even->sizes[result->below], ',').text);
    else if (result->pays == MF__PAYS_EVERYWHERE)
        mf__say_lines(page->style, &label, page->out, "pays at every %s tried, from %s to %s", name,
                      first.text, last.text);
    else if (result->pays == MF__PAYS_NOWHERE)
        mf__say_lines(page->style, &label, page->out, "pays at no %s tried, from %s to %s", name,
                      first.text, last.text);
    else
        mf__say_lines(page->style, &label, page->out,
                      "not settled: pays at some %s, but not for sure at the largest, %s", name,
                      last.text);
}

void mf__page_evens(const struct mf__page *page)
{
    if (page->comparison->n_evens == 0)
        return;
    mf__say_heading(page->style, "Break-even with the serial way", page->out);
    for (size_t i = 0; i < page->comparison->n_evens; i++)
        say_even(page, &page->comparison->evens[i]);
}
