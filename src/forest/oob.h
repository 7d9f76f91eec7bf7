/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows a tree's sample left out. */
#ifndef FOREST_OOB_H
#define FOREST_OOB_H

#include "forest/forest.h"

/* Bytes of a bit for each row; row r is bit r % 8 of byte r / 8. */
size_t mf__bits_bytes(size_t rows);

static inline unsigned mf__bit_of(const uint8_t *bits, size_t row)
{
    return (unsigned)bits[row / 8] >> (row % 8) & 1;
}

/* Sets the bit of each of the forest's n_rows rows that a tree's sample left out, and clears the
 * others. MF_E_MEMORY. */
int mf__left_out(const mf_forest *forest, size_t tree, uint8_t *ret_bits, mf_error *error);

/* How many rows no tree left out; `bits` are those of all trees, one after the other. */
size_t mf__never_left_out(const mf_forest *forest, const uint8_t *bits);

#endif
