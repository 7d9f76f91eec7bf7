/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Foreign text must come out as itself in readers that differ: GitHub's, JupyterLab's (which looks
 * for formulae before and after it reads Markdown) and nbconvert's. So what steers only Markdown
 * gets a backslash, and what steers more is taken apart:
 *
 * - "$" and "\" begin formulae in the finished page too, where MathJax reads each element's text
 *   for itself. In an element of their own they stand alone and begin nothing.
 * - "http://", "www." and "@" become links without any sign around them, for which entities are
 *   not seen, and a comment ends an address.
 *
 * A paragraph is one line: mf__escape leaves no newline in it.
 */
#include "forms/markdown.h"

#include "base/text.h"
#include "forms/forms.h"
#include "forms/formula.h"

#include <string.h>

#define MOST_OPEN_ROWS 12 /* of a chart's table; with more it is folded */

/* ---- foreign text ---- */

/* What stands in place of a byte, wherever it is; NULL: itself. */
static const char *stand_in(char byte)
{
    static const char *const forms[256] = {
        ['\\'] = "<span>&#92;</span>",
        ['$'] = "<span>&#36;</span>",
        ['&'] = "&amp;",
        ['<'] = "&lt;",
        ['>'] = "&gt;",
        ['@'] = "@<!-- -->",
        ['`'] = "\\`",
        ['*'] = "\\*",
        ['#'] = "\\#",
        ['|'] = "\\|",
        ['~'] = "\\~",
    };
    return forms[(unsigned char)byte];
}

static bool is_letter(char byte, char small)
{
    return byte == small || byte == small - 'a' + 'A';
}

