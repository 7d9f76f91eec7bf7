/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/grow.h"

#include "base/mt19937.h"
#include "base/status.h"
#include "forest/bootstrap.h"
#include "forest/grower.h"
#include "forest/growers.h"
#include "forest/lanes.h"

#include <float.h>
#include <string.h>

/* Smaller nodes are grown in no time anyway. */
#define VIEW_WORTH 64

/* Of nodes of up to so many rows, codes are read row by row where they can be. */
#define ROWS_WORTH 64

/* Of nodes of so many rows, fewer are copied. */
#define FEW_DIVIDED 8

/* Thresholds are set in steps of so many nodes. */
#define THRESHOLDS_AT_ONCE 256U

/* How many starts of a tree's own generator there are. */
#define STARTS INT32_MAX

static size_t bytes_of(size_t n_features, size_t nodes, size_t n_classes)
{
    return sizeof(struct mf__grown) + n_features * sizeof(double) +
           nodes * (sizeof(mf_node) + n_classes * sizeof(uint32_t));
}

size_t mf__grown_bytes(const struct mf__soil *soil)
{
    return bytes_of(soil->ranked->n_columns, mf__growth_nodes(&soil->growth, soil->ranked->rows),
                    soil->goal->n_classes);
}

size_t mf__grown_used(const struct mf__grown *grown, size_t n_classes)
{
    return bytes_of(grown->n_features, grown->most_nodes, n_classes);
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

void mf__grown_close_up(struct mf__grown *grown, size_t n_classes)
{
    const uint32_t *counts = mf__grown_counts(grown);
    grown->most_nodes = grown->n_nodes;
    memmove(mf__grown_counts(grown), counts, grown->n_nodes * n_classes * sizeof *counts);
}

/* ---- a node ---- */

static uint32_t add_node(struct mf__grower *grower, const struct mf__bud *bud,
                         const struct mf__sums *sums)
{
    uint32_t id = grower->grown->n_nodes++;
    const struct mf__sample *samples = grower->samples + bud->start;
    bool has_value = grower->soil->goal->n_classes == 0;
    grower->nodes[id] =
        (mf_node){.left = MF_NODE_LEAF,
                  .right = MF_NODE_LEAF,
                  .samples = bud->n,
                  .weight = (uint32_t)sums->weight,
                  .value = has_value ? mf__mean_of(grower, samples, bud->n, sums) : 0};
    mf__hang(grower, bud, id);
    return id;
}

/* The codes of a column: that of a row is at codes[row * stride]. */
struct codes {
    const uint32_t *codes;
    size_t stride;
    uint32_t limit; /* the largest that goes left */
};

/* Of a small node, the search has just read the rows. */
static struct codes codes_of(const struct mf__ranked *ranked, uint32_t n,
                             const struct mf__split *split)
{
    uint32_t largest = split->low << 1 | 1;
    if (ranked->by_row == NULL || n > ROWS_WORTH)
        return (struct codes){ranked->columns[split->feature].codes, 1, largest};
    return (struct codes){(const uint32_t *)ranked->by_row + split->feature, ranked->row_lanes,
                          ((largest + 1) << MF__LANES_SHIFT) - 1};
}

/* As below, where the search tells which rows go left. They are put aside in copies of few lengths,
 * which take less time than any other. */
static uint32_t divide_told(struct mf__sample *samples, uint32_t n, uint32_t left,
                            struct mf__sums *ret_left)
{
    struct mf__sample aside[MF__DIVIDED];
    struct mf__sums sums = {.weight = 0};
    uint32_t n_left = (uint32_t)__builtin_popcount(left);
    uint32_t at_left = 0;
    uint32_t at_right = n_left;
    if (n <= FEW_DIVIDED)
        memcpy(aside, samples, FEW_DIVIDED * sizeof *aside);
    else
        memcpy(aside, samples, sizeof aside);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t is_left = left >> i & 1;
        uint32_t at = is_left ? at_left : at_right;
        mf__sums_add(&sums, &aside[i], is_left);
        samples[at] = aside[i];
        at_left += is_left;
        at_right += 1 - is_left;
    }
    *ret_left = sums;
    return n_left;
}

