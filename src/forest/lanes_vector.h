/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors that the kernels for small nodes compute with, MF_WIDTH lanes each; nobody else
 * includes it. */
#ifndef FOREST_LANES_VECTOR_H
#define FOREST_LANES_VECTOR_H

#include <stdint.h>
#if MF_WIDTH > 4
#include <immintrin.h>
#endif

#define WIDTH  MF_WIDTH
#define INLINE static inline __attribute__((always_inline))

typedef int32_t ints __attribute__((vector_size(4 * WIDTH)));
typedef float floats __attribute__((vector_size(4 * WIDTH)));
/* One over a vector, to at least 11 bits; a bit for each lane that is -1 and not 0; the largest of
 * a vector, as a number and in all lanes; in all lanes what is in the first one of those that
 * `which` tells; the numbers of the lanes; the smaller and the larger of two vectors; both halves
 * in each other's place; and a table of `rows` floats at the places in `index`. */
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

INLINE ints all_largest(ints a)
{
    ints two = (ints)_mm512_max_epi32(
        (__m512i)a, _mm512_shuffle_i64x2((__m512i)a, (__m512i)a, _MM_SHUFFLE(1, 0, 3, 2)));
    ints four = (ints)_mm512_max_epi32(
        (__m512i)two, _mm512_shuffle_i64x2((__m512i)two, (__m512i)two, _MM_SHUFFLE(2, 3, 0, 1)));
    ints eight =
        (ints)_mm512_max_epi32((__m512i)four, _mm512_shuffle_epi32((__m512i)four, _MM_PERM_BADC));
    return (ints)_mm512_max_epi32((__m512i)eight,
                                  _mm512_shuffle_epi32((__m512i)eight, _MM_PERM_CDAB));
}

INLINE ints first_of(ints a, ints which)
{
    __m512i found = _mm512_maskz_compress_epi32(_mm512_movepi32_mask((__m512i)which), (__m512i)a);
    return (ints)_mm512_broadcastd_epi32(_mm512_castsi512_si128(found));
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

INLINE ints swapped(ints a)
{
    return (ints)_mm512_shuffle_i64x2((__m512i)a, (__m512i)a, _MM_SHUFFLE(1, 0, 3, 2));
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

INLINE ints swapped(ints a)
{
    return (ints)_mm256_permute2x128_si256((__m256i)a, (__m256i)a, 1);
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

INLINE ints swapped(ints a)
{
    return (ints){a[2], a[3], a[0], a[1]};
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

#if WIDTH < 16
INLINE ints all_largest(ints a)
{
    return (ints){0} + largest_of(a);
}

INLINE ints first_of(ints a, ints which)
{
    return (ints){0} + a[__builtin_ctz(bits_of(which) | 1U << (WIDTH - 1))];
}
#endif

/* In each lane of which all bits of `which` are set the first, else the other. */
INLINE ints choose(ints which, ints first, ints other)
{
    return (first & which) | (other & ~which);
}

#endif
