/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a forest by scikit-learn's names. */
#ifndef REPORT_PARAMS_H
#define REPORT_PARAMS_H

#include <manyfold/forest.h>

#include "base/number.h"
#include "report/json.h"

#define MF__PARAMS 12

struct mf__param {
    const char *name;
    struct mf__shown text; /* as it would be typed */
    bool is_default;       /* what scikit-learn takes; the random state never is */
};

/* All of them, in the order of scikit-learn's documentation. */
void mf__params_show(const mf_forest_params *params, size_t n_classes,
                     struct mf__param ret[MF__PARAMS]);

/* The same as an object; none is null, as scikit-learn writes it. */
json_t *mf__json_params(const mf_forest_params *params, size_t n_classes);

#endif
