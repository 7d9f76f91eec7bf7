/* SPDX-License-Identifier: Apache-2.0 */
/*
 * P(at most k heads of n fair coins) is the sum of C(n, 0) .. C(n, k), divided by 2^n.
 *
 * The sum is taken without the division, from C(n, 0) = 1 on, and only the result is scaled. So it
 * is exact as long as the coefficients fit 53 bits (n up to 56), which settles the question whether
 * a coverage *equals* the confidence asked for. Beyond, an exponent is kept beside the sum, so that
 * neither 2^-n nor C(n, k) leaves the range of a double for any n. The usual way by the logarithm
 * of the gamma function was rejected: inexact for small n, and lgamma() writes a global.
 */
#include "stats/binomial.h"

#include <math.h>

#define RESCALE 900 /* powers of two; a sum below 2^900 may still be multiplied by any n */

/* The sum so far is `sum` * 2^exponent, its last term C(n, k) is `term` * 2^exponent. */
struct tail {
    size_t n;
    size_t k;
    double term;
    double sum;
    int exponent;
};

static struct tail tail_start(size_t n)
{
    return (struct tail){.n = n, .k = 0, .term = 1.0, .sum = 1.0, .exponent = 0};
}

static void tail_extend(struct tail *tail)
{
    tail->term = tail->term * (double)(tail->n - tail->k) / (double)(tail->k + 1);
    tail->sum += tail->term;
    tail->k++;
    if (tail->sum > ldexp(1.0, RESCALE)) {
        tail->term = ldexp(tail->term, -RESCALE);
        tail->sum = ldexp(tail->sum, -RESCALE);
        tail->exponent += RESCALE;
    }
}

/* P(at most k heads of n). */
static double tail_value(const struct tail *tail)
{
    return ldexp(tail->sum, tail->exponent - (int)tail->n);
}

size_t mf__sign_rank(size_t n, double confidence, double *ret_coverage)
{
    size_t rank = 0;
    struct tail tail = tail_start(n);
    *ret_coverage = 0.0;
    while (2 * (rank + 1) <= n + 1) {
        /* The tail holds the chance that fewer than rank + 1 values lie below the median. */
        double coverage = 1.0 - 2.0 * tail_value(&tail);
        if (coverage < confidence)
            break;
        rank++;
        *ret_coverage = coverage;
        tail_extend(&tail);
    }
    return rank;
}

double mf__sign_p(size_t fewer, size_t n)
{
    struct tail tail = tail_start(n);
    while (tail.k < fewer)
        tail_extend(&tail);
    return fmin(1.0, 2.0 * tail_value(&tail));
}

size_t mf__sign_rounds(size_t claims, double level)
{
    size_t n = 1;
    while ((double)claims * mf__sign_p(0, n) > level)
        n++;
    return n;
}
