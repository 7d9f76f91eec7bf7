/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a table as a preparation reads them: some of its rows, one column at a time, as the
 * kind of column that was learnt.
 *
 * The kinds of a table are found from its own fields, so those of another table with the same
 * columns may differ: categories such as "1" and "A" look like numbers where no "A" occurs, and a
 * column without any value has no kind to speak of. What is decided here is therefore whether each
 * field can be read as what was learnt.
 */
#ifndef TABLE_CELLS_H
#define TABLE_CELLS_H

#include "base/text.h"
#include "table/preparation.h"

/* Rows of a table by their numbers, or the first `n` of it when `rows` is NULL. */
struct mf__part {
    const mf_table *table;
    const size_t *rows;
    size_t n;
};

/* Takes what callers of the public functions give; MF_E_INPUT when there is no row or a row is
 * beyond the table. */
int mf__part_init(struct mf__part *part, const mf_table *table, const size_t *rows, size_t n_rows,
                  mf_error *error);

static inline size_t mf__part_row(const struct mf__part *part, size_t index)
{
    return part->rows != NULL ? part->rows[index] : index;
}

/* A column of a table, read as `kind`. */
struct mf__cells {
    const mf_table *table;
    const mf_column *column;
    int kind; /* the mf_column_kind that was learnt */
};

/* MF_E_INPUT when the table has no such column; suggests the nearest name. */
int mf__cells_find(const mf_table *table, const char *name, int kind, struct mf__cells *ret,
                   mf_error *error);

/* The number in a row, NaN where it is missing. MF_E_INPUT: a text that is none. */
int mf__cells_number(const struct mf__cells *cells, size_t row, double *ret, mf_error *error);

/* The same, which must be finite also as a float. */
int mf__cells_feature(const struct mf__cells *cells, size_t row, double *ret, mf_error *error);

/* The places of a part's fields among categories: categories->n for what is missing, and one more
 * for what is not among them. */
int mf__cells_codes(const struct mf__cells *cells, const struct mf__part *part,
                    const struct mf__categories *categories, uint32_t *ret_codes, mf_error *error);

/*
 * What replaces missing numbers: the median of a part's numbers or, with MF_IMPUTE_MOST_FREQUENT,
 * the most frequent one. *ret stays as it is when the part has no number at all, which *ret_n, the
 * count of its numbers, tells.
 */
int mf__cells_fill(const struct mf__cells *cells, const struct mf__part *part, int impute,
                   double *ret, size_t *ret_n, mf_error *error);

/* The table's name, fit to be shown. */
struct mf__shown_path mf__file_of(const mf_table *table);

/* Puts the file and the column, or the file, the row (counted from 1) and the column, in front of
 * the text of an error. Returns MF_E_INPUT. */
int mf__within_column(const mf_table *table, const char *column, mf_error *error);
int mf__within_cell(const struct mf__cells *cells, size_t row, mf_error *error);

#endif
