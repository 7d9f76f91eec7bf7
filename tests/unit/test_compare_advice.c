/* SPDX-License-Identifier: Apache-2.0 */
/* What is advised follows from intervals: the same evidence, the same advice. */
#include "compare/measure.h"
#include "stats/scaling.h"

#include "tests/unit/scripted.h"

#define SEEDS 40

static const unsigned one[] = {1};
static const unsigned one_two[] = {1, 2};

/* A comparison of ten rounds with noise of its own for each seed. */
static void compare_seeded(const char *script, unsigned seed, struct mf__comparison *ret)
{
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    char text[128];
    snprintf(text, sizeof text, "%s,seed=%u", script, seed * 7 + 1);
    request.resamples = 100;
    request.min_rounds = request.max_rounds = 10;
    compare(&request, text, ret);
}

static const struct mf__interval *speedup_of(const struct mf__comparison *comparison,
                                             const char *way)
{
    return &find(comparison, MF__ROLE_STRONG, way, 2)->speedup.speedup;
}

/* ---- how many workers ---- */

static bool is_wide(const struct mf__interval *speedup)
{
    return speedup->low < 1.0 && speedup->high > 1.1;
}

static void an_interval_that_holds_1_settles_nothing_wherever_its_middle_is(void **state)
{
    (void)state;
    size_t below = 0;
    size_t above = 0;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct mf__comparison comparison;
        compare_seeded("t1=1s,fraction=0.95,noise=0.3", seed, &comparison);
        const struct mf__interval *threads = speedup_of(&comparison, "threads");
        const struct mf__interval *processes = speedup_of(&comparison, "processes");
        if (is_wide(threads) && is_wide(processes)) {
            double best = fmax(threads->mid, processes->mid);
            below += best < 1.1;
            above += best > 1.1;
            assert_says(&comparison, "workers", "Not settled: for ");
            assert_says(&comparison, "workers", "If you must choose now, use the serial way;");
            assert_false(says(&comparison, "workers", "Use the serial way."));
        }
        mf__comparison_done(&comparison);
    }
    assert_true(below > 0 && above > 0);
}

static void what_is_known_not_to_pay_is_settled(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_seeded("t1=1s,fraction=1,noise=0.005", 1, &comparison);
    assert_says(&comparison, "workers", "Use the serial way.");
    assert_false(says(&comparison, "workers", "ot settled"));
    mf__comparison_done(&comparison);
}

static void an_unsettled_ceiling_is_told_beside_it(void **state)
{
    (void)state;
    size_t held = 0;
    size_t above = 0;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct mf__comparison comparison;
        compare_seeded("t1=1s,fraction=0.9,noise=0.5", seed, &comparison);
        const struct mf__interval *ceiling = &find(&comparison, MF__ROLE_CEILING, NULL, 2)->scaled;
        if (says(&comparison, "workers", "Not settled")) {
            bool holds = mf__interval_holds(ceiling, 1.0);
            held += holds;
            above += !holds;
            assert_int_equal(holds, says(&comparison, "workers", "Nor is it settled whether this"));
        }
        mf__comparison_done(&comparison);
    }
    assert_true(held > 0 && above > 0);
}

/* ---- the headline ---- */

static void a_share_of_the_ceiling_takes_a_ceiling_that_is_known(void **state)
{
    (void)state;
    size_t sure = 0;
    size_t unsure = 0;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct mf__comparison comparison;
        compare_seeded(seed % 2 == 0 ? "t1=1s,noise=0.02" : "t1=1s,noise=0.25", seed, &comparison);
        const struct mf__interval *ceiling = &find(&comparison, MF__ROLE_CEILING, NULL, 2)->scaled;
        bool is_sure = mf__is_sure_ceiling(ceiling);
        if (says(&comparison, "winner", "own ceiling with 2")) {
            sure += is_sure;
            unsure += !is_sure;
            assert_int_equal(is_sure, says(&comparison, "winner", "of which that is"));
            assert_int_equal(!is_sure, says(&comparison, "winner", "too unsure to say"));
        }
        mf__comparison_done(&comparison);
    }
    assert_true(sure > 0 && unsure > 0);
}

static bool is_alone(const struct mf__comparison *comparison, size_t at)
{
    return comparison->series[at].role == MF__ROLE_STRONG && comparison->series[at].workers == 1;
}

