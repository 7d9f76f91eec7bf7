/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Impurities, in scikit-learn's formulas and in their order of operations, so that the same sums
 * give the same bits (its Criterion classes MSE, Gini and Entropy).
 */
#ifndef FOREST_IMPURITY_H
#define FOREST_IMPURITY_H

#include "forest/search.h"

__extension__ typedef unsigned __int128 mf__squares;
__extension__ typedef __int128 mf__product;

/* Exact sums over the rows of a node. */
struct mf__sums {
    uint64_t weight;
    int64_t y;             /* regression: of weight * y */
    mf__squares y_squared; /* ... of weight * y * y */
    uint32_t *counts;      /* classification: weight by class, room of the caller's; else NULL */
};

/* Adds up `n` samples; counts, if any, are set anew. */
void mf__sums_of(const struct mf__goal *goal, const struct mf__sample *samples, uint32_t n,
                 struct mf__sums *sums);

/* Adds a sample to the sums, but for counts, if it is of the part that is added up. */
static inline void mf__sums_add(struct mf__sums *sums, const struct mf__sample *sample,
                                bool is_part)
{
    int64_t weight = sample->weight & (0U - (uint32_t)is_part); /* no branch to be foretold */
    int64_t weighted = weight * sample->y;
    sums->weight += (uint64_t)weight;
    sums->y += weighted;
    sums->y_squared += (mf__squares)((mf__product)weighted * sample->y);
}

/* A sum of squares, as the formulas take it. */
static inline double mf__squares_of(const struct mf__goal *goal, mf__squares squares)
{
    return goal->exact_squares ? (double)(int64_t)squares : (double)squares;
}

/* The impurity of a node with these sums. */
double mf__impurity(const struct mf__soil *soil, const struct mf__sums *sums);

/* Of weights by class that add up to `weight`, for MF_CRITERION_ENTROPY. */
double mf__entropy(const uint32_t *counts, size_t n_classes, double weight);

/* Of squares of weights by class, added up. */
static inline double mf__gini(double squares, double weight)
{
    return 1.0 - squares / (weight * weight);
}

/* How much a split improves on a node, as a share of the whole tree's weight. */
struct mf__change {
    double weight; /* of the node, its sides, and the root */
    double left_weight;
    double right_weight;
    double root_weight;
    double impurity;
    double left_impurity;
    double right_impurity;
};
double mf__improvement(const struct mf__change *change);

/* How much less weighted impurity there is after it: what the feature is credited with. */
static inline double mf__decrease(const struct mf__change *change)
{
    return change->weight * change->impurity - change->left_weight * change->left_impurity -
           change->right_weight * change->right_impurity;
}

#endif
