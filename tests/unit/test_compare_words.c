/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong answers, and what the verdict says of what was found. */
#include "compare/measure.h"

#include "tests/unit/scripted.h"

static const unsigned one[] = {1};
static const unsigned one_two[] = {1, 2};
static const unsigned to_four[] = {1, 2, 3, 4};
static const unsigned powers[] = {1, 2, 4, 8, 16, 32, 64};

/* A comparison with 10 rounds, whatever its noise is. */
static void compare_ten(const unsigned *workers, size_t n, unsigned cores, const char *text,
                        struct mf__comparison *ret)
{
    struct mf__comparison_request request = request_of(workers, n, cores);
    request.resamples = 400;
    request.min_rounds = request.max_rounds = 10;
    compare(&request, text, ret);
}

/* ---- answers ---- */

static void with_a_larger_problem_the_wrong_way_is_the_one_that_is_blamed(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.weak = true;
    compare(&request, "t1=1s,size=1e9,fraction=0.02,noise=0.01,seed=3,wrong=threads", &comparison);
    assert_true(find(&comparison, MF__ROLE_WEAK, "threads", 2)->wrong);
    assert_false(find(&comparison, MF__ROLE_WEAK, "threads", 2)->compared);
    assert_false(find(&comparison, MF__ROLE_WEAK, "processes", 2)->wrong);
    assert_true(find(&comparison, MF__ROLE_WEAK, "processes", 2)->compared);
    mf__comparison_done(&comparison);
}

/* Makes the answer of one way with one worker count wrong. */
struct liar {
    struct mf__measuring inner;
    unsigned workers;
    uint64_t size; /* 0: any */
};

static int take_and_lie(void *user, const struct mf__sample_request *asked,
                        struct mf__outcome *ret_outcome, mf_error *error)
{
    struct liar *liar = user;
    int code = liar->inner.take(liar->inner.take_user, asked, ret_outcome, error);
    if (!asked->copies && asked->way == mf_way_find("threads") && asked->workers == liar->workers &&
        (liar->size == 0 || liar->size == asked->job.size))
        ret_outcome->digest[0] ^= 1U;
    return code;
}

static void compare_lied(struct liar *liar, bool break_even, struct mf__comparison *ret)
{
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__script script;
    request.break_even = break_even;
    assert_int_equal(mf__script_parse("t1=1s,size=1e9,noise=0.001,start=1us", 2, &script, NULL), 0);
    liar->inner = mf__script_measuring(&script);
    struct mf__measuring measuring = liar->inner;
    measuring.take = take_and_lie;
    measuring.take_user = liar;
    assert_int_equal(mf__compare(&request, &measuring, ret, NULL), 0);
}

static void one_wrong_worker_count_takes_the_speedups_of_its_way(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    struct liar liar = {.workers = 1};
    compare_lied(&liar, false, &comparison);
    assert_true(find(&comparison, MF__ROLE_STRONG, "threads", 1)->wrong);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->wrong);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->compared);
    assert_int_equal(comparison.laws[0].n_points, 0);
    assert_string_equal(mf__series_name(&comparison.series[comparison.fastest]), "processes");
    mf__comparison_done(&comparison);
}

static void answers_in_the_search_for_the_break_even_are_looked_at(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    struct liar liar = {.workers = 2, .size = 4096};
    compare_lied(&liar, true, &comparison);
    assert_true(comparison.wrong && !comparison.failed);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->compared);
    assert_says(&comparison, "answer", "Wrong answer from threads with 2 workers: at N = 4,096 it");
    assert_string_equal(mf__series_name(&comparison.series[comparison.fastest]), "processes");
    assert_true(find(&comparison, MF__ROLE_STRONG, "processes", 2)->compared);
    mf__comparison_done(&comparison);
}

static void a_wrong_serial_way_blames_nobody_else(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_ten(one_two, 2, 2, "t1=1s,wrong=serial", &comparison);
    assert_true(comparison.wrong && comparison.series[0].wrong);
    for (size_t i = 1; i < comparison.n_series; i++)
        assert_false(comparison.series[i].wrong || comparison.series[i].compared);
    assert_says(&comparison, "answer", "Wrong answer from the serial way: it gave 41, its check");
    assert_says(&comparison, "answer", "nothing can be compared with it");
    assert_false(says_anything(&comparison, "The serial way takes"));
    mf__comparison_done(&comparison);
}

/* ---- the winner ---- */

static void a_winner_by_a_hair_has_an_interval_that_shows_it(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_ten(one_two, 2, 2, "t1=1s,fraction=0.996,noise=0.00001", &comparison);
    const struct mf__series *first = &comparison.series[comparison.fastest];
    assert_int_equal(first->verdict, MF__VERDICT_FASTER);
    assert_says(&comparison, "winner",
                "1.002 times as fast as the serial way (95 % interval 1.002");
    mf__comparison_done(&comparison);
}

