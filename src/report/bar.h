/* SPDX-License-Identifier: Apache-2.0 */
/* Bars made of characters. They add no blanks, and nothing for a share that is not above 0. */
#ifndef REPORT_BAR_H
#define REPORT_BAR_H

#include "report/style.h"

/* The first `share` of `width` columns, to an eighth of a column, or to a whole one in ASCII. */
void mf__bar(const struct mf__style *style, double share, size_t width, struct mf__buffer *out);

#define MF__BAR_PARTS 4

/* One sign for each part of a stacked bar; mf__say gives it an ASCII form. */
extern const char *const mf__bar_signs[MF__BAR_PARTS];

/* Parts side by side, `width` columns in all when their shares add up to 1. */
void mf__bar_parts(const double shares[MF__BAR_PARTS], size_t width, struct mf__buffer *out);

#endif
