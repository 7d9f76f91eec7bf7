/* SPDX-License-Identifier: Apache-2.0 */
/* The scaling laws of each parallel way, and the number of workers to use. */
#ifndef COMPARE_LAWS_H
#define COMPARE_LAWS_H

#include "compare/comparison.h"

/*
 * Fits the laws of every parallel way to its points (mf__is_point), recommends a worker count, and
 * predicts the scaled speedup of its WEAK series. Needs the speedups. Errors: MF_E_MEMORY.
 */
int mf__fit_laws(struct mf__comparison *comparison, mf_error *error);

/*
 * The scaled speedup that Gustafson's law gives for these fitted laws, against `workers` times the
 * base time, as a WEAK series' is. Not known, with a mid of NaN, where the fraction is above 1.
 */
struct mf__interval mf__gustafson_of(const struct mf__law_bands *bands, unsigned workers);

#endif
