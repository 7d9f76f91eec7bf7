/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/html_blocks.h"

#include "forms/formula.h"
#include "forms/html_text.h"

#define MOST_OPEN_ROWS     8 /* of a table; a longer one can be folded */
#define MOST_OPEN_FORMULAE 2 /* in a row */

/* What is needed besides the block itself. */
struct blocks {
    const struct mf__story *story;
    size_t at;        /* the block's number */
    unsigned heading; /* the level of the last heading; the title is level 1 */
    bool is_folded;   /* formulae in a row have begun that can be folded */
    struct mf__buffer *out;
};

static void add_element(struct mf__buffer *out, const char *open, const char *text,
                        const char *close)
{
    mf__buffer_put(out, open);
    mf__html_words(out, text);
    mf__buffer_put(out, close);
}

/* Levels of headings rise by one at most, as screen readers expect. */
static int add_section(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    (void)error;
    unsigned level = block->level + 1;
    if (level > blocks->heading + 1)
        level = blocks->heading + 1;
    blocks->heading = level;
    mf__buffer_print(blocks->out, "<h%u id=\"%s\">", level, block->id);
    mf__html_words(blocks->out, block->title);
    mf__buffer_print(blocks->out, "</h%u>\n", level);
    return 0;
}

static int add_text(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    (void)error;
    add_element(blocks->out, "<p>", block->text, "</p>\n");
    return 0;
}

static int add_note(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    (void)error;
    add_element(blocks->out, "<div class=\"note\" role=\"note\"><b>Note.</b> ", block->text,
                "</div>\n");
    return 0;
}

static bool is_answer(const struct blocks *blocks, size_t i)
{
    return i < blocks->story->n_blocks && blocks->story->blocks[i].kind == MF__BLOCK_ANSWER;
}

/* An answer without a question goes on with the one before. */
static bool goes_on(const struct blocks *blocks, size_t i)
{
    return is_answer(blocks, i) && blocks->story->blocks[i].title == NULL;
}

static int add_answer(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    bool first = blocks->at == 0 || !is_answer(blocks, blocks->at - 1);
    (void)error;
    if (first)
        mf__buffer_put(blocks->out, "<dl class=\"answers\">\n");
    if (first || block->title != NULL)
        add_element(blocks->out, "<div><dt>", block->title, "</dt>");
    add_element(blocks->out, "<dd>", block->text, "</dd>");
    if (!goes_on(blocks, blocks->at + 1))
        mf__buffer_put(blocks->out, "</div>\n");
    if (!is_answer(blocks, blocks->at + 1))
        mf__buffer_put(blocks->out, "</dl>\n");
    return 0;
}

/* ---- tables ---- */

/* A box that wide tables scroll in, with a name, and reachable by keys. */
static void open_box(struct mf__buffer *out, const char *name)
{
    add_element(out, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"", name,
                "\">");
}

/* The first cell of a row names it, unless it is a number itself. */
static void add_cell(struct mf__buffer *out, const struct mf__story_table *table, size_t i)
{
    size_t column = i % table->n_columns;
    bool right = table->columns[column].right;
    if (column == 0)
        mf__buffer_put(out, "<tr>");
    if (column == 0 && !right)
        add_element(out, "<th scope=\"row\">", table->cells[i], "</th>");
    else
        add_element(out, right ? "<td class=\"right\">" : "<td>", table->cells[i], "</td>");
    if (column + 1 == table->n_columns)
        mf__buffer_put(out, "</tr>\n");
}

static void add_cells(struct mf__buffer *out, const struct mf__story_table *table)
{
    mf__buffer_put(out, "<table>\n<thead><tr>");
    for (size_t i = 0; i < table->n_columns; i++)
        add_element(out,
                    table->columns[i].right ? "<th scope=\"col\" class=\"right\">"
                                            : "<th scope=\"col\">",
                    table->columns[i].name, "</th>");
    mf__buffer_put(out, "</tr></thead>\n<tbody>\n");
    /* A row that was not filled up is not shown. */
    for (size_t i = 0; i < table->n_cells / table->n_columns * table->n_columns; i++)
        add_cell(out, table, i);
    mf__buffer_put(out, "</tbody>\n</table>");
}

static void add_boxed(struct mf__buffer *out, const struct mf__block *block)
{
    if (block->table.n_columns == 0)
        return;
    open_box(out, block->title);
    add_cells(out, &block->table);
    mf__buffer_put(out, "</div>\n");
}

