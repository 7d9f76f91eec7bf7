/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for people: making any bytes safe to show on one line, measuring and wrapping, and finding
 * the word that was meant. Everything takes UTF-8 and looks at no locale.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the code point at the start of `bytes`. Returns how many bytes it takes, or 0 when there
 * is none: the end, an overlong form, half of a surrogate pair, a value above U+10FFFF.
 */
size_t mf__utf8_read(const char *bytes, size_t length, uint32_t *ret_code);

/* Whether a text is valid UTF-8. */
bool mf__is_utf8(const char *text);

/*
 * Adds `bytes` so that they stay on one line and cannot steer a terminal: control characters,
 * invalid UTF-8 and marks that turn or hide text become \xNN, one for each byte. The rest is kept.
 */
void mf__escape(struct mf__buffer *out, const void *bytes, size_t length);

/* The same in quotation marks and shortened to fit a message: mf__fail(..., mf__quote(t).text). */
struct mf__quoted {
    char text[80];
};
struct mf__quoted mf__quote(const char *text);

/* The name of a file, fit to be shown: on one line, of a long one the end, where its name stands.
 */
#define MF__PATH_SHOWN 300 /* bytes */
struct mf__shown_path {
    char text[MF__PATH_SHOWN + sizeof "..."];
};
struct mf__shown_path mf__show_path(const char *path);

/* Columns that `text` takes in a terminal; what is not printable counts as one. */
size_t mf__text_width(const char *text);

/* Where wrapped text stands. A width of 0 means lines without a limit. */
struct mf__margins {
    size_t width;  /* the last column that may be used */
    size_t indent; /* blanks in front of every line but the first */
    size_t column; /* columns already used on the first line */
};

/* Adds the words of `text`, one blank between them, without a newline or blank at the end. A word
 * that is too long for a line stands alone on it. */
void mf__wrap(struct mf__buffer *out, const char *text, struct mf__margins margins);

/*
 * Copies the next part of a list ("1,2,4") into `piece`, up to `size` - 1 bytes of it. Moves
 * `*rest` behind the comma, or sets it to NULL when this was the last part. Returns the length of
 * the part, which is `size` or more when it did not fit.
 */
size_t mf__split(const char **rest, char *piece, size_t size);

/* Makes a text a sentence: its first letter becomes a capital, if it is one from a to z; of
 * "mpi", which is an abbreviation, all do. */
void mf__capitalise(char *text);

/* Makes "a and b and c" an enumeration: "a, b and c". Two stay as they are. */
void mf__enumerate(char *text);

/* Whether `length` bytes are this name, in which '_' and '-' are the same. */
bool mf__same_name(const char *name, const char *bytes, size_t length);

/* Finds the candidate nearest to a word. Start with { .word = word }, offer each, read `best`. */
struct mf__nearest {
    const char *word;
    const char *best; /* NULL when no candidate is near enough to be meant */
    size_t distance;
};
void mf__nearest_offer(struct mf__nearest *nearest, const char *candidate);

#endif
