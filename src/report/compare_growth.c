/* SPDX-License-Identifier: Apache-2.0 */
/* Weak scaling: a problem that grows with the workers. */
#include "report/compare_page.h"
#include "report/figures.h"

#include <math.h>

static void add_weak(const struct mf__page *page, struct mf__table *table,
                     const struct mf__series *series)
{
    const struct mf__series *ceiling = mf__ceiling_of(page->comparison, series);
    bool shown = series->compared;
    mf__page_series_cells(table, series);
    mf__page_mark(page, table, series);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__show_count(series->size, ',').text);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  series->n_samples > 0 ? mf__show_duration(series->time.median, false).text : "");
    mf__table_add(table, MF__TINT_STRONG, "%s",
                  shown ? mf__show_factor(series->scaled.mid).text : "");
    mf__table_add(table, shown ? MF__TINT_FAINT : MF__TINT_WRONG, "%s",
                  shown            ? mf__show_range(&series->scaled).text
                  : series->wrong  ? "wrong answer"
                  : series->failed ? "failed"
                                   : "not compared");
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  ceiling != NULL ? mf__show_factor(ceiling->scaled.mid).text : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  shown ? mf__show_percent(series->speedup.speedup.mid, 0).text : "");
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  isnan(series->gustafson.mid) ? "" : mf__show_factor(series->gustafson.mid).text);
    mf__table_add(table, MF__TINT_FAINT, "%s",
                  isnan(series->gustafson.mid) ? "" : mf__show_range(&series->gustafson).text);
}

void mf__page_weak(const struct mf__page *page)
{
    const struct mf__comparison *comparison = page->comparison;
    const char *kind_name = comparison->request.job.kind->size_name;
    const char *size_name = kind_name != NULL ? kind_name : "its size";
    const struct mf__column columns[] = {
        MF__SERIES_COLUMNS,
        {.gap = 1},
        {.header = size_name, .right = true, .gap = 2, .rank = 1},
        {.header = "time", .right = true, .gap = 2},
        {.header = "scaled [95 %]", .right = true, .gap = 2},
        {.gap = 1},
        {.header = "ceiling", .right = true, .gap = 2},
        {.header = "efficiency", .right = true, .gap = 2, .rank = 3},
        {.header = "Gustafson", .right = true, .gap = 2, .rank = 2},
        {.gap = 1, .rank = 4},
    };
    struct mf__table table = {
        .style = page->style, .columns = columns, .n_columns = sizeof columns / sizeof columns[0]};
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].role == MF__ROLE_WEAK)
            add_weak(page, &table, &comparison->series[i]);
    if (table.n_cells == 0)
        return;
    mf__say_heading(page->style, "Weak scaling: the problem grows with the workers", page->out);
    mf__table_finish(&table, page->out);
    const struct mf__label label = {"", 2, 0, MF__TINT_PLAIN};
    mf__say_lines(page->style, &label, page->out,
                  "scaled: workers times the serial time at %s, over the time measured. "
                  "Gustafson: what its law makes of the serial fraction. It takes the serial part "
                  "to be as long at any %s; where that holds, scaled comes to the number of "
                  "workers, and where that part grows too, it stays below.",
                  size_name, size_name);
}
