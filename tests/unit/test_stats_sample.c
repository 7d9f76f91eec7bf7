/* SPDX-License-Identifier: Apache-2.0 */
/* Quantiles, summaries, outliers and intervals of the median of one sample. */
#include "base/memory.h"
#include "stats/binomial.h"
#include "stats/interval.h"
#include "stats/order.h"
#include "stats/real.h"
#include "stats/summary.h"

#include "tests/unit/near.h"

#include <string.h>

static void a_quantile_lies_between_its_neighbours(void **state)
{
    (void)state;
    const double sorted[] = {1.0, 2.0, 4.0, 8.0};
    assert_near(mf__quantile(sorted, 4, 0.0), 1.0);
    assert_near(mf__quantile(sorted, 4, 0.5), 3.0);
    assert_near(mf__quantile(sorted, 4, 0.9), 6.8);
    assert_near(mf__quantile(sorted, 4, 1.0), 8.0);
}

static void a_quantile_next_to_infinity_is_infinite_and_never_nan(void **state)
{
    (void)state;
    const double sorted[] = {-MF__INFINITY, -MF__INFINITY, 0.0, MF__INFINITY, MF__INFINITY};
    assert_near(mf__quantile(sorted, 5, 0.1), -MF__INFINITY);
    assert_near(mf__quantile(sorted, 5, 0.3), -MF__INFINITY);
    assert_near(mf__quantile(sorted, 5, 0.5), 0.0);
    assert_near(mf__quantile(sorted, 5, 0.6), MF__INFINITY);
    assert_near(mf__quantile(sorted, 5, 0.9), MF__INFINITY);
}

static void sorting_a_copy_leaves_the_original(void **state)
{
    (void)state;
    const double values[] = {3.0, MF__INFINITY, -1.0};
    double *sorted = mf__sorted_copy(values, 3);
    assert_non_null(sorted);
    assert_near(sorted[0], -1.0);
    assert_near(sorted[1], 3.0);
    assert_near(sorted[2], MF__INFINITY);
    assert_near(values[0], 3.0);
    mf__free(sorted);
}

static void outliers_are_flagged_one_by_one_and_stay_in_the_figures(void **state)
{
    (void)state;
    const double sample[] = {1.0, 1.1, 0.9, 50.0, 1.05, 0.95, 1.02, -40.0};
    struct mf__summary summary;
    bool flags[8];
    assert_int_equal(mf__summarize(sample, 8, &summary, NULL), 0);
    mf__flag_outliers(sample, &summary, flags);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(flags[i], i == 3 || i == 7);
    assert_int_equal(summary.outliers, 2);
    assert_int_equal(summary.n, 8);
    assert_near(summary.max, 50.0);
}

static void the_outlier_rule_is_three_and_a_half_modified_z_scores(void **state)
{
    (void)state;
    /* Median 3 and MAD 1: a value is an outlier beyond 3 + 3.5 / 0.6745 = 8.189. */
    const double inside[] = {1.0, 2.0, 3.0, 4.0, 8.18};
    const double outside[] = {1.0, 2.0, 3.0, 4.0, 8.20};
    struct mf__summary summary;
    assert_int_equal(mf__summarize(inside, 5, &summary, NULL), 0);
    assert_near(summary.mad, 1.0);
    assert_int_equal(summary.outliers, 0);
    assert_int_equal(mf__summarize(outside, 5, &summary, NULL), 0);
    assert_int_equal(summary.outliers, 1);
}

