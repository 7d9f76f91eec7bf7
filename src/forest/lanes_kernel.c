/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each lane is sorted by a network of comparisons that is the same for all of them: Batcher's
 * odd-even merge sort (K. E. Batcher, Sorting networks and their applications, 1968). A key holds
 * the number of its row, by which the target and the weight are looked up in registers. Then one
 * pass adds up the left side and keeps the best split.
 *
 * MF_WIDTH is the number of lanes of a vector, MF_KERNEL the kernel to be made.
 */
#include "forest/lanes.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#if MF_WIDTH > 4
#include <immintrin.h>
#endif

#define WIDTH  MF_WIDTH
#define INLINE static inline __attribute__((always_inline))

typedef int32_t ints __attribute__((vector_size(4 * WIDTH)));
typedef float floats __attribute__((vector_size(4 * WIDTH)));

/* The code, shifted, of a row that is not there: the largest. */
#define NO_ROW (INT32_MAX ^ (MF__LANES_ROWS - 1))

/* One over a vector, to at least 11 bits; a bit for each lane that is -1 and not 0; the largest of
 * a vector; the numbers of its lanes; the smaller and the larger of two vectors; and a table of
 * `rows` floats at the places in `index`. */
#if WIDTH == 16
INLINE floats reciprocal(floats a)
{
    return (floats)_mm512_rcp14_ps((__m512)a);
}

INLINE uint32_t bits_of(ints a)
{
    return _mm512_movepi32_mask((__m512i)a);
}

INLINE int32_t largest_of(ints a)
{
    return _mm512_reduce_max_epi32((__m512i)a);
}

INLINE ints lane_numbers(void)
{
    return (ints){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
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

INLINE uint32_t bits_of(ints a)
{
    return (uint32_t)_mm256_movemask_ps((__m256)a);
}

INLINE int32_t largest_of(ints a)
{
    __m128i four =
        _mm_max_epi32(_mm256_castsi256_si128((__m256i)a), _mm256_extracti128_si256((__m256i)a, 1));
    __m128i two = _mm_max_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_max_epi32(two, _mm_shuffle_epi32(two, 1)));
}

INLINE ints lane_numbers(void)
{
    return (ints){0, 1, 2, 3, 4, 5, 6, 7};
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

INLINE uint32_t bits_of(ints a)
{
    return (uint32_t)(-a[0] - 2 * a[1] - 4 * a[2] - 8 * a[3]);
}

INLINE int32_t largest_of(ints a)
{
    int32_t largest = a[0];
    for (int i = 1; i < WIDTH; i++)
        largest = a[i] > largest ? a[i] : largest;
    return largest;
}

INLINE ints lane_numbers(void)
{
    return (ints){0, 1, 2, 3};
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

/* See struct mf__lanes. */
struct found {
    ints best;
    ints second;
    ints left;
    ints low;
    ints high;
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
        if (rows <= MF__LANES_BITS)
            left |= one << row;
        if (i + 1 < lanes->least)
            continue;
        floats gain = d * d * reciprocal(weight * (lanes->total - weight));
        ints apart = (keys[i] ^ keys[i + 1]) >= MF__LANES_ROWS;
        ints bits = (ints)gain & apart;
        ints better = bits > found.best;
        found.second = larger(found.second, smaller(found.best, bits));
        found.best = larger(found.best, bits);
        found.left = (left & better) | (found.left & ~better);
        found.low = (keys[i] & better) | (found.low & ~better);
        found.high = (keys[i + 1] & better) | (found.high & ~better);
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
        ints codes;
        memcpy(&codes, lanes->rows[r] + at, sizeof codes);
        differ |= codes ^ first;
        any |= codes;
        keys[r] = codes | ((r < lanes->n ? 0 : NO_ROW) | (int32_t)r);
    }
    return what_is_seen(differ, any);
}

INLINE int32_t work_on(const struct mf__lanes *lanes, uint32_t rows)
{
    ints most = {0};
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints keys[MF__LANES_ROWS];
        ints seen = read_keys(lanes, at, keys, rows);
        sort(keys, rows, lanes->n);
        struct found found = try_splits(lanes, keys, rows);
        found.best &= lane_numbers() < (int32_t)(lanes->n_lanes - at);
        most = larger(most, found.best);
        memcpy(lanes->best + at, &found.best, sizeof found.best);
        memcpy(lanes->second + at, &found.second, sizeof found.second);
        memcpy(lanes->left + at, &found.left, sizeof found.left);
        memcpy(lanes->low + at, &found.low, sizeof found.low);
        memcpy(lanes->high + at, &found.high, sizeof found.high);
        memcpy(lanes->seen + at, &seen, sizeof seen);
    }
    return largest_of(most);
}

INLINE void look_at(const struct mf__lanes *lanes, uint32_t rows)
{
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints first;
        ints differ = {0};
        ints any;
        memcpy(&first, lanes->rows[0] + at, sizeof first);
        any = first;
        for (uint32_t r = 1; r < rows; r++) {
            ints codes;
            memcpy(&codes, lanes->rows[r] + at, sizeof codes);
            differ |= codes ^ first;
            any |= codes;
        }
        ints seen = what_is_seen(differ, any);
        memcpy(lanes->seen + at, &seen, sizeof seen);
    }
}

static void look(const struct mf__lanes *lanes)
{
    if (lanes->n == 2)
        look_at(lanes, 2);
    else if (lanes->n <= 4)
        look_at(lanes, 4);
    else if (lanes->n <= 8)
        look_at(lanes, 8);
    else if (lanes->n <= 16)
        look_at(lanes, 16);
    else
        look_at(lanes, lanes->n);
}

