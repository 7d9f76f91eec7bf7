/* SPDX-License-Identifier: Apache-2.0 */
/* Figures as reports show them: as many digits as they deserve, and how sure they are beside them.
 */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "base/number.h"
#include "stats/interval.h"
#include "stats/scaling.h"

/* A speedup or another factor in three digits: "1.93", "12.4", "118"; "∞", and "?" for NaN. */
struct mf__shown mf__show_factor(double factor);

/* The ends of an interval, "[1.91, 1.95]"; "[?]" when it is not known. */
struct mf__shown mf__show_range(const struct mf__interval *interval);

/* Both: "1.93 [1.91, 1.95]". */
struct mf__shown mf__show_sure(const struct mf__interval *interval);

/* An interval of shares in per cent, "1.83 % [0.94, 2.71]", with decimals as its width
 * deserves them. */
struct mf__shown mf__show_sure_percent(const struct mf__interval *interval);

/* What a serial fraction above 100 % means, of which there is no such share: "slower" where its
 * whole interval lies there, else "no faster". NULL: it is not above. */
const char *mf__beyond_serial(const struct mf__interval *fraction);

/* A serial fraction, or "–, slower with more workers" where it is above 100 %. */
struct mf__shown mf__show_serial_fraction(const struct mf__interval *fraction);

#endif
