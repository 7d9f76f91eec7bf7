/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/grow.h"

#include "base/memory.h"
#include "base/mt19937.h"
#include "base/status.h"
#include "forest/bootstrap.h"
#include "forest/grower.h"

#include <float.h>
#include <string.h>

/* Smaller nodes are grown in no time anyway. */
#define VIEW_WORTH 64

/* How many starts of a tree's own generator there are. */
#define STARTS INT32_MAX

size_t mf__grown_bytes(const struct mf__soil *soil)
{
    size_t nodes = mf__growth_nodes(&soil->growth, soil->ranked->rows);
    return sizeof(struct mf__grown) + soil->ranked->n_columns * sizeof(double) +
           nodes * (sizeof(mf_node) + soil->goal->n_classes * sizeof(uint32_t));
}

double *mf__grown_importances(struct mf__grown *grown)
{
    return (double *)(grown + 1);
}

mf_node *mf__grown_nodes(struct mf__grown *grown)
{
    return (mf_node *)(void *)(mf__grown_importances(grown) + grown->n_features);
}

uint32_t *mf__grown_counts(struct mf__grown *grown)
{
    return (uint32_t *)(void *)(mf__grown_nodes(grown) + grown->most_nodes);
}

/* ---- a node ---- */

/* The mean of the target as it was given: exact where it was not rounded for the splits. */
static double mean_of(const struct mf__grower *grower, const struct mf__bud *bud,
                      const struct mf__sums *sums)
{
    const struct mf__goal *goal = grower->soil->goal;
    const double *given = grower->view_end > 0 ? grower->views.given : goal->given;
    if (goal->grid == 0)
        return (double)sums->y / (double)sums->weight;
    double y = 0;
    for (uint32_t i = bud->start; i < bud->start + bud->n; i++)
        y += grower->samples[i].weight * given[grower->samples[i].row];
    return y / (double)sums->weight;
}

static uint32_t add_node(struct mf__grower *grower, const struct mf__bud *bud,
                         struct mf__sums *ret_sums)
{
    size_t n_classes = grower->soil->goal->n_classes;
    uint32_t id = grower->grown->n_nodes++;
    mf_node *node = &grower->nodes[id];
    *ret_sums = bud->sums;
    ret_sums->counts = grower->counts + id * n_classes;
    if (n_classes > 0)
        mf__sums_of(grower->soil->goal, grower->samples + bud->start, bud->n, ret_sums);
    *node = (mf_node){.left = MF_NODE_LEAF,
                      .right = MF_NODE_LEAF,
                      .samples = bud->n,
                      .weight = (uint32_t)ret_sums->weight,
                      .value = n_classes > 0 ? 0 : mean_of(grower, bud, ret_sums)};
    if (bud->parent != MF_NODE_LEAF)
        *(bud->is_left ? &grower->nodes[bud->parent].left : &grower->nodes[bud->parent].right) = id;
    return id;
}

static bool must_be_leaf(const struct mf__growth *growth, const struct mf__bud *bud)
{
    return bud->depth >= growth->max_depth || bud->n < growth->min_samples_split ||
           bud->n / 2 < growth->min_samples_leaf || bud->impurity <= DBL_EPSILON;
}

/* Brings the rows that go left to the front; on both sides they stay in order. How many go left. */
static uint32_t divide(struct mf__grower *grower, const struct mf__bud *bud,
                       const struct mf__split *split)
{
    const uint32_t *codes = grower->ranked->columns[split->feature].codes;
    struct mf__sample *samples = grower->samples + bud->start;
    uint32_t n_left = 0;
    uint32_t n_right = 0;
    for (uint32_t i = 0; i < bud->n; i++) {
        struct mf__sample sample = samples[i];
        bool right = mf__rank_of(codes[sample.row]) > split->low;
        samples[n_left] = sample;
        grower->spare[n_right] = sample;
        n_left += !right;
        n_right += right;
    }
    memcpy(samples + n_left, grower->spare, n_right * sizeof *samples);
    return n_left;
}

