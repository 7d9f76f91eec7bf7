/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine's pace drifts: with its temperature, with its neighbours. Both times of one round saw
 * nearly the same pace, so their ratio does not drift, while the difference of two medians does.
 * Hence the ratio is taken round by round and its median reported, with the interval of the sign
 * test (Kalibera and Jones, ISMM 2013, ask for the ratio with an interval of its own; Hoefler and
 * Belli, SC 2015, for intervals that do not suppose a normal distribution).
 *
 * Everything happens on logarithms: there "twice as quick" and "half as quick" are equally far from
 * "equal", so base/other and other/base tell the same story. With an even number of rounds the
 * median is so the geometric mean of the two middle ratios.
 */
#include "stats/ratio.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/binomial.h"
#include "stats/order.h"

#include <math.h>

static double sign_test(const double *logs, size_t n)
{
    size_t above = 0;
    size_t below = 0;
    for (size_t i = 0; i < n; i++) {
        above += logs[i] > 0.0;
        below += logs[i] < 0.0;
    }
    return mf__sign_p(above < below ? above : below, above + below);
}

static double exponential(double x, double unused)
{
    (void)unused;
    return exp(x);
}

static int check(const struct mf__pairs *pairs, double confidence, mf_error *error)
{
    int status = mf__check_durations(pairs->base, pairs->n, error);
    if (status == 0)
        status = mf__check_durations(pairs->other, pairs->n, error);
    return status == 0 ? mf__check_confidence(confidence, error) : status;
}

int mf__ratio(const struct mf__pairs *pairs, double confidence, struct mf__ratio *ret_ratio,
              mf_error *error)
{
    int status = check(pairs, confidence, error);
    if (status != 0)
        return status;
    double *logs = mf__new(pairs->n, sizeof *logs);
    if (logs == NULL)
        return mf__fail_memory(error, pairs->n * sizeof *logs, "the ratios of two series");
    for (size_t i = 0; i < pairs->n; i++)
        logs[i] = log(pairs->base[i] / pairs->other[i]);
    mf__sort(logs, pairs->n);

    struct mf__interval interval = mf__sorted_median_interval(logs, pairs->n, confidence);
    ret_ratio->speedup = mf__interval_map(&interval, exponential, 0.0);
    ret_ratio->p_value = sign_test(logs, pairs->n);
    mf__free(logs);
    return 0;
}
