/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bins: what the rows of a node add up to, by rank of a column.
 *
 * A bin is one whole number: the sum of the weighted target, shifted, and the sum of the weights
 * below it. The target is counted from its least value, so nothing is negative, and both sums of
 * all rows together fit. So one addition counts a row, sums are exact in any order, and the bins of
 * a node's one side are those of the node without those of the other side.
 */
#ifndef FOREST_BINS_H
#define FOREST_BINS_H

#include "forest/goal.h"

#include <stdbool.h>

#define MF__BINS_GROUP 8 /* bins are gone through so many at a time; what is left over is 0 */

/* How rows are packed into one number. */
struct mf__packing {
    unsigned shift; /* of the target; 0: its sums do not fit, there are no bins */
    int64_t base;   /* the least target */
};

/* For trees that draw n_drawn rows. */
struct mf__packing mf__packing_of(const struct mf__goal *goal, uint32_t n_drawn);

static inline uint64_t mf__pack(const struct mf__packing *packing, int64_t y, uint32_t weight)
{
    return ((uint64_t)(y - packing->base) << packing->shift | 1) * weight;
}

static inline uint64_t mf__packed_weight(const struct mf__packing *packing, uint64_t packed)
{
    return packed & ((UINT64_C(1) << packing->shift) - 1);
}

/* The sum of the target, counted from the base for each unit of weight. */
static inline double mf__packed_y(const struct mf__packing *packing, uint64_t packed)
{
    return (double)(int64_t)(packed >> packing->shift);
}

/* Room for the bins of a column, in whole groups. */
static inline uint32_t mf__bins_room(uint32_t n_values)
{
    return (n_values + MF__BINS_GROUP - 1) / MF__BINS_GROUP * MF__BINS_GROUP;
}

/* Going through the bins of one column. */
struct mf__scan {
    const uint64_t *bins;
    uint32_t n; /* bins, rounded up to whole groups */
    unsigned shift;
    uint64_t total; /* all bins together */
    double mean;    /* of the target as it is packed */
    double least;   /* the least and the largest target, less the mean */
    double most;
    double weight; /* of all rows */
    double limit;  /* see search_means.c; `found` may raise it */
    /* A split behind a bin; `left` is what that bin and those below hold. By rising bin. */
    void (*found)(struct mf__scan *scan, uint32_t bin, uint64_t left);
    uint32_t lowest; /* out: the first and the last bin that hold something */
    uint32_t highest;
};

/* What is told of bins that stand for several ranks each. */
struct mf__doubts {
    uint64_t *flags;  /* by bin: all bits where a split inside it may be the best, else 0 */
    uint64_t *before; /* by bin: what those below hold */
    uint32_t lowest;  /* the first and the last bin with a flag; lowest > highest: none */
    uint32_t highest;
};

/* The codes of some rows, brought together. */
struct mf__taken {
    uint32_t *codes; /* room for them */
    uint32_t low;    /* the least and the largest */
    uint32_t high;
};

struct mf__scan_kernel {
    /* Takes the codes of n >= 1 rows out of a column. */
    void (*take)(const uint32_t *codes, const uint32_t *rows, uint32_t n, struct mf__taken *taken);
    /* Hands out every split between bins that may be the best. */
    void (*scan)(struct mf__scan *scan);
    /* Flags the bins inside which the best may be. */
    void (*doubt)(const struct mf__scan *scan, struct mf__doubts *ret_doubts);
};

/* The kernels of this build that run on this processor, the portable one first; NULL past the end.
 * All find the same. */
const struct mf__scan_kernel *mf__scan_at(unsigned index);

/* The widest one. */
const struct mf__scan_kernel *mf__scan_best(void);

#endif
