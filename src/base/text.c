/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that comes from outside (arguments, file names, what a program printed) ends up in messages
 * and reports. Shown as it is, it could move the cursor, colour a terminal, reverse the reading
 * order or break a log into two lines, so everything that does not simply print is written as \xNN.
 *
 * Widths come from two short tables of ranges instead of wcwidth(), whose answer depends on the
 * locale of the host program. The tables follow the East Asian Width and General Category
 * properties of Unicode for the blocks that occur in names; a rare script may be off by a column,
 * which costs alignment and nothing else.
 *
 * "Did you mean" uses the optimal string alignment distance (L. Boytsov, Indexing methods for
 * approximate dictionary searching, 2011, section 2): insertions, deletions, substitutions and
 * swaps of neighbours cost one each. Ranking by shared letters was rejected: it does not see order.
 */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_WORD   64 /* bytes; longer words are not options or verbs */
#define LONGEST_ESCAPE 16 /* bytes that one code point can become: four times \xNN */

struct range {
    uint32_t first;
    uint32_t last;
};

static const struct range unseen[] = {
    {0x00, 0x1f},       /* control characters */
    {0x7f, 0x9f},       /* delete, and the second set of control characters */
    {0x61c, 0x61c},     /* Arabic letter mark */
    {0x200b, 0x200b},   /* zero width space */
    {0x200e, 0x200f},   /* left-to-right and right-to-left marks */
    {0x2028, 0x202e},   /* line and paragraph separators, embeddings and overrides */
    {0x2060, 0x206f},   /* invisible operators, isolates */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff9, 0xfffb},   /* interlinear annotations */
    {0xe0000, 0xe007f}, /* tags */
};

static const struct range without_width[] = {
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
    {0x93c, 0x93c},   {0x941, 0x948},   {0x94d, 0x94d},   {0xe31, 0xe31},   {0xe34, 0xe3a},
    {0xe47, 0xe4e},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
    {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
};

static const struct range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},
    {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd},
};

static bool is_in(uint32_t code, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

#define IS_IN(code, ranges) is_in((code), (ranges), sizeof(ranges) / sizeof(ranges)[0])

size_t mf__utf8_read(const char *bytes, size_t length, uint32_t *ret_code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0)
        return 0;
    unsigned char first = (unsigned char)bytes[0];
    if (first < 0x80) {
        *ret_code = first;
        return 1;
    }
    size_t n = first >= 0xf8 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (n == 0 || n > length)
        return 0;
    uint32_t code = first & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3fU);
    }
    if (code < smallest[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *ret_code = code;
    return n;
}

bool mf__is_utf8(const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code = 0;
        size_t n = mf__utf8_read(text, left, &code);
        if (n == 0)
            return false;
        text += n;
        left -= n;
    }
    return true;
}