/* A title that the heading above has said already is left out; the names of boxes and pictures, for
 * those who do not see where these stand, always hold it. */
static void add_title(const struct blocks *blocks, const struct mf__block *block)
{
    if (!block->is_alone)
        add_element(blocks->out, "<p class=\"named\">", block->title, "</p>\n");
}

/* Long tables are open, and folded on phones by the page's script. */
static int add_table(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    (void)error;
    const struct mf__story_table *table = &block->table;
    size_t rows = table->n_columns > 0 ? table->n_cells / table->n_columns : 0;
    bool folds = rows > MOST_OPEN_ROWS;
    if (folds) {
        add_element(blocks->out, "<details class=\"long\" open><summary>", block->title, ": ");
        mf__buffer_print(blocks->out, "%zu rows</summary>\n", rows);
    } else {
        add_title(blocks, block);
    }
    add_boxed(blocks->out, block);
    mf__buffer_put(blocks->out, folds ? "</details>\n" : "");
    return 0;
}

/* ---- charts, formulae, commands ---- */

static int add_chart(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    struct mf__buffer *out = blocks->out;
    mf__buffer_print(out, "<figure class=\"chart\" id=\"%s\">\n", block->id);
    add_title(blocks, block);
    add_element(out, "<div class=\"plot\" role=\"img\" aria-label=\"", block->title, ": ");
    add_element(out, "", block->text, "\"></div>\n");
    add_element(out, "<figcaption>", block->text, "");
    if (block->drawn != NULL)
        add_element(out, " <span class=\"drawn\">", block->drawn, "</span>");
    mf__buffer_put(out, "</figcaption>\n");
    add_element(out, "<details><summary>Numbers behind this chart</summary>\n", NULL, "");
    add_boxed(out, block);
    mf__buffer_put(out, "</details>\n");
    int code = mf__html_data(out, block->chart, JSON_COMPACT | JSON_REAL_PRECISION(10), error);
    mf__buffer_put(out, "</figure>\n");
    return code;
}

static size_t count_formulae(const struct blocks *blocks)
{
    size_t i = blocks->at;
    while (i < blocks->story->n_blocks && blocks->story->blocks[i].kind == MF__BLOCK_FORMULA)
        i++;
    return i - blocks->at;
}

/* Many of them are folded on phones, as long tables are. */
static int add_formula(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    struct mf__buffer *out = blocks->out;
    size_t n = count_formulae(blocks);
    if (!blocks->is_folded && n > MOST_OPEN_FORMULAE) {
        blocks->is_folded = true;
        mf__buffer_print(out, "<details class=\"long\" open><summary>%zu formulae</summary>\n", n);
    }
    mf__buffer_put(out, "<div class=\"formula\">\n");
    add_element(out, "<p class=\"named\">", block->title, "</p>\n");
    open_box(out, block->title);
    int code = mf__formula_mathml(block->formula, out, error);
    mf__buffer_put(out, "</div>\n");
    add_element(out, "<p>", block->text, "</p>\n</div>\n");
    if (blocks->is_folded && n == 1) {
        blocks->is_folded = false;
        mf__buffer_put(out, "</details>\n");
    }
    return code;
}

static int add_command(struct blocks *blocks, const struct mf__block *block, mf_error *error)
{
    (void)error;
    mf__buffer_put(blocks->out, "<div class=\"command\"><pre><code>");
    mf__html_lines(blocks->out, block->text);
    mf__buffer_put(blocks->out, "</code></pre></div>\n");
    return 0;
}

int mf__html_blocks(const struct mf__story *story, struct mf__buffer *out, mf_error *error)
{
    static int (*const adders[])(struct blocks *, const struct mf__block *, mf_error *) = {
        [MF__BLOCK_SECTION] = add_section, [MF__BLOCK_TEXT] = add_text,
        [MF__BLOCK_NOTE] = add_note,       [MF__BLOCK_ANSWER] = add_answer,
        [MF__BLOCK_TABLE] = add_table,     [MF__BLOCK_CHART] = add_chart,
        [MF__BLOCK_FORMULA] = add_formula, [MF__BLOCK_COMMAND] = add_command,
    };
    struct blocks blocks = {.story = story, .heading = 1, .out = out};
    int code = 0;
    for (; code == 0 && blocks.at < story->n_blocks; blocks.at++) {
        const struct mf__block *block = &story->blocks[blocks.at];
        code = adders[block->kind](&blocks, block, error);
    }
    return code;
}
