/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of data: a CSV file, read whole, every column with its type.
 *
 * A column is numeric when every field that is present is a number, or when none is; boolean when
 * every one is True or False, in letters of either case; and categorical otherwise. Which fields
 * count as missing is what pandas 2 says, and what the caller adds. Quotes make no difference.
 */
#ifndef MANYFOLD_TABLE_H
#define MANYFOLD_TABLE_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mf_read_options {
    char delimiter;        /* default ','; not a quote, a blank line's end or NUL */
    bool header;           /* the first record holds the names; default true, else "0", "1", ... */
    const char *const *na; /* n_na more texts that mean "missing"; one that is a number means that
                              number however it is written; not kept */
    size_t n_na;
    const char *const *texts; /* names of n_texts columns whose fields stay texts, also where every
                                 one is a number or a truth; names of no column do nothing; not
                                 kept */
    size_t n_texts;
} mf_read_options;

MF_API mf_read_options mf_read_defaults(void);

enum mf_column_kind {
    MF_COLUMN_NUMERIC,
    MF_COLUMN_BOOLEAN, /* numbers 0 and 1 */
    MF_COLUMN_CATEGORICAL,
};

/* One column; the table owns what it points to. */
typedef struct mf_column {
    const char *name;              /* UTF-8 as in the file, terminated */
    int kind;                      /* an mf_column_kind */
    size_t missing;                /* fields without a value */
    size_t distinct;               /* different values that are present */
    const double *numbers;         /* one per row, NaN where missing, perhaps infinite; NULL when
                                      categorical */
    const uint32_t *codes;         /* one per row: an index into categories, or n_categories where
                                      missing; NULL unless categorical */
    const char *const *categories; /* in the order of their bytes */
    size_t n_categories;
} mf_column;

/* Columns of equal length. Constant once made, so any number of threads may read it. */
typedef struct mf_table mf_table;

/*
 * Reads a CSV file (RFC 4180: quotes, newlines within quotes, CRLF or LF; a byte order mark is
 * skipped), also when it is compressed with gzip or Zstandard, which is seen from its content.
 * `options` may be NULL. Free with mf_table_free.
 * Errors: MF_E_SYSTEM (cannot be read), MF_E_FORMAT (with the file's name, the row and the column
 * where there are such), MF_E_INPUT, MF_E_MEMORY.
 */
MF_API int mf_table_read(const char *path, const mf_read_options *options, mf_table **ret_table,
                         mf_error *error);

/* The same from `length` bytes, which are not kept; `name` stands for the file in messages. */
MF_API int mf_table_parse(const void *bytes, size_t length, const char *name,
                          const mf_read_options *options, mf_table **ret_table, mf_error *error);

MF_API void mf_table_free(mf_table **table); /* NULL allowed; sets *table to NULL */

MF_API size_t mf_table_rows(const mf_table *table);
MF_API size_t mf_table_columns(const mf_table *table);

/* The name given when it was read. */
MF_API const char *mf_table_name(const mf_table *table);

/* Column `index`; NULL past the end. */
MF_API const mf_column *mf_table_column(const mf_table *table, size_t index);

/* The index of the column with this name, or SIZE_MAX. */
MF_API size_t mf_table_find(const mf_table *table, const char *name);

#ifdef __cplusplus
}
#endif
#endif
