/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the answers agree: every one with the serial one of its size, and with its own check. */
#ifndef COMPARE_ANSWERS_H
#define COMPARE_ANSWERS_H

#include "compare/comparison.h"

/* The sizes, besides the job's own, at which the serial way has to answer first. MF_E_MEMORY. */
int mf__list_references(struct mf__comparison *comparison, mf_error *error);

/* Keeps the serial answer at a size; one that fails its own check makes the base wrong. */
void mf__keep_reference(struct mf__comparison *comparison, struct mf__reference *reference,
                        const struct mf__outcome *outcome);

/* Keeps a series' first answer, and compares every one: with its reference, or, without one, with
 * the first. */
void mf__check_answer(const struct mf__comparison *comparison, struct mf__series *series,
                      const struct mf__outcome *outcome);

#endif
