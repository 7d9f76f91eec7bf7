/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/forest_options.h"

#include "base/status.h"
#include "base/text.h"
#include "tune/parameters.h"

#include <math.h>
#include <string.h>

#define MOST_ROWS UINT32_MAX

enum words_of_max_features { WORD_SQRT, WORD_LOG2, WORD_NONE };

static const char *const features_words[] = {"sqrt", "log2", "none", NULL};
static const char *const none_word[] = {"none", NULL};
static const char *const booleans[] = {"true", "false", NULL};

static const struct mf__pair former_features[] = {
    {"auto", "it meant 1.0 for regression and sqrt for classification, which are taken without "
             "the option"},
    {0},
};

const struct mf__option mf__forest_options[] = {
    {.name = "n-estimators",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "trees to grow",
     .preset = "100",
     .offset = offsetof(struct mf__forest_settings, n_estimators),
     .min = 1,
     .max = 1 << 20},
    {.name = "criterion",
     .kind = MF__CHOICE,
     .argument = "NAME",
     .help = "what a split improves; auto is squared_error for regression and gini for "
             "classification",
     .choices = mf__criterion_names,
     .former = mf__former_criteria,
     .preset = "auto",
     .offset = offsetof(struct mf__forest_settings, criterion)},
    {.name = "max-depth",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "levels below the root",
     .preset = "none",
     .word = "none",
     .offset = offsetof(struct mf__forest_settings, max_depth),
     .min = 1,
     .max = INT32_MAX},
    {.name = "min-samples-split",
     .kind = MF__AMOUNT,
     .argument = "N|SHARE",
     .help = "rows that a node must have to be split",
     .preset = "2",
     .offset = offsetof(struct mf__forest_settings, min_samples_split),
     .min = 2,
     .max = MOST_ROWS,
     .reals = {0, 1, .above = true}},
    {.name = "min-samples-leaf",
     .kind = MF__AMOUNT,
     .argument = "N|SHARE",
     .help = "rows that each side of a split must have",
     .preset = "1",
     .offset = offsetof(struct mf__forest_settings, min_samples_leaf),
     .min = 1,
     .max = MOST_ROWS,
     .reals = {0, 1, .above = true, .below = true}},
    {.name = "max-features",
     .kind = MF__AMOUNT,
     .argument = "N|SHARE",
     .help = "features to look at in each node",
     .otherwise = "sqrt for classification, all for regression",
     .choices = features_words,
     .former = former_features,
     .offset = offsetof(struct mf__forest_settings, max_features),
     .min = 1,
     .max = MOST_ROWS,
     .reals = {0, 1, .above = true}},
    {.name = "max-leaf-nodes",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "leaves of a tree, the best splits first",
     .preset = "none",
     .word = "none",
     .offset = offsetof(struct mf__forest_settings, max_leaf_nodes),
     .min = 2,
     .max = MOST_ROWS},
    {.name = "min-impurity-decrease",
     .kind = MF__REAL,
     .argument = "X",
     .help = "what a split must improve at least",
     .preset = "0",
     .offset = offsetof(struct mf__forest_settings, min_impurity_decrease),
     .reals = {.most = HUGE_VAL}},
    {.name = "bootstrap",
     .kind = MF__CHOICE,
     .argument = "BOOL",
     .help = "whether each tree gets rows drawn with replacement",
     .choices = booleans,
     .preset = "true",
     .offset = offsetof(struct mf__forest_settings, bootstrap)},
    {.name = "max-samples",
     .kind = MF__AMOUNT,
     .argument = "N|SHARE",
     .help = "rows to draw for each tree, as many as there are for none",
     .preset = "none",
     .choices = none_word,
     .offset = offsetof(struct mf__forest_settings, max_samples),
     .min = 1,
     .max = MOST_ROWS,
     .reals = {0, 1, .above = true}},
    {.name = "random-state",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "where the forest's random numbers start",
     .otherwise = "the --seed",
     .offset = offsetof(struct mf__forest_settings, random_state),
     .max = UINT32_MAX},
    {0},
};

const struct mf__option mf__oob_options[] = {
    {.name = "oob-score",
     .kind = MF__FLAG,
     .help = "score each row by the trees that did not draw it",
     .offset = offsetof(struct mf__forest_settings, oob_score)},
    {0},
};

int mf__forest_error(int code, mf_error *error)
{
    const struct mf__option *const lists[] = {mf__forest_options, mf__oob_options};
    const mf_error plain = *error;
    size_t n = strcspn(plain.text, " ");
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct mf__option *option = lists[i]; option->name != NULL; option++)
            if (mf__same_name(option->name, plain.text, n))
                return mf__fail(error, code, "--%s%s", option->name, plain.text + n);
    return code;
}

static mf_amount amount_of(const struct mf__amount *amount)
{
    return (mf_amount){.is_share = amount->kind == MF__AMOUNT_SHARE,
                       .count = amount->count,
                       .share = amount->share};
}

static void set_max_features(const struct mf__amount *given, mf_forest_params *params)
{
    static const int kinds[] = {[WORD_SQRT] = MF_FEATURES_SQRT,
                                [WORD_LOG2] = MF_FEATURES_LOG2,
                                [WORD_NONE] = MF_FEATURES_ALL};
    if (given->kind == MF__AMOUNT_WORD)
        params->max_features_kind = kinds[given->word];
    if (given->kind == MF__AMOUNT_COUNT || given->kind == MF__AMOUNT_SHARE) {
        params->max_features_kind = MF_FEATURES_AMOUNT;
        params->max_features = amount_of(given);
    }
}

mf_forest_params mf__forest_params_get(const struct mf__forest_settings *settings, size_t n_classes,
                                       uint64_t seed)
{
    mf_forest_params params = mf_forest_defaults(n_classes);
    params.n_estimators = settings->n_estimators;
    if (settings->criterion != MF_CRITERION_DEFAULT)
        params.criterion = settings->criterion > MF_CRITERION_ENTROPY ? MF_CRITERION_ENTROPY
                                                                      : (int)settings->criterion;
    params.max_depth = settings->max_depth;
    params.min_samples_split = amount_of(&settings->min_samples_split);
    params.min_samples_leaf = amount_of(&settings->min_samples_leaf);
    set_max_features(&settings->max_features, &params);
    params.max_leaf_nodes = settings->max_leaf_nodes;
    params.min_impurity_decrease = settings->min_impurity_decrease;
    params.bootstrap = settings->bootstrap == 0;
    params.has_max_samples = settings->max_samples.kind != MF__AMOUNT_WORD;
    params.max_samples = amount_of(&settings->max_samples);
    params.oob_score = settings->oob_score;
    params.random_state =
        (uint32_t)(settings->random_state == MF__NO_STATE ? seed : settings->random_state);
    return params;
}
