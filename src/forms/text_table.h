/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A story's table on a page of text, whole at any width: where it is too wide, headers and texts
 * are broken into lines, and where that does not do, each row becomes a list. (report/table.h
 * leaves columns out instead, which is right where they were chosen for a narrow page.)
 */
#ifndef FORMS_TEXT_TABLE_H
#define FORMS_TEXT_TABLE_H

#include "report/style.h"
#include "story/story.h"

/* Adds the table, indented by two. A table without columns or rows is a line that says so. */
void mf__text_table(const struct mf__story_table *table, const struct mf__style *style,
                    struct mf__buffer *out);

#endif
