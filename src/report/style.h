/* SPDX-License-Identifier: Apache-2.0 */
/* How a report for people looks: its width, colour or not, UTF-8 or ASCII. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

#include "base/buffer.h"

struct mf__style {
    unsigned width; /* columns; 80 is a good one. Below 60 some lines are longer. */
    bool colour;    /* with SGR sequences, and no other ones */
    bool ascii;     /* not a byte above 0x7f */
};

/* What a text is, for its colour. Colour repeats what words and signs say: it adds nothing. */
enum mf__tint {
    MF__TINT_PLAIN,
    MF__TINT_STRONG, /* headings */
    MF__TINT_FAINT,  /* what stands beside the figure that counts */
    MF__TINT_BAR,
    MF__TINT_WARNING,
    MF__TINT_WRONG,
};

/*
 * Adds a text on one line, safe to show (mf__escape), and in ASCII where the style asks for it:
 * "×" as "x", "µ" as "u", "∞" as "inf"; what has no such form as \xNN.
 */
void mf__say(const struct mf__style *style, const char *text, struct mf__buffer *out);

/* The same in colour. */
void mf__say_tinted(const struct mf__style *style, enum mf__tint tint, const char *text,
                    struct mf__buffer *out);

/* A blank line, unless `out` is empty, and a heading. */
void mf__say_heading(const struct mf__style *style, const char *text, struct mf__buffer *out);

/* Where a paragraph stands: `label` on its first line, and the text to the right of it. */
struct mf__label {
    const char *text;
    unsigned column; /* of the label */
    unsigned width;  /* from the label's first column to the text's */
    enum mf__tint tint;
};

/* Adds the formatted text, wrapped to the style's width, and a newline. */
void mf__say_lines(const struct mf__style *style, const struct mf__label *label,
                   struct mf__buffer *out, const char *format, ...) MF_PRINTF(4, 5);

#endif
