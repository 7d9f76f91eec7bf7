/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/view.h"

#include "base/memory.h"
#include "forest/lanes.h"

#include <string.h>

/* Larger views would not fit the caches that processors have, smaller ones not be worth making. No
 * power of two, or all columns of a row would compete for one place in the cache. */
#define VIEW_ROWS 8000U

/* A matrix has to be this many times larger than a view. */
#define VIEW_SHARE 8U

/* Making a view goes through all columns, so of these a node must look at one in so many. */
#define VIEW_COLUMNS 16U

static bool make_columns(struct mf__views *views)
{
    const struct mf__ranked *whole = views->soil->ranked;
    struct mf__ranked *ranked = &views->ranked;
    ranked->columns = mf__new(whole->n_columns, sizeof *ranked->columns);
    if (ranked->columns == NULL)
        return false;
    ranked->n_columns = whole->n_columns;
    ranked->row_lanes = whole->row_lanes;
    for (size_t c = 0; c < whole->n_columns; c++) {
        struct mf__ranked_column *column = &ranked->columns[c];
        column->codes = mf__new(views->most, sizeof *column->codes);
        column->values = mf__new(views->most, sizeof *column->values);
        column->close = whole->columns[c].close != NULL
                            ? mf__new(views->most / 64 + 1, sizeof *column->close)
                            : NULL;
        if (column->codes == NULL || column->values == NULL ||
            (column->close == NULL && whole->columns[c].close != NULL))
            return false;
    }
    if (whole->by_row == NULL)
        return true;
    ranked->by_row = mf__new(views->most, ranked->row_lanes * sizeof *ranked->by_row);
    return ranked->by_row != NULL;
}

bool mf__views_init(struct mf__views *views, const struct mf__soil *soil)
{
    const struct mf__ranked *whole = soil->ranked;
    bool useful = whole->rows >= VIEW_SHARE * VIEW_ROWS && soil->growth.max_leaf_nodes == 0 &&
                  whole->n_columns <= (size_t)VIEW_COLUMNS * soil->growth.max_features;
    *views = (struct mf__views){.soil = soil, .most = useful ? VIEW_ROWS : 0};
    if (!useful)
        return true;
    uint32_t ranks = mf__ranked_most_values(whole);
    views->before = mf__new(ranks / 64 + 1, sizeof *views->before);
    views->present = mf__new(ranks / 64 + 1, sizeof *views->present);
    views->given = mf__new(VIEW_ROWS, sizeof *views->given);
    return views->before != NULL && views->present != NULL && views->given != NULL &&
           make_columns(views);
}

void mf__views_done(struct mf__views *views)
{
    for (size_t c = 0; views->ranked.columns != NULL && c < views->ranked.n_columns; c++) {
        mf__free(views->ranked.columns[c].codes);
        mf__free(views->ranked.columns[c].values);
        mf__free(views->ranked.columns[c].close);
    }
    mf__free(views->ranked.columns);
    mf__free(views->ranked.by_row);
    mf__free(views->before);
    mf__free(views->present);
    mf__free(views->given);
}

/* Counts the ranks that are present, and keeps their values. */
static void number_ranks(struct mf__views *views, const struct mf__ranked_column *whole,
                         struct mf__ranked_column *column)
{
    uint32_t n = 0;
    for (uint32_t word = 0; word <= (whole->n_values - 1) / 64; word++) {
        views->before[word] = n;
        for (uint64_t bits = views->present[word]; bits != 0; bits &= bits - 1)
            column->values[n++] = whole->values[word * 64 + (uint32_t)__builtin_ctzll(bits)];
    }
    column->n_values = n;
}

/* The rank in the view of a rank that is present. */
static inline uint32_t new_rank(const struct mf__views *views, uint32_t rank)
{
    uint64_t below = views->present[rank / 64] & ((UINT64_C(1) << rank % 64) - 1);
    return views->before[rank / 64] + (uint32_t)__builtin_popcountll(below);
}

/* Marks the ranks whose next one in the view is too close. */
static void mark_close(struct mf__ranked_column *column)
{
    memset(column->close, 0, (column->n_values / 64 + 1) * sizeof *column->close);
    for (uint32_t rank = 0; rank + 1 < column->n_values; rank++) {
        if (!mf__ranks_apart(column, rank, rank + 1))
            column->close[rank / 64] |= UINT64_C(1) << rank % 64;
    }
}

/* Reads the ranks of the samples, row by row where rows lie together. */
static void read_ranks(struct mf__views *views, const struct mf__sample *samples, uint32_t n)
{
    const struct mf__ranked *whole = views->soil->ranked;
    const struct mf__ranked_column *columns = views->ranked.columns;
    for (size_t c = 0; c < whole->n_columns && whole->by_row == NULL; c++) {
        for (uint32_t i = 0; i < n; i++)
            columns[c].codes[i] = mf__rank_of(whole->columns[c].codes[samples[i].row]);
    }
    for (uint32_t i = 0; i < n && whole->by_row != NULL; i++) {
        const int32_t *row = whole->by_row + samples[i].row * whole->row_lanes;
        for (size_t c = 0; c < whole->n_columns; c++)
            columns[c].codes[i] = mf__rank_of((uint32_t)row[c] >> MF__LANES_SHIFT);
    }
}

/* Turns the ranks of a column into codes of the view. */
static void view_column(struct mf__views *views, size_t index, uint32_t n)
{
    const struct mf__ranked_column *whole = &views->soil->ranked->columns[index];
    struct mf__ranked_column *column = &views->ranked.columns[index];
    for (uint32_t i = 0; i < n; i++)
        views->present[column->codes[i] / 64] |= UINT64_C(1) << column->codes[i] % 64;
    number_ranks(views, whole, column);
    if (column->close != NULL)
        mark_close(column);
    for (uint32_t i = 0; i < n; i++)
        column->codes[i] = mf__code_of(column, new_rank(views, column->codes[i]));
    memset(views->present, 0, (whole->n_values / 64 + 1) * sizeof *views->present);
}

static void write_rows(struct mf__ranked *ranked, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        int32_t *row = ranked->by_row + i * ranked->row_lanes;
        for (size_t c = 0; c < ranked->n_columns; c++)
            row[c] = (int32_t)(ranked->columns[c].codes[i] << MF__LANES_SHIFT);
    }
}

void mf__view_turn(struct mf__views *views, struct mf__sample *samples, uint32_t n)
{
    const double *given = views->soil->goal->given;
    read_ranks(views, samples, n);
    for (size_t c = 0; c < views->ranked.n_columns; c++)
        view_column(views, c, n);
    if (views->ranked.by_row != NULL)
        write_rows(&views->ranked, n);
    views->ranked.rows = n;
    views->ranked.has_close = views->soil->ranked->has_close;
    for (uint32_t i = 0; i < n; i++) {
        views->given[i] = given != NULL ? given[samples[i].row] : 0;
        samples[i].row = i;
    }
}
