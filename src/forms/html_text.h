/* SPDX-License-Identifier: Apache-2.0 */
/* What others wrote, put into HTML so that it is text and nothing else. */
#ifndef FORMS_HTML_TEXT_H
#define FORMS_HTML_TEXT_H

#include "base/buffer.h"

#include <jansson.h>

/* A text on one line, also as the value of an attribute in double quotes: what has a meaning in
 * HTML becomes a reference, control characters and the like become visible as \xNN (mf__escape).
 * NULL adds nothing. */
void mf__html_text(struct mf__buffer *out, const char *text);

/* The same of words for people: a number and its unit stay on one line. */
void mf__html_words(struct mf__buffer *out, const char *text);

/* The same of a text whose lines are kept, for what stands in <pre>. */
void mf__html_lines(struct mf__buffer *out, const char *text);

/* JSON that the page's script reads: a <script> of this type with the JSON packed (base/packed.h).
 * In a comparison on many cores it is millions of digits, of which a tenth is left; and no sign of
 * it means anything in HTML. `flags` are those of json_dumps. MF_E_MEMORY, also for NULL. */
#define MF__HTML_DATA_TYPE "application/gzip"
int mf__html_data(struct mf__buffer *out, const json_t *json, size_t flags, mf_error *error);

#endif
