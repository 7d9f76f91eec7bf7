/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One tree as bytes of a model.
 *
 * What can be worked out is not written: in a tree that was grown depth first, the children of a
 * node follow from which nodes have some; and how many samples a node has, and of which classes,
 * is what its children have together. So a node of a regression tree takes about 14 bytes, and 40
 * in memory.
 */
#ifndef FOREST_MODEL_TREE_H
#define FOREST_MODEL_TREE_H

#include "base/bytes.h"
#include "forest/forest.h"

/* Flags of a tree. A float stands for a double where all of a column are floats. */
enum {
    MF__TREE_LINKED = 1,          /* the children of each split are given */
    MF__TREE_WIDE_THRESHOLDS = 2, /* thresholds are doubles */
    MF__TREE_WIDE_LEAVES = 4,     /* values of leaves are doubles */
    MF__TREE_ALL_FLAGS = 7,
};

#define MF__TREE_HEAD_BYTES  9 /* seed, number of nodes, flags */
#define MF__MOST_COUNT_BYTES 5 /* of a number of 32 bits, 7 in each byte */

/*
 * The widths of a tree's columns, in bytes. The columns stand in this order: a bit for each node
 * that is a split, the links, features, thresholds and values of the splits, the values of the
 * leaves. What is known of the samples in each leaf follows.
 */
struct mf__tree_layout {
    size_t n_splits;
    size_t n_leaves;
    size_t bits; /* the whole column */
    size_t link; /* of one split, and so on */
    size_t feature;
    size_t threshold;
    size_t value;
    size_t leaf_value;
    size_t classes; /* of one leaf: a bit for each class that is there */
    size_t columns; /* all of them together */
};

struct mf__tree_layout mf__tree_layout(const mf_forest *forest, uint32_t n_nodes, unsigned flags);

void mf__tree_write(const mf_forest *forest, size_t tree, struct mf__buffer *buffer);

/*
 * Reads a tree into a forest whose params, n_features and n_classes are set. Whatever the
 * bytes are, a tree that was read is one: each node but the root is the child of one node before
 * it, features are in range, numbers finite, and samples add up. MF_E_FORMAT says what is wrong.
 */
int mf__tree_read(struct mf__byte_reader *reader, mf_forest *forest, size_t tree, mf_error *error);

#endif
