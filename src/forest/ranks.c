/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns are sorted by their bits: a float with the sign bit turned, or all bits turned when it is
 * negative, sorts as a whole number; some bits at a time, the lowest first. All digits are counted
 * in one go, and those that are the same in all rows, most of them where values are small whole
 * numbers, are passed over.
 */
#include "forest/ranks.h"

#include "base/memory.h"
#include "base/status.h"
#include "forest/bins.h"
#include "forest/lanes.h"

#include <math.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     3
#define BUCKETS    (1U << DIGIT_BITS)

#define MOST_SLOTS 16384 /* bins of all columns: more would not stay in the nearest caches */

/* Rows are put together so many at a time, which stay in the nearest cache meanwhile. */
#define ROWS_AT_ONCE 64U

struct sorting {
    uint64_t *keys; /* the bits of a value, then its row */
    uint64_t *spare;
    uint32_t counts[DIGITS][BUCKETS];
};

#define SIGN UINT32_C(0x80000000)

static uint32_t sortable(float value)
{
    uint32_t bits = 0;
    value += 0.0F; /* of the two zeros, only one */
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((0U - (bits >> 31)) | SIGN);
}

static float value_of(uint32_t sortable)
{
    float value = 0;
    uint32_t bits = sortable ^ (((sortable >> 31) - 1) | SIGN);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t digit_of(uint64_t key, unsigned digit)
{
    return key >> (32 + digit * DIGIT_BITS) & (BUCKETS - 1);
}

/* Makes the keys of a column, and counts their digits. */
static int read_column(const mf_matrix *matrix, size_t column, struct sorting *sorting,
                       mf_error *error)
{
    const float *values = matrix->values + column * matrix->rows;
    uint64_t *keys = sorting->keys;
    memset(sorting->counts, 0, sizeof sorting->counts);
    for (size_t row = 0; row < matrix->rows; row++) {
        if (!isfinite(values[row]))
            return mf__fail(error, MF_E_INPUT,
                            "row %zu of column %zu of the matrix is not a finite number", row,
                            column);
        uint64_t key = (uint64_t)sortable(values[row]) << 32 | row;
        keys[row] = key;
        for (unsigned digit = 0; digit < DIGITS; digit++)
            sorting->counts[digit][digit_of(key, digit)]++;
    }
    return 0;
}

/* Turns the counts of a digit into where each of its values starts. */
static void place_digit(uint32_t *counts)
{
    uint32_t start = 0;
    for (unsigned b = 0; b < BUCKETS; b++) {
        uint32_t count = counts[b];
        counts[b] = start;
        start += count;
    }
}

/* Brings the keys into the order of a digit, unless all have the same. */
static void sort_digit(struct sorting *sorting, size_t n, unsigned digit)
{
    uint32_t *starts = sorting->counts[digit];
    const uint64_t *keys = sorting->keys;
    uint64_t *spare = sorting->spare;
    if (starts[digit_of(keys[0], digit)] == n)
        return;
    place_digit(starts);
    for (size_t i = 0; i < n; i++)
        spare[starts[digit_of(keys[i], digit)]++] = keys[i];
    sorting->spare = sorting->keys;
    sorting->keys = spare;
}

static uint32_t count_values(const uint64_t *keys, size_t n)
{
    uint32_t n_values = 1;
    for (size_t i = 1; i < n; i++)
        n_values += keys[i] >> 32 != keys[i - 1] >> 32;
    return n_values;
}

/* Keeps one value of each and gives every row its code: the largest first, so that the next value
 * is known. Whether some code is odd. */
static bool number_values(struct mf__ranked_column *column, const uint64_t *keys, size_t n)
{
    uint32_t rank = column->n_values;
    uint32_t code = 0;
    bool has_close = false;
    for (size_t i = n; i-- > 0;) {
        if (i == n - 1 || keys[i] >> 32 != keys[i + 1] >> 32) {
            column->values[--rank] = value_of((uint32_t)(keys[i] >> 32));
            bool close = i < n - 1 && !mf__ranks_apart(column, rank, rank + 1);
            code = rank << 1 | (uint32_t)close;
            if (close)
                column->close[rank / 64] |= UINT64_C(1) << rank % 64;
            has_close = has_close || close;
        }
        column->codes[(uint32_t)keys[i]] = code;
    }
    return has_close;
}

static int rank_column(const mf_matrix *matrix, size_t index, struct sorting *sorting,
                       struct mf__ranked_column *column, mf_error *error)
{
    size_t n = matrix->rows;
    int code = read_column(matrix, index, sorting, error);
    if (code != 0)
        return code;
    for (unsigned digit = 0; digit < DIGITS; digit++)
        sort_digit(sorting, n, digit);
    column->n_values = count_values(sorting->keys, n);
    column->codes = mf__new(n, sizeof *column->codes);
    column->values = mf__new(column->n_values, sizeof *column->values);
    column->close = mf__new(column->n_values / 64 + 1, sizeof *column->close);
    if (column->codes == NULL || column->values == NULL || column->close == NULL)
        return mf__fail_memory(error, n * (sizeof *column->codes + sizeof *column->values),
                               "the ranks of a column");
    if (!number_values(column, sorting->keys, n)) {
        mf__free(column->close);
        column->close = NULL;
    }
    return 0;
}

static int rank_columns(const mf_matrix *matrix, struct mf__ranked *ranked, mf_error *error)
{
    size_t bytes = 2 * matrix->rows * sizeof(uint64_t) + sizeof(struct sorting);
    struct sorting *sorting = mf__new(1, sizeof *sorting);
    uint64_t *keys = mf__new(matrix->rows, 2 * sizeof *keys);
    int code =
        sorting == NULL || keys == NULL ? mf__fail_memory(error, bytes, "sorting a column") : 0;
    for (size_t c = 0; c < matrix->columns && code == 0; c++) {
        sorting->keys = keys;
        sorting->spare = keys + matrix->rows;
        code = rank_column(matrix, c, sorting, &ranked->columns[c], error);
        ranked->has_close = ranked->has_close || ranked->columns[c].close != NULL;
    }
    mf__free(sorting);
    mf__free(keys);
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
        mf__free(ranked->columns[c].codes);
        mf__free(ranked->columns[c].values);
        mf__free(ranked->columns[c].close);
    }
    mf__free(ranked->columns);
    mf__free(ranked->by_row);
    mf__free(ranked->slots);
    mf__free(ranked->starts);
    mf__free(ranked);
}
