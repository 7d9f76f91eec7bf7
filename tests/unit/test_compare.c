/* SPDX-License-Identifier: Apache-2.0 */
/* The chain from the request to the verdict, with times from a script: nothing here is timed. */
#include "compare/analyse.h"
#include "compare/measure.h"
#include "compare/taking.h"

#include "base/memory.h"
#include "base/status.h"
#include "tests/unit/scripted.h"

static const unsigned one_two[] = {1, 2};
static const unsigned to_eight[] = {1, 2, 4, 8};

static void the_plan_has_every_series_once(void **state)
{
    (void)state;
    static const unsigned workers[] = {2, 4};
    struct mf__comparison_request request = request_of(workers, 2, 2);
    request.weak = true;
    struct mf__comparison comparison;
    compare(&request, "t1=1s", &comparison);
    /* serial; threads and processes with 1, 2, 4; the ceiling for 2; weak with 2 and 4 each. */
    assert_int_equal(comparison.n_series, 1 + 2 * 3 + 1 + 2 * 2);
    assert_int_equal(comparison.series[0].role, MF__ROLE_BASE);
    assert_true(find(&comparison, MF__ROLE_STRONG, "threads", 4)->oversubscribed);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->oversubscribed);
    assert_int_equal(find(&comparison, MF__ROLE_WEAK, "processes", 4)->size, 4000000000);
    assert_true(mf__comparison_find(&comparison, MF__ROLE_CEILING, NULL, 4) == MF__NO_SERIES);
    mf__comparison_done(&comparison);
}

static void a_request_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    mf_error error = {0};
    static const unsigned falling[] = {2, 1};
    static const unsigned none[] = {0};
    struct mf__comparison_request request = request_of(falling, 2, 2);
    assert_int_equal(mf__comparison_check(&request, &error), MF_E_INPUT);
    request = request_of(none, 1, 2);
    assert_int_equal(mf__comparison_check(&request, &error), MF_E_INPUT);
    request = request_of(one_two, 2, 2);
    all_ways[2] = all_ways[1];
    assert_int_equal(mf__comparison_check(&request, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "twice"));
    all_ways[2] = mf_way_find("mpi");
    assert_int_equal(mf__comparison_check(&request, &error), MF_E_UNAVAILABLE);
    request = request_of(one_two, 2, 2);
    request.max_rounds = 1;
    assert_int_equal(mf__comparison_check(&request, &error), MF_E_INPUT);
    request = request_of(one_two, 0, 2);
    assert_int_equal(mf__comparison_check(&request, &error), MF_E_INPUT);
}

static void each_round_runs_every_series_once_in_an_order_of_the_seed(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison first;
    struct mf__comparison same;
    struct mf__comparison other;
    request.min_rounds = request.max_rounds = 12;
    compare(&request, "t1=1s", &first);
    compare(&request, "t1=1s", &same);
    request.seed = 2;
    compare(&request, "t1=1s", &other);
    size_t differ = 0;
    size_t moved = 0;
    for (size_t round = 0; round < 12; round++) {
        unsigned seen = 0;
        for (size_t i = 0; i < first.n_series; i++) {
            size_t place = first.series[i].samples[round].place;
            seen |= 1U << place;
            assert_int_equal(place, same.series[i].samples[round].place);
            differ += place != other.series[i].samples[round].place;
            moved += place != first.series[i].samples[0].place;
        }
        assert_int_equal(seen, (1U << first.n_series) - 1);
    }
    assert_true(differ > 0 && moved > 0);
    mf__comparison_done(&first);
    mf__comparison_done(&same);
    mf__comparison_done(&other);
}

static void it_stops_when_precise_at_the_budget_or_at_the_last_round(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.budget_ns = UINT64_C(3600) * 1000000000;
    compare(&request, "t1=1s,noise=0.001", &comparison);
    assert_int_equal(comparison.stop, MF__STOP_PRECISE);
    assert_int_equal(comparison.n_rounds, 10);
    assert_true(comparison.widest <= 0.02);
    mf__comparison_done(&comparison);

    compare(&request, "t1=1s,noise=0.04", &comparison);
    assert_int_equal(comparison.stop, MF__STOP_PRECISE);
    assert_true(comparison.n_rounds > 10);
    mf__comparison_done(&comparison);

    request.budget_ns = UINT64_C(60) * 1000000000;
    compare(&request, "t1=1s,noise=0.2", &comparison);
    assert_int_equal(comparison.stop, MF__STOP_BUDGET);
    assert_true(says(&comparison, "sure", "Not converged"));
    mf__comparison_done(&comparison);

    request.min_rounds = request.max_rounds = 7;
    request.budget_ns = UINT64_C(3600) * 1000000000;
    compare(&request, "t1=1s,noise=0.2", &comparison);
    assert_int_equal(comparison.stop, MF__STOP_ROUNDS);
    assert_int_equal(comparison.n_rounds, 7);
    mf__comparison_done(&comparison);
}

