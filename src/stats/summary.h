/* SPDX-License-Identifier: Apache-2.0 */
/* One sample in a few numbers. */
#ifndef STATS_SUMMARY_H
#define STATS_SUMMARY_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>

struct mf__summary {
    size_t n;
    double min;
    double q1; /* quartiles of type 7, as NumPy's */
    double median;
    double q3;
    double max;
    double mean;
    double mad;      /* median distance from the median, not scaled */
    size_t outliers; /* counted, never dropped: every other figure includes them */
};

/* Errors: MF_E_INPUT (no value, one that is not finite), MF_E_MEMORY. */
int mf__summarize(const double *sample, size_t n, struct mf__summary *ret_summary, mf_error *error);

/* Tells for each value whether `summary`, made from the same values, counts it as an outlier. */
void mf__flag_outliers(const double *sample, const struct mf__summary *summary, bool *ret_flags);

#endif
