/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/models.h"

#include "tests/unit/unit.h"

#include "base/bytes.h"
#include "forest/forest.h"
#include "table/preparation.h"

#include <string.h>

/* A preparation of numeric columns "x0", "x1", ..., and of one with two categories in the end. */
static mf_preparation *make_preparation(uint32_t n_features, uint32_t n_classes)
{
    struct mf__buffer bytes = {0};
    mf__bytes_u8(&bytes, n_classes > 0 ? MF_TASK_CLASSIFICATION : MF_TASK_REGRESSION);
    mf__bytes_u8(&bytes, MF_ENCODE_LABEL);
    mf__bytes_u8(&bytes, MF_IMPUTE_MEDIAN);
    mf__bytes_u8(&bytes, MF_COLUMN_NUMERIC);
    mf__bytes_text(&bytes, "the \"target\"");
    if (n_classes > 0)
        mf__bytes_u32(&bytes, n_classes);
    for (uint32_t c = 0; c < n_classes; c++)
        mf__bytes_f64(&bytes, c + 0.5);
    mf__bytes_u32(&bytes, n_features);
    for (uint32_t i = 0; i + 1 < n_features; i++) {
        struct mf__buffer name = {0};
        mf__buffer_print(&name, "x%u", (unsigned)i);
        mf__bytes_text(&bytes, mf__buffer_text(&name));
        mf__buffer_done(&name);
        mf__bytes_u8(&bytes, MF_COLUMN_NUMERIC);
        mf__bytes_f64(&bytes, i / 8.0);
    }
    mf__bytes_text(&bytes, "street\n");
    mf__bytes_u8(&bytes, MF_COLUMN_CATEGORICAL);
    mf__bytes_u32(&bytes, 2);
    mf__bytes_text(&bytes, "Grvl");
    mf__bytes_text(&bytes, "Stra\xc3\x9f"
                           "e");
    const unsigned char *at = (const unsigned char *)bytes.bytes;
    struct mf__byte_reader reader = {.at = at, .end = at + bytes.length};
    mf_preparation *preparation = NULL;
    mf_error error = {0};
    if (mf__preparation_read(&reader, &preparation, &error) != 0)
        fail_msg("%s", error.text);
    mf__buffer_done(&bytes);
    return preparation;
}

static mf_forest *make_forest(const mf_forest_params *params, size_t n_features, size_t n_classes)
{
    mf_forest *forest = NULL;
    assert_int_equal(mf__forest_new(params, n_features, n_classes, &forest, NULL), 0);
    forest->n_rows = 10;
    for (size_t i = 0; i < n_features; i++)
        forest->importances[i] = 1.0 / (double)n_features;
    return forest;
}

static struct mf__tree *put_tree(mf_forest *forest, size_t tree, const mf_node *nodes, uint32_t n)
{
    assert_int_equal(mf__tree_room(forest, tree, n, NULL), 0);
    if (forest->n_classes > 0)
        memset(forest->trees[tree].counts, 0,
               n * forest->n_classes * sizeof *forest->trees[tree].counts);
    memcpy(forest->trees[tree].nodes, nodes, n * sizeof *nodes);
    return &forest->trees[tree];
}

static mf_model *join(mf_forest *forest)
{
    mf_preparation *preparation =
        make_preparation((uint32_t)forest->n_features, (uint32_t)forest->n_classes);
    mf_model *model = NULL;
    assert_int_equal(mf_model_join(&preparation, &forest, &model, NULL), 0);
    assert_null(preparation);
    assert_null(forest);
    return model;
}

#define LEAF MF_NODE_LEAF, MF_NODE_LEAF, 0

mf_model *mf__test_regression(void)
{
    mf_forest_params params = mf_forest_defaults(0);
    params.n_estimators = 2;
    params.min_samples_leaf = (mf_amount){.is_share = true, .share = 0.1};
    params.oob_score = true;
    params.random_state = 7;
    mf_forest *forest = make_forest(&params, 3, 0);
    forest->grid = -17;
    forest->oob_score = 0.1;
    forest->oob_never = 1;
    static const mf_node nodes[] = {
        {1, 4, 2, 7, 10, 0.5, 2.7}, {2, 3, 0, 5, 6, -1.25, 1.0 / 3}, {LEAF, 2, 2, 0, -1.0},
        {LEAF, 3, 4, 0, 1.0},       {LEAF, 2, 4, 0, 6.25},
    };
    static const mf_node leaf = {LEAF, 6, 10, 0, 0.1};
    put_tree(forest, 0, nodes, 5);
    put_tree(forest, 1, &leaf, 1);
    return join(forest);
}

mf_model *mf__test_best_first(void)
{
    mf_forest_params params = mf_forest_defaults(0);
    params.n_estimators = 1;
    params.max_leaf_nodes = 4;
    params.max_features_kind = MF_FEATURES_AMOUNT;
    params.max_features = (mf_amount){.count = 2};
    mf_forest *forest = make_forest(&params, 3, 0);
    static const mf_node nodes[] = {
        {1, 2, 1, 9, 10, 0.1, 1e300}, {5, 6, 0, 6, 7, 0.2, 0.7}, {3, 4, 2, 3, 3, 1e-300, 0.3},
        {LEAF, 1, 1, 0, 0.1},         {LEAF, 2, 2, 0, 1e300},    {LEAF, 1, 1, 0, -0.0},
        {LEAF, 5, 6, 0, 5e-324},
    };
    put_tree(forest, 0, nodes, 7);
    return join(forest);
}

mf_model *mf__test_classification(void)
{
    enum { CLASSES = 11 };
    mf_forest_params params = mf_forest_defaults(CLASSES);
    params.n_estimators = 2;
    params.criterion = MF_CRITERION_ENTROPY;
    params.has_max_samples = true;
    params.max_samples = (mf_amount){.is_share = true, .share = 1};
    mf_forest *forest = make_forest(&params, 300, CLASSES);
    static const mf_node nodes[] = {
        {1, 2, 299, 8, 10, 0.5, 0}, {LEAF, 3, 4, 0, 0}, {LEAF, 5, 6, 0, 0}};
    struct mf__tree *tree = put_tree(forest, 0, nodes, 3);
    static const uint32_t left[CLASSES] = {4}, right[CLASSES] = {1, [7] = 2, [10] = 3};
    for (size_t c = 0; c < CLASSES; c++) {
        tree->counts[c] = left[c] + right[c];
        tree->counts[CLASSES + c] = left[c];
        tree->counts[2 * CLASSES + c] = right[c];
    }
    static const mf_node leaf = {LEAF, 6, 10, 0, 0};
    put_tree(forest, 1, &leaf, 1)->counts[8] = 10;
    return join(forest);
}
