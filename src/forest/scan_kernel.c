/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splits of one column, several bins at a time: their running sums, and for each of them the
 * comparison of search_means.c that needs no division. Nearly all fail it; those that do not are
 * handed out.
 *
 * MF_WIDTH is the number of bins of a vector, MF_KERNEL the kernel to be made.
 */
#include "forest/bins.h"

#include <string.h>
#if MF_WIDTH > 2
#include <immintrin.h>
#endif

#define WIDTH  MF_WIDTH
#define INLINE static inline __attribute__((always_inline))

typedef uint64_t wholes __attribute__((vector_size(8 * WIDTH)));
typedef int64_t masks __attribute__((vector_size(8 * WIDTH)));
typedef double doubles __attribute__((vector_size(8 * WIDTH)));

/* The running sums of a vector; a bit for each lane that is not 0 in a mask; the last lane in all
 * lanes. */
#if WIDTH == 8
INLINE wholes running(wholes v)
{
    const __m512i zero = _mm512_setzero_si512();
    v += (wholes)_mm512_alignr_epi64((__m512i)v, zero, 7);
    v += (wholes)_mm512_alignr_epi64((__m512i)v, zero, 6);
    return v + (wholes)_mm512_alignr_epi64((__m512i)v, zero, 4);
}

INLINE unsigned bits_of(masks mask)
{
    return _mm512_movepi64_mask((__m512i)mask);
}

INLINE unsigned present(wholes v)
{
    return _mm512_test_epi64_mask((__m512i)v, (__m512i)v);
}

INLINE wholes last(wholes v)
{
    return (wholes)_mm512_permutexvar_epi64(_mm512_set1_epi64(7), (__m512i)v);
}
#elif WIDTH == 4
INLINE wholes running(wholes v)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i by_one = _mm256_permute4x64_epi64((__m256i)v, 0x90);
    v += (wholes)_mm256_blend_epi32(by_one, zero, 3);
    return v + (wholes)_mm256_permute2x128_si256((__m256i)v, (__m256i)v, 0x08);
}

INLINE unsigned bits_of(masks mask)
{
    return (unsigned)_mm256_movemask_pd((__m256d)mask);
}

INLINE unsigned present(wholes v)
{
    return bits_of(v != 0);
}

INLINE wholes last(wholes v)
{
    return (wholes)_mm256_permute4x64_epi64((__m256i)v, 0xFF);
}
#else
INLINE wholes running(wholes v)
{
    v[1] += v[0];
    return v;
}

INLINE unsigned bits_of(masks mask)
{
    return (unsigned)(mask[0] & 1) | (unsigned)(mask[1] & 2);
}

INLINE unsigned present(wholes v)
{
    return (unsigned)(v[0] != 0) | (unsigned)(v[1] != 0) << 1;
}

INLINE wholes last(wholes v)
{
    return (wholes){v[1], v[1]};
}
#endif

#if WIDTH > 2
typedef uint32_t codes_of_lanes __attribute__((vector_size(8 * WIDTH)));

#define LANES (2 * WIDTH)

/* The codes of as many rows as a vector has lanes. */
INLINE codes_of_lanes look_up(const uint32_t *codes, const uint32_t *rows)
{
#if WIDTH == 8
    return (codes_of_lanes)_mm512_i32gather_epi32(_mm512_loadu_si512(rows), codes, 4);
#else
    const __m256i at = _mm256_loadu_si256((const __m256i *)(const void *)rows);
    return (codes_of_lanes)_mm256_i32gather_epi32((const int *)(const void *)codes, at, 4);
#endif
}

/* As many whole vectors of rows as there are; how many rows those are. A row's place fits 31 bits:
 * there are fewer nodes, of which a row needs two. */
INLINE uint32_t take_vectors(const uint32_t *codes, const uint32_t *rows, uint32_t n,
                             struct mf__taken *taken)
{
    codes_of_lanes low = (codes_of_lanes){0} + UINT32_MAX;
    codes_of_lanes high = {0};
    uint32_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        codes_of_lanes here = look_up(codes, rows + i);
        memcpy(taken->codes + i, &here, sizeof here);
        codes_of_lanes less = (codes_of_lanes)(here < low);
        codes_of_lanes more = (codes_of_lanes)(here > high);
        low = (here & less) | (low & ~less);
        high = (here & more) | (high & ~more);
    }
    for (unsigned lane = 0; lane < LANES; lane++) {
        taken->low = low[lane] < taken->low ? low[lane] : taken->low;
        taken->high = high[lane] > taken->high ? high[lane] : taken->high;
    }
    return i;
}
#else
INLINE uint32_t take_vectors(const uint32_t *codes, const uint32_t *rows, uint32_t n,
                             struct mf__taken *taken)
{
    (void)codes;
    (void)rows;
    (void)n;
    (void)taken;
    return 0;
}
#endif

static void take(const uint32_t *codes, const uint32_t *rows, uint32_t n, struct mf__taken *taken)
{
    taken->low = UINT32_MAX;
    taken->high = 0;
    for (uint32_t i = take_vectors(codes, rows, n, taken); i < n; i++) {
        uint32_t code = codes[rows[i]];
        taken->codes[i] = code;
        taken->low = code < taken->low ? code : taken->low;
        taken->high = code > taken->high ? code : taken->high;
    }
}

