/* SPDX-License-Identifier: Apache-2.0 */
/* Two samples that were not measured side by side: by what factor do they differ? */
#ifndef STATS_TWO_SAMPLES_H
#define STATS_TWO_SAMPLES_H

#include "stats/interval.h"

/* Durations, each sample in any order. */
struct mf__two_samples {
    const double *first;
    size_t n_first;
    const double *second;
    size_t n_second;
};

struct mf__factor {
    struct mf__interval ratio; /* second / first; not known where there are too few values */
    double p_value; /* of the two-sided test that the ratio lies within the margin of 1 */
};

/*
 * The Hodges-Lehmann estimate of the ratio with the exact interval of the Mann-Whitney test. A
 * margin of 0.05 puts ratios from 1 / 1.05 to 1.05 among those that the p value speaks against.
 * Errors: MF_E_INPUT (no value, one that is not above 0, confidence, a margin below 0),
 * MF_E_MEMORY.
 */
int mf__two_samples(const struct mf__two_samples *samples, double confidence, double margin,
                    struct mf__factor *ret_factor, mf_error *error);

/*
 * The distribution of Mann and Whitney's U for samples of n and m values: the probability that it
 * is at most u. Exact where n * m is at most MF__EXACT_PAIRS. NaN: no memory.
 */
#define MF__EXACT_PAIRS 2500
double mf__mann_whitney(size_t n, size_t m, size_t u);

#endif
