/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters have scikit-learn's names, so what it accepts is accepted here and means the same: a
 * share of rows is rounded up, a share of columns down but to at least 1, and a tree is not split
 * below twice min_samples_leaf, whatever min_samples_split says.
 */
#include "forest/params.h"

#include "base/status.h"

#include <math.h>

#define TREES_MAX (UINT64_C(1) << 20)
#define ROWS_MAX  (UINT64_C(1) << 31) /* nodes, up to twice as many, are numbered in 32 bits */

mf_forest_params mf_forest_defaults(size_t n_classes)
{
    return (mf_forest_params){
        .n_estimators = 100,
        .min_samples_split = {.count = 2},
        .min_samples_leaf = {.count = 1},
        .max_features_kind = n_classes > 0 ? MF_FEATURES_SQRT : MF_FEATURES_ALL,
        .bootstrap = true,
    };
}

static int check_range(const char *name, uint64_t value, uint64_t min, uint64_t max,
                       mf_error *error)
{
    if (value >= min && value <= max)
        return 0;
    return mf__fail(error, MF_E_INPUT, "%s is %llu: expected %llu to %llu", name,
                    (unsigned long long)value, (unsigned long long)min, (unsigned long long)max);
}

/* An amount out of `whole`: a count in [min, max], or the share of `whole`, rounded up. */
struct amount {
    const char *name;
    mf_amount given;
    uint64_t min;
    uint64_t max;
    uint64_t whole;
    bool below_one; /* a share of all is not allowed */
};

static int count_of(const struct amount *amount, uint64_t *ret, mf_error *error)
{
    if (!amount->given.is_share) {
        *ret = amount->given.count;
        return check_range(amount->name, *ret, amount->min, amount->max, error);
    }
    double share = amount->given.share;
    /* Written so that a NaN fails. */
    if (!(share > 0 && (amount->below_one ? share < 1 : share <= 1)))
        return mf__fail(error, MF_E_INPUT, "%s is the share %g: expected more than 0 and %s 1",
                        amount->name, share, amount->below_one ? "less than" : "at most");
    *ret = (uint64_t)ceil(share * (double)amount->whole);
    return 0;
}

static int limit_nodes(const mf_forest_params *params, uint64_t rows, struct mf__growth *growth,
                       mf_error *error)
{
    struct amount split = {
        "min_samples_split", params->min_samples_split, 2, UINT32_MAX, rows, false};
    struct amount leaf = {"min_samples_leaf", params->min_samples_leaf, 1, UINT32_MAX, rows, true};
    uint64_t least_split = 0;
    uint64_t least_leaf = 0;
    int code = count_of(&split, &least_split, error);
    if (code == 0)
        code = count_of(&leaf, &least_leaf, error);
    if (code != 0)
        return code;
    least_split = least_split < 2 ? 2 : least_split;
    least_split = least_split < 2 * least_leaf ? 2 * least_leaf : least_split;
    growth->min_samples_split = least_split > UINT32_MAX ? UINT32_MAX : (uint32_t)least_split;
    growth->min_samples_leaf = (uint32_t)least_leaf;
    return 0;
}

static int limit_features(const mf_forest_params *params, uint64_t columns,
                          struct mf__growth *growth, mf_error *error)
{
    struct amount given = {"max_features", params->max_features, 1, columns, columns, false};
    uint64_t features = 0;
    double wide = (double)columns;
    switch (params->max_features_kind) {
    case MF_FEATURES_ALL:
        features = columns;
        break;
    case MF_FEATURES_SQRT:
        features = (uint64_t)sqrt(wide);
        break;
    case MF_FEATURES_LOG2:
        features = (uint64_t)log2(wide);
        break;
    case MF_FEATURES_AMOUNT: {
        int code = count_of(&given, &features, error);
        if (code != 0)
            return code;
        if (params->max_features.is_share)
            features = (uint64_t)(params->max_features.share * wide);
        break;
    }
    default:
        return mf__fail(error, MF_E_INPUT, "max_features_kind is %d, which is no kind",
                        params->max_features_kind);
    }
    growth->max_features = features > 0 ? (uint32_t)features : 1;
    return 0;
}

