/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns that are carried from a table into a file of predictions, letter by letter: a table keeps
 * numbers, in which "007" and 20 digits are not what they were.
 */
#ifndef CLI_CARRY_H
#define CLI_CARRY_H

#include <manyfold/table.h>

#include "base/buffer.h"
#include "base/options.h"

/* Start with {0}. */
struct mf__carried {
    struct mf__buffer head; /* "number,street," */
    struct mf__buffer text; /* the same for every row, "7,Elm St," */
    size_t *ends;           /* of each row in `text` */
    size_t rows;
    size_t room;
};

/* The bytes of a file, unpacked, or of standard input as they came; those of an embedded data set
 * stay where they are. */
struct mf__content {
    struct mf__buffer read;
    const char *bytes;
    size_t length;
};

/* Reads a file whole, or takes the data set that is meant, as mf__table_open does. */
int mf__content_open(const char *file, struct mf__content *ret, mf_error *error);
void mf__content_done(struct mf__content *content);

/* Takes the columns with these names, which a table made from the same bytes has. */
int mf__carry(const struct mf__content *content, const mf_read_options *options,
              const mf_table *table, const struct mf__texts *names, struct mf__carried *carried,
              mf_error *error);
void mf__carried_done(struct mf__carried *carried);

/* Adds a row to `out`. */
void mf__carried_put(const struct mf__carried *carried, size_t row, struct mf__buffer *out);

/* Adds a field of a CSV file, in quotes where RFC 4180 asks for them. */
void mf__csv_put(const char *bytes, size_t length, struct mf__buffer *out);

#endif
