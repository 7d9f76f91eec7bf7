/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing run of bytes or text.
 *
 * Invariants: `bytes[length]` is 0 whenever `bytes` is not NULL; an empty buffer may have a NULL
 * `bytes` (mf__buffer_text gives "" then). A failed growth sets `failed` and drops what did not
 * fit, so a caller may write at will and ask once, at the end.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <manyfold/status.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct mf__buffer {
    char *bytes;
    size_t length;
    size_t room;
    bool failed;
};

/* Start with struct mf__buffer b = {0}. */
void mf__buffer_done(struct mf__buffer *buffer);
void mf__buffer_clear(struct mf__buffer *buffer); /* keeps the room, forgets a failure */

void mf__buffer_add(struct mf__buffer *buffer, const void *bytes, size_t length);
void mf__buffer_put(struct mf__buffer *buffer, const char *text);
void mf__buffer_fill(struct mf__buffer *buffer, char byte, size_t times);
void mf__buffer_print(struct mf__buffer *buffer, const char *format, ...) MF_PRINTF(2, 3);
void mf__buffer_vprint(struct mf__buffer *buffer, const char *format, va_list args) MF_PRINTF(2, 0);

/* The text so far, never NULL; valid until the next change. */
const char *mf__buffer_text(const struct mf__buffer *buffer);

/* 0, or MF_E_MEMORY when any addition failed. */
int mf__buffer_check(const struct mf__buffer *buffer, mf_error *error);

#endif