static bool is_plain(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* Whether the byte at `at` is a line that could make text slanted: within a word it does not, and
 * max_depth is to be read in the source too. */
static bool slants(const char *text, const char *at)
{
    return *at == '_' && !(at > text && is_plain(at[-1]) && is_plain(at[1]));
}

/* Whether the byte at `at` makes a link of what is around it. */
static bool makes_link(const char *text, const char *at)
{
    if (*at == ':')
        return at[1] == '/';
    return *at == '.' && at - text >= 3 && is_letter(at[-1], 'w') && is_letter(at[-2], 'w') &&
           is_letter(at[-3], 'w');
}

/* Whether the byte at `at` makes a list, a line or a heading of the paragraph that it begins. */
static bool makes_block(const char *text, const char *at)
{
    bool ends = at[1] == ' ' || at[1] == '\0';
    if (at == text)
        return strchr("-+=", *at) != NULL && (ends || at[1] == *at);
    return ends && (*at == '.' || *at == ')') && strspn(text, "0123456789") == (size_t)(at - text);
}

/* Whether the bracket at `at` is one of a link, a picture or a footnote, or of what a link refers
 * to. Those around an interval, "[1.91, 1.95]", are none of these. */
static bool makes_reference(const char *text, const char *at)
{
    if (*at == ']')
        return at[1] != '\0' && strchr("([:", at[1]) != NULL;
    return *at == '[' && (at == text || at[-1] == '!' || at[1] == '^');
}

/* Whether the byte at `at` needs a backslash where it stands. */
static bool needs_backslash(const char *text, const char *at)
{
    return slants(text, at) || makes_reference(text, at) || makes_block(text, at);
}

static void put_safe(const char *text, struct mf__buffer *out)
{
    for (const char *at = text; *at != '\0'; at++) {
        const char *form = stand_in(*at);
        if (form != NULL)
            mf__buffer_put(out, form);
        else if (makes_link(text, at))
            mf__buffer_print(out, "&#%d;", *at);
        else
            mf__buffer_print(out, needs_backslash(text, at) ? "\\%c" : "%c", *at);
    }
}

/* Adds a text, NULL for none, on one line without blanks around it. */
static void put_words(const char *text, struct mf__buffer *out)
{
    struct mf__buffer shown = {0};
    const char *from = text != NULL ? text + strspn(text, " ") : "";
    size_t length = strlen(from);
    while (length > 0 && from[length - 1] == ' ')
        length--;
    mf__escape(&shown, from, length);
    put_safe(mf__buffer_text(&shown), out);
    out->failed = out->failed || shown.failed;
    mf__buffer_done(&shown);
}

static bool has_words(const char *text)
{
    return text != NULL && text[strspn(text, " ")] != '\0';
}

static void put_bold(const char *text, struct mf__buffer *out)
{
    if (!has_words(text))
        return;
    mf__buffer_put(out, "**");
    put_words(text, out);
    mf__buffer_put(out, "**");
}

/* ---- paragraphs ---- */

static void begin(struct mf__buffer *out)
{
    if (out->length > 0)
        mf__buffer_put(out, "\n");
}

void mf__markdown_paragraph(struct mf__buffer *out, const char *format, ...)
{
    va_list args;
    begin(out);
    va_start(args, format);
    mf__buffer_vprint(out, format, args);
    va_end(args);
    mf__buffer_put(out, "\n");
}

/* `before`, a bold text and a plain one, each if it is there. */
static void put_paragraph(const char *before, const char *bold, const char *text,
                          struct mf__buffer *out)
{
    if (!has_words(bold) && !has_words(text))
        return;
    begin(out);
    mf__buffer_put(out, before);
    put_bold(bold, out);
    mf__buffer_put(out, has_words(bold) && has_words(text) ? " " : "");
    put_words(text, out);
    mf__buffer_put(out, "\n");
}

static void put_heading(unsigned level, const char *title, struct mf__buffer *out)
{
    begin(out);
    mf__buffer_fill(out, '#', level);
    mf__buffer_put(out, " ");
    put_words(title, out);
    mf__buffer_put(out, "\n");
}

void mf__markdown_head(const struct mf__story *story, struct mf__buffer *out)
{
    put_heading(1, story->title, out);
    put_paragraph("", NULL, story->about, out);
}

/* The longest run of backticks. */
static size_t longest_fence(const char *text)
{
    size_t longest = 0;
    for (; *text != '\0'; text++) {
        size_t run = strspn(text, "`");
        longest = run > longest ? run : longest;
        text += run > 0 ? run - 1 : 0;
    }
    return longest;
}

/* Adds lines as they are, but for bytes that steer a terminal. */
static void put_lines(const char *text, struct mf__buffer *out)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n\t");
        mf__escape(out, text, length);
        mf__buffer_add(out, text + length, text[length] != '\0' ? 1 : 0);
        text += length + (text[length] != '\0' ? 1 : 0);
    }
}

static void put_fenced(const char *language, const char *text, struct mf__buffer *out)
{
    size_t longest = longest_fence(text);
    size_t fence = longest < 3 ? 3 : longest + 1;
    begin(out);
    mf__buffer_fill(out, '`', fence);
    mf__buffer_print(out, "%s\n", language);
    put_lines(text, out);
    mf__buffer_put(out, "\n");
    mf__buffer_fill(out, '`', fence);
    mf__buffer_put(out, "\n");
}

void mf__markdown_command(const char *command, struct mf__buffer *out)
{
    put_fenced("sh", command, out);
}

/* Whether this is TeX that formula.h knows and in which no text leads out of it again. */
static bool is_safe_formula(const char *tex, struct mf__buffer *out)
{
    struct mf__buffer line = {0};
    struct mf__buffer shown = {0};
    int code = mf__formula_line(tex, &line, NULL);
    mf__escape(&shown, tex, strlen(tex));
    bool safe = strcmp(mf__buffer_text(&shown), tex) == 0 && strpbrk(tex, "$`[]*~&#@|:") == NULL;
    out->failed = out->failed || shown.failed || code == MF_E_MEMORY;
    mf__buffer_done(&shown);
    mf__buffer_done(&line);
    return code == 0 && safe;
}

