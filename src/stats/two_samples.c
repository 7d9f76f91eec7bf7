/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples of two runs on different days share no rounds, so no ratio can be formed round by round.
 * Every value of one sample is then set against every value of the other one. On logarithms, where
 * a factor is a shift, the median of these n m differences is the estimate of Hodges and Lehmann
 * (1963). The test of Mann and Whitney (1947) counts how many of them are above a shift; the shifts
 * that it does not reject lie between the k-th smallest and the k-th largest difference, which is
 * the interval. It supposes that the two distributions have the same form and differ by a factor,
 * and nothing about that form.
 *
 * The differences are not listed, since a thousand samples on either side have a million: with both
 * samples sorted, those up to a bound are counted in n + m steps, and the k-th is where that count
 * reaches k.
 */
#include "stats/two_samples.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/order.h"
#include "stats/real.h"

#include <math.h>

/* Logarithms, sorted. */
struct sides {
    double *first;
    double *second;
    size_t n_first;
    size_t n_second;
};

/* ---- the distribution of U ---- */

/*
 * The largest of all n + m values belongs to the first sample with the probability n / (n + m), and
 * then exceeds all m values of the other: P(n, m, u) is made from P(n - 1, m, u - m) and
 * P(n, m - 1, u). `row[j]` has P(i, j, .) while i grows. Nothing is subtracted, so no digit is
 * lost.
 */
static void grow_row(double *row, size_t stride, size_t i, size_t m)
{
    for (size_t j = 1; j <= m; j++) {
        double *own = row + j * stride;
        const double *left = row + (j - 1) * stride;
        double mine = (double)i / (double)(i + j);
        for (size_t u = i * j + 1; u-- > 0;)
            own[u] = (u >= j ? mine * own[u - j] : 0.0) + (1.0 - mine) * left[u];
    }
}

static double exact(size_t n, size_t m, size_t u)
{
    size_t stride = n * m + 1;
    double *row = mf__new((m + 1) * stride, sizeof *row); /* so the second sample is the smaller */
    if (row == NULL)
        return MF__NAN;
    for (size_t j = 0; j <= m; j++)
        row[j * stride] = 1.0;
    for (size_t i = 1; i <= n; i++)
        grow_row(row, stride, i, m);
    double sum = 0.0;
    for (size_t k = 0; k <= u; k++)
        sum += row[m * stride + k];
    mf__free(row);
    return fmin(sum, 1.0);
}

/* With the correction for continuity. */
static double approximate(size_t n, size_t m, size_t u)
{
    double pairs = (double)n * (double)m;
    double deviation = sqrt(pairs * ((double)n + (double)m + 1.0) / 12.0);
    return 0.5 * erfc((pairs / 2.0 - (double)u - 0.5) / deviation / sqrt(2.0));
}

double mf__mann_whitney(size_t n, size_t m, size_t u)
{
    size_t more = n > m ? n : m;
    size_t fewer = n > m ? m : n;
    if (u >= n * m)
        return 1.0;
    return fewer <= MF__EXACT_PAIRS / more ? exact(more, fewer, u) : approximate(n, m, u);
}

/* The largest k with P(U <= k - 1) of at most `tail`, and that probability; 0: none. The
 * probability is NaN when there was no memory to tell. */
static size_t rank_of(const struct sides *sides, double tail, double *ret_outside)
{
    size_t low = 0;
    size_t high = sides->n_first * sides->n_second / 2;
    *ret_outside = 0.0;
    while (low < high) {
        size_t mid = high - (high - low) / 2;
        double outside = mf__mann_whitney(sides->n_first, sides->n_second, mid - 1);
        if (isnan(outside)) {
            *ret_outside = outside;
            return 0;
        }
        if (outside <= tail) {
            low = mid;
            *ret_outside = outside;
        } else {
            high = mid - 1;
        }
    }
    return low;
}

/* ---- differences ---- */

/* How many differences second - first are at most (or, strictly, below) the bound. */
static size_t count_up_to(const struct sides *sides, double bound, bool strictly)
{
    size_t count = 0;
    size_t at = 0; /* values of the second sample that are small enough; more for each next first */
    for (size_t i = 0; i < sides->n_first; i++) {
        while (at < sides->n_second) {
            double difference = sides->second[at] - sides->first[i];
            if (strictly ? !(difference < bound) : !(difference <= bound))
                break;
            at++;
        }
        count += at;
    }
    return count;
}

