/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything goes through one stream of bytes that could be read back, so that no two tables give
 * the same bytes: counts before what they count, texts with their length. Numbers of rows are laid
 * out in small pieces, little-endian, as a table can be larger than what is left of the memory.
 */
#include "table/digest.h"

#include "base/bytes.h"
#include "base/status.h"

#include <math.h>
#include <string.h>
#include <xxhash.h>

#define PIECE 512 /* numbers laid out at a time */

static void add_count(XXH3_state_t *state, uint64_t count)
{
    unsigned char bytes[sizeof count];
    mf__store_u64(bytes, count);
    XXH3_128bits_update(state, bytes, sizeof bytes);
}

static void add_text(XXH3_state_t *state, const char *text)
{
    size_t length = strlen(text);
    add_count(state, length);
    XXH3_128bits_update(state, text, length);
}

/* There are many NaNs, and all of them are a missing value. */
static void add_numbers(XXH3_state_t *state, const double *numbers, size_t rows)
{
    unsigned char bytes[PIECE * sizeof *numbers];
    for (size_t row = 0; row < rows;) {
        size_t n = rows - row < PIECE ? rows - row : PIECE;
        for (size_t i = 0; i < n; i++, row++)
            mf__store_f64(bytes + i * sizeof *numbers,
                          isnan(numbers[row]) ? (double)NAN : numbers[row]);
        XXH3_128bits_update(state, bytes, n * sizeof *numbers);
    }
}

static void add_codes(XXH3_state_t *state, const uint32_t *codes, size_t rows)
{
    unsigned char bytes[PIECE * sizeof *codes];
    for (size_t row = 0; row < rows;) {
        size_t n = rows - row < PIECE ? rows - row : PIECE;
        for (size_t i = 0; i < n; i++, row++)
            mf__store_u32(bytes + i * sizeof *codes, codes[row]);
        XXH3_128bits_update(state, bytes, n * sizeof *codes);
    }
}

static void add_column(XXH3_state_t *state, const mf_column *column, size_t rows)
{
    add_text(state, column->name);
    add_count(state, (uint64_t)column->kind);
    add_count(state, column->n_categories);
    for (size_t i = 0; i < column->n_categories; i++)
        add_text(state, column->categories[i]);
    if (column->numbers != NULL)
        add_numbers(state, column->numbers, rows);
    else
        add_codes(state, column->codes, rows);
}

int mf__table_digest(const mf_table *table, unsigned char ret_digest[MF__TABLE_DIGEST_BYTES],
                     mf_error *error)
{
    XXH3_state_t *state = XXH3_createState(); /* must be aligned as only it knows */
    if (state == NULL)
        return mf__fail(error, MF_E_MEMORY, "out of memory for the digest of a table");
    XXH3_128bits_reset(state);
    add_count(state, mf_table_rows(table));
    add_count(state, mf_table_columns(table));
    for (size_t i = 0; i < mf_table_columns(table); i++)
        add_column(state, mf_table_column(table, i), mf_table_rows(table));
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
    XXH3_freeState(state);
    memcpy(ret_digest, canonical.digest, MF__TABLE_DIGEST_BYTES);
    return 0;
}
