/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

#define INDENT      2
#define PICTURE_GAP 2
#define FIRST_ROOM  64

/* What is shown, and how wide. */
struct layout {
    size_t widths[MF__COLUMNS_MAX];
    bool shown[MF__COLUMNS_MAX];
    size_t picture; /* its width; 0: none */
};

void mf__table_add(struct mf__table *table, enum mf__tint tint, const char *format, ...)
{
    if (table->n_cells == table->room) {
        size_t room = table->room > 0 ? 2 * table->room : FIRST_ROOM;
        struct mf__cell *cells = mf__resize(table->cells, room, sizeof *cells);
        table->failed = table->failed || cells == NULL;
        if (cells == NULL)
            return;
        table->cells = cells;
        table->room = room;
    }
    struct mf__buffer raw = {0};
    struct mf__buffer text = {0};
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(&raw, format, args);
    va_end(args);
    mf__say(table->style, mf__buffer_text(&raw), &text);

    struct mf__cell *cell = &table->cells[table->n_cells++];
    size_t length = text.length < sizeof cell->text ? text.length : sizeof cell->text - 1;
    memcpy(cell->text, mf__buffer_text(&text), length);
    cell->text[length] = '\0';
    cell->tint = tint;
    table->failed = table->failed || raw.failed || text.failed;
    mf__buffer_done(&raw);
    mf__buffer_done(&text);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The last column below the header of column `first`. */
static size_t span_end(const struct mf__table *table, size_t first)
{
    size_t last = first;
    while (last + 1 < table->n_columns && table->columns[last + 1].header == NULL)
        last++;
    return last;
}

static size_t span_width(const struct mf__table *table, const struct layout *layout, size_t first)
{
    size_t width = layout->widths[first];
    for (size_t i = first + 1; i <= span_end(table, first); i++)
        if (layout->shown[i])
            width += table->columns[i].gap + layout->widths[i];
    return width;
}

/* Room for the header: in the first column below it that is aligned to the left, if there is one.
 */
static void widen(const struct mf__table *table, struct layout *layout, size_t first)
{
    size_t wanted = mf__text_width(table->columns[first].header);
    size_t width = span_width(table, layout, first);
    if (!layout->shown[first] || width >= wanted)
        return;
    size_t at = first;
    for (size_t i = span_end(table, first); i > first; i--)
        if (layout->shown[i] && !table->columns[i].right)
            at = i;
    if (!table->columns[first].right)
        at = first;
    layout->widths[at] += wanted - width;
}

static void widen_all(const struct mf__table *table, struct layout *layout)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].header != NULL)
            widen(table, layout, i);
}

static void measure(const struct mf__table *table, struct layout *layout)
{
    for (size_t i = 0; i < table->n_cells; i++) {
        size_t column = i % table->n_columns;
        size_t width = mf__text_width(table->cells[i].text);
        layout->widths[column] = larger(layout->widths[column], width);
        layout->shown[column] = layout->shown[column] || width > 0;
    }
    widen_all(table, layout);
}

static size_t total_width(const struct mf__table *table, const struct layout *layout)
{
    size_t total = INDENT;
    for (size_t i = 0; i < table->n_columns; i++)
        if (layout->shown[i])
            total += (i > 0 ? table->columns[i].gap : 0) + layout->widths[i];
    return total;
}

/* Hides the column of the highest rank with what goes on below its header; false when none may go.
 */
static bool hide_one(struct mf__table *table, struct layout *layout)
{
    size_t at = 0;
    unsigned rank = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (layout->shown[i] && table->columns[i].rank > rank) {
            at = i;
            rank = table->columns[i].rank;
        }
    }
    if (rank == 0)
        return false;
    layout->shown[at] = false;
    table->hidden[at] = true;
    for (size_t i = at + 1; i <= span_end(table, at) && table->columns[at].header != NULL; i++)
        layout->shown[i] = false;
    widen_all(table, layout); /* a header may have lost columns that it stood above */
    return true;
}

static void fit(struct mf__table *table, struct layout *layout)
{
    const struct mf__picture *picture = &table->picture;
    size_t least = picture->draw != NULL ? PICTURE_GAP + picture->least : 0;
    while (total_width(table, layout) + least > table->style->width && hide_one(table, layout))
        ;
    size_t taken = total_width(table, layout) + PICTURE_GAP;
    size_t left = table->style->width > taken ? table->style->width - taken : 0;
    if (picture->draw != NULL && left >= picture->least)
        layout->picture = left < picture->most ? left : picture->most;
}

/* A line under way: blanks are owed until something stands behind them. */
struct line {
    struct mf__buffer *out;
    size_t owed;
};

static void put_text(struct line *line, const struct mf__style *style, const char *text,
                     enum mf__tint tint)
{
    if (text[0] == '\0')
        return;
    mf__buffer_fill(line->out, ' ', line->owed);
    mf__say_tinted(style, tint, text, line->out);
    line->owed = 0;
}

static void put_cell(struct line *line, const struct mf__style *style, const struct mf__cell *cell,
                     bool right, size_t width)
{
    size_t pad = width - mf__text_width(cell->text);
    line->owed += right ? pad : 0;
    put_text(line, style, cell->text, cell->tint);
    line->owed += right ? 0 : pad;
}

static void put_header(const struct mf__table *table, const struct layout *layout,
                       struct mf__buffer *out)
{
    struct line line = {out, INDENT};
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct mf__column *column = &table->columns[i];
        if (column->header == NULL || !layout->shown[i])
            continue;
        size_t pad = span_width(table, layout, i) - mf__text_width(column->header);
        bool right = column->right && span_end(table, i) == i;
        line.owed += (i > 0 ? column->gap : 0) + (right ? pad : 0);
        put_text(&line, table->style, column->header, MF__TINT_FAINT);
        line.owed += right ? 0 : pad;
    }
    line.owed += PICTURE_GAP;
    if (layout->picture > 0 && table->picture.header != NULL &&
        mf__text_width(table->picture.header) <= layout->picture)
        put_text(&line, table->style, table->picture.header, MF__TINT_FAINT);
    mf__buffer_put(out, "\n");
}

static void put_picture(const struct mf__table *table, const struct layout *layout, size_t row,
                        struct line *line)
{
    struct mf__buffer drawn = {0};
    table->picture.draw(table->picture.user, row, layout->picture, &drawn);
    line->owed += PICTURE_GAP;
    put_text(line, table->style, mf__buffer_text(&drawn), MF__TINT_BAR);
    line->out->failed = line->out->failed || drawn.failed;
    mf__buffer_done(&drawn);
}

static void put_row(const struct mf__table *table, const struct layout *layout, size_t row,
                    struct mf__buffer *out)
{
    struct line line = {out, INDENT};
    const struct mf__cell *cells = table->cells + row * table->n_columns;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (!layout->shown[i])
            continue;
        line.owed += i > 0 ? table->columns[i].gap : 0;
        put_cell(&line, table->style, &cells[i], table->columns[i].right, layout->widths[i]);
    }
    if (layout->picture > 0)
        put_picture(table, layout, row, &line);
    mf__buffer_put(out, "\n");
}

void mf__table_finish(struct mf__table *table, struct mf__buffer *out)
{
    struct layout layout = {0};
    out->failed = out->failed || table->failed;
    measure(table, &layout);
    fit(table, &layout);
    put_header(table, &layout, out);
    for (size_t row = 0; row < table->n_cells / table->n_columns; row++)
        put_row(table, &layout, row, out);
    mf__free(table->cells);
    table->cells = NULL;
    table->n_cells = table->room = 0;
}
