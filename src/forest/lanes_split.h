/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernels for small nodes do with a vector of each row; nobody else includes it.
 *
 * Each lane is sorted by a network of comparisons that is the same for all of them: Batcher's
 * odd-even merge sort (K. E. Batcher, Sorting networks and their applications, 1968). A key holds
 * the number of its row, by which the target and the weight are looked up in registers.
 */
#ifndef FOREST_LANES_SPLIT_H
#define FOREST_LANES_SPLIT_H

#include "forest/lanes.h"
#include "forest/lanes_vector.h"

#include <stdbool.h>
#include <string.h>

INLINE void order(ints *keys, uint32_t a, uint32_t b)
{
    ints low = smaller(keys[a], keys[b]);
    keys[b] = larger(keys[a], keys[b]);
    keys[a] = low;
}

/* Merges two sorted halves of `rows` keys, of which the first `n` are there: the others would be
 * the largest, and stay where they are. */
INLINE void merge(ints *keys, uint32_t rows, uint32_t n)
{
    for (uint32_t i = 0; i + rows / 2 < n && i < rows / 2; i++)
        order(keys, i, i + rows / 2);
    for (uint32_t apart = rows / 4; apart > 0; apart /= 2)
        for (uint32_t from = apart; from + apart < rows; from += 2 * apart)
            for (uint32_t i = from; i < from + apart && i + apart < n; i++)
                order(keys, i, i + apart);
}

INLINE void sort_4(ints *keys)
{
    order(keys, 0, 1);
    order(keys, 2, 3);
    order(keys, 0, 2);
    order(keys, 1, 3);
    order(keys, 1, 2);
}

/* Few keys stay in registers all the time. */
INLINE void sort_8(ints *keys)
{
    sort_4(keys);
    sort_4(keys + 4);
    order(keys, 0, 4);
    order(keys, 1, 5);
    order(keys, 2, 6);
    order(keys, 3, 7);
    order(keys, 2, 4);
    order(keys, 3, 5);
    order(keys, 1, 2);
    order(keys, 3, 4);
    order(keys, 5, 6);
}

static __attribute__((noinline)) void sort_many(ints *keys, uint32_t rows, uint32_t n)
{
    for (uint32_t from = 0; from < n; from += 8)
        sort_8(keys + from);
    for (uint32_t half = 8; half < rows; half *= 2)
        for (uint32_t from = 0; from + half < n; from += 2 * half)
            merge(keys + from, 2 * half, n - from);
}

INLINE void sort(ints *keys, uint32_t rows, uint32_t n)
{
    if (rows == 4)
        sort_4(keys);
    else if (rows == 8)
        sort_8(keys);
    else
        sort_many(keys, rows, n);
}
/* Sorts `n` keys of which the middle ones are the smallest; `rows` is the next power of two. */
INLINE void sort_valley(ints *keys, uint32_t rows, uint32_t n)
{
    for (uint32_t apart = rows / 2; apart > 0; apart /= 2)
        for (uint32_t from = 0; from < n; from += 2 * apart)
            for (uint32_t i = from; i < from + apart && i + apart < n; i++)
                order(keys, i, i + apart);
}

/* What lies on one side of a split so far. */
struct side {
    floats d;
    floats weight;
    ints rows; /* a bit for each, of up to MF__LANES_BITS */
};

/* Adds the row that each key holds; `rows` is the size of the tables. */
INLINE void add_rows(const struct mf__lanes *lanes, ints keys, uint32_t rows, struct side *side)
{
    const ints one = (ints){0} + 1;
    ints row = keys & (MF__LANES_ROWS - 1);
    side->d += look_up(lanes->y, row, rows);
    side->weight += look_up(lanes->weight, row, rows);
    if (rows <= MF__LANES_BITS)
        side->rows |= one << row;
}

/* The best splits so far: see struct mf__lanes. */
struct found {
    ints best;
    ints second;
    ints left;
    ints low;
    ints high;
};

/* Tries, in the lanes of `mask`, the split between two neighbouring keys, of which `low` was added
 * to the side. */
INLINE void try_split(const struct mf__lanes *lanes, const struct side *side, ints low, ints high,
                      ints mask, struct found *found)
{
    floats gain = side->d * side->d * reciprocal(side->weight * (lanes->total - side->weight));
    ints apart = (low ^ high) >= MF__LANES_ROWS;
    ints bits = (ints)gain & apart & mask;
    ints better = bits > found->best;
    found->second = larger(found->second, smaller(found->best, bits));
    found->best = larger(found->best, bits);
    found->left = choose(better, side->rows, found->left);
    found->low = choose(better, low, found->low);
    found->high = choose(better, high, found->high);
}

/* Whether splits part the rows as others do, or in the opposite way: 0 where they do. */
INLINE ints otherwise(ints left, ints other, uint32_t n)
{
    ints differ = left ^ other;
    return differ ^ (-(differ & 1) & (int32_t)(UINT32_MAX >> (32 - n)));
}

/* Which lanes of a single vector are near the best, and whether they agree. */
INLINE struct mf__near what_is_near(const struct mf__lanes *lanes, const struct found *found)
{
    const ints gain = (ints)((floats)all_largest(found->best) * MF__LANES_NEAR - lanes->off);
    const ints near = found->best >= gain;
    const uint32_t bits = bits_of(near);
    ints differ = found->second >= gain;
    if (lanes->n <= MF__LANES_BITS)
        differ |= otherwise(found->left, first_of(found->left, near), lanes->n);
    else if ((bits & (bits - 1)) != 0)
        differ = near; /* it is not known which rows go left */
    bool agreed = bits_of((differ & near) != 0) == 0;
    return (struct mf__near){gain[0], agreed ? (uint32_t)__builtin_ctz(bits | 1U << (WIDTH - 1))
                                             : MF__NO_LANE};
}

/* Hands over one vector of lanes. */
INLINE void store_found(const struct mf__lanes *lanes, uint32_t at, const struct found *found)
{
    memcpy(lanes->best + at, &found->best, sizeof found->best);
    memcpy(lanes->second + at, &found->second, sizeof found->second);
    memcpy(lanes->left + at, &found->left, sizeof found->left);
    memcpy(lanes->low + at, &found->low, sizeof found->low);
    memcpy(lanes->high + at, &found->high, sizeof found->high);
}

#endif
