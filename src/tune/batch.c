/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running a plan.
 *
 * Items come back in their order, so a bundle's trees do too: what they predict is added up here,
 * one chain's sums beside the other's, and where a unit of a chain ends, the mean is scored. Sums
 * are thus formed in the order of the trees, as mf_forest_predict forms them, and only the bundle
 * at hand needs room. When an item failed, the rest of its bundle is left aside: what would come of
 * it lacks trees.
 */
#include "tune/batch.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "tune/batch_items.h"
#include "tune/parts.h"
#include "tune/travel.h"
#include "tune/unit.h"

#include <math.h>
#include <string.h>

/* A chain of the bundle at hand. */
struct progress {
    size_t next_stop; /* the first unit that is not finished */
    uint64_t ns;      /* of its trees so far */
};

struct mf__tune_batch {
    struct mf__planned planned; /* first: what items see */
    struct mf__unit_watcher watcher;
    uint64_t n_grown;

    /* The bundle at hand. */
    const struct mf__bundle *bundle; /* or NULL */
    uint64_t n_trees;                /* of it, that were combined */
    size_t rows;                     /* to validate */
    size_t n_numbers;                /* of a prediction */
    struct progress *progress;       /* of each chain */
    double *sums;                    /* of each chain */
    double *mean;
    uint32_t
        *times; /* by how many trees each row was predicted; NULL unless out-of-bag rows count */
};

/* ---- making ---- */

/* Bundles of one part that draw the same number of rows come together in the order of their chains;
 * asked for in that order, each goal is made once. */
static int find_goals(struct mf__tune_batch *batch, mf_error *error)
{
    const struct mf__plan *plan = batch->planned.plan;
    const struct mf__bundle **owners = mf__new(plan->n_chains, sizeof *owners);
    batch->planned.goals = mf__new(plan->n_bundles, sizeof *batch->planned.goals);
    int code = 0;
    if (owners == NULL || batch->planned.goals == NULL)
        code = mf__fail_memory(error, plan->n_chains * sizeof *owners, "the goals of a plan");
    for (size_t i = 0; i < plan->n_bundles && code == 0; i++)
        owners[plan->bundles[i].first_chain] = &plan->bundles[i];
    for (size_t c = 0; c < plan->n_chains && code == 0; c++) {
        const struct mf__bundle *owner = owners[c];
        if (owner != NULL)
            code = mf__part_ready(plan->request.parts, owner->part, &plan->chains[c].growth,
                                  &batch->planned.goals[owner - plan->bundles], error);
    }
    mf__free(owners);
    return code;
}

static size_t numbers_of(const struct mf__plan *plan, size_t part)
{
    size_t slot = mf__plan_slot_bytes(plan->request.parts, part);
    return (slot - sizeof(struct mf__tree_slot)) / sizeof(double);
}

static int make_room(struct mf__tune_batch *batch, mf_error *error)
{
    const struct mf__plan *plan = batch->planned.plan;
    size_t most_chains = 0;
    size_t most_sums = 0;
    size_t most_numbers = 0;
    for (size_t i = 0; i < plan->n_bundles; i++) {
        const struct mf__bundle *bundle = &plan->bundles[i];
        size_t n = numbers_of(plan, bundle->part);
        most_chains = bundle->n_chains > most_chains ? bundle->n_chains : most_chains;
        most_numbers = n > most_numbers ? n : most_numbers;
        most_sums = n * bundle->n_chains > most_sums ? n * bundle->n_chains : most_sums;
    }
    batch->progress = mf__new(most_chains, sizeof *batch->progress);
    batch->sums = mf__new(most_sums, sizeof *batch->sums);
    batch->mean = mf__new(most_numbers, sizeof *batch->mean);
    bool out_of_bag = mf__parts_out_of_bag(plan->request.parts);
    if (out_of_bag)
        batch->times = mf__new(most_numbers, sizeof *batch->times);
    return batch->progress != NULL && batch->sums != NULL && batch->mean != NULL &&
                   (!out_of_bag || batch->times != NULL)
               ? 0
               : mf__fail_memory(error, (most_sums + most_numbers) * sizeof *batch->sums,
                                 "the sums of predictions");
}

