/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows are taken into a triangle one by one, each by a few Givens rotations (Gentleman, Least
 * Squares Computations by Givens Transformations without Square Roots, 1973, describes the scheme;
 * at three unknowns the square roots cost nothing and are kept). This is a QR decomposition: as
 * accurate as Householder's, but it needs neither the matrix in memory nor a limit on its rows.
 * The normal equations were rejected: they square the condition number, and the columns of the
 * scaling laws are nearly dependent where all worker counts are large.
 */
#include "stats/least_squares.h"

#include <math.h>
#include <string.h>

/* A column shrunk by this much, when the ones before it are taken out, was rounding only. */
#define DEPENDENT 1e-13

/* Rotates row `at` of the triangle and the new row so that the new row's entry `at` becomes 0. */
static void rotate(struct mf__least_squares *squares, size_t at, double *row)
{
    double *kept = squares->triangle[at];
    double length = hypot(kept[at], row[at]);
    if (!(length > 0.0))
        return;
    double cosine = kept[at] / length;
    double sine = row[at] / length;
    for (size_t i = at; i <= squares->terms; i++) {
        double turned = cosine * kept[i] + sine * row[i];
        row[i] = cosine * row[i] - sine * kept[i];
        kept[i] = turned;
    }
}

void mf__least_squares_add(struct mf__least_squares *squares, const double *row)
{
    double rest[MF__TERMS_MAX + 1];
    memcpy(rest, row, (squares->terms + 1) * sizeof *rest);
    for (size_t at = 0; at < squares->terms; at++)
        rotate(squares, at, rest);
    squares->residual += rest[squares->terms] * rest[squares->terms];
}

/* Column `at` of the triangle has the length of the column of all rows: rotations keep lengths. */
static bool is_dependent(const struct mf__least_squares *squares, size_t at)
{
    double length = 0.0;
    for (size_t i = 0; i <= at; i++)
        length = hypot(length, squares->triangle[i][at]);
    return fabs(squares->triangle[at][at]) <= DEPENDENT * length;
}

bool mf__least_squares_solve(const struct mf__least_squares *squares, double *ret_unknowns)
{
    double unknowns[MF__TERMS_MAX] = {0};
    for (size_t at = squares->terms; at-- > 0;) {
        if (is_dependent(squares, at))
            return false;
        const double *row = squares->triangle[at];
        double target = row[squares->terms];
        for (size_t i = at + 1; i < squares->terms; i++)
            target -= row[i] * unknowns[i];
        unknowns[at] = target / row[at];
    }
    memcpy(ret_unknowns, unknowns, squares->terms * sizeof *unknowns);
    return true;
}
