/* SPDX-License-Identifier: Apache-2.0 */
/* A job of one's own: the sum of the first million squares, with forked processes. */
#include <manyfold/machine.h>
#include <manyfold/pool.h>

#include <stdio.h>

static int square(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                  mf_error *error)
{
    (void)user, (void)worker, (void)error;
    *(uint64_t *)ret_result = (item + 1) * (item + 1);
    return 0;
}

static int add(void *user, uint64_t item, const void *result, mf_error *error)
{
    (void)item, (void)error;
    *(uint64_t *)user += *(const uint64_t *)result;
    return 0;
}

int main(void)
{
    uint64_t total = 0;
    mf_work work = {.n_items = 1000000, .result_bytes = sizeof total, .user = &total};
    work.run = square;
    work.combine = add;
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    mf_error error = {0};
    mf_default_workers(&options.workers, &error);
    if (mf_pool_open(mf_way_find("processes"), &options, &pool, &error) == 0 &&
        mf_pool_run(pool, &work, NULL, NULL, &error) == 0)
        printf("%llu\n", (unsigned long long)total);
    mf_pool_close(&pool);
    return error.code == 0 ? 0 : (fprintf(stderr, "%s\n", error.text), 1);
}
