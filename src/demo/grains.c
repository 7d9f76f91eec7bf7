/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/grains.h"

#include "base/status.h"

/* A generator of Marsaglia's (Xorshift RNGs, 2003), used because a compiler cannot shorten it. */
uint64_t mf__mix(uint64_t seed, uint64_t steps)
{
    uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (uint64_t i = 0; i < steps; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    return x;
}

static uint64_t steps_of(const struct mf__grains *grains, uint64_t grain)
{
    return grain < grains->heavy ? grains->steps * grains->weight : grains->steps;
}

static uint64_t compute(const struct mf__grains *grains, uint64_t grain)
{
    uint64_t steps = steps_of(grains, grain);
    uint64_t locked = grains->lock == NULL ? 0 : (uint64_t)(grains->locked * (double)steps);
    uint64_t x = grain;
    if (locked > 0) {
        pthread_mutex_lock(grains->lock);
        x = mf__mix(x, locked);
        pthread_mutex_unlock(grains->lock);
    }
    return mf__mix(x, steps - locked);
}

/* A run under way. */
struct run {
    const struct mf__grains *grains;
    uint64_t answer;
};

static int run_item(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                    mf_error *error)
{
    const struct mf__grains *grains = ((struct run *)user)->grains;
    uint64_t end = (item + 1) * grains->per_item;
    uint64_t *answer = ret_result;
    (void)worker;
    (void)error;
    *answer = 0;
    for (uint64_t i = item * grains->per_item; i < end && i < grains->n; i++)
        *answer ^= compute(grains, i);
    return 0;
}

static int combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct run *run = user;
    (void)item;
    (void)error;
    run->answer ^= *(const uint64_t *)result;
    return 0;
}

int mf__grains_run(struct mf__grains *grains, const char *way, unsigned workers,
                   struct mf__timed *ret_timed, mf_error *error)
{
    struct run run = {.grains = grains};
    const mf_work work = {.n_items = (grains->n + grains->per_item - 1) / grains->per_item,
                          .result_bytes = sizeof(uint64_t),
                          .run = run_item,
                          .combine = combine,
                          .user = &run};
    int code = mf__stage_run(way, workers, &work, ret_timed, error);
    if (code != 0)
        return code;
    if (grains->answered && run.answer != grains->answer)
        return mf__fail(error, MF_E_DIFFER, "%s with %u workers gave another answer", way, workers);
    grains->answered = true;
    grains->answer = run.answer;
    return 0;
}
