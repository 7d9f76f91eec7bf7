/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns are sorted by their bits: a float with the sign bit turned, or all bits turned when it is
 * negative, sorts as a whole number; eleven bits at a time, the lowest first.
 */
#include "forest/ranks.h"

#include "base/memory.h"
#include "base/status.h"
#include "forest/lanes.h"

#include <math.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS     3
#define BUCKETS    (1U << DIGIT_BITS)

struct sorting {
    uint64_t *keys; /* the bits of a value, then its row */
    uint64_t *spare;
};

static uint32_t sortable(float value)
{
    uint32_t bits = 0;
    value += 0.0F; /* of the two zeros, only one */
    memcpy(&bits, &value, sizeof bits);
    return bits & UINT32_C(0x80000000) ? ~bits : bits | UINT32_C(0x80000000);
}

static int read_column(const mf_matrix *matrix, size_t column, uint64_t *keys, mf_error *error)
{
    const float *values = matrix->values + column * matrix->rows;
    for (size_t row = 0; row < matrix->rows; row++) {
        if (!isfinite(values[row]))
            return mf__fail(error, MF_E_INPUT,
                            "row %zu of column %zu of the matrix is not a finite number", row,
                            column);
        keys[row] = (uint64_t)sortable(values[row]) << 32 | row;
    }
    return 0;
}

static void sort_digit(struct sorting *sorting, size_t n, unsigned digit)
{
    uint32_t starts[BUCKETS + 1] = {0};
    unsigned shift = 32 + digit * DIGIT_BITS;
    for (size_t i = 0; i < n; i++)
        starts[(sorting->keys[i] >> shift & (BUCKETS - 1)) + 1]++;
    for (unsigned b = 0; b < BUCKETS; b++)
        starts[b + 1] += starts[b];
    for (size_t i = 0; i < n; i++)
        sorting->spare[starts[sorting->keys[i] >> shift & (BUCKETS - 1)]++] = sorting->keys[i];
    uint64_t *sorted = sorting->spare;
    sorting->spare = sorting->keys;
    sorting->keys = sorted;
}

/* Gives every row its rank and keeps one value of each. */
static void number_values(struct mf__ranked_column *column, const float *values,
                          const uint64_t *keys, size_t n)
{
    uint32_t rank = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t row = (uint32_t)keys[i];
        if (i > 0 && keys[i] >> 32 != keys[i - 1] >> 32)
            rank++;
        column->values[rank] = values[row] + 0.0F;
        column->codes[row] = rank << 1;
    }
    column->n_values = rank + 1;
}

static int mark_close(struct mf__ranked_column *column, size_t n, mf_error *error)
{
    bool has_close = false;
    for (uint32_t rank = 0; rank + 1 < column->n_values && !has_close; rank++)
        has_close = !mf__ranks_apart(column, rank, rank + 1);
    if (!has_close)
        return 0;
    size_t words = column->n_values / 64 + 1;
    column->close = mf__new(words, sizeof *column->close);
    if (column->close == NULL)
        return mf__fail_memory(error, words * sizeof *column->close, "the ranks of a column");
    for (uint32_t rank = 0; rank + 1 < column->n_values; rank++) {
        if (!mf__ranks_apart(column, rank, rank + 1))
            column->close[rank / 64] |= UINT64_C(1) << rank % 64;
    }
    for (size_t row = 0; row < n; row++)
        column->codes[row] = mf__code_of(column, mf__rank_of(column->codes[row]));
    return 0;
}

static int rank_column(const mf_matrix *matrix, size_t index, struct sorting *sorting,
                       struct mf__ranked_column *column, mf_error *error)
{
    size_t n = matrix->rows;
    int code = read_column(matrix, index, sorting->keys, error);
    if (code != 0)
        return code;
    for (unsigned digit = 0; digit < DIGITS; digit++)
        sort_digit(sorting, n, digit);
    column->codes = mf__new(n, sizeof *column->codes);
    column->values = mf__new(n, sizeof *column->values);
    if (column->codes == NULL || column->values == NULL)
        return mf__fail_memory(error, n * (sizeof *column->codes + sizeof *column->values),
                               "the ranks of a column");
    number_values(column, matrix->values + index * n, sorting->keys, n);
    float *fitting = mf__resize(column->values, column->n_values, sizeof *fitting);
    if (fitting != NULL)
        column->values = fitting;
    return mark_close(column, n, error);
}

static int rank_columns(const mf_matrix *matrix, struct mf__ranked *ranked, mf_error *error)
{
    size_t bytes = matrix->rows * sizeof(uint64_t);
    struct sorting sorting = {mf__new(matrix->rows, sizeof(uint64_t)),
                              mf__new(matrix->rows, sizeof(uint64_t))};
    int code = sorting.keys == NULL || sorting.spare == NULL
                   ? mf__fail_memory(error, 2 * bytes, "sorting a column")
                   : 0;
    for (size_t c = 0; c < matrix->columns && code == 0; c++) {
        code = rank_column(matrix, c, &sorting, &ranked->columns[c], error);
        ranked->has_close = ranked->has_close || ranked->columns[c].close != NULL;
    }
    mf__free(sorting.keys);
    mf__free(sorting.spare);
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

int mf__ranked_add_rows(struct mf__ranked *ranked, mf_error *error)
{
    if (!mf__ranked_fits_lanes(ranked))
        return 0;
    size_t lanes = (ranked->n_columns + MF__LANES_GROUP - 1) / MF__LANES_GROUP * MF__LANES_GROUP;
    int32_t *by_row = mf__new(ranked->rows, lanes * sizeof *by_row);
    if (by_row == NULL)
        return mf__fail_memory(error, ranked->rows * lanes * sizeof *by_row, "the rows of ranks");
    for (size_t c = 0; c < ranked->n_columns; c++) {
        const uint32_t *codes = ranked->columns[c].codes;
        for (size_t row = 0; row < ranked->rows; row++)
            by_row[row * lanes + c] = (int32_t)(codes[row] << MF__LANES_SHIFT);
    }
    ranked->by_row = by_row;
    ranked->row_lanes = lanes;
    return 0;
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
    mf__free(ranked);
}
