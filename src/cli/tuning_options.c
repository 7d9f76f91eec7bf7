/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tuning_options.h"

#include "base/status.h"
#include "cli/scoring.h"
#include "tune/study.h"

/* In the order of mf__strategy and mf__resource. */
static const char *const strategies[] = {"grid", "random", "halving", NULL};
static const char *const resources[] = {"rows", "trees", NULL};

#define FACTOR_USUAL 3
#define TEST_USUAL   0.3

const struct mf__option mf__space_options[] = {
    {.name = "grid",
     .letter = 'g',
     .kind = MF__TEXT_LIST,
     .argument = "NAME=VALUES",
     .help =
         "a parameter of the forest, or encode or impute, and what to try: 5,10,none; or, where "
         "trials are drawn, int(2,30), float(0.1,1), log(1e-6,1)",
     .assigns = true,
     .elsewhere = "param-grid",
     .offset = offsetof(struct mf__tuning_settings, grid)},
    {.name = "search",
     .kind = MF__CHOICE,
     .argument = "HOW",
     .help = "all combinations, some that are drawn, or all with few rows or trees and the best of "
             "them with more",
     .choices = strategies,
     .preset = "grid",
     .offset = offsetof(struct mf__tuning_settings, search)},
    {.name = "trials",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "how many combinations to draw",
     .elsewhere = "n-iter",
     .otherwise = "100; a halving takes all of a grid",
     .offset = offsetof(struct mf__tuning_settings, trials),
     .min = 1,
     .max = MF__TRIALS_MAX},
    {.name = "factor",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of a halving: one trial in N goes on, with N times as much",
     .otherwise = "3",
     .offset = offsetof(struct mf__tuning_settings, factor),
     .min = 2,
     .max = 1000},
    {.name = "resource",
     .kind = MF__CHOICE,
     .argument = "WHAT",
     .help = "of a halving: what trials begin with little of",
     .choices = resources,
     .otherwise = "rows",
     .offset = offsetof(struct mf__tuning_settings, resource)},
    {.name = "min-resource",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of a halving: how many rows or trees they begin with",
     .otherwise = "so many that the last ones have all",
     .offset = offsetof(struct mf__tuning_settings, min_resource),
     .min = 1,
     .max = UINT32_MAX},
    {.name = "no-share",
     .kind = MF__FLAG,
     .help = "grow each trial by itself; the scores are the same",
     .offset = offsetof(struct mf__tuning_settings, no_share)},
    {0},
};

const struct mf__option mf__validating_options[] = {
    {.name = "test-size",
     .kind = MF__REAL,
     .argument = "SHARE",
     .help = "score by this share of the rows, as train_test_split takes them",
     .otherwise = "0.3",
     .offset = offsetof(struct mf__tuning_settings, validating.test_size),
     .reals = {0, 1, .above = true, .below = true}},
    {.name = "cv",
     .kind = MF__COUNT,
     .argument = "K",
     .help = "score by K folds instead, as KFold and StratifiedKFold make them",
     .otherwise = "no folds",
     .offset = offsetof(struct mf__tuning_settings, validating.folds),
     .min = 2,
     .max = 1000},
    {.name = "oob",
     .kind = MF__FLAG,
     .help = "score each row by the trees that did not draw it instead",
     .elsewhere = "oob-score",
     .offset = offsetof(struct mf__tuning_settings, validating.oob)},
    {.name = "score",
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "which scores to show; the first decides",
     .elsewhere = "scoring",
     .otherwise = "all of the task; rmse or accuracy decides",
     .choices = mf__score_names,
     .former = mf__score_former,
     .offset = offsetof(struct mf__tuning_settings, scores)},
    {0},
};

const struct mf__option mf__tuning_seed_options[] = {
    {.name = "seed",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of the split, the folds, what is drawn and, without --random-state, the forest",
     .preset = "42",
     .offset = offsetof(struct mf__tuning_settings, seed),
     .max = UINT32_MAX},
    {0},
};

static size_t count_kinds(const struct mf__validating *validating)
{
    return (size_t)(validating->test_size > 0) + (validating->folds > 0) + validating->oob;
}

void mf__tuning_recipe_read(struct mf__tuning_settings *settings)
{
    settings->by_recipe = settings->validating;
    settings->validating = (struct mf__validating){0};
}

static int settle_validation(struct mf__tuning_settings *settings, mf_error *error)
{
    struct mf__validating *validating = &settings->validating;
    if (count_kinds(validating) == 0)
        *validating = settings->by_recipe;
    if (count_kinds(validating) > 1)
        return mf__fail(
            error, MF_E_INPUT, "%s and %s cannot go together: a search is scored one way",
            validating->test_size > 0 ? "--test-size" : "--cv", validating->oob ? "--oob" : "--cv");
    if (count_kinds(validating) == 0)
        validating->test_size = TEST_USUAL;
    if (validating->oob && settings->forest.bootstrap != 0)
        return mf__fail(error, MF_E_INPUT,
                        "--oob needs bootstrap samples, as without them every tree sees all rows; "
                        "leave out --bootstrap false");
    return 0;
}

static int refuse_without(const char *option, const char *search, mf_error *error)
{
    return mf__fail(error, MF_E_INPUT, "%s is for --search %s; a grid has all its combinations",
                    option, search);
}

static int settle_search(struct mf__tuning_settings *settings, mf_error *error)
{
    const bool halves = settings->search == MF__HALVING;
    const struct {
        const char *name;
        bool told;
    } of_halving[] = {{"--factor", settings->factor > 0},
                      {"--resource", settings->resource != MF__NO_RESOURCE},
                      {"--min-resource", settings->min_resource > 0}};
    if (settings->search == MF__GRID && settings->trials > 0)
        return refuse_without("--trials", "random or halving", error);
    for (size_t i = 0; !halves && i < sizeof of_halving / sizeof of_halving[0]; i++)
        if (of_halving[i].told)
            return mf__fail(error, MF_E_INPUT, "%s is for --search halving alone",
                            of_halving[i].name);
    if (settings->search == MF__RANDOM && settings->trials == 0)
        settings->trials = MF__TRIALS_USUAL;
    if (settings->factor == 0)
        settings->factor = FACTOR_USUAL;
    if (settings->resource == MF__NO_RESOURCE)
        settings->resource = MF__RESOURCE_ROWS;
    return 0;
}

int mf__tuning_settle(struct mf__tuning_settings *settings, mf_error *error)
{
    if (settings->grid.n == 0)
        return mf__fail(error, MF_E_INPUT,
                        "--grid is missing: name what to search, as in --grid max_depth=5,10,none "
                        "--grid max_features=sqrt,0.3,none, or take it from a recipe, as "
                        "recipes/ames.json");
    int code = settle_validation(settings, error);
    return code == 0 ? settle_search(settings, error) : code;
}
