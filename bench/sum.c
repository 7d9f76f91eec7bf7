/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our side of the sum:
 *
 *     sum serial|threads|processes WORKERS KERNEL N
 *     sum copies                   WORKERS KERNEL N
 *
 * Prints the nanoseconds from opening the pool to closing it, and the sum modulo 2^64. `copies` is
 * the machine's own ceiling: that many processes which know nothing of each other add all of 1..N
 * each, and the time is until the last one ends.
 */
#include "bench/bench.h"

#include "jobs/sum.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WARM_UP UINT64_C(400000000)

static uint64_t add(const char *way, unsigned workers, const struct mf__sum_kernel *kernel,
                    uint64_t n)
{
    const struct mf__sum_config config = {1, kernel};
    mf_pool_options options = mf_pool_defaults();
    options.workers = workers;
    mf_pool *pool = NULL;
    mf_u128 sum = {0, 0};
    mf_error error;
    if (mf_pool_open(mf_way_find(way), &options, &pool, &error) != 0 ||
        mf__sum(pool, &config, n, NULL, NULL, &sum, &error) != 0)
        bench_die(error.text);
    mf_pool_close(&pool);
    return sum.low;
}

static uint64_t add_copies(unsigned copies, const struct mf__sum_kernel *kernel, uint64_t n)
{
    uint64_t expected = mf_sum_formula(1, n).low;
    for (unsigned i = 0; i < copies; i++) {
        pid_t child = fork();
        if (child < 0)
            bench_die("fork failed");
        if (child == 0)
            _exit(add("serial", 1, kernel, n) == expected ? 0 : 1);
    }
    int status = 0;
    for (unsigned i = 0; i < copies; i++)
        if (wait(&status) < 0 || status != 0)
            bench_die("a copy failed");
    return expected;
}

int main(int argc, char **argv)
{
    unsigned workers = (unsigned)bench_number(argc, argv, 2);
    uint64_t n = bench_number(argc, argv, 4);
    const struct mf__sum_kernel *kernel = mf__sum_kernel_find(argv[3]);
    if (kernel == NULL)
        bench_die("this kernel does not run here");
    add("serial", 1, kernel, n < WARM_UP ? n : WARM_UP);
    uint64_t start = bench_now_ns();
    uint64_t sum = strcmp(argv[1], "copies") == 0 ? add_copies(workers, kernel, n)
                                                  : add(argv[1], workers, kernel, n);
    bench_tell(bench_now_ns() - start, sum);
    return 0;
}