/* Brings the rows that go left to the front; on both sides they stay in order. How many go left;
 * their sums, but for counts. */
static uint32_t divide(struct mf__grower *grower, const struct mf__bud *bud,
                       const struct mf__split *split, struct mf__sums *ret_left)
{
    struct mf__sample *samples = grower->samples + bud->start;
    uint32_t told = mf__search_left(grower->search);
    if (told != 0)
        return divide_told(samples, bud->n, told, ret_left);
    const struct codes codes = codes_of(grower->ranked, bud->n, split);
    struct mf__sample *spare = grower->spare;
    struct mf__sums left = {.weight = 0};
    uint32_t n_left = 0;
    uint32_t n_right = 0;
    for (uint32_t i = 0; i < bud->n; i++) {
        struct mf__sample sample = samples[i];
        bool is_left = codes.codes[sample.row * codes.stride] <= codes.limit;
        mf__sums_add(&left, &sample, is_left);
        samples[n_left] = sample;
        spare[n_right] = sample;
        n_left += is_left;
        n_right += !is_left;
    }
    memcpy(samples + n_left, spare, n_right * sizeof *samples);
    *ret_left = left;
    return n_left;
}

/* Counts the classes of both sides. */
static void count_sides(struct mf__grower *grower, const struct mf__sums *sums,
                        struct mf__fork *fork)
{
    const struct mf__goal *goal = grower->soil->goal;
    size_t n_classes = goal->n_classes;
    fork->left.sums.counts = grower->side_counts;
    fork->right.sums.counts = grower->side_counts + n_classes;
    mf__sums_of(goal, grower->samples + fork->left.start, fork->left.n, &fork->left.sums);
    for (size_t c = 0; c < n_classes; c++)
        fork->right.sums.counts[c] = sums->counts[c] - fork->left.sums.counts[c];
}

/* What the split of a node improves. */
static void weigh(struct mf__grower *grower, const struct mf__bud *bud, struct mf__fork *fork)
{
    const struct mf__soil *soil = grower->soil;
    const struct mf__sums *left = &fork->left.sums;
    const struct mf__sums *right = &fork->right.sums;
    const struct mf__change change = {.weight = (double)(int64_t)bud->sums.weight,
                                      .left_weight = (double)(int64_t)left->weight,
                                      .right_weight = (double)(int64_t)right->weight,
                                      .root_weight = (double)(int64_t)grower->root_weight,
                                      .impurity = bud->impurity,
                                      .left_impurity = mf__impurity(soil, left),
                                      .right_impurity = mf__impurity(soil, right)};
    fork->improvement = mf__improvement(&change);
    fork->left.impurity = change.left_impurity;
    fork->right.impurity = change.right_impurity;
    fork->decrease = mf__decrease(&change);
}

/* Divides the rows of a node by its split. */
static void part(struct mf__grower *grower, const struct mf__bud *bud, const struct mf__sums *sums,
                 const struct mf__split *split, struct mf__fork *fork)
{
    struct mf__bud *left = &fork->left;
    struct mf__bud *right = &fork->right;
    uint32_t n_left = divide(grower, bud, split, &left->sums);
    right->sums.weight = sums->weight - left->sums.weight;
    right->sums.y = sums->y - left->sums.y;
    right->sums.y_squared = sums->y_squared - left->sums.y_squared;
    left->start = bud->start;
    left->n = n_left;
    right->start = bud->start + n_left;
    right->n = bud->n - n_left;
    left->depth = right->depth = bud->depth + 1;
    left->parent = right->parent = fork->node;
    left->is_left = true;
    right->is_left = false;
    if (grower->soil->goal->n_classes > 0)
        count_sides(grower, sums, fork);
    weigh(grower, bud, fork);
}

