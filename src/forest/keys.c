/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting rows by a column: few of them by insertion, many by the digits of their code. */
#include "forest/search_parts.h"

#include <string.h>

#define FEW 24U

/* A digit has at most so many bits, fewer where counting them would take longer than the keys. */
#define MOST_BITS 10U
#define FEW_BITS  6U
#define MANY      1000U

struct digit {
    unsigned shift;
    unsigned bits;
};

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

/* Sorts by some bits of the code. */
static void sort_digit(const uint64_t *from, uint64_t *to, uint32_t n, struct digit digit)
{
    uint32_t starts[(1U << MOST_BITS) + 1];
    uint32_t last = (1U << digit.bits) - 1;
    memset(starts, 0, (last + 2) * sizeof *starts);
    for (uint32_t i = 0; i < n; i++)
        starts[(from[i] >> digit.shift & last) + 1]++;
    for (uint32_t b = 0; b < last; b++)
        starts[b + 1] += starts[b];
    for (uint32_t i = 0; i < n; i++)
        to[starts[from[i] >> digit.shift & last]++] = from[i];
}

const uint64_t *mf__keys_sort(struct mf__search *search, uint32_t n, uint32_t largest)
{
    uint64_t *keys = search->keys;
    if (n <= FEW) {
        insert(keys, n);
        return keys;
    }
    uint64_t *spare = keys + n;
    unsigned bits = largest == 0 ? 0 : 32 - (unsigned)__builtin_clz(largest);
    unsigned most = n < MANY ? FEW_BITS : MOST_BITS;
    unsigned digits = (bits + most - 1) / most;
    struct digit digit = {.shift = 32};
    for (; digits > 0; digits--) {
        digit.bits = (bits + digits - 1) / digits;
        sort_digit(keys, spare, n, digit);
        uint64_t *sorted = spare;
        spare = keys;
        keys = sorted;
        digit.shift += digit.bits;
        bits -= digit.bits;
    }
    return keys;
}

const uint64_t *mf__keys_sorted(struct mf__search *search, const struct mf__group *group,
                                const struct mf__ranked_column *column)
{
    for (uint32_t i = 0; i < group->n; i++)
        search->keys[i] = (uint64_t)column->codes[group->samples[i].row] << 32 | i;
    return mf__keys_sort(search, group->n, 2 * column->n_values - 1);
}
