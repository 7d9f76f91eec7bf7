/* SPDX-License-Identifier: Apache-2.0 */
/* From samples to statistics: a pure function of what was measured, and of the seed. */
#ifndef COMPARE_ANALYSE_H
#define COMPARE_ANALYSE_H

#include "compare/comparison.h"

/*
 * Fills the statistics of every series, the laws of every parallel way, the fastest series and its
 * lead. A series with a wrong answer gets its times summarized and nothing else. May be called
 * again when another answer turned out to be wrong. Errors: MF_E_MEMORY; MF_E_INPUT where a sample
 * is not a duration.
 */
int mf__analyse(struct mf__comparison *comparison, mf_error *error);

#endif
