/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it costs to start two workers as processes and to see them end: a pool that is opened, run
 * on an empty job and closed, against two bare forks that end at once and are waited for.
 *
 *     start_up ROUNDS MEGABYTES
 *
 * Both sides run in turn in this one process, so they copy the same page tables. MEGABYTES of
 * memory are touched before, because a fork takes longer the larger the process is. Prints the two
 * times of every round in nanoseconds.
 */
#include "bench/bench.h"

#include <manyfold/pool.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 2

static int count(void *user, uint64_t item, const void *result, mf_error *error)
{
    (void)item;
    (void)result;
    (void)error;
    ++*(int *)user;
    return 0;
}

static void ours(void)
{
    int done = 0;
    const mf_work work = {
        .n_items = WORKERS, .run = bench_nothing, .combine = count, .user = &done};
    mf_pool_options options = mf_pool_defaults();
    options.workers = WORKERS;
    mf_pool *pool = NULL;
    mf_error error;
    if (mf_pool_open(mf_way_find("processes"), &options, &pool, &error) != 0 ||
        mf_pool_run(pool, &work, NULL, NULL, &error) != 0)
        bench_die(error.text);
    mf_pool_close(&pool);
    if (done != WORKERS)
        bench_die("an item was lost");
}

static void bare(void)
{
    pid_t children[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(0);
        if (children[i] < 0)
            bench_die("fork failed");
    }
    for (int i = 0; i < WORKERS; i++)
        if (waitpid(children[i], NULL, 0) != children[i])
            bench_die("waitpid failed");
}

static uint64_t time_of(void (*side)(void))
{
    uint64_t start = bench_now_ns();
    side();
    return bench_now_ns() - start;
}

int main(int argc, char **argv)
{
    uint64_t rounds = bench_number(argc, argv, 1);
    size_t bytes = (size_t)bench_number(argc, argv, 2) << 20;
    /* volatile: touched for the page tables' sake, and never read. */
    volatile char *memory = malloc(bytes + 1);
    if (memory == NULL)
        bench_die("no memory");
    for (size_t i = 0; i < bytes; i += 4096)
        memory[i] = 1;
    for (int i = 0; i < 20; i++) {
        time_of(ours);
        time_of(bare);
    }
    for (uint64_t round = 0; round < rounds; round++) {
        bool first = round % 2 == 0;
        uint64_t ours_ns = first ? time_of(ours) : 0;
        uint64_t bare_ns = time_of(bare);
        ours_ns = first ? ours_ns : time_of(ours);
        bench_tell(ours_ns, bare_ns);
    }
    return 0;
}
