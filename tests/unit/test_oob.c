/* SPDX-License-Identifier: Apache-2.0 */
/* Out-of-bag scores: against scikit-learn's, and against the plainest way to compute them. */
#include "forest/oob.h"
#include "jobs/forest_fit.h"
#include "tests/unit/chance.h"
#include "tests/unit/fitted.h"
#include "tests/unit/near.h"

static void check_references(mf_pool *pool)
{
    for (size_t i = 0; i < COUNT(reference_forests); i++) {
        const struct reference_forest *wanted = &reference_forests[i];
        mf_forest *forest = fitted_forest(wanted, pool);
        double score = 0;
        size_t never = 0;
        assert_int_equal(mf_forest_oob(forest, &score, &never, NULL), 0);
        assert_near_in(wanted->name, score, wanted->oob_score);
        assert_int_equal(never, wanted->oob_never);
        mf_forest_free(&forest);
    }
}

static void the_score_is_that_of_scikit_learn_any_way(void **state)
{
    (void)state;
    with_every_pool(check_references);
}

static void check_predictions(mf_pool *pool)
{
    for (size_t i = 0; i < COUNT(reference_forests); i++) {
        const struct reference_forest *wanted = &reference_forests[i];
        const mf_matrix matrix = fitted_matrix(wanted);
        size_t n = wanted->rows * (wanted->n_classes > 0 ? wanted->n_classes : 1);
        double *predicted = calloc(n, sizeof *predicted);
        mf_forest *forest = fitted_forest(wanted, pool);
        assert_non_null(predicted);
        assert_int_equal(mf_forest_predict(forest, pool, &matrix, NULL, predicted, NULL), 0);
        if (memcmp(predicted, wanted->predicted, n * sizeof *predicted) != 0)
            fail_msg("%s: predictions differ", wanted->name);
        mf_forest_free(&forest);
        free(predicted);
    }
}

static void predictions_have_the_bits_of_scikit_learn_any_way(void **state)
{
    (void)state;
    with_every_pool(check_predictions);
}

/* Whether each row is in the sample of a tree. */
static const uint32_t *drawn_by(const mf_forest *forest, size_t tree)
{
    static uint32_t times[3000];
    assert_in_range(forest->n_rows, 1, 3000);
    mf__forest_drawn(forest, tree, times);
    return times;
}

/* Sum of squared errors, and rows that are in all samples. */
static double plain_errors(const mf_forest *forest, const mf_matrix *matrix, const double *truth,
                           size_t *ret_never)
{
    double errors = 0;
    *ret_never = 0;
    for (size_t row = 0; row < matrix->rows; row++) {
        double sum = 0;
        size_t n = 0;
        for (size_t tree = 0; tree < forest->params.n_estimators; tree++) {
            if (drawn_by(forest, tree)[row] > 0)
                continue;
            plain_add(forest, tree, matrix, row, &sum);
            n++;
        }
        double error = truth[row] - (n > 0 ? sum / (double)n : 0);
        errors += error * error;
        *ret_never += n == 0;
    }
    return errors;
}

static void assert_oob(size_t rows, size_t n_trees)
{
    struct chance chance = {
        .n_features = 4, .n_trees = n_trees, .n_splits = 40, .random = {rows + n_trees}};
    mf_forest *forest = chance_forest(&chance);
    mf_matrix matrix = chance_matrix(&chance, rows);
    double *truth = calloc(rows, sizeof *truth);
    double spread = 0;
    size_t never = 0;
    mf_pool *pool = open_pool("threads", 3);
    assert_non_null(truth);
    forest->n_rows = rows;
    for (size_t row = 0; row < rows; row++)
        truth[row] = row % 2 ? 100 : -100;
    double mean = rows % 2 ? -100 / (double)rows : 0;
    for (size_t row = 0; row < rows; row++)
        spread += (truth[row] - mean) * (truth[row] - mean);
    double errors = plain_errors(forest, &matrix, truth, &never);
    const mf_target target = {truth, 0};
    assert_int_equal(mf__forest_oob_fill(forest, pool, &matrix, &target, NULL, NULL), 0);
    assert_near(forest->oob_score, 1 - errors / spread);
    assert_int_equal(forest->oob_never, never);
    mf_pool_close(&pool);
    free(truth);
    chance_matrix_free(&matrix);
    mf_forest_free(&forest);
}

static void any_number_of_rows_and_trees_has_its_score(void **state)
{
    (void)state;
    const size_t rows[] = {2, 7, 8, 9, 255, 256, 257, 1000};
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_oob(rows[i], 1);
        assert_oob(rows[i], 5);
    }
}

static void bits_tell_which_rows_a_tree_left_out(void **state)
{
    (void)state;
    struct chance chance = {.n_features = 1, .n_trees = 2};
    mf_forest *forest = chance_forest(&chance);
    uint8_t bits[2 * 13];
    forest->n_rows = 97;
    assert_int_equal(mf__bits_bytes(97), 13);
    size_t never = 0;
    for (size_t tree = 0; tree < 2; tree++) {
        memset(bits + tree * 13, 0xff, 13);
        assert_int_equal(mf__left_out(forest, tree, bits + tree * 13, NULL), 0);
    }
    for (size_t row = 0; row < 97; row++) {
        bool in_first = drawn_by(forest, 0)[row] > 0;
        bool in_second = drawn_by(forest, 1)[row] > 0;
        assert_int_equal(mf__bit_of(bits, row), !in_first);
        assert_int_equal(mf__bit_of(bits + 13, row), !in_second);
        never += in_first && in_second;
    }
    assert_int_equal(mf__never_left_out(forest, bits), never);
    mf_forest_free(&forest);
}

static void a_forest_grown_without_it_has_no_score(void **state)
{
    (void)state;
    struct chance chance = {.n_features = 1, .n_trees = 1};
    mf_forest *forest = chance_forest(&chance);
    double score = -7;
    size_t never = 7;
    assert_int_equal(mf_forest_oob(forest, &score, &never, NULL), MF_E_UNAVAILABLE);
    assert_true(score == -7 && never == 7);
    mf_forest_free(&forest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_score_is_that_of_scikit_learn_any_way),
        cmocka_unit_test(predictions_have_the_bits_of_scikit_learn_any_way),
        cmocka_unit_test(any_number_of_rows_and_trees_has_its_score),
        cmocka_unit_test(bits_tell_which_rows_a_tree_left_out),
        cmocka_unit_test(a_forest_grown_without_it_has_no_score),
    };
    return cmocka_run_group_tests_name("oob", tests, NULL, NULL);
}