static void weigh(struct mf__grower *grower, const struct mf__bud *bud, struct mf__fork *fork,
                  const struct mf__sums *sums)
{
    const struct mf__soil *soil = grower->soil;
    size_t n_classes = soil->goal->n_classes;
    struct mf__sums left = {.counts = grower->side_counts};
    struct mf__sums right = *sums;
    struct mf__change change = {.weight = (double)sums->weight,
                                .root_weight = (double)grower->root_weight,
                                .impurity = bud->impurity};
    mf__sums_of(soil->goal, grower->samples + bud->start, fork->n_left, &left);
    right.counts = grower->side_counts + n_classes;
    if (n_classes > 0)
        memcpy(right.counts, sums->counts, n_classes * sizeof *right.counts);
    mf__sums_less(soil->goal, &left, &right);
    change.left_weight = (double)left.weight;
    change.left_impurity = mf__impurity(soil, &left);
    change.right_weight = (double)right.weight;
    change.right_impurity = mf__impurity(soil, &right);
    fork->improvement = mf__improvement(&change);
    fork->left_impurity = change.left_impurity;
    fork->right_impurity = change.right_impurity;
    fork->left_sums = left;
    fork->right_sums = right;
    fork->decrease = change.weight * change.impurity - change.left_weight * change.left_impurity -
                     change.right_weight * change.right_impurity;
}

/* Nodes are made depth first, so the nodes of a view come one after another. */
static void leave_view(struct mf__grower *grower, const struct mf__bud *bud)
{
    if (grower->view_end == 0 || bud->start < grower->view_end)
        return;
    grower->view_end = 0;
    grower->ranked = grower->soil->ranked;
    mf__search_in(grower->search, grower->ranked);
}

static void enter_view(struct mf__grower *grower, const struct mf__bud *bud)
{
    if (grower->view_end > 0 || bud->n > grower->views.most || bud->n <= VIEW_WORTH)
        return;
    mf__view_turn(&grower->views, grower->samples + bud->start, bud->n);
    grower->view_end = bud->start + bud->n;
    grower->ranked = &grower->views.ranked;
    mf__search_in(grower->search, grower->ranked);
}

/* Looks for the split of a node that may have one. */
static bool find_split(struct mf__grower *grower, const struct mf__bud *bud,
                       uint32_t *ret_n_constant, struct mf__split *ret_split)
{
    if (must_be_leaf(&grower->soil->growth, bud))
        return false;
    enter_view(grower, bud);
    struct mf__group group = {
        .samples = grower->samples + bud->start, .n = bud->n, .n_constant = bud->n_constant};
    bool found = mf__search_split(grower->search, &group, ret_split);
    *ret_n_constant = group.n_constant;
    return found;
}

void mf__sprout(struct mf__grower *grower, const struct mf__bud *bud, struct mf__fork *ret_fork)
{
    const struct mf__soil *soil = grower->soil;
    struct mf__split split;
    struct mf__sums sums;
    leave_view(grower, bud);
    struct mf__fork fork = {.node = add_node(grower, bud, &sums), .is_leaf = true};
    if (find_split(grower, bud, &fork.n_constant, &split)) {
        fork.n_left = divide(grower, bud, &split);
        weigh(grower, bud, &fork, &sums);
        fork.is_leaf = fork.improvement + DBL_EPSILON < soil->growth.min_impurity_decrease;
    }
    if (fork.is_leaf) {
        fork.improvement = 0;
    } else {
        grower->nodes[fork.node].feature = split.feature;
        grower->nodes[fork.node].threshold = mf__split_threshold(grower->ranked, &split);
    }
    *ret_fork = fork;
}

void mf__buds_of(const struct mf__bud *bud, const struct mf__fork *fork, struct mf__bud *ret_left,
                 struct mf__bud *ret_right)
{
    *ret_left = (struct mf__bud){.start = bud->start,
                                 .n = fork->n_left,
                                 .depth = bud->depth + 1,
                                 .parent = fork->node,
                                 .is_left = true,
                                 .n_constant = fork->n_constant,
                                 .impurity = fork->left_impurity,
                                 .sums = fork->left_sums};
    *ret_right = *ret_left;
    ret_right->start += fork->n_left;
    ret_right->n = bud->n - fork->n_left;
    ret_right->is_left = false;
    ret_right->impurity = fork->right_impurity;
    ret_right->sums = fork->right_sums;
}

void mf__credit(struct mf__grower *grower, const struct mf__fork *fork)
{
    mf__grown_importances(grower->grown)[grower->nodes[fork->node].feature] += fork->decrease;
}

