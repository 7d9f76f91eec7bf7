/* SPDX-License-Identifier: Apache-2.0 */
/* Two series that were measured in the same rounds: how many times quicker is the other one? */
#ifndef STATS_RATIO_H
#define STATS_RATIO_H

#include "stats/interval.h"

/* base[r] and other[r] are times of round r. */
struct mf__pairs {
    const double *base;
    const double *other;
    size_t n;
};

struct mf__ratio {
    struct mf__interval speedup; /* base / other: above 1 where the other one is quicker */
    double p_value; /* of the exact two-sided sign test; rounds that tie are left out */
};

/* Errors: MF_E_INPUT (no round, a time that is not above 0, confidence), MF_E_MEMORY. */
int mf__ratio(const struct mf__pairs *pairs, double confidence, struct mf__ratio *ret_ratio,
              mf_error *error);

#endif
