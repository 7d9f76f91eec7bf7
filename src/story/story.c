/* SPDX-License-Identifier: Apache-2.0 */
#include "story/story.h"

#include "base/memory.h"
#include "base/status.h"

#include <string.h>

static void table_done(struct mf__story_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        mf__free(table->columns[i].name);
    for (size_t i = 0; i < table->n_cells; i++)
        mf__free(table->cells[i]);
    mf__free(table->columns);
    mf__free(table->cells);
}

static void block_done(struct mf__block *block)
{
    mf__free(block->id);
    mf__free(block->title);
    mf__free(block->text);
    mf__free(block->drawn);
    mf__free(block->formula);
    json_decref(block->chart);
    table_done(&block->table);
}

void mf__story_done(struct mf__story *story)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        block_done(&story->blocks[i]);
    for (size_t i = 0; i < story->n_sources; i++) {
        mf__free(story->sources[i].name);
        json_decref(story->sources[i].root);
    }
    mf__free(story->title);
    mf__free(story->about);
    mf__free(story->created);
    mf__free(story->blocks);
    mf__free(story->sources);
    *story = (struct mf__story){0};
}

int mf__story_check(const struct mf__story *story, mf_error *error)
{
    return story->failed ? mf__fail(error, MF_E_MEMORY, "no memory for the report") : 0;
}

/* ---- texts ---- */

static void set_text(struct mf__story *story, char **ret_text, const char *text)
{
    if (text == NULL || story->failed)
        return;
    char *copy = mf__copy_text(text);
    if (copy == NULL) {
        story->failed = true;
        return;
    }
    mf__free(*ret_text);
    *ret_text = copy;
}

static MF_PRINTF(3, 0) void print_text(struct mf__story *story, char **ret_text, const char *format,
                                       va_list args)
{
    struct mf__buffer text = {0};
    mf__buffer_vprint(&text, format, args);
    if (text.failed)
        story->failed = true;
    set_text(story, ret_text, mf__buffer_text(&text));
    mf__buffer_done(&text);
}

void mf__story_begin(struct mf__story *story, const char *title, const char *created)
{
    set_text(story, &story->title, title);
    set_text(story, &story->created, created);
}

void mf__story_about(struct mf__story *story, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_text(story, &story->about, format, args);
    va_end(args);
}

void mf__text_done(struct mf__story *story, struct mf__buffer *text)
{
    story->failed = story->failed || text->failed;
    mf__buffer_done(text);
}

/* ---- growing lists ---- */

/* Room for one more than `n` in a list whose room doubles; NULL sets `failed`. */
static void *room_for(struct mf__story *story, void *list, size_t n, size_t each)
{
    bool is_full = (n & (n - 1)) == 0; /* 0, 1, 2, 4 ... are there */
    if (story->failed || !is_full)
        return list;
    void *grown = mf__resize(list, n == 0 ? 1 : 2 * n, each);
    if (grown == NULL)
        story->failed = true;
    return grown == NULL ? list : grown;
}

void mf__story_source(struct mf__story *story, const char *name, json_t *root)
{
    story->sources = room_for(story, story->sources, story->n_sources, sizeof *story->sources);
    if (story->failed)
        return;
    struct mf__source *source = &story->sources[story->n_sources++];
    *source = (struct mf__source){.root = json_incref(root)};
    set_text(story, &source->name, name);
}

static bool is_shown(const struct mf__block *block)
{
    return block->kind == MF__BLOCK_TABLE || block->kind == MF__BLOCK_CHART;
}

/* The last block joins those below the same heading. */
static void note_company(struct mf__story *story)
{
    struct mf__block *last = &story->blocks[story->n_blocks - 1];
    struct mf__block *block = last;
    last->is_alone = is_shown(last);
    while (last->is_alone && block > story->blocks && block[-1].kind != MF__BLOCK_SECTION) {
        block--;
        if (is_shown(block))
            last->is_alone = block->is_alone = false;
    }
    if (block == story->blocks)
        last->is_alone = false; /* there is no heading */
}

/* A block at the end; NULL when there is no memory. */
static struct mf__block *add_block(struct mf__story *story, enum mf__block_kind kind)
{
    story->blocks = room_for(story, story->blocks, story->n_blocks, sizeof *story->blocks);
    if (story->failed)
        return NULL;
    struct mf__block *block = &story->blocks[story->n_blocks++];
    *block = (struct mf__block){.kind = kind};
    note_company(story);
    return block;
}