static void short_runs_are_repeated_within_a_sample(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1ms", &comparison);
    assert_int_equal(comparison.series[0].repeats, 23);
    assert_int_equal(find(&comparison, MF__ROLE_STRONG, "threads", 2)->repeats, 45);
    assert_close(comparison.series[0].time.median, 1e6);
    mf__comparison_done(&comparison);
    assert_int_equal(mf__grow_repeats(1, 0, 100), 1000000);
    assert_int_equal(mf__grow_repeats(1, 100, 100), 1);
    assert_int_equal(mf__grow_repeats(1, 99, 100), 2);
    assert_int_equal(mf__grow_repeats(7, 14, 100), 8);
    assert_int_equal(mf__grow_repeats(7, 15, 100), 7);
    assert_int_equal(mf__grow_repeats(1, 0, 0), 1);
    assert_int_equal(mf__grow_repeats(1000000, 0, 100), 1000000);
    assert_int_equal(mf__grow_repeats(1000, UINT64_MAX, UINT64_MAX), 1000);
}

/* A first run that is ten times as long as those after it, as when pages are not there yet. */
struct cold {
    struct mf__measuring inner;
    unsigned seen; /* bits of worker counts, of serial, threads and processes */
};

static int take_cold(void *user, const struct mf__sample_request *asked,
                     struct mf__outcome *ret_outcome, mf_error *error)
{
    struct cold *cold = user;
    int code = cold->inner.take(cold->inner.take_user, asked, ret_outcome, error);
    unsigned kind = asked->copies ? 3 : mf__is_serial(asked->way) ? 0 : 1;
    kind += !asked->copies && asked->way == mf_way_find("processes");
    unsigned bit = 1U << (kind * 4 + asked->workers);
    if ((cold->seen & bit) == 0)
        ret_outcome->total_ns *= 10;
    cold->seen |= bit;
    return code;
}

static void a_cold_first_run_does_not_make_samples_short(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    struct mf__script script;
    assert_int_equal(mf__script_parse("t1=1ms,noise=0.01", 2, &script, NULL), 0);
    struct cold cold = {.inner = mf__script_measuring(&script)};
    struct mf__measuring measuring = cold.inner;
    measuring.take = take_cold;
    measuring.take_user = &cold;
    assert_int_equal(mf__compare(&request, &measuring, &comparison, NULL), 0);
    for (size_t i = 0; i < comparison.n_series; i++)
        for (size_t round = 0; round < comparison.n_rounds; round++)
            assert_true(comparison.series[i].samples[round].ns *
                            (double)comparison.series[i].samples[round].repeats >=
                        20e6);
    mf__comparison_done(&comparison);
}

/* Everything becomes four times as quick once it has warmed up. */
static int take_quicker(void *user, const struct mf__sample_request *asked,
                        struct mf__outcome *ret_outcome, mf_error *error)
{
    struct cold *quick = user;
    int code = quick->inner.take(quick->inner.take_user, asked, ret_outcome, error);
    if (quick->seen++ > 20)
        ret_outcome->total_ns /= 4;
    return code;
}

static void samples_that_turn_out_short_are_repeated_more(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    struct mf__script script;
    assert_int_equal(mf__script_parse("t1=1ms,noise=0.01", 2, &script, NULL), 0);
    struct cold quick = {.inner = mf__script_measuring(&script)};
    struct mf__measuring measuring = quick.inner;
    measuring.take = take_quicker;
    measuring.take_user = &quick;
    assert_int_equal(mf__compare(&request, &measuring, &comparison, NULL), 0);
    const struct mf__sample *samples = comparison.series[0].samples;
    assert_in_range(samples[0].repeats, 21, 24);
    for (size_t round = 4; round < comparison.n_rounds; round++)
        assert_true(samples[round].ns * (double)samples[round].repeats >= 20e6);
    mf__comparison_done(&comparison);
}