static int limit_drawn(const mf_forest_params *params, uint64_t rows, struct mf__growth *growth,
                       mf_error *error)
{
    growth->n_drawn = (uint32_t)rows;
    if (!params->bootstrap && (params->has_max_samples || params->oob_score))
        return mf__fail(error, MF_E_INPUT,
                        "%s needs bootstrap, as every tree sees all rows without",
                        params->oob_score ? "oob_score" : "max_samples");
    if (!params->has_max_samples)
        return 0;
    struct amount drawn = {"max_samples", params->max_samples, 1, rows, rows, false};
    uint64_t n = 0;
    int code = count_of(&drawn, &n, error);
    if (code != 0)
        return code;
    /* A half is rounded to the even number, as Python's round does. */
    if (params->max_samples.is_share)
        n = (uint64_t)rint(params->max_samples.share * (double)rows);
    growth->n_drawn = n > 0 ? (uint32_t)n : 1;
    return 0;
}

static int choose_criterion(int asked, size_t n_classes, int *ret, mf_error *error)
{
    bool classes = n_classes > 0;
    *ret = asked != MF_CRITERION_DEFAULT ? asked
           : classes                     ? MF_CRITERION_GINI
                                         : MF_CRITERION_SQUARED_ERROR;
    bool for_classes = *ret == MF_CRITERION_GINI || *ret == MF_CRITERION_ENTROPY;
    if (for_classes == classes && (for_classes || *ret == MF_CRITERION_SQUARED_ERROR))
        return 0;
    return mf__fail(error, MF_E_INPUT, "criterion does not fit the task: expected %s",
                    classes ? "gini, entropy or log_loss for classification"
                            : "squared_error for regression");
}

/* The parameters that are plain numbers. */
static int check_numbers(const mf_forest_params *params, mf_error *error)
{
    int code = check_range("n_estimators", params->n_estimators, 1, TREES_MAX, error);
    if (code == 0 && params->max_leaf_nodes == 1)
        code = mf__fail(error, MF_E_INPUT,
                        "max_leaf_nodes is 1: expected at least 2, or 0 for no limit");
    /* Written so that a NaN fails. */
    if (code == 0 &&
        !(params->min_impurity_decrease >= 0 && isfinite(params->min_impurity_decrease)))
        code = mf__fail(error, MF_E_INPUT,
                        "min_impurity_decrease is %g: expected a finite number of at least 0",
                        params->min_impurity_decrease);
    return code;
}

int mf__growth_of(const mf_forest_params *params, const mf_matrix *matrix, size_t n_classes,
                  struct mf__growth *ret_growth, mf_error *error)
{
    struct mf__growth growth = {.min_impurity_decrease = params->min_impurity_decrease};
    int code = check_range("the number of rows", matrix->rows, 1, ROWS_MAX - 1, error);
    if (code == 0)
        code = check_range("the number of columns", matrix->columns, 1, ROWS_MAX - 1, error);
    if (code == 0)
        code = check_numbers(params, error);
    if (code == 0)
        code = choose_criterion(params->criterion, n_classes, &growth.criterion, error);
    if (code == 0)
        code = limit_nodes(params, matrix->rows, &growth, error);
    if (code == 0)
        code = limit_features(params, matrix->columns, &growth, error);
    if (code == 0)
        code = limit_drawn(params, matrix->rows, &growth, error);
    if (code != 0)
        return code;
    uint64_t depth = params->max_depth;
    growth.max_depth = depth == 0 || depth > INT32_MAX ? INT32_MAX : (uint32_t)depth;
    uint64_t leaves = params->max_leaf_nodes;
    growth.max_leaf_nodes = (uint32_t)(leaves > ROWS_MAX ? ROWS_MAX : leaves);
    *ret_growth = growth;
    return 0;
}

uint32_t mf__growth_nodes(const struct mf__growth *growth, size_t rows)
{
    uint64_t leaves = rows < growth->n_drawn ? rows : growth->n_drawn;
    uint64_t filled = leaves / growth->min_samples_leaf;
    leaves = filled > 0 ? filled : 1;
    if (growth->max_depth < 31 && leaves > UINT64_C(1) << growth->max_depth)
        leaves = UINT64_C(1) << growth->max_depth;
    if (growth->max_leaf_nodes > 0 && leaves > growth->max_leaf_nodes)
        leaves = growth->max_leaf_nodes;
    return (uint32_t)(2 * leaves - 1);
}
