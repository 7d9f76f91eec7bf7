/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting a node's rows by one column: few of them by insertion, many by the bytes of their rank.
 */
#include "forest/search_parts.h"

#include <string.h>

#define FEW 24U

static void insert(uint64_t *keys, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        uint32_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

static void sort_byte(const uint64_t *from, uint64_t *to, uint32_t n, unsigned shift)
{
    uint32_t starts[257] = {0};
    for (uint32_t i = 0; i < n; i++)
        starts[(from[i] >> shift & 255) + 1]++;
    for (unsigned b = 0; b < 256; b++)
        starts[b + 1] += starts[b];
    for (uint32_t i = 0; i < n; i++)
        to[starts[from[i] >> shift & 255]++] = from[i];
}

const uint64_t *mf__keys_sorted(struct mf__search *search, const struct mf__group *group,
                                const struct mf__ranked_column *column)
{
    uint64_t *keys = search->keys;
    uint32_t n = group->n;
    for (uint32_t i = 0; i < n; i++)
        keys[i] = (uint64_t)column->codes[group->samples[i].row] << 32 | i;
    if (n <= FEW) {
        insert(keys, n);
        return keys;
    }
    uint64_t *spare = keys + n;
    uint32_t largest = 2 * column->n_values - 1;
    for (unsigned shift = 32; shift < 64 && largest >> (shift - 32) > 0; shift += 8) {
        sort_byte(keys, spare, n, shift);
        uint64_t *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}
