/* SPDX-License-Identifier: Apache-2.0 */
/* Letting rows fall through the trees of a forest. */
#ifndef FOREST_PREDICT_H
#define FOREST_PREDICT_H

#include "forest/forest.h"

/* MF_E_INPUT: another number of columns than the forest was grown on, or values that are not
 * finite. */
int mf__check_matrix(const mf_forest *forest, const mf_matrix *matrix, mf_error *error);

/* How many numbers a prediction has: one, or one for each class. */
size_t mf__outputs(const mf_forest *forest);

/* Floats that a row takes in a batch: the features, and a NaN behind them. */
size_t mf__row_floats(const mf_forest *forest);

/* Copies `n` rows of a matrix, from `first` on, row after row. */
void mf__rows_copy(const mf_matrix *matrix, size_t first, size_t n, float *ret_rows);

/* Rows as mf__rows_copy leaves them: all of the first `n`, or those whose numbers are listed. */
struct mf__batch {
    const float *rows;
    const uint32_t *which; /* n of them; NULL for all */
    uint32_t n;
};

/* A copy of a forest's trees that is made for letting many rows fall. Needs the forest. */
struct mf__packed;

/* `n_rows` is how many rows are to fall through each tree: trees are left as they are where a copy
 * would not pay. MF_E_MEMORY. */
int mf__packed_new(const mf_forest *forest, size_t n_rows, struct mf__packed **ret_packed,
                   mf_error *error);
void mf__packed_free(struct mf__packed *packed); /* NULL allowed */

/* Adds what a tree predicts for the rows of a batch to sums[row * outputs ...]: as scikit-learn
 * does, the leaf's value, or the classes' counts divided by their sum. Thread safe. */
void mf__packed_add(const struct mf__packed *packed, size_t tree, const struct mf__batch *batch,
                    double *sums);

#endif
