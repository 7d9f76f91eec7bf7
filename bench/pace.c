/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast this core goes: prints the picoseconds of one clock cycle, the picoseconds of two vector
 * additions, and the integers that a vector holds.
 *
 * Cycles are counted by a chain of exclusive-ors each of which needs the one before, one cycle each
 * on the cores that we know. Vector additions are independent of each other, so they go as fast as
 * the core has units for them. Built for the widest vectors of this machine.
 */
#include "bench/bench.h"

#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX2__)
#define LANES 4
#else
#define LANES 2
#endif

#if defined(__x86_64__)
#define VECTOR_REGISTER "+v"
#else
#define VECTOR_REGISTER "+w"
#endif

#define STEPS UINT64_C(20000000)

typedef uint64_t vector __attribute__((vector_size(LANES * 8)));

static double cycle_ps(void)
{
    uint64_t x = 1;
    uint64_t y = 3;
    __asm__("" : "+r"(y));
    uint64_t start = bench_now_ns();
    for (uint64_t step = 0; step < STEPS; step++)
#pragma GCC unroll 8
        for (int link = 0; link < 8; link++) {
            x ^= y;
            __asm__("" : "+r"(x));
        }
    uint64_t took_ns = bench_now_ns() - start;
    bench_keep(x);
    return (double)took_ns * 1000.0 / (double)(8 * STEPS);
}

static inline vector add(vector sum, vector step_by)
{
    sum += step_by;
    __asm__("" : VECTOR_REGISTER(sum));
    return sum;
}

/* Written out eight times: gcc keeps an array of vectors in memory. */
static double two_additions_ps(void)
{
    vector step_by = {0};
    step_by += 1;
    __asm__("" : VECTOR_REGISTER(step_by));
    vector a = step_by;
    vector b = a;
    vector c = a;
    vector d = a;
    vector e = a;
    vector f = a;
    vector g = a;
    vector h = a;
    uint64_t start = bench_now_ns();
    for (uint64_t step = 0; step < STEPS; step++) {
        a = add(a, step_by);
        b = add(b, step_by);
        c = add(c, step_by);
        d = add(d, step_by);
        e = add(e, step_by);
        f = add(f, step_by);
        g = add(g, step_by);
        h = add(h, step_by);
    }
    uint64_t took_ns = bench_now_ns() - start;
    bench_keep((a + b + c + d + e + f + g + h)[0]);
    return (double)took_ns * 1000.0 / (double)(8 * STEPS) * 2.0;
}

int main(void)
{
    two_additions_ps(); /* the core may change its pace for wide vectors */
    double additions_ps = two_additions_ps();
    printf("%.2f %.2f %d\n", cycle_ps(), additions_ps, LANES);
    return 0;
}
