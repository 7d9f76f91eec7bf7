/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gunther's Universal Scalability Law (Guerrilla Capacity Planning, 2007) is linear, as Amdahl's
 * is, in the right unknowns: the time of one worker T1, the contention time A = T1 sigma and the
 * coherency time B = T1 kappa, as
 *
 *     T(p) = T1 / p + A (p - 1) / p + B (p - 1).
 *
 * With the bounds T1 >= 0, A >= 0, B >= 0 the best fit lies either inside, where it is the free
 * solution, or on a face, where some unknowns are 0 and the others are a free solution again. There
 * are seven faces that are not all zero, so all are tried and the best that keeps the bounds is
 * taken: exact, where an iterative fit with bounds could stop short. The weights are those of
 * amdahl.c.
 */
#include "stats/usl.h"

#include "stats/least_squares.h"
#include "stats/real.h"

#include <math.h>

#define DISTINCT_MIN 4 /* one worker count more than unknowns, so that something checks the law */

enum { ONE = 1, CONTENTION = 2, COHERENCY = 4 };

/* Simple ones first: a face with more unknowns must describe the times better, not equally well. */
static const unsigned faces[] = {
    ONE,        ONE | CONTENTION, ONE | COHERENCY,        ONE | CONTENTION | COHERENCY,
    CONTENTION, COHERENCY,        CONTENTION | COHERENCY,
};

/* A gain in the sum of squares, per point, that is rounding: 1e-12 of a time, squared. */
#define ROUNDING 1e-24

static struct mf__least_squares take_all(const struct mf__points *points)
{
    struct mf__least_squares squares = {.terms = 3};
    for (size_t i = 0; i < points->n; i++) {
        double p = points->workers[i];
        double weight = 1.0 / points->times[i];
        double row[] = {weight / p, weight * (p - 1.0) / p, weight * (p - 1.0), 1.0};
        mf__least_squares_add(&squares, row);
    }
    return squares;
}

/*
 * Solves for the unknowns of a face; the others are 0. The three rows of the triangle stand for all
 * points. Returns the sum of squares, infinite when the solution breaks a bound.
 */
static double solve_face(const struct mf__least_squares *all, unsigned face, double *ret_unknowns)
{
    size_t places[MF__TERMS_MAX] = {0};
    struct mf__least_squares squares = {.residual = all->residual};
    for (size_t i = 0; i < all->terms; i++)
        if ((face >> i & 1U) != 0)
            places[squares.terms++] = i;
    for (size_t at = 0; at < all->terms; at++) {
        double row[MF__TERMS_MAX + 1] = {0};
        for (size_t i = 0; i < squares.terms; i++)
            row[i] = all->triangle[at][places[i]];
        row[squares.terms] = all->triangle[at][all->terms];
        mf__least_squares_add(&squares, row);
    }
    double solution[MF__TERMS_MAX] = {0};
    if (!mf__least_squares_solve(&squares, solution))
        return MF__INFINITY;
    for (size_t i = 0; i < all->terms; i++)
        ret_unknowns[i] = 0.0;
    for (size_t i = 0; i < squares.terms; i++) {
        if (!(solution[i] > 0.0))
            return MF__INFINITY;
        ret_unknowns[places[i]] = solution[i];
    }
    return squares.residual;
}

/* The first face, ONE, is always feasible: its only unknown is a mean of times above 0. */
static double best_face(const struct mf__points *points, double *ret_unknowns)
{
    struct mf__least_squares all = take_all(points);
    double best = MF__INFINITY;
    for (size_t i = 0; i < sizeof faces / sizeof *faces; i++) {
        double unknowns[MF__TERMS_MAX];
        double residual = solve_face(&all, faces[i], unknowns);
        if (residual < best - ROUNDING * (double)points->n) {
            best = residual;
            for (size_t j = 0; j < MF__TERMS_MAX; j++)
                ret_unknowns[j] = unknowns[j];
        }
    }
    return best;
}

static double part_of(double part, double t1)
{
    return part > 0.0 ? part / t1 : 0.0;
}

/* T(p) is smallest where its derivative, -(T1 - A) / p^2 + B, is 0: sqrt((1 - sigma) / kappa). */
static double peak_of(const struct mf__usl *usl)
{
    if (usl->t1 <= usl->contention)
        return 1.0;
    return usl->kappa_at_zero ? MF__INFINITY
                              : fmax(1.0, sqrt((usl->t1 - usl->contention) / usl->coherency));
}

static struct mf__usl too_few(size_t points)
{
    return (struct mf__usl){.fit = MF__FIT_TOO_FEW,
                            .points = points,
                            .t1 = MF__NAN,
                            .sigma = MF__NAN,
                            .kappa = MF__NAN,
                            .contention = MF__NAN,
                            .coherency = MF__NAN,
                            .residual = MF__NAN,
                            .peak = MF__NAN};
}

int mf__usl_fit(const struct mf__points *points, struct mf__usl *ret_usl, mf_error *error)
{
    int status = mf__points_check(points, error);
    if (status != 0)
        return status;
    if (mf__points_distinct(points) < DISTINCT_MIN) {
        *ret_usl = too_few(points->n);
        return 0;
    }
    double unknowns[MF__TERMS_MAX] = {0};
    double residual = best_face(points, unknowns);
    struct mf__usl usl = {
        .fit = MF__FIT_OK,
        .points = points->n,
        .t1 = unknowns[0],
        .sigma = part_of(unknowns[1], unknowns[0]),
        .kappa = part_of(unknowns[2], unknowns[0]),
        .contention = unknowns[1],
        .coherency = unknowns[2],
        .sigma_at_zero = !(unknowns[1] > 0.0),
        .kappa_at_zero = !(unknowns[2] > 0.0),
        .residual = sqrt(residual / (double)points->n),
    };
    usl.peak = peak_of(&usl);
    *ret_usl = usl;
    return 0;
}

double mf__usl_time(const struct mf__usl *usl, double workers)
{
    double alone = 1.0 / workers;
    double growth = usl->coherency > 0.0 ? usl->coherency * (workers - 1.0) : 0.0;
    return usl->t1 * alone + usl->contention * (1.0 - alone) + growth;
}

double mf__usl_speedup(const struct mf__usl *usl, double base, double workers)
{
    return mf__predicted_speedup(base, mf__usl_time(usl, workers));
}
