/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of text: aligned columns that give way when the page is narrow, and a picture in each row.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "report/style.h"

#define MF__COLUMNS_MAX 12

struct mf__column {
    const char *header; /* NULL: the header before goes on above this column. What is not ASCII in
                           it has an ASCII form as wide. */
    bool right;         /* aligned to the right */
    unsigned char gap;  /* blanks in front of it */
    unsigned char rank; /* on a narrow page the highest goes first; 0 stays in any case */
};

struct mf__cell {
    char text[64];
    enum mf__tint tint;
};

/* A last column that takes the room that is left; all zero for none. */
struct mf__picture {
    void (*draw)(const void *user, size_t row, size_t width, struct mf__buffer *out);
    const void *user;
    const char *header;
    size_t least; /* columns; with less room there is no picture */
    size_t most;
};

/* Start with {.style = ..., .columns = ..., .n_columns = ...}; add the cells row by row. */
struct mf__table {
    const struct mf__style *style;
    const struct mf__column *columns;
    size_t n_columns; /* at most MF__COLUMNS_MAX */
    struct mf__picture picture;
    struct mf__cell *cells;
    size_t n_cells;
    size_t room;
    bool failed;                  /* a cell did not fit into memory */
    bool hidden[MF__COLUMNS_MAX]; /* when it is finished: columns for which there was no room */
};

/* Adds the next cell; a text longer than a cell is cut. */
void mf__table_add(struct mf__table *table, enum mf__tint tint, const char *format, ...)
    MF_PRINTF(3, 4);

/* Writes the table, indented by two, and frees its cells. A column that is empty in all rows is
 * left out. No line ends in a blank. */
void mf__table_finish(struct mf__table *table, struct mf__buffer *out);

#endif
