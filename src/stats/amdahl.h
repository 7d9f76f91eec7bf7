/* SPDX-License-Identifier: Apache-2.0 */
/* Amdahl's law, fitted to times: T(p) = T1 (f + (1 - f) / p), f the serial fraction. */
#ifndef STATS_AMDAHL_H
#define STATS_AMDAHL_H

#include "stats/interval.h"
#include "stats/law.h"

/* Where the whole interval of a fraction lies, which is what can be said of it. */
enum mf__fraction {
    MF__FRACTION_UNKNOWN,   /* there is no interval */
    MF__FRACTION_BETWEEN,   /* between 0 and 1 */
    MF__FRACTION_NEGATIVE,  /* below 0: quicker than the number of workers explains */
    MF__FRACTION_ABOVE_ONE, /* above 1: more workers made it slower */
    MF__FRACTION_HOLDS_0,   /* not told apart from 0: no limit of the speedup can be named */
    MF__FRACTION_HOLDS_1,   /* not told apart from 1: more workers neither helped nor hurt */
    MF__FRACTION_ANY,       /* not told apart from 0 nor from 1 */
};

enum mf__fraction mf__fraction_range(const struct mf__interval *fraction);

/* The fit is not pulled into [0, 1]: a fraction outside is a finding. */
struct mf__amdahl {
    enum mf__fit fit;
    size_t points;
    double t1;       /* the fitted time of one worker, in the unit of the times */
    double fraction; /* f; infinite in the odd case that the fitted t1 is not above 0 */
    double serial;   /* t1 f: the part of the time that no worker shortens */
    double parallel; /* t1 (1 - f): the part that p workers divide by p */
    double residual; /* root mean square of the relative residuals, 0.01 is one per cent */
};

/*
 * The weighted least squares fit. Needs two different worker counts, and two are MF__FIT_EXACT.
 * Fewer are no error: the fit is MF__FIT_TOO_FEW then. Errors: MF_E_INPUT as mf__points_check().
 */
int mf__amdahl_fit(const struct mf__points *points, struct mf__amdahl *ret_amdahl, mf_error *error);

/* The time that the law predicts for p > 0 workers; p may be infinite. */
double mf__amdahl_time(const struct mf__amdahl *amdahl, double workers);

/* The predicted speedup against a run that takes `base`; with infinitely many workers, its limit,
 * base / (t1 f), infinite when f is not above 0. */
double mf__amdahl_speedup(const struct mf__amdahl *amdahl, double base, double workers);

#endif
