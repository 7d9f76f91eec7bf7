/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing a node of one to three rows with all that is under it. Most nodes of a tree are of this
 * kind, and what becomes of them is known at once: of two rows, each gets a leaf, and of three, one
 * gets a leaf and the others are a pair. So no node waits on the path, rows are not moved, and
 * there is no branch on which side is the left one. The impurity of one row is 0, exactly.
 */
#include "forest/grower.h"
#include "forest/lanes.h"

/* Some rows, in their order. */
struct few {
    struct mf__sample *samples;
    uint32_t n;
    uint32_t depth;
    uint32_t n_constant;
    struct mf__sums sums; /* without counts */
    double impurity;
};

static void make_node(struct mf__grower *grower, const struct few *few, uint32_t id)
{
    grower->nodes[id] = (mf_node){.left = MF_NODE_LEAF,
                                  .right = MF_NODE_LEAF,
                                  .samples = few->n,
                                  .weight = (uint32_t)few->sums.weight,
                                  .value = mf__mean_of(grower, few->samples, few->n, &few->sums)};
}

static struct few one_of(const struct few *few, uint32_t row)
{
    struct few one = {.samples = few->samples + row, .n = 1};
    mf__sums_add(&one.sums, one.samples, true);
    return one;
}

/* All of three rows but one; `room` is for their samples. */
static struct few pair_without(const struct mf__grower *grower, const struct few *three,
                               uint32_t row, const struct mf__sums *sums, struct mf__sample *room)
{
    room[0] = three->samples[row == 0];
    room[1] = three->samples[2 - (row == 2)];
    struct few pair = {.samples = room,
                       .n = 2,
                       .depth = three->depth + 1,
                       .n_constant = three->n_constant,
                       .sums = {.weight = three->sums.weight - sums->weight,
                                .y = three->sums.y - sums->y,
                                .y_squared = three->sums.y_squared - sums->y_squared}};
    pair.impurity = mf__impurity(grower->soil, &pair.sums);
    return pair;
}

/* As find_split in grow.c. */
static const struct mf__split *find_split(struct mf__grower *grower, struct few *few)
{
    if (mf__must_be_leaf(&grower->soil->growth, few->n, few->depth, few->impurity))
        return NULL;
    if (few->depth >= grower->grown->reach)
        grower->grown->reach = (uint64_t)few->depth + 1;
    struct mf__group group = {
        .samples = few->samples,
        .n = few->n,
        .n_constant = few->n_constant,
        .sheet = MF__NO_SHEET,
        .y = (double)few->sums.y,
        .weight = (double)(int64_t)few->sums.weight,
        .y_squared = mf__squares_of(grower->soil->goal, few->sums.y_squared),
    };
    const struct mf__split *split = mf__search_split(grower->search, &group);
    few->n_constant = group.n_constant;
    return split;
}

/* Which rows go left: a bit for each. */
static uint32_t left_of(const struct mf__grower *grower, const struct few *few,
                        const struct mf__split *split)
{
    const struct mf__ranked *ranked = grower->ranked;
    const int32_t *codes = ranked->by_row + split->feature;
    int32_t limit = (int32_t)((split->low + 1) << (MF__LANES_SHIFT + 1));
    uint32_t left = 0;
    for (uint32_t i = 0; i < few->n; i++)
        left |= (uint32_t)(codes[few->samples[i].row * ranked->row_lanes] < limit) << i;
    return left;
}

/* Splits a node, unless that improves the tree too little. */
static bool take(struct mf__grower *grower, const struct mf__change *change, uint32_t id,
                 const struct mf__split *split)
{
    if (mf__improvement(change) + DBL_EPSILON < grower->soil->growth.min_impurity_decrease)
        return false;
    mf__grown_importances(grower->grown)[split->feature] += mf__decrease(change);
    mf__keep_split(&grower->nodes[id], split);
    return true;
}

/* Makes the node of two rows, and those under it. How many nodes that are. */
static uint32_t grow_two(struct mf__grower *grower, struct few *two, uint32_t id)
{
    make_node(grower, two, id);
    const struct mf__split *split = find_split(grower, two);
    if (split == NULL)
        return 1;
    uint32_t first = left_of(grower, two, split) >> 1;
    const struct few left = one_of(two, first);
    const struct few right = one_of(two, 1 - first);
    const struct mf__change change = {.weight = (double)(int64_t)two->sums.weight,
                                      .left_weight = (double)(int64_t)left.sums.weight,
                                      .right_weight = (double)(int64_t)right.sums.weight,
                                      .root_weight = (double)(int64_t)grower->root_weight,
                                      .impurity = two->impurity};
    if (!take(grower, &change, id, split))
        return 1;
    grower->nodes[id].left = id + 1;
    grower->nodes[id].right = id + 2;
    make_node(grower, &left, id + 1);
    make_node(grower, &right, id + 2);
    return 3;
}

/* The same of three rows. */
static uint32_t grow_three(struct mf__grower *grower, struct few *three, uint32_t id)
{
    static const uint8_t lone_of[] = {0, 0, 1, 2, 2, 1, 0, 0}; /* by which rows go left */
    make_node(grower, three, id);
    const struct mf__split *split = find_split(grower, three);
    if (split == NULL)
        return 1;
    uint32_t left = left_of(grower, three, split);
    bool is_left = (left & (left - 1)) == 0;
    const struct few one = one_of(three, lone_of[left]);
    struct mf__sample room[2];
    struct few pair = pair_without(grower, three, lone_of[left], &one.sums, room);
    const struct mf__change change = {
        .weight = (double)(int64_t)three->sums.weight,
        .left_weight = (double)(int64_t)(is_left ? one.sums.weight : pair.sums.weight),
        .right_weight = (double)(int64_t)(is_left ? pair.sums.weight : one.sums.weight),
        .root_weight = (double)(int64_t)grower->root_weight,
        .impurity = three->impurity,
        .left_impurity = is_left ? 0 : pair.impurity,
        .right_impurity = is_left ? pair.impurity : 0};
    if (!take(grower, &change, id, split))
        return 1;
    uint32_t n = grow_two(grower, &pair, id + 1 + is_left);
    uint32_t right = id + 1 + (is_left ? 1 : n);
    grower->nodes[id].left = id + 1;
    grower->nodes[id].right = right;
    make_node(grower, &one, is_left ? id + 1 : right);
    return n + 2;
}

void mf__grow_few(struct mf__grower *grower, const struct mf__bud *bud)
{
    uint32_t id = grower->grown->n_nodes;
    struct few few = {.samples = grower->samples + bud->start,
                      .n = bud->n,
                      .depth = bud->depth,
                      .n_constant = bud->n_constant,
                      .sums = bud->sums,
                      .impurity = bud->impurity};
    uint32_t n = 1;
    mf__leave_view(grower, bud);
    mf__hang(grower, bud, id);
    if (bud->n == 1)
        make_node(grower, &few, id);
    else
        n = bud->n == 2 ? grow_two(grower, &few, id) : grow_three(grower, &few, id);
    grower->grown->n_nodes = id + n;
}
