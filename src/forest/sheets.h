/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sheets: the bins (bins.h) of all columns at once, for nodes that look at every feature.
 *
 * A sheet is filled row by row. Of a node's two sides only the smaller one is: what is left of the
 * node's own sheet is the other's.
 */
#ifndef FOREST_SHEETS_H
#define FOREST_SHEETS_H

#include "forest/search.h"

#define MF__SHEETS 16 /* at a time */

struct mf__sheets {
    uint64_t *room; /* NULL: sheets are of no use for this forest */
    uint32_t n_bins;
    uint32_t taken; /* a bit for each */
    const struct mf__ranked *ranked;
};

/* Whether a forest has sheets: it looks at all features, their bins are few, and it need not know
 * how many rows a bin has. */
static inline bool mf__has_sheets(const struct mf__soil *soil)
{
    return soil->ranked->slots != NULL && soil->growth.max_features == soil->ranked->n_columns &&
           soil->growth.min_samples_leaf == 1;
}

/* False when there is no memory; mf__sheets_done frees what there is. */
bool mf__sheets_init(struct mf__sheets *sheets, const struct mf__soil *soil);
void mf__sheets_done(struct mf__sheets *sheets);

/* A sheet with these samples; packs[i] is what sample i counts. MF__NO_SHEET when there is no room,
 * or it would not pay. */
uint32_t mf__sheet_fill(struct mf__sheets *sheets, const struct mf__sample *samples, uint32_t n,
                        const uint64_t *packs);

void mf__sheet_drop(struct mf__sheets *sheets, uint32_t sheet);

/* Takes the rows of another sheet out of this one. */
void mf__sheet_less(struct mf__sheets *sheets, uint32_t sheet, uint32_t other);

static inline uint64_t *mf__sheet_at(const struct mf__sheets *sheets, uint32_t sheet)
{
    return sheets->room + (size_t)sheet * sheets->n_bins;
}

/* The bins of one column. */
static inline const uint64_t *mf__sheet_column(const struct mf__sheets *sheets, uint32_t sheet,
                                               uint32_t column)
{
    return mf__sheet_at(sheets, sheet) + sheets->ranked->starts[column];
}

#endif
