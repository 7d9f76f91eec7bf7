/* SPDX-License-Identifier: Apache-2.0 */
/* Targets as whole numbers, features as ranks. */
#include "base/memory.h"
#include "forest/goal.h"
#include "forest/lanes.h"
#include "forest/ranks.h"
#include "tests/unit/unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

static int grid_of(const double *values, size_t rows, uint32_t n_drawn)
{
    const mf_target target = {values, 0};
    struct mf__goal *goal = NULL;
    assert_int_equal(mf__goal_new(&target, rows, n_drawn, &goal, NULL), 0);
    int grid = goal->grid;
    double largest = 0;
    for (size_t row = 0; row < rows; row++) {
        largest = fmax(largest, fabs((double)goal->whole[row]));
        double off = fabs((double)goal->whole[row] * goal->unit - values[row]);
        assert_true(off <= (grid == 0 ? 0 : goal->unit / 2));
    }
    assert_true(largest * n_drawn <= 0x1p53);
    if (grid != 0) {
        /* Exact here, and not on a grid that is twice as fine. */
        double finer = rint(ldexp(fabs(values[0]), -(grid - 1)));
        assert_true(largest * largest * n_drawn <= 0x1p53);
        assert_true(rows > 1 || finer * finer * n_drawn > 0x1p53);
    }
    mf__goal_free(goal);
    return grid;
}

static void whole_targets_are_used_as_they_are(void **state)
{
    (void)state;
    const double prices[] = {215000, 105000, -3, 0, 755000};
    assert_int_equal(grid_of(prices, 5, 5), 0);
    assert_int_equal(grid_of(prices, 5, 1000000), 0);
    const double zeros[] = {0, -0.0};
    assert_int_equal(grid_of(zeros, 2, 2), 0);
}

static void other_targets_are_rounded_to_the_finest_exact_grid(void **state)
{
    (void)state;
    /* The case of docs/forest.md: log prices of 1,022 rows. */
    const double log_price[] = {13.534};
    assert_int_equal(grid_of(log_price, 1, 1022), -17);
    const double huge[] = {1e150};
    const double tiny[] = {0x1p-1060 + 0x1p-1074};
    assert_true(grid_of(huge, 1, 100) > 400);
    const double mixed[] = {1e149, 0.5};
    assert_true(grid_of(mixed, 2, 2) > 400);
    const mf_target target = {tiny, 0};
    struct mf__goal *goal = NULL;
    assert_int_equal(mf__goal_new(&target, 1, 1, &goal, NULL), 0);
    assert_true(goal->whole[0] > 0);
    mf__goal_free(goal);
}

static void a_grid_of_0_means_that_nothing_was_rounded(void **state)
{
    (void)state;
    /* Whole numbers would be exact here, but leaves have to predict the halves. */
    const double halves[] = {9e6 + 0.5, 1.5};
    assert_int_equal(grid_of(halves, 2, 100), 1);
}

static void targets_that_cannot_be_learnt_are_refused(void **state)
{
    (void)state;
    struct mf__goal *goal = NULL;
    mf_error error;
    const double holes[] = {1, (double)NAN};
    const double half[] = {1, 0.5};
    const double large[] = {1, -1e151};
    const mf_target numbers = {holes, 0};
    const mf_target too_large = {large, 0};
    const mf_target classes = {half, 2};
    assert_int_equal(mf__goal_new(&numbers, 2, 2, &goal, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "row 1 "));
    assert_int_equal(mf__goal_new(&too_large, 2, 2, &goal, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "-1e+151"));
    assert_int_equal(mf__goal_new(&classes, 2, 2, &goal, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "0.5"));
    assert_null(goal);
}

static void ranks_have_the_order_of_the_values(void **state)
{
    (void)state;
    const float values[] = {3, -1, 0.0F, -0.0F, 3, -1e30F, FLT_MIN, 5};
    const uint32_t ranks[] = {3, 1, 2, 2, 3, 0, 2, 4};
    const mf_matrix matrix = {values, 8, 1};
    struct mf__ranked *ranked = NULL;
    assert_int_equal(mf__ranked_new(&matrix, &ranked, NULL), 0);
    /* FLT_MIN is a value of its own, too close to zero to be told from it. */
    assert_int_equal(ranked->columns[0].n_values, 6);
    assert_true(ranked->has_close);
    for (size_t row = 0; row < 8; row++) {
        uint32_t code = ranked->columns[0].codes[row];
        uint32_t rank = mf__rank_of(code);
        assert_int_equal(rank - (rank > 2), ranks[row]);
        assert_int_equal(code & 1, rank == 2);
        assert_true(ranked->columns[0].values[rank] == values[row]);
    }
    const struct mf__growth growth = {.max_features = 1};
    assert_int_equal(mf__ranked_ready(ranked, &growth, 0, NULL), 0);
    assert_int_equal(ranked->row_lanes, MF__LANES_GROUP);
    assert_int_equal(ranked->by_row[7 * MF__LANES_GROUP], 10 << MF__LANES_SHIFT);
    mf__ranked_free(ranked);
}

static void a_value_that_is_not_finite_is_named(void **state)
{
    (void)state;
    const float values[] = {0, 1, 2, (float)INFINITY};
    const mf_matrix matrix = {values, 2, 2};
    struct mf__ranked *ranked = NULL;
    mf_error error;
    assert_int_equal(mf__ranked_new(&matrix, &ranked, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "row 1 of column 1"));
    assert_null(ranked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_targets_are_used_as_they_are),
        cmocka_unit_test(other_targets_are_rounded_to_the_finest_exact_grid),
        cmocka_unit_test(a_grid_of_0_means_that_nothing_was_rounded),
        cmocka_unit_test(targets_that_cannot_be_learnt_are_refused),
        cmocka_unit_test(ranks_have_the_order_of_the_values),
        cmocka_unit_test(a_value_that_is_not_finite_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