static void enter_view(struct mf__grower *grower, const struct mf__bud *bud)
{
    if (bud->n > grower->views.most || grower->view_end > 0 || bud->n <= VIEW_WORTH)
        return;
    mf__view_turn(&grower->views, grower->samples + bud->start, bud->n);
    grower->view_end = bud->start + bud->n;
    grower->ranked = &grower->views.ranked;
    mf__search_in(grower->search, grower->ranked);
}

/* Looks for the split of a node that may have one; NULL when it has none. */
static const struct mf__split *find_split(struct mf__grower *grower, const struct mf__bud *bud,
                                          struct mf__fork *fork)
{
    fork->left.sheet = bud->sheet;
    if (mf__must_be_leaf(&grower->soil->growth, bud->n, bud->depth, bud->impurity))
        return NULL;
    if (bud->depth >= grower->grown->reach)
        grower->grown->reach = (uint64_t)bud->depth + 1;
    enter_view(grower, bud);
    struct mf__group group = {
        .samples = grower->samples + bud->start,
        .n = bud->n,
        .n_constant = bud->n_constant,
        .sheet = bud->sheet,
        .y = (double)bud->sums.y,
        .weight = (double)(int64_t)bud->sums.weight,
        .y_squared = mf__squares_of(grower->soil->goal, bud->sums.y_squared),
    };
    const struct mf__split *split = mf__search_split(grower->search, &group);
    fork->left.sheet = group.sheet;
    fork->left.n_constant = group.n_constant;
    fork->right.n_constant = group.n_constant;
    return split;
}

/* The search left its sheet with the left side. */
static void hand_on_sheet(struct mf__grower *grower, const struct mf__bud *bud,
                          struct mf__fork *fork)
{
    const struct mf__group group = {
        .samples = grower->samples + bud->start, .n = bud->n, .sheet = fork->left.sheet};
    uint32_t sheets[2];
    mf__search_part(grower->search, &group, fork->left.n, sheets);
    fork->left.sheet = sheets[0];
    fork->right.sheet = sheets[1];
}

