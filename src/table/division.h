/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a table that are learnt from, and those that are kept apart to judge what was learnt.
 */
#ifndef TABLE_DIVISION_H
#define TABLE_DIVISION_H

#include <manyfold/prepare.h>

/* Numbers of rows of a table: the first `n_train` are learnt from, the others are kept apart. */
struct mf__division {
    size_t *rows;
    size_t n_train;
    size_t n;
};

/* All rows in which the target has a value, in their order, and none of them kept apart. Free with
 * mf__division_done. MF_E_INPUT: there is no such column, or it has no value; MF_E_MEMORY. */
int mf__division_new(const mf_table *table, const char *target, struct mf__division *ret_division,
                     mf_error *error);
void mf__division_done(struct mf__division *division); /* NULL allowed; leaves it zeroed */

/* Keeps some of the rows apart, as mf_split_rows does. None may be kept apart yet. */
int mf__division_split(struct mf__division *division, double test_size, uint32_t seed,
                       mf_error *error);

/*
 * Keeps one fold apart of the rows that `whole` learns from: fold_of[i] is the fold of whole's row
 * i, as mf_fold_rows says it. Rows stay in their order on both sides. `ret_division->rows` has room
 * for whole->n_train numbers.
 */
void mf__division_fold(const struct mf__division *whole, const uint32_t *fold_of, uint32_t fold,
                       struct mf__division *ret_division);

/* The class of each row that is learnt from, which folds are stratified by: n_train numbers, to be
 * freed with mf__free; NULL for regression. Errors: those of mf_prepare_learn about the target. */
int mf__division_classes(const mf_table *table, const mf_prepare_options *options,
                         const struct mf__division *division, double **ret_classes,
                         mf_error *error);

/* What preparing a division gives. */
struct mf__divided {
    mf_preparation *preparation;
    mf_dataset train;
    mf_dataset apart; /* nothing when no row is kept apart */
};

/* Learns a preparation from the rows that are learnt from and prepares both sides, with their
 * target. Free with mf__divided_done. Errors: those of mf_prepare_learn and mf_prepare_apply. */
int mf__division_prepare(const mf_table *table, const mf_prepare_options *options,
                         const struct mf__division *division, struct mf__divided *ret_divided,
                         mf_error *error);
void mf__divided_done(struct mf__divided *divided); /* NULL allowed; leaves it zeroed */

#endif
