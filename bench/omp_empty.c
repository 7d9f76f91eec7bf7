/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer for an empty job: a parallel loop of two turns that do nothing, handed out dynamically
 * to two threads. How these wait in between is told by OMP_WAIT_POLICY.
 *
 *     omp_empty RUNS
 *
 * Prints the picoseconds of one loop, and the turns that a last one did.
 */
#include "bench/bench.h"

#define WARM_UP 1000

static void run(uint64_t times)
{
    for (uint64_t i = 0; i < times; i++) {
#pragma omp parallel for schedule(dynamic) num_threads(2)
        for (int item = 0; item < 2; item++)
            __asm__ volatile("");
    }
}

int main(int argc, char **argv)
{
    uint64_t runs = bench_number(argc, argv, 1);
    run(WARM_UP);
    uint64_t start = bench_now_ns();
    run(runs);
    uint64_t took_ns = bench_now_ns() - start;
    uint64_t turns = 0;
#pragma omp parallel for schedule(dynamic) num_threads(2) reduction(+ : turns)
    for (int item = 0; item < 2; item++)
        turns++;
    bench_tell(took_ns * 1000 / runs, turns);
    return 0;
}