int mf__batch_new(const struct mf__plan *plan, const struct mf__unit_watcher *watcher,
                  struct mf__tune_batch **ret_batch, mf_error *error)
{
    struct mf__tune_batch *batch = mf__new(1, sizeof *batch);
    if (batch == NULL)
        return mf__fail_memory(error, sizeof *batch, "the work of a search");
    batch->planned.plan = plan;
    batch->watcher = *watcher;
    int code = 0;
    if (plan->request.share) {
        code = find_goals(batch, error);
        if (code == 0)
            code = make_room(batch, error);
    }
    if (code == 0)
        *ret_batch = batch;
    else
        mf__batch_free(batch);
    return code;
}

void mf__batch_free(struct mf__tune_batch *batch)
{
    if (batch == NULL)
        return;
    mf__free(batch->planned.goals);
    mf__free(batch->progress);
    mf__free(batch->sums);
    mf__free(batch->mean);
    mf__free(batch->times);
    mf__free(batch);
}

/* ---- combining ---- */

static int tell(struct mf__tune_batch *batch, const struct mf__bundle *bundle,
                struct mf__unit_result *result, mf_error *error)
{
    result->fold = bundle->part % batch->planned.plan->n_folds;
    return batch->watcher.finished(batch->watcher.user, result, error);
}

static int combine_alone(void *user, uint64_t item, const void *item_result, mf_error *error)
{
    struct mf__tune_batch *batch = user;
    const struct mf__plan *plan = batch->planned.plan;
    const struct mf__bundle *bundle = mf__plan_bundle(plan, item);
    const struct mf__alone *alone = item_result;
    struct mf__unit_result result = {
        .trial = plan->stops[plan->chains[bundle->first_chain].first_stop].trial,
        .seconds = (double)alone->ns / (double)MF__NS_PER_S,
        .never_out = alone->never_out};
    memcpy(result.scores, alone->scores, sizeof result.scores);
    batch->n_grown += bundle->n_trees;
    return tell(batch, bundle, &result, error);
}

static void begin_bundle(struct mf__tune_batch *batch, const struct mf__bundle *bundle)
{
    const struct mf__plan *plan = batch->planned.plan;
    batch->bundle = bundle;
    batch->n_trees = 0;
    batch->rows = mf__part_valid_rows(plan->request.parts, bundle->part);
    batch->n_numbers = numbers_of(plan, bundle->part);
    memset(batch->progress, 0, bundle->n_chains * sizeof *batch->progress);
    memset(batch->sums, 0, bundle->n_chains * batch->n_numbers * sizeof *batch->sums);
    if (batch->times != NULL)
        memset(batch->times, 0, batch->rows * sizeof *batch->times);
}

static void add_predictions(const struct mf__tune_batch *batch, const double *predicted,
                            double *sums)
{
    if (batch->times == NULL) {
        for (size_t i = 0; i < batch->n_numbers; i++)
            sums[i] += predicted[i];
        return;
    }
    for (size_t i = 0; i < batch->n_numbers; i++)
        sums[i] += isnan(predicted[i]) ? 0 : predicted[i];
}

/* Which rows a tree predicts depends on its seed, so it is the same in all chains. */
static void count_rows(struct mf__tune_batch *batch, const double *predicted)
{
    size_t outputs = batch->n_numbers / batch->rows;
    for (size_t row = 0; batch->times != NULL && row < batch->rows; row++)
        batch->times[row] += (uint32_t)!isnan(predicted[row * outputs]);
}

/* Adds the next tree of every chain that has so many. */
static void add_tree(struct mf__tune_batch *batch, const unsigned char *slots)
{
    const struct mf__bundle *bundle = batch->bundle;
    const struct mf__chain *chains = &batch->planned.plan->chains[bundle->first_chain];
    size_t slot_bytes = sizeof(struct mf__tree_slot) + batch->n_numbers * sizeof(double);
    bool counted = false;
    for (size_t c = 0; c < bundle->n_chains; c++) {
        if (batch->n_trees >= chains[c].n_trees)
            continue;
        const struct mf__tree_slot *slot = (const void *)(slots + c * slot_bytes);
        const double *predicted = (const void *)(slot + 1);
        add_predictions(batch, predicted, batch->sums + c * batch->n_numbers);
        if (!counted)
            count_rows(batch, predicted);
        counted = true;
        batch->progress[c].ns += slot->ns;
        batch->n_grown += slot->is_shared == 0;
    }
    batch->n_trees++;
}