static void one_worker_of_a_way_is_no_rival_of_the_serial_way(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct mf__comparison comparison;
        compare_seeded("t1=1s,fraction=1,noise=0.02,start=5ms", seed, &comparison);
        assert_false(is_alone(&comparison, comparison.runner_up));
        if (is_alone(&comparison, comparison.fastest))
            assert_true(comparison.series[comparison.fastest].speedup.speedup.low > 1.0);
        mf__comparison_done(&comparison);
    }
}

static void one_worker_alone_is_what_there_is_to_compare(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one, 1, 2);
    struct mf__comparison comparison;
    request.min_rounds = request.max_rounds = 10;
    compare(&request, "t1=1s,noise=0.02,start=5ms", &comparison);
    assert_true(comparison.runner_up != MF__NO_SERIES);
    assert_false(says(&comparison, "winner", "no other way could be run"));
    mf__comparison_done(&comparison);
}

/* ---- times and ratios ---- */

static bool points_apart(const struct mf__comparison *comparison)
{
    for (size_t i = 1; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        double medians = comparison->series[0].time.median / series->time.median;
        double ratio = series->speedup.speedup.mid;
        if (series->role == MF__ROLE_STRONG && fabs(medians - 1) > 0.005 &&
            fabs(ratio - 1) > 0.005 && (medians > 1) != (ratio > 1))
            return true;
    }
    return false;
}

static void medians_and_ratios_that_disagree_are_explained(void **state)
{
    (void)state;
    size_t apart = 0;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        struct mf__comparison comparison;
        compare_seeded("t1=1s,fraction=1,noise=0.1", seed, &comparison);
        bool expected = points_apart(&comparison);
        apart += expected;
        assert_int_equal(expected, says(&comparison, "sure", "point in different directions"));
        mf__comparison_done(&comparison);
    }
    assert_in_range(apart, 1, SEEDS - 1);
}

/* ---- laws ---- */

static void a_law_without_any_limit_names_no_number(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_seeded("t1=1s,fraction=0", 1, &comparison);
    assert_says(&comparison, "why", "so no limit can be named.");
    assert_false(says_anything(&comparison, "it is above"));
    mf__comparison_done(&comparison);
    compare_seeded("t1=1s,fraction=0,noise=0.01", 1, &comparison);
    assert_says(&comparison, "why", "so no limit can be named; it is above ");
    mf__comparison_done(&comparison);
}

/* ---- the break-even ---- */

static void a_break_even_says_how_far_it_is_slower(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *words;
    } cases[] = {
        {"t1=1s,size=1e9,fraction=1,start=1ms,noise=0.02", "are slower up to N = "},
        {"t1=1s,size=1e9,fraction=1,start=1ms,noise=0.02",
         " to 1,000,000,000, the largest tried, it is not settled"},
        {"t1=1s,size=1e9,fraction=1,start=1ms", "are slower at every N tried, from 1,024 to "},
        {"t1=1s,size=1e9,fraction=1,noise=0.02", "are not certain to pay at any N tried"},
        {"t1=1s,size=1e9,start=1ms", "pay from N = "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mf__comparison_request request = request_of(one_two, 2, 2);
        struct mf__comparison comparison;
        request.break_even = true;
        request.resamples = 100;
        request.min_rounds = request.max_rounds = 10;
        request.budget_ns = UINT64_C(600000000000);
        compare(&request, cases[i].script, &comparison);
        assert_says(&comparison, "break-even", cases[i].words);
        mf__comparison_done(&comparison);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_that_holds_1_settles_nothing_wherever_its_middle_is),
        cmocka_unit_test(what_is_known_not_to_pay_is_settled),
        cmocka_unit_test(an_unsettled_ceiling_is_told_beside_it),
        cmocka_unit_test(a_share_of_the_ceiling_takes_a_ceiling_that_is_known),
        cmocka_unit_test(one_worker_of_a_way_is_no_rival_of_the_serial_way),
        cmocka_unit_test(one_worker_alone_is_what_there_is_to_compare),
        cmocka_unit_test(medians_and_ratios_that_disagree_are_explained),
        cmocka_unit_test(a_law_without_any_limit_names_no_number),
        cmocka_unit_test(a_break_even_says_how_far_it_is_slower),
    };
    return cmocka_run_group_tests_name("compare_advice", tests, NULL, NULL);
}
