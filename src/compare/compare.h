/* SPDX-License-Identifier: Apache-2.0 */
/* A whole comparison, from the request to the verdict. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "compare/measure.h"

/*
 * Plans, measures, analyses, looks for the break-even if asked to, and concludes. The process
 * should have one thread only, since samples are taken in forked children. When cancelled after the
 * first round, what is complete is analysed and `stop` says so. On failure nothing is left to free.
 * Errors: MF_E_INPUT, MF_E_UNAVAILABLE, MF_E_CANCELLED, those of the job, MF_E_SYSTEM, MF_E_MEMORY.
 * A wrong answer is no error: `wrong` says so.
 */
int mf__compare(const struct mf__comparison_request *request, const struct mf__measuring *measuring,
                struct mf__comparison *ret_comparison, mf_error *error);

#endif