static void spans_are_kept_of_the_last_sample_only(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.min_rounds = request.max_rounds = 7;
    compare(&request, "t1=1s,noise=0.01", &comparison);
    for (size_t i = 0; i < comparison.n_series; i++) {
        const struct mf__series *series = &comparison.series[i];
        assert_int_equal(series->n_samples, 7);
        for (size_t round = 0; round < 7; round++) {
            const mf_ledger *ledger = &series->samples[round].ledger;
            assert_int_equal(ledger->n_spans, round == 6 ? ledger->n_workers : 0);
            assert_int_equal(ledger->spans != NULL, round == 6);
        }
    }
    mf__comparison_done(&comparison);
}

static void the_curve_goes_from_one_worker_to_four_times_the_cores(void **state)
{
    static const unsigned cores[] = {2, 4, 5, 64, 1000};
    static const unsigned last[] = {16, 16, 20, 256, 4000};
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct mf__comparison_request request = request_of(one_two, 2, cores[i]);
        struct mf__comparison comparison;
        request.resamples = 100;
        compare(&request, "t1=1s,fraction=5%", &comparison);
        const struct mf__way_laws *laws = &comparison.laws[0];
        assert_true(laws->n_curve <= MF__CURVE_MOST && laws->curve[0] == 1);
        assert_int_equal(laws->curve[laws->n_curve - 1], last[i]);
        for (size_t k = 1; k < laws->n_curve; k++) {
            assert_true(laws->curve[k] > laws->curve[k - 1]);
            assert_true(laws->curve[k] <= 2 + laws->curve[k - 1] * 5 / 4);
            /* Amdahl's law for a serial part of 5 %. */
            assert_close(laws->bands.amdahl_at[MF__PREDICTED + k].mid,
                         1 / (0.05 + 0.95 / laws->curve[k]));
        }
        mf__comparison_done(&comparison);
    }
}

static void a_known_law_comes_out(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(to_eight, 4, 8);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,fraction=0.05", &comparison);
    const struct mf__series *eight = find(&comparison, MF__ROLE_STRONG, "threads", 8);
    double speedup = 1 / (0.05 + 0.95 / 8);
    assert_close(eight->speedup.speedup.mid, speedup);
    assert_close(eight->efficiency.mid, speedup / 8);
    assert_close(eight->karp_flatt.mid, 0.05);
    assert_int_equal(comparison.n_laws, 2);
    assert_close(comparison.laws[0].bands.amdahl.fraction, 0.05);
    assert_close(comparison.laws[0].bands.of[MF__BAND_LIMIT].mid, 20);
    assert_int_equal(comparison.series[comparison.laws[0].recommended_series].workers, 8);
    mf__comparison_done(&comparison);
}

static void coherency_gives_a_peak(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 2, 4, 8, 16};
    struct mf__comparison_request request = request_of(counts, 5, 16);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,kappa=0.02", &comparison);
    const struct mf__usl *usl = &comparison.laws[0].bands.usl;
    assert_int_equal(usl->fit, MF__FIT_OK);
    assert_close(usl->kappa, 0.02);
    assert_close(usl->peak, 7.0710678);
    assert_int_equal(comparison.series[comparison.fastest].workers, 8);
    mf__comparison_done(&comparison);
}

static void more_workers_than_cores_stay_out_of_the_fits(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(to_eight, 4, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,fraction=0.1", &comparison);
    assert_int_equal(comparison.laws[0].n_points, 2);
    assert_int_equal(comparison.laws[0].bands.usl.fit, MF__FIT_TOO_FEW);
    assert_close(comparison.laws[0].bands.amdahl.fraction, 0.1);
    assert_int_equal(comparison.series[comparison.fastest].workers, 2);
    mf__comparison_done(&comparison);
}

static void a_wrong_answer_gets_no_speedup_and_no_win(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,wrong=processes,start=1ms", &comparison);
    const struct mf__series *wrong = find(&comparison, MF__ROLE_STRONG, "processes", 2);
    assert_true(comparison.wrong && wrong->wrong && !wrong->compared);
    assert_string_equal(wrong->wrong_why, "it gave 41, serial gave 42");
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->wrong);
    assert_string_equal(mf__series_name(&comparison.series[comparison.fastest]), "threads");
    assert_int_equal(comparison.laws[1].n_points, 0);
    assert_true(says(&comparison, "answer", "Wrong answer from processes with 1 worker"));
    mf__comparison_done(&comparison);
}

