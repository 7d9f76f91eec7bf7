/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole forests with each kernel for small nodes, and each for bins: the same, whatever the
 * processor has. The linker gives the library this file's choice for mf__lanes_best,
 * mf__fold_best and mf__scan_best (meson.build).
 */
#include <manyfold/forest.h>

#include "base/random.h"
#include "forest/bins.h"
#include "forest/forest.h"
#include "forest/lanes.h"
#include "tests/unit/unit.h"

#define ROWS    500
#define COLUMNS 40
#define TREES   4

static float values[ROWS * COLUMNS];
static double target_values[ROWS];
static unsigned chosen; /* kernel */

const struct mf__lanes_kernel *__wrap_mf__lanes_best(void);

const struct mf__lanes_kernel *__wrap_mf__lanes_best(void)
{
    return mf__lanes_at(chosen);
}

const struct mf__fold_kernel *__wrap_mf__fold_best(void);

const struct mf__fold_kernel *__wrap_mf__fold_best(void)
{
    return mf__fold_at(chosen);
}

const struct mf__scan_kernel *__wrap_mf__scan_best(void);

const struct mf__scan_kernel *__wrap_mf__scan_best(void)
{
    return mf__scan_at(chosen);
}

/* Ties in all columns but a few, values too close to be told apart in some. */
static void fill(void)
{
    struct mf__random random = {5};
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        size_t column = i / ROWS;
        float value = (float)mf__random_below(&random, 2 + column * column);
        values[i] = column % 8 == 7 ? value * 4e-8F : value;
    }
    for (size_t row = 0; row < ROWS; row++)
        target_values[row] = (double)mf__random_below(&random, 100000) / 1000 + (double)values[row];
}

static mf_forest *grow(unsigned kernel, const mf_forest_params *params)
{
    const mf_matrix matrix = {values, ROWS, COLUMNS};
    const mf_target target = {target_values, 0};
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    mf_forest *forest = NULL;
    chosen = kernel;
    assert_int_equal(mf_pool_open(mf_way_find("serial"), &options, &pool, NULL), 0);
    assert_int_equal(mf_forest_fit(pool, &matrix, &target, params, NULL, NULL, &forest, NULL), 0);
    mf_pool_close(&pool);
    return forest;
}

static void assert_same_forest(const mf_forest *a, const mf_forest *b)
{
    for (size_t t = 0; t < TREES; t++) {
        assert_int_equal(a->trees[t].n_nodes, b->trees[t].n_nodes);
        assert_memory_equal(a->trees[t].nodes, b->trees[t].nodes,
                            a->trees[t].n_nodes * sizeof(mf_node));
    }
}

static void every_kernel_grows_the_same_forest(void **state)
{
    (void)state;
    /* Rows with lanes of their own, all of them and some; then lanes that are read when drawn. */
    const uint64_t max_features[] = {COLUMNS, 5, 1};
    fill();
    for (unsigned i = 0; i < 6; i++) {
        mf_forest_params params = mf_forest_defaults(0);
        params.n_estimators = TREES;
        params.max_features_kind = MF_FEATURES_AMOUNT;
        params.max_features.count = max_features[i / 2];
        params.min_samples_leaf.count = i % 2 == 0 ? 1 : 4;
        mf_forest *portable = grow(0, &params);
        for (unsigned kernel = 1; mf__lanes_at(kernel) != NULL; kernel++) {
            mf_forest *other = grow(kernel, &params);
            assert_same_forest(portable, other);
            mf_forest_free(&other);
        }
        mf_forest_free(&portable);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_grows_the_same_forest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
