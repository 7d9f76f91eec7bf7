/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prediction.
 *
 * What a row costs is waiting: each step asks memory for a node, then for a feature, and a branch
 * on the answer is guessed wrong half of the time. So trees are packed before many rows fall: 8
 * bytes for a node instead of 40, and the two children of a node side by side, so that the
 * comparison's result, 0 or 1, is added to the place of the left one and there is no branch. Then
 * 256 rows take a step each before any of them takes its next: the steps of different rows do not
 * wait for each other, and the node of a row's next step is fetched while the others take theirs.
 * Who arrived is looked at every few steps only; a leaf leads to itself, since it looks at a
 * feature that is NaN in every row. The places that this frees in its node hold the leaf's number.
 *
 * The threshold of a packed node is a float: the largest one that is not above the tree's double.
 * The features are floats, so this gives the same answers.
 *
 * Tried and rejected: eight rows side by side until all have arrived (slower by a third, as it
 * waits for the deepest), AVX2 gathers (no faster than plain code), sorting the rows by the leaf
 * they reach in the first tree (a tenth faster, not worth its code).
 */
#include "forest/predict.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

#define LOT        256U /* rows that step together: their state and their features fit the cache */
#define STEPS      4U   /* between two looks */
#define NARROW     8U   /* bits for a feature; more only where there are more features */
#define PACK_BELOW 16U  /* nodes per row that is to fall: more are not worth packing */

struct spot {
    union {
        float threshold; /* rows above it go to the right child */
        uint32_t bits;   /* of that float; of a leaf, its number */
    } at;
    uint32_t next; /* place of the left child << bits | feature; a leaf's own place and the NaN */
};

/* The leaves are numbered in the order of their nodes. */
struct packed_tree {
    struct spot *spots; /* NULL: not packed */
    double *values;     /* of each leaf; regression */
    uint32_t *nodes;    /* of each leaf; classification */
};

struct mf__packed {
    const mf_forest *forest;
    unsigned bits;
    struct packed_tree *trees;
};

size_t mf__outputs(const mf_forest *forest)
{
    return forest->n_classes > 0 ? forest->n_classes : 1;
}

size_t mf__row_floats(const mf_forest *forest)
{
    return forest->n_features + 1;
}

int mf__check_matrix(const mf_forest *forest, const mf_matrix *matrix, mf_error *error)
{
    if (matrix->columns != forest->n_features)
        return mf__fail(error, MF_E_INPUT,
                        "the matrix has %zu columns, but the forest was grown on %zu",
                        matrix->columns, forest->n_features);
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++)
        if (!isfinite(matrix->values[i]))
            return mf__fail(error, MF_E_INPUT,
                            "row %zu of column %zu of the matrix is not a finite number",
                            i % matrix->rows, i / matrix->rows);
    return 0;
}

void mf__rows_copy(const mf_matrix *matrix, size_t first, size_t n, float *ret_rows)
{
    size_t width = matrix->columns + 1;
    for (size_t column = 0; column < matrix->columns; column++) {
        const float *values = matrix->values + column * matrix->rows + first;
        for (size_t row = 0; row < n; row++)
            ret_rows[row * width + column] = values[row];
    }
    for (size_t row = 0; row < n; row++)
        ret_rows[row * width + matrix->columns] = NAN;
}

/* ---- packing ---- */

/* The bits of the largest float that is not above a finite threshold. Rounding goes up half of the
 * time, so this has no branch either. */
static uint32_t at_most(double threshold)
{
    float value = (float)threshold;
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    uint32_t down = (bits >> 31) * 2 - 1; /* numbers below 0 grow with their bits */
    return bits + (uint32_t)((double)value > threshold) * down;
}

static unsigned width_of(size_t number)
{
    return number == 0 ? 0 : 64 - (unsigned)__builtin_clzll(number);
}

static size_t count_leaves(const struct mf__tree *tree)
{
    return (size_t)tree->n_nodes / 2 + 1;
}

/* Half of the nodes are leaves, in no order that a processor could guess. Compilers leave masks
 * alone, where they would make a branch of a condition. */
static uint32_t choose(uint32_t mask, uint32_t yes, uint32_t no)
{
    return (yes & mask) | (no & ~mask);
}

/* Children come after their parent in scikit-learn's order, so one pass knows every place in time.
 * Leaves write to the end of `places`, which has room for one more than there are nodes. */
