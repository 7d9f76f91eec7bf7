/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Very few features: four lanes for each, so that a quarter of the steps is left to sort and to
 * try. Where fold_kernel.c, whose idea this takes further, would leave half of the lanes unused.
 *
 * The lanes are four parts, and each has a quarter of the rows; a part that is turned holds its
 * keys with all bits turned, so that what sorts it sorts the rows backwards. Sorted parts are
 * merged in twos and then in one, by bitonic merges (Batcher, as in lanes_split.h) whose first
 * steps, those from part to part, are one comparison with the bits of the other part turned. What
 * sorts a part needs to be told nothing of all this. In the end each part holds a quarter of the
 * rows as they are sorted, the first two from their smallest on, the others from their largest. So
 * both halves are tried from their ends to the middle.
 *
 * Rows are as many as a power of two. Where some are not there, others stand in, with no weight.
 *
 * MF_WIDTH is the number of lanes of a vector, here 16, and MF_KERNEL the kernel to be made.
 */
#include "forest/lanes_pick.h"
#include "forest/lanes_split.h"

#include <stddef.h>

#define PARTS 4
#define MOST  (MF__LANES_ROWS / PARTS) /* rows of a part */

/* A value for the lanes of each part. */
INLINE ints by_part(int32_t a, int32_t b, int32_t c, int32_t d)
{
    return (ints){a, a, a, a, b, b, b, b, c, c, c, c, d, d, d, d};
}

/* The parts of which each pair has changed places; and all in the opposite order. */
INLINE ints across(ints a)
{
    return (ints)_mm512_shuffle_i64x2((__m512i)a, (__m512i)a, _MM_SHUFFLE(2, 3, 0, 1));
}

INLINE ints reversed(ints a)
{
    return (ints)_mm512_shuffle_i64x2((__m512i)a, (__m512i)a, _MM_SHUFFLE(0, 1, 2, 3));
}

/* All bits in the inner parts, the second and the third; and in the second half. */
INLINE ints inner(void)
{
    return by_part(0, -1, -1, 0);
}

INLINE ints upper(void)
{
    return by_part(0, 0, -1, -1);
}

/* ---- sorting ---- */

/* Makes keys of the codes. The first part and the third are turned. */
INLINE void make_keys(ints *keys, uint32_t n)
{
    const int32_t step = (int32_t)n;
    const ints rows = by_part(0, step, 2 * step, 3 * step);
    for (uint32_t r = 0; r < n; r++)
        keys[r] = (keys[r] | (rows + (int32_t)r)) ^ by_part(-1, 0, -1, 0);
}

INLINE void sort_part(ints *keys, uint32_t n)
{
    if (n == 2)
        order(keys, 0, 1);
    else if (n > 2)
        sort(keys, n, n);
}

/* Sorts the rows of each feature. Of two keys that are compared, one is turned and takes the
 * smaller, the other one takes the larger. */
INLINE void sort_parts(ints *keys, uint32_t n)
{
    sort_part(keys, n);
    /* Each pair: the first one has the smaller half then. The first pair is turned for the rest. */
    for (uint32_t r = 0; r < n; r++)
        keys[r] = larger(keys[r], ~across(keys[r])) ^ inner();
    sort_valley(keys, n, n);
    for (uint32_t r = 0; r < n; r++) {
        ints half = larger(keys[r], ~reversed(keys[r])) ^ inner();
        keys[r] = larger(half, ~across(half)) ^ ~inner();
    }
    sort_valley(keys, n, n);
}

/* ---- trying ---- */

/* The better split of each lane and of another one. */
INLINE struct found better_of(const struct found *a, const struct found *b)
{
    const ints better = b->best > a->best;
    return (struct found){
        .best = larger(a->best, b->best),
        .second = larger(larger(a->second, b->second), smaller(a->best, b->best)),
        .left = choose(better, b->left, a->left),
        .low = choose(better, b->low, a->low),
        .high = choose(better, b->high, a->high),
    };
}

