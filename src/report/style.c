/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports are written in UTF-8 and turned into ASCII piece by piece, before anything is measured or
 * aligned, as "∞" takes one column and "inf" three. Colours are the eight that every terminal lets
 * its user choose; red and green are never told apart by colour, since many people cannot.
 */
#include "report/style.h"

#include "base/text.h"

#include <string.h>

#define LEAST_TEXT       24 /* columns that wrapped text gets in any case */
#define LONGEST_UNIT     3  /* letters, and what stands behind them: "µs," */
#define LONGEST_INTERVAL 32

static const char *const tint_codes[] = {
    [MF__TINT_PLAIN] = "",       [MF__TINT_STRONG] = "\x1b[1m",   [MF__TINT_FAINT] = "\x1b[2m",
    [MF__TINT_BAR] = "\x1b[36m", [MF__TINT_WARNING] = "\x1b[33m", [MF__TINT_WRONG] = "\x1b[1;31m",
};

static const struct {
    const char *utf8;
    const char *ascii;
} plain_forms[] = {
    {"\u00a0", " "},     {"\u202f", " "},     {"\u00b1", "+-"},  {"\u00b5", "u"},
    {"\u03bc", "u"},     {"\u00b7", "."},     {"\u00d7", "x"},   {"\u2013", "-"},
    {"\u2014", "-"},     {"\u2212", "-"},     {"\u2018", "'"},   {"\u2019", "'"},
    {"\u201c", "\""},    {"\u201d", "\""},    {"\u2026", "..."}, {"\u2192", "->"},
    {"\u221e", "inf"},   {"\u2248", "about"}, {"\u2264", "<="},  {"\u2265", ">="},
    {"\u03c3", "sigma"}, {"\u03ba", "kappa"}, {"\u2588", "#"},   {"\u2593", "+"},
    {"\u2592", "="},     {"\u2591", "."},
};

/* Adds the ASCII form of the code point at `bytes`; returns the bytes read. */
static size_t put_plain(const char *bytes, size_t length, struct mf__buffer *out)
{
    uint32_t code = 0;
    size_t n = mf__utf8_read(bytes, length, &code);
    for (size_t i = 0; i < sizeof plain_forms / sizeof plain_forms[0]; i++) {
        if (strlen(plain_forms[i].utf8) == n && memcmp(plain_forms[i].utf8, bytes, n) == 0) {
            mf__buffer_put(out, plain_forms[i].ascii);
            return n;
        }
    }
    n = n > 0 ? n : 1;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)bytes[i] < 0x80)
            mf__buffer_add(out, bytes + i, 1);
        else
            mf__buffer_print(out, "\\x%02x", (unsigned)(unsigned char)bytes[i]);
    }
    return n;
}

void mf__say(const struct mf__style *style, const char *text, struct mf__buffer *out)
{
    struct mf__buffer safe = {0};
    mf__escape(&safe, text, strlen(text));
    const char *at = mf__buffer_text(&safe);
    if (!style->ascii)
        mf__buffer_put(out, at);
    for (size_t left = style->ascii ? safe.length : 0; left > 0;) {
        size_t taken = put_plain(at, left, out);
        at += taken;
        left -= taken;
    }
    out->failed = out->failed || safe.failed;
    mf__buffer_done(&safe);
}

void mf__say_tinted(const struct mf__style *style, enum mf__tint tint, const char *text,
                    struct mf__buffer *out)
{
    bool coloured = style->colour && tint != MF__TINT_PLAIN;
    if (coloured)
        mf__buffer_put(out, tint_codes[tint]);
    mf__say(style, text, out);
    if (coloured)
        mf__buffer_put(out, "\x1b[0m");
}

void mf__say_heading(const struct mf__style *style, const char *text, struct mf__buffer *out)
{
    if (out->length > 0)
        mf__buffer_put(out, "\n");
    mf__say_tinted(style, MF__TINT_STRONG, text, out);
    mf__buffer_put(out, "\n");
}

/* Stands for a blank at which no line may end; mf__say lets no such byte through. */
#define GLUE '\x01'

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether the blank at `blank` stands between a figure and what belongs to it: a unit or a short
 * word ("1.6 %", "30 s"), or an interval ("1.93 [1.91, 1.95]"). */
static bool is_glued(const char *text, const char *blank)
{
    size_t next = 0; /* letters of the next word */
    for (const char *at = blank + 1; *at != '\0' && *at != ' '; at++)
        next += (*at & 0xc0) != 0x80;
    bool after_figure = blank > text && (is_digit(blank[-1]) || blank[-1] == '%');
    return after_figure && (blank[1] == '[' || (next > 0 && next <= LONGEST_UNIT));
}

/* Glues what should stay on one line. */
static void glue(char *text)
{
    bool inside = false; /* an interval */
    for (char *at = text; *at != '\0'; at++) {
        if (*at == '[')
            inside = strcspn(at, "]") < LONGEST_INTERVAL;
        else if (*at == ']')
            inside = false;
        else if (*at == ' ' && (inside || is_glued(text, at)))
            *at = GLUE;
    }
}

static void unglue(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == GLUE)
            *text = ' ';
}

void mf__say_lines(const struct mf__style *style, const struct mf__label *label,
                   struct mf__buffer *out, const char *format, ...)
{
    struct mf__buffer raw = {0};
    struct mf__buffer text = {0};
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(&raw, format, args);
    va_end(args);
    mf__say(style, mf__buffer_text(&raw), &text);

    struct mf__buffer wrapped = {0};
    size_t column = label->column + label->width;
    size_t used = label->column + mf__text_width(label->text);
    size_t least = column + LEAST_TEXT;
    mf__buffer_fill(out, ' ', label->text[0] != '\0' ? label->column : column);
    mf__say_tinted(style, label->text[0] != '\0' ? label->tint : MF__TINT_PLAIN, label->text, out);
    if (label->text[0] != '\0')
        mf__buffer_fill(out, ' ', used < column ? column - used : 1);
    if (text.bytes != NULL)
        glue(text.bytes);
    mf__wrap(&wrapped, mf__buffer_text(&text),
             (struct mf__margins){.width = style->width > least ? style->width : least,
                                  .indent = column,
                                  .column = used < column ? column : used + 1});
    if (wrapped.bytes != NULL)
        unglue(wrapped.bytes);
    mf__buffer_put(out, mf__buffer_text(&wrapped));
    mf__buffer_put(out, "\n");
    out->failed = out->failed || raw.failed || text.failed || wrapped.failed;
    mf__buffer_done(&raw);
    mf__buffer_done(&text);
    mf__buffer_done(&wrapped);
}
