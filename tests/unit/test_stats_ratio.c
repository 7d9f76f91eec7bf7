/* SPDX-License-Identifier: Apache-2.0 */
/* The ratio of two paired series, the verdict on it, and many p values at once. */
#include "stats/binomial.h"
#include "stats/holm.h"
#include "stats/ratio.h"
#include "stats/real.h"
#include "stats/verdict.h"

#include "tests/unit/near.h"

#include <string.h>

#define ROUNDS 8

/* Both series drift by a factor of three; the other is a little less than twice as quick. */
static const double base[ROUNDS] = {1.00, 1.30, 1.60, 1.90, 2.20, 2.50, 2.80, 3.10};
static const double twice[ROUNDS] = {0.51, 0.66, 0.81, 0.97, 1.12, 1.27, 1.42, 1.57};

static void drift_that_both_share_does_not_widen_the_interval(void **state)
{
    (void)state;
    struct mf__pairs pairs = {base, twice, ROUNDS};
    struct mf__ratio ratio;
    assert_int_equal(mf__ratio(&pairs, 0.95, &ratio, NULL), 0);
    assert_true(ratio.speedup.known);
    assert_true(ratio.speedup.low > 1.95 && ratio.speedup.high < 1.98);
    assert_near(ratio.p_value, 2.0 / 256.0);
    assert_int_equal(mf__verdict(&ratio.speedup, ratio.p_value, 0.05), MF__VERDICT_FASTER);
}

static void swapping_the_series_inverts_the_ratio(void **state)
{
    (void)state;
    struct mf__pairs there = {base, twice, ROUNDS};
    struct mf__pairs back = {twice, base, ROUNDS};
    struct mf__ratio one;
    struct mf__ratio other;
    assert_int_equal(mf__ratio(&there, 0.95, &one, NULL), 0);
    assert_int_equal(mf__ratio(&back, 0.95, &other, NULL), 0);
    assert_near(other.speedup.low, 1.0 / one.speedup.high);
    assert_near(other.speedup.mid, 1.0 / one.speedup.mid);
    assert_near(other.speedup.high, 1.0 / one.speedup.low);
    assert_int_equal(mf__verdict(&other.speedup, other.p_value, 0.05), MF__VERDICT_SLOWER);
}

static void a_series_against_itself_is_equivalent_at_any_margin(void **state)
{
    (void)state;
    struct mf__pairs pairs = {base, base, ROUNDS};
    struct mf__ratio ratio;
    assert_int_equal(mf__ratio(&pairs, 0.95, &ratio, NULL), 0);
    assert_near(ratio.p_value, 1.0);
    assert_int_equal(mf__verdict(&ratio.speedup, ratio.p_value, 0.05), MF__VERDICT_NO_DIFFERENCE);
}

static void too_few_rounds_give_a_ratio_without_a_verdict(void **state)
{
    (void)state;
    struct mf__pairs pairs = {base, twice, 5};
    struct mf__ratio ratio;
    assert_int_equal(mf__ratio(&pairs, 0.95, &ratio, NULL), 0);
    assert_false(ratio.speedup.known);
    assert_near(ratio.speedup.low, -MF__INFINITY);
    assert_true(ratio.speedup.mid > 1.9);
    assert_int_equal(mf__verdict(&ratio.speedup, ratio.p_value, 0.05), MF__VERDICT_UNKNOWN);
}

static void a_time_that_is_not_above_zero_is_refused(void **state)
{
    (void)state;
    const double bad[] = {1.0, 0.0, -1.0, MF__NAN, MF__INFINITY};
    struct mf__ratio ratio;
    mf_error error = {0};
    for (size_t i = 1; i < 5; i++) {
        struct mf__pairs pairs = {base, bad + i, 1};
        assert_int_equal(mf__ratio(&pairs, 0.95, &ratio, &error), MF_E_INPUT);
        assert_non_null(strstr(error.text, "must be finite and above 0"));
    }
    struct mf__pairs none = {base, twice, 0};
    assert_int_equal(mf__ratio(&none, 0.95, &ratio, &error), MF_E_INPUT);
}

static void the_verdict_follows_from_where_the_interval_lies(void **state)
{
    (void)state;
    static const struct {
        double low, high, p;
        enum mf__verdict verdict;
    } cases[] = {
        {1.01, 1.20, 0.050, MF__VERDICT_FASTER},
        {1.01, 1.20, 0.051, MF__VERDICT_BY_CHANCE},
        {0.80, 0.99, 0.001, MF__VERDICT_SLOWER},
        {0.80, 0.99, 1.000, MF__VERDICT_BY_CHANCE},
        {0.90, 1.10, 0.001, MF__VERDICT_NO_DIFFERENCE},
        {1.00, 1.10, 0.001, MF__VERDICT_NO_DIFFERENCE},
        {0.90, 1.00, 0.001, MF__VERDICT_NO_DIFFERENCE},
        {1.01, 1.20, MF__NAN, MF__VERDICT_BY_CHANCE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mf__interval interval = {cases[i].low, 1.0, cases[i].high, 0.95, true};
        assert_int_equal(mf__verdict(&interval, cases[i].p, 0.05), cases[i].verdict);
    }
}

static void so_many_rounds_are_needed_that_each_of_many_claims_can_be_made(void **state)
{
    (void)state;
    /* 2^(1 - n) is the p value of n rounds that agree. */
    assert_int_equal(mf__sign_rounds(1, 0.05), 6);
    assert_int_equal(mf__sign_rounds(5, 0.05), 8);
    assert_int_equal(mf__sign_rounds(33, 0.05), 11);
    assert_int_equal(mf__sign_rounds(1, 0.5), 2);
    assert_int_equal(mf__sign_rounds(SIZE_MAX / 2, 0.05), 69);
}

static void holm_never_lowers_a_p_value_nor_changes_their_order(void **state)
{
    (void)state;
    const double p[] = {0.30, 0.01, 0.04, 0.02, 0.02};
    double adjusted[5];
    mf__holm(p, 5, adjusted);
    assert_near(adjusted[1], 0.05);
    assert_near(adjusted[3], 0.08);
    assert_near(adjusted[4], 0.08);
    assert_near(adjusted[2], 0.08);
    assert_near(adjusted[0], 0.30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drift_that_both_share_does_not_widen_the_interval),
        cmocka_unit_test(swapping_the_series_inverts_the_ratio),
        cmocka_unit_test(a_series_against_itself_is_equivalent_at_any_margin),
        cmocka_unit_test(too_few_rounds_give_a_ratio_without_a_verdict),
        cmocka_unit_test(a_time_that_is_not_above_zero_is_refused),
        cmocka_unit_test(the_verdict_follows_from_where_the_interval_lies),
        cmocka_unit_test(so_many_rounds_are_needed_that_each_of_many_claims_can_be_made),
        cmocka_unit_test(holm_never_lowers_a_p_value_nor_changes_their_order),
    };
    return cmocka_run_group_tests_name("stats_ratio", tests, NULL, NULL);
}
