/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/interval.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/binomial.h"
#include "stats/order.h"
#include "stats/real.h"

#include <math.h>

struct mf__interval mf__interval_unknown(double mid)
{
    return (struct mf__interval){
        .low = -MF__INFINITY, .mid = mid, .high = MF__INFINITY, .coverage = 0.0, .known = false};
}

struct mf__interval mf__sorted_median_interval(const double *sorted, size_t n, double confidence)
{
    struct mf__interval interval = mf__interval_unknown(mf__quantile(sorted, n, 0.5));
    size_t rank = mf__sign_rank(n, confidence, &interval.coverage);
    if (rank == 0)
        return interval;
    interval.low = sorted[rank - 1];
    interval.high = sorted[n - rank];
    interval.known = true;
    return interval;
}

int mf__median_interval(const double *sample, size_t n, double confidence,
                        struct mf__interval *ret_interval, mf_error *error)
{
    int status = mf__check_finite(sample, n, error);
    if (status == 0)
        status = mf__check_confidence(confidence, error);
    if (status != 0)
        return status;
    double *sorted = mf__sorted_copy(sample, n);
    if (sorted == NULL)
        return mf__fail_memory(error, n * sizeof *sorted, "sorting a sample");
    *ret_interval = mf__sorted_median_interval(sorted, n, confidence);
    mf__free(sorted);
    return 0;
}

struct mf__interval mf__interval_map(const struct mf__interval *interval,
                                     double (*transform)(double x, double parameter),
                                     double parameter)
{
    double mid = transform(interval->mid, parameter);
    if (!interval->known)
        return mf__interval_unknown(mid);
    double low = transform(interval->low, parameter);
    double high = transform(interval->high, parameter);
    struct mf__interval mapped = *interval;
    mapped.low = fmin(low, high);
    mapped.mid = mid;
    mapped.high = fmax(low, high);
    return mapped;
}

bool mf__interval_holds(const struct mf__interval *interval, double value)
{
    return interval->low <= value && value <= interval->high;
}

double mf__relative_half_width(const struct mf__interval *interval)
{
    if (!interval->known || !(fabs(interval->mid) > 0.0))
        return MF__INFINITY;
    double side = fmax(interval->mid - interval->low, interval->high - interval->mid);
    return side / fabs(interval->mid);
}
