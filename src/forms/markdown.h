/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Markdown as GitHub reads it and JupyterLab does, block by block: notebooks are made of it too.
 *
 * Every call adds paragraphs to `out`, with a blank line in front unless it is empty.
 */
#ifndef FORMS_MARKDOWN_H
#define FORMS_MARKDOWN_H

#include "story/story.h"

/* The title and the line below it. */
void mf__markdown_head(const struct mf__story *story, struct mf__buffer *out);

void mf__markdown_block(const struct mf__block *block, struct mf__buffer *out);

/* The parts of a chart's block: what it is, and the numbers behind it. */
void mf__markdown_caption(const struct mf__block *chart, struct mf__buffer *out);
/* What its signs mean, where it is drawn. */
void mf__markdown_signs(const struct mf__block *chart, struct mf__buffer *out);
void mf__markdown_numbers(const struct mf__block *chart, struct mf__buffer *out);

/* A paragraph of our own words, in which Markdown is meant as such. */
void mf__markdown_paragraph(struct mf__buffer *out, const char *format, ...) MF_PRINTF(2, 3);

/* A shell command, to be copied. */
void mf__markdown_command(const char *command, struct mf__buffer *out);

#endif
