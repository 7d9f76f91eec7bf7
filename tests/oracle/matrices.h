/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that forest_data.py keeps or makes, by name. */
#ifndef TESTS_ORACLE_MATRICES_H
#define TESTS_ORACLE_MATRICES_H

#include <manyfold/forest.h>

struct oracle_matrix {
    char *name;
    float *values; /* column after column */
    double *target;
    mf_matrix matrix;
    size_t n_classes;
    bool is_whole; /* the target holds whole numbers only */
};

/* One that is kept in `folder`, or "made-ROWS-COLUMNS-CLASSES". Loaded once and kept until
 * oracle_matrices_done; fails the test that asks when there is none. */
const struct oracle_matrix *oracle_matrix(const char *folder, const char *name);

void oracle_matrices_done(void);

#endif