static void the_serial_way_is_advised_where_it_wins_and_it_is_said_why(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_ten(one_two, 2, 2, "t1=1s,noise=0.01,start=2s", &comparison);
    assert_int_equal(comparison.fastest, 0);
    assert_says(&comparison, "winner", "The serial way is fastest here");
    assert_says(&comparison, "workers", "Use the serial way.");
    assert_says(&comparison, "why", " computing");
    assert_false(says(&comparison, "workers", "use 1 worker"));
    mf__comparison_done(&comparison);
}

static void more_workers_than_cores_do_not_win(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    static const unsigned counts[] = {1, 2, 8};
    compare_ten(counts, 3, 2, "t1=1s,noise=0.0001,fraction=0.1", &comparison);
    assert_int_equal(comparison.series[comparison.fastest].workers, 2);
    assert_says(&comparison, "workers", "use 2 workers");
    mf__comparison_done(&comparison);
    static const unsigned beyond[] = {8};
    compare_ten(beyond, 1, 2, "t1=1s,noise=0.0001,fraction=0.1", &comparison);
    assert_says(&comparison, "winner", "more workers than cores take no part in the choice");
    assert_says(&comparison, "workers",
                "no worker count can be advised, as only one could be compared within the cores");
    mf__comparison_done(&comparison);
}

static void with_too_few_rounds_nothing_is_advised(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.min_rounds = request.max_rounds = 1;
    compare(&request, "t1=1s", &comparison);
    assert_says(&comparison, "winner", "after 1 round nothing can be said of the difference");
    assert_says(&comparison, "workers", "is not known after 1 round; it takes 8");
    assert_says(&comparison, "sure", "No interval can be given after 1 round; it takes 6");
    assert_false(says_anything(&comparison, "holds 1"));
    mf__comparison_done(&comparison);
}

/* ---- worker counts ---- */

static void fewer_workers_are_advised_for_the_reason_that_holds(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    /* 64 workers are 1 % faster than 32, measured to the last digit. */
    compare_ten(powers, 7, 64, "t1=1s,fraction=0.6,noise=0.00001,kappa=0", &comparison);
    assert_says(&comparison, "workers", "are faster by no more than 2 %");
    mf__comparison_done(&comparison);
    /* With this noise nobody can tell. */
    compare_ten(powers, 7, 64, "t1=1s,fraction=0.6,noise=0.05,kappa=0", &comparison);
    assert_says(&comparison, "workers", "are not measurably faster");
    mf__comparison_done(&comparison);
}

/* ---- laws ---- */

static void a_law_is_read_by_its_interval(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *words;
        const char *not_words;
    } cases[] = {
        {"t1=1s,fraction=0,noise=0.01", "is not told apart from 0, so no limit can be named",
         "at most"},
        {"t1=1s,fraction=1,noise=0.01", "neither helped nor hurt measurably", "slower"},
        {"t1=1s,fraction=0.1,noise=0.001", "would allow a speedup of", "told apart"},
        {"t1=1s,fraction=0,noise=0.001,start=1s", "more workers made it slower", "told apart"},
        {"t1=1s,fraction=0.4,noise=1", "could be anything", "at most"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mf__comparison comparison;
        compare_ten(one_two, 2, 2, cases[i].script, &comparison);
        assert_says(&comparison, "why", cases[i].words);
        if (says(&comparison, "why", cases[i].not_words))
            fail_msg("%s: says %s", cases[i].script, cases[i].not_words);
        mf__comparison_done(&comparison);
    }
}

static void a_limit_has_an_interval(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_ten(one_two, 2, 2, "t1=1s,fraction=0.1", &comparison);
    assert_says(&comparison, "why",
                "Amdahl: the serial fraction of threads (10.00 %, 95 % interval 10.00 % to "
                "10.00 %) and processes (10.00 %, 10.00 % to 10.00 %) would allow a speedup of "
                "10.00 (10.00 to 10.00) and 10.00 (10.00 to 10.00) at most.");
    mf__comparison_done(&comparison);
}

static void where_workers_get_in_each_others_way_the_peak_is_quoted(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_ten(powers, 7, 64, "t1=1s,fraction=0.01,kappa=0.002,noise=0.001", &comparison);
    assert_says(&comparison, "why",
                "USL: workers get in each other's way, so the speedup of "
                "threads peaks at ");
    assert_false(says(&comparison, "why", "Amdahl: "));
    mf__comparison_done(&comparison);
}

