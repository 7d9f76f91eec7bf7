/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An empty job on a warm pool of two threads: two items that do nothing.
 *
 *     empty active|passive RUNS
 *
 * Prints the picoseconds of one run, and the items that the last one did.
 */
#include "bench/bench.h"

#include <manyfold/pool.h>

#include <string.h>

#define WARM_UP 1000

static void run(mf_pool *pool, uint64_t times)
{
    const mf_work work = {.n_items = 2, .run = bench_nothing};
    mf_error error;
    for (uint64_t i = 0; i < times; i++)
        if (mf_pool_run(pool, &work, NULL, NULL, &error) != 0)
            bench_die(error.text);
}

int main(int argc, char **argv)
{
    uint64_t runs = bench_number(argc, argv, 2);
    mf_pool_options options = mf_pool_defaults();
    options.workers = 2;
    options.spin_ns = strcmp(argv[1], "active") == 0 ? MF_SPIN_ALWAYS : MF_SPIN_NEVER;
    mf_pool *pool = NULL;
    mf_error error;
    if (mf_pool_open(mf_way_find("threads"), &options, &pool, &error) != 0)
        bench_die(error.text);
    run(pool, WARM_UP);
    uint64_t start = bench_now_ns();
    run(pool, runs);
    uint64_t took_ns = bench_now_ns() - start;

    const mf_work work = {.n_items = 2, .run = bench_nothing};
    mf_ledger ledger = {0};
    if (mf_pool_run(pool, &work, NULL, &ledger, &error) != 0)
        bench_die(error.text);
    bench_tell(took_ns * 1000 / runs, ledger.items_done);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    return 0;
}
