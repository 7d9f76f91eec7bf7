/* SPDX-License-Identifier: Apache-2.0 */
/* What a forest is made of. */
#ifndef FOREST_FOREST_H
#define FOREST_FOREST_H

#include <manyfold/forest.h>

/* One tree. Nodes stand in the order of scikit-learn's tree_ arrays, the root first. */
struct mf__tree {
    uint32_t seed; /* its random_state */
    uint32_t n_nodes;
    mf_node *nodes;
    uint32_t *counts; /* n_nodes * n_classes; NULL for regression */
};

/* Room for the nodes and counts of several trees, one behind another. */
struct mf__trees_room {
    struct mf__trees_room *next;
    size_t room; /* bytes behind this head */
    size_t used;
};

struct mf_forest {
    mf_forest_params params;
    size_t n_features;
    size_t n_classes;
    size_t n_rows;          /* that it was trained on */
    int grid;               /* see mf_forest_grid */
    struct mf__tree *trees; /* params.n_estimators of them */
    uint64_t n_placed;      /* trees that have room */
    struct mf__trees_room *rooms;
    double *importances; /* one per feature */
    double oob_score;    /* of params.oob_score */
    uint64_t oob_never;
};

/* The seeds of `n` trees, from number `first` on: trees draw them from the forest's, in turn, so a
 * smaller forest is the beginning of a larger one. */
void mf__tree_seeds(uint32_t random_state, uint64_t first, size_t n, uint32_t *ret_seeds);

/* A forest without trees yet: zeroed room for them and for the importances. Free it with
 * mf_forest_free. */
int mf__forest_new(const mf_forest_params *params, size_t n_features, size_t n_classes,
                   mf_forest **ret_forest, mf_error *error);

/* Room for the nodes, and for the counts of a classification, of a tree; not zeroed. It
 * lasts as long as the forest. */
int mf__tree_room(mf_forest *forest, size_t tree, uint32_t n_nodes, mf_error *error);

/* The rows that a tree's bootstrap drew, as how often each was: ret_times has room for n_rows. All
 * 1 without bootstrap. The tree's seed must be set. */
void mf__forest_drawn(const mf_forest *forest, size_t tree, uint32_t *ret_times);

#endif
