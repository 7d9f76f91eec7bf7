/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a table to the matrix that a forest learns from, in the steps that users of pandas and
 * scikit-learn know: drop, encode, split, impute.
 *
 *     mf_prepare_options options = mf_prepare_defaults();
 *     options.target = "Sale_Price";
 *     mf_split_rows(mf_table_rows(table), 0.3, 42, order, &n_train, &error);
 *     mf_prepare_learn(table, &options, order, n_train, &preparation, &error);
 *     mf_prepare_apply(preparation, table, order, n_train, MF_PREPARE_TARGET, &train, &error);
 */
#ifndef MANYFOLD_PREPARE_H
#define MANYFOLD_PREPARE_H

#include <manyfold/table.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mf_encode {
    MF_ENCODE_LABEL,  /* a category becomes its place in the sorted list of all categories of the
                         whole table; a missing or unseen one the place after the last */
    MF_ENCODE_ONEHOT, /* one column "name=category" per category, 1 or 0; missing or unseen: 0 in
                         all */
};

/* What takes the place of a missing number, or of a missing True or False. Categories need none. */
enum mf_impute {
    MF_IMPUTE_MEDIAN,        /* of the training rows, for every part */
    MF_IMPUTE_MEDIAN_EACH,   /* of the rows that are prepared, each part its own; of the training
                                rows where a part has no number at all in a column */
    MF_IMPUTE_MOST_FREQUENT, /* of the training rows; the smallest of several */
    MF_IMPUTE_NONE,          /* a missing number is an error */
};

enum mf_task {
    MF_TASK_AUTO, /* classification when the target is not numeric, else regression */
    MF_TASK_REGRESSION,
    MF_TASK_CLASSIFICATION,
};

typedef struct mf_prepare_options {
    const char *target;      /* the column to predict; required */
    const char *const *drop; /* n_drop columns to leave out, identifiers among them */
    size_t n_drop;
    int encode; /* an mf_encode; default label */
    int impute; /* an mf_impute; default median */
    int task;   /* an mf_task; default auto */
} mf_prepare_options;

MF_API mf_prepare_options mf_prepare_defaults(void);

/* What was learnt from a table: columns, categories, fill values, classes. Constant once made. */
typedef struct mf_preparation mf_preparation;

/*
 * Learns from the `n_rows` training rows whose numbers, from 0 on, are in `rows` (all rows of the
 * table when it is NULL), and from the whole table for categories and classes. Classes are sorted
 * categories, False and True, or different numbers in rising order. Options are copied. Free with
 * mf_preparation_free.
 * Errors, in which rows are counted from 1: MF_E_INPUT (a column that is absent or named twice; a
 * target that is constant, or all missing, or in a training row missing, infinite, larger than
 * regression takes (1e150), or not a number where one is needed; more than 65,536 classes; a
 * feature without any value, or with a number that no float holds; no feature left), MF_E_MEMORY.
 */
MF_API int mf_prepare_learn(const mf_table *table, const mf_prepare_options *options,
                            const size_t *rows, size_t n_rows, mf_preparation **ret_preparation,
                            mf_error *error);

MF_API void mf_preparation_free(mf_preparation **preparation); /* NULL allowed */

MF_API int mf_preparation_task(const mf_preparation *preparation); /* never MF_TASK_AUTO */
MF_API const char *mf_preparation_target(const mf_preparation *preparation);
MF_API size_t mf_preparation_features(const mf_preparation *preparation);
MF_API const char *mf_preparation_feature(const mf_preparation *preparation, size_t index);
MF_API size_t mf_preparation_classes(const mf_preparation *preparation); /* 0 for regression */
MF_API const char *mf_preparation_class(const mf_preparation *preparation, size_t index);

/* A prepared part of a table. Free with mf_dataset_done. */
typedef struct mf_dataset {
    size_t rows;
    size_t columns;
    float *values;    /* column after column: row r of column c is values[c * rows + r] */
    double *target;   /* numbers, or places in the list of classes; NULL when not asked for */
    size_t n_classes; /* 0 for regression */
    size_t n_unseen;  /* fields with a category that learning never saw, taken as missing */
    size_t n_filled;  /* numbers, True and False that were missing and got a value */
} mf_dataset;

MF_API void mf_dataset_done(mf_dataset *dataset); /* NULL allowed; leaves it zeroed */

/* A flag of mf_prepare_apply: prepare the target too, which must then be known in every row. */
#define MF_PREPARE_TARGET 1U

/*
 * Prepares the rows whose numbers are in `rows` (all when it is NULL) of a table that has the
 * columns of the one learnt from, in any order; others are ignored. Columns may be of another kind
 * here as long as every field can be read as what was learnt: numbers and True and False go for
 * each other, and the numbers of a column that held categories are taken as their shortest text
 * (where categories are such as "01" and "1", read the table with mf_read_options.texts).
 * Errors: MF_E_INPUT (a column that is absent; a text where a number was learnt; a number that is
 * infinite, too large for a float, or missing where MF_IMPUTE_NONE was asked for; with
 * MF_PREPARE_TARGET a target that is missing, infinite, too large or of a class that was not
 * learnt), MF_E_MEMORY.
 */
MF_API int mf_prepare_apply(const mf_preparation *preparation, const mf_table *table,
                            const size_t *rows, size_t n_rows, unsigned flags,
                            mf_dataset *ret_dataset, mf_error *error);

/*
 * Splits rows as scikit-learn's train_test_split(test_size, random_state=seed, shuffle=True) does.
 * `ret_order` has room for `rows` numbers: the training rows, *ret_n_train of them, then the test
 * rows. 0 < test_size < 1. MF_E_INPUT when a part would be empty.
 */
MF_API int mf_split_rows(size_t rows, double test_size, uint32_t seed, size_t *ret_order,
                         size_t *ret_n_train, mf_error *error);

/*
 * Assigns rows to folds 0 .. k - 1: ret_fold[r] is the fold in which row r is tested. As KFold(k,
 * shuffle=True, random_state=seed) of scikit-learn does or, when `classes` (one place in the list
 * of classes per row) is not NULL, as its StratifiedKFold does. MF_E_INPUT: k < 2, fewer rows than
 * folds, a class list in which every class has fewer rows than folds or that has anything but
 * whole numbers from 0 to 65,535. MF_E_MEMORY.
 */
MF_API int mf_fold_rows(size_t rows, size_t k, uint32_t seed, const double *classes,
                        uint32_t *ret_fold, mf_error *error);

/* How many rows the rarest class of such a list has. When they are fewer than the folds, some
 * folds have none of them, of which StratifiedKFold warns. */
MF_API int mf_rarest_class(size_t rows, const double *classes, size_t *ret_rows, mf_error *error);

#ifdef __cplusplus
}
#endif
#endif
