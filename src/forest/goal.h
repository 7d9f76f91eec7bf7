/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target as whole numbers, so that every sum that a split is decided by is exact, whatever the
 * order in which it is formed.
 */
#ifndef FOREST_GOAL_H
#define FOREST_GOAL_H

#include <manyfold/forest.h>

struct mf__goal {
    size_t rows;
    size_t n_classes;
    int64_t *whole;      /* one per row: the target in units of 2^grid, or the class */
    int grid;            /* 0 for whole targets and for classes */
    double unit;         /* 2^grid */
    bool exact_squares;  /* sums of squares are exact in a double; always so where grid is not 0 */
    const double *given; /* the target as given: what leaves predict; NULL for classes */
};

/*
 * `n_drawn` is how many rows a tree draws, the same row perhaps each time.
 * MF_E_INPUT: a target that is not finite, or no class; MF_E_MEMORY.
 */
int mf__goal_new(const mf_target *target, size_t rows, uint32_t n_drawn, struct mf__goal **ret_goal,
                 mf_error *error);
void mf__goal_free(struct mf__goal *goal); /* NULL allowed */

#endif
