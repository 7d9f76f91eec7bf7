/* SPDX-License-Identifier: Apache-2.0 */
/* Which differences may be claimed, given that many are looked at together. */
#ifndef COMPARE_CLAIMS_H
#define COMPARE_CLAIMS_H

#include "compare/comparison.h"

/*
 * Finds the fastest and its runner-up with the lead, adjusts the p values of every STRONG speedup
 * and of the lead as one family, and flags speedups above what is possible, as another family.
 * Needs the speedups. Errors: MF_E_MEMORY.
 */
int mf__find_claims(struct mf__comparison *comparison, mf_error *error);

#endif
