/* SPDX-License-Identifier: Apache-2.0 */
/* Files in ARFF, turned into CSV. */
#ifndef FETCH_TURN_H
#define FETCH_TURN_H

#include <manyfold/work.h>

#include "base/buffer.h"

struct mf__turn {
    const char *from;        /* a path */
    const char *to;          /* the path of the CSV file */
    const char *name;        /* what the file is called, for messages */
    const mf_cancel *cancel; /* or NULL */
};

/*
 * *ret_turned is whether it was ARFF; other files stay as they are, and nothing is written.
 * MF_E_FORMAT with the line; MF_E_INPUT: too large; MF_E_CANCELLED; MF_E_SYSTEM, MF_E_OUTPUT,
 * MF_E_MEMORY.
 */
int mf__turn_into_csv(const struct mf__turn *turn, bool *ret_turned, mf_error *error);

/* Adds the name of the CSV file: "houses.arff" becomes "houses.csv", others stay. */
void mf__turned_name(const char *name, struct mf__buffer *out);

#endif
