/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making the plan.
 *
 * Everything that the trees of a unit depend on is written down as a few words: the part, the seed,
 * the growth as it was resolved, so that "sqrt" and the number that it comes to are the same. Units
 * are sorted by these words, then by depth, from the deepest, then by the number of trees; so
 * bundles, chains and stops are runs of the sorted list, and a hundred thousand trials take no
 * longer than sorting them.
 *
 * Blocks of trees are cut by a rough model of what a tree costs: some 256 items for the whole, so
 * that eight workers end at about the same time, but with results that stay small. The model needs
 * no more than the right order of magnitude: rows times features tried times levels. It knows
 * nothing of the machine or of workers, since a plan must not depend on them.
 */
#include "tune/plan.h"

#include "base/memory.h"
#include "base/status.h"
#include "tune/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS        256.0             /* that all work is cut into, about */
#define ITEM_BYTES   ((size_t)1 << 20) /* results of an item, where trees are small enough */
#define BUNDLE_BYTES ((size_t)8 << 20) /* of one tree in all chains of a bundle */

/* What a row costs a tree whatever is grown. The unit of the model is a row looked at for a
 * feature. */
#define ROW_COST 20.0

#define SHARES 64.0

/* Where what is finished soonest comes first, the first unit of a bundle is to take no more than
 * this part of all work. */
#define SOON (1.0 / 64)

enum word {
    WORD_PREPARATION,
    WORD_SHARE, /* of the rows, that a tree draws: about, so that it is the same in all folds */
    WORD_SEED,
    WORD_SAMPLES,
    WORD_FEATURES,
    WORD_CRITERION, /* and whether there is a bootstrap */
    WORD_DECREASE,
    WORD_FOLD, /* late: the folds of a trial are to come together */
    WORD_DRAWN,
    WORDS_OF_BUNDLE,
    WORD_DEPTH = WORDS_OF_BUNDLE, /* the deepest sorts first */
    WORDS_OF_CHAIN,
    WORD_TREES = WORDS_OF_CHAIN,
    WORD_TRIAL,
    WORDS,
};

/* A unit, as words that are compared in turn. */
struct unit {
    uint64_t words[WORDS];
};

/* ---- units ---- */

