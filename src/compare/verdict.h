/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The comparison in plain sentences: which way, by how much, how sure, why, how many workers, what
 * to try next. No winner is named where the interval of a ratio holds 1, and whatever makes a
 * figure doubtful is said.
 */
#ifndef COMPARE_VERDICT_H
#define COMPARE_VERDICT_H

#include "compare/comparison.h"

/* Fills `sentences`. Needs all the steps before. Errors: MF_E_MEMORY. */
int mf__conclude(struct mf__comparison *comparison, mf_error *error);

#endif
