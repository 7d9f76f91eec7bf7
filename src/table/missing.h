/* SPDX-License-Identifier: Apache-2.0 */
/* Which fields have no value: those that pandas 2 says, and those that the caller adds. */
#ifndef TABLE_MISSING_H
#define TABLE_MISSING_H

#include "table/csv.h"

#include <manyfold/table.h>

struct mf__missing {
    const char *const *more; /* the caller's, which must stay */
    size_t n_more;
    double *numbers; /* those of them that are numbers */
    size_t n_numbers;
    uint32_t lengths[256]; /* by first byte: bit n when a text of n bytes is "missing" */
};

int mf__missing_init(struct mf__missing *missing, const mf_read_options *options, mf_error *error);
void mf__missing_done(struct mf__missing *missing);

/* Where -999 stands for a missing value, -999.0 does so too, as with pandas. */
bool mf__missing_text(const struct mf__missing *missing, const struct mf__text *field);

/* The same for a field that was read as a number. */
bool mf__missing_number(const struct mf__missing *missing, double value);

#endif
