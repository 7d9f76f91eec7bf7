/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in rising order, and what can be read off them. */
#ifndef TABLE_ORDERED_H
#define TABLE_ORDERED_H

#include <manyfold/status.h>
#include <stddef.h>

/* Sorts numbers (no NaN) in a time that grows with `n` alone, whatever they are. Afterwards no zero
 * is negative, so equal numbers are equal bits. MF_E_MEMORY. */
int mf__sort_numbers(double *values, size_t n, mf_error *error);

/* Of n > 0 numbers in rising order: the middle one, or the mean of the middle two. */
double mf__median_of_sorted(const double *sorted, size_t n);

/* The most frequent, and of several the smallest. */
double mf__mode_of_sorted(const double *sorted, size_t n);

/* Keeps each number once; returns how many there are then. */
size_t mf__distinct_of_sorted(double *sorted, size_t n);

#endif
