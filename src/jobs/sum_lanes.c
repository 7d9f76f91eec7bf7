/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel of the sum, compiled once per vector width: MF_LANES 64-bit lanes, MF_SUM_NAME.
 *
 * Each lane holds an integer and a running sum. A step adds the integer to the sum and moves it on,
 * so an integer costs its share of two vector additions and nothing else. Four vectors are under
 * way at once to hide the loop's own cost. The lanes' sums are exact: a piece is so short that they
 * stay below 2^64 while the integers stay below 2^49 (2^46 with one lane). Larger integers are
 * split, and their upper and lower halves summed apart, which costs three more operations each.
 *
 * Compilers know the formula for 1 + 2 + ... + n and put it in place of such a loop. `hide` tells
 * them nothing about a lane's next integer, so the additions stay; a test counts the instructions.
 */
#include "jobs/sum_kernel.h"

#include <string.h>

#if MF_LANES == 1
typedef uint64_t vector;
#define HOLDS "+r"
#else
typedef uint64_t vector __attribute__((vector_size(MF_LANES * 8)));
#define HOLDS "+v"
#endif

#define VECTORS 4
#define STRIDE  (MF_LANES * VECTORS)
#define LOW     UINT64_C(0xffffffff)

mf__sum_function MF_SUM_NAME;

static inline void hide(vector *v)
{
    __asm__("" : HOLDS(*v));
}

static vector repeat(uint64_t value)
{
    uint64_t lanes[MF_LANES];
    vector v;
    for (int lane = 0; lane < MF_LANES; lane++)
        lanes[lane] = value;
    memcpy(&v, lanes, sizeof v);
    return v;
}

/* first, first + 1, ... in lanes. */
static vector count_up(uint64_t first)
{
    uint64_t lanes[MF_LANES];
    vector v;
    for (int lane = 0; lane < MF_LANES; lane++)
        lanes[lane] = first + (uint64_t)lane;
    memcpy(&v, lanes, sizeof v);
    return v;
}

/* `hide` here keeps gcc from holding the running sums in memory, lane by lane, for the end's sake.
 */
static mf__u128 add_lanes(vector v)
{
    uint64_t lanes[MF_LANES];
    mf__u128 sum = 0;
    hide(&v);
    memcpy(lanes, &v, sizeof lanes);
    for (int lane = 0; lane < MF_LANES; lane++)
        sum += lanes[lane];
    return sum;
}

/* Written out four times: gcc keeps an array of vectors in memory. */
static mf__u128 add_narrow(uint64_t first, uint64_t steps)
{
    const vector stride = repeat(STRIDE);
    vector x0 = count_up(first);
    vector x1 = count_up(first + 1 * MF_LANES);
    vector x2 = count_up(first + 2 * MF_LANES);
    vector x3 = count_up(first + 3 * MF_LANES);
    vector sum0 = repeat(0);
    vector sum1 = sum0;
    vector sum2 = sum0;
    vector sum3 = sum0;
    for (uint64_t step = 0; step < steps; step++) {
        sum0 += x0;
        sum1 += x1;
        sum2 += x2;
        sum3 += x3;
        x0 += stride;
        x1 += stride;
        x2 += stride;
        x3 += stride;
        hide(&x0);
        hide(&x1);
        hide(&x2);
        hide(&x3);
    }
    return add_lanes(sum0) + add_lanes(sum1) + add_lanes(sum2) + add_lanes(sum3);
}

static mf__u128 add_wide(uint64_t first, uint64_t steps)
{
    const vector stride = repeat(MF_LANES);
    const vector mask = repeat(LOW);
    vector x = count_up(first);
    vector low = repeat(0);
    vector high = repeat(0);
    for (uint64_t step = 0; step < steps * VECTORS; step++) {
        low += x & mask;
        high += x >> 32;
        x += stride;
        hide(&x);
    }
    return add_lanes(low) + (add_lanes(high) << 32);
}

mf__u128 MF_SUM_NAME(uint64_t first, uint64_t count)
{
    if (count == 0)
        return 0;
    uint64_t steps = count / STRIDE;
    uint64_t last = first + (count - 1);
    mf__u128 sum = 0;
    if (steps > 0)
        sum = last <= UINT64_MAX / steps ? add_narrow(first, steps) : add_wide(first, steps);
    for (uint64_t done = steps * STRIDE; done < count; done++)
        sum += first + done;
    return sum;
}
