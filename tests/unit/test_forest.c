/* SPDX-License-Identifier: Apache-2.0 */
/* Growing forests: the same every way, and what is refused. tests/oracle has scikit-learn's trees.
 */
#include <manyfold/forest.h>

#include "base/random.h"
#include "forest/forest.h"
#include "forest/params.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#define ROWS    300
#define COLUMNS 7

static float values[ROWS * COLUMNS];
static double prices[ROWS];
static double classes[ROWS];
static const mf_matrix matrix = {values, ROWS, COLUMNS};

static int fill(void **state)
{
    (void)state;
    struct mf__random random = {3};
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        values[i] = (float)mf__random_below(&random, 5 + i / ROWS * 50);
    for (size_t r = 0; r < ROWS; r++) {
        prices[r] = (double)mf__random_below(&random, 1000) + 100 * (double)values[r];
        classes[r] = (double)mf__random_below(&random, 3);
    }
    return 0;
}

static int fit(const char *way, unsigned workers, const mf_target *target,
               const mf_forest_params *params, mf_forest **ret, mf_error *error)
{
    mf_pool *pool = NULL;
    mf_pool_options options = mf_pool_defaults();
    options.workers = workers;
    assert_int_equal(mf_pool_open(mf_way_find(way), &options, &pool, error), 0);
    int code = mf_forest_fit(pool, &matrix, target, params, NULL, NULL, ret, error);
    mf_pool_close(&pool);
    return code;
}

static void assert_same_tree(const mf_forest *a, const mf_forest *b, size_t tree)
{
    assert_int_equal(mf_forest_nodes(a, tree), mf_forest_nodes(b, tree));
    assert_int_equal(a->trees[tree].seed, b->trees[tree].seed);
    for (size_t i = 0; i < mf_forest_nodes(a, tree); i++) {
        mf_node one = mf_forest_node(a, tree, i);
        mf_node other = mf_forest_node(b, tree, i);
        assert_int_equal(one.left, other.left);
        assert_int_equal(one.right, other.right);
        assert_int_equal(one.feature, other.feature);
        assert_int_equal(one.samples, other.samples);
        assert_int_equal(one.weight, other.weight);
        assert_memory_equal(&one.threshold, &other.threshold, sizeof one.threshold);
        assert_memory_equal(&one.value, &other.value, sizeof one.value);
    }
    if (a->n_classes > 0)
        assert_memory_equal(a->trees[tree].counts, b->trees[tree].counts,
                            mf_forest_nodes(a, tree) * a->n_classes * sizeof(uint32_t));
}

static void the_forest_is_the_same_every_way(void **state)
{
    (void)state;
    const mf_target targets[] = {{prices, 0}, {classes, 3}};
    for (size_t t = 0; t < 2; t++) {
        mf_forest_params params = mf_forest_defaults(targets[t].n_classes);
        mf_forest *serial = NULL;
        params.n_estimators = 9;
        params.oob_score = true;
        assert_int_equal(fit("serial", 1, &targets[t], &params, &serial, NULL), 0);
        for (unsigned workers = 1; workers <= 8; workers++) {
            mf_forest *other = NULL;
            const char *way = workers % 2 == 0 ? "threads" : "processes";
            assert_int_equal(fit(way, workers, &targets[t], &params, &other, NULL), 0);
            for (size_t tree = 0; tree < 9; tree++)
                assert_same_tree(serial, other, tree);
            assert_memory_equal(serial->importances, other->importances, COLUMNS * sizeof(double));
            assert_memory_equal(&serial->oob_score, &other->oob_score, sizeof(double));
            mf_forest_free(&other);
        }
        mf_forest_free(&serial);
    }
}

static void a_small_forest_is_the_beginning_of_a_large_one(void **state)
{
    (void)state;
    const mf_target target = {prices, 0};
    mf_forest_params params = mf_forest_defaults(0);
    mf_forest *small = NULL, *large = NULL;
    params.n_estimators = 3;
    assert_int_equal(fit("serial", 1, &target, &params, &small, NULL), 0);
    params.n_estimators = 12;
    assert_int_equal(fit("threads", 3, &target, &params, &large, NULL), 0);
    for (size_t tree = 0; tree < 3; tree++)
        assert_same_tree(small, large, tree);
    mf_forest_free(&small);
    mf_forest_free(&large);
}

static void a_constant_target_gives_trees_of_one_leaf(void **state)
{
    (void)state;
    double same[ROWS];
    double importances[COLUMNS];
    for (size_t r = 0; r < ROWS; r++)
        same[r] = 0.1;
    const mf_target target = {same, 0};
    mf_forest_params params = mf_forest_defaults(0);
    mf_forest *forest = NULL;
    params.n_estimators = 2;
    assert_int_equal(fit("serial", 1, &target, &params, &forest, NULL), 0);
    assert_int_equal(mf_forest_nodes(forest, 0), 1);
    assert_true(fabs(mf_forest_node(forest, 0, 0).value - 0.1) < 1e-15);
    mf_forest_importances(forest, importances);
    for (size_t f = 0; f < COLUMNS; f++)
        assert_true(importances[f] == 0);
    mf_forest_free(&forest);
}

/* Their squares cannot be added up exactly in a double: rounding errors of impurities would be
 * larger than the impurities are, and trees end where they should not. */
