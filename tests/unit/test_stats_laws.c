/* SPDX-License-Identifier: Apache-2.0 */
/* Amdahl's law, the Universal Scalability Law, Karp and Flatt, Gustafson. */
#include "stats/amdahl.h"
#include "stats/least_squares.h"
#include "stats/real.h"
#include "stats/scaling.h"
#include "stats/usl.h"

#include "tests/unit/near.h"

#include <string.h>

static struct mf__amdahl amdahl_of(const unsigned *workers, const double *times, size_t n)
{
    struct mf__points points = {workers, times, n};
    struct mf__amdahl amdahl;
    assert_int_equal(mf__amdahl_fit(&points, &amdahl, NULL), 0);
    return amdahl;
}

static struct mf__usl usl_of(const unsigned *workers, const double *times, size_t n)
{
    struct mf__points points = {workers, times, n};
    struct mf__usl usl;
    assert_int_equal(mf__usl_fit(&points, &usl, NULL), 0);
    return usl;
}

static const unsigned powers[] = {1, 2, 4, 8};

static void amdahl_finds_the_fraction_that_made_the_times(void **state)
{
    (void)state;
    const double times[] = {10.0, 6.0, 4.0, 3.0}; /* f = 0.2 */
    struct mf__amdahl amdahl = amdahl_of(powers, times, 4);
    assert_int_equal(amdahl.fit, MF__FIT_OK);
    assert_near(amdahl.fraction, 0.2);
    assert_near(amdahl.t1, 10.0);
    assert_near(amdahl.residual, 0.0);
    assert_near(mf__amdahl_time(&amdahl, 16.0), 2.5);
    assert_near(mf__amdahl_speedup(&amdahl, 9.0, 16.0), 3.6);
    assert_near(mf__amdahl_speedup(&amdahl, 9.0, MF__INFINITY), 4.5);
}

static void two_points_fit_exactly_and_say_so(void **state)
{
    (void)state;
    const double times[] = {1.0, 0.6};
    struct mf__amdahl amdahl = amdahl_of(powers, times, 2);
    assert_int_equal(amdahl.fit, MF__FIT_EXACT);
    assert_near(amdahl.fraction, 0.2);
}

static void one_worker_count_is_too_few_for_any_law(void **state)
{
    (void)state;
    const unsigned workers[] = {2, 2};
    const double times[] = {1.0, 1.1};
    struct mf__amdahl amdahl = amdahl_of(workers, times, 2);
    assert_int_equal(amdahl.fit, MF__FIT_TOO_FEW);
    assert_true(isnan(amdahl.fraction));
    assert_true(isnan(mf__amdahl_speedup(&amdahl, 1.0, 2.0)));
}

static void a_negative_fraction_is_kept_and_has_no_limit(void **state)
{
    (void)state;
    const double times[] = {1.0, 0.48, 0.22};
    struct mf__amdahl amdahl = amdahl_of(powers, times, 3);
    assert_true(amdahl.fraction < 0.0);
    assert_near(mf__amdahl_speedup(&amdahl, 1.0, MF__INFINITY), MF__INFINITY);
}

static void a_fraction_above_one_means_that_workers_cost_time(void **state)
{
    (void)state;
    const double times[] = {1.0, 1.2, 1.3};
    const unsigned far[] = {8, 16};
    const double steep[] = {1.0, 10.0};
    struct mf__amdahl amdahl = amdahl_of(powers, times, 3);
    assert_true(amdahl.fraction > 1.0 && isfinite(amdahl.fraction));
    amdahl = amdahl_of(far, steep, 2);
    assert_near(amdahl.fraction, MF__INFINITY);
}

