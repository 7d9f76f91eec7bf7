/* SPDX-License-Identifier: Apache-2.0 */
/* What the sections of a comparison's text share, and the sections, in their order on the page. */
#ifndef REPORT_COMPARE_PAGE_H
#define REPORT_COMPARE_PAGE_H

#include "base/number.h"
#include "compare/comparison.h"
#include "report/table.h"

struct mf__page {
    const struct mf__comparison *comparison;
    const struct mf__style *style;
    struct mf__buffer *out;
};

/* The first two columns of tables that have a row for each series. */
#define MF__SERIES_COLUMNS                                                                         \
    {.header = "way, workers"},                                                                    \
    {                                                                                              \
        .right = true, .gap = 1                                                                    \
    }

void mf__page_series_cells(struct mf__table *table, const struct mf__series *series);

/* Adds "1, 2 and 4". */
void mf__page_list(struct mf__buffer *out, const unsigned *counts, size_t n);

/* Whether a series runs the problem itself, at its one size: the base, or with some workers. */
bool mf__page_is_main(const struct mf__series *series);

/* The label of a paragraph in the sections that have such labels. */
struct mf__label mf__page_label(const char *text);

/* Adds a cell with the marks of a series; and says what the marks that occur mean. */
void mf__page_mark(const struct mf__page *page, struct mf__table *table,
                   const struct mf__series *series);
void mf__page_mark_meanings(const struct mf__page *page);

void mf__page_speed(const struct mf__page *page);
void mf__page_cost(const struct mf__page *page);
void mf__page_laws(const struct mf__page *page);
void mf__page_weak(const struct mf__page *page);
void mf__page_measured(const struct mf__page *page);
void mf__page_verdict(const struct mf__page *page);

#endif