/* Lets threads take `tenths` tenths of their time, with any number of workers. */
struct pace {
    struct mf__measuring inner;
    uint64_t tenths;
};

static int take_at_a_pace(void *user, const struct mf__sample_request *asked,
                          struct mf__outcome *ret_outcome, mf_error *error)
{
    struct pace *pace = user;
    int code = pace->inner.take(pace->inner.take_user, asked, ret_outcome, error);
    if (!asked->copies && asked->way == mf_way_find("threads"))
        ret_outcome->total_ns = ret_outcome->total_ns * pace->tenths / 10;
    return code;
}

static void compare_paced(const struct mf__comparison_request *request, uint64_t tenths,
                          const char *text, struct mf__comparison *ret)
{
    struct mf__script script;
    assert_int_equal(mf__script_parse(text, request->cores, &script, NULL), 0);
    struct pace pace = {mf__script_measuring(&script), tenths};
    struct mf__measuring measuring = pace.inner;
    measuring.take = take_at_a_pace;
    measuring.take_user = &pace;
    assert_int_equal(mf__compare(request, &measuring, ret, NULL), 0);
}

static void a_prediction_for_a_grown_problem_is_against_the_serial_way(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(to_four, 4, 4);
    struct mf__comparison comparison;
    request.weak = true;
    /* Threads take longer by a fifth throughout, which the law's own speedup does not show. */
    compare_paced(&request, 12, "t1=1s,size=1e9,fraction=0.1", &comparison);
    const struct mf__series *four = find(&comparison, MF__ROLE_WEAK, "threads", 4);
    assert_close(four->gustafson.mid, (0.1 + 4 * 0.9) / 1.2);
    assert_close(four->scaled.mid, 4 / (0.1 * 4 + 0.9) / 1.2);
    four = find(&comparison, MF__ROLE_WEAK, "processes", 4);
    assert_close(four->gustafson.mid, 0.1 + 4 * 0.9);
    mf__comparison_done(&comparison);
    compare(&request, "t1=1s,size=1e9,kappa=1,fraction=1", &comparison);
    assert_true(isnan(find(&comparison, MF__ROLE_WEAK, "threads", 4)->gustafson.mid));
    mf__comparison_done(&comparison);
}

/* ---- what is odd, and what to do ---- */

static void a_better_serial_program_than_the_serial_way_is_named(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    compare_paced(&request, 9, "t1=1s,noise=0.001", &comparison);
    assert_says(&comparison, "warning",
                "The serial way is not the best serial program here: it is slower than threads "
                "with 1 worker (1.1");
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 1)->above_workers);
    assert_true(find(&comparison, MF__ROLE_STRONG, "threads", 2)->above_ceiling);
    assert_says(&comparison, "warning", "Above what the machine itself can give: threads with 2");
    mf__comparison_done(&comparison);
}

static void the_next_step_is_one_that_helps(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 8);
    struct mf__comparison comparison;
    request.min_rounds = request.max_rounds = 7;
    compare(&request, "t1=1s,noise=0.3", &comparison);
    assert_says(&comparison, "next", "--workers 1,2,3,4");
    assert_says(&comparison, "sure", "more rounds (--runs, --max-runs)");
    mf__comparison_done(&comparison);

    request = request_of(one_two, 2, 2);
    request.budget_ns = 1;
    compare(&request, "t1=1s,noise=0.3", &comparison);
    assert_false(says(&comparison, "next", "--workers"));
    assert_says(&comparison, "sure", "a longer --budget");
    mf__comparison_done(&comparison);

    request.weak = true;
    request.n_ways = 1;
    compare(&request, "t1=1s", &comparison);
    assert_says(&comparison, "next",
                "Add --with threads,processes to see what more workers do, "
                "and for weak scaling");
    mf__comparison_done(&comparison);

    request = request_of(one, 1, 2);
    request.weak = true;
    compare(&request, "t1=1s", &comparison);
    assert_says(&comparison, "next", "Weak scaling takes more than one worker");
    mf__comparison_done(&comparison);
}

static void a_break_even_that_ran_out_of_time_says_where(void **state)
{
    (void)state;
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    struct mf__comparison comparison;
    request.break_even = true;
    request.budget_ns = 2000000000;
    compare(&request, "t1=10s,size=1e9,start=1ms", &comparison);
    assert_int_equal(comparison.even_end, MF__EVEN_BUDGET);
    assert_says(&comparison, "break-even",
                " and 1,000,000,000 none was tried: the smaller ones may take a sixth of");
    assert_says(&comparison, "break-even", "pay at N = 1,000,000,000, the largest tried");
    mf__comparison_done(&comparison);

    request.job.size = 500;
    request.budget_ns = UINT64_C(60000000000);
    compare(&request, "t1=1s,size=500", &comparison);
    assert_says(&comparison, "break-even", "pay at N = 500; no other size was tried");
    mf__comparison_done(&comparison);
}

