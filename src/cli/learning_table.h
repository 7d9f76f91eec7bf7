/* SPDX-License-Identifier: Apache-2.0 */
/* The table that a verb learns from. */
#ifndef CLI_LEARNING_TABLE_H
#define CLI_LEARNING_TABLE_H

#include "cli/table_options.h"

/*
 * Reads it as mf__table_open does, fills in the target of an embedded data set where none is named,
 * and checks that there is one and that every column that is named is there.
 */
int mf__learning_table_open(const struct mf__reading *reading, const char *file,
                            struct mf__preparing *preparing, mf_table **ret_table, mf_error *error);

#endif
