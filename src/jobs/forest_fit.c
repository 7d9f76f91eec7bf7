/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing a forest: one item per tree. What all trees share, the ranks of the features and the
 * target in whole numbers, is made before the run; forked workers inherit it. A grown tree is its
 * item's result, and combining copies it into the forest.
 */
#include "jobs/forest_fit.h"

#include "base/memory.h"
#include "base/status.h"
#include "exec/baggage.h"
#include "forest/forest.h"
#include "forest/grow.h"
#include "forest/growers.h"
#include "jobs/portable.h"

#include <string.h>

struct fit {
    struct mf__soil soil;
    struct mf__growers growers;
    mf_forest *forest;
    uint64_t n_split; /* trees that have more than a root */
    const mf_matrix *matrix;
    const mf_target *target;
};

static int grow_tree(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    const struct fit *fit = user;
    return mf__grow(&fit->soil, fit->forest->trees[item].seed, worker->cancel, ret_result, error);
}

static int keep_tree(void *user, uint64_t item, const void *result, mf_error *error)
{
    struct fit *fit = user;
    mf_forest *forest = fit->forest;
    /* The engine hands out what the worker wrote; nobody else looks at it any more. */
    struct mf__grown *grown = (struct mf__grown *)(uintptr_t)result;
    int code = mf__tree_room(forest, item, grown->n_nodes, error);
    if (code != 0)
        return code;
    struct mf__tree *tree = &forest->trees[item];
    memcpy(tree->nodes, mf__grown_nodes(grown), tree->n_nodes * sizeof *tree->nodes);
    if (forest->n_classes > 0)
        memcpy(tree->counts, mf__grown_counts(grown),
               tree->n_nodes * forest->n_classes * sizeof *tree->counts);
    if (tree->n_nodes > 1) {
        const double *importances = mf__grown_importances(grown);
        for (size_t f = 0; f < forest->n_features; f++)
            forest->importances[f] += importances[f];
        fit->n_split++;
    }
    return 0;
}

/* The mean over the trees that split, then the share of the sum. */
static void normalise(const struct fit *fit)
{
    mf_forest *forest = fit->forest;
    double sum = 0;
    for (size_t f = 0; f < forest->n_features && fit->n_split > 0; f++) {
        forest->importances[f] /= (double)fit->n_split;
        sum += forest->importances[f];
    }
    for (size_t f = 0; f < forest->n_features && sum > 0; f++)
        forest->importances[f] /= sum;
}

static int prepare_soil(const mf_matrix *matrix, const mf_target *target,
                        const mf_forest_params *params, struct mf__soil *soil, mf_error *error)
{
    struct mf__ranked *ranked = NULL;
    struct mf__goal *goal = NULL;
    int code = mf__growth_of(params, matrix, target->n_classes, &soil->growth, error);
    if (code == 0)
        code = mf__goal_new(target, matrix->rows, soil->growth.n_drawn, &goal, error);
    if (code == 0)
        code = mf__ranked_new(matrix, &ranked, error);
    if (code == 0)
        code = mf__ranked_ready(ranked, &soil->growth, target->n_classes, error);
    soil->bootstrap = params->bootstrap;
    soil->goal = goal;
    soil->ranked = ranked;
    return code;
}

static void clear_soil(const struct mf__soil *soil)
{
    mf__growers_done(soil->growers);
    /* Made by prepare_soil; const for those who only read. */
    mf__goal_free((struct mf__goal *)(uintptr_t)soil->goal);
    mf__ranked_free((struct mf__ranked *)(uintptr_t)soil->ranked);
}

/* ---- to other machines ---- */

/* What a rank that inherits nothing grows trees from. */
struct travelled {
    struct fit fit;
    mf_matrix matrix;
    mf_target target;
    float *values;
    double *numbers;
};

static int pack(const void *user, struct mf__parcel *out, mf_error *error)
{
    const struct fit *fit = user;
    const mf_matrix *matrix = fit->matrix;
    mf__pack_value(out, &fit->forest->params, sizeof fit->forest->params);
    mf__pack_value(out, &matrix->rows, sizeof matrix->rows);
    mf__pack_value(out, &matrix->columns, sizeof matrix->columns);
    mf__pack_value(out, &fit->target->n_classes, sizeof fit->target->n_classes);
    mf__pack_array(out, matrix->values, matrix->rows * matrix->columns, sizeof *matrix->values);
    mf__pack_array(out, fit->target->values, matrix->rows, sizeof *fit->target->values);
    return mf__pack_check(out, error);
}

