/* SPDX-License-Identifier: Apache-2.0 */
/* What the options of preparing do to each column of a table. */
#ifndef CLI_FATES_H
#define CLI_FATES_H

#include "cli/table_options.h"
#include "report/columns.h"

/*
 * Fills `ret`, with room for one entry per column. `learnt` tells what missing numbers become; NULL
 * when nothing was learnt yet. A target of NULL is no column.
 */
void mf__fates_plan(const mf_table *table, const struct mf__preparing *preparing,
                    const mf_preparation *learnt, struct mf__column_fate *ret);

/* Whether the columns that the options name are there, each named once; a message suggests the
 * nearest name. */
int mf__fates_check(const mf_table *table, const struct mf__preparing *preparing, mf_error *error);

#endif
