/* SPDX-License-Identifier: Apache-2.0 */
/* How many workers to use: the fewest that are not told apart from the best. */
#ifndef STATS_RECOMMEND_H
#define STATS_RECOMMEND_H

#include "stats/interval.h"
#include "stats/rounds.h"

#define MF__RECOMMEND_MARGIN 0.02 /* a loss of 2 % is not worth another worker */

struct mf__recommendation {
    size_t best;   /* the column with the smallest median time */
    size_t column; /* the recommended one */
    /* The recommended column's speedup over the best one's, round by round; the point 1 when they
     * are the same column. Not known with too few rounds; then the best is recommended. */
    struct mf__interval ratio;
};

/*
 * Recommends the smallest worker count whose ratio to the best is either not distinguishably below
 * 1 (its interval reaches 1) or below it by no more than `margin` (its interval lies above
 * 1 / (1 + margin)). Errors: MF_E_INPUT as mf__rounds_check() and for the confidence, MF_E_MEMORY.
 */
int mf__recommend(const struct mf__rounds *rounds, double confidence, double margin,
                  struct mf__recommendation *ret_recommendation, mf_error *error);

#endif
