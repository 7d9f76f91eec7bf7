/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for the break-even: the size of the problem from which on a parallel way pays. */
#ifndef COMPARE_EVEN_H
#define COMPARE_EVEN_H

#include "compare/measure.h"

/*
 * Measures the serial way and each parallel way, with the workers recommended for it, at sizes that
 * double from small ones on, until every way has paid at several in a row, the job's own size is
 * reached, or a sixth of the time budget would be exceeded; `even_end` says which. The job's own
 * size comes last, from the samples that are there already. Needs mf__analyse before.
 *
 * Whatever goes wrong, and cancelling, keeps the sizes that are complete: `even_problem` says what
 * it was. A wrong answer marks the series of that way, so that mf__analyse has to be called again.
 */
void mf__find_even(struct mf__comparison *comparison, const struct mf__measuring *measuring);

#endif
