/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A column while it is read. It holds numbers until a field is none; then texts. The numbers
 * before it cannot be turned back into the texts that they were ("1.0", "01"), so such a column is
 * left for a second reading of the file, unless nothing but missing fields came before.
 */
#ifndef TABLE_COLUMN_H
#define TABLE_COLUMN_H

#include "table/intern.h"
#include "table/missing.h"

#include <manyfold/table.h>

enum mf__column_state {
    MF__COLUMN_NUMBERS,
    MF__COLUMN_TEXTS,
    MF__COLUMN_AGAIN, /* to be read a second time, as texts */
};

/* Start with {0}. */
struct mf__column {
    mf_column shown; /* filled by mf__column_finish; its name belongs to others */
    enum mf__column_state state;
    bool again;        /* it is being read the second time */
    bool wanted_texts; /* what looks like numbers or truths stays text */
    size_t missing;
    size_t room;     /* rows */
    double *numbers; /* of MF__COLUMN_NUMBERS, and of booleans when finished */
    uint32_t *codes; /* of MF__COLUMN_TEXTS: numbers of texts, MF__NO_TEXT where missing */
    struct mf__intern texts;
    const char **categories; /* when finished: pointers into `texts` */
};

void mf__column_done(struct mf__column *column);

/* Makes a column without rows one of texts, whatever its fields look like. */
void mf__column_keep_texts(struct mf__column *column);

/* Makes sure that there is room for row number `row`. */
int mf__column_reserve(struct mf__column *column, size_t row, mf_error *error);

/* The field in row number `row`, for which there is room; rows come in order from 0. */
int mf__column_take(struct mf__column *column, const struct mf__missing *missing, size_t row,
                    const struct mf__text *field, mf_error *error);

/* Makes a column that waits to be read again ready for it. */
int mf__column_restart(struct mf__column *column, mf_error *error);

/* Sorts categories, finds booleans, counts, and fills `shown`. */
int mf__column_finish(struct mf__column *column, size_t rows, mf_error *error);

/* 1 or 0 for "True" or "False", in letters of either case as pandas reads them; -1 for any other
 * text. */
int mf__truth_of(const char *text);

/* How many different values there are among `n` numbers; NaN is none, and 0 is -0. */
int mf__count_distinct(const double *numbers, size_t n, size_t *ret_distinct, mf_error *error);

#endif
