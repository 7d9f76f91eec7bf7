/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linear least squares with up to three unknowns: the x for which the sum of the squares of
 * row . x - target over all rows is smallest. Rows come one at a time and are not kept.
 */
#ifndef STATS_LEAST_SQUARES_H
#define STATS_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

#define MF__TERMS_MAX 3

/*
 * Invariant: the rows seen so far have the same least-squares problem as the `terms` rows of
 * `triangle` (zero below its diagonal, the target in column `terms`), and the smallest sum of
 * squares that any x can reach is `residual`.
 */
struct mf__least_squares {
    size_t terms;
    double triangle[MF__TERMS_MAX][MF__TERMS_MAX + 1];
    double residual;
};

/* Start with struct mf__least_squares squares = {.terms = 2}. */

/* Adds a row of `terms` coefficients, then the target. */
void mf__least_squares_add(struct mf__least_squares *squares, const double *row);

/*
 * Writes the `terms` unknowns. False, and nothing is written, when the rows do not settle them: a
 * column is, to the precision of a double, a combination of the ones before it.
 */
bool mf__least_squares_solve(const struct mf__least_squares *squares, double *ret_unknowns);

#endif