/* Whole numbers below 2^52, as doubles. */
INLINE doubles to_doubles(wholes v)
{
    const wholes exponent = (wholes){0} + UINT64_C(0x4330000000000000);
    return (doubles)(v | exponent) - 0x1p52;
}

/* The splits of a group that may be the best. */
INLINE unsigned candidates(const struct mf__scan *scan, wholes left)
{
    const uint64_t ones = (UINT64_C(1) << scan->shift) - 1;
    doubles weight = to_doubles(left & ones);
    doubles d = to_doubles(left >> scan->shift) - scan->mean * weight;
    masks can = d * d >= scan->limit * (weight * (scan->weight - weight));
    return bits_of(can);
}

static __attribute__((noinline)) void hand_out(struct mf__scan *scan, uint32_t at, unsigned bits,
                                               wholes left)
{
    for (; bits != 0; bits &= bits - 1) {
        uint32_t i = (uint32_t)__builtin_ctz(bits);
        if (left[i] != scan->total)
            scan->found(scan, at + i, left[i]);
    }
}

static void scan(struct mf__scan *scan)
{
    wholes passed = {0};
    scan->lowest = UINT32_MAX;
    scan->highest = 0;
    for (uint32_t at = 0; at < scan->n; at += WIDTH) {
        wholes bins;
        memcpy(&bins, scan->bins + at, sizeof bins);
        unsigned here = present(bins);
        if (here == 0)
            continue;
        wholes left = running(bins) + passed;
        passed = last(left);
        if (scan->lowest == UINT32_MAX)
            scan->lowest = at + (uint32_t)__builtin_ctz(here);
        scan->highest = at + 31 - (uint32_t)__builtin_clz(here);
        unsigned bits = candidates(scan, left) & here;
        if (__builtin_expect(bits != 0, 0))
            hand_out(scan, at, bits, left);
    }
}

/*
 * Inside a bin of weight w, each unit of weight adds between least < 0 and most > 0 to d, and all
 * of them what leads from d before the bin to d behind it. So d stays below both of the lines that
 * start there as steeply as can be, and so below the point where they meet; and likewise above.
 */
struct slopes {
    double rising; /* the shares of d before and of d behind, for the bound from above */
    double falling;
    double height; /* what one unit of weight adds */
};

static struct slopes slopes_of(const struct mf__scan *scan)
{
    double width = scan->most - scan->least;
    if (!(width > 0))
        return (struct slopes){0.5, 0.5, 0};
    return (struct slopes){-scan->least / width, scan->most / width,
                           -scan->least * scan->most / width * (1 + 0x1p-40)};
}

INLINE doubles larger(doubles a, doubles b)
{
    masks is = a > b;
    return (doubles)(((masks)a & is) | ((masks)b & ~is));
}

INLINE doubles smaller(doubles a, doubles b)
{
    masks is = a < b;
    return (doubles)(((masks)a & is) | ((masks)b & ~is));
}

/* All bits for the bins inside which a split may be the best. Each side has at least one row more
 * than before the bin, or behind it. */
INLINE masks doubtful(const struct mf__scan *scan, const struct slopes *slopes, wholes before,
                      wholes left)
{
    const uint64_t ones = (UINT64_C(1) << scan->shift) - 1;
    doubles low = to_doubles(before & ones);
    doubles high = to_doubles(left & ones);
    doubles d_low = to_doubles(before >> scan->shift) - scan->mean * low;
    doubles d_high = to_doubles(left >> scan->shift) - scan->mean * high;
    doubles height = slopes->height * (high - low);
    doubles above = slopes->rising * d_low + slopes->falling * d_high + height;
    doubles below = height - slopes->falling * d_low - slopes->rising * d_high;
    doubles most = larger(larger(above, below), (doubles){0});
    doubles first = (low + 1) * (scan->weight - low - 1);
    doubles last = (high - 1) * (scan->weight - high + 1);
    return (most * most >= scan->limit * smaller(first, last)) & (high - low > 1.5);
}

static void doubt(const struct mf__scan *scan, struct mf__doubts *ret_doubts)
{
    const struct slopes slopes = slopes_of(scan);
    wholes passed = {0};
    ret_doubts->lowest = UINT32_MAX;
    ret_doubts->highest = 0;
    for (uint32_t at = 0; at < scan->n; at += WIDTH) {
        wholes bins;
        memcpy(&bins, scan->bins + at, sizeof bins);
        wholes left = running(bins) + passed;
        wholes before = left - bins;
        passed = last(left);
        masks flags = doubtful(scan, &slopes, before, left);
        unsigned bits = bits_of(flags);
        memcpy(ret_doubts->flags + at, &flags, sizeof flags);
        memcpy(ret_doubts->before + at, &before, sizeof before);
        if (bits == 0)
            continue;
        if (ret_doubts->lowest == UINT32_MAX)
            ret_doubts->lowest = at + (uint32_t)__builtin_ctz(bits);
        ret_doubts->highest = at + 31 - (uint32_t)__builtin_clz(bits);
    }
}

extern const struct mf__scan_kernel MF_KERNEL;
const struct mf__scan_kernel MF_KERNEL = {take, scan, doubt};
