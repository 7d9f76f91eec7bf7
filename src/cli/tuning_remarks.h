/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to say of a search besides its result. */
#ifndef CLI_TUNING_REMARKS_H
#define CLI_TUNING_REMARKS_H

#include "report/tune.h"

/* Adds the remarks to the report, which is complete but for them. */
void mf__tuning_remark(struct mf__tune_report *report);

#endif