static void pack_tree(const struct mf__packed *packed, const struct mf__tree *tree,
                      uint32_t *places, const struct packed_tree *into)
{
    const uint32_t nan_feature = (uint32_t)packed->forest->n_features;
    const unsigned bits = packed->bits;
    const struct packed_tree to = *into;
    uint32_t next = 1;
    uint32_t n_leaves = 0;
    places[0] = 0;
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        const mf_node *node = &tree->nodes[i];
        uint32_t place = places[i];
        uint32_t is_leaf = node->left == MF_NODE_LEAF;
        uint32_t mask = 0 - is_leaf;
        places[choose(mask, tree->n_nodes, node->left)] = next;
        places[choose(mask, tree->n_nodes, node->right)] = next + 1;
        to.spots[place].at.bits = choose(mask, n_leaves, at_most(node->threshold));
        to.spots[place].next =
            choose(mask, place, next) << bits | choose(mask, nan_feature, node->feature);
        if (to.values != NULL)
            to.values[n_leaves] = node->value;
        else
            to.nodes[n_leaves] = i;
        n_leaves += is_leaf;
        next += 2 & ~mask;
    }
}

static bool pays(const struct mf__packed *packed, const struct mf__tree *tree, size_t n_rows)
{
    return width_of(tree->n_nodes) + packed->bits <= 32 && n_rows >= tree->n_nodes / PACK_BELOW;
}

static int pack(struct mf__packed *packed, size_t tree, uint32_t *places, mf_error *error)
{
    const struct mf__tree *from = &packed->forest->trees[tree];
    struct packed_tree *into = &packed->trees[tree];
    /* One more than there are leaves: what a node writes that is none. */
    size_t n_leaves = count_leaves(from) + 1;
    into->spots = mf__aligned_room(from->n_nodes * sizeof *into->spots);
    if (packed->forest->n_classes == 0)
        into->values = mf__new(n_leaves, sizeof *into->values);
    else
        into->nodes = mf__new(n_leaves, sizeof *into->nodes);
    if (into->spots == NULL || (into->values == NULL && into->nodes == NULL))
        return mf__fail_memory(error, from->n_nodes * sizeof *into->spots, "a packed tree");
    pack_tree(packed, from, places, into);
    return 0;
}

static int pack_all(struct mf__packed *packed, size_t n_rows, mf_error *error)
{
    const mf_forest *forest = packed->forest;
    size_t most = 0;
    for (uint64_t t = 0; t < forest->params.n_estimators; t++)
        most = forest->trees[t].n_nodes > most ? forest->trees[t].n_nodes : most;
    uint32_t *places = mf__new(most + 1, sizeof *places);
    if (places == NULL)
        return mf__fail_memory(error, most * sizeof *places, "packing a forest");
    int code = 0;
    for (uint64_t t = 0; t < forest->params.n_estimators && code == 0; t++)
        if (pays(packed, &forest->trees[t], n_rows))
            code = pack(packed, t, places, error);
    mf__free(places);
    return code;
}

int mf__packed_new(const mf_forest *forest, size_t n_rows, struct mf__packed **ret_packed,
                   mf_error *error)
{
    struct mf__packed *packed = mf__new(1, sizeof *packed);
    if (packed == NULL)
        return mf__fail_memory(error, sizeof *packed, "a packed forest");
    packed->forest = forest;
    packed->bits = width_of(forest->n_features);
    packed->bits = packed->bits < NARROW ? NARROW : packed->bits;
    packed->trees = mf__new(forest->params.n_estimators, sizeof *packed->trees);
    int code = packed->trees == NULL
                   ? mf__fail_memory(error, sizeof *packed->trees, "a packed forest")
                   : pack_all(packed, n_rows, error);
    if (code != 0) {
        mf__packed_free(packed);
        return code;
    }
    *ret_packed = packed;
    return 0;
}

void mf__packed_free(struct mf__packed *packed)
{
    if (packed == NULL)
        return;
    for (uint64_t t = 0; packed->trees != NULL && t < packed->forest->params.n_estimators; t++) {
        mf__free(packed->trees[t].spots);
        mf__free(packed->trees[t].values);
        mf__free(packed->trees[t].nodes);
    }
    mf__free(packed->trees);
    mf__free(packed);
}

/* ---- falling ---- */

/* Rows on their way. Those that have arrived are taken out: the first `n` of each array count. */
struct lot {
    uint32_t n;
    uint32_t places[LOT];
    uint32_t slots[LOT]; /* where in `leaves` the row's answer goes */
    const float *rows[LOT];
    uint32_t leaves[LOT];
};

static inline uint32_t step(const struct spot *spots, uint32_t place, const float *row,
                            unsigned bits)
{
    struct spot spot = spots[place];
    uint32_t feature = spot.next & ((UINT32_C(1) << bits) - 1);
    return (spot.next >> bits) + (uint32_t)(row[feature] > spot.at.threshold);
}

static inline void step_all(const struct spot *spots, struct lot *lot, unsigned steps,
                            unsigned bits)
{
    for (unsigned s = 0; s < steps; s++) {
        for (uint32_t i = 0; i < lot->n; i++) {
            lot->places[i] = step(spots, lot->places[i], lot->rows[i], bits);
            __builtin_prefetch(&spots[lot->places[i]]);
        }
    }
}

