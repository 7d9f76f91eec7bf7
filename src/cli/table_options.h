/* SPDX-License-Identifier: Apache-2.0 */
/* Options of verbs that take a table: how to read it, and how to prepare it. */
#ifndef CLI_TABLE_OPTIONS_H
#define CLI_TABLE_OPTIONS_H

#include <manyfold/prepare.h>

#include "base/options.h"

/* How to read a table. */
struct mf__reading {
    struct mf__texts na;
    const char *delimiter;
    bool no_header;
};

extern const struct mf__option mf__reading_options[];

/* The options of the library; they point into `reading`. MF_E_INPUT: no such delimiter. */
int mf__reading_get(const struct mf__reading *reading, mf_read_options *ret_options,
                    mf_error *error);

/* What --delimiter should rather be: the table has one column, and its name holds what often stands
 * between fields. NULL when there is no such doubt. */
const char *mf__delimiter_suspected(const mf_table *table);

/* MF_E_INPUT when there is. */
int mf__delimiter_check(const mf_table *table, mf_error *error);

struct mf__recipe;

/* How to prepare it. */
struct mf__preparing {
    const char *target;
    struct mf__texts ids;
    struct mf__texts drops;
    size_t encode;                   /* an mf_encode */
    size_t impute;                   /* an mf_impute */
    size_t task;                     /* an mf_task */
    const struct mf__recipe *recipe; /* where names may have come from, for messages; or NULL */
};

extern const struct mf__option mf__preparing_options[];

extern const char *const mf__task_names[];

/* The columns that are left out, in one list. */
struct mf__left_out {
    const char *names[2 * MF__LIST_LIMIT];
    size_t n;
};

/* The options of the library; they point into `left_out` and `preparing`. */
mf_prepare_options mf__preparing_get(const struct mf__preparing *preparing,
                                     struct mf__left_out *left_out);

#endif