/* The scores of a chain as far as it is grown. */
static int score(const struct mf__tune_batch *batch, size_t chain, double ret_scores[MF_METRICS],
                 mf_error *error)
{
    const struct mf__parts *parts = batch->planned.plan->request.parts;
    size_t part = batch->bundle->part;
    size_t outputs = batch->n_numbers / batch->rows;
    const double *sums = batch->sums + chain * batch->n_numbers;
    for (size_t i = 0; i < batch->n_numbers; i++) {
        uint64_t times = batch->times != NULL ? batch->times[i / outputs] : batch->n_trees;
        batch->mean[i] = sums[i] / (times > 0 ? (double)times : 1.0);
    }
    const mf_scored scored = {.rows = batch->rows,
                              .n_classes = mf__parts_at(parts, part)->train.n_classes,
                              .truth = mf__part_truth(parts, part),
                              .predicted = batch->mean};
    return mf__scores_of(&scored, ret_scores, error);
}

/* Rows that every tree had in its bag so far. */
static uint64_t count_never_out(const struct mf__tune_batch *batch)
{
    uint64_t n = 0;
    for (size_t row = 0; batch->times != NULL && row < batch->rows; row++)
        n += batch->times[row] == 0;
    return n;
}

/* Tells of the units of a chain that end with the last tree. */
static int finish_units(struct mf__tune_batch *batch, size_t chain, mf_error *error)
{
    const struct mf__plan *plan = batch->planned.plan;
    const struct mf__chain *planned = &plan->chains[batch->bundle->first_chain + chain];
    const struct mf__chain_stop *stops = &plan->stops[planned->first_stop];
    struct progress *progress = &batch->progress[chain];
    struct mf__unit_result result = {.seconds = (double)progress->ns / (double)MF__NS_PER_S};
    bool scored = false;
    while (progress->next_stop < planned->n_stops &&
           stops[progress->next_stop].n_trees == batch->n_trees) {
        result.trial = stops[progress->next_stop++].trial;
        int code = scored ? 0 : score(batch, chain, result.scores, error);
        if (!scored)
            result.never_out = count_never_out(batch);
        if (code == 0)
            code = tell(batch, batch->bundle, &result, error);
        if (code != 0)
            return code;
        scored = true;
    }
    return 0;
}

static int combine_trees(void *user, uint64_t item, const void *item_result, mf_error *error)
{
    struct mf__tune_batch *batch = user;
    const struct mf__bundle *bundle = mf__plan_bundle(batch->planned.plan, item);
    uint64_t first = (item - bundle->first_item) * bundle->block;
    if (first == 0)
        begin_bundle(batch, bundle);
    if (batch->bundle != bundle || batch->n_trees != first)
        return 0; /* an item before it failed */
    const unsigned char *slots = item_result;
    size_t bytes =
        bundle->n_chains * (sizeof(struct mf__tree_slot) + batch->n_numbers * sizeof(double));
    uint64_t left = bundle->n_trees - first;
    uint64_t n = left < bundle->block ? left : bundle->block;
    for (uint64_t t = 0; t < n; t++) {
        add_tree(batch, slots + t * bytes);
        for (size_t c = 0; c < bundle->n_chains; c++) {
            int code = finish_units(batch, c, error);
            if (code != 0)
                return code;
        }
    }
    return 0;
}

/* ---- running ---- */

void mf__batch_reset(struct mf__tune_batch *batch)
{
    batch->n_grown = 0;
    batch->bundle = NULL;
}

mf_work mf__batch_work(struct mf__tune_batch *batch)
{
    const struct mf__plan *plan = batch->planned.plan;
    bool share = plan->request.share;
    return (mf_work){.n_items = plan->counts.items,
                     .result_bytes = plan->counts.result_bytes,
                     .run = share ? mf__run_trees : mf__run_alone,
                     .combine = share ? combine_trees : combine_alone,
                     .user = batch,
                     .portable = share ? &mf__trees_travel : &mf__alone_travels};
}

int mf__batch_run(struct mf__tune_batch *batch, mf_pool *pool, const mf_run_options *options,
                  mf_ledger *ret_ledger, mf_error *error)
{
    const mf_work work = mf__batch_work(batch);
    mf__batch_reset(batch);
    return mf_pool_run(pool, &work, options, ret_ledger, error);
}

uint64_t mf__batch_grown(const struct mf__tune_batch *batch)
{
    return batch->n_grown;
}
