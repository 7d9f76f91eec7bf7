/* SPDX-License-Identifier: Apache-2.0 */
/* The result of one sum as JSON. */
#ifndef REPORT_SUM_JSON_H
#define REPORT_SUM_JSON_H

#include <manyfold/sum.h>

#include "base/buffer.h"

struct mf__sum_result {
    uint64_t from;
    uint64_t to;
    const char *kernel;
    const mf_way *way;
    unsigned workers;
    mf_u128 sum;
    mf_ledger ledger;
};

/* Adds the result, schema "manyfold-sum-1", and a newline. Errors: MF_E_MEMORY. */
int mf__sum_json(const struct mf__sum_result *result, struct mf__buffer *text, mf_error *error);

#endif
