/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing a forest: one item per tree. What all trees share, the ranks of the features and the
 * target in whole numbers, is made before the run; forked workers inherit it. A grown tree is its
 * item's result, and combining copies it into the forest.
 */
#include "jobs/forest_fit.h"

#include "base/memory.h"
#include "base/status.h"
#include "forest/forest.h"
#include "forest/grow.h"
#include "forest/growers.h"

#include <string.h>

struct fit {
    struct mf__soil soil;
    struct mf__growers growers;
    mf_forest *forest;
    uint64_t n_split; /* trees that have more than a root */
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

static int grow_forest(struct fit *fit, mf_pool *pool, const mf_run_options *options,
                       mf_ledger *ret_ledger, mf_error *error)
{
    const mf_work work = {.n_items = fit->forest->params.n_estimators,
                          .result_bytes = mf__grown_bytes(&fit->soil),
                          .run = grow_tree,
                          .combine = keep_tree,
                          .user = fit};
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
    struct fit fit = {.forest = NULL};
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
