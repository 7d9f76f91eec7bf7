/* SPDX-License-Identifier: Apache-2.0 */
/* Small jobs for the tests of the engine: their answer depends on the order of combining. */
#ifndef TESTS_JOBS_H
#define TESTS_JOBS_H

#include <manyfold/pool.h>

/* Item i leaves a scrambled i; combining folds the results in order, so a swap changes the answer.
 */
struct fold {
    uint64_t answer;
    uint64_t n_combined;
    uint64_t last_item;
    int out_of_order;
};

static inline int fold_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                           mf_error *error)
{
    (void)user;
    (void)worker;
    (void)error;
    *(uint64_t *)ret_result = (item + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return 0;
}

static inline int fold_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct fold *fold = user;
    (void)error;
    fold->out_of_order += fold->n_combined > 0 && item <= fold->last_item;
    fold->answer = fold->answer * 31 + *(const uint64_t *)result;
    fold->n_combined++;
    fold->last_item = item;
    return 0;
}

static inline mf_work fold_work(struct fold *fold, uint64_t n_items)
{
    *fold = (struct fold){0};
    return (mf_work){.n_items = n_items,
                     .result_bytes = sizeof(uint64_t),
                     .run = fold_run,
                     .combine = fold_combine,
                     .user = fold};
}

/* What the fold of n items has to be. */
static inline uint64_t fold_answer(uint64_t n_items)
{
    uint64_t answer = 0;
    for (uint64_t item = 0; item < n_items; item++)
        answer = answer * 31 + (item + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return answer;
}

static inline mf_pool *open_pool(const char *way, unsigned workers)
{
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    options.workers = workers;
    return mf_pool_open(mf_way_find(way), &options, &pool, NULL) == 0 ? pool : NULL;
}

#endif
