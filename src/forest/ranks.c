/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/ranks.h"

#include "base/memory.h"
#include "base/status.h"
#include "forest/bins.h"
#include "forest/lanes.h"
#include "forest/ranks_column.h"

#include <string.h>

#define MOST_SLOTS 16384 /* bins of all columns: more would not stay in the nearest caches */

/* Rows are put together so many at a time, which stay in the nearest cache meanwhile. */
#define ROWS_AT_ONCE 64U

static int rank_columns(const mf_matrix *matrix, struct mf__ranked *ranked, mf_error *error)
{
    size_t n = matrix->rows * matrix->columns;
    struct mf__ranking *ranking = mf__ranking_new(matrix->rows);
    ranked->codes = mf__aligned_room(n * sizeof *ranked->codes);
    int code = ranking == NULL || ranked->codes == NULL
                   ? mf__fail_memory(error, n * sizeof *ranked->codes, "the ranks of columns")
                   : 0;
    if (code == 0)
        mf__write_soon(ranked->codes, n * sizeof *ranked->codes);
    for (size_t c = 0; c < matrix->columns && code == 0; c++) {
        ranked->columns[c].codes = ranked->codes + c * matrix->rows;
        code = mf__rank_column(ranking, matrix, c, &ranked->columns[c], error);
        ranked->has_close = ranked->has_close || ranked->columns[c].close != NULL;
    }
    mf__ranking_free(ranking);
    return code;
}

int mf__ranked_new(const mf_matrix *matrix, struct mf__ranked **ret_ranked, mf_error *error)
{
    struct mf__ranked *ranked = mf__new(1, sizeof *ranked);
    struct mf__ranked_column *columns = mf__new(matrix->columns, sizeof *columns);
    if (ranked == NULL || columns == NULL) {
        mf__free(ranked);
        mf__free(columns);
        return mf__fail_memory(error, matrix->columns * sizeof *columns, "the ranks of a matrix");
    }
    *ranked =
        (struct mf__ranked){.rows = matrix->rows, .n_columns = matrix->columns, .columns = columns};
    int code = rank_columns(matrix, ranked, error);
    if (code != 0) {
        mf__ranked_free(ranked);
        return code;
    }
    *ret_ranked = ranked;
    return 0;
}

uint32_t mf__ranked_most_values(const struct mf__ranked *ranked)
{
    uint32_t most = 0;
    for (size_t c = 0; c < ranked->n_columns; c++)
        most = ranked->columns[c].n_values > most ? ranked->columns[c].n_values : most;
    return most;
}

bool mf__ranked_fits_lanes(const struct mf__ranked *ranked)
{
    return mf__ranked_most_values(ranked) <= INT32_MAX >> (MF__LANES_SHIFT + 1);
}

/* Adds the codes row after row. */
static int add_rows(struct mf__ranked *ranked, mf_error *error)
{
    size_t lanes = (ranked->n_columns + MF__LANES_GROUP - 1) / MF__LANES_GROUP * MF__LANES_GROUP;
    int32_t *by_row = mf__aligned_room(ranked->rows * lanes * sizeof *by_row);
    if (by_row == NULL)
        return mf__fail_memory(error, ranked->rows * lanes * sizeof *by_row, "the rows of ranks");
    for (size_t start = 0; start < ranked->rows; start += ROWS_AT_ONCE) {
        size_t end = start + ROWS_AT_ONCE < ranked->rows ? start + ROWS_AT_ONCE : ranked->rows;
        memset(by_row + start * lanes, 0, (end - start) * lanes * sizeof *by_row);
        for (size_t c = 0; c < ranked->n_columns; c++) {
            const uint32_t *codes = ranked->columns[c].codes;
            for (size_t row = start; row < end; row++)
                by_row[row * lanes + c] = (int32_t)(codes[row] << MF__LANES_SHIFT);
        }
    }
    ranked->by_row = by_row;
    ranked->row_lanes = lanes;
    return 0;
}

/* Where the bins of each column start, and how many there are. False when they are too many. */
static bool place_bins(struct mf__ranked *ranked)
{
    size_t n_slots = 0;
    for (size_t c = 0; c < ranked->n_columns; c++) {
        ranked->starts[c] = (uint32_t)n_slots;
        n_slots += mf__bins_room(ranked->columns[c].n_values);
        if (n_slots > MOST_SLOTS)
            return false;
    }
    ranked->n_slots = (uint32_t)n_slots + MF__BINS_GROUP;
    ranked->row_slots = (ranked->n_columns + 3) / 4 * 4;
    return true;
}

/* Adds the places in sheets. */
static int add_slots(struct mf__ranked *ranked, mf_error *error)
{
    ranked->starts = mf__new(ranked->n_columns, sizeof *ranked->starts);
    if (ranked->starts == NULL)
        return mf__fail_memory(error, ranked->n_columns * sizeof *ranked->starts, "the bins");
    if (!place_bins(ranked))
        return 0;
    uint16_t *slots = mf__new(ranked->rows, ranked->row_slots * sizeof *slots);
    if (slots == NULL)
        return mf__fail_memory(error, ranked->rows * ranked->row_slots * sizeof *slots,
                               "the rows of bins");
    ranked->slots = slots;
    for (size_t row = 0; row < ranked->rows; row++, slots += ranked->row_slots) {
        for (size_t c = 0; c < ranked->n_columns; c++)
            slots[c] = (uint16_t)(ranked->starts[c] + mf__rank_of(ranked->columns[c].codes[row]));
        for (size_t c = ranked->n_columns; c < ranked->row_slots; c++)
            slots[c] = (uint16_t)(ranked->n_slots - 1);
    }
    return 0;
}

int mf__ranked_ready(struct mf__ranked *ranked, const struct mf__growth *growth, size_t n_classes,
                     mf_error *error)
{
    bool rows = n_classes == 0 && ranked->by_row == NULL && mf__ranked_fits_lanes(ranked) &&
                ranked->n_columns <= (size_t)MF__LANES_GROUP * growth->max_features;
    bool slots =
        n_classes == 0 && ranked->starts == NULL && growth->max_features == ranked->n_columns;
    int code = rows ? add_rows(ranked, error) : 0;
    return code == 0 && slots ? add_slots(ranked, error) : code;
}

void mf__ranked_free(struct mf__ranked *ranked)
{
    if (ranked == NULL)
        return;
    for (size_t c = 0; c < ranked->n_columns; c++) {
        mf__free(ranked->columns[c].values);
        mf__free(ranked->columns[c].close);
    }
    mf__free(ranked->columns);
    mf__free(ranked->codes);
    mf__free(ranked->by_row);
    mf__free(ranked->slots);
    mf__free(ranked->starts);
    mf__free(ranked);
}
