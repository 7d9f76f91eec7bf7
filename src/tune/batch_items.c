/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items of a plan.
 *
 * Shared: for each seed the tree of the deepest chain is grown first. When no node of it was
 * searched at or below the next chain's limit, it is that chain's tree as well, and so on. The rows
 * to validate fall through a tree at once, while it is in the cache, and only what they are
 * predicted as is kept.
 *
 * Alone: a unit as a program without a search would do it, with the library's own calls and nothing
 * from other units, not even ranks. That is what sharing has to be compared with, in time and in
 * its results, and the two have no code in common but growing itself.
 */
#include "tune/batch_items.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "forest/bootstrap.h"
#include "forest/grow.h"
#include "forest/growers.h"
#include "forest/predict.h"
#include "tune/parts.h"
#include "tune/unit.h"

#include <math.h>
#include <string.h>

/* ---- shared ---- */

/* Some trees of a bundle while an item works on them. */
struct trees {
    const struct mf__plan *plan;
    const struct mf__bundle *bundle;
    const struct mf__fold_part *part;
    struct mf__soil soil;       /* its growth is the chain's at hand, */
    struct mf__growers growers; /* whose max_depth is all that differs from chain to chain */
    const mf_cancel *cancel;
    size_t rows;      /* to validate */
    size_t n_numbers; /* of a tree's predictions */
    size_t slot_bytes;
    struct mf__grown *grown;
    uint32_t
        *times; /* how often each row is in the tree's bag; NULL unless out-of-bag rows count */
    uint32_t *which; /* the rows that are not */
    uint32_t n_which;
    const struct mf__tree_slot *last; /* where the tree at hand, of a deeper chain, is predicted */
};

static double *predictions(struct mf__tree_slot *slot)
{
    return (double *)(void *)(slot + 1);
}

static void find_rows(struct trees *trees, uint32_t seed)
{
    trees->n_which = (uint32_t)trees->rows;
    if (trees->times == NULL)
        return;
    mf__bootstrap(seed, trees->rows, trees->soil.growth.n_drawn, trees->times);
    trees->n_which = 0;
    for (uint32_t row = 0; row < trees->rows; row++)
        if (trees->times[row] == 0)
            trees->which[trees->n_which++] = row;
}

/* Rows in the bag stay NaN; the others begin with 0, to which the tree adds. */
static void clear_predictions(const struct trees *trees, double *ret)
{
    memset(ret, 0, trees->n_numbers * sizeof *ret);
    if (trees->times == NULL)
        return;
    size_t outputs = trees->n_numbers / trees->rows;
    for (size_t i = 0; i < trees->n_numbers; i++)
        ret[i] = trees->times[i / outputs] == 0 ? 0 : (double)NAN;
}

static int predict(const struct trees *trees, uint32_t seed, double *ret, mf_error *error)
{
    struct mf__tree tree = {.seed = seed,
                            .n_nodes = trees->grown->n_nodes,
                            .nodes = mf__grown_nodes(trees->grown),
                            .counts = mf__grown_counts(trees->grown)};
    const mf_forest forest = {.params = {.n_estimators = 1},
                              .n_features = trees->part->train.columns,
                              .n_classes = trees->part->train.n_classes,
                              .n_rows = trees->part->train.rows,
                              .trees = &tree};
    const struct mf__batch batch = {
        .rows = trees->part->falling, .which = trees->which, .n = trees->n_which};
    struct mf__packed *packed = NULL;
    int code = mf__packed_new(&forest, batch.n, &packed, error);
    if (code != 0)
        return code;
    clear_predictions(trees, ret);
    mf__packed_add(packed, 0, &batch, ret);
    mf__packed_free(packed);
    return 0;
}

/* The tree with this seed of one chain. */
static int fill_slot(struct trees *trees, const struct mf__chain *chain, uint32_t seed,
                     struct mf__tree_slot *slot, mf_error *error)
{
    if (trees->last != NULL && trees->grown->reach <= chain->growth.max_depth) {
        memcpy(slot, trees->last, trees->slot_bytes);
        slot->is_shared = 1;
        return 0;
    }
    uint64_t start_ns = mf__now_ns();
    trees->soil.growth = chain->growth;
    int code = mf__grow(&trees->soil, seed, trees->cancel, trees->grown, error);
    if (code == 0)
        code = predict(trees, seed, predictions(slot), error);
    slot->ns = mf__now_ns() - start_ns;
    slot->is_shared = 0;
    trees->last = slot;
    return code;
}

/* The trees with one seed, of all chains that have so many. */
static int fill_slots(struct trees *trees, uint64_t tree, uint32_t seed, unsigned char *slots,
                      mf_error *error)
{
    trees->last = NULL;
    find_rows(trees, seed);
    for (size_t c = 0; c < trees->bundle->n_chains; c++) {
        const struct mf__chain *chain = &trees->plan->chains[trees->bundle->first_chain + c];
        if (tree >= chain->n_trees)
            continue;
        void *slot = slots + c * trees->slot_bytes;
        int code = fill_slot(trees, chain, seed, slot, error);
        if (code != 0)
            return code;
    }
    return 0;
}

