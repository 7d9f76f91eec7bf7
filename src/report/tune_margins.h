/* SPDX-License-Identifier: Apache-2.0 */
/* By how much the best trial is better than others, and which parameter matters how much, for
 * programs. */
#ifndef REPORT_TUNE_MARGINS_H
#define REPORT_TUNE_MARGINS_H

#include "report/json.h"
#include "tune/study.h"

/* [{to, trial, score, difference, share, folds_better, difference_std}] of the trials that were
 * scored by what the best was scored by. */
json_t *mf__json_margins(const struct mf__study *study);

/* [{parameter, share}]: how much of the variance of the deciding score between trials goes with the
 * parameter alone. */
json_t *mf__json_effects(const struct mf__study *study);

#endif
