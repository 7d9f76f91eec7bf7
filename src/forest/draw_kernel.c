/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making many draws side by side. Compiled once for each width of vector registers
 * (src/forest/meson.build).
 *
 * A remainder takes a product with the inverse of the width, rounded up. That is never below the
 * quotient, and never at the next whole number, as a number below 2^31 has bits to spare in a
 * double.
 */
#include "forest/draw.h"

#include <string.h>

#define WIDTH MF_WIDTH

typedef uint32_t words __attribute__((vector_size(4 * WIDTH)));
typedef int32_t ints __attribute__((vector_size(4 * WIDTH)));
typedef double doubles __attribute__((vector_size(8 * WIDTH)));

mf__draw_ahead MF_KERNEL;

static inline words words_at(const uint32_t *from)
{
    words found;
    memcpy(&found, from, sizeof found);
    return found;
}

/* One vector of the draws from `at` on. `of` is what becomes of the bits of the state before. */
static inline void draw_vector(const struct mf__ahead *ahead, const uint32_t *const *of,
                               uint32_t at, uint32_t step)
{
    words states = {0};
    for (unsigned four = 0; four < 8; four++)
        states ^= words_at(of[four] + step);
    ints numbers = (ints)(states & INT32_MAX);
    doubles inverses;
    memcpy(&inverses, ahead->inverses + at, sizeof inverses);
    ints times =
        __builtin_convertvector(__builtin_convertvector(numbers, doubles) * inverses, ints);
    words drawn = (words)numbers - (words)times * words_at(ahead->widths + at);
    memcpy(ahead->states + at, &states, sizeof states);
    memcpy(ahead->drawn + at, &drawn, sizeof drawn);
}

void MF_KERNEL(const struct mf__ahead *ahead, uint32_t random, uint32_t n)
{
    for (uint32_t at = 0; at < n; at += MF__DRAW_GROUP) {
        const uint32_t *of[8];
        uint32_t last = 0; /* of the group; sooner there than what is stored */
        for (unsigned four = 0; four < 8; four++) {
            of[four] = ahead->leaps->of[four][random >> 4 * four & 15];
            last ^= of[four][MF__DRAW_GROUP - 1];
        }
        for (uint32_t step = 0; step < MF__DRAW_GROUP; step += WIDTH)
            draw_vector(ahead, of, at + step, step);
        random = last;
    }
}
