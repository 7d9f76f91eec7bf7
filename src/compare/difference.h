/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the series of one run are slower than those of another one. The two runs share no rounds,
 * perhaps not even a day; so samples are compared by their order alone (stats/two_samples.h).
 */
#ifndef COMPARE_DIFFERENCE_H
#define COMPARE_DIFFERENCE_H

#include "stats/two_samples.h"

enum mf__change {
    MF__CHANGE_UNKNOWN,   /* too few samples, or the interval holds changes on both sides of the
                             threshold */
    MF__CHANGE_SLOWER,    /* the interval lies above 1 + threshold, and p is small enough */
    MF__CHANGE_FASTER,    /* it lies below 1 / (1 + threshold), and p is small enough */
    MF__CHANGE_NONE,      /* it lies between the two: whatever changed is smaller than that */
    MF__CHANGE_BY_CHANCE, /* it lies outside, but of so many series one such is no surprise */
};

struct mf__changed {
    double old_median; /* of the first sample's times */
    double new_median;
    struct mf__factor
        factor;        /* new over old; its p value speaks against all within the threshold */
    double p_adjusted; /* for all series whose interval is known */
    enum mf__change change;
};

/*
 * Compares n series: first the old times, second the new ones. Errors: MF_E_INPUT (no time, one
 * that is not above 0, a threshold below 0), MF_E_MEMORY.
 */
int mf__difference(const struct mf__two_samples *series, size_t n, double threshold,
                   struct mf__changed *ret_changes, mf_error *error);

#endif