/* ---- a way that a launcher starts ---- */

static void compare_launched(const char *text, struct mf__comparison *ret)
{
    static const mf_way *ways[2];
    struct mf__comparison_request request = request_of(one_two, 2, 2);
    ways[0] = mf_way_find("threads");
    ways[1] = mf_way_find("mpi");
    request.ways = ways;
    request.n_ways = 2;
    request.launched = ways[1];
    request.break_even = true;
    compare(&request, text, ret);
}

static void the_launch_is_told_apart_and_in_no_time(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    /* A third of the work is serial, so two workers take two thirds of the time. */
    compare_launched("t1=1s,size=1e9,noise=0.001,launch=500ms,fraction=0.3333333", &comparison);
    const struct mf__series *series = find(&comparison, MF__ROLE_STRONG, "mpi", 2);
    assert_true(series->launched);
    assert_close(series->launch_interval.mid, 5e8);
    assert_true(series->time.max < 7e8);
    assert_true(series->speedup.speedup.low > 1.45);
    /* With one and a half times the speed, half a second is a third of what makes up for it. */
    assert_true(fabs(series->launch_even.mid - 1.5e9) < 2e7);
    assert_true(series->launch_even.low <= series->launch_even.mid &&
                series->launch_even.mid <= series->launch_even.high);
    assert_false(find(&comparison, MF__ROLE_STRONG, "threads", 2)->launched);
    assert_says(&comparison, "start-up", "Starting 2 ranks of mpi took 500 ms");
    assert_says(&comparison, "start-up", "in none of its times and speedups");
    assert_says(&comparison, "start-up", "takes the serial way more than 1.50 s (90 % interval ");
    assert_int_equal(comparison.n_evens, 1);
    assert_string_equal(mf_way_name(comparison.evens[0].way), "threads");
    mf__comparison_done(&comparison);
}

static void whether_this_work_makes_up_for_the_launch_is_said(void **state)
{
    (void)state;
    struct mf__comparison comparison;
    compare_launched("t1=100ms,size=1e9,noise=0.001,launch=500ms", &comparison);
    assert_says(&comparison, "start-up", "; this takes ");
    mf__comparison_done(&comparison);
    compare_launched("t1=10s,size=1e9,noise=0.001,launch=500ms", &comparison);
    assert_says(&comparison, "start-up", ", as this does.");
    assert_says(&comparison, "winner", "mpi with 2 workers, once started");
    mf__comparison_done(&comparison);
    compare_launched("t1=1s,size=1e9,noise=0.001,launch=500ms,fraction=1", &comparison);
    assert_true(find(&comparison, MF__ROLE_STRONG, "mpi", 2)->launch_even.high > 1e30);
    assert_says(&comparison, "start-up", "no work is known to be long enough");
    mf__comparison_done(&comparison);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_launch_is_told_apart_and_in_no_time),
        cmocka_unit_test(whether_this_work_makes_up_for_the_launch_is_said),
        cmocka_unit_test(with_a_larger_problem_the_wrong_way_is_the_one_that_is_blamed),
        cmocka_unit_test(one_wrong_worker_count_takes_the_speedups_of_its_way),
        cmocka_unit_test(answers_in_the_search_for_the_break_even_are_looked_at),
        cmocka_unit_test(a_wrong_serial_way_blames_nobody_else),
        cmocka_unit_test(a_winner_by_a_hair_has_an_interval_that_shows_it),
        cmocka_unit_test(the_serial_way_is_advised_where_it_wins_and_it_is_said_why),
        cmocka_unit_test(more_workers_than_cores_do_not_win),
        cmocka_unit_test(with_too_few_rounds_nothing_is_advised),
        cmocka_unit_test(fewer_workers_are_advised_for_the_reason_that_holds),
        cmocka_unit_test(a_law_is_read_by_its_interval),
        cmocka_unit_test(a_limit_has_an_interval),
        cmocka_unit_test(where_workers_get_in_each_others_way_the_peak_is_quoted),
        cmocka_unit_test(a_prediction_for_a_grown_problem_is_against_the_serial_way),
        cmocka_unit_test(a_better_serial_program_than_the_serial_way_is_named),
        cmocka_unit_test(the_next_step_is_one_that_helps),
        cmocka_unit_test(a_break_even_that_ran_out_of_time_says_where),
    };
    return cmocka_run_group_tests_name("compare_words", tests, NULL, NULL);
}