INLINE struct mf__lanes_view view_of(uint32_t n_varying, ints any)
{
    ints close = -(any >> MF__LANES_SHIFT & 1);
    return (struct mf__lanes_view){.n_varying = n_varying, .close = bits_of(close) != 0};
}

static struct mf__lanes_view look_at_two(const struct mf__lanes *lanes)
{
    ints any = {0};
    uint32_t n_varying = 0;
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints a, b;
        memcpy(&a, lanes->rows[0] + at, sizeof a);
        memcpy(&b, lanes->rows[1] + at, sizeof b);
        ints seen = what_is_seen(a ^ b, a | b);
        memcpy(lanes->seen + at, &seen, sizeof seen);
        any |= a | b;
        n_varying += (uint32_t)__builtin_popcount(bits_of(a != b));
    }
    return view_of(n_varying, any);
}

static struct mf__lanes_view look_at_three(const struct mf__lanes *lanes, const int32_t worth[3])
{
    ints any = {0};
    uint32_t n_varying = 0;
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints a, b, c;
        memcpy(&a, lanes->rows[0] + at, sizeof a);
        memcpy(&b, lanes->rows[1] + at, sizeof b);
        memcpy(&c, lanes->rows[2] + at, sizeof c);
        ints low = smaller(smaller(a, b), c);
        ints high = larger(larger(a, b), c);
        ints middle = a ^ b ^ c ^ low ^ high;
        ints below = ((a == low) & worth[0]) | ((b == low) & worth[1]) | ((c == low) & worth[2]);
        ints above = ((a == high) & worth[0]) | ((b == high) & worth[1]) | ((c == high) & worth[2]);
        ints best = larger(below & (low != middle), above & (middle != high));
        ints seen = what_is_seen(low ^ high, a | b | c) | best << MF__LANE_WORTH;
        memcpy(lanes->seen + at, &seen, sizeof seen);
        any |= a | b | c;
        n_varying += (uint32_t)__builtin_popcount(bits_of(low != high));
    }
    return view_of(n_varying, any);
}

#define ORDER_BITS 28

static uint32_t first(const struct mf__lanes *lanes, const uint32_t *order)
{
    ints most = {0};
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints seen, orders;
        memcpy(&seen, lanes->seen + at, sizeof seen);
        memcpy(&orders, order + at, sizeof orders);
        most = larger(most, (seen >> MF__LANE_WORTH << ORDER_BITS) - orders);
    }
    return (0U - (uint32_t)largest_of(most)) & ((1U << ORDER_BITS) - 1);
}

static int32_t work(const struct mf__lanes *lanes)
{
    if (lanes->n <= 4)
        return work_on(lanes, 4);
    if (lanes->n <= 8)
        return work_on(lanes, 8);
    if (lanes->n <= 16)
        return work_on(lanes, 16);
    if (lanes->n <= 32)
        return work_on(lanes, 32);
#if WIDTH == 16
    if (lanes->n > 64)
        return work_on(lanes, 128);
#endif
    return work_on(lanes, 64);
}

/* Whether a split parts the rows as another one does, or in the opposite way: 0 where it does. */
INLINE ints otherwise(ints left, uint32_t other, uint32_t n)
{
    ints differ = left ^ (int32_t)other;
    return differ ^ (-(differ & 1) & (int32_t)(UINT32_MAX >> (32 - n)));
}

/* The orders of one vector of lanes, those of far lanes replaced by the largest. */
INLINE ints orders_of(const uint32_t *order, uint32_t at, ints near)
{
    ints orders = lane_numbers() + (int32_t)at;
    if (order != NULL)
        memcpy(&orders, order + at, sizeof orders);
    return (orders & near) | (INT32_MAX & ~near);
}

static uint32_t agreed(const struct mf__lanes *lanes, int32_t gain, const uint32_t *order)
{
    ints differ = {0};
    ints first = (ints){0} + INT32_MAX;
    bool any = false;
    uint32_t other = 0; /* what goes left in one of them */
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints best, second, left;
        memcpy(&best, lanes->best + at, sizeof best);
        ints near = best >= gain;
        uint32_t bits = bits_of(near);
        if (bits == 0)
            continue;
        /* Of more rows, it is not known which ones go left. */
        if (lanes->n > MF__LANES_BITS && (any || (bits & (bits - 1)) != 0))
            return MF__NO_LANE;
        memcpy(&second, lanes->second + at, sizeof second);
        memcpy(&left, lanes->left + at, sizeof left);
        if (!any)
            other = lanes->left[at + (uint32_t)__builtin_ctz(bits)];
        differ |= near & (second >= gain);
        if (lanes->n <= MF__LANES_BITS)
            differ |= near & otherwise(left, other, lanes->n);
        first = smaller(first, orders_of(order, at, near));
        any = true;
    }
    /* The largest of their complements is that of the smallest. */
    return any && bits_of(differ != 0) == 0 ? (uint32_t)~largest_of(~first) : MF__NO_LANE;
}

extern const struct mf__lanes_kernel MF_KERNEL;

const struct mf__lanes_kernel MF_KERNEL = {
    .name = WIDTH == 16  ? "avx512"
            : WIDTH == 8 ? "avx2"
                         : "portable",
    .look = look,
    .work = work,
    .agreed = agreed,
    .look_at_two = look_at_two,
    .look_at_three = look_at_three,
    .first = first,
    .most_rows = WIDTH == 16  ? MF__LANES_ROWS
                 : WIDTH == 8 ? 64
                              : 16,
};