/* Of the four parts of a feature, what is best comes into the lanes of the first one. */
INLINE struct found join(const struct mf__lanes *lanes, const struct found *parts)
{
    const bool known = lanes->n <= MF__LANES_BITS;
    const ints every =
        (ints){0} + (known ? (int32_t)(UINT32_MAX >> (MF__LANES_BITS - lanes->n)) : 0);
    /* What the upper half added up lies right of its splits. */
    const ints outer = parts->low ^ upper();
    const ints further_in = parts->high ^ upper();
    const struct found all = {.best = parts->best,
                              .second = parts->second,
                              .left = (parts->left & every) ^ (upper() & every),
                              .low = choose(upper(), further_in, outer),
                              .high = choose(upper(), outer, further_in)};
    const struct found other = {reversed(all.best), reversed(all.second), reversed(all.left),
                                reversed(all.low), reversed(all.high)};
    const struct found two = better_of(&all, &other);
    const struct found rest = {across(two.best), across(two.second), across(two.left),
                               across(two.low), across(two.high)};
    struct found one = better_of(&two, &rest);
    one.best &= lane_numbers() < (int32_t)lanes->n_lanes;
    return one;
}

/* Adds up the rows of each part; what lies outside of the inner ones. */
INLINE struct side add_up(const struct mf__lanes *lanes, const ints *keys, uint32_t n,
                          struct side *ret_sides)
{
    struct side side = {0};
    for (uint32_t i = 0; i < n; i++) {
        add_rows(lanes, keys[i] ^ upper(), PARTS * n, &side);
        ret_sides[i] = side;
    }
    return (struct side){.d = (floats)(across((ints)side.d) & inner()),
                         .weight = (floats)(across((ints)side.weight) & inner()),
                         .rows = across(side.rows) & inner()};
}

INLINE struct side both(const struct side *a, const struct side *b)
{
    return (struct side){a->d + b->d, a->weight + b->weight, a->rows | b->rows};
}

/* Tries every split, those next to the ends first. */
INLINE struct found try_inwards(const struct mf__lanes *lanes, const ints *keys, uint32_t n)
{
    struct side sides[MOST];
    struct found parts = {0};
    const struct side outside = add_up(lanes, keys, n, sides);
    for (uint32_t i = 0; i + 1 < n; i++) {
        const struct side side = both(&sides[i], &outside);
        try_split(lanes, &side, keys[i], keys[i + 1], (ints){0} - 1, &parts);
    }
    /* Between two parts; between the inner ones, once. */
    const struct side side = both(&sides[n - 1], &outside);
    const ints next = choose(inner(), ~reversed(keys[n - 1]), across(keys[0]));
    try_split(lanes, &side, keys[n - 1], next, by_part(-1, -1, 0, -1), &parts);
    return join(lanes, &parts);
}

INLINE struct mf__near fold_on(const struct mf__lanes *lanes, const uint32_t *features, uint32_t n)
{
    ints keys[MOST];
    pick(lanes, features, PARTS, n, keys);
    make_keys(keys, n);
    sort_parts(keys, n);
    struct found found = try_inwards(lanes, keys, n);
    store_found(lanes, 0, &found);
    return what_is_near(lanes, &found);
}

static struct mf__near work(const struct mf__lanes *lanes, const uint32_t *features)
{
    if (lanes->n <= 4)
        return fold_on(lanes, features, 1);
    if (lanes->n <= 8)
        return fold_on(lanes, features, 2);
    if (lanes->n <= 16)
        return fold_on(lanes, features, 4);
    if (lanes->n <= 32)
        return fold_on(lanes, features, 8);
    if (lanes->n <= 64)
        return fold_on(lanes, features, 16);
    return fold_on(lanes, features, MOST);
}

extern const struct mf__fold_kernel MF_KERNEL;

const struct mf__fold_kernel MF_KERNEL = {
    .work = work, .most_features = WIDTH / PARTS, .most_rows = MF__LANES_ROWS};
