/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting, quantiles, and the checks that every sample goes through first. */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <manyfold/status.h>
#include <stddef.h>

/* Sorts upwards. Infinities are allowed, NaN is not. */
void mf__sort(double *values, size_t n);

/* A sorted copy, for mf__free(); NULL when there is no memory. */
double *mf__sorted_copy(const double *values, size_t n);

/*
 * The quantile of n > 0 sorted values at `at` in [0, 1]: type 7 of Hyndman and Fan (1996), the
 * default of NumPy and R, linear between the two neighbouring values. An infinite neighbour gives
 * an infinite result, unless the quantile falls on the finite one exactly.
 */
double mf__quantile(const double *sorted, size_t n, double at);

/* MF_E_INPUT unless there is at least one value and all are finite. */
int mf__check_finite(const double *values, size_t n, mf_error *error);

/* MF_E_INPUT unless there is at least one value and all are durations: finite and above 0. */
int mf__check_durations(const double *values, size_t n, mf_error *error);

/* MF_E_INPUT unless 0 < confidence < 1. */
int mf__check_confidence(double confidence, mf_error *error);

#endif
