/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amdahl's law (AFIPS 1967) is not linear in T1 and f, but it is in two other unknowns that mean as
 * much: the serial time a = T1 f and the parallel time b = T1 (1 - f), as T(p) = a + b / p. So the
 * best fit is the solution of two linear equations: exact, the only minimum, nothing to start from
 * and nothing to fail to converge. An iterative fit of f (Levenberg and Marquardt, as in MINPACK)
 * was rejected: it approaches the same minimum from a guess.
 *
 * The times are fitted, not the speedups, and each residual is taken relative to its time: timing
 * noise is a few per cent of what is timed, whether that is long or short, so the weights are
 * 1 / T^2 and the residual reads as a percentage.
 */
#include "stats/amdahl.h"

#include "stats/least_squares.h"
#include "stats/real.h"

#include <math.h>

/* A part of the time that is smaller than this share of it is rounding: no measured time has nine
 * digits. Left alone, it would turn "no limit" into a limit of some thousand millions. */
#define ROUNDING 1e-9

static struct mf__amdahl too_few(size_t points)
{
    return (struct mf__amdahl){.fit = MF__FIT_TOO_FEW,
                               .points = points,
                               .t1 = MF__NAN,
                               .fraction = MF__NAN,
                               .serial = MF__NAN,
                               .parallel = MF__NAN,
                               .residual = MF__NAN};
}

static double without_rounding(double part, double other)
{
    return fabs(part) < ROUNDING * fabs(other) ? 0.0 : part;
}

enum mf__fraction mf__fraction_range(const struct mf__interval *fraction)
{
    if (!fraction->known)
        return MF__FRACTION_UNKNOWN;
    bool holds_0 = mf__interval_holds(fraction, 0.0);
    bool holds_1 = mf__interval_holds(fraction, 1.0);
    if (holds_0 || holds_1)
        return !holds_1 ? MF__FRACTION_HOLDS_0 : !holds_0 ? MF__FRACTION_HOLDS_1 : MF__FRACTION_ANY;
    if (fraction->high < 0.0)
        return MF__FRACTION_NEGATIVE;
    return fraction->low > 1.0 ? MF__FRACTION_ABOVE_ONE : MF__FRACTION_BETWEEN;
}

/* The law with the serial time a and the parallel time b. */
static struct mf__amdahl law_of(double a, double b)
{
    double serial = without_rounding(a, b);
    double parallel = without_rounding(b, a);
    double t1 = serial + parallel;
    /* As t1 comes down to 0, f rises without limit: the parallel time is negative there, which
     * means that workers cost time. */
    double fraction = t1 > 0.0 ? serial / t1 : MF__INFINITY;
    return (struct mf__amdahl){
        .t1 = t1, .fraction = fraction, .serial = serial, .parallel = parallel};
}

int mf__amdahl_fit(const struct mf__points *points, struct mf__amdahl *ret_amdahl, mf_error *error)
{
    int status = mf__points_check(points, error);
    if (status != 0)
        return status;

    struct mf__least_squares squares = {.terms = 2};
    for (size_t i = 0; i < points->n; i++) {
        double weight = 1.0 / points->times[i];
        double row[] = {weight, weight / points->workers[i], 1.0};
        mf__least_squares_add(&squares, row);
    }
    size_t distinct = mf__points_distinct(points);
    double times[2];
    if (distinct < 2 || !mf__least_squares_solve(&squares, times)) {
        *ret_amdahl = too_few(points->n);
        return 0;
    }
    *ret_amdahl = law_of(times[0], times[1]);
    ret_amdahl->fit = distinct == 2 ? MF__FIT_EXACT : MF__FIT_OK;
    ret_amdahl->points = points->n;
    ret_amdahl->residual = sqrt(squares.residual / (double)points->n);
    return 0;
}

double mf__amdahl_time(const struct mf__amdahl *amdahl, double workers)
{
    return amdahl->serial + amdahl->parallel / workers;
}

double mf__amdahl_speedup(const struct mf__amdahl *amdahl, double base, double workers)
{
    return mf__predicted_speedup(base, mf__amdahl_time(amdahl, workers));
}
