/* SPDX-License-Identifier: Apache-2.0 */
/* What the fits of all scaling laws share: their points, and how far a fit can be relied on. */
#ifndef STATS_LAW_H
#define STATS_LAW_H

#include <manyfold/status.h>
#include <stddef.h>

/* times[i] is what the same problem took with workers[i] workers; in any order, any unit. */
struct mf__points {
    const unsigned *workers;
    const double *times;
    size_t n;
};

enum mf__fit {
    MF__FIT_TOO_FEW, /* too few different worker counts: there is no fit, its figures are NaN */
    MF__FIT_EXACT,   /* as many worker counts as unknowns: nothing checks the law */
    MF__FIT_OK,      /* the residual tells how well the law describes the times */
};

/* MF_E_INPUT unless there is a point, all times are above 0, and all worker counts are. */
int mf__points_check(const struct mf__points *points, mf_error *error);

/* The number of different worker counts. */
size_t mf__points_distinct(const struct mf__points *points);

/*
 * base / time: how many times quicker than `base`. A fit carried far beyond its points can predict
 * a time of 0 or less; the speedup is infinite then, which says that the law has no limit there.
 * NaN where the time is.
 */
double mf__predicted_speedup(double base, double time);

#endif
