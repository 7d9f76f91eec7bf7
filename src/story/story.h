/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A story: what a result says, in blocks, in the order in which a reader wants them. It is made
 * from result documents (document.h) and knows nothing of how it will look; src/forms/ makes a
 * page, a notebook, Markdown or terminal text of it. Neither computes anything that is not in the
 * documents.
 *
 * Texts are UTF-8 and plain: no markup. Whatever they hold, also markup, control characters and
 * quotes of column names and commands, is for the forms to make harmless.
 *
 * Building never fails in the middle: memory that is not there sets `failed`, further calls do
 * nothing, and mf__story_check tells at the end. All calls copy what they are given.
 */
#ifndef STORY_STORY_H
#define STORY_STORY_H

#include <manyfold/status.h>

#include "base/buffer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum mf__block_kind {
    MF__BLOCK_SECTION, /* a heading: `level` 1 to 3, `title`, `id` */
    MF__BLOCK_TEXT,    /* a paragraph: `text` */
    MF__BLOCK_NOTE,    /* what to beware of, or what is not known: `text` */
    MF__BLOCK_ANSWER,  /* a question, `title`, and its answer in a sentence or two, `text`. Several
                          in a row belong together; one without a question is another part of the
                          answer before. */
    MF__BLOCK_TABLE,   /* `title` and `table` */
    MF__BLOCK_CHART,   /* `id`, `title`, the caption `text` that says what the chart shows here,
                          `chart`, and the numbers behind it, `table` */
    MF__BLOCK_FORMULA, /* `title` names it, `formula` is TeX (formula.h says how much of it), and
                          `text` says what its letters are */
    MF__BLOCK_COMMAND, /* a shell command that makes what follows: `text` */
};

/* A table: cells row by row. */
struct mf__story_column {
    char *name;
    bool right; /* numbers are aligned to the right */
};

struct mf__story_table {
    size_t n_columns;
    struct mf__story_column *columns;
    size_t n_cells;
    char **cells;
};

struct mf__block {
    enum mf__block_kind kind;
    unsigned level;
    bool is_alone; /* the only table or chart below its heading, which says what its title would */
    char *id;      /* [a-z0-9-]+, unique in the story; NULL where there is none */
    char *title;
    char *text;
    char *drawn; /* of a chart: what its signs and colours mean, for forms that draw it; or NULL */
    char *formula;
    json_t *chart; /* a Vega-Lite specification with its data inside */
    struct mf__story_table table;
};

/* A document from which the story was made, kept whole. */
struct mf__source {
    char *name; /* "results.json" */
    json_t *root;
};

/* Start with {0}; free with mf__story_done, also after a failure. */
struct mf__story {
    char *title;
    char *about;   /* one line below it: what, when, where */
    char *created; /* a time as ISO 8601 has it, or NULL */
    size_t n_blocks;
    struct mf__block *blocks;
    size_t n_sources;
    struct mf__source *sources;
    bool failed;
};

void mf__story_done(struct mf__story *story);

/* MF_E_MEMORY when anything did not fit. */
int mf__story_check(const struct mf__story *story, mf_error *error);

void mf__story_begin(struct mf__story *story, const char *title, const char *created);
void mf__story_about(struct mf__story *story, const char *format, ...) MF_PRINTF(2, 3);

/* Takes a reference to the root. */
void mf__story_source(struct mf__story *story, const char *name, json_t *root);

/* An id that is there already gets "-2", "-3" ... behind it. */
void mf__story_section(struct mf__story *story, unsigned level, const char *id, const char *title);
void mf__story_text(struct mf__story *story, const char *format, ...) MF_PRINTF(2, 3);
void mf__story_note(struct mf__story *story, const char *format, ...) MF_PRINTF(2, 3);
/* `question` is NULL for another part of the answer before. */
void mf__story_answer(struct mf__story *story, const char *question, const char *format, ...)
    MF_PRINTF(3, 4);
void mf__story_command(struct mf__story *story, const char *format, ...) MF_PRINTF(2, 3);
void mf__story_formula(struct mf__story *story, const char *name, const char *tex,
                       const char *format, ...) MF_PRINTF(4, 5);

/* A table; its columns and cells follow. */
void mf__story_table(struct mf__story *story, const char *title);

/* A chart; takes `chart` over (NULL: no memory). The columns and cells of its table follow. */
void mf__story_chart(struct mf__story *story, const char *id, const char *title, json_t *chart,
                     const char *format, ...) MF_PRINTF(5, 6);

/* Of the last chart: what its signs mean. Forms that do not draw it leave this out. */
void mf__story_drawn(struct mf__story *story, const char *format, ...) MF_PRINTF(2, 3);

/* Of the last table or chart: first all columns, then the cells row by row. */
void mf__story_column(struct mf__story *story, bool right, const char *name);
void mf__story_cell(struct mf__story *story, const char *format, ...) MF_PRINTF(2, 3);

/* Frees a text that was made for the story, which fails with it. */
void mf__text_done(struct mf__story *story, struct mf__buffer *text);

#endif
