/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Mersenne Twister as NumPy's RandomState(seed) draws from it: what scikit-learn's seeds mean.
 *
 * M. Matsumoto, T. Nishimura: Mersenne Twister, ACM TOMACS 8 (1998); seeded by the init_genrand of
 * 2002. Whole numbers below a bound are drawn by masking 32 bits and drawing again what is too
 * large, so a stream depends on the bounds asked for before.
 */
#ifndef BASE_MT19937_H
#define BASE_MT19937_H

#include <stddef.h>
#include <stdint.h>

#define MF__MT_WORDS 624

struct mf__mt {
    uint32_t words[MF__MT_WORDS];
    unsigned next; /* the word that the next draw takes; MF__MT_WORDS: make new ones first */
};

/* RandomState(seed). */
void mf__mt_seed(struct mf__mt *mt, uint32_t seed);

/* 32 bits. */
uint32_t mf__mt_next(struct mf__mt *mt);

/* randint(0, limit) for 0 < limit <= 2^32: uniform in [0, limit). A limit of 1 draws nothing. */
uint32_t mf__mt_below(struct mf__mt *mt, uint64_t limit);

/* randint(0, limit, n). */
void mf__mt_fill(struct mf__mt *mt, uint64_t limit, uint32_t *ret, size_t n);

/* shuffle(order), the array of `n` numbers, n <= 2^32; also permutation(n), of 0 .. n - 1. */
void mf__mt_shuffle(struct mf__mt *mt, size_t *order, size_t n);

#endif
