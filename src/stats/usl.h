/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Universal Scalability Law, fitted to times:
 * T(p) = T1 (1 + sigma (p - 1) + kappa p (p - 1)) / p.
 */
#ifndef STATS_USL_H
#define STATS_USL_H

#include "stats/law.h"

#include <stdbool.h>

/* The fit keeps sigma and kappa at 0 or above; below, they have no meaning. */
struct mf__usl {
    enum mf__fit fit;
    size_t points;
    double t1;          /* the fitted time of one worker, in the unit of the times */
    double sigma;       /* contention: workers queue for something that they share */
    double kappa;       /* coherency: workers wait until they agree with each other */
    double contention;  /* t1 sigma */
    double coherency;   /* t1 kappa */
    bool sigma_at_zero; /* held at its bound: the times would rather have it negative or 0 */
    bool kappa_at_zero;
    double residual; /* root mean square of the relative residuals, 0.01 is one per cent */
    double peak;     /* the worker count with the highest speedup, at least 1; infinite when
                        kappa is 0, as speedup then never falls */
};

/*
 * The weighted least squares fit within sigma >= 0 and kappa >= 0. Needs four different worker
 * counts; fewer are no error, the fit is MF__FIT_TOO_FEW then. Times that grow faster than their
 * worker counts have no fitted t1 above 0: sigma or kappa are infinite then.
 * Errors: MF_E_INPUT as mf__points_check().
 */
int mf__usl_fit(const struct mf__points *points, struct mf__usl *ret_usl, mf_error *error);

/* The time that the law predicts for p > 0 workers; p may be infinite. */
double mf__usl_time(const struct mf__usl *usl, double workers);

/* The predicted speedup against a run that takes `base`. At usl->peak: the highest there is. */
double mf__usl_speedup(const struct mf__usl *usl, double base, double workers);

#endif
