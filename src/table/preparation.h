/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a preparation consists of, for the files that learn it, apply it, and keep it in a model.
 *
 * Invariants (mf__preparation_read checks every one of them): names of columns differ from each
 * other and from the target's; categories are sorted by their bytes, each there once, at least one
 * and at most MF__MOST_CATEGORIES; fill values are finite also as floats, and 0 where none is
 * learnt; numbers that are classes are finite and rise; there are 2 to MF__MOST_CLASSES classes, or
 * none for regression.
 */
#ifndef TABLE_PREPARATION_H
#define TABLE_PREPARATION_H

#include <manyfold/prepare.h>

#include "base/buffer.h"
#include "base/bytes.h"

#include <stdbool.h>

#define MF__MOST_CLASSES 65536
#define MF__MOST_CATEGORIES                                                                        \
    (1 << 24) /* the codes are floats, which hold no larger whole numbers                          \
               */

/* The largest number that a forest can learn to predict: its square has to be a number still. */
#define MF__LARGEST_TARGET 1e150

/* The smallest double that rounds to an infinite float: halfway from the largest float to 2^128. */
#define MF__FLOAT_END 0x1.ffffffp127

/* Sorted by their bytes, each there once. */
struct mf__categories {
    char **texts;
    size_t n;
};

/* One column of the table that features are made from. */
struct mf__learnt_column {
    char *name;
    int kind;                         /* an mf_column_kind */
    double fill;                      /* of numbers: what takes the place of a missing one */
    struct mf__categories categories; /* none when the column holds numbers */
};

struct mf_preparation {
    int task;   /* an mf_task, not MF_TASK_AUTO */
    int encode; /* an mf_encode */
    int impute; /* an mf_impute */

    char *target;
    int target_kind;               /* an mf_column_kind */
    struct mf__categories classes; /* names; for regression none */
    double *class_numbers;         /* of each class when the target holds numbers, else NULL */

    struct mf__learnt_column *columns; /* in the order of the table learnt from */
    size_t n_columns;

    char **features; /* names */
    size_t n_features;
};

/* How many features a column becomes. */
size_t mf__column_width(const mf_preparation *preparation, const struct mf__learnt_column *column);

/* Makes the names of the features from the columns, the last step of making a preparation. */
int mf__preparation_name(mf_preparation *preparation, mf_error *error);

/* Makes the names of the classes from their `n` numbers ("3", "0.5"; "False", "True"). */
int mf__preparation_name_classes(mf_preparation *preparation, size_t n, mf_error *error);

/* Copies sorted texts. On failure `ret` can be freed all the same. */
int mf__categories_copy(const char *const *texts, size_t n, struct mf__categories *ret,
                        mf_error *error);
void mf__categories_free(struct mf__categories *categories);

/* The place of `text`, or `n` when it is not there. */
size_t mf__categories_find(const struct mf__categories *categories, const char *text);

/* Adds the preparation to the bytes of a model. A failure is the buffer's. */
void mf__preparation_write(const mf_preparation *preparation, struct mf__buffer *buffer);

/* Reads it back, whatever the bytes are, and stops behind it. MF_E_FORMAT, MF_E_MEMORY. */
int mf__preparation_read(struct mf__byte_reader *reader, mf_preparation **ret_preparation,
                         mf_error *error);

#endif
