/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan and the parts that it stands on, as bytes.
 *
 * Parts travel as they were prepared, not as the table they came from: so nobody but rank 0 needs
 * the file, and nothing is prepared twice. Ranks of values, goals and rows for falling are made
 * again by the calls that made them here, from the same numbers, so they are the same.
 */
#include "tune/travel.h"

#include "base/memory.h"
#include "base/status.h"
#include "exec/baggage.h"
#include "tune/batch.h"
#include "tune/batch_items.h"
#include "tune/parts_held.h"

/* A search in a rank that inherited nothing. */
struct travelled {
    struct mf__tune_batch *batch;
    struct mf__plan *plan;
    struct mf__parts *parts;
    struct mf__config *configs;
};

/* ---- parts ---- */

static void pack_dataset(const mf_dataset *dataset, struct mf__parcel *out)
{
    mf__pack_value(out, &dataset->rows, sizeof dataset->rows);
    mf__pack_value(out, &dataset->columns, sizeof dataset->columns);
    mf__pack_value(out, &dataset->n_classes, sizeof dataset->n_classes);
    mf__pack_array(out, dataset->values, dataset->rows * dataset->columns, sizeof *dataset->values);
    mf__pack_array(out, dataset->target, dataset->rows, sizeof *dataset->target);
}

static void unpack_dataset(struct mf__baggage *baggage, mf_dataset *dataset)
{
    size_t n_values = 0;
    size_t n_targets = 0;
    mf__unpack_value(baggage, &dataset->rows, sizeof dataset->rows);
    mf__unpack_value(baggage, &dataset->columns, sizeof dataset->columns);
    mf__unpack_value(baggage, &dataset->n_classes, sizeof dataset->n_classes);
    dataset->values = mf__unpack_array(baggage, &n_values, sizeof *dataset->values);
    dataset->target = mf__unpack_array(baggage, &n_targets, sizeof *dataset->target);
    if (n_targets != dataset->rows || n_values != dataset->rows * dataset->columns)
        baggage->failed = true;
}

static void pack_parts(const struct mf__parts *parts, struct mf__parcel *out)
{
    size_t n = parts->n_preparations * parts->n_folds;
    mf__pack_value(out, &parts->ground.validation, sizeof parts->ground.validation);
    mf__pack_value(out, &parts->n_folds, sizeof parts->n_folds);
    mf__pack_value(out, &parts->n_preparations, sizeof parts->n_preparations);
    mf__pack_value(out, parts->places, sizeof parts->places);
    mf__pack_value(out, &parts->facts, sizeof parts->facts);
    for (size_t i = 0; i < n; i++) {
        pack_dataset(&parts->list[i].shown.train, out);
        pack_dataset(&parts->list[i].shown.valid, out);
    }
}

static struct mf__parts *unpack_parts(struct mf__baggage *baggage)
{
    struct mf__parts *parts = mf__new(1, sizeof *parts);
    size_t n = 0;
    if (parts == NULL)
        return NULL;
    mf__unpack_value(baggage, &parts->ground.validation, sizeof parts->ground.validation);
    mf__unpack_value(baggage, &parts->n_folds, sizeof parts->n_folds);
    mf__unpack_value(baggage, &parts->n_preparations, sizeof parts->n_preparations);
    mf__unpack_value(baggage, parts->places, sizeof parts->places);
    mf__unpack_value(baggage, &parts->facts, sizeof parts->facts);
    if (baggage->failed || parts->n_preparations > PREPARATIONS ||
        __builtin_mul_overflow(parts->n_preparations, parts->n_folds, &n))
        n = 0;
    parts->list = mf__new(n, sizeof *parts->list);
    if (parts->list == NULL || n == 0) {
        baggage->failed = true;
        parts->n_preparations = 0; /* so that nothing of the list is freed */
    }
    for (size_t i = 0; i < n && !baggage->failed; i++) {
        unpack_dataset(baggage, &parts->list[i].shown.train);
        unpack_dataset(baggage, &parts->list[i].shown.valid);
    }
    return parts;
}