/* Of the item that begins with this one. */
static size_t trees_from(const struct mf__bundle *bundle, uint64_t first)
{
    uint64_t left = bundle->n_trees - first;
    return left < bundle->block ? left : bundle->block;
}

static int run_block(struct trees *trees, uint64_t first, unsigned char *result, mf_error *error)
{
    const struct mf__bundle *bundle = trees->bundle;
    size_t n = trees_from(bundle, first);
    uint32_t *seeds = mf__new(n, sizeof *seeds);
    if (seeds == NULL)
        return mf__fail_memory(error, n * sizeof *seeds, "the seeds of trees");
    mf__tree_seeds(bundle->random_state, first, n, seeds);
    int code = 0;
    for (size_t t = 0; t < n && code == 0; t++)
        code = fill_slots(trees, first + t, seeds[t],
                          result + t * bundle->n_chains * trees->slot_bytes, error);
    mf__free(seeds);
    return code;
}

static int make_room(struct trees *trees, mf_error *error)
{
    bool out_of_bag = mf__parts_out_of_bag(trees->plan->request.parts);
    size_t bytes = mf__grown_bytes(&trees->soil);
    trees->grown = mf__aligned_room(bytes);
    if (out_of_bag) {
        trees->times = mf__new(trees->rows, sizeof *trees->times);
        trees->which = mf__new(trees->rows, sizeof *trees->which);
    }
    return trees->grown != NULL && (!out_of_bag || (trees->times != NULL && trees->which != NULL))
               ? 0
               : mf__fail_memory(error, bytes + 2 * trees->rows * sizeof *trees->times,
                                 "growing trees");
}

int mf__run_trees(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                  mf_error *error)
{
    const struct mf__planned *planned = user;
    const struct mf__plan *plan = planned->plan;
    const struct mf__parts *parts = plan->request.parts;
    const struct mf__bundle *bundle = mf__plan_bundle(plan, item);
    const struct mf__fold_part *part = mf__parts_at(parts, bundle->part);
    struct trees trees = {
        .plan = plan,
        .bundle = bundle,
        .part = part,
        .soil = {.ranked = part->ranked,
                 .goal = planned->goals[bundle - plan->bundles],
                 .growth = plan->chains[bundle->first_chain].growth,
                 .bootstrap = bundle->bootstrap},
        .cancel = worker->cancel,
        .rows = mf__part_valid_rows(parts, bundle->part),
        .slot_bytes = mf__plan_slot_bytes(parts, bundle->part),
    };
    trees.soil.growers = &trees.growers;
    trees.n_numbers = (trees.slot_bytes - sizeof(struct mf__tree_slot)) / sizeof(double);
    int code = make_room(&trees, error);
    if (code == 0)
        code = run_block(&trees, (item - bundle->first_item) * bundle->block, ret_result, error);
    mf__growers_done(&trees.growers);
    mf__free(trees.grown);
    mf__free(trees.times);
    mf__free(trees.which);
    return code;
}

size_t mf__trees_used(const void *user, uint64_t item, const void *result)
{
    const struct mf__plan *plan = ((const struct mf__planned *)user)->plan;
    const struct mf__bundle *bundle = mf__plan_bundle(plan, item);
    size_t n = trees_from(bundle, (item - bundle->first_item) * bundle->block);
    (void)result;
    return n * bundle->n_chains * mf__plan_slot_bytes(plan->request.parts, bundle->part);
}

/* ---- alone ---- */

int mf__run_alone(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                  mf_error *error)
{
    const struct mf__plan *plan = ((const struct mf__planned *)user)->plan;
    const struct mf__bundle *bundle = mf__plan_bundle(plan, item);
    const struct mf__chain_stop *stop = &plan->stops[plan->chains[bundle->first_chain].first_stop];
    struct mf__alone *alone = ret_result;
    struct mf__unit unit = {.parts = plan->request.parts,
                            .part = bundle->part,
                            .config = &plan->request.configs[stop->trial],
                            .options = {.cancel = worker->cancel}};
    const mf_pool_options one = mf_pool_defaults();
    uint64_t start_ns = mf__now_ns();
    /* A run inside an item is this worker's alone, whatever its pool. */
    int code = mf_pool_open(mf_way_find("serial"), &one, &unit.pool, error);
    if (code == 0)
        code = mf__unit_run(&unit, alone->scores, error);
    alone->ns = mf__now_ns() - start_ns;
    alone->never_out = unit.never_out;
    mf_pool_close(&unit.pool);
    mf__unit_done(&unit);
    return code;
}
