/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/text_table.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

#define INDENT           2
#define GAP              2
#define LONGEST_UNIT     3 /* letters */
#define LONGEST_INTERVAL 32
#define SHARE_OF_NAME    4 /* of a page's width that a name has beside its text, in a list */

/* A column as it is laid out. */
struct column {
    size_t width;
    size_t least; /* narrower it does not get: its longest word */
};

struct layout {
    const struct mf__story_table *table;
    const struct mf__style *style;
    size_t rows;
    struct column *columns;
    struct mf__buffer *texts; /* the names, then the cells, safe to show */
    struct mf__buffer *out;
};

static const char *text_at(const struct layout *layout, size_t row, size_t column)
{
    return mf__buffer_text(&layout->texts[row * layout->table->n_columns + column]);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* ---- what stays on one line ---- */

/* Stands for a blank at which no line may end; mf__say lets no such byte through. */
#define GLUE '\x01'

/* Whether the blank at `blank` stands between a figure and its unit: "95 %", "1.59 s". */
static bool is_before_unit(const char *text, const char *blank)
{
    size_t letters = 0;
    for (const char *at = blank + 1; *at != '\0' && strchr(" ],", *at) == NULL; at++)
        letters += (*at & 0xc0) != 0x80;
    return blank > text && blank[-1] >= '0' && blank[-1] <= '9' && blank[1] != '[' && letters > 0 &&
           letters <= LONGEST_UNIT;
}

/* Glues intervals, and figures with their units. A line may end before an interval. */
static void glue(struct mf__buffer *buffer)
{
    bool inside = false;
    for (char *at = buffer->bytes; at != NULL && *at != '\0'; at++) {
        if (*at == '[')
            inside = strcspn(at, "]") < LONGEST_INTERVAL;
        else if (*at == ']')
            inside = false;
        else if (*at == ' ' && (inside || is_before_unit(buffer->bytes, at)))
            *at = GLUE;
    }
}

static void unglue(struct mf__buffer *buffer)
{
    for (char *at = buffer->bytes; at != NULL && *at != '\0'; at++)
        if (*at == GLUE)
            *at = ' ';
}

/* The columns of the longest word. */
static size_t longest_word(const struct layout *layout, const char *text)
{
    size_t longest = 0;
    while (*text != '\0') {
        struct mf__buffer word = {0};
        size_t length = strcspn(text, " ");
        mf__buffer_add(&word, text, length);
        longest = larger(longest, mf__text_width(mf__buffer_text(&word)));
        layout->out->failed = layout->out->failed || word.failed;
        mf__buffer_done(&word);
        text += length + strspn(text + length, " ");
    }
    return longest;
}

static void measure(const struct layout *layout, size_t at)
{
    struct column *column = &layout->columns[at];
    for (size_t row = 0; row <= layout->rows; row++) {
        const char *text = text_at(layout, row, at);
        column->width = larger(column->width, mf__text_width(text));
        column->least = larger(column->least, longest_word(layout, text));
    }
}

/* ---- finding room ---- */

static size_t total_width(const struct layout *layout)
{
    size_t total = INDENT;
    for (size_t i = 0; i < layout->table->n_columns; i++)
        total += (i > 0 ? GAP : 0) + layout->columns[i].width;
    return total;
}

/* Takes a column of text from the widest that has one to give; false when none has. */
static bool narrow(const struct layout *layout)
{
    struct column *widest = NULL;
    for (size_t i = 0; i < layout->table->n_columns; i++) {
        struct column *column = &layout->columns[i];
        if (column->width > column->least && (widest == NULL || column->width > widest->width))
            widest = column;
    }
    if (widest != NULL)
        widest->width--;
    return widest != NULL;
}

static bool find_room(const struct layout *layout)
{
    for (size_t i = 0; i < layout->table->n_columns; i++)
        measure(layout, i);
    while (total_width(layout) > layout->style->width)
        if (!narrow(layout))
            return false;
    return true;
}

/* ---- as rows ---- */

/* The cells of a row, broken into lines, and how far each is written. */
struct broken {
    struct mf__buffer text;
    const char *rest;
};

/* Writes the next line of a cell, `owed` blanks before it. */
static void put_piece(const struct layout *layout, struct broken *cell, size_t at, bool head,
                      size_t *owed)
{
    struct mf__buffer *out = layout->out;
    struct mf__buffer line = {0};
    size_t length = strcspn(cell->rest, "\n");
    mf__buffer_add(&line, cell->rest, length);
    size_t width = mf__text_width(mf__buffer_text(&line));
    size_t room = layout->columns[at].width; /* too little where there was no memory */
    size_t pad = room > width ? room - width : 0;
    bool right = layout->table->columns[at].right;
    *owed += right ? pad : 0;
    if (length > 0) {
        mf__buffer_fill(out, ' ', *owed);
        mf__say_tinted(layout->style, head ? MF__TINT_FAINT : MF__TINT_PLAIN,
                       mf__buffer_text(&line), out);
        *owed = 0;
    }
    *owed += right ? 0 : pad;
    cell->rest += length + (cell->rest[length] == '\n' ? 1 : 0);
    out->failed = out->failed || line.failed;
    mf__buffer_done(&line);
}

static bool is_left(const struct broken *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cells[i].rest[0] != '\0')
            return true;
    return false;
}

