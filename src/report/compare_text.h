/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison for people, as text for a terminal. */
#ifndef REPORT_COMPARE_TEXT_H
#define REPORT_COMPARE_TEXT_H

#include "compare/comparison.h"
#include "report/style.h"

/*
 * Adds the report: speeds first, then what they cost, the laws, how it was measured, and the
 * verdict last, as the last lines are what people see. `what` says what was compared, "sum of
 * 1..10,000,000,000". A failed allocation shows in `out` (mf__buffer_check).
 */
void mf__compare_text(const struct mf__comparison *comparison, const char *what,
                      const struct mf__style *style, struct mf__buffer *out);

#endif
