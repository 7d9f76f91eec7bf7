/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a forest as the growth of its trees needs them: checked, and as numbers. */
#ifndef FOREST_PARAMS_H
#define FOREST_PARAMS_H

#include <manyfold/forest.h>

/* What the parameters mean for a certain number of rows and columns. */
struct mf__growth {
    int criterion; /* never MF_CRITERION_DEFAULT */
    uint32_t max_depth;
    uint32_t min_samples_split;
    uint32_t min_samples_leaf;
    uint32_t max_features;
    uint32_t max_leaf_nodes; /* 0: none, grow depth first */
    uint32_t n_drawn;        /* rows that a bootstrap draws; all rows without */
    double min_impurity_decrease;
};

/* MF_E_INPUT names the parameter that is out of range, or does not fit rows, columns or task. */
int mf__growth_of(const mf_forest_params *params, const mf_matrix *matrix, size_t n_classes,
                  struct mf__growth *ret_growth, mf_error *error);

/* The most nodes that a tree can have. */
uint32_t mf__growth_nodes(const struct mf__growth *growth, size_t rows);

#endif
