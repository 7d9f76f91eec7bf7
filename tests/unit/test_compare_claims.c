/* SPDX-License-Identifier: Apache-2.0 */
/* What a comparison may claim: how often it errs, and what decides when it stops. */
#include "compare/analyse.h"
#include "compare/measure.h"

#include "base/memory.h"
#include "tests/unit/scripted.h"

static const unsigned one[] = {1};
static const unsigned one_two[] = {1, 2};
static const unsigned four_eight[] = {4, 8};
static const unsigned to_eight[] = {1, 2, 4, 8};

/* ---- ways that are equal ---- */

/* Anything at all that the comparison claims of ways that the script makes equal. */
static bool claims_anything(const struct mf__comparison *comparison)
{
    bool claims = false;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        claims = claims || series->verdict == MF__VERDICT_FASTER ||
                 series->verdict == MF__VERDICT_SLOWER || series->above_ceiling ||
                 series->above_workers;
    }
    return claims || comparison->lead_verdict == MF__VERDICT_FASTER ||
           says(comparison, "winner", "times as") || says(comparison, "workers", "use");
}

static bool errs(uint64_t trial, const unsigned *workers, size_t n)
{
    struct mf__comparison_request request = request_of(workers, n, 8);
    struct mf__comparison comparison;
    char text[96];
    snprintf(text, sizeof text, "t1=1s,fraction=1,noise=0.02,seed=%u", (unsigned)trial * 7 + 1);
    request.seed = trial;
    request.resamples = 20; /* the intervals of the laws play no part in the claims */
    request.budget_ns = UINT64_MAX / 2;
    compare(&request, text, &comparison);
    assert_int_equal(comparison.stop, MF__STOP_PRECISE);
    bool claims = claims_anything(&comparison);
    mf__comparison_done(&comparison);
    return claims;
}

/* Rounds end when the intervals are narrow: that must not make differences where there are none. */
static void equal_ways_are_told_apart_no_more_often_than_stated(void **state)
{
    (void)state;
    size_t few = 0;
    size_t many = 0;
    for (uint64_t trial = 0; trial < 800; trial++)
        few += errs(trial, one_two, 2);
    for (uint64_t trial = 0; trial < 400; trial++)
        many += errs(trial, to_eight, 4);
    /* 5 % is what is stated: 40 and 20, and three deviations above that are 58 and 33. */
    assert_in_range(few, 1, 58);
    assert_in_range(many, 1, 33);
}

/* ---- looking at many together ---- */

/* Fills a comparison with samples by hand: two workers are `quicker` in all but so many rounds. */
static void fill(struct mf__comparison *comparison, size_t rounds, double quicker, size_t contrary)
{
    assert_int_equal(mf__plan(comparison, NULL), 0);
    comparison->n_rounds = rounds;
    for (size_t i = 0; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        series->samples = mf__new(rounds, sizeof *series->samples);
        series->n_samples = rounds;
        for (size_t round = 0; round < rounds; round++) {
            bool is_quick = series->role == MF__ROLE_STRONG && series->workers == 2;
            double other = round < contrary ? 1 / quicker : quicker;
            series->samples[round].ns =
                1e6 * (is_quick ? 1 / other : 1) + (round % 2 == 0 ? 1 : -1) * (double)i;
        }
    }
    assert_int_equal(mf__analyse(comparison, NULL), 0);
}

static void an_interval_alone_is_no_claim(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison = {.request = request};
    comparison.request.resamples = 20;
    /* One round of ten points the other way: p is 0.021 alone, and 0.11 among five. */
    fill(&comparison, 10, 1.5, 1);
    const struct mf__series *two = find(&comparison, MF__ROLE_STRONG, "threads", 2);
    assert_true(two->speedup.speedup.low > 1.4);
    assert_true(two->speedup.p_value < 0.05 && two->p_adjusted > 0.05);
    assert_int_equal(two->verdict, MF__VERDICT_BY_CHANCE);
    mf__comparison_done(&comparison);

    comparison = (struct mf__comparison){.request = request};
    comparison.request.resamples = 20;
    fill(&comparison, 10, 1.5, 0);
    two = find(&comparison, MF__ROLE_STRONG, "threads", 2);
    assert_int_equal(two->verdict, MF__VERDICT_FASTER);
    /* Five claims: four speedups and the lead, of which that of each 2-worker series is 2^-9. */
    assert_int_equal(comparison.n_claims, 5);
    assert_close(two->p_adjusted, 5.0 / 512);
    mf__comparison_done(&comparison);
}

static void what_only_chance_could_show_is_said_to_be_looked_at_together(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    size_t found = 0;
    request.budget_ns = UINT64_MAX / 2;
    request.resamples = 20;
    for (unsigned seed = 1; seed < 60 && found == 0; seed++) {
        char text[64];
        snprintf(text, sizeof text, "t1=1s,fraction=0.97,noise=0.02,seed=%u", seed);
        compare(&request, text, &comparison);
        if (comparison.fastest != 0 &&
            comparison.series[comparison.fastest].verdict == MF__VERDICT_BY_CHANCE) {
            assert_says(&comparison, "winner", "No winner between ");
            assert_says(&comparison, "winner", "of 5 ratios looked at together");
            assert_false(says(&comparison, "workers", "use 2"));
            found++;
        }
        mf__comparison_done(&comparison);
    }
    assert_int_equal(found, 1);
}