/* As TeX, in which signs of order are words, or they would begin tags. */
static void put_formula(const char *tex, struct mf__buffer *out)
{
    if (!is_safe_formula(tex, out)) {
        put_fenced("", tex, out);
        return;
    }
    begin(out);
    mf__buffer_put(out, "$$\n");
    for (; *tex != '\0'; tex++) {
        if (*tex == '<' || *tex == '>')
            mf__buffer_put(out, *tex == '<' ? "\\lt " : "\\gt ");
        else
            mf__buffer_add(out, tex, 1);
    }
    mf__buffer_put(out, "\n$$\n");
}

/* ---- tables ---- */

static void put_table(const struct mf__story_table *table, struct mf__buffer *out)
{
    if (table->n_columns == 0 || table->n_cells == 0) {
        mf__markdown_paragraph(out, "(no rows)");
        return;
    }
    begin(out);
    for (size_t i = 0; i < table->n_columns; i++) {
        mf__buffer_put(out, "| ");
        put_words(table->columns[i].name, out);
        mf__buffer_put(out, " ");
    }
    mf__buffer_put(out, "|\n");
    for (size_t i = 0; i < table->n_columns; i++)
        mf__buffer_put(out, table->columns[i].right ? "| ---: " : "| --- ");
    mf__buffer_put(out, "|\n");
    size_t rows = (table->n_cells + table->n_columns - 1) / table->n_columns;
    for (size_t i = 0; i < rows * table->n_columns; i++) {
        mf__buffer_put(out, "| ");
        put_words(i < table->n_cells ? table->cells[i] : NULL, out);
        mf__buffer_put(out, (i + 1) % table->n_columns == 0 ? " |\n" : " ");
    }
}

/* What the heading above says already is not said again. */
static void put_title(const struct mf__block *block, struct mf__buffer *out)
{
    if (!block->is_alone)
        put_paragraph("", block->title, NULL, out);
}

void mf__markdown_caption(const struct mf__block *chart, struct mf__buffer *out)
{
    put_title(chart, out);
    put_paragraph("", NULL, chart->text, out);
}

void mf__markdown_signs(const struct mf__block *chart, struct mf__buffer *out)
{
    put_paragraph("", NULL, chart->drawn, out);
}

void mf__markdown_numbers(const struct mf__block *chart, struct mf__buffer *out)
{
    const struct mf__story_table *table = &chart->table;
    size_t rows = table->n_columns > 0 ? table->n_cells / table->n_columns : 0;
    bool folds = rows > MOST_OPEN_ROWS;
    if (folds)
        mf__markdown_paragraph(
            out, "<details><summary>The numbers behind the chart: %zu rows</summary>", rows);
    put_table(table, out);
    if (folds)
        mf__markdown_paragraph(out, "</details>");
}

/* ---- blocks ---- */

void mf__markdown_block(const struct mf__block *block, struct mf__buffer *out)
{
    switch (block->kind) {
    case MF__BLOCK_SECTION: /* below the title, which is of level 1 */
        put_heading(block->level + 1, block->title, out);
        break;
    case MF__BLOCK_TEXT:
    case MF__BLOCK_ANSWER:
        put_paragraph("", block->title, block->text, out);
        break;
    case MF__BLOCK_NOTE:
        put_paragraph("> ", "Note:", block->text, out);
        break;
    case MF__BLOCK_TABLE:
        put_title(block, out);
        put_table(&block->table, out);
        break;
    case MF__BLOCK_CHART:
        mf__markdown_caption(block, out);
        mf__markdown_numbers(block, out);
        break;
    case MF__BLOCK_FORMULA:
        put_paragraph("", block->title, NULL, out);
        put_formula(block->formula, out);
        put_paragraph("", NULL, block->text, out);
        break;
    case MF__BLOCK_COMMAND:
        mf__markdown_command(block->text, out);
        break;
    }
}

int mf__form_markdown(const struct mf__story *story, struct mf__buffer *out, mf_error *error)
{
    mf__markdown_head(story, out);
    for (size_t i = 0; i < story->n_blocks; i++)
        mf__markdown_block(&story->blocks[i], out);
    return mf__buffer_check(out, error);
}