void mf__sprout(struct mf__grower *grower, const struct mf__bud *bud, struct mf__fork *ret_fork)
{
    const struct mf__soil *soil = grower->soil;
    size_t n_classes = soil->goal->n_classes;
    const struct mf__sums *sums = &bud->sums;
    struct mf__sums counted = {.counts = grower->counts + grower->grown->n_nodes * n_classes};
    mf__leave_view(grower, bud);
    if (n_classes > 0) {
        mf__sums_of(soil->goal, grower->samples + bud->start, bud->n, &counted);
        sums = &counted;
    }
    uint32_t node = add_node(grower, bud, sums);
    ret_fork->node = node;
    ret_fork->improvement = 0;
    ret_fork->is_leaf = true;
    const struct mf__split *split = find_split(grower, bud, ret_fork);
    if (split == NULL) {
        mf__search_drop(grower->search, ret_fork->left.sheet);
        return;
    }
    part(grower, bud, sums, split, ret_fork);
    ret_fork->is_leaf = ret_fork->improvement + DBL_EPSILON < soil->growth.min_impurity_decrease;
    if (ret_fork->is_leaf) {
        mf__search_drop(grower->search, ret_fork->left.sheet);
        ret_fork->improvement = 0;
    } else {
        hand_on_sheet(grower, bud, ret_fork);
        mf__keep_split(&grower->nodes[node], split);
    }
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
static void draw_samples(struct mf__grower *grower, struct mf__mt *mt)
{
    const struct mf__soil *soil = grower->soil;
    size_t rows = soil->ranked->rows;
    uint32_t n = 0;
    if (soil->bootstrap)
        mf__bootstrap_from(mt, rows, soil->growth.n_drawn, grower->times);
    for (size_t row = 0; row < rows; row++) {
        uint32_t weight = soil->bootstrap ? grower->times[row] : 1;
        grower->samples[n] = (struct mf__sample){(uint32_t)row, weight, soil->goal->whole[row]};
        n += weight > 0;
    }
    grower->n_samples = n;
    grower->root_weight = soil->growth.n_drawn;
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

/* Gets a grower ready for its next tree. */
static void start(struct mf__grower *grower, uint32_t seed, struct mf__grown *ret_grown)
{
    const struct mf__soil *soil = grower->soil;
    size_t n_features = soil->ranked->n_columns;
    *ret_grown =
        (struct mf__grown){.n_features = (uint32_t)n_features,
                           .most_nodes = mf__growth_nodes(&soil->growth, soil->ranked->rows)};
    memset(mf__grown_importances(ret_grown), 0, n_features * sizeof(double));
    grower->grown = ret_grown;
    grower->nodes = mf__grown_nodes(ret_grown);
    grower->counts = mf__grown_counts(ret_grown);
    grower->ranked = soil->ranked;
    grower->view_end = 0;
    grower->few = soil->goal->n_classes == 0 && soil->ranked->by_row != NULL ? MF__FEW : 0;
    /* The sample and the search each start a generator of their own with the same seed. */
    struct mf__mt for_sample;
    mf__mt_seed(&for_sample, seed);
    struct mf__mt for_search = for_sample;
    draw_samples(grower, &for_sample);
    mf__search_start(grower->search, mf__mt_below(&for_search, STARTS));
}

/* Sets the thresholds of some nodes. Each reads two values somewhere in a column: all of them are
 * asked for at once, instead of one by one while a node waits. Which nodes have one is listed
 * first, without a branch, as it could not be foretold. */
static void set_thresholds(const struct mf__ranked *ranked, mf_node *nodes, uint32_t n_nodes)
{
    uint32_t list[THRESHOLDS_AT_ONCE];
    uint32_t n = 0;
    for (uint32_t node = 0; node < n_nodes; node++) {
        list[n] = node;
        n += nodes[node].left != MF_NODE_LEAF;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct mf__split split = mf__kept_split(&nodes[list[i]]);
        __builtin_prefetch(&ranked->columns[split.feature].values[split.low]);
        __builtin_prefetch(&ranked->columns[split.feature].values[split.high]);
    }
    for (uint32_t i = 0; i < n; i++) {
        struct mf__split split = mf__kept_split(&nodes[list[i]]);
        nodes[list[i]].threshold = mf__split_threshold(ranked, &split);
    }
}

/* At the end of a tree. The nodes of a step stay in the nearest cache, and so do their values. */
static void set_all_thresholds(const struct mf__grower *grower)
{
    uint32_t n_nodes = grower->grown->n_nodes;
    for (uint32_t start = 0; start < n_nodes; start += THRESHOLDS_AT_ONCE) {
        uint32_t n = n_nodes - start < THRESHOLDS_AT_ONCE ? n_nodes - start : THRESHOLDS_AT_ONCE;
        set_thresholds(grower->soil->ranked, grower->nodes + start, n);
    }
}

static int grow_from_root(struct mf__grower *grower, mf_error *error)
{
    const struct mf__soil *soil = grower->soil;
    struct mf__sums sums = {.counts = grower->side_counts};
    mf__sums_of(soil->goal, grower->samples, grower->n_samples, &sums);
    const struct mf__bud root = {.n = grower->n_samples,
                                 .parent = MF_NODE_LEAF,
                                 .sheet = MF__NO_SHEET,
                                 .impurity = mf__impurity(soil, &sums),
                                 .sums = sums};
    int code = soil->growth.max_leaf_nodes > 0 ? mf__grow_best_first(grower, &root, error)
                                               : mf__grow_depth_first(grower, &root, error);
    if (code != 0)
        return code;
    set_all_thresholds(grower);
    normalise(grower);
    return 0;
}

int mf__grow(const struct mf__soil *soil, uint32_t seed, const mf_cancel *cancel,
             struct mf__grown *ret_grown, mf_error *error)
{
    struct mf__grower *grower = mf__grower_take(soil);
    if (grower == NULL)
        return mf__fail_memory(error, soil->ranked->rows * sizeof *grower->samples,
                               "growing a tree");
    start(grower, seed, ret_grown);
    grower->cancel = cancel;
    int code = grow_from_root(grower, error);
    if (code == 0)
        mf__grower_give(grower);
    else
        mf__grower_free(grower);
    return code;
}