/* ---- blocks ---- */

static bool has_id(const struct mf__story *story, const char *id)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].id != NULL && strcmp(story->blocks[i].id, id) == 0)
            return true;
    return false;
}

static void set_id(struct mf__story *story, struct mf__block *block, const char *id)
{
    struct mf__buffer unique = {0};
    mf__buffer_put(&unique, id);
    for (unsigned i = 2; has_id(story, mf__buffer_text(&unique)) && !unique.failed; i++) {
        mf__buffer_clear(&unique);
        mf__buffer_print(&unique, "%s-%u", id, i);
    }
    if (unique.failed)
        story->failed = true;
    set_text(story, &block->id, mf__buffer_text(&unique));
    mf__buffer_done(&unique);
}

void mf__story_section(struct mf__story *story, unsigned level, const char *id, const char *title)
{
    struct mf__block *block = add_block(story, MF__BLOCK_SECTION);
    if (block == NULL)
        return;
    block->level = level;
    set_id(story, block, id);
    set_text(story, &block->title, title);
}

/* A block whose text is `format`, and whose other texts are set by the caller. */
static MF_PRINTF(3, 0) struct mf__block *add_worded(struct mf__story *story,
                                                    enum mf__block_kind kind, const char *format,
                                                    va_list args)
{
    struct mf__block *block = add_block(story, kind);
    if (block != NULL)
        print_text(story, &block->text, format, args);
    return block;
}

void mf__story_text(struct mf__story *story, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_worded(story, MF__BLOCK_TEXT, format, args);
    va_end(args);
}

void mf__story_note(struct mf__story *story, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_worded(story, MF__BLOCK_NOTE, format, args);
    va_end(args);
}

void mf__story_command(struct mf__story *story, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_worded(story, MF__BLOCK_COMMAND, format, args);
    va_end(args);
}

void mf__story_answer(struct mf__story *story, const char *question, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct mf__block *block = add_worded(story, MF__BLOCK_ANSWER, format, args);
    va_end(args);
    if (block != NULL)
        set_text(story, &block->title, question);
}

void mf__story_formula(struct mf__story *story, const char *name, const char *tex,
                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct mf__block *block = add_worded(story, MF__BLOCK_FORMULA, format, args);
    va_end(args);
    if (block == NULL)
        return;
    set_text(story, &block->title, name);
    set_text(story, &block->formula, tex);
}

void mf__story_table(struct mf__story *story, const char *title)
{
    struct mf__block *block = add_block(story, MF__BLOCK_TABLE);
    if (block != NULL)
        set_text(story, &block->title, title);
}

void mf__story_chart(struct mf__story *story, const char *id, const char *title, json_t *chart,
                     const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct mf__block *block =
        chart != NULL ? add_worded(story, MF__BLOCK_CHART, format, args) : NULL;
    va_end(args);
    if (block == NULL) {
        story->failed = true;
        json_decref(chart);
        return;
    }
    block->chart = chart;
    set_id(story, block, id);
    set_text(story, &block->title, title);
}

void mf__story_drawn(struct mf__story *story, const char *format, ...)
{
    va_list args;
    if (story->failed || story->n_blocks == 0)
        return;
    va_start(args, format);
    print_text(story, &story->blocks[story->n_blocks - 1].drawn, format, args);
    va_end(args);
}

/* The table that is being filled: that of the last block. */
static struct mf__story_table *last_table(struct mf__story *story)
{
    return story->failed || story->n_blocks == 0 ? NULL : &story->blocks[story->n_blocks - 1].table;
}

void mf__story_column(struct mf__story *story, bool right, const char *name)
{
    struct mf__story_table *table = last_table(story);
    if (table == NULL)
        return;
    table->columns = room_for(story, table->columns, table->n_columns, sizeof *table->columns);
    if (story->failed)
        return;
    struct mf__story_column *column = &table->columns[table->n_columns++];
    *column = (struct mf__story_column){.right = right};
    set_text(story, &column->name, name);
}

void mf__story_cell(struct mf__story *story, const char *format, ...)
{
    struct mf__story_table *table = last_table(story);
    if (table == NULL)
        return;
    table->cells = room_for(story, table->cells, table->n_cells, sizeof *table->cells);
    if (story->failed)
        return;
    char **cell = &table->cells[table->n_cells++];
    *cell = NULL;
    va_list args;
    va_start(args, format);
    print_text(story, cell, format, args);
    va_end(args);
}