void mf__make_leaf(struct mf__grower *grower, uint32_t node)
{
    grower->nodes[node].left = MF_NODE_LEAF;
    grower->nodes[node].right = MF_NODE_LEAF;
    grower->nodes[node].feature = 0;
    grower->nodes[node].threshold = 0;
}

/* ---- a tree ---- */

/* The tree's sample, in the order of the rows. */
static int draw_samples(struct mf__grower *grower, uint32_t seed, mf_error *error)
{
    const struct mf__soil *soil = grower->soil;
    size_t rows = soil->ranked->rows;
    uint32_t *times = mf__new(rows, sizeof *times);
    if (times == NULL)
        return mf__fail_memory(error, rows * sizeof *times, "the sample of a tree");
    if (soil->bootstrap)
        mf__bootstrap(seed, rows, soil->growth.n_drawn, times);
    uint32_t n = 0;
    for (size_t row = 0; row < rows; row++) {
        uint32_t weight = soil->bootstrap ? times[row] : 1;
        grower->samples[n] = (struct mf__sample){(uint32_t)row, weight, soil->goal->whole[row]};
        n += weight > 0;
    }
    mf__free(times);
    grower->n_samples = n;
    grower->root_weight = soil->growth.n_drawn;
    return 0;
}

/* The importances of a tree add up to 1, unless it has no split that improves anything. */
static void normalise(struct mf__grower *grower)
{
    double *importances = mf__grown_importances(grower->grown);
    size_t n = grower->soil->ranked->n_columns;
    double sum = 0;
    for (size_t f = 0; f < n; f++) {
        importances[f] /= (double)grower->root_weight;
        sum += importances[f];
    }
    for (size_t f = 0; f < n && sum > 0; f++)
        importances[f] /= sum;
}

static int grow_from(struct mf__grower *grower, uint32_t seed, mf_error *error)
{
    const struct mf__soil *soil = grower->soil;
    int code = draw_samples(grower, seed, error);
    if (code != 0)
        return code;
    struct mf__sums sums = {.counts = grower->side_counts};
    mf__sums_of(soil->goal, grower->samples, grower->n_samples, &sums);
    const struct mf__bud root = {.n = grower->n_samples,
                                 .parent = MF_NODE_LEAF,
                                 .impurity = mf__impurity(soil, &sums),
                                 .sums = sums};
    code = soil->growth.max_leaf_nodes > 0 ? mf__grow_best_first(grower, &root, error)
                                           : mf__grow_depth_first(grower, &root, error);
    if (code == 0)
        normalise(grower);
    return code;
}

int mf__grow(const struct mf__soil *soil, uint32_t seed, const mf_cancel *cancel,
             struct mf__grown *ret_grown, mf_error *error)
{
    size_t rows = soil->ranked->rows;
    size_t n_features = soil->ranked->n_columns;
    struct mf__mt mt;
    mf__mt_seed(&mt, seed);
    *ret_grown = (struct mf__grown){.n_features = (uint32_t)n_features,
                                    .most_nodes = mf__growth_nodes(&soil->growth, rows)};
    memset(mf__grown_importances(ret_grown), 0, n_features * sizeof(double));
    struct mf__grower grower = {
        .soil = soil,
        .grown = ret_grown,
        .nodes = mf__grown_nodes(ret_grown),
        .counts = mf__grown_counts(ret_grown),
        .search = mf__search_new(soil, mf__mt_below(&mt, STARTS)),
        .ranked = soil->ranked,
        .samples = mf__new(rows, sizeof *grower.samples),
        .spare = mf__new(rows, sizeof *grower.spare),
        .side_counts = mf__new(2 * soil->goal->n_classes, sizeof *grower.side_counts),
        .cancel = cancel,
    };
    bool made = mf__views_init(&grower.views, soil);
    int code = !made || grower.search == NULL || grower.samples == NULL || grower.spare == NULL ||
                       grower.side_counts == NULL
                   ? mf__fail_memory(error, rows * sizeof *grower.samples, "growing a tree")
                   : grow_from(&grower, seed, error);
    mf__views_done(&grower.views);
    mf__search_free(grower.search);
    mf__free(grower.samples);
    mf__free(grower.spare);
    mf__free(grower.side_counts);
    return code;
}
