/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outliers are found by the modified z-score of Iglewicz and Hoaglin (How to Detect and Handle
 * Outliers, 1993): a value is one when 0.6745 |x - median| / MAD exceeds 3.5. Median and MAD stay
 * where they are while fewer than half of the values go astray; mean and standard deviation would
 * be dragged along by the very value that they should expose.
 *
 * The MAD is 0 when more than half of the values are equal, as with a coarse clock. Then the mean
 * distance from the median takes its place: 1.253314 (the root of pi / 2) times that estimates the
 * same standard deviation as MAD / 0.6745 does, for normal values. When that is 0 too, all values
 * are equal and none is an outlier.
 */
#include "stats/summary.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/order.h"
#include "stats/real.h"

#include <math.h>

#define MAD_FACTOR      0.6745
#define MEAN_FACTOR     (1.0 / 1.253314)
#define OUTLIER_Z_SCORE 3.5

static double mean(const double *values, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum / (double)n;
}

static double mean_distance(const double *values, size_t n, double from)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += fabs(values[i] - from);
    return sum / (double)n;
}

/* The distance from the median above which a value is an outlier; infinite when none can be. */
static double outlier_distance(const double *sample, const struct mf__summary *summary)
{
    if (summary->mad > 0.0)
        return OUTLIER_Z_SCORE * summary->mad / MAD_FACTOR;
    double distance = mean_distance(sample, summary->n, summary->median);
    return distance > 0.0 ? OUTLIER_Z_SCORE * distance / MEAN_FACTOR : MF__INFINITY;
}

static bool is_outlier(double value, const struct mf__summary *summary, double distance)
{
    return fabs(value - summary->median) > distance;
}

/* Overwrites the sorted values by their distances from the median. */
static double take_mad(double *sorted, size_t n, double median)
{
    for (size_t i = 0; i < n; i++)
        sorted[i] = fabs(sorted[i] - median);
    mf__sort(sorted, n);
    return mf__quantile(sorted, n, 0.5);
}

int mf__summarize(const double *sample, size_t n, struct mf__summary *ret_summary, mf_error *error)
{
    int status = mf__check_finite(sample, n, error);
    if (status != 0)
        return status;
    double *sorted = mf__sorted_copy(sample, n);
    if (sorted == NULL)
        return mf__fail_memory(error, n * sizeof *sorted, "sorting a sample");

    struct mf__summary summary = {
        .n = n,
        .min = sorted[0],
        .q1 = mf__quantile(sorted, n, 0.25),
        .median = mf__quantile(sorted, n, 0.5),
        .q3 = mf__quantile(sorted, n, 0.75),
        .max = sorted[n - 1],
        .mean = mean(sample, n),
    };
    summary.mad = take_mad(sorted, n, summary.median);
    mf__free(sorted);

    double distance = outlier_distance(sample, &summary);
    for (size_t i = 0; i < n; i++)
        summary.outliers += is_outlier(sample[i], &summary, distance);
    *ret_summary = summary;
    return 0;
}

void mf__flag_outliers(const double *sample, const struct mf__summary *summary, bool *ret_flags)
{
    double distance = outlier_distance(sample, summary);
    for (size_t i = 0; i < summary->n; i++)
        ret_flags[i] = is_outlier(sample[i], summary, distance);
}