static void put_row(const struct layout *layout, size_t row, struct broken *cells)
{
    struct mf__buffer *out = layout->out;
    size_t n = layout->table->n_columns;
    for (size_t i = 0; i < n; i++) {
        mf__buffer_clear(&cells[i].text);
        mf__wrap(&cells[i].text, text_at(layout, row, i),
                 (struct mf__margins){.width = layout->columns[i].width});
        unglue(&cells[i].text);
        cells[i].rest = mf__buffer_text(&cells[i].text);
        out->failed = out->failed || cells[i].text.failed;
    }
    do {
        size_t owed = INDENT;
        for (size_t i = 0; i < n; i++) {
            owed += i > 0 ? GAP : 0;
            put_piece(layout, &cells[i], i, row == 0, &owed);
        }
        mf__buffer_put(out, "\n");
    } while (is_left(cells, n));
}

static void put_rows(const struct layout *layout)
{
    size_t n = layout->table->n_columns;
    struct broken *cells = mf__new(n, sizeof *cells);
    layout->out->failed = layout->out->failed || cells == NULL;
    for (size_t row = 0; cells != NULL && row <= layout->rows; row++)
        put_row(layout, row, cells);
    for (size_t i = 0; cells != NULL && i < n; i++)
        mf__buffer_done(&cells[i].text);
    mf__free(cells);
}

/* ---- as lists ---- */

/* A name that is wider than the others may be has a line of its own. */
static void put_named(const struct layout *layout, const char *name, size_t width, const char *text)
{
    struct mf__buffer *out = layout->out;
    bool beside = mf__text_width(name) <= width;
    const struct mf__label label = {beside ? name : "", INDENT, (unsigned)width + GAP,
                                    MF__TINT_FAINT};
    if (!beside) {
        const struct mf__label none = {"", 0, INDENT, MF__TINT_PLAIN};
        mf__say_lines(layout->style, &none, out, "%s", name);
    }
    mf__say_lines(layout->style, &label, out, "%s", text);
}

static void put_lists(const struct layout *layout)
{
    size_t n = layout->table->n_columns;
    for (size_t i = 0; i < (layout->rows + 1) * n; i++)
        unglue(&layout->texts[i]);
    size_t width = 0;
    for (size_t i = 0; i < n; i++) {
        size_t name = mf__text_width(text_at(layout, 0, i));
        width = name <= layout->style->width / SHARE_OF_NAME ? larger(width, name) : width;
    }
    for (size_t row = 1; row <= layout->rows; row++) {
        if (row > 1)
            mf__buffer_put(layout->out, "\n");
        for (size_t i = 0; i < n; i++)
            if (text_at(layout, row, i)[0] != '\0')
                put_named(layout, text_at(layout, 0, i), width, text_at(layout, row, i));
    }
}

/* ---- all of it ---- */

/* The names and cells as they can be shown. */
static void make_texts(struct layout *layout)
{
    const struct mf__story_table *table = layout->table;
    for (size_t i = 0; i < table->n_columns; i++)
        mf__say(layout->style, table->columns[i].name, &layout->texts[i]);
    for (size_t i = 0; i < layout->rows * table->n_columns; i++)
        mf__say(layout->style, table->cells[i], &layout->texts[table->n_columns + i]);
    for (size_t i = 0; i < (layout->rows + 1) * table->n_columns; i++)
        glue(&layout->texts[i]);
}

static bool is_whole(const struct layout *layout, size_t n_texts)
{
    for (size_t i = 0; i < n_texts; i++)
        if (layout->texts[i].failed)
            return false;
    return true;
}

void mf__text_table(const struct mf__story_table *table, const struct mf__style *style,
                    struct mf__buffer *out)
{
    if (table->n_columns == 0 || table->n_cells < table->n_columns) {
        mf__buffer_fill(out, ' ', INDENT);
        mf__say_tinted(style, MF__TINT_FAINT, "(no rows)", out);
        mf__buffer_put(out, "\n");
        return;
    }
    struct layout layout = {table, style, table->n_cells / table->n_columns, NULL, NULL, out};
    size_t n_texts = (layout.rows + 1) * table->n_columns;
    layout.columns = mf__new(table->n_columns, sizeof *layout.columns);
    layout.texts = mf__new(n_texts, sizeof *layout.texts);
    if (layout.columns != NULL && layout.texts != NULL)
        make_texts(&layout);
    if (layout.columns == NULL || layout.texts == NULL || !is_whole(&layout, n_texts))
        out->failed = true;
    else if (find_room(&layout))
        put_rows(&layout);
    else
        put_lists(&layout);
    for (size_t i = 0; layout.texts != NULL && i < n_texts; i++)
        mf__buffer_done(&layout.texts[i]);
    mf__free(layout.texts);
    mf__free(layout.columns);
}