static void a_sample_of_mostly_equal_values_still_has_outliers(void **state)
{
    (void)state;
    const double one[] = {2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.5};
    const double equal[] = {2.0, 2.0, 2.0};
    struct mf__summary summary;
    assert_int_equal(mf__summarize(one, 7, &summary, NULL), 0);
    assert_near(summary.mad, 0.0);
    assert_int_equal(summary.outliers, 1);
    assert_int_equal(mf__summarize(equal, 3, &summary, NULL), 0);
    assert_int_equal(summary.outliers, 0);
    /* Two of n that are off by 1 have the score n / 2 / 1.253314: 3.19 for 8, 3.59 for 9. */
    const double two[] = {1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
    assert_int_equal(mf__summarize(two, 8, &summary, NULL), 0);
    assert_int_equal(summary.outliers, 0);
    assert_int_equal(mf__summarize(two, 9, &summary, NULL), 0);
    assert_int_equal(summary.outliers, 2);
}

static void an_interval_needs_six_values_at_95_percent(void **state)
{
    (void)state;
    const double sample[] = {5.0, 1.0, 3.0, 2.0, 4.0, 6.0};
    struct mf__interval interval;
    assert_int_equal(mf__median_interval(sample, 5, 0.95, &interval, NULL), 0);
    assert_false(interval.known);
    assert_near(interval.mid, 3.0);
    assert_near(interval.low, -MF__INFINITY);
    assert_near(interval.high, MF__INFINITY);
    assert_near(interval.coverage, 0.0);
    assert_int_equal(mf__median_interval(sample, 6, 0.95, &interval, NULL), 0);
    assert_true(interval.known);
    assert_near(interval.low, 1.0);
    assert_near(interval.high, 6.0);
    assert_near(interval.coverage, 0.96875);
}

static void a_coverage_equal_to_the_confidence_is_enough(void **state)
{
    (void)state;
    double coverage = 0.0;
    assert_int_equal(mf__sign_rank(6, 0.96875, &coverage), 1);
    assert_int_equal(mf__sign_rank(6, 0.96876, &coverage), 0);
    assert_int_equal(mf__sign_rank(0, 0.95, &coverage), 0);
}

static void many_values_do_not_underflow(void **state)
{
    (void)state;
    double coverage = 0.0;
    size_t rank = mf__sign_rank(1000000, 0.95, &coverage);
    /* The normal approximation: 500000 - 1.96 * 500 + 0.5. */
    assert_in_range(rank, 499019, 499023);
    assert_true(coverage >= 0.95 && coverage < 0.9503);
    assert_near(mf__sign_p(500000, 1000000), 1.0);
    assert_near(mf__sign_p(0, 0), 1.0);
}

static void the_half_width_is_that_of_the_wider_side(void **state)
{
    (void)state;
    struct mf__interval interval = {1.9, 2.0, 2.3, 0.95, true};
    assert_near(mf__relative_half_width(&interval), 0.15);
    interval.known = false;
    assert_near(mf__relative_half_width(&interval), MF__INFINITY);
}

static void samples_that_are_not_numbers_are_refused_by_place(void **state)
{
    (void)state;
    const double sample[] = {1.0, MF__NAN, 2.0};
    struct mf__summary summary = {.n = 77};
    struct mf__interval interval;
    mf_error error = {0};
    assert_int_equal(mf__summarize(sample, 3, &summary, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "value 2 of 3"));
    assert_int_equal(summary.n, 77);
    assert_int_equal(mf__summarize(sample, 0, &summary, &error), MF_E_INPUT);
    assert_int_equal(mf__median_interval(sample, 3, 0.95, &interval, &error), MF_E_INPUT);
    assert_int_equal(mf__median_interval(sample, 1, 1.0, &interval, &error), MF_E_INPUT);
    assert_int_equal(mf__median_interval(sample, 1, MF__NAN, &interval, &error), MF_E_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quantile_lies_between_its_neighbours),
        cmocka_unit_test(a_quantile_next_to_infinity_is_infinite_and_never_nan),
        cmocka_unit_test(sorting_a_copy_leaves_the_original),
        cmocka_unit_test(outliers_are_flagged_one_by_one_and_stay_in_the_figures),
        cmocka_unit_test(the_outlier_rule_is_three_and_a_half_modified_z_scores),
        cmocka_unit_test(a_sample_of_mostly_equal_values_still_has_outliers),
        cmocka_unit_test(an_interval_needs_six_values_at_95_percent),
        cmocka_unit_test(a_coverage_equal_to_the_confidence_is_enough),
        cmocka_unit_test(many_values_do_not_underflow),
        cmocka_unit_test(the_half_width_is_that_of_the_wider_side),
        cmocka_unit_test(samples_that_are_not_numbers_are_refused_by_place),
    };
    return cmocka_run_group_tests_name("stats_sample", tests, NULL, NULL);
}
