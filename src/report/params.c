/* SPDX-License-Identifier: Apache-2.0 */
#include "report/params.h"

#include "base/real.h"

#include <stdio.h>
#include <string.h>

static const char *criterion_name(int criterion, size_t n_classes)
{
    static const char *const names[] = {[MF_CRITERION_SQUARED_ERROR] = "squared_error",
                                        [MF_CRITERION_GINI] = "gini",
                                        [MF_CRITERION_ENTROPY] = "entropy"};
    if (criterion == MF_CRITERION_DEFAULT)
        criterion = n_classes == 0 ? MF_CRITERION_SQUARED_ERROR : MF_CRITERION_GINI;
    return names[criterion];
}

static struct mf__shown word(const char *text)
{
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%s", text);
    return shown;
}

/* A share keeps its point: "1.0" is all of the rows, "1" is one. */
static struct mf__shown show_share(double share)
{
    struct mf__shown shown = mf__show_real(share);
    return share == 1.0 ? word("1.0") : shown;
}

static struct mf__shown show_amount(const mf_amount *amount)
{
    return amount->is_share ? show_share(amount->share) : mf__show_count(amount->count, 0);
}

static struct mf__shown show_or_none(uint64_t count)
{
    return count > 0 ? mf__show_count(count, 0) : word("none");
}

static struct mf__shown show_max_features(const mf_forest_params *params)
{
    static const char *const names[] = {
        [MF_FEATURES_ALL] = "1.0", [MF_FEATURES_SQRT] = "sqrt", [MF_FEATURES_LOG2] = "log2"};
    return params->max_features_kind == MF_FEATURES_AMOUNT ? show_amount(&params->max_features)
                                                           : word(names[params->max_features_kind]);
}

static void fill(const mf_forest_params *params, size_t n_classes, struct mf__param ret[MF__PARAMS])
{
    const struct mf__param filled[MF__PARAMS] = {
        {"n_estimators", mf__show_count(params->n_estimators, 0), false},
        {"criterion", word(criterion_name(params->criterion, n_classes)), false},
        {"max_depth", show_or_none(params->max_depth), false},
        {"min_samples_split", show_amount(&params->min_samples_split), false},
        {"min_samples_leaf", show_amount(&params->min_samples_leaf), false},
        {"max_features", show_max_features(params), false},
        {"max_leaf_nodes", show_or_none(params->max_leaf_nodes), false},
        {"min_impurity_decrease", mf__show_real(params->min_impurity_decrease), false},
        {"bootstrap", word(params->bootstrap ? "true" : "false"), false},
        {"oob_score", word(params->oob_score ? "true" : "false"), false},
        {"max_samples", params->has_max_samples ? show_amount(&params->max_samples) : word("none"),
         false},
        {"random_state", mf__show_count(params->random_state, 0), false},
    };
    memcpy(ret, filled, sizeof filled);
}

void mf__params_show(const mf_forest_params *params, size_t n_classes,
                     struct mf__param ret[MF__PARAMS])
{
    const mf_forest_params defaults = mf_forest_defaults(n_classes);
    struct mf__param usual[MF__PARAMS];
    fill(params, n_classes, ret);
    fill(&defaults, n_classes, usual);
    for (size_t i = 0; i < MF__PARAMS; i++)
        ret[i].is_default = strcmp(ret[i].text.text, usual[i].text.text) == 0 &&
                            strcmp(ret[i].name, "random_state") != 0;
}

static json_t *json_amount(const mf_amount *amount)
{
    return amount->is_share ? mf__json_real(amount->share) : mf__json_count(amount->count);
}

static json_t *json_or_null(uint64_t count)
{
    return count > 0 ? mf__json_count(count) : json_null();
}

static json_t *json_max_features(const mf_forest_params *params)
{
    if (params->max_features_kind == MF_FEATURES_ALL)
        return mf__json_real(1.0);
    if (params->max_features_kind == MF_FEATURES_AMOUNT)
        return json_amount(&params->max_features);
    return json_string(show_max_features(params).text);
}

json_t *mf__json_params(const mf_forest_params *params, size_t n_classes)
{
    json_t *object = json_object();
    mf__json_put(&object, "n_estimators", mf__json_count(params->n_estimators));
    mf__json_put(&object, "criterion", json_string(criterion_name(params->criterion, n_classes)));
    mf__json_put(&object, "max_depth", json_or_null(params->max_depth));
    mf__json_put(&object, "min_samples_split", json_amount(&params->min_samples_split));
    mf__json_put(&object, "min_samples_leaf", json_amount(&params->min_samples_leaf));
    mf__json_put(&object, "max_features", json_max_features(params));
    mf__json_put(&object, "max_leaf_nodes", json_or_null(params->max_leaf_nodes));
    mf__json_put(&object, "min_impurity_decrease", mf__json_real(params->min_impurity_decrease));
    mf__json_put(&object, "bootstrap", json_boolean(params->bootstrap));
    mf__json_put(&object, "oob_score", json_boolean(params->oob_score));
    mf__json_put(&object, "max_samples",
                 params->has_max_samples ? json_amount(&params->max_samples) : json_null());
    mf__json_put(&object, "random_state", mf__json_count(params->random_state));
    return object;
}
