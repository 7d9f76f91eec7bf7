/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One feature in each lane: every lane is sorted, then one pass adds up the left side and keeps the
 * best split.
 *
 * MF_WIDTH is the number of lanes of a vector, MF_KERNEL the kernel to be made.
 */
#include "forest/lanes.h"

#include "forest/lanes_split.h"
#include "forest/search.h"

#include <stddef.h>

#if WIDTH == 16
/* Writes the rows of eight samples, of which the lower half of each word is the number, and the
 * first one's for those that are not there. */
INLINE void fill_rows(struct mf__lanes *lanes, const int32_t *by_row, uint32_t at, __m512i numbers)
{
    const __m512i bytes = _mm512_set1_epi64((int64_t)(lanes->row_lanes * sizeof *by_row));
    const __m512i start = _mm512_set1_epi64((int64_t)(uintptr_t)by_row);
    const __m512i rows = _mm512_add_epi64(start, _mm512_mul_epu32(numbers, bytes));
    _mm512_storeu_si512(lanes->rows + at, rows);
}

/* Eight samples at a time: two vectors of whole samples become one of their rows and weights, and
 * one of their targets. Those that are not there are read as 0. */
static void fill(struct mf__lanes *lanes, const int32_t *by_row, const struct mf__sample *samples,
                 double mean)
{
    _Static_assert(sizeof *samples == 16 && offsetof(struct mf__sample, weight) == 4 &&
                       offsetof(struct mf__sample, y) == 8,
                   "a sample is two words: the row with the weight above it, and the target");
    const __m512i heads_of = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i targets_of = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    const __m512i first = _mm512_set1_epi64(samples[0].row);
    const uint32_t size = mf__lanes_size(lanes->n);
    for (uint32_t i = 0; i < size; i += 8) {
        const uint32_t left = lanes->n > i ? lanes->n - i : 0;
        const uint32_t there = left < 8 ? left : 8;
        const uint32_t words = (1U << 2 * there) - 1;
        const __m512i a = _mm512_maskz_loadu_epi64((__mmask8)words, samples + i);
        const __m512i b = _mm512_maskz_loadu_epi64((__mmask8)(words >> 8), samples + i + 4);
        const __m512i heads = _mm512_permutex2var_epi64(a, heads_of, b);
        const __m512i targets = _mm512_permutex2var_epi64(a, targets_of, b);
        const __m512d weights = _mm512_cvtepi64_pd(_mm512_srli_epi64(heads, 32));
        const __m512d off = _mm512_sub_pd(_mm512_cvtepi64_pd(targets), _mm512_set1_pd(mean));
        const __mmask8 lasting = (__mmask8)((1U << there) - 1);
        fill_rows(lanes, by_row, i, _mm512_mask_mov_epi64(first, lasting, heads));
        _mm256_store_ps(lanes->weight + i, _mm512_cvtpd_ps(weights));
        _mm256_store_ps(lanes->y + i, _mm512_cvtpd_ps(_mm512_mul_pd(off, weights)));
    }
}
#else
static void fill(struct mf__lanes *lanes, const int32_t *by_row, const struct mf__sample *samples,
                 double mean)
{
    uint32_t size = mf__lanes_size(lanes->n);
    for (uint32_t i = 0; i < size; i++) {
        const struct mf__sample *sample = &samples[i < lanes->n ? i : 0];
        uint32_t weight = i < lanes->n ? sample->weight : 0;
        lanes->rows[i] = by_row + (size_t)sample->row * lanes->row_lanes;
        lanes->weight[i] = (float)weight;
        lanes->y[i] = (float)(((double)sample->y - mean) * weight);
    }
}
#endif

/* The code, shifted, of a row that is not there: the largest. */
#define NO_ROW (INT32_MAX ^ (MF__LANES_ROWS - 1))

/* Tries the split behind each row in turn. */
INLINE struct found try_splits(const struct mf__lanes *lanes, const ints *keys, uint32_t rows)
{
    struct found found = {0};
    struct side left = {0};
    const ints all = (ints){0} - 1;
    for (uint32_t i = 0; i + lanes->least < lanes->n; i++) {
        add_rows(lanes, keys[i], rows, &left);
        if (i + 1 >= lanes->least)
            try_split(lanes, &left, keys[i], keys[i + 1], all, &found);
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
        store_found(lanes, at, &found);
        memcpy(lanes->seen + at, &seen, sizeof seen);
    }
    return largest_of(most);
}

/* Codes are looked at for being odd only where some `can_be_odd`. */
INLINE void look_at(const struct mf__lanes *lanes, uint32_t rows, bool can_be_odd)
{
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints first;
        ints differ = {0};
        memcpy(&first, lanes->rows[0] + at, sizeof first);
        ints any = can_be_odd ? first : (ints){0};
        for (uint32_t r = 1; r < rows; r++) {
            ints codes;
            memcpy(&codes, lanes->rows[r] + at, sizeof codes);
            differ |= codes ^ first;
            any |= can_be_odd ? codes : (ints){0};
        }
        ints seen = what_is_seen(differ, any);
        memcpy(lanes->seen + at, &seen, sizeof seen);
    }
}

INLINE void look_for(const struct mf__lanes *lanes, bool can_be_odd)
{
    if (lanes->n == 2)
        look_at(lanes, 2, can_be_odd);
    else if (lanes->n <= 4)
        look_at(lanes, 4, can_be_odd);
    else if (lanes->n <= 8)
        look_at(lanes, 8, can_be_odd);
    else if (lanes->n <= 16)
        look_at(lanes, 16, can_be_odd);
    else
        look_at(lanes, lanes->n, can_be_odd);
}

static void look(const struct mf__lanes *lanes)
{
    if (lanes->has_close)
        look_for(lanes, true);
    else
        look_for(lanes, false);
}

INLINE bool is_close(ints any)
{
    return bits_of(-(any >> MF__LANES_SHIFT & 1)) != 0;
}

static bool look_at_two(const struct mf__lanes *lanes)
{
    ints any = {0};
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints a, b;
        memcpy(&a, lanes->rows[0] + at, sizeof a);
        memcpy(&b, lanes->rows[1] + at, sizeof b);
        ints seen = what_is_seen(a ^ b, a | b);
        memcpy(lanes->seen + at, &seen, sizeof seen);
        any |= a | b;
    }
    return is_close(any);
}

static bool look_at_three(const struct mf__lanes *lanes, const int32_t worth[3])
{
    ints any = {0};
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
        ints seen = what_is_seen(low ^ high, a | b | c);
        memcpy(lanes->seen + at, &seen, sizeof seen);
        memcpy(lanes->best + at, &best, sizeof best);
        any |= a | b | c;
    }
    return is_close(any);
}

#define ORDER_BITS 28

static uint32_t first(const struct mf__lanes *lanes, const uint32_t *order)
{
    ints most = {0};
    for (uint32_t at = 0; at < lanes->n_lanes; at += WIDTH) {
        ints best, orders;
        memcpy(&best, lanes->best + at, sizeof best);
        memcpy(&orders, order + at, sizeof orders);
        most = larger(most, (best << ORDER_BITS) - orders);
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
            differ |= near & otherwise(left, (ints){0} + (int32_t)other, lanes->n);
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
    .fill = fill,
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
