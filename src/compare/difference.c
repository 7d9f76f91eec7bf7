/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/difference.h"

#include "base/memory.h"
#include "base/status.h"
#include "compare/comparison.h"
#include "stats/holm.h"
#include "stats/order.h"

static int median_of(const double *values, size_t n, double *ret_median, mf_error *error)
{
    double *sorted = mf__sorted_copy(values, n);
    if (sorted == NULL)
        return mf__fail_memory(error, n * sizeof *sorted, "the times of a series");
    *ret_median = mf__quantile(sorted, n, 0.5);
    mf__free(sorted);
    return 0;
}

static int measure(const struct mf__two_samples *series, double threshold,
                   struct mf__changed *changed, mf_error *error)
{
    int code = mf__two_samples(series, MF__CONFIDENCE, threshold, &changed->factor, error);
    if (code == 0)
        code = median_of(series->first, series->n_first, &changed->old_median, error);
    if (code == 0)
        code = median_of(series->second, series->n_second, &changed->new_median, error);
    changed->p_adjusted = changed->factor.p_value;
    return code;
}

/* A series that is too short for an interval can claim nothing, so it takes nothing from others. */
static int adjust(struct mf__changed *changes, size_t n, mf_error *error)
{
    double *p = mf__new(2 * n, sizeof *p);
    if (p == NULL)
        return mf__fail_memory(error, 2 * n * sizeof *p, "the p values");
    size_t known = 0;
    for (size_t i = 0; i < n; i++)
        if (changes[i].factor.ratio.known)
            p[known++] = changes[i].factor.p_value;
    mf__holm(p, known, p + n);
    known = 0;
    for (size_t i = 0; i < n; i++)
        if (changes[i].factor.ratio.known)
            changes[i].p_adjusted = p[n + known++];
    mf__free(p);
    return 0;
}

static enum mf__change judge(const struct mf__changed *changed, double threshold)
{
    const struct mf__interval *ratio = &changed->factor.ratio;
    double above = 1.0 + threshold;
    double below = 1.0 / above;
    if (!ratio->known)
        return MF__CHANGE_UNKNOWN;
    if (ratio->low >= below && ratio->high <= above)
        return MF__CHANGE_NONE;
    if (ratio->low <= above && ratio->high >= below)
        return MF__CHANGE_UNKNOWN;
    if (changed->p_adjusted > MF__LEVEL)
        return MF__CHANGE_BY_CHANCE;
    return ratio->low > above ? MF__CHANGE_SLOWER : MF__CHANGE_FASTER;
}

int mf__difference(const struct mf__two_samples *series, size_t n, double threshold,
                   struct mf__changed *ret_changes, mf_error *error)
{
    int code = 0;
    for (size_t i = 0; i < n && code == 0; i++)
        code = measure(&series[i], threshold, &ret_changes[i], error);
    if (code == 0)
        code = adjust(ret_changes, n, error);
    for (size_t i = 0; i < n && code == 0; i++)
        ret_changes[i].change = judge(&ret_changes[i], threshold);
    return code;
}
