/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets that the command carries along (data/README.md), and tables by file or by name. */
#ifndef CLI_EMBEDDED_H
#define CLI_EMBEDDED_H

#include <manyfold/table.h>

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Made by data/embed.py from data/ames.csv and recipes/ames.json. */
extern const char mf__ames_bytes[][4000];
extern const size_t mf__ames_length;
extern const char mf__ames_recipe_bytes[][4000];
extern const size_t mf__ames_recipe_length;

/* Made from recipes/ames.json: the example in a workspace. */
extern const char mf__ames_recipe_bytes[][4000];
extern const size_t mf__ames_recipe_length;

struct mf__embedded {
    const char *name; /* NULL ends the list; the first is taken where no file is named */
    const char *title;
    const char *source;
    const char *target; /* what is predicted where nothing else is asked for */
    const char *sha256; /* of the bytes */
    const char *bytes;  /* CSV */
    const size_t *length;
    const char *recipe; /* of a search on it: JSON, recipe.h */
    const size_t *recipe_length;
};

extern const struct mf__embedded mf__embedded[];

/* The data set with this name; NULL when there is none. */
const struct mf__embedded *mf__embedded_find(const char *name);

/* The data set that is meant where a table is asked for: the first when `file` is NULL, the one of
 * that name when there is no such file; NULL when a file is meant, or "-", standard input. */
const struct mf__embedded *mf__embedded_meant(const char *file);

/* Whether a table is to be read from standard input, and what it is called then. */
bool mf__is_input(const char *file);
#define MF__INPUT_NAME "standard input"

/* Adds the name of a table as a shell takes it: "-" for standard input. */
void mf__table_word(const mf_table *table, struct mf__buffer *out);

/*
 * Reads the table that is meant; *ret_embedded is the data set, or NULL for a file.
 * Errors: those of mf_table_read, but a file that cannot be read is MF_E_INPUT.
 */
int mf__table_open(const char *file, const mf_read_options *options, mf_table **ret_table,
                   const struct mf__embedded **ret_embedded, mf_error *error);

#endif