static void large_whole_targets_are_learnt_to_the_end(void **state)
{
    (void)state;
    double large[ROWS];
    for (size_t r = 0; r < ROWS; r++)
        large[r] = 1e10 + (double)(r % 5);
    const mf_target target = {large, 0};
    mf_forest_params params = mf_forest_defaults(0);
    mf_forest *forest = NULL;
    params.n_estimators = 5;
    assert_int_equal(fit("serial", 1, &target, &params, &forest, NULL), 0);
    assert_int_equal(mf_forest_grid(forest), 0);
    for (size_t tree = 0; tree < 5; tree++) {
        for (size_t i = 0; i < mf_forest_nodes(forest, tree); i++) {
            mf_node node = mf_forest_node(forest, tree, i);
            if (node.left == MF_NODE_LEAF)
                assert_true(node.value == floor(node.value));
        }
    }
    mf_forest_free(&forest);
}

/* Every node parts one row from the others, which go left: so many are on the way at once. */
static void a_tree_may_lean_to_one_side(void **state)
{
    (void)state;
    enum { SIDE = 300 };
    static float ones[SIDE * SIDE];
    static double rising[SIDE];
    for (size_t r = 0; r < SIDE; r++) {
        ones[r * SIDE + r] = 1;
        rising[r] = (double)(r * r);
    }
    const mf_matrix one_hot = {ones, SIDE, SIDE};
    const mf_target target = {rising, 0};
    mf_forest_params params = mf_forest_defaults(0);
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    mf_forest *forest = NULL;
    params.n_estimators = 1;
    params.bootstrap = false;
    assert_int_equal(mf_pool_open(mf_way_find("serial"), &options, &pool, NULL), 0);
    assert_int_equal(mf_forest_fit(pool, &one_hot, &target, &params, NULL, NULL, &forest, NULL), 0);
    assert_int_equal(mf_forest_nodes(forest, 0), 2 * SIDE - 1);
    for (uint32_t n = 1; n < SIDE; n++)
        assert_int_equal(mf_forest_node(forest, 0, n - 1).left, n);
    mf_forest_free(&forest);
    mf_pool_close(&pool);
}

/* A parameter out of range, and what the message must hold. */
struct bad {
    mf_forest_params params;
    const char *text;
};

static void more_leaves_than_rows_are_no_limit(void **state)
{
    (void)state;
    const mf_matrix tall = {values, INT32_MAX, 1};
    mf_forest_params params = mf_forest_defaults(0);
    struct mf__growth growth;
    params.max_leaf_nodes = UINT64_MAX;
    assert_int_equal(mf__growth_of(&params, &tall, 0, &growth, NULL), 0);
    assert_int_equal(mf__growth_nodes(&growth, tall.rows), UINT32_MAX - 2);
}

static void parameters_out_of_range_are_named(void **state)
{
    (void)state;
    const mf_forest_params good = mf_forest_defaults(0);
    struct bad cases[] = {
        {good, "n_estimators"},     {good, "min_samples_split"},     {good, "min_samples_leaf"},
        {good, "min_samples_leaf"}, {good, "max_features"},          {good, "max_features"},
        {good, "max_leaf_nodes"},   {good, "min_impurity_decrease"}, {good, "max_samples"},
        {good, "max_samples"},      {good, "max_samples"},           {good, "oob_score"},
        {good, "criterion"},        {good, "min_samples_split"},
    };
    cases[0].params.n_estimators = 0;
    cases[1].params.min_samples_split.count = 1;
    cases[2].params.min_samples_leaf.count = 0;
    cases[3].params.min_samples_leaf = (mf_amount){.is_share = true, .share = 1};
    cases[4].params.max_features_kind = MF_FEATURES_AMOUNT;
    cases[4].params.max_features.count = COLUMNS + 1;
    cases[5].params.max_features_kind = MF_FEATURES_AMOUNT;
    cases[5].params.max_features = (mf_amount){.is_share = true, .share = (double)NAN};
    cases[6].params.max_leaf_nodes = 1;
    cases[7].params.min_impurity_decrease = (double)NAN;
    cases[8].params.has_max_samples = true;
    cases[9].params.has_max_samples = true;
    cases[9].params.max_samples.count = ROWS + 1;
    cases[10].params.bootstrap = false;
    cases[10].params.has_max_samples = true;
    cases[10].params.max_samples.count = 1;
    cases[11].params.bootstrap = false;
    cases[11].params.oob_score = true;
    cases[12].params.criterion = MF_CRITERION_GINI;
    cases[13].params.min_samples_split = (mf_amount){.is_share = true, .share = 0};
    const mf_target target = {prices, 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mf_forest *forest = NULL;
        mf_error error;
        assert_int_equal(fit("serial", 1, &target, &cases[i].params, &forest, &error), MF_E_INPUT);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("case %zu: %s", i, error.text);
        assert_null(forest);
    }
}

static void growing_can_be_cancelled(void **state)
{
    (void)state;
    mf_pool *pool = NULL;
    mf_pool_options options = mf_pool_defaults();
    mf_cancel cancel = {0};
    mf_run_options run = {.cancel = &cancel};
    mf_forest_params params = mf_forest_defaults(0);
    const mf_target target = {prices, 0};
    mf_forest *forest = NULL;
    params.n_estimators = 1 << 20;
    mf_cancel_request(&cancel);
    assert_int_equal(mf_pool_open(mf_way_find("serial"), &options, &pool, NULL), 0);
    assert_int_equal(mf_forest_fit(pool, &matrix, &target, &params, &run, NULL, &forest, NULL),
                     MF_E_CANCELLED);
    assert_null(forest);
    mf_pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_forest_is_the_same_every_way),
        cmocka_unit_test(a_small_forest_is_the_beginning_of_a_large_one),
        cmocka_unit_test(a_constant_target_gives_trees_of_one_leaf),
        cmocka_unit_test(more_leaves_than_rows_are_no_limit),
        cmocka_unit_test(large_whole_targets_are_learnt_to_the_end),
        cmocka_unit_test(a_tree_may_lean_to_one_side),
        cmocka_unit_test(parameters_out_of_range_are_named),
        cmocka_unit_test(growing_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