static void a_way_that_fails_at_once_costs_its_own_series_only(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,broken=threads,noise=0.001", &comparison);
    const struct mf__series *broken = find(&comparison, MF__ROLE_STRONG, "threads", 2);
    const struct mf__series *right = find(&comparison, MF__ROLE_STRONG, "processes", 2);
    assert_true(comparison.failed && !comparison.wrong);
    assert_true(broken->failed && !broken->compared);
    assert_int_equal(broken->n_samples, 0);
    assert_string_equal(broken->failed_why, "failed as scripted");
    assert_int_equal(right->n_samples, comparison.n_rounds);
    assert_true(right->compared && right->verdict == MF__VERDICT_FASTER);
    assert_says(&comparison, "warning", "Threads with 2 workers failed after 0 rounds");
    mf__comparison_done(&comparison);
}

static void a_serial_way_that_fails_leaves_nothing_to_compare_with(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison = {0};
    struct mf__script script;
    mf_error error = {0};
    assert_int_equal(mf__script_parse("broken=serial", 2, &script, &error), 0);
    struct mf__measuring measuring = mf__script_measuring(&script);
    assert_int_equal(mf__compare(&request, &measuring, &comparison, &error), MF_E_ITEM);
    assert_non_null(strstr(error.text, "serial"));
    assert_non_null(strstr(error.text, "failed as scripted"));
    assert_null(comparison.series);
}

/* Fails one way from its n-th sample on. */
struct breaker {
    struct mf__measuring inner;
    const char *way;
    unsigned workers;
    size_t left;
};

static int take_and_break(void *user, const struct mf__sample_request *asked,
                          struct mf__outcome *ret_outcome, mf_error *error)
{
    struct breaker *breaker = user;
    bool mine = !asked->copies && asked->workers == breaker->workers &&
                asked->way == mf_way_find(breaker->way);
    if (mine && breaker->left == 0)
        return mf__fail(error, MF_E_WORKER, "killed");
    breaker->left -= mine;
    return breaker->inner.take(breaker->inner.take_user, asked, ret_outcome, error);
}

static void compare_broken(struct breaker *breaker, bool break_even, struct mf__comparison *ret)
{
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__script script;
    request.break_even = break_even;
    assert_int_equal(mf__script_parse("t1=1s,size=1e9,noise=0.001,start=1ms", 2, &script, NULL), 0);
    breaker->inner = mf__script_measuring(&script);
    struct mf__measuring measuring = breaker->inner;
    measuring.take = take_and_break;
    measuring.take_user = breaker;
    assert_int_equal(mf__compare(&request, &measuring, ret, NULL), 0);
}

static void a_way_that_fails_later_keeps_its_samples_and_the_others_go_on(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    struct breaker breaker = {.way = "processes", .workers = 2, .left = 1 + 4};
    compare_broken(&breaker, false, &comparison);
    const struct mf__series *broken = find(&comparison, MF__ROLE_STRONG, "processes", 2);
    assert_true(comparison.failed && broken->failed && !broken->compared);
    assert_int_equal(broken->n_samples, 4);
    assert_int_equal(broken->time.n, 4);
    assert_int_equal(comparison.n_rounds, 10);
    assert_int_equal(comparison.stop, MF__STOP_PRECISE);
    assert_true(find(&comparison, MF__ROLE_STRONG, "processes", 1)->compared);
    assert_string_equal(mf__series_name(&comparison.series[comparison.fastest]), "threads");
    assert_says(&comparison, "warning", "Processes with 2 workers failed after 4 rounds: killed");
    mf__comparison_done(&comparison);
}