static uint64_t two(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

/* A tree of so many rows is never deeper, so deeper limits are all the same. */
static uint32_t depth_of(const struct mf__growth *growth, size_t rows)
{
    return growth->max_depth < rows ? growth->max_depth : (uint32_t)rows;
}

static void describe(const struct mf__plan *plan, size_t trial, size_t part,
                     const struct mf__growth *growth, struct unit *ret)
{
    size_t rows = mf__parts_at(plan->request.parts, part)->train.rows;
    const mf_forest_params *params = &plan->request.configs[trial].forest;
    double decrease = growth->min_impurity_decrease + 0.0; /* of the two zeros, only one */
    uint64_t *words = ret->words;
    words[WORD_PREPARATION] = part / plan->n_folds;
    words[WORD_SHARE] = (uint64_t)(growth->n_drawn * SHARES / (double)rows);
    words[WORD_SEED] = params->random_state;
    words[WORD_SAMPLES] = two(growth->min_samples_split, growth->min_samples_leaf);
    words[WORD_FEATURES] = two(growth->max_features, growth->max_leaf_nodes);
    words[WORD_CRITERION] = two((uint32_t)growth->criterion, params->bootstrap);
    memcpy(&words[WORD_DECREASE], &decrease, sizeof decrease);
    words[WORD_FOLD] = part % plan->n_folds;
    words[WORD_DRAWN] = growth->n_drawn;
    words[WORD_DEPTH] = UINT32_MAX - depth_of(growth, rows);
    words[WORD_TREES] = params->n_estimators;
    words[WORD_TRIAL] = trial;
}

/* Describes the units of a trial that are wanted, from units[n] on. */
static int list_trial(struct mf__plan *plan, size_t trial, struct unit *units, mf_error *error)
{
    const struct mf__plan_request *request = &plan->request;
    const struct mf__config *config = &request->configs[trial];
    struct mf__plan_counts *counts = &plan->counts;
    bool any = false;
    for (size_t fold = 0; fold < plan->n_folds; fold++) {
        struct mf__growth growth;
        size_t part = mf__parts_find(request->parts, config, fold);
        if (request->wanted != NULL && request->wanted[trial * plan->n_folds + fold] == 0)
            continue;
        if (part == SIZE_MAX)
            return mf__parts_check(request->parts, config, error);
        int code = mf__part_growth(request->parts, part, &config->forest, &growth, error);
        if (code != 0)
            return code;
        describe(plan, trial, part, &growth, &units[counts->units++]);
        counts->trees_asked += config->forest.n_estimators;
        any = true;
    }
    counts->trials += any;
    return 0;
}

static int compare_words(const uint64_t *a, const uint64_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int by_words(const void *a, const void *b)
{
    return compare_words(((const struct unit *)a)->words, ((const struct unit *)b)->words, WORDS);
}

/* ---- bundles ---- */

/* What a tree of a chain costs, about. */
static double tree_cost(const struct mf__plan *plan, size_t part, const struct mf__growth *growth)
{
    double rows = (double)mf__parts_at(plan->request.parts, part)->train.rows;
    double drawn = fmin(rows, growth->n_drawn);
    double levels = fmin(growth->max_depth, 1.5 * log2(drawn + 1));
    if (growth->max_leaf_nodes > 0)
        levels = fmin(levels, 1.5 * log2(growth->max_leaf_nodes));
    return drawn * levels * growth->max_features + ROW_COST * rows;
}

size_t mf__plan_slot_bytes(const struct mf__parts *parts, size_t part)
{
    size_t n_classes = mf__parts_at(parts, part)->train.n_classes;
    size_t outputs = n_classes > 0 ? n_classes : 1;
    return sizeof(struct mf__tree_slot) +
           mf__part_valid_rows(parts, part) * outputs * sizeof(double);
}

/* Whether a unit belongs to the bundle made last, or even to its last chain. */
struct belonging {
    bool to_bundle;
    bool to_chain;
};

static struct belonging find_belonging(const struct mf__plan *plan, const struct unit *unit)
{
    if (!plan->request.share || plan->n_bundles == 0)
        return (struct belonging){false, false};
    const uint64_t *last = unit[-1].words;
    const struct mf__bundle *bundle = &plan->bundles[plan->n_bundles - 1];
    size_t slot = mf__plan_slot_bytes(plan->request.parts, bundle->part);
    bool alike = compare_words(last, unit->words, WORDS_OF_BUNDLE) == 0;
    bool same = alike && last[WORD_DEPTH] == unit->words[WORD_DEPTH];
    bool has_room = (bundle->n_chains + 1) * slot <= BUNDLE_BYTES;
    return (struct belonging){.to_bundle = same || (alike && has_room), .to_chain = same};
}

/* Adds a unit, the units before it in order being there already. */
static int add_unit(struct mf__plan *plan, const struct unit *unit, mf_error *error)
{
    const struct belonging belonging = find_belonging(plan, unit);
    size_t part = unit->words[WORD_PREPARATION] * plan->n_folds + unit->words[WORD_FOLD];
    size_t trial = unit->words[WORD_TRIAL];
    const mf_forest_params *params = &plan->request.configs[trial].forest;
    if (!belonging.to_bundle)
        plan->bundles[plan->n_bundles++] = (struct mf__bundle){.part = part,
                                                               .first_chain = plan->n_chains,
                                                               .random_state = params->random_state,
                                                               .bootstrap = params->bootstrap};
    struct mf__bundle *bundle = &plan->bundles[plan->n_bundles - 1];
    if (!belonging.to_chain) {
        struct mf__chain *chain = &plan->chains[plan->n_chains++];
        *chain = (struct mf__chain){.first_stop = plan->n_stops};
        int code = mf__part_growth(plan->request.parts, part, params, &chain->growth, error);
        if (code != 0)
            return code;
        bundle->n_chains++;
    }
    struct mf__chain *chain = &plan->chains[plan->n_chains - 1];
    uint64_t more = params->n_estimators - chain->n_trees;
    plan->stops[plan->n_stops++] = (struct mf__chain_stop){params->n_estimators, trial};
    chain->n_stops++;
    chain->n_trees += more;
    if (bundle->n_trees < chain->n_trees)
        bundle->n_trees = chain->n_trees;
    bundle->cost += (double)more * tree_cost(plan, part, &chain->growth);
    plan->counts.trees_planned += more;
    return 0;
}

/* The chains of a bundle grow side by side, up to the unit with the fewest trees. */
static double first_cost(const struct mf__plan *plan, const struct mf__bundle *bundle)
{
    const struct mf__chain *chains = &plan->chains[bundle->first_chain];
    uint64_t n_trees = UINT64_MAX;
    double cost = 0;
    for (size_t i = 0; i < bundle->n_chains; i++) {
        uint64_t first = plan->stops[chains[i].first_stop].n_trees;
        n_trees = first < n_trees ? first : n_trees;
        cost += tree_cost(plan, bundle->part, &chains[i].growth);
    }
    return (double)n_trees * cost;
}

/* Makes every chain of the bundles that would take long to finish a unit a bundle of its own; a
 * deeper one's trees are then grown again. There are no more chains than room for bundles. */
static void part_chains(struct mf__plan *plan)
{
    double cost = 0;
    for (size_t i = 0; i < plan->n_bundles; i++)
        cost += plan->bundles[i].cost;
    size_t at = plan->n_chains; /* filled from the back, as bundles only move there */
    for (size_t i = plan->n_bundles; i-- > 0;) {
        const struct mf__bundle bundle = plan->bundles[i];
        if (bundle.n_chains == 1 || first_cost(plan, &bundle) <= SOON * cost) {
            plan->bundles[--at] = bundle;
            continue;
        }
        for (size_t c = bundle.first_chain + bundle.n_chains; c-- > bundle.first_chain;) {
            const struct mf__chain *chain = &plan->chains[c];
            struct mf__bundle *single = &plan->bundles[--at];
            *single = bundle;
            single->first_chain = c;
            single->n_chains = 1;
            single->n_trees = chain->n_trees;
            single->cost = (double)chain->n_trees * tree_cost(plan, bundle.part, &chain->growth);
        }
    }
    plan->n_bundles = plan->n_chains - at;
    memmove(plan->bundles, plan->bundles + at, plan->n_bundles * sizeof *plan->bundles);
}

/* Costs that are alike: the model knows no better, and folds differ by a row. */
static int cost_class(double cost)
{
    return (int)floor(log2(cost + 1) * 4);
}

static int by_place(const struct mf__bundle *a, const struct mf__bundle *b)
{
    return a->first_chain < b->first_chain ? -1 : a->first_chain > b->first_chain;
}

static int longest_first(const void *a, const void *b)
{
    const struct mf__bundle *left = a;
    const struct mf__bundle *right = b;
    int left_class = cost_class(left->cost);
    int right_class = cost_class(right->cost);
    if (left_class != right_class)
        return left_class > right_class ? -1 : 1;
    return by_place(left, right);
}

static int soonest_first(const void *a, const void *b)
{
    const struct mf__bundle *left = a;
    const struct mf__bundle *right = b;
    int left_class = cost_class(left->first_cost);
    int right_class = cost_class(right->first_cost);
    if (left_class != right_class)
        return left_class < right_class ? -1 : 1;
    return by_place(left, right);
}

/* ---- items ---- */

static uint64_t block_of(const struct mf__plan *plan, const struct mf__bundle *bundle,
                         double item_cost)
{
    if (!plan->request.share)
        return bundle->n_trees;
    size_t slots = bundle->n_chains * mf__plan_slot_bytes(plan->request.parts, bundle->part);
    double trees = item_cost * (double)bundle->n_trees / bundle->cost;
    uint64_t block = trees < (double)bundle->n_trees ? (uint64_t)trees : bundle->n_trees;
    block = block < ITEM_BYTES / slots ? block : ITEM_BYTES / slots;
    return block > 0 ? block : 1;
}

static void cut_items(struct mf__plan *plan)
{
    struct mf__plan_counts *counts = &plan->counts;
    double cost = 0;
    for (size_t i = 0; i < plan->n_bundles; i++)
        cost += plan->bundles[i].cost;
    for (size_t i = 0; i < plan->n_bundles; i++) {
        struct mf__bundle *bundle = &plan->bundles[i];
        bundle->block = block_of(plan, bundle, cost / ITEMS);
        bundle->first_item = counts->items;
        counts->items += (bundle->n_trees - 1) / bundle->block + 1;
        size_t bytes = plan->request.share
                           ? bundle->block * bundle->n_chains *
                                 mf__plan_slot_bytes(plan->request.parts, bundle->part)
                           : sizeof(struct mf__alone);
        counts->result_bytes = bytes > counts->result_bytes ? bytes : counts->result_bytes;
    }
}

static int arrange(struct mf__plan *plan, struct unit *units, mf_error *error)
{
    size_t n = plan->counts.units;
    qsort(units, n, sizeof *units, by_words);
    plan->bundles = mf__new(n, sizeof *plan->bundles);
    plan->chains = mf__new(n, sizeof *plan->chains);
    plan->stops = mf__new(n, sizeof *plan->stops);
    if (plan->bundles == NULL || plan->chains == NULL || plan->stops == NULL)
        return mf__fail_memory(
            error, n * (sizeof *plan->bundles + sizeof *plan->chains + sizeof *plan->stops),
            "the plan");
    for (size_t i = 0; i < n; i++) {
        int code = add_unit(plan, &units[i], error);
        if (code != 0)
            return code;
    }
    if (plan->request.soonest_first)
        part_chains(plan);
    for (size_t i = 0; i < plan->n_bundles; i++)
        plan->bundles[i].first_cost = first_cost(plan, &plan->bundles[i]);
    qsort(plan->bundles, plan->n_bundles, sizeof *plan->bundles,
          plan->request.soonest_first ? soonest_first : longest_first);
    cut_items(plan);
    return 0;
}

int mf__plan_new(const struct mf__plan_request *request, struct mf__plan **ret_plan,
                 mf_error *error)
{
    struct mf__plan *plan = mf__new(1, sizeof *plan);
    if (plan == NULL)
        return mf__fail_memory(error, sizeof *plan, "the plan");
    plan->request = *request;
    plan->n_folds = mf__parts_facts(request->parts).n_folds;
    size_t n = request->n_trials * plan->n_folds;
    struct unit *units = mf__new(n, sizeof *units);
    int code = units == NULL ? mf__fail_memory(error, n * sizeof *units, "the plan") : 0;
    for (size_t trial = 0; trial < request->n_trials && code == 0; trial++)
        code = list_trial(plan, trial, units, error);
    if (code == 0)
        code = arrange(plan, units, error);
    plan->request.wanted = NULL;
    mf__free(units);
    if (code == 0)
        *ret_plan = plan;
    else
        mf__plan_free(plan);
    return code;
}

void mf__plan_free(struct mf__plan *plan)
{
    if (plan == NULL)
        return;
    mf__free(plan->bundles);
    mf__free(plan->chains);
    mf__free(plan->stops);
    mf__free(plan);
}

const struct mf__bundle *mf__plan_bundle(const struct mf__plan *plan, uint64_t item)
{
    size_t low = 0;
    size_t high = plan->n_bundles - 1;
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;
        if (plan->bundles[middle].first_item <= item)
            low = middle;
        else
            high = middle - 1;
    }
    return &plan->bundles[low];
}
