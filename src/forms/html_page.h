/* SPDX-License-Identifier: Apache-2.0 */
/* A story as a page of HTML, with the frame that the build makes (web/frame.py) around it. */
#ifndef FORMS_HTML_PAGE_H
#define FORMS_HTML_PAGE_H

#include "story/story.h"

/* What stands before the title in <head>, and behind the page's words: policy, style, licences,
 * scripts, and the end of the file. */
struct mf__html_frame {
    const char *head;
    size_t head_length;
    const char *foot;
    size_t foot_length;
};

/* MF_E_INPUT: a formula that formula.h does not know; MF_E_MEMORY. */
int mf__html_page(const struct mf__story *story, const struct mf__html_frame *frame,
                  struct mf__buffer *out, mf_error *error);

#endif
