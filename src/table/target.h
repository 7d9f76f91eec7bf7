/* SPDX-License-Identifier: Apache-2.0 */
/* The column that is to be predicted. */
#ifndef TABLE_TARGET_H
#define TABLE_TARGET_H

#include "table/cells.h"

/* Decides the task and learns the target's name, its kind and, from all rows, its classes. The
 * target must be known in every row of `part`. */
int mf__target_learn(mf_preparation *preparation, const struct mf__part *part,
                     const mf_prepare_options *options, mf_error *error);

/* Writes the number, or the place in the list of classes, of every row. MF_E_INPUT where it is
 * missing, infinite, too large for regression or of a class that was not learnt. */
int mf__target_apply(const mf_preparation *preparation, const struct mf__part *part, double *ret,
                     mf_error *error);

#endif
