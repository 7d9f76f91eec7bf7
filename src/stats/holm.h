/* SPDX-License-Identifier: Apache-2.0 */
/* Many tests looked at together. */
#ifndef STATS_HOLM_H
#define STATS_HOLM_H

#include <stddef.h>

/*
 * Adjusts n p values for having been looked at together: Holm's step-down method (1979). With
 * `ret_adjusted[i] <= alpha` as the rule, the chance of even one false claim is at most alpha,
 * however the tests depend on each other. `ret_adjusted` may not overlap `p`.
 */
void mf__holm(const double *p, size_t n, double *ret_adjusted);

#endif
