/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/view.h"

#include "base/memory.h"
#include "forest/lanes.h"
#include "forest/sheets.h"

#include <string.h>

/* Larger views would not fit the caches that processors have, smaller ones not be worth making. No
 * power of two, or all columns of a row would compete for one place in the cache; a multiple of 4,
 * as so many rows are turned into columns at once. */
#define VIEW_ROWS 8000U

/* So many rows are asked for from memory before they are read. */
#define AHEAD 12U

/* So many rows are copied before they are turned into columns, while they are in the nearest cache.
 */
#define BLOCK 32U

/* A matrix has to be this many times larger than a view. */
#define VIEW_SHARE 4U

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
    ranked->has_close = whole->has_close;
    for (size_t c = 0; c < whole->n_columns; c++) {
        ranked->columns[c] = whole->columns[c];
        ranked->columns[c].codes = mf__new(views->most, sizeof(uint32_t));
        if (ranked->columns[c].codes == NULL)
            return false;
    }
    if (whole->by_row == NULL)
        return true;
    ranked->by_row =
        mf__aligned_room((size_t)views->most * ranked->row_lanes * sizeof *ranked->by_row);
    return ranked->by_row != NULL;
}

bool mf__views_init(struct mf__views *views, const struct mf__soil *soil)
{
    const struct mf__ranked *whole = soil->ranked;
    bool useful = whole->rows >= VIEW_SHARE * VIEW_ROWS && soil->growth.max_leaf_nodes == 0 &&
                  !mf__has_sheets(soil) &&
                  whole->n_columns <= (size_t)VIEW_COLUMNS * soil->growth.max_features;
    *views = (struct mf__views){.soil = soil, .most = useful ? VIEW_ROWS : 0};
    if (!useful)
        return true;
    if (soil->goal->grid != 0)
        views->given = mf__new(VIEW_ROWS, sizeof *views->given);
    return (soil->goal->grid == 0 || views->given != NULL) && make_columns(views);
}

void mf__views_done(struct mf__views *views)
{
    for (size_t c = 0; views->ranked.columns != NULL && c < views->ranked.n_columns; c++)
        mf__free(views->ranked.columns[c].codes);
    mf__free(views->ranked.columns);
    mf__free(views->ranked.by_row);
    mf__free(views->given);
}

/* Reads the samples column by column. */
static void read_columns(struct mf__views *views, const struct mf__sample *samples, uint32_t n)
{
    const struct mf__ranked *whole = views->soil->ranked;
    for (size_t c = 0; c < whole->n_columns; c++) {
        uint32_t *codes = views->ranked.columns[c].codes;
        for (uint32_t i = 0; i < n; i++)
            codes[i] = whole->columns[c].codes[samples[i].row];
    }
}

/* Copies the rows of some samples; asks for those that follow. */
static void copy_rows(struct mf__views *views, const struct mf__sample *samples, uint32_t start,
                      uint32_t end, uint32_t n)
{
    const struct mf__ranked *whole = views->soil->ranked;
    size_t lanes = whole->row_lanes;
    for (uint32_t i = start; i < end; i++) {
        const int32_t *ahead = whole->by_row + samples[i + AHEAD < n ? i + AHEAD : i].row * lanes;
        for (size_t c = 0; c < lanes; c += MF__LANES_GROUP)
            __builtin_prefetch(ahead + c);
        memcpy(views->ranked.by_row + i * lanes, whole->by_row + samples[i].row * lanes,
               lanes * sizeof(int32_t));
    }
}

typedef uint32_t four __attribute__((vector_size(4 * sizeof(uint32_t))));

/* Four of the eight codes of two vectors. Each compiler has a word for it; that of Clang is known
 * to gcc only from 12 on. */
#ifdef __clang__
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define MIX(a, b, ...) __builtin_shuffle(a, b, (four){__VA_ARGS__})
#endif

static inline four four_codes(const int32_t *lanes)
{
    four codes;
    memcpy(&codes, lanes, sizeof codes);
    return codes >> MF__LANES_SHIFT;
}

/* Turns four lanes of four rows into four codes each of as many columns, the last column first. */
static inline void turn_four(const int32_t *lanes, size_t stride, uint32_t *const columns[4],
                             uint32_t row)
{
    four a = four_codes(lanes);
    four b = four_codes(lanes + stride);
    four c = four_codes(lanes + 2 * stride);
    four d = four_codes(lanes + 3 * stride);
    four low_ab = MIX(a, b, 0, 4, 1, 5);
    four low_cd = MIX(c, d, 0, 4, 1, 5);
    four high_ab = MIX(a, b, 2, 6, 3, 7);
    four high_cd = MIX(c, d, 2, 6, 3, 7);
    const four turned[4] = {MIX(low_ab, low_cd, 0, 1, 4, 5), MIX(low_ab, low_cd, 2, 3, 6, 7),
                            MIX(high_ab, high_cd, 0, 1, 4, 5), MIX(high_ab, high_cd, 2, 3, 6, 7)};
    memcpy(columns[3] + row, &turned[3], sizeof turned[3]);
    memcpy(columns[2] + row, &turned[2], sizeof turned[2]);
    memcpy(columns[1] + row, &turned[1], sizeof turned[1]);
    memcpy(columns[0] + row, &turned[0], sizeof turned[0]);
}

/* Turns a block of rows into columns. Rows behind the last one are of no meaning, but there is room
 * for them; columns behind the last one are written to that one, and then overwritten. */
static void turn_block(struct mf__views *views, uint32_t start, uint32_t end)
{
    const struct mf__ranked *ranked = &views->ranked;
    for (size_t c = 0; c < ranked->n_columns; c += 4) {
        uint32_t *columns[4];
        for (size_t k = 0; k < 4; k++)
            columns[k] =
                ranked->columns[c + k < ranked->n_columns ? c + k : ranked->n_columns - 1].codes;
        for (uint32_t row = start; row < end; row += 4)
            turn_four(ranked->by_row + row * ranked->row_lanes + c, ranked->row_lanes, columns,
                      row);
    }
}

/* Reads the samples row by row, where rows lie together. */
static void read_rows(struct mf__views *views, const struct mf__sample *samples, uint32_t n)
{
    for (uint32_t start = 0; start < n; start += BLOCK) {
        uint32_t end = start + BLOCK < n ? start + BLOCK : n;
        copy_rows(views, samples, start, end, n);
        turn_block(views, start, end);
    }
}

void mf__view_turn(struct mf__views *views, struct mf__sample *samples, uint32_t n)
{
    if (views->ranked.by_row != NULL)
        read_rows(views, samples, n);
    else
        read_columns(views, samples, n);
    for (uint32_t i = 0; i < n && views->given != NULL; i++)
        views->given[i] = views->soil->goal->given[samples[i].row];
    for (uint32_t i = 0; i < n; i++)
        samples[i].row = i;
    views->ranked.rows = n;
}
