/* SPDX-License-Identifier: Apache-2.0 */
/* A figure and how sure it is. */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Invariants: when `known`, low <= high, and the interval encloses the true value with the
 * probability `coverage`. When not, low is -infinity, high is +infinity, coverage is 0, and `mid`
 * is the estimate alone, or NaN where there is not even that. Ends may be infinite also when known:
 * a limit of speedup without an upper end is a result.
 */
struct mf__interval {
    double low;
    double mid; /* the estimate */
    double high;
    double coverage;
    bool known;
};

struct mf__interval mf__interval_unknown(double mid);

/*
 * The median of a sample, with the narrowest interval between its k-th smallest and k-th largest
 * value whose coverage, exact by the binomial distribution, is at least `confidence`. It takes no
 * shape of the distribution for granted. Not known when n is too small (below 6 at 0.95).
 * Errors: MF_E_INPUT (no value, one that is not finite, confidence not in (0, 1)), MF_E_MEMORY.
 */
int mf__median_interval(const double *sample, size_t n, double confidence,
                        struct mf__interval *ret_interval, mf_error *error);

/* The same for n > 0 values that are sorted and finite already. Cannot fail. */
struct mf__interval mf__sorted_median_interval(const double *sorted, size_t n, double confidence);

/*
 * The interval of `transform(x, parameter)`, where the transform rises or falls throughout: its
 * ends are the transformed ends, and the coverage stays.
 */
struct mf__interval mf__interval_map(const struct mf__interval *interval,
                                     double (*transform)(double x, double parameter),
                                     double parameter);

/* Whether `value` lies in the interval, ends included; always so when it is not known. */
bool mf__interval_holds(const struct mf__interval *interval, double value);

/* The wider side of the interval over its mid; infinite when not known or when mid is 0. */
double mf__relative_half_width(const struct mf__interval *interval);

#endif