static void what_is_said_of_a_fraction_follows_from_its_whole_interval(void **state)
{
    (void)state;
    static const struct {
        double low, high;
        enum mf__fraction range;
    } cases[] = {
        {0.01, 0.03, MF__FRACTION_BETWEEN},   {-0.03, -0.01, MF__FRACTION_NEGATIVE},
        {1.01, 1.03, MF__FRACTION_ABOVE_ONE}, {1.01, MF__INFINITY, MF__FRACTION_ABOVE_ONE},
        {-0.01, 0.01, MF__FRACTION_HOLDS_0},  {0.00, 0.01, MF__FRACTION_HOLDS_0},
        {0.99, 1.01, MF__FRACTION_HOLDS_1},   {0.99, 1.00, MF__FRACTION_HOLDS_1},
        {-0.01, 1.01, MF__FRACTION_ANY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mf__interval interval = {cases[i].low, cases[i].low, cases[i].high, 0.95, true};
        assert_int_equal(mf__fraction_range(&interval), cases[i].range);
    }
    struct mf__interval unknown = mf__interval_unknown(0.5);
    assert_int_equal(mf__fraction_range(&unknown), MF__FRACTION_UNKNOWN);
}

static void rounding_is_neither_a_fraction_nor_a_limit(void **state)
{
    (void)state;
    static const unsigned odd[] = {1, 3, 5, 7, 9, 11};
    for (size_t i = 1; i <= 50; i++) {
        double linear[6];
        double constant[6];
        for (size_t j = 0; j < 6; j++) {
            constant[j] = 0.1 * (double)i;
            linear[j] = constant[j] / odd[j];
        }
        struct mf__amdahl amdahl = amdahl_of(odd, linear, 6);
        assert_true(amdahl.fraction >= 0.0);
        assert_true(isinf(mf__amdahl_speedup(&amdahl, 0.7, MF__INFINITY)));
        amdahl = amdahl_of(odd, constant, 6);
        assert_near(amdahl.fraction, 1.0);
        struct mf__usl usl = usl_of(odd, linear, 6);
        assert_true(usl.sigma_at_zero && usl.kappa_at_zero);
        assert_true(isinf(usl.peak) && isinf(mf__usl_speedup(&usl, 0.7, usl.peak)));
    }
}

static void the_fit_does_not_depend_on_the_unit_of_time(void **state)
{
    (void)state;
    double times[] = {1.0, 0.55, 0.34, 0.25};
    struct mf__usl seconds = usl_of(powers, times, 4);
    for (size_t i = 0; i < 4; i++)
        times[i] *= 1e9;
    struct mf__usl nanoseconds = usl_of(powers, times, 4);
    assert_near(nanoseconds.sigma, seconds.sigma);
    assert_near(nanoseconds.kappa, seconds.kappa);
    assert_near(nanoseconds.residual, seconds.residual);
    assert_near(nanoseconds.t1, seconds.t1 * 1e9);
}

static void the_residual_is_relative_so_short_times_count_as_much_as_long_ones(void **state)
{
    (void)state;
    const unsigned workers[] = {1, 1, 100, 100};
    const double times[] = {0.98, 1.02, 0.0098, 0.0102};
    struct mf__amdahl amdahl = amdahl_of(workers, times, 4);
    assert_true(amdahl.residual > 0.0199 && amdahl.residual < 0.0201);
}

static void usl_finds_contention_coherency_and_the_peak(void **state)
{
    (void)state;
    const unsigned workers[] = {1, 2, 4, 8, 16, 32};
    double times[6];
    for (size_t i = 0; i < 6; i++) {
        double p = workers[i];
        times[i] = 3.0 * (1.0 + 0.1 * (p - 1.0) + 0.009 * p * (p - 1.0)) / p;
    }
    struct mf__usl usl = usl_of(workers, times, 6);
    assert_int_equal(usl.fit, MF__FIT_OK);
    assert_near(usl.sigma, 0.1);
    assert_near(usl.kappa, 0.009);
    assert_near(usl.peak, 10.0);
    assert_near(mf__usl_speedup(&usl, 3.0, 10.0), 10.0 / 2.71);
    assert_near(mf__usl_time(&usl, 1.0), 3.0);
    assert_near(mf__usl_speedup(&usl, 3.0, MF__INFINITY), 0.0);
}

static void usl_without_coherency_is_amdahl(void **state)
{
    (void)state;
    const double times[] = {10.0, 6.0, 4.0, 3.0};
    struct mf__usl usl = usl_of(powers, times, 4);
    assert_near(usl.sigma, 0.2);
    assert_true(usl.kappa_at_zero);
    assert_false(usl.sigma_at_zero);
    assert_near(usl.peak, MF__INFINITY);
    assert_near(mf__usl_speedup(&usl, 9.0, usl.peak), 4.5);
}

static void usl_needs_four_different_worker_counts(void **state)
{
    (void)state;
    const unsigned workers[] = {1, 2, 4, 4};
    const double times[] = {1.0, 0.6, 0.4, 0.41};
    struct mf__usl usl = usl_of(workers, times, 4);
    assert_int_equal(usl.fit, MF__FIT_TOO_FEW);
    assert_int_equal(usl.points, 4);
    assert_true(isnan(usl.sigma) && isnan(usl.peak) && isnan(mf__usl_speedup(&usl, 1.0, 2.0)));
}

static void usl_peaks_at_one_worker_where_every_further_one_costs_time(void **state)
{
    (void)state;
    const double times[] = {1.0, 1.3, 2.1, 3.9};
    struct mf__usl usl = usl_of(powers, times, 4);
    assert_near(usl.peak, 1.0);
    assert_true(mf__usl_speedup(&usl, 1.0, 2.0) < mf__usl_speedup(&usl, 1.0, 1.0));
    const double queueing[] = {1.0, 1.5, 1.75, 1.875}; /* sigma = 2, kappa = 0 */
    usl = usl_of(powers, queueing, 4);
    assert_near(usl.sigma, 2.0);
    assert_true(usl.kappa_at_zero);
    assert_near(usl.peak, 1.0);
}

static void points_without_workers_or_time_are_refused(void **state)
{
    (void)state;
    const unsigned workers[] = {1, 0};
    const double good[] = {1.0, 1.0};
    const double bad[] = {1.0, 0.0};
    struct mf__amdahl amdahl;
    struct mf__usl usl;
    mf_error error = {0};
    struct mf__points points = {workers, good, 2};
    assert_int_equal(mf__amdahl_fit(&points, &amdahl, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "point 2 of 2 has 0 workers"));
    points = (struct mf__points){powers, bad, 2};
    assert_int_equal(mf__usl_fit(&points, &usl, &error), MF_E_INPUT);
    points.n = 0;
    assert_int_equal(mf__amdahl_fit(&points, &amdahl, &error), MF_E_INPUT);
}

static void least_squares_refuses_dependent_columns(void **state)
{
    (void)state;
    const double rows[][3] = {{1.0, 2.0, 1.0}, {3.0, 6.0, 2.0}, {0.1, 0.2, 3.0}};
    struct mf__least_squares squares = {.terms = 2};
    double unknowns[2] = {7.0, 7.0};
    for (size_t i = 0; i < 3; i++)
        mf__least_squares_add(&squares, rows[i]);
    assert_false(mf__least_squares_solve(&squares, unknowns));
    assert_near(unknowns[0], 7.0);
}

static void karp_and_flatt_turn_a_speedup_into_a_fraction(void **state)
{
    (void)state;
    struct mf__interval speedup = {3.0, 1.0 / 0.325, 4.0, 0.96, true}; /* f = 0.1 at p = 4 */
    struct mf__interval fraction = mf__karp_flatt(&speedup, 4);
    assert_near(fraction.mid, 0.1);
    assert_near(fraction.low, 0.0);
    assert_near(fraction.high, (1.0 / 3.0 - 0.25) / 0.75);
    assert_near(fraction.coverage, 0.96);
    assert_true(fraction.known);
    assert_false(mf__karp_flatt(&speedup, 1).known);
    speedup = mf__interval_unknown(4.0);
    fraction = mf__karp_flatt(&speedup, 8);
    assert_false(fraction.known);
    assert_near(fraction.low, -MF__INFINITY);
    assert_near(fraction.mid, 1.0 / 7.0);
}

static void scaled_speedup_is_predicted_and_measured(void **state)
{
    (void)state;
    struct mf__interval fraction = {0.0, 0.1, 0.2, 0.95, true};
    struct mf__interval ratio = {0.8, 0.9, 1.0, 0.95, true};
    struct mf__interval predicted = mf__gustafson_interval(&fraction, 4);
    assert_near(predicted.low, 3.4);
    assert_near(predicted.mid, 3.7);
    assert_near(predicted.high, 4.0);
    assert_near(mf__gustafson(0.1, 1.0), 1.0);
    assert_near(mf__gustafson(MF__INFINITY, 1.0), 1.0);
    assert_near(mf__gustafson(MF__INFINITY, 4.0), -MF__INFINITY);
    struct mf__interval measured = mf__scaled_speedup(&ratio, 4);
    assert_near(measured.low, 3.2);
    assert_near(measured.high, 4.0);
    assert_near(mf__efficiency(&measured, 4).mid, 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amdahl_finds_the_fraction_that_made_the_times),
        cmocka_unit_test(two_points_fit_exactly_and_say_so),
        cmocka_unit_test(one_worker_count_is_too_few_for_any_law),
        cmocka_unit_test(a_negative_fraction_is_kept_and_has_no_limit),
        cmocka_unit_test(a_fraction_above_one_means_that_workers_cost_time),
        cmocka_unit_test(what_is_said_of_a_fraction_follows_from_its_whole_interval),
        cmocka_unit_test(rounding_is_neither_a_fraction_nor_a_limit),
        cmocka_unit_test(the_fit_does_not_depend_on_the_unit_of_time),
        cmocka_unit_test(the_residual_is_relative_so_short_times_count_as_much_as_long_ones),
        cmocka_unit_test(usl_finds_contention_coherency_and_the_peak),
        cmocka_unit_test(usl_without_coherency_is_amdahl),
        cmocka_unit_test(usl_needs_four_different_worker_counts),
        cmocka_unit_test(usl_peaks_at_one_worker_where_every_further_one_costs_time),
        cmocka_unit_test(points_without_workers_or_time_are_refused),
        cmocka_unit_test(least_squares_refuses_dependent_columns),
        cmocka_unit_test(karp_and_flatt_turn_a_speedup_into_a_fraction),
        cmocka_unit_test(scaled_speedup_is_predicted_and_measured),
    };
    return cmocka_run_group_tests_name("stats_laws", tests, NULL, NULL);
}
