/* SPDX-License-Identifier: Apache-2.0 */
/* The binomial distribution of n fair coins: all that the sign test and its interval need. */
#ifndef STATS_BINOMIAL_H
#define STATS_BINOMIAL_H

#include <stddef.h>

/*
 * The largest k for which the k-th smallest and the k-th largest of n values enclose the median of
 * their distribution with a probability of at least `confidence`; that probability, exact, goes to
 * `ret_coverage`. 0 (and coverage 0) when even the smallest and the largest do not: n is too small.
 * n up to 2^30.
 */
size_t mf__sign_rank(size_t n, double confidence, double *ret_coverage);

/*
 * The two-sided p value of the sign test: how likely n fair coins are to split at least as unevenly
 * as `fewer` against n - fewer, with fewer <= n / 2. 1 when n is 0.
 */
double mf__sign_p(size_t fewer, size_t n);

/*
 * The fewest rounds in which the sign test can reach `level`, in (0, 1), for each of `claims` > 0
 * claims that are looked at together: with fewer not even unanimous rounds would do.
 */
size_t mf__sign_rounds(size_t claims, double level);

#endif
