/* SPDX-License-Identifier: Apache-2.0 */
/* Words for the shell of another machine. Whatever becomes part of a script goes through here. */
#ifndef REMOTE_QUOTE_H
#define REMOTE_QUOTE_H

#include "base/buffer.h"

/* Adds a word so that every shell of the POSIX family reads these bytes and nothing else, also as
 * the argument of a command; fish does too, and csh where there is no newline in it. */
void mf__sh_quote(const char *word, struct mf__buffer *out);

/* The same for several, with blanks between them. */
void mf__sh_quote_all(const char *const *words, size_t n, struct mf__buffer *out);

/* Adds a line "name='value'" to a script; a NULL value is an empty one. */
void mf__sh_set(const char *name, const char *value, struct mf__buffer *out);

#endif
