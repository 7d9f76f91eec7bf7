/* SPDX-License-Identifier: Apache-2.0 */
/* Forests and matrices of any shape, grown by chance and not from data, and the plainest way to
 * predict with them. */
#ifndef TESTS_CHANCE_H
#define TESTS_CHANCE_H

#include "base/random.h"
#include "forest/forest.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

struct chance {
    size_t n_features;
    size_t n_classes;
    size_t n_trees;
    uint32_t n_splits; /* of each tree */
    struct mf__random random;
};

/* One of few different values, so that values often meet a threshold exactly. */
static inline float chance_value(struct mf__random *random)
{
    return ((float)mf__random_below(random, 33) - 16) / 8;
}

static inline void chance_split(struct chance *chance, mf_node *nodes, uint32_t n_nodes)
{
    uint32_t leaf = (uint32_t)mf__random_below(&chance->random, n_nodes);
    while (nodes[leaf].left != MF_NODE_LEAF)
        leaf = mf__random_below(&chance->random, 2) ? nodes[leaf].left : nodes[leaf].right;
    nodes[leaf].left = n_nodes;
    nodes[leaf].right = n_nodes + 1;
    nodes[leaf].feature = (uint32_t)mf__random_below(&chance->random, chance->n_features);
    double low = (double)chance_value(&chance->random);
    nodes[leaf].threshold = mf__random_below(&chance->random, 2) ? low : low / 3 + 1e-9;
    for (uint32_t child = n_nodes; child < n_nodes + 2; child++) {
        nodes[child].left = nodes[child].right = MF_NODE_LEAF;
        nodes[child].value = (double)mf__random_below(&chance->random, 1000) / 7;
    }
}

static inline mf_forest *chance_forest(struct chance *chance)
{
    mf_forest_params params = mf_forest_defaults(chance->n_classes);
    mf_forest *forest = NULL;
    params.n_estimators = chance->n_trees;
    assert_int_equal(mf__forest_new(&params, chance->n_features, chance->n_classes, &forest, NULL),
                     0);
    for (size_t t = 0; t < chance->n_trees; t++) {
        assert_int_equal(mf__tree_room(forest, t, 2 * chance->n_splits + 1, NULL), 0);
        struct mf__tree *tree = &forest->trees[t];
        memset(tree->nodes, 0, tree->n_nodes * sizeof *tree->nodes);
        tree->nodes[0].left = tree->nodes[0].right = MF_NODE_LEAF;
        tree->nodes[0].value = 0.3;
        for (uint32_t split = 0; split < chance->n_splits; split++)
            chance_split(chance, tree->nodes, 2 * split + 1);
        for (size_t i = 0; i < tree->n_nodes * chance->n_classes; i++)
            tree->counts[i] = (uint32_t)mf__random_below(&chance->random, 4);
    }
    return forest;
}

/* To be freed: matrix->values. */
static inline mf_matrix chance_matrix(struct chance *chance, size_t rows)
{
    float *values = calloc(rows * chance->n_features + 1, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < rows * chance->n_features; i++)
        values[i] = chance_value(&chance->random);
    return (mf_matrix){.values = values, .rows = rows, .columns = chance->n_features};
}

static inline void chance_matrix_free(mf_matrix *matrix)
{
    free((float *)(uintptr_t)matrix->values);
    matrix->values = NULL;
}

static inline uint32_t plain_leaf(const mf_forest *forest, size_t tree, const mf_matrix *matrix,
                                  size_t row)
{
    const mf_node *nodes = forest->trees[tree].nodes;
    uint32_t at = 0;
    while (nodes[at].left != MF_NODE_LEAF) {
        double value = (double)matrix->values[nodes[at].feature * matrix->rows + row];
        at = value <= nodes[at].threshold ? nodes[at].left : nodes[at].right;
    }
    return at;
}

/* What a tree predicts is added to ret[0 .. outputs - 1]. */
static inline void plain_add(const mf_forest *forest, size_t tree, const mf_matrix *matrix,
                             size_t row, double *ret)
{
    uint32_t leaf = plain_leaf(forest, tree, matrix, row);
    if (forest->n_classes == 0) {
        ret[0] += forest->trees[tree].nodes[leaf].value;
        return;
    }
    const uint32_t *counts = forest->trees[tree].counts + leaf * forest->n_classes;
    double sum = 0;
    for (size_t c = 0; c < forest->n_classes; c++)
        sum += counts[c];
    for (size_t c = 0; c < forest->n_classes && sum > 0; c++)
        ret[c] += counts[c] / sum;
}

/* To be freed. */
static inline double *plain_predict(const mf_forest *forest, const mf_matrix *matrix)
{
    size_t outputs = forest->n_classes > 0 ? forest->n_classes : 1;
    double *predicted = calloc(matrix->rows * outputs + 1, sizeof *predicted);
    assert_non_null(predicted);
    for (size_t row = 0; row < matrix->rows; row++) {
        for (size_t tree = 0; tree < forest->params.n_estimators; tree++)
            plain_add(forest, tree, matrix, row, predicted + row * outputs);
        for (size_t c = 0; c < outputs; c++)
            predicted[row * outputs + c] /= (double)forest->params.n_estimators;
    }
    return predicted;
}

#endif
