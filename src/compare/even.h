/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for the break-even: the size of the problem from which on a parallel way pays. */
#ifndef COMPARE_EVEN_H
#define COMPARE_EVEN_H

#include "compare/measure.h"

/*
 * Measures the serial way and each parallel way, with the workers recommended for it, at sizes that
 * double from small ones on, until every way has paid at several in a row, or the job's own size is
 * reached, or a sixth of the time budget is used up. Needs mf__analyse before. Cancelling keeps
 * the sizes that are complete.
 */
int mf__find_even(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                  mf_error *error);

#endif
