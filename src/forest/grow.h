/* SPDX-License-Identifier: Apache-2.0 */
/* Growing one tree. */
#ifndef FOREST_GROW_H
#define FOREST_GROW_H

#include "forest/search.h"

/* A grown tree as bytes: this, then the importance of each feature, the nodes, and the counts. */
struct mf__grown {
    uint32_t n_nodes;
    uint32_t n_features;
    uint64_t most_nodes; /* that there is room for */
    uint64_t reach;      /* with any max_depth from this on, and the same otherwise, the tree is the
                            same: no node was searched at this depth or below */
};

/* The most bytes that a tree can take. */
size_t mf__grown_bytes(const struct mf__soil *soil);

double *mf__grown_importances(struct mf__grown *grown); /* n_features; adding up to 1, or all 0 */
mf_node *mf__grown_nodes(struct mf__grown *grown);
uint32_t *mf__grown_counts(struct mf__grown *grown);

/* Gives up the room for more nodes: the counts move up to the nodes that there are. Then a tree
 * takes only mf__grown_used bytes. */
void mf__grown_close_up(struct mf__grown *grown, size_t n_classes);
size_t mf__grown_used(const struct mf__grown *grown, size_t n_classes);

/*
 * Grows the tree with this seed into mf__grown_bytes bytes. Looks at `cancel`, which may be NULL,
 * now and then. MF_E_MEMORY, MF_E_CANCELLED.
 */
int mf__grow(const struct mf__soil *soil, uint32_t seed, const mf_cancel *cancel,
             struct mf__grown *ret_grown, mf_error *error);

#endif