static void a_serial_way_that_fails_later_ends_it_with_the_complete_rounds(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    struct breaker breaker = {.way = "serial", .workers = 1, .left = 1 + 8};
    compare_broken(&breaker, true, &comparison);
    assert_int_equal(comparison.stop, MF__STOP_FAILED);
    assert_int_equal(comparison.n_rounds, 8);
    assert_true(comparison.failed && comparison.series[0].failed);
    assert_true(find(&comparison, MF__ROLE_STRONG, "threads", 2)->compared);
    assert_says(&comparison, "sure", "Stopped, as the serial way failed: this is what 8 complete");
    mf__comparison_done(&comparison);
}

static void a_failure_in_the_search_for_the_break_even_keeps_the_rest(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    /* One warm-up, ten rounds, and then two small sizes of one or more and nine samples. */
    struct breaker breaker = {.way = "threads", .workers = 2, .left = 11 + 25};
    compare_broken(&breaker, true, &comparison);
    assert_true(comparison.failed);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->failed);
    assert_int_equal(comparison.even_end, MF__EVEN_PROBLEM);
    assert_non_null(strstr(comparison.even_problem, "threads with 2 workers at N = "));
    assert_true(comparison.evens[0].n >= 2); /* what is complete, and the job's own size */
    assert_says(&comparison, "break-even", "could not be looked for to the end: threads with 2");
    assert_says(&comparison, "winner", "times as fast as the serial way");
    mf__comparison_done(&comparison);
}

/* Asks to stop after so many samples. */
struct stopper {
    struct mf__measuring inner;
    mf_cancel cancel;
    size_t left;
};

static int take_and_stop(void *user, const struct mf__sample_request *request,
                         struct mf__outcome *ret_outcome, mf_error *error)
{
    struct stopper *stopper = user;
    if (stopper->left-- == 1)
        mf_cancel_request(&stopper->cancel);
    return stopper->inner.take(stopper->inner.take_user, request, ret_outcome, error);
}

static int compare_until(size_t samples, struct mf__comparison *ret)
{
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__script script;
    mf_error error = {0};
    assert_int_equal(mf__script_parse("t1=1s,noise=0.3", 2, &script, &error), 0);
    struct stopper stopper = {.inner = mf__script_measuring(&script), .left = samples};
    struct mf__measuring measuring = stopper.inner;
    measuring.take = take_and_stop;
    measuring.take_user = &stopper;
    measuring.cancel = &stopper.cancel;
    return mf__compare(&request, &measuring, ret, &error);
}

static void stopping_early_keeps_the_rounds_that_are_complete(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    assert_int_equal(compare_until(3, &comparison), MF_E_CANCELLED);     /* while warming up */
    assert_int_equal(compare_until(6 + 3, &comparison), MF_E_CANCELLED); /* in the first round */
    assert_int_equal(compare_until(6 + 2 * 6 + 4, &comparison), 0);
    assert_int_equal(comparison.stop, MF__STOP_CANCELLED);
    assert_int_equal(comparison.n_rounds, 2);
    assert_true(says(&comparison, "sure", "Stopped early"));
    mf__comparison_done(&comparison);
}

static void a_real_difference_has_a_winner(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    compare(&request, "t1=1s,noise=0.01,fraction=0.1", &comparison);
    assert_true(says(&comparison, "winner", "times as fast as the serial way"));
    assert_true(says(&comparison, "winner", "No winner between"));
    assert_true(find(&comparison, MF__ROLE_STRONG, "threads", 2)->speedup.speedup.low > 1.5);
    mf__comparison_done(&comparison);

    compare(&request, "t1=1s,noise=0.01,start=2s", &comparison);
    assert_int_equal(comparison.fastest, 0);
    assert_true(says(&comparison, "winner", "The serial way is fastest here"));
    mf__comparison_done(&comparison);
}

static void an_impossible_speedup_is_flagged(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison = {.request = request};
    mf_error error = {0};
    request.resamples = 100;
    assert_int_equal(mf__plan(&comparison, &error), 0);
    comparison.n_rounds = 10;
    for (size_t i = 0; i < comparison.n_series; i++) {
        struct mf__series *series = &comparison.series[i];
        series->samples = mf__new(10, sizeof *series->samples);
        series->n_samples = 10;
        for (size_t round = 0; round < 10; round++) {
            /* Work dropped: 2 workers take a third of the time, where copies say 1.9 at most. */
            double ns = series->role == MF__ROLE_CEILING ? 2.0 / 1.9 * 900
                        : series->workers == 2           ? 300
                                                         : 900;
            series->samples[round].ns = ns + (double)round;
            series->samples[round].ledger.n_workers = 0;
        }
    }
    assert_int_equal(mf__analyse(&comparison, &error), 0);
    const struct mf__series *two = find(&comparison, MF__ROLE_STRONG, "threads", 2);
    assert_true(two->above_ceiling && two->above_workers);
    assert_int_equal(mf__fraction_range(&comparison.laws[0].bands.of[MF__BAND_FRACTION]),
                     MF__FRACTION_NEGATIVE);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 1)->above_ceiling);
    mf__comparison_done(&comparison);
}

