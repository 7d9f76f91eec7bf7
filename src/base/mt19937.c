/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mt19937.h"

#include <string.h>

#define SHIFT 397

void mf__mt_seed(struct mf__mt *mt, uint32_t seed)
{
    mt->words[0] = seed;
    for (uint32_t i = 1; i < MF__MT_WORDS; i++) {
        uint32_t before = mt->words[i - 1];
        mt->words[i] = UINT32_C(1812433253) * (before ^ (before >> 30)) + i;
    }
    mt->next = MF__MT_WORDS;
}

static uint32_t twist(uint32_t high, uint32_t low)
{
    uint32_t joined = (high & UINT32_C(0x80000000)) | (low & UINT32_C(0x7fffffff));
    return (joined >> 1) ^ (UINT32_C(0x9908b0df) & (0U - (low & 1U)));
}

static void renew(struct mf__mt *mt)
{
    uint32_t *words = mt->words;
    for (unsigned i = 0; i < MF__MT_WORDS - SHIFT; i++)
        words[i] = words[i + SHIFT] ^ twist(words[i], words[i + 1]);
    for (unsigned i = MF__MT_WORDS - SHIFT; i < MF__MT_WORDS - 1; i++)
        words[i] = words[i + SHIFT - MF__MT_WORDS] ^ twist(words[i], words[i + 1]);
    words[MF__MT_WORDS - 1] = words[SHIFT - 1] ^ twist(words[MF__MT_WORDS - 1], words[0]);
    mt->next = 0;
}

static inline uint32_t temper(uint32_t word)
{
    word ^= word >> 11;
    word ^= (word << 7) & UINT32_C(0x9d2c5680);
    word ^= (word << 15) & UINT32_C(0xefc60000);
    return word ^ (word >> 18);
}

uint32_t mf__mt_next(struct mf__mt *mt)
{
    if (mt->next == MF__MT_WORDS)
        renew(mt);
    return temper(mt->words[mt->next++]);
}

/* Drawn numbers have as many bits as the largest, which is not 0. */
static uint32_t mask_of(uint32_t largest)
{
    return UINT32_MAX >> __builtin_clz(largest);
}

uint32_t mf__mt_below(struct mf__mt *mt, uint64_t limit)
{
    uint32_t largest = (uint32_t)(limit - 1);
    if (largest == 0)
        return 0;
    uint32_t mask = mask_of(largest);
    uint32_t drawn = mf__mt_next(mt) & mask;
    while (drawn > largest)
        drawn = mf__mt_next(mt) & mask;
    return drawn;
}

/* Whether a number is too large cannot be foretold, so there is no branch on it. */
void mf__mt_fill(struct mf__mt *mt, uint64_t limit, uint32_t *ret, size_t n)
{
    uint32_t largest = (uint32_t)(limit - 1);
    if (largest == 0) {
        memset(ret, 0, n * sizeof *ret);
        return;
    }
    uint32_t mask = mask_of(largest);
    for (size_t filled = 0; filled < n;) {
        if (mt->next == MF__MT_WORDS)
            renew(mt);
        /* Never more words than numbers that are still wanted. */
        size_t left = MF__MT_WORDS - mt->next;
        const uint32_t *words = mt->words + mt->next;
        size_t taken = left < n - filled ? left : n - filled;
        for (size_t i = 0; i < taken; i++) {
            ret[filled] = temper(words[i]) & mask;
            filled += ret[filled] <= largest;
        }
        mt->next += (unsigned)taken;
    }
}

void mf__mt_shuffle(struct mf__mt *mt, size_t *order, size_t n)
{
    for (size_t last = n; last > 1; last--) {
        size_t other = mf__mt_below(mt, last);
        size_t kept = order[last - 1];
        order[last - 1] = order[other];
        order[other] = kept;
    }
}
