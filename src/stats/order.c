/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/order.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void mf__sort(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
}

double *mf__sorted_copy(const double *values, size_t n)
{
    double *sorted = mf__new(n, sizeof *sorted);
    if (sorted == NULL)
        return NULL;
    memcpy(sorted, values, n * sizeof *sorted);
    mf__sort(sorted, n);
    return sorted;
}

double mf__quantile(const double *sorted, size_t n, double at)
{
    double place = at * (double)(n - 1);
    size_t below = (size_t)place;
    double part = place - (double)below;
    double low = sorted[below];
    if (part <= 0.0 || below + 1 >= n)
        return low;
    double high = sorted[below + 1];
    /* Two equal neighbours give themselves to the last bit; a weighted sum might not. */
    return high > low ? (1.0 - part) * low + part * high : low;
}

static int check_some(size_t n, mf_error *error)
{
    return n > 0 ? 0 : mf__fail(error, MF_E_INPUT, "a sample without a value has no statistics");
}

int mf__check_finite(const double *values, size_t n, mf_error *error)
{
    int status = check_some(n, error);
    for (size_t i = 0; i < n && status == 0; i++)
        if (!isfinite(values[i]))
            status = mf__fail(error, MF_E_INPUT, "value %zu of %zu is %g; it must be finite", i + 1,
                              n, values[i]);
    return status;
}

int mf__check_durations(const double *values, size_t n, mf_error *error)
{
    int status = check_some(n, error);
    for (size_t i = 0; i < n && status == 0; i++)
        if (!isnormal(values[i]) || values[i] < 0.0)
            status =
                mf__fail(error, MF_E_INPUT, "time %zu of %zu is %g; it must be finite and above 0",
                         i + 1, n, values[i]);
    return status;
}

int mf__check_confidence(double confidence, mf_error *error)
{
    if (confidence > 0.0 && confidence < 1.0)
        return 0;
    return mf__fail(error, MF_E_INPUT, "a confidence of %g; it must lie between 0 and 1",
                    confidence);
}
