/* SPDX-License-Identifier: Apache-2.0 */
/* Which series a comparison measures: a pure function of what was asked for. */
#ifndef COMPARE_PLAN_H
#define COMPARE_PLAN_H

#include "compare/comparison.h"

/* Defaults of everything but the job, the ways, the workers and the cores. */
struct mf__comparison_request mf__comparison_defaults(void);

/* MF_E_INPUT with the reason when the request makes no sense, MF_E_UNAVAILABLE for a missing way.
 */
int mf__comparison_check(const struct mf__comparison_request *request, mf_error *error);

/*
 * Lists the series: the serial base; each other way with one worker and with each worker count
 * asked for; a ceiling for each worker count above one that the cores can hold; and, for weak
 * scaling, each way with each count above one at a size that is as many times larger.
 */
int mf__plan(struct mf__comparison *comparison, mf_error *error);

#endif
