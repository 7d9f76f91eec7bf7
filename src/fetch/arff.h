/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARFF, the form in which OpenML keeps tables, as CSV: the names of its attributes become the
 * header, "?" an empty field. Types and relations that say nothing of the values are left out;
 * sparse data, which few tables have, is refused.
 */
#ifndef FETCH_ARFF_H
#define FETCH_ARFF_H

#include <manyfold/work.h>

#include "base/buffer.h"

#include <stdbool.h>

struct mf__arff {
    const char *text;
    size_t length;
    const char *name;        /* of the file, for messages */
    const mf_cancel *cancel; /* or NULL */
};

/* Whether a text looks like ARFF: "@relation" stands before anything else but remarks. */
bool mf__is_arff(const char *text, size_t length);

/* Adds the text as CSV. MF_E_FORMAT with the name, the line and what was expected; MF_E_CANCELLED;
 * MF_E_MEMORY. */
int mf__arff_to_csv(const struct mf__arff *arff, struct mf__buffer *out, mf_error *error);

#endif
