/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to say of a training besides its result. */
#ifndef CLI_TRAINING_REMARKS_H
#define CLI_TRAINING_REMARKS_H

#include "cli/training.h"

/* Adds the remarks on a table, its target and a forest that was grown. */
void mf__training_remark(const struct mf__training *asked, struct mf__trained *trained);

/* Adds one when a class has fewer rows in the training part than there are folds. MF_E_MEMORY. */
int mf__training_remark_rare(const struct mf__training *asked, struct mf__trained *trained,
                             mf_error *error);

#endif
