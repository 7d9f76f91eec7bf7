/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures that follow from one speedup, or one serial fraction, and a worker count. Each rises or
 * falls throughout with what it is made from, so an interval maps to an interval, coverage and all.
 */
#ifndef STATS_SCALING_H
#define STATS_SCALING_H

#include "stats/interval.h"

#include <stdbool.h>

/* S / p; p > 0. The scaled efficiency of weak scaling comes the same way from scaled speedup. */
struct mf__interval mf__efficiency(const struct mf__interval *speedup, unsigned workers);

/*
 * The serial fraction determined by experiment (Karp and Flatt 1990) from one speedup,
 * (1/S - 1/p) / (1 - 1/p). Not known, with a mid of NaN, for p < 2.
 */
struct mf__interval mf__karp_flatt(const struct mf__interval *speedup, unsigned workers);

/* The scaled speedup that Gustafson's law (1988) predicts: f + p (1 - f). */
double mf__gustafson(double fraction, double workers);
struct mf__interval mf__gustafson_interval(const struct mf__interval *fraction, unsigned workers);

/*
 * The scaled speedup that was measured: p T_base(N) / T(p, p N), from the interval of the ratio
 * T_base(N) / T(p, p N), which by itself is the scaled efficiency.
 */
struct mf__interval mf__scaled_speedup(const struct mf__interval *ratio, unsigned workers);

/* Whether a machine's ceiling is known well enough to measure speedups by: half its interval is
 * below 15 % of it. */
bool mf__is_sure_ceiling(const struct mf__interval *ceiling);

#endif