/* ---- the plan ---- */

static int pack(const void *user, struct mf__parcel *out, mf_error *error)
{
    const struct mf__plan *plan = ((const struct mf__planned *)user)->plan;
    pack_parts(plan->request.parts, out);
    mf__pack_array(out, plan->request.configs, plan->request.n_trials,
                   sizeof *plan->request.configs);
    mf__pack_value(out, &plan->request.share, sizeof plan->request.share);
    mf__pack_value(out, &plan->n_folds, sizeof plan->n_folds);
    mf__pack_value(out, &plan->counts, sizeof plan->counts);
    mf__pack_array(out, plan->bundles, plan->n_bundles, sizeof *plan->bundles);
    mf__pack_array(out, plan->chains, plan->n_chains, sizeof *plan->chains);
    mf__pack_array(out, plan->stops, plan->n_stops, sizeof *plan->stops);
    return mf__pack_check(out, error);
}

static struct mf__plan *unpack_plan(struct mf__baggage *baggage, struct travelled *travelled)
{
    struct mf__plan *plan = mf__new(1, sizeof *plan);
    if (plan == NULL)
        return NULL;
    travelled->configs =
        mf__unpack_array(baggage, &plan->request.n_trials, sizeof *travelled->configs);
    plan->request.configs = travelled->configs;
    plan->request.parts = travelled->parts;
    mf__unpack_value(baggage, &plan->request.share, sizeof plan->request.share);
    mf__unpack_value(baggage, &plan->n_folds, sizeof plan->n_folds);
    mf__unpack_value(baggage, &plan->counts, sizeof plan->counts);
    plan->bundles = mf__unpack_array(baggage, &plan->n_bundles, sizeof *plan->bundles);
    plan->chains = mf__unpack_array(baggage, &plan->n_chains, sizeof *plan->chains);
    plan->stops = mf__unpack_array(baggage, &plan->n_stops, sizeof *plan->stops);
    return plan;
}

static void drop(void *user)
{
    struct travelled *travelled = user;
    mf__batch_free(travelled->batch);
    mf__plan_free(travelled->plan);
    mf__parts_free(travelled->parts);
    mf__free(travelled->configs);
    mf__free(travelled);
}

static int unpack(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    const struct mf__unit_watcher nobody = {0}; /* only rank 0 combines */
    struct travelled *travelled = mf__new(1, sizeof *travelled);
    if (travelled == NULL)
        return mf__fail_memory(error, sizeof *travelled, "a search");
    travelled->parts = unpack_parts(baggage);
    if (travelled->parts != NULL)
        travelled->plan = unpack_plan(baggage, travelled);
    baggage->failed = baggage->failed || travelled->plan == NULL;
    int code = mf__unpack_check(baggage, error);
    if (code == 0)
        code = mf__batch_new(travelled->plan, &nobody, &travelled->batch, error);
    if (code == 0)
        *ret_user = travelled;
    else
        drop(travelled);
    return code;
}

/* ---- items ---- */

static int run_trees(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    return mf__run_trees(((struct travelled *)user)->batch, item, ret_result, worker, error);
}

static size_t trees_used(const void *user, uint64_t item, const void *result)
{
    return mf__trees_used(((const struct travelled *)user)->batch, item, result);
}

static int run_alone(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    return mf__run_alone(((struct travelled *)user)->batch, item, ret_result, worker, error);
}

const struct mf_portable mf__trees_travel = {.name = "trees of a search",
                                             .pack = pack,
                                             .unpack = unpack,
                                             .drop = drop,
                                             .run = run_trees,
                                             .used = trees_used};

const struct mf_portable mf__alone_travels = {
    .name = "trials of a search", .pack = pack, .unpack = unpack, .drop = drop, .run = run_alone};
