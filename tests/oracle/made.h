/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A large table that is made, not kept; made() of forest_data.py makes the same one. Even columns
 * hold 24-bit fractions, odd ones small whole numbers; the target is a whole number that depends on
 * them, and a little on chance. Only whole numbers are computed with, so all machines agree.
 */
#ifndef TESTS_ORACLE_MADE_H
#define TESTS_ORACLE_MADE_H

#include "base/random.h"

#include <string.h>

/* Draws one column; returns in `part` 12-bit numbers that go with its values. */
static inline void made_column(struct mf__random *random, size_t rows, size_t column, float *values,
                               uint32_t *part)
{
    for (size_t row = 0; row < rows; row++) {
        uint64_t word = mf__random_next(random);
        if (column % 2 == 0) {
            uint32_t whole = (uint32_t)(word >> 40);
            values[row] = (float)whole / 16777216.0F;
            part[row] = whole >> 12;
        } else {
            uint32_t whole = (uint32_t)(word % (column + 1));
            values[row] = (float)whole;
            part[row] = whole * 4096 / (uint32_t)(column + 1);
        }
    }
}

/* Fills rows * columns values, column after column, and a target of `n_classes` classes or, when
 * that is 0, of whole numbers. `part` is room for one number per row. */
static inline void made_table(size_t rows, size_t columns, size_t n_classes, float *values,
                              double *target, uint32_t *part)
{
    struct mf__random random = {2026};
    memset(target, 0, rows * sizeof *target);
    for (size_t column = 0; column < columns; column++) {
        made_column(&random, rows, column, values + column * rows, part);
        for (size_t row = 0; row < rows; row++) {
            uint32_t share =
                column % 3 == 0 ? part[row] * part[row] / 4096 : part[row] / (uint32_t)(column + 1);
            target[row] += (double)share;
        }
    }
    for (size_t row = 0; row < rows; row++) {
        target[row] += (double)(mf__random_next(&random) >> 53);
        if (n_classes > 0)
            target[row] = (double)((uint64_t)target[row] % n_classes);
    }
}

#endif
