/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Few features: two lanes for each, so that half as many steps are left to sort and to try.
 *
 * The first half of the rows is in the lower lanes, the other half in the upper ones. Lower lanes
 * hold their keys with all bits turned, so what sorts them sorts the rows backwards. A bitonic
 * merge (Batcher, as in lanes_split.h) then leaves the smaller half of a feature's rows in the
 * lower lanes and the larger half in the upper ones, each from the middle outwards: its first step,
 * where the smaller of two keys stays below and the larger one above, is one comparison with the
 * bits of the other half turned. Gains are the same for what lies left and right of a split, so
 * both halves are tried from their ends to the middle.
 *
 * MF_WIDTH is the number of lanes of a vector, MF_KERNEL the kernel to be made.
 */
#include "forest/lanes_pick.h"
#include "forest/lanes_split.h"

#include <stddef.h>

#define HALF (WIDTH / 2)

/* Halves of up to so many rows stay in registers; where some are not there, others stand in. */
#define WHOLE 16

/* All bits in the upper lanes, or in the lower ones. */
INLINE ints upper(void)
{
    return lane_numbers() >= HALF;
}

INLINE ints lower(void)
{
    return lane_numbers() < HALF;
}

/* ---- sorting ---- */

/* Makes keys of the codes. Rows that are not there come last: the largest. */
INLINE void make_keys(const struct mf__lanes *lanes, ints *keys, uint32_t rows)
{
    const uint32_t half = (lanes->n + 1) / 2;
    const uint32_t last = rows <= WHOLE ? rows : (half + 7) / 8 * 8; /* sorted by eights */
    for (uint32_t r = 0; r < last; r++) {
        const ints row = (upper() & (int32_t)half) + (int32_t)r;
        keys[r] = r < half ? (keys[r] | row) ^ lower() : (ints){0} + INT32_MAX;
    }
}

INLINE void sort_16(ints *keys)
{
    sort_8(keys);
    sort_8(keys + 8);
    merge(keys, 16, 16);
}

/* Sorts the rows of each feature: from the middle outwards. */
INLINE void sort_halves(ints *keys, uint32_t rows, uint32_t half)
{
    const uint32_t n = rows <= WHOLE ? rows : half;
    if (rows == 16)
        sort_16(keys);
    else
        sort(keys, rows, half);
    for (uint32_t r = 0; r < n; r++)
        keys[r] = larger(keys[r], ~swapped(keys[r]));
    sort_valley(keys, rows, n);
}

/* ---- trying ---- */

/* Of the two halves of a feature, what is best comes into the lower lanes. */
INLINE struct found join(const struct mf__lanes *lanes, const struct found *halves)
{
    const bool known = lanes->n <= MF__LANES_BITS;
    const ints every =
        (ints){0} + (known ? (int32_t)(UINT32_MAX >> (MF__LANES_BITS - lanes->n)) : 0);
    /* What the upper lanes added up lies right of their splits. */
    const ints left = (halves->left & every) ^ (upper() & every);
    const ints inner = halves->high ^ lower();
    const ints outer = halves->low ^ lower();
    const ints low = choose(upper(), inner, outer);
    const ints high = choose(upper(), outer, inner);
    const ints other = swapped(halves->best);
    const ints better = other > halves->best;
    return (struct found){
        .best = larger(halves->best, other) & (lane_numbers() < (int32_t)lanes->n_lanes),
        .second =
            larger(larger(halves->second, swapped(halves->second)), smaller(halves->best, other)),
        .left = choose(better, swapped(left), left),
        .low = choose(better, swapped(low), low),
        .high = choose(better, swapped(high), high),
    };
}

/* Tries every split, those next to the ends first. */
INLINE struct found try_inwards(const struct mf__lanes *lanes, const ints *keys, uint32_t rows)
{
    struct found halves = {0};
    struct side side = {0};
    for (uint32_t i = (lanes->n + 1) / 2 - 1; i > 0; i--) {
        add_rows(lanes, keys[i] ^ lower(), 2 * rows, &side);
        try_split(lanes, &side, keys[i], keys[i - 1], (ints){0} - 1, &halves);
    }
    /* The one in the middle has a key of each half. */
    add_rows(lanes, keys[0] ^ lower(), 2 * rows, &side);
    try_split(lanes, &side, keys[0], ~swapped(keys[0]), lower(), &halves);
    return join(lanes, &halves);
}

INLINE struct mf__near fold_on(const struct mf__lanes *lanes, const uint32_t *features,
                               uint32_t rows)
{
    ints keys[MF__LANES_ROWS / 2];
    pick(lanes, features, 2, (lanes->n + 1) / 2, keys);
    make_keys(lanes, keys, rows);
    sort_halves(keys, rows, (lanes->n + 1) / 2);
    struct found found = try_inwards(lanes, keys, rows);
    store_found(lanes, 0, &found);
    return what_is_near(lanes, &found);
}

static struct mf__near work(const struct mf__lanes *lanes, const uint32_t *features)
{
    if (lanes->n <= 8)
        return fold_on(lanes, features, 4);
    if (lanes->n <= 16)
        return fold_on(lanes, features, 8);
    if (lanes->n <= 32)
        return fold_on(lanes, features, 16);
#if WIDTH == 16
    if (lanes->n > 64)
        return fold_on(lanes, features, 64);
#endif
    return fold_on(lanes, features, 32);
}

extern const struct mf__fold_kernel MF_KERNEL;

const struct mf__fold_kernel MF_KERNEL = {.work = work,
                                          .most_features = HALF,
                                          .most_rows = WIDTH == 16  ? 96
                                                       : WIDTH == 8 ? 64
                                                                    : 16};
