/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer for the sum: OpenMP, as one would write it, in 64 bits (so modulo 2^64, which saves it
 * the work of being exact). Prints nanoseconds and the sum.
 *
 *     omp_sum N, with OMP_NUM_THREADS
 */
#include "bench/bench.h"

#define WARM_UP UINT64_C(400000000)

/* Not inlined, so that no compiler sees what `n` is. */
__attribute__((noinline)) static uint64_t add(uint64_t n)
{
    uint64_t sum = 0;
#pragma omp parallel for reduction(+ : sum)
    for (uint64_t i = 1; i <= n; i++)
        sum += i;
    return sum;
}

int main(int argc, char **argv)
{
    uint64_t n = bench_number(argc, argv, 1);
    bench_keep(add(n < WARM_UP ? n : WARM_UP));
    uint64_t start = bench_now_ns();
    uint64_t sum = add(n);
    bench_tell(bench_now_ns() - start, sum);
    return 0;
}