/* The k-th smallest difference, k from 1: the least number up to which there are k of them. */
static double difference_at(const struct sides *sides, size_t k)
{
    double low = sides->second[0] - sides->first[sides->n_first - 1];
    double high = sides->second[sides->n_second - 1] - sides->first[0];
    if (count_up_to(sides, low, false) >= k)
        return low;
    for (;;) {
        double mid = low + (high - low) / 2.0;
        if (!(mid > low && mid < high))
            return high;
        if (count_up_to(sides, mid, false) >= k)
            high = mid;
        else
            low = mid;
    }
}

static double median_difference(const struct sides *sides)
{
    size_t pairs = sides->n_first * sides->n_second;
    double low = difference_at(sides, (pairs + 1) / 2);
    return pairs % 2 == 1 ? low : 0.5 * low + 0.5 * difference_at(sides, pairs / 2 + 1);
}

/* ---- the result ---- */

static double exponential(double x, double unused)
{
    (void)unused;
    return exp(x);
}

/* Its coverage is NaN when there was no memory. */
static struct mf__interval interval_of(const struct sides *sides, double confidence)
{
    double outside = 0.0;
    double mid = median_difference(sides);
    size_t rank = rank_of(sides, (1.0 - confidence) / 2.0, &outside);
    struct mf__interval logs = mf__interval_unknown(mid);
    if (rank > 0)
        logs = (struct mf__interval){
            .low = difference_at(sides, rank),
            .mid = mid,
            .high = difference_at(sides, sides->n_first * sides->n_second + 1 - rank),
            .coverage = 1.0 - 2.0 * outside,
            .known = true,
        };
    struct mf__interval ratio = mf__interval_map(&logs, exponential, 0.0);
    if (isnan(outside))
        ratio.coverage = outside;
    return ratio;
}

/* Of the shift that lies nearest to the estimate among those within the margin. A difference that
 * equals it counts on both sides, which makes the p value larger. NaN: no memory. */
static double p_value(const struct sides *sides, double mid, double margin)
{
    double edge = copysign(log1p(margin), mid);
    if (!(fabs(mid) > fabs(edge)))
        return 1.0;
    size_t pairs = sides->n_first * sides->n_second;
    size_t below = count_up_to(sides, edge, false);
    size_t above = pairs - count_up_to(sides, edge, true);
    double tail = mf__mann_whitney(sides->n_first, sides->n_second, below < above ? below : above);
    return tail > 0.5 ? 1.0 : 2.0 * tail;
}

static int check(const struct mf__two_samples *samples, double confidence, double margin,
                 mf_error *error)
{
    int status = mf__check_durations(samples->first, samples->n_first, error);
    if (status == 0)
        status = mf__check_durations(samples->second, samples->n_second, error);
    if (status == 0)
        status = mf__check_confidence(confidence, error);
    if (status == 0 && !(margin >= 0.0))
        status = mf__fail(error, MF_E_INPUT, "a margin must be 0 or above");
    return status;
}

static double *sorted_logs(const double *values, size_t n)
{
    double *logs = mf__new(n, sizeof *logs);
    for (size_t i = 0; logs != NULL && i < n; i++)
        logs[i] = log(values[i]);
    if (logs != NULL)
        mf__sort(logs, n);
    return logs;
}

int mf__two_samples(const struct mf__two_samples *samples, double confidence, double margin,
                    struct mf__factor *ret_factor, mf_error *error)
{
    int status = check(samples, confidence, margin, error);
    if (status != 0)
        return status;
    struct sides sides = {.first = sorted_logs(samples->first, samples->n_first),
                          .second = sorted_logs(samples->second, samples->n_second),
                          .n_first = samples->n_first,
                          .n_second = samples->n_second};
    struct mf__factor factor = {.p_value = MF__NAN};
    if (sides.first != NULL && sides.second != NULL) {
        factor.ratio = interval_of(&sides, confidence);
        factor.p_value = p_value(&sides, log(factor.ratio.mid), margin);
    }
    mf__free(sides.first);
    mf__free(sides.second);
    if (isnan(factor.p_value) || isnan(factor.ratio.coverage))
        return mf__fail_memory(error, (samples->n_first + samples->n_second) * sizeof(double),
                               "the differences of two samples");
    *ret_factor = factor;
    return 0;
}
