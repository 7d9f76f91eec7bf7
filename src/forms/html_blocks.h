/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a story as HTML. */
#ifndef FORMS_HTML_BLOCKS_H
#define FORMS_HTML_BLOCKS_H

#include "story/story.h"

/* All blocks, one after the other. MF_E_INPUT: a formula that formula.h does not know. Memory is
 * for the caller to ask about. */
int mf__html_blocks(const struct mf__story *story, struct mf__buffer *out, mf_error *error);

#endif
