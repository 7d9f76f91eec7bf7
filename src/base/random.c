/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

uint64_t mf__random_next(struct mf__random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t mf__random_below(struct mf__random *random, uint64_t limit)
{
    uint64_t excess = (UINT64_MAX % limit + 1) % limit; /* 2^64 mod limit */
    uint64_t word = mf__random_next(random);
    while (word > UINT64_MAX - excess)
        word = mf__random_next(random);
    return word % limit;
}

void mf__random_order(struct mf__random *random, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)mf__random_below(random, i);
        size_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}
