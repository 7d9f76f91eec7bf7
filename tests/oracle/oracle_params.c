/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/oracle/oracle_params.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

typedef void setter(mf_forest_params *params, const char *value);

static mf_amount amount(const char *value)
{
    if (strpbrk(value, ".e") != NULL)
        return (mf_amount){.is_share = true, .share = strtod(value, NULL)};
    return (mf_amount){.count = strtoull(value, NULL, 10)};
}

static void set_estimators(mf_forest_params *params, const char *value)
{
    params->n_estimators = strtoull(value, NULL, 10);
}

static void set_criterion(mf_forest_params *params, const char *value)
{
    params->criterion = strcmp(value, "entropy") == 0 ? MF_CRITERION_ENTROPY : MF_CRITERION_GINI;
}

static void set_depth(mf_forest_params *params, const char *value)
{
    params->max_depth = strtoull(value, NULL, 10);
}

static void set_split(mf_forest_params *params, const char *value)
{
    params->min_samples_split = amount(value);
}

static void set_leaf(mf_forest_params *params, const char *value)
{
    params->min_samples_leaf = amount(value);
}

static void set_features(mf_forest_params *params, const char *value)
{
    params->max_features_kind = strcmp(value, "sqrt") == 0   ? MF_FEATURES_SQRT
                                : strcmp(value, "log2") == 0 ? MF_FEATURES_LOG2
                                                             : MF_FEATURES_AMOUNT;
    if (params->max_features_kind == MF_FEATURES_AMOUNT)
        params->max_features = amount(value);
}

static void set_leaves(mf_forest_params *params, const char *value)
{
    params->max_leaf_nodes = strtoull(value, NULL, 10);
}

static void set_decrease(mf_forest_params *params, const char *value)
{
    params->min_impurity_decrease = strtod(value, NULL);
}

static void set_bootstrap(mf_forest_params *params, const char *value)
{
    params->bootstrap = strcmp(value, "True") == 0;
}

static void set_samples(mf_forest_params *params, const char *value)
{
    params->has_max_samples = true;
    params->max_samples = amount(value);
}

static void set_oob(mf_forest_params *params, const char *value)
{
    params->oob_score = strcmp(value, "True") == 0;
}

static void set_seed(mf_forest_params *params, const char *value)
{
    params->random_state = (uint32_t)strtoull(value, NULL, 10);
}

static const struct {
    const char *name;
    setter *set;
} setters[] = {
    {"n_estimators", set_estimators}, {"criterion", set_criterion},
    {"max_depth", set_depth},         {"min_samples_split", set_split},
    {"min_samples_leaf", set_leaf},   {"max_features", set_features},
    {"max_leaf_nodes", set_leaves},   {"min_impurity_decrease", set_decrease},
    {"bootstrap", set_bootstrap},     {"max_samples", set_samples},
    {"oob_score", set_oob},           {"random_state", set_seed},
};

static setter *find(const char *name)
{
    for (size_t i = 0; i < sizeof setters / sizeof *setters; i++) {
        if (strcmp(setters[i].name, name) == 0)
            return setters[i].set;
    }
    fail_msg("no parameter %s", name);
    return NULL;
}

mf_forest_params oracle_params(char *text, size_t n_classes)
{
    mf_forest_params params = mf_forest_defaults(n_classes);
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value = '\0';
        find(word)(&params, value + 1);
    }
    return params;
}
