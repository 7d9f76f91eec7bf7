/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the codes of the features that were drawn, where each has several lanes: the lanes of a
 * vector are parts of the same size, and each part has rows of its own; nobody but the kernels
 * includes it.
 */
#ifndef FOREST_LANES_PICK_H
#define FOREST_LANES_PICK_H

#include "forest/lanes.h"
#include "forest/lanes_vector.h"

#if WIDTH == 16
/* The features, again in each part. */
INLINE __m512i in_each_part(const uint32_t *features, uint32_t parts)
{
    if (parts == 2)
        return _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)features));
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)features));
}

/* The codes of the drawn features of a row, in each part. Each step looks them up in two vectors of
 * the row, and keeps those that are there. */
INLINE __m512i pick_row(const int32_t *row, __m512i features, const __mmask16 *here,
                        uint32_t vectors)
{
    __m512i found = _mm512_setzero_si512();
    for (uint32_t v = 0; v < vectors; v += 2) {
        const int32_t *next = row + WIDTH * (v + 1 < vectors ? v + 1 : v);
        __m512i codes = _mm512_permutex2var_epi32(_mm512_loadu_si512(row + WIDTH * v), features,
                                                  _mm512_loadu_si512(next));
        found = _mm512_mask_mov_epi32(found, here[v / 2], codes);
    }
    return found;
}

INLINE void pick_rows(const struct mf__lanes *lanes, const uint32_t *features, uint32_t vectors,
                      uint32_t parts, uint32_t n, ints *ret_codes)
{
    const uint32_t lanes_of_part = (1U << WIDTH / parts) - 1;
    __m512i wanted = in_each_part(features, parts);
    __mmask16 here[MF__FOLD_VECTORS / 2];
    for (uint32_t two = 0; two < MF__FOLD_VECTORS / 2; two++)
        here[two] =
            _mm512_cmpeq_epi32_mask(_mm512_srli_epi32(wanted, 5), _mm512_set1_epi32((int)two));
    for (uint32_t r = 0; r < n; r++) {
        __m512i codes = pick_row(lanes->rows[r], wanted, here, vectors);
        for (uint32_t p = 1; p < parts; p++)
            codes = _mm512_mask_mov_epi32(codes, (__mmask16)(lanes_of_part << p * (WIDTH / parts)),
                                          pick_row(lanes->rows[r + p * n], wanted, here, vectors));
        ret_codes[r] = (ints)codes;
    }
}

/* Of the first `parts` times `n` rows, each part reads as many as `n`. One loop for each number of
 * vectors, without a loop inside. */
INLINE void pick(const struct mf__lanes *lanes, const uint32_t *features, uint32_t parts,
                 uint32_t n, ints *ret_codes)
{
    switch (lanes->row_lanes / WIDTH) {
    case 1:
        pick_rows(lanes, features, 1, parts, n, ret_codes);
        break;
    case 2:
        pick_rows(lanes, features, 2, parts, n, ret_codes);
        break;
    case 3:
        pick_rows(lanes, features, 3, parts, n, ret_codes);
        break;
    case 4:
        pick_rows(lanes, features, 4, parts, n, ret_codes);
        break;
    case 5:
        pick_rows(lanes, features, 5, parts, n, ret_codes);
        break;
    case 6:
        pick_rows(lanes, features, 6, parts, n, ret_codes);
        break;
    case 7:
        pick_rows(lanes, features, 7, parts, n, ret_codes);
        break;
    default:
        pick_rows(lanes, features, MF__FOLD_VECTORS, parts, n, ret_codes);
    }
}
#else
INLINE void pick(const struct mf__lanes *lanes, const uint32_t *features, uint32_t parts,
                 uint32_t n, ints *ret_codes)
{
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t p = 0; p < parts; p++)
            for (uint32_t l = 0; l < WIDTH / parts; l++)
                ret_codes[r][p * (WIDTH / parts) + l] = lanes->rows[r + p * n][features[l]];
}
#endif

#endif
