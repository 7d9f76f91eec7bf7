/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare_text.h"

#include "report/compare_page.h"

#include <stdio.h>
#include <string.h>

#define LABEL_WIDTH 12 /* from the first column of a label to that of its text */
#define COUNTS_MAX  64 /* more worker counts than a list of them may hold */

bool mf__page_is_main(const struct mf__series *series)
{
    return series->role == MF__ROLE_BASE || series->role == MF__ROLE_STRONG;
}

void mf__page_series_cells(struct mf__table *table, const struct mf__series *series)
{
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__series_name(series));
    mf__table_add(table, MF__TINT_PLAIN, "%u", series->workers);
}

void mf__page_list(struct mf__buffer *out, const unsigned *counts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mf__buffer_print(out, "%s%u", i == 0 ? "" : i + 1 == n ? " and " : ", ", counts[i]);
}

struct mf__label mf__page_label(const char *text)
{
    return (struct mf__label){text, 2, LABEL_WIDTH, MF__TINT_PLAIN};
}

/* Adds a count to a rising list without doubles. Counts for which there is no room are left out. */
static size_t insert(unsigned *counts, size_t n, unsigned count)
{
    size_t at = 0;
    while (at < n && counts[at] < count)
        at++;
    if (n == COUNTS_MAX || (at < n && counts[at] == count))
        return n;
    memmove(counts + at + 1, counts + at, (n - at) * sizeof *counts);
    counts[at] = count;
    return n + 1;
}

/* Whether no series before this one runs the same way. */
static bool is_new_way(const struct mf__comparison *comparison, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (comparison->series[i].way == comparison->series[at].way)
            return false;
    return true;
}

static void say_head(const struct mf__page *page, const char *what)
{
    const struct mf__comparison *comparison = page->comparison;
    unsigned counts[COUNTS_MAX] = {0};
    size_t n_counts = 0;
    size_t n_ways = 0;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (!mf__page_is_main(series))
            continue;
        n_counts = insert(counts, n_counts, series->workers);
        n_ways += is_new_way(comparison, i);
    }
    struct mf__buffer workers = {0};
    mf__page_list(&workers, counts, n_counts);
    bool one = n_counts == 1 && counts[0] == 1;
    struct mf__buffer title = {0};
    mf__buffer_print(&title, "%s:", what);
    const struct mf__label label = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    mf__say_lines(page->style, &label, page->out, "%zu way%s, %s worker%s, %zu round%s in %s%s",
                  n_ways, n_ways == 1 ? "" : "s", mf__buffer_text(&workers), one ? "" : "s",
                  comparison->n_rounds, comparison->n_rounds == 1 ? "" : "s",
                  mf__show_duration((double)comparison->elapsed_ns, false).text,
                  comparison->stop == MF__STOP_CANCELLED ? ", stopped early" : "");
    page->out->failed = page->out->failed || workers.failed || title.failed;
    mf__buffer_done(&workers);
    mf__buffer_done(&title);
}

void mf__compare_text(const struct mf__comparison *comparison, const char *what,
                      const struct mf__style *style, struct mf__buffer *out)
{
    const struct mf__page page = {comparison, style, out};
    say_head(&page, what);
    mf__page_speed(&page);
    mf__page_cost(&page);
    mf__page_laws(&page);
    mf__page_weak(&page);
    mf__page_measured(&page);
    mf__page_verdict(&page);
}