static void drop(void *user)
{
    struct travelled *travelled = user;
    clear_soil(&travelled->fit.soil);
    mf_forest_free(&travelled->fit.forest);
    mf__free(travelled->values);
    mf__free(travelled->numbers);
    mf__free(travelled);
}

static int read_all(struct travelled *travelled, struct mf__baggage *baggage,
                    mf_forest_params *ret_params, mf_error *error)
{
    mf_matrix *matrix = &travelled->matrix;
    size_t n_values = 0;
    size_t n_numbers = 0;
    mf__unpack_value(baggage, ret_params, sizeof *ret_params);
    mf__unpack_value(baggage, &matrix->rows, sizeof matrix->rows);
    mf__unpack_value(baggage, &matrix->columns, sizeof matrix->columns);
    mf__unpack_value(baggage, &travelled->target.n_classes, sizeof travelled->target.n_classes);
    travelled->values = mf__unpack_array(baggage, &n_values, sizeof *travelled->values);
    travelled->numbers = mf__unpack_array(baggage, &n_numbers, sizeof *travelled->numbers);
    matrix->values = travelled->values;
    travelled->target.values = travelled->numbers;
    baggage->failed =
        baggage->failed || n_numbers != matrix->rows || n_values != matrix->rows * matrix->columns;
    return mf__unpack_check(baggage, error);
}

static int unpack(struct mf__baggage *baggage, void **ret_user, mf_error *error)
{
    struct travelled *travelled = mf__new(1, sizeof *travelled);
    mf_forest_params params;
    if (travelled == NULL)
        return mf__fail_memory(error, sizeof *travelled, "a forest");
    travelled->fit.soil.growers = &travelled->fit.growers;
    int code = read_all(travelled, baggage, &params, error);
    if (code == 0)
        code = prepare_soil(&travelled->matrix, &travelled->target, &params, &travelled->fit.soil,
                            error);
    if (code == 0)
        code = mf__forest_new(&params, travelled->matrix.columns, travelled->target.n_classes,
                              &travelled->fit.forest, error);
    if (code == 0)
        *ret_user = travelled; /* which begins with a struct fit */
    else
        drop(travelled);
    return code;
}

static int grow_tightly(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                        mf_error *error)
{
    const struct fit *fit = user;
    int code = grow_tree(user, item, ret_result, worker, error);
    if (code == 0)
        mf__grown_close_up(ret_result, fit->soil.goal->n_classes);
    return code;
}

static size_t tree_used(const void *user, uint64_t item, const void *result)
{
    (void)item;
    return mf__grown_used(result, ((const struct fit *)user)->soil.goal->n_classes);
}

const struct mf_portable mf__fit_travels = {.name = "forest",
                                            .pack = pack,
                                            .unpack = unpack,
                                            .drop = drop,
                                            .run = grow_tightly,
                                            .used = tree_used};

/* ---- the run ---- */

static int grow_forest(struct fit *fit, mf_pool *pool, const mf_run_options *options,
                       mf_ledger *ret_ledger, mf_error *error)
{
    const mf_work work = {.n_items = fit->forest->params.n_estimators,
                          .result_bytes = mf__grown_bytes(&fit->soil),
                          .run = grow_tree,
                          .combine = keep_tree,
                          .user = fit,
                          .portable = &mf__fit_travels};
    fit->forest->n_rows = fit->soil.ranked->rows;
    fit->forest->grid = fit->soil.goal->grid;
    int code = mf_pool_run(pool, &work, options, ret_ledger, error);
    if (code == 0)
        normalise(fit);
    return code;
}

int mf_forest_fit(mf_pool *pool, const mf_matrix *matrix, const mf_target *target,
                  const mf_forest_params *params, const mf_run_options *options,
                  mf_ledger *ret_ledger, mf_forest **ret_forest, mf_error *error)
{
    struct fit fit = {.matrix = matrix, .target = target};
    fit.soil.growers = &fit.growers;
    int code = prepare_soil(matrix, target, params, &fit.soil, error);
    if (code == 0)
        code = mf__forest_new(params, matrix->columns, target->n_classes, &fit.forest, error);
    if (code == 0)
        code = grow_forest(&fit, pool, options, ret_ledger, error);
    clear_soil(&fit.soil);
    if (code == 0 && params->oob_score)
        code = mf__forest_oob_fill(fit.forest, pool, matrix, target, options, error);
    if (code == 0)
        *ret_forest = fit.forest;
    else
        mf_forest_free(&fit.forest);
    return code;
}
