/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stories rely on in a document: what has to be there, and of which type. A field that only
 * later versions write is MF__MAY_LACK: it may be missing, but where it is there it is of its type.
 */
#ifndef STORY_DOCUMENT_RULES_H
#define STORY_DOCUMENT_RULES_H

#include "story/document.h"

/* Types, of which a value has to have one. */
#define MF__IS_OBJECT 1U
#define MF__IS_ARRAY  2U
#define MF__IS_TEXT   4U
#define MF__IS_NUMBER 8U
#define MF__IS_TRUTH  16U
#define MF__IS_NULL   32U
#define MF__MAY_LACK  64U /* null or not there at all */

struct mf__rule {
    const char *path; /* "series[].samples": names, [] for each element, {} for each member. What
                         stands under something that is null or missing is not asked for. */
    unsigned types;
    const struct mf__rule *within; /* rules for the value itself, or NULL */
};

/* By kind; each ends with a rule without a path. */
extern const struct mf__rule *const mf__document_rules[];

/* MF_E_FORMAT with the name and the place; MF_E_MEMORY. */
int mf__document_check(const json_t *root, const struct mf__rule *rules, const char *name,
                       mf_error *error);

#endif
