/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of a story: one story in, bytes out. The same bytes for the same story.
 *
 * All texts of a story are foreign: a column may be called "<script>" and a command may hold
 * terminal escapes. Each form makes them harmless in its own way.
 */
#ifndef FORMS_FORMS_H
#define FORMS_FORMS_H

#include "report/style.h"
#include "story/story.h"

/* One HTML file that needs nothing else, with charts that draw themselves. MF_E_UNAVAILABLE: this
 * manyfold was built without it. MF_E_MEMORY. */
int mf__form_html(const struct mf__story *story, struct mf__buffer *out, mf_error *error);

/* Whether it was built with it. */
bool mf__has_html(void);

/* A Jupyter notebook (nbformat 4.5): text, the commands as cells, and charts as outputs of type
 * application/vnd.vegalite.v5+json. */
int mf__form_notebook(const struct mf__story *story, struct mf__buffer *out, mf_error *error);

/* Markdown with tables, as GitHub reads it; of charts their captions and tables. */
int mf__form_markdown(const struct mf__story *story, struct mf__buffer *out, mf_error *error);

/* Text for a terminal; of charts their captions and tables. */
int mf__form_text(const struct mf__story *story, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error);

#endif