static void weak_scaling_is_scaled_speedup(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(to_eight, 4, 8);
    struct mf__comparison comparison;
    request.weak = true;
    compare(&request, "t1=1s,size=1e9", &comparison);
    const struct mf__series *eight = find(&comparison, MF__ROLE_WEAK, "threads", 8);
    assert_close(eight->scaled.mid, 8);
    assert_close(eight->speedup.speedup.mid, 1);
    mf__comparison_done(&comparison);
}

static void the_break_even_is_where_starting_is_paid_back(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.break_even = true;
    /* 1 ns an integer; two workers cost 2 ms to start and save half: they pay above 4e6. */
    compare(&request, "t1=1s,size=1e9,start=1ms", &comparison);
    assert_int_equal(comparison.n_evens, 2);
    const struct mf__even *even = &comparison.evens[0];
    assert_int_equal(even->result.pays, MF__PAYS_FROM);
    assert_int_equal(even->sizes[even->result.below].size, 2097152);
    assert_int_equal(even->sizes[even->result.from].size, 4194304);
    assert_int_equal(even->n, 16); /* up to the third size in a row that pays, and the job's own */
    assert_int_equal(even->sizes[15].size, 1000000000);
    assert_int_equal(even->sizes[15].n, 0);
    assert_int_equal(even->sizes[14].n, MF__EVEN_ROUNDS);
    assert_close(even->sizes[14].base_ns[8], 16777216);
    assert_close(even->sizes[14].ns[0], 16777216 / 2.0 + 2e6);
    assert_int_equal(comparison.even_end, MF__EVEN_PAID);
    assert_says(&comparison, "break-even",
                "Threads and processes with 2 workers pay from N = 4,194,304 on, at every size "
                "tried up to 1,000,000,000, and not certainly at 2,097,152.");
    mf__comparison_done(&comparison);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_has_every_series_once),
        cmocka_unit_test(a_request_that_makes_no_sense_is_refused),
        cmocka_unit_test(each_round_runs_every_series_once_in_an_order_of_the_seed),
        cmocka_unit_test(it_stops_when_precise_at_the_budget_or_at_the_last_round),
        cmocka_unit_test(short_runs_are_repeated_within_a_sample),
        cmocka_unit_test(a_cold_first_run_does_not_make_samples_short),
        cmocka_unit_test(samples_that_turn_out_short_are_repeated_more),
        cmocka_unit_test(spans_are_kept_of_the_last_sample_only),
        cmocka_unit_test(the_curve_goes_from_one_worker_to_four_times_the_cores),
        cmocka_unit_test(a_known_law_comes_out),
        cmocka_unit_test(coherency_gives_a_peak),
        cmocka_unit_test(more_workers_than_cores_stay_out_of_the_fits),
        cmocka_unit_test(a_wrong_answer_gets_no_speedup_and_no_win),
        cmocka_unit_test(a_way_that_fails_at_once_costs_its_own_series_only),
        cmocka_unit_test(a_serial_way_that_fails_leaves_nothing_to_compare_with),
        cmocka_unit_test(a_way_that_fails_later_keeps_its_samples_and_the_others_go_on),
        cmocka_unit_test(a_serial_way_that_fails_later_ends_it_with_the_complete_rounds),
        cmocka_unit_test(a_failure_in_the_search_for_the_break_even_keeps_the_rest),
        cmocka_unit_test(stopping_early_keeps_the_rounds_that_are_complete),
        cmocka_unit_test(a_real_difference_has_a_winner),
        cmocka_unit_test(an_impossible_speedup_is_flagged),
        cmocka_unit_test(weak_scaling_is_scaled_speedup),
        cmocka_unit_test(the_break_even_is_where_starting_is_paid_back),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
