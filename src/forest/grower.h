/* SPDX-License-Identifier: Apache-2.0 */
/* What growing depth first and best first share; nobody else includes it. */
#ifndef FOREST_GROWER_H
#define FOREST_GROWER_H

#include "forest/grow.h"
#include "forest/impurity.h"
#include "forest/view.h"

#include <float.h>
#include <string.h>

#define MF__FEW 3U /* rows of a node that is grown with all those under it at once */

#define MF__DIVIDED 32 /* so many samples may be read from the first one of a node on */

/* A node that is to be made: its rows, and where it hangs. */
struct mf__bud {
    struct mf__sums sums; /* without counts */
    double impurity;
    uint32_t start; /* of its samples */
    uint32_t n;
    uint32_t depth;
    uint32_t n_constant;
    uint32_t sheet;  /* see struct mf__group */
    uint32_t parent; /* MF_NODE_LEAF: none, the root */
    bool is_left;
};

/* A node, and what its split leads to. */
struct mf__fork {
    uint32_t node;
    bool is_leaf; /* what follows is of no meaning */
    double improvement;
    double decrease; /* of impurity by weight: what the feature is credited with */
    struct mf__bud left;
    struct mf__bud right;
};

/* The first members are of one tree, the others are made once (growers.h). */
struct mf__grower {
    struct mf__grown *grown;
    mf_node *nodes;
    uint32_t *counts;
    const struct mf__ranked *ranked; /* whose rows the samples of the next node are */
    uint32_t view_end;               /* the first sample behind the view; 0: the whole matrix */
    uint32_t n_samples;
    uint64_t root_weight;
    uint32_t few; /* up to so many rows: mf__grow_few */
    const mf_cancel *cancel;
    const struct mf__soil *soil;
    struct mf__search *search;
    struct mf__views views;
    struct mf__sample *samples;
    struct mf__sample *spare;
    uint32_t *times;       /* by row: how often it was drawn */
    uint32_t *side_counts; /* room for the classes of both sides */
};

/* Makes the node and looks for its split; its samples are then in order of the sides. */
void mf__sprout(struct mf__grower *grower, const struct mf__bud *bud, struct mf__fork *ret_fork);

/* The mean of the target of some rows as it was given: exact where it was not rounded for the
 * splits. */
static inline double mf__mean_of(const struct mf__grower *grower, const struct mf__sample *samples,
                                 uint32_t n, const struct mf__sums *sums)
{
    const struct mf__goal *goal = grower->soil->goal;
    const double *given = grower->view_end > 0 ? grower->views.given : goal->given;
    double weight = (double)(int64_t)sums->weight;
    if (goal->grid == 0)
        return (double)sums->y / weight;
    double y = 0;
    for (uint32_t i = 0; i < n; i++)
        y += samples[i].weight * given[samples[i].row];
    return y / weight;
}

static inline bool mf__must_be_leaf(const struct mf__growth *growth, uint32_t n, uint32_t depth,
                                    double impurity)
{
    return depth >= growth->max_depth || n < growth->min_samples_split ||
           n / 2 < growth->min_samples_leaf || impurity <= DBL_EPSILON;
}

/* Hangs a node under its parent, if it has one. */
static inline void mf__hang(struct mf__grower *grower, const struct mf__bud *bud, uint32_t id)
{
    if (bud->parent != MF_NODE_LEAF)
        *(bud->is_left ? &grower->nodes[bud->parent].left : &grower->nodes[bud->parent].right) = id;
}

/* Gives a node its split. The two ranks that its threshold will be made of wait in the threshold's
 * place until the tree is done. */
static inline void mf__keep_split(mf_node *node, const struct mf__split *split)
{
    const uint32_t ranks[2] = {split->low, split->high};
    _Static_assert(sizeof ranks == sizeof node->threshold, "the ranks take its place");
    node->feature = split->feature;
    memcpy(&node->threshold, ranks, sizeof ranks);
}

static inline struct mf__split mf__kept_split(const mf_node *node)
{
    uint32_t ranks[2];
    memcpy(ranks, &node->threshold, sizeof ranks);
    return (struct mf__split){.feature = node->feature, .low = ranks[0], .high = ranks[1]};
}

/* Makes a node of up to grower->few rows, and all those under it (depth first). */
void mf__grow_few(struct mf__grower *grower, const struct mf__bud *bud);

/* Turns back from a view when the node lies behind it. Nodes are made depth first, so those of a
 * view come one after another. */
static inline void mf__leave_view(struct mf__grower *grower, const struct mf__bud *bud)
{
    if (grower->view_end == 0 || bud->start < grower->view_end)
        return;
    grower->view_end = 0;
    grower->ranked = grower->soil->ranked;
    mf__search_in(grower->search, grower->ranked);
}

/* Credits the feature of a node with its split. */
void mf__credit(struct mf__grower *grower, const struct mf__fork *fork);

/* Takes back the split of a node. */
void mf__make_leaf(struct mf__grower *grower, uint32_t node);

/* Grows the tree from its root. MF_E_MEMORY, MF_E_CANCELLED. */
int mf__grow_depth_first(struct mf__grower *grower, const struct mf__bud *root, mf_error *error);
int mf__grow_best_first(struct mf__grower *grower, const struct mf__bud *root, mf_error *error);

#endif