/* Every row leaves an answer, which is right once it has arrived; rows under way stay in the lot.
 */
static inline void take_out(const struct spot *spots, struct lot *lot, uint32_t nan_feature,
                            unsigned bits)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < lot->n; i++) {
        uint32_t place = lot->places[i];
        uint32_t slot = lot->slots[i];
        lot->leaves[slot] = spots[place].at.bits;
        lot->places[kept] = place;
        lot->slots[kept] = slot;
        lot->rows[kept] = lot->rows[i];
        kept += (spots[place].next & ((UINT32_C(1) << bits) - 1)) != nan_feature;
    }
    lot->n = kept;
}

/* Before the first look come as many steps as a tree has levels that is as even as can be. */
static inline void fall(const struct spot *spots, struct lot *lot, const struct mf__packed *packed,
                        unsigned steps, unsigned bits)
{
    const uint32_t nan_feature = (uint32_t)packed->forest->n_features;
    while (lot->n > 0) {
        step_all(spots, lot, steps, bits);
        take_out(spots, lot, nan_feature, bits);
        steps = STEPS;
    }
}

/* The leaves of all rows of a lot. The common number of bits is a constant to the compiler. */
static void find_leaves(const struct mf__packed *packed, size_t tree, struct lot *lot)
{
    const struct spot *spots = packed->trees[tree].spots;
    unsigned levels = width_of(packed->forest->trees[tree].n_nodes);
    if (packed->bits == NARROW)
        fall(spots, lot, packed, levels, NARROW);
    else
        fall(spots, lot, packed, levels, packed->bits);
}

/* The leaf, as a node, of one row in a tree that is not packed. */
static uint32_t walk(const mf_node *nodes, const float *row)
{
    uint32_t at = 0;
    while (nodes[at].left != MF_NODE_LEAF)
        at = (double)row[nodes[at].feature] <= nodes[at].threshold ? nodes[at].left
                                                                   : nodes[at].right;
    return at;
}

/* ---- adding up ---- */

/* Some rows of a batch, at most LOT of them. */
struct part {
    const struct mf__batch *batch;
    uint32_t first;
    uint32_t n;
};

static size_t row_of(const struct part *part, uint32_t i)
{
    uint32_t row = part->first + i;
    return part->batch->which != NULL ? part->batch->which[row] : row;
}

static void fill_lot(const struct part *part, size_t width, struct lot *lot)
{
    lot->n = part->n;
    for (uint32_t i = 0; i < part->n; i++) {
        lot->places[i] = 0;
        lot->slots[i] = i;
        lot->rows[i] = part->batch->rows + row_of(part, i) * width;
    }
}

static void add_classes(const uint32_t *counts, size_t n_classes, double *sums)
{
    double total = 0;
    for (size_t c = 0; c < n_classes; c++)
        total += counts[c];
    total = total > 0 ? total : 1;
    for (size_t c = 0; c < n_classes; c++)
        sums[c] += counts[c] / total;
}

/* Turns numbers of leaves into numbers of nodes. */
static void find_nodes(const struct packed_tree *packed, const struct mf__tree *tree,
                       struct lot *lot, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        lot->leaves[i] =
            packed->spots != NULL ? packed->nodes[lot->leaves[i]] : walk(tree->nodes, lot->rows[i]);
}

static void add_part(const struct mf__packed *packed, size_t tree, const struct part *part,
                     double *sums)
{
    const struct mf__tree *from = &packed->forest->trees[tree];
    const struct packed_tree *to = &packed->trees[tree];
    size_t n_classes = packed->forest->n_classes;
    struct lot lot;
    fill_lot(part, mf__row_floats(packed->forest), &lot);
    if (to->spots != NULL)
        find_leaves(packed, tree, &lot);
    if (to->values == NULL)
        find_nodes(to, from, &lot, part->n);
    for (uint32_t i = 0; i < part->n && to->values != NULL; i++)
        __builtin_prefetch(&to->values[lot.leaves[i]]);
    for (uint32_t i = 0; i < part->n; i++) {
        size_t row = row_of(part, i);
        uint32_t leaf = lot.leaves[i];
        if (to->values != NULL)
            sums[row] += to->values[leaf];
        else if (n_classes == 0)
            sums[row] += from->nodes[leaf].value;
        else
            add_classes(from->counts + leaf * n_classes, n_classes, sums + row * n_classes);
    }
}

void mf__packed_add(const struct mf__packed *packed, size_t tree, const struct mf__batch *batch,
                    double *sums)
{
    for (uint32_t first = 0; first < batch->n; first += LOT) {
        uint32_t left = batch->n - first;
        const struct part part = {batch, first, left < LOT ? left : LOT};
        add_part(packed, tree, &part, sums);
    }
}
