/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holm sorts the p values, multiplies the k-th smallest by the number of those that are left,
 * n - k + 1, and lets no adjusted value fall below an earlier one. The same without sorting: each p
 * is multiplied by the number of p values that are not smaller, then takes the largest such product
 * among all p that are not larger. The square of n steps is nothing for the dozens of pairs of a
 * comparison, and nothing has to be allocated.
 */
#include "stats/holm.h"

#include <math.h>

static double step(const double *p, size_t n, double mine)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        left += p[i] >= mine;
    return fmin(1.0, (double)left * mine);
}

void mf__holm(const double *p, size_t n, double *ret_adjusted)
{
    for (size_t i = 0; i < n; i++)
        ret_adjusted[i] = step(p, n, p[i]);
    /* In place: a value raised early is raised to a maximum that later ones would reach as well. */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (p[j] <= p[i])
                ret_adjusted[i] = fmax(ret_adjusted[i], ret_adjusted[j]);
}