static void many_worker_counts_take_more_rounds(void **state)
{
    (void)state;
    static unsigned counts[40];
    for (unsigned i = 0; i < 40; i++)
        counts[i] = i + 1;
    struct mf__comparison_request request = request_of(counts, 40, 64);
    struct mf__comparison comparison;
    request.resamples = 20;
    request.budget_ns = UINT64_MAX / 2;
    compare(&request, "t1=1s,noise=0.0001", &comparison);
    /* 40 * 39 / 2 pairs: 780 * 2^(1 - n) is at most 0.05 from 15 rounds on. */
    assert_int_equal(comparison.n_rounds, 15);
    assert_int_equal(comparison.stop, MF__STOP_PRECISE);
    assert_int_equal(find(&comparison, MF__ROLE_STRONG, "threads", 40)->verdict,
                     MF__VERDICT_FASTER);
    assert_says(&comparison, "workers", "use 40 workers");
    mf__comparison_done(&comparison);

    request.min_rounds = request.max_rounds = 10;
    compare(&request, "t1=1s,noise=0.0001", &comparison);
    assert_int_equal(comparison.n_rounds, 10);
    assert_says(&comparison, "sure", "a difference can be claimed from 15 rounds on");
    assert_says(&comparison, "workers", "is not known after 10 rounds; it takes 15");
    mf__comparison_done(&comparison);
}

/* ---- what is aimed at ---- */

static double half_width_of(const struct mf__series *series)
{
    return mf__relative_half_width(&series->speedup.speedup);
}

static void one_worker_alone_is_aimed_at(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one, 1, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,size=1e10,noise=0.3", &comparison);
    const struct mf__series *threads = find(&comparison, MF__ROLE_STRONG, "threads", 1);
    assert_true(comparison.widest >= half_width_of(threads));
    assert_true(comparison.widest > 0.02);
    assert_int_equal(comparison.stop, MF__STOP_BUDGET);
    assert_says(&comparison, "sure", "Not converged");
    mf__comparison_done(&comparison);
}

static void more_workers_than_cores_are_aimed_at_only_when_there_is_nothing_else(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(four_eight, 2, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,noise=0.01", &comparison);
    double widest = 0;
    for (size_t i = 0; i < comparison.n_series; i++)
        if (mf__is_point(&comparison.series[i], comparison.series[i].way))
            widest = fmax(widest, half_width_of(&comparison.series[i]));
    assert_close(comparison.widest, widest);
    assert_says(&comparison, "sure", "every speedup with no more workers than cores");
    mf__comparison_done(&comparison);
}

static void the_serial_way_alone_has_a_time_and_no_speedup(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.n_ways = 1;
    compare(&request, "t1=1s,noise=0.01", &comparison);
    assert_true(comparison.widest > 0);
    assert_says(&comparison, "sure", ": the serial time.");
    assert_says(&comparison, "winner", "nothing else was measured beside it");
    assert_says(&comparison, "answer", "The serial way gave the same answer");
    mf__comparison_done(&comparison);
    /* Where all others are wrong, the base is what is left to know. */
    request = request_of(one_two, 2, 2);
    request.n_ways = 2;
    compare(&request, "t1=1s,noise=0.01,wrong=threads", &comparison);
    assert_true(comparison.widest > 0);
    assert_says(&comparison, "sure", ": the serial time.");
    assert_says(&comparison, "winner", "no other way gave the same answer");
    mf__comparison_done(&comparison);
}

static size_t looks; /* that the clock was asked for, as a measure of nothing else */

static void count(void *user, const struct mf__measure_progress *progress)
{
    (void)user;
    (void)progress;
    looks++;
}

static void progress_has_steps_and_an_end_from_warming_up_to_the_break_even(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    struct mf__script script;
    request.break_even = true;
    request.min_rounds = request.max_rounds = 2;
    assert_int_equal(mf__script_parse("t1=1s,size=1e9,start=1ms", 2, &script, NULL), 0);
    struct mf__measuring measuring = mf__script_measuring(&script);
    measuring.progress = count;
    looks = 0;
    assert_int_equal(mf__compare(&request, &measuring, &comparison, NULL), 0);
    /* Six series are warmed up and take part in two rounds; then a look at each small size. */
    assert_int_equal(looks, 6 + 2 * 6 + comparison.evens[0].n - 1);
    mf__comparison_done(&comparison);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_ways_are_told_apart_no_more_often_than_stated),
        cmocka_unit_test(an_interval_alone_is_no_claim),
        cmocka_unit_test(what_only_chance_could_show_is_said_to_be_looked_at_together),
        cmocka_unit_test(many_worker_counts_take_more_rounds),
        cmocka_unit_test(one_worker_alone_is_aimed_at),
        cmocka_unit_test(more_workers_than_cores_are_aimed_at_only_when_there_is_nothing_else),
        cmocka_unit_test(the_serial_way_alone_has_a_time_and_no_speedup),
        cmocka_unit_test(progress_has_steps_and_an_end_from_warming_up_to_the_break_even),
    };
    return cmocka_run_group_tests_name("compare_claims", tests, NULL, NULL);
}
