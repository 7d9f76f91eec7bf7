/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work for demonstrations: a number of grains, each so many steps of arithmetic that need neither
 * memory nor each other. How grains are made into items may vary; the answer does not.
 */
#ifndef DEMO_GRAINS_H
#define DEMO_GRAINS_H

#include "demo/stage.h"

#include <pthread.h>

/* `steps` of a generator, each of which needs the one before: about a nanosecond each. */
uint64_t mf__mix(uint64_t seed, uint64_t steps);

struct mf__grains {
    uint64_t n;
    uint64_t steps; /* of a grain */
    uint64_t heavy; /* so many grains at the start are `weight` times as long */
    uint64_t weight;
    uint64_t per_item;     /* grains that make an item; the last item may have fewer */
    pthread_mutex_t *lock; /* held for `locked` of each grain's steps; or NULL */
    double locked;
    bool answered; /* by a run before, which all that follow have to agree with */
    uint64_t answer;
};

/* Computes them on a pool. MF_E_DIFFER when the answer is not that of the run before. */
int mf__grains_run(struct mf__grains *grains, const char *way, unsigned workers,
                   struct mf__timed *ret_timed, mf_error *error);

#endif
