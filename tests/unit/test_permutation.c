/* SPDX-License-Identifier: Apache-2.0 */
/* Permutation importances against those of scikit-learn (tests/oracle). */
#include <manyfold/score.h>

#include "tests/unit/fitted.h"
#include "tests/unit/near.h"

#include <string.h>

#define COLUMNS 4

struct importances {
    double mean[COLUMNS];
    double deviation[COLUMNS];
};

static int importances_of(size_t forest, const mf_permutation *settings, mf_pool *pool,
                          struct importances *ret, mf_error *error)
{
    const struct reference_forest *reference = &reference_forests[forest];
    const mf_matrix matrix = fitted_matrix(reference);
    mf_forest *grown = fitted_forest(reference, pool);
    int code = mf_permutation_importances(grown, pool, &matrix, reference->target, settings, NULL,
                                          ret->mean, ret->deviation, error);
    mf_forest_free(&grown);
    return code;
}

static struct importances found_for(const struct reference_permutation *wanted, mf_pool *pool)
{
    const mf_permutation settings = {mf_metric_find(wanted->metric), wanted->n_repeats,
                                     wanted->seed};
    struct importances found = {0};
    mf_error error = {0};
    if (importances_of(wanted->forest, &settings, pool, &found, &error) != 0)
        fail_msg("%s: %s", wanted->metric, error.text);
    return found;
}

static void they_are_those_of_scikit_learn(void **state)
{
    (void)state;
    mf_pool *pool = open_pool("threads", 2);
    for (size_t i = 0; i < COUNT(reference_permutations); i++) {
        const struct reference_permutation *wanted = &reference_permutations[i];
        struct importances found = found_for(wanted, pool);
        for (size_t c = 0; c < COLUMNS; c++) {
            assert_near_in(wanted->metric, found.mean[c], wanted->mean[c]);
            assert_near_in(wanted->metric, found.deviation[c], wanted->deviation[c]);
        }
    }
    mf_pool_close(&pool);
}

static struct importances serial;

static void check_bits(mf_pool *pool)
{
    struct importances found = found_for(&reference_permutations[0], pool);
    assert_memory_equal(&found, &serial, sizeof found);
}

static void every_way_and_worker_count_gives_the_same_bits(void **state)
{
    (void)state;
    mf_pool *pool = open_pool("serial", 1);
    serial = found_for(&reference_permutations[0], pool);
    mf_pool_close(&pool);
    with_every_pool(check_bits);
}

/* The last column of all these tables is constant. */
static void a_column_that_no_tree_asks_for_has_none(void **state)
{
    (void)state;
    mf_pool *pool = open_pool("serial", 1);
    for (size_t i = 0; i < COUNT(reference_permutations); i++) {
        struct importances found = found_for(&reference_permutations[i], pool);
        assert_true(found.mean[COLUMNS - 1] == 0 && found.deviation[COLUMNS - 1] == 0);
    }
    mf_pool_close(&pool);
}

static void assert_refused(const mf_permutation *settings, const char *complaint)
{
    mf_pool *pool = open_pool("serial", 1);
    struct importances found = {0};
    mf_error error = {0};
    assert_int_equal(importances_of(0, settings, pool, &found, &error), MF_E_INPUT);
    assert_string_equal(error.text, complaint);
    mf_pool_close(&pool);
}

static void settings_out_of_range_are_refused(void **state)
{
    (void)state;
    assert_refused(&(mf_permutation){MF_METRIC_R2, 0, 0}, "n_repeats is 0: expected 1 to 1000");
    assert_refused(&(mf_permutation){MF_METRIC_R2, 1001, 0},
                   "n_repeats is 1001: expected 1 to 1000");
    assert_refused(&(mf_permutation){MF_METRIC_ACCURACY, 1, 0},
                   "accuracy is a score of classification, not of regression");
    assert_refused(&(mf_permutation){MF_METRICS, 1, 0}, "there is no such metric");
}

static void a_matrix_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    const struct reference_forest *reference = &reference_forests[0];
    const mf_matrix matrix = {reference->values, reference->rows, COLUMNS - 1};
    const mf_permutation settings = {MF_METRIC_R2, 1, 0};
    mf_pool *pool = open_pool("serial", 1);
    mf_forest *forest = fitted_forest(reference, pool);
    struct importances found = {0};
    mf_error error = {0};
    assert_int_equal(mf_permutation_importances(forest, pool, &matrix, reference->target, &settings,
                                                NULL, found.mean, found.deviation, &error),
                     MF_E_INPUT);
    assert_string_equal(error.text, "the matrix has 3 columns, but the forest was grown on 4");
    mf_forest_free(&forest);
    mf_pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_those_of_scikit_learn),
        cmocka_unit_test(every_way_and_worker_count_gives_the_same_bits),
        cmocka_unit_test(a_column_that_no_tree_asks_for_has_none),
        cmocka_unit_test(settings_out_of_range_are_refused),
        cmocka_unit_test(a_matrix_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("permutation", tests, NULL, NULL);
}
