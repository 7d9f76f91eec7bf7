/* SPDX-License-Identifier: Apache-2.0 */
/* Small models made by hand, for tests of what is done with models. */
#ifndef TESTS_MODELS_H
#define TESTS_MODELS_H

#include "forest/model.h"

/* Three features, ten rows, two trees: five nodes, grown depth first, and a single leaf. With an
 * out-of-bag score. */
mf_model *mf__test_regression(void);

/* The same with leaves and thresholds that are no floats, seven nodes grown best first. */
mf_model *mf__test_best_first(void);

/* 300 features, eleven classes, two trees. */
mf_model *mf__test_classification(void);

#endif
