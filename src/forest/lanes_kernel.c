/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each lane is sorted by a network of comparisons that is the same for all of them: Batcher's
 * odd-even merge sort (K. E. Batcher, Sorting networks and their applications, 1968). A key holds
 * the number of its row, by which the target and the weight are looked up in registers. Then one
 * pass adds up the left side and keeps the best split.
 *
 * MF_LANES_WIDTH is the number of lanes of a vector, MF_LANES_NAME the kernel to be made.
 */
#include "forest/lanes.h"

#include <string.h>
#if MF_LANES_WIDTH > 4
#include <immintrin.h>
#endif

#define WIDTH  MF_LANES_WIDTH
#define INLINE static inline __attribute__((always_inline))

typedef int32_t ints __attribute__((vector_size(4 * WIDTH)));
typedef float floats __attribute__((vector_size(4 * WIDTH)));

/* One over a vector, to at least 11 bits; the smaller and the larger of two vectors; and a table of
 * `rows` floats at the places in `index`. */
#if WIDTH == 16
INLINE floats reciprocal(floats a)
{
    return (floats)_mm512_rcp14_ps((__m512)a);
}

INLINE ints smaller(ints a, ints b)
{
    return (ints)_mm512_min_epi32((__m512i)a, (__m512i)b);
}

INLINE ints larger(ints a, ints b)
{
    return (ints)_mm512_max_epi32((__m512i)a, (__m512i)b);
}

INLINE floats look_up_32(const float *table, ints index)
{
    return (floats)_mm512_permutex2var_ps(_mm512_load_ps(table), (__m512i)index,
                                          _mm512_load_ps(table + 16));
}

INLINE floats look_up_64(const float *table, ints index)
{
    __mmask16 upper = _mm512_movepi32_mask((__m512i)(index << 26));
    return (floats)_mm512_mask_blend_ps(upper, (__m512)look_up_32(table, index),
                                        (__m512)look_up_32(table + 32, index));
}

INLINE floats look_up(const float *table, ints index, uint32_t rows)
{
    if (rows <= 16)
        return (floats)_mm512_permutexvar_ps((__m512i)index, _mm512_load_ps(table));
    if (rows <= 32)
        return look_up_32(table, index);
    if (rows <= 64)
        return look_up_64(table, index);
    __mmask16 upper = _mm512_movepi32_mask((__m512i)(index << 25));
    return (floats)_mm512_mask_blend_ps(upper, (__m512)look_up_64(table, index),
                                        (__m512)look_up_64(table + 64, index));
}
#elif WIDTH == 8
INLINE floats reciprocal(floats a)
{
    return (floats)_mm256_rcp_ps((__m256)a);
}

INLINE ints smaller(ints a, ints b)
{
    return (ints)_mm256_min_epi32((__m256i)a, (__m256i)b);
}

INLINE ints larger(ints a, ints b)
{
    return (ints)_mm256_max_epi32((__m256i)a, (__m256i)b);
}

INLINE __m256 look_up_8(const float *table, ints index)
{
    return _mm256_permutevar8x32_ps(_mm256_load_ps(table), (__m256i)index);
}

INLINE __m256 look_up_16(const float *table, ints index)
{
    return _mm256_blendv_ps(look_up_8(table, index), look_up_8(table + 8, index),
                            (__m256)(index << 28));
}

INLINE __m256 look_up_32(const float *table, ints index)
{
    return _mm256_blendv_ps(look_up_16(table, index), look_up_16(table + 16, index),
                            (__m256)(index << 27));
}

INLINE floats look_up(const float *table, ints index, uint32_t rows)
{
    if (rows <= 8)
        return (floats)look_up_8(table, index);
    if (rows <= 16)
        return (floats)look_up_16(table, index);
    if (rows <= 32)
        return (floats)look_up_32(table, index);
    return (floats)_mm256_blendv_ps(look_up_32(table, index), look_up_32(table + 32, index),
                                    (__m256)(index << 26));
}
#else
INLINE floats reciprocal(floats a)
{
    return 1 / a;
}

INLINE ints smaller(ints a, ints b)
{
    ints less = a < b;
    return (a & less) | (b & ~less);
}

INLINE ints larger(ints a, ints b)
{
    ints less = a < b;
    return (b & less) | (a & ~less);
}

