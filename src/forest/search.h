/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search for the best split of a node, with scikit-learn's draws and in its order.
 */
#ifndef FOREST_SEARCH_H
#define FOREST_SEARCH_H

#include "forest/goal.h"
#include "forest/params.h"
#include "forest/ranks.h"

/* What all trees of a forest share. */
struct mf__soil {
    const struct mf__ranked *ranked;
    const struct mf__goal *goal;
    struct mf__growth growth;
    bool bootstrap;
    struct mf__growers *growers; /* those that wait (growers.h); NULL: each tree makes its own */
};

/* One row of a tree's sample. */
struct mf__sample {
    uint32_t row;
    uint32_t weight; /* how often it was drawn, at least once */
    int64_t y;       /* see struct mf__goal */
};

/* The rows of a node, and what is known about them. */
struct mf__group {
    struct mf__sample *samples; /* in the order of their rows */
    uint32_t n;
    uint32_t n_constant; /* features known to be constant: the first ones of the draw's array */
    uint32_t sheet;      /* MF__NO_SHEET, or what it has in sheets.h; a search may give it one */
    /* Regression: sums of weight * y, of the weight, and of weight * y * y. The first two are
     * exact.
     */
    double y;
    double weight;
    double y_squared;
};

/* Rows go left when their rank in the column of `feature` is at most `low`. */
struct mf__split {
    uint32_t feature;
    uint32_t low;  /* the largest rank on the left */
    uint32_t high; /* the smallest on the right */
};

#define MF__NO_SHEET UINT32_MAX

struct mf__search;

/* For one tree after another. NULL when there is no memory. */
struct mf__search *mf__search_new(const struct mf__soil *soil);
void mf__search_free(struct mf__search *search); /* NULL allowed */

/* Starts a tree; `random` starts its draws. */
void mf__search_start(struct mf__search *search, uint32_t random);

/* From now on, samples are rows of a view of the matrix, or of the whole again. */
void mf__search_in(struct mf__search *search, const struct mf__ranked *ranked);

/* Draws features and finds the best split of a group, valid until the next search; NULL when there
 * is none. Counts the features that were found to be constant into group->n_constant. */
const struct mf__split *mf__search_split(struct mf__search *search, struct mf__group *group);

/* Which rows of the group that was searched last go left, a bit for each. 0 where that is not
 * known: of more than 32, never. */
uint32_t mf__search_left(const struct mf__search *search);

/* What becomes of the sheet of a group whose sides are its first n_left samples and the others: the
 * left side's sheet and the right one's. */
void mf__search_part(struct mf__search *search, const struct mf__group *group, uint32_t n_left,
                     uint32_t ret_sheets[2]);

/* A sheet that is not needed any more; MF__NO_SHEET is allowed. */
void mf__search_drop(struct mf__search *search, uint32_t sheet);

/* The value halfway between the two sides, as scikit-learn computes it. */
double mf__split_threshold(const struct mf__ranked *ranked, const struct mf__split *split);

#endif
