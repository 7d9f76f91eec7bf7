/* SPDX-License-Identifier: Apache-2.0 */
/* What is remarked of a table, whatever is done with it. */
#ifndef CLI_TABLE_REMARKS_H
#define CLI_TABLE_REMARKS_H

#include <manyfold/table.h>

#include "report/train.h"

/* Remarks on columns of numbers with a decimal comma, which are read as categories. */
void mf__remark_on_commas(const mf_table *table, struct mf__remarks *remarks);

/* Remarks on columns in which all but one text are numbers, such as "?" for what is missing. */
void mf__remark_on_marks(const mf_table *table, struct mf__remarks *remarks);

#endif