INLINE floats look_up(const float *table, ints index, uint32_t rows)
{
    floats found;
    (void)rows;
    for (int i = 0; i < WIDTH; i++)
        found[i] = table[index[i]];
    return found;
}
#endif

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

struct found {
    ints best;
    ints second;
    ints left;
};

/* Tries the split behind each row in turn. */
INLINE struct found try_splits(const struct mf__lanes *lanes, const ints *keys, uint32_t rows)
{
    struct found found = {0};
    floats d = {0};
    floats weight = {0};
    ints left = {0};
    const ints one = (ints){0} + 1;
    for (uint32_t i = 0; i + lanes->least < lanes->n; i++) {
        ints row = keys[i] & (MF__LANES_ROWS - 1);
        d += look_up(lanes->y, row, rows);
        weight += look_up(lanes->weight, row, rows);
        left = rows <= MF__LANES_BITS ? left | one << row : keys[i];
        if (i + 1 < lanes->least)
            continue;
        floats gain = d * d * reciprocal(weight * (lanes->total - weight));
        ints apart = (keys[i] ^ keys[i + 1]) >= MF__LANES_ROWS;
        ints bits = (ints)gain & apart;
        ints better = bits > found.best;
        found.second = larger(found.second, smaller(found.best, bits));
        found.best = larger(found.best, bits);
        found.left = (left & better) | (found.left & ~better);
    }
    return found;
}

INLINE ints what_is_seen(ints differ, ints any)
{
    ints varies = (differ != 0) & MF__LANE_VARIES;
    return varies | ((any >> MF__LANES_SHIFT & 1) * MF__LANE_CLOSE);
}

/* Reads one vector of each row; what is seen of its lanes. */
INLINE ints read_keys(const struct mf__lanes *lanes, uint32_t at, ints *keys, uint32_t rows)
{
    ints first;
    ints differ = {0};
    ints any = {0};
    memcpy(&first, lanes->rows[0] + at, sizeof first);
    for (uint32_t r = 0; r < rows; r++) {
        ints codes = (ints){0} + (INT32_MAX ^ (MF__LANES_ROWS - 1));
        if (r < lanes->n) {
            memcpy(&codes, lanes->rows[r] + at, sizeof codes);
            differ |= codes ^ first;
            any |= codes;
        }
        keys[r] = codes | (int32_t)r;
    }
    return what_is_seen(differ, any);
}

INLINE void work_on(const struct mf__lanes *lanes, uint32_t rows)
{
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints keys[MF__LANES_ROWS];
        ints seen = read_keys(lanes, at, keys, rows);
        sort(keys, rows, lanes->n);
        struct found found = try_splits(lanes, keys, rows);
        memcpy(lanes->best + at, &found.best, sizeof found.best);
        memcpy(lanes->second + at, &found.second, sizeof found.second);
        memcpy(lanes->left + at, &found.left, sizeof found.left);
        memcpy(lanes->seen + at, &seen, sizeof seen);
    }
}

static void look(const struct mf__lanes *lanes)
{
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints first;
        ints differ = {0};
        ints any = {0};
        memcpy(&first, lanes->rows[0] + at, sizeof first);
        for (uint32_t r = 0; r < lanes->n; r++) {
            ints codes;
            memcpy(&codes, lanes->rows[r] + at, sizeof codes);
            differ |= codes ^ first;
            any |= codes;
        }
        ints seen = what_is_seen(differ, any);
        memcpy(lanes->seen + at, &seen, sizeof seen);
    }
}

static void work(const struct mf__lanes *lanes)
{
    if (lanes->n <= 4)
        work_on(lanes, 4);
    else if (lanes->n <= 8)
        work_on(lanes, 8);
    else if (lanes->n <= 16)
        work_on(lanes, 16);
    else if (lanes->n <= 32)
        work_on(lanes, 32);
    else if (lanes->n <= 64)
        work_on(lanes, 64);
#if WIDTH == 16
    else
        work_on(lanes, 128);
#endif
}

extern const struct mf__lanes_kernel MF_LANES_NAME;

const struct mf__lanes_kernel MF_LANES_NAME = {
    .name = WIDTH == 16  ? "avx512"
            : WIDTH == 8 ? "avx2"
                         : "portable",
    .look = look,
    .work = work,
    .most_rows = WIDTH == 16  ? MF__LANES_ROWS
                 : WIDTH == 8 ? 64
                              : 16,
};
