/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random forests: scikit-learn's, seed for seed.
 *
 * With the same matrix, target, parameters and seed, a forest has the trees that scikit-learn's
 * RandomForestRegressor and RandomForestClassifier grow, node by node. Parameters have the names,
 * the meanings and the defaults that they have there. docs/forest.md says how, and what is done
 * about targets that are not whole numbers.
 */
#ifndef MANYFOLD_FOREST_H
#define MANYFOLD_FOREST_H

#include <manyfold/pool.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A matrix of features, column after column: row r of column c is values[c * rows + r]. Finite. */
typedef struct mf_matrix {
    const float *values;
    size_t rows;
    size_t columns;
} mf_matrix;

/* What a forest learns: one number per row, or the class 0 .. n_classes - 1 of each row. */
typedef struct mf_target {
    const double *values; /* from -1e150 to 1e150; whole numbers when they are classes */
    size_t n_classes;     /* 0 for regression */
} mf_target;

enum mf_criterion {
    MF_CRITERION_DEFAULT, /* squared_error for regression, gini for classification */
    MF_CRITERION_SQUARED_ERROR,
    MF_CRITERION_GINI,
    MF_CRITERION_ENTROPY, /* also called log_loss */
};

/* A parameter that is a count or a share, such as min_samples_leaf. */
typedef struct mf_amount {
    bool is_share;
    uint64_t count; /* when it is no share */
    double share;
} mf_amount;

enum mf_max_features_kind {
    MF_FEATURES_ALL, /* "none" and, of a share, 1.0 */
    MF_FEATURES_SQRT,
    MF_FEATURES_LOG2,
    MF_FEATURES_AMOUNT,
};

typedef struct mf_forest_params {
    uint64_t n_estimators;        /* 1 .. 2^20; default 100 */
    int criterion;                /* an mf_criterion */
    uint64_t max_depth;           /* at least 1; 0 for none, the default */
    mf_amount min_samples_split;  /* at least 2, or a share in (0, 1]; default 2 */
    mf_amount min_samples_leaf;   /* at least 1, or a share in (0, 1); default 1 */
    int max_features_kind;        /* an mf_max_features_kind; default all for regression, sqrt for
                                     classification */
    mf_amount max_features;       /* of MF_FEATURES_AMOUNT: 1 .. columns, or a share in (0, 1] */
    uint64_t max_leaf_nodes;      /* at least 2, grown best first; 0 for none, the default */
    double min_impurity_decrease; /* finite, at least 0; default 0 */
    bool bootstrap;               /* default true */
    bool has_max_samples;         /* default false: as many as there are rows */
    mf_amount max_samples;        /* 1 .. rows, or a share in (0, 1]; only with bootstrap */
    bool oob_score;               /* default false; only with bootstrap */
    uint32_t random_state;        /* default 0; there is no other source of chance */
} mf_forest_params;

/* The defaults for regression (n_classes 0) or classification. */
MF_API mf_forest_params mf_forest_defaults(size_t n_classes);

/* A trained forest. Constant once made: any number of threads may use it. */
typedef struct mf_forest mf_forest;

/*
 * Grows a forest, one item per tree, on the workers of `pool`: the same bits every way. `options`
 * and `ret_ledger` as for mf_pool_run. Matrix and target are read only while it runs; forked
 * workers inherit them. Free with mf_forest_free.
 * Errors: MF_E_INPUT (a parameter out of range, said by its name; values that are not finite, with
 * row and column; no rows; a constant class list is allowed), those of mf_pool_run.
 */
MF_API int mf_forest_fit(mf_pool *pool, const mf_matrix *matrix, const mf_target *target,
                         const mf_forest_params *params, const mf_run_options *options,
                         mf_ledger *ret_ledger, mf_forest **ret_forest, mf_error *error);

MF_API void mf_forest_free(mf_forest **forest); /* NULL allowed; sets *forest to NULL */

MF_API size_t mf_forest_trees(const mf_forest *forest);
MF_API size_t mf_forest_features(const mf_forest *forest);
MF_API size_t mf_forest_classes(const mf_forest *forest); /* 0 for regression */
MF_API mf_forest_params mf_forest_get_params(const mf_forest *forest);

/* The power of two to whose multiples a target was rounded for finding splits, as an exponent: -17
 * says 2^-17. 0 when the target holds whole numbers, which are used as they are. */
MF_API int mf_forest_grid(const mf_forest *forest);

/* Impurity-based importance of each feature, as feature_importances_: adds up to 1, or all 0 when
 * no tree has a split. `ret` has room for one number per feature. */
MF_API void mf_forest_importances(const mf_forest *forest, double *ret);

/* Of forests grown with oob_score: R squared or accuracy on the rows left out of each tree's
 * sample, and how many rows were in every sample, so that nothing is known of them (predicted as
 * 0). MF_E_UNAVAILABLE for others. */
MF_API int mf_forest_oob(const mf_forest *forest, double *ret_score, size_t *ret_never_out,
                         mf_error *error);

#define MF_NODE_LEAF UINT32_MAX

/* One node of a tree. */
typedef struct mf_node {
    uint32_t left; /* the child for values <= threshold; MF_NODE_LEAF in a leaf */
    uint32_t right;
    uint32_t feature; /* 0 in a leaf */
    uint32_t samples; /* different training rows that reached it */
    uint32_t weight;  /* the same, counted as often as each was drawn */
    double threshold; /* 0 in a leaf */
    double value;     /* regression: the mean of the target; classification: 0 */
} mf_node;

/* Nodes in the order of scikit-learn's tree_ arrays; tree < mf_forest_trees, node below the
 * count. */
MF_API size_t mf_forest_nodes(const mf_forest *forest, size_t tree);
MF_API mf_node mf_forest_node(const mf_forest *forest, size_t tree, size_t node);

/* Of a classification node: how much training weight each class has; n_classes numbers. */
MF_API const uint32_t *mf_forest_counts(const mf_forest *forest, size_t tree, size_t node);

/*
 * Predicts on the workers of `pool`: the mean over the trees for each row or, for classification,
 * the mean of the trees' class frequencies: ret[row * n_classes + class]. The same bits every way.
 * On failure `ret` holds nothing defined.
 * MF_E_INPUT: a matrix with another number of columns, or values that are not finite.
 */
MF_API int mf_forest_predict(const mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                             const mf_run_options *options, double *ret, mf_error *error);

/* The first largest of each row's `n_classes` probabilities, as a number. */
MF_API void mf_classes_of(const double *probabilities, size_t rows, size_t n_classes, double *ret);

#ifdef __cplusplus
}
#endif
#endif
