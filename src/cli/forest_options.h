/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a forest as options, with scikit-learn's names. */
#ifndef CLI_FOREST_OPTIONS_H
#define CLI_FOREST_OPTIONS_H

#include <manyfold/forest.h>

#include "base/options.h"

#define MF__NO_STATE UINT64_MAX /* of random_state: the seed is taken */

/* Start with {.random_state = MF__NO_STATE}. */
struct mf__forest_settings {
    uint64_t n_estimators;
    size_t criterion; /* an mf_criterion */
    uint64_t max_depth;
    struct mf__amount min_samples_split;
    struct mf__amount min_samples_leaf;
    struct mf__amount max_features;
    uint64_t max_leaf_nodes;
    double min_impurity_decrease;
    size_t bootstrap; /* 0: true */
    struct mf__amount max_samples;
    bool oob_score;
    uint64_t random_state;
};

extern const struct mf__option mf__forest_options[];

/* The one that a search has no use for. */
extern const struct mf__option mf__oob_options[];

/* An error of the library that begins with a parameter's name: names the option instead. Returns
 * `code`. */
int mf__forest_error(int code, mf_error *error);

/* The parameters of the library, for regression (n_classes 0) or classification. */
mf_forest_params mf__forest_params_get(const struct mf__forest_settings *settings, size_t n_classes,
                                       uint64_t seed);

#endif
