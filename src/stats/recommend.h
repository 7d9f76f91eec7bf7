/* SPDX-License-Identifier: Apache-2.0 */
/* How many workers to use: the fewest that are not told apart from the best. */
#ifndef STATS_RECOMMEND_H
#define STATS_RECOMMEND_H

#include "stats/interval.h"
#include "stats/rounds.h"

#define MF__RECOMMEND_MARGIN 0.02 /* a loss of 2 % is not worth another worker */

enum mf__fewer {
    MF__FEWER_NONE,   /* the best is recommended itself */
    MF__FEWER_EQUAL,  /* fewer, since these rounds cannot tell them from the best */
    MF__FEWER_MARGIN, /* fewer, since the best is quicker by no more than the margin */
};

struct mf__recommendation {
    size_t best;   /* the column with the smallest median time */
    size_t column; /* the recommended one */
    enum mf__fewer fewer;
    /* The recommended column's speedup over the best one's, round by round; the point 1 when they
     * are the same column. Not known with too few rounds; then the best is named, and nothing
     * speaks for it but its median. */
    struct mf__interval ratio;
};

/*
 * Recommends the smallest worker count whose ratio to the best is either not distinguishably below
 * 1 (its interval reaches 1) or below it by no more than `margin` (its interval lies above
 * 1 / (1 + margin)). The best is picked out of all columns, so each interval is as sure as it takes
 * for all pairs of columns to hold at once with that confidence (Bonferroni). Errors: MF_E_INPUT as
 * mf__rounds_check() and for the confidence, MF_E_MEMORY.
 */
int mf__recommend(const struct mf__rounds *rounds, double confidence, double margin,
                  struct mf__recommendation *ret_recommendation, mf_error *error);

/* The pairs among `columns` > 0: as many claims are looked at together. */
size_t mf__recommend_pairs(size_t columns);

#endif