/* Writes the safe form of what stands at `bytes` into `piece`; returns the bytes read. */
static size_t escape_one(const char *bytes, size_t length, char piece[LONGEST_ESCAPE + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint32_t code = 0;
    size_t n = mf__utf8_read(bytes, length, &code);
    if (n > 0 && !IS_IN(code, unseen)) {
        memcpy(piece, bytes, n);
        piece[n] = '\0';
        return n;
    }
    size_t taken = n > 0 ? n : 1;
    for (size_t i = 0; i < taken; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        char *to = piece + 4 * i;
        to[0] = '\\';
        to[1] = 'x';
        to[2] = digits[byte >> 4];
        to[3] = digits[byte & 15];
    }
    piece[4 * taken] = '\0';
    return taken;
}

void mf__escape(struct mf__buffer *out, const void *bytes, size_t length)
{
    const char *at = bytes;
    char piece[LONGEST_ESCAPE + 1];
    while (length > 0) {
        size_t taken = escape_one(at, length, piece);
        mf__buffer_put(out, piece);
        at += taken;
        length -= taken;
    }
}

struct mf__quoted mf__quote(const char *text)
{
    struct mf__quoted quoted = {.text = "\""};
    const size_t limit = sizeof quoted.text - sizeof "\"";
    const size_t dots = sizeof "..." - 1;
    size_t length = 1, cut = 1, left = strlen(text);
    char piece[LONGEST_ESCAPE + 1];
    while (left > 0) {
        size_t taken = escape_one(text, left, piece);
        size_t more = strlen(piece);
        if (length + more > limit) {
            memcpy(quoted.text + cut, "...", dots);
            length = cut + dots;
            break;
        }
        memcpy(quoted.text + length, piece, more);
        length += more;
        if (length + dots <= limit)
            cut = length;
        text += taken;
        left -= taken;
    }
    quoted.text[length] = '"';
    quoted.text[length + 1] = '\0';
    return quoted;
}

/* Bytes that a text takes when it is escaped. */
static size_t shown_length(const char *text, size_t left)
{
    char piece[LONGEST_ESCAPE + 1];
    size_t length = 0;
    while (left > 0) {
        size_t taken = escape_one(text, left, piece);
        length += strlen(piece);
        text += taken;
        left -= taken;
    }
    return length;
}

/* Takes no memory: it names a file also where there is none left. */
struct mf__shown_path mf__show_path(const char *path)
{
    struct mf__shown_path shown = {"..."};
    char piece[LONGEST_ESCAPE + 1];
    size_t left = strlen(path);
    size_t to_come = shown_length(path, left);
    size_t length = to_come > MF__PATH_SHOWN ? strlen(shown.text) : 0;
    shown.text[length] = '\0';
    while (left > 0) {
        size_t taken = escape_one(path, left, piece);
        size_t more = strlen(piece);
        if (to_come <= MF__PATH_SHOWN) {
            memcpy(shown.text + length, piece, more + 1);
            length += more;
        }
        to_come -= more;
        path += taken;
        left -= taken;
    }
    return shown;
}

static size_t width_of(const char *bytes, size_t length)
{
    size_t columns = 0;
    while (length > 0) {
        uint32_t code = 0;
        size_t n = mf__utf8_read(bytes, length, &code);
        if (n == 0 || !IS_IN(code, without_width))
            columns += n > 0 && IS_IN(code, wide) ? 2 : 1;
        n = n > 0 ? n : 1;
        bytes += n;
        length -= n;
    }
    return columns;
}

size_t mf__text_width(const char *text)
{
    return width_of(text, strlen(text));
}

void mf__wrap(struct mf__buffer *out, const char *text, struct mf__margins margins)
{
    static const char blanks[] = " \t\n";
    size_t column = margins.column;
    bool fresh = true; /* nothing but the indent stands on this line yet */
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        size_t length = strcspn(text, blanks);
        size_t columns = width_of(text, length);
        if (!fresh && margins.width > 0 && column + 1 + columns > margins.width) {
            mf__buffer_put(out, "\n");
            mf__buffer_fill(out, ' ', margins.indent);
            column = margins.indent;
            fresh = true;
        }
        if (!fresh)
            mf__buffer_put(out, " ");
        mf__buffer_add(out, text, length);
        column += columns + (fresh ? 0 : 1);
        fresh = false;
        text += length;
    }
}

size_t mf__split(const char **rest, char *piece, size_t size)
{
    const char *at = *rest;
    size_t length = strcspn(at, ",");
    size_t kept = length < size ? length : size - 1;
    memcpy(piece, at, kept);
    piece[kept] = '\0';
    *rest = at[length] == ',' ? at + length + 1 : NULL;
    return length;
}

/* What a slip of the shift key makes of a letter is the same letter. */
static char fold(char letter)
{
    if (letter == '_')
        return '-';
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool mf__same_name(const char *name, const char *bytes, size_t length)
{
    if (strlen(name) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (name[i] != bytes[i] && !(strchr("-_", name[i]) && strchr("-_", bytes[i])))
            return false;
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the table are enough: a swap of neighbours looks two rows back. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST_WORD + 1] = {{0}};
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *now = rows[i % 3];
        const size_t *last = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = fold(a[i - 1]), y = fold(b[j - 1]);
            size_t cost = smaller(last[j], now[j - 1]) + 1;
            cost = smaller(cost, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == fold(b[j - 2]) && fold(a[i - 2]) == y)
                cost = smaller(cost, before[j - 2] + 1);
            now[j] = cost;
        }
    }
    return rows[a_length % 3][b_length];
}

/* A word that was broken off is as good as one slip; two letters say too little. */
static bool is_start_of(const char *word, size_t length, const char *candidate)
{
    return length >= 3 && strncmp(word, candidate, length) == 0;
}

void mf__nearest_offer(struct mf__nearest *nearest, const char *candidate)
{
    size_t a = strlen(nearest->word), b = strlen(candidate);
    if (a > LONGEST_WORD || b > LONGEST_WORD)
        return;
    size_t apart = distance(nearest->word, a, candidate, b);
    if (apart > 1 && is_start_of(nearest->word, a, candidate))
        apart = 1;
    /* Farther than two fifths of the longer word is another word, not a slip. */
    if (5 * apart > 2 * (a > b ? a : b))
        return;
    if (nearest->best == NULL || apart < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = apart;
    }
}

void mf__capitalise(char *text)
{
    if (strncmp(text, "mpi", 3) == 0 && !(text[3] >= 'a' && text[3] <= 'z'))
        memcpy(text, "MPI", 3);
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
}

void mf__enumerate(char *text)
{
    static const char and[] = " and ";
    char *at = strstr(text, and);
    for (char *next = NULL; at != NULL && (next = strstr(at + 1, and)) != NULL; at = next) {
        memmove(at + 2, at + strlen(and), strlen(at + strlen(and)) + 1);
        memcpy(at, ", ", 2);
        next -= strlen(and) - 2;
    }
}
