/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/oob.h"

#include "base/memory.h"
#include "base/status.h"

#include <string.h>

size_t mf__bits_bytes(size_t rows)
{
    return rows / 8 + 1;
}

int mf__left_out(const mf_forest *forest, size_t tree, uint8_t *ret_bits, mf_error *error)
{
    uint32_t *times = mf__new(forest->n_rows, sizeof *times);
    if (times == NULL)
        return mf__fail_memory(error, forest->n_rows * sizeof *times,
                               "the rows left out of a tree");
    mf__forest_drawn(forest, tree, times);
    memset(ret_bits, 0, mf__bits_bytes(forest->n_rows));
    for (size_t row = 0; row < forest->n_rows; row++)
        if (times[row] == 0)
            ret_bits[row / 8] |= (uint8_t)(1U << (row % 8));
    mf__free(times);
    return 0;
}

static bool is_left_out(const mf_forest *forest, const uint8_t *bits, size_t row)
{
    for (uint64_t t = 0; t < forest->params.n_estimators; t++)
        if (mf__bit_of(bits + t * mf__bits_bytes(forest->n_rows), row))
            return true;
    return false;
}

size_t mf__never_left_out(const mf_forest *forest, const uint8_t *bits)
{
    size_t never = 0;
    for (size_t row = 0; row < forest->n_rows; row++)
        never += !is_left_out(forest, bits, row);
    return never;
}
