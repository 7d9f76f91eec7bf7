/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal draws no curves: of charts there are the captions, which say what they show, and the
 * first rows of the numbers behind them. */
#include "base/text.h"
#include "forms/forms.h"
#include "forms/formula.h"
#include "forms/text_table.h"

#include <string.h>

#define INDENT     2
#define CHART_ROWS 24 /* a screenful */

/* The page under way. */
struct page {
    const struct mf__style *style;
    struct mf__buffer *out;
    enum mf__block_kind before; /* what stands above */
};

static bool has_words(const char *text)
{
    return text != NULL && text[strspn(text, " ")] != '\0';
}

/* A text, NULL or empty for none, `more` columns further to the right than others. */
static void put_text(const struct page *page, unsigned more, const char *text)
{
    const struct mf__label none = {"", 0, INDENT + more, MF__TINT_PLAIN};
    if (has_words(text))
        mf__say_lines(page->style, &none, page->out, "%s", text);
}

/* Not broken into lines: it is copied from here. */
static void put_command(const struct page *page, const char *command)
{
    mf__buffer_fill(page->out, ' ', INDENT);
    mf__buffer_put(page->out, has_words(command) ? "$ " : "$");
    mf__say(page->style, has_words(command) ? command : "", page->out);
    mf__buffer_put(page->out, "\n");
}

/* Titles, in colour line by line. */
static void put_title(const struct page *page, unsigned indent, const char *title)
{
    struct mf__buffer wrapped = {0};
    const struct mf__style plain = {page->style->width, false, page->style->ascii};
    const struct mf__label none = {"", 0, indent, MF__TINT_PLAIN};
    if (!has_words(title))
        return;
    mf__say_lines(&plain, &none, &wrapped, "%s", title);
    for (const char *line = mf__buffer_text(&wrapped); *line != '\0';) {
        struct mf__buffer one = {0};
        size_t length = strcspn(line, "\n");
        mf__buffer_add(&one, line + indent, length - indent);
        mf__buffer_fill(page->out, ' ', indent);
        mf__say_tinted(page->style, MF__TINT_STRONG, mf__buffer_text(&one), page->out);
        mf__buffer_put(page->out, "\n");
        page->out->failed = page->out->failed || one.failed;
        mf__buffer_done(&one);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    page->out->failed = page->out->failed || wrapped.failed;
    mf__buffer_done(&wrapped);
}

/* The chapters of a long page are told from their parts by a line below them. */
static void put_heading(const struct page *page, const struct mf__block *section)
{
    struct mf__buffer shown = {0};
    mf__say(page->style, section->title, &shown);
    size_t width = mf__text_width(mf__buffer_text(&shown));
    put_title(page, 0, section->title);
    if (section->level == 1) {
        mf__buffer_fill(page->out, '-', width < page->style->width ? width : page->style->width);
        mf__buffer_put(page->out, "\n");
    }
    page->out->failed = page->out->failed || shown.failed;
    mf__buffer_done(&shown);
}

static void put_note(const struct page *page, const char *text)
{
    const struct mf__label label = {"note", INDENT, 6, MF__TINT_WARNING};
    if (has_words(text))
        mf__say_lines(page->style, &label, page->out, "%s", text);
}

/* On one line where formula.h knows it, else as it was written. */
static void put_formula(const struct page *page, const char *tex)
{
    struct mf__buffer line = {0};
    int code = mf__formula_line(tex, &line, NULL);
    put_text(page, 2, code == 0 ? mf__buffer_text(&line) : tex);
    page->out->failed = page->out->failed || code == MF_E_MEMORY;
    mf__buffer_done(&line);
}

static void put_chart(const struct page *page, const struct mf__block *chart)
{
    const struct mf__label none = {"", 0, INDENT, MF__TINT_PLAIN};
    struct mf__story_table shown = chart->table;
    size_t rows = shown.n_columns > 0 ? shown.n_cells / shown.n_columns : 0;
    if (!chart->is_alone)
        put_title(page, INDENT, chart->title);
    put_text(page, 0, chart->text);
    mf__buffer_put(page->out, "\n");
    if (rows > CHART_ROWS + 1) /* one more is as long as the line that says so */
        shown.n_cells = CHART_ROWS * shown.n_columns;
    mf__text_table(&shown, page->style, page->out);
    if (rows > CHART_ROWS + 1)
        mf__say_lines(page->style, &none, page->out,
                      "and %zu more rows, which the other forms of this report have",
                      rows - CHART_ROWS);
}

static void put_block(const struct page *page, const struct mf__block *block)
{
    switch (block->kind) {
    case MF__BLOCK_SECTION:
        put_heading(page, block);
        break;
    case MF__BLOCK_TEXT:
        put_text(page, 0, block->text);
        break;
    case MF__BLOCK_NOTE:
        put_note(page, block->text);
        break;
    case MF__BLOCK_ANSWER:
        put_title(page, INDENT, block->title);
        put_text(page, 2, block->text);
        break;
    case MF__BLOCK_TABLE:
        if (!block->is_alone)
            put_title(page, INDENT, block->title);
        mf__text_table(&block->table, page->style, page->out);
        break;
    case MF__BLOCK_CHART:
        put_chart(page, block);
        break;
    case MF__BLOCK_FORMULA:
        put_title(page, INDENT, block->title);
        put_formula(page, block->formula);
        put_text(page, 2, block->text);
        break;
    case MF__BLOCK_COMMAND:
        put_command(page, block->text);
        break;
    }
}

/* Between blocks stands a blank line, but for what belongs together: a heading and what follows,
 * notes and commands in a row. */
static bool is_apart(const struct page *page, enum mf__block_kind kind)
{
    bool in_row = kind == MF__BLOCK_NOTE || kind == MF__BLOCK_COMMAND;
    return page->before != MF__BLOCK_SECTION && !(in_row && page->before == kind);
}

int mf__form_text(const struct mf__story *story, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error)
{
    struct page page = {style, out, MF__BLOCK_TEXT};
    put_title(&page, 0, story->title);
    put_text(&page, 0, story->about);
    for (size_t i = 0; i < story->n_blocks; i++) {
        const struct mf__block *block = &story->blocks[i];
        if (out->length > 0 && (block->kind == MF__BLOCK_SECTION || is_apart(&page, block->kind)))
            mf__buffer_put(out, "\n");
        put_block(&page, block);
        page.before = block->kind;
    }
    return mf__buffer_check(out, error);
}
