/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own random numbers: for the order of measuring and for resampling, never for a job's answer.
 * SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): one word of state, any seed will do.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct mf__random {
    uint64_t state;
};

uint64_t mf__random_next(struct mf__random *random);

/* Uniform in [0, limit), limit > 0, without bias: draws again what lies past the last multiple. */
uint64_t mf__random_below(struct mf__random *random, uint64_t limit);

/* Puts 0 .. n-1 into `order` in random order (Fisher and Yates, from the end). */
void mf__random_order(struct mf__random *random, size_t *order, size_t n);

#endif
