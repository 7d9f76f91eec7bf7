/* SPDX-License-Identifier: Apache-2.0 */
/* A search that is stopped: by its limits, or by who started it. */
#include "tune/study.h"

#include "tests/unit/studied.h"

static const char *const small[] = {"n_estimators=2,5,3", "max_depth=2,none", NULL};

/* ---- a run whose progress is shown just before its last item is combined ---- */

static void (*meanwhile)(struct search *search); /* what happens then; NULL: runs are as ever */
static struct search *running;

int __real_mf_pool_run(mf_pool *pool, const mf_work *work, const mf_run_options *options,
                       mf_ledger *ret_ledger, mf_error *error);
int __wrap_mf_pool_run(mf_pool *pool, const mf_work *work, const mf_run_options *options,
                       mf_ledger *ret_ledger, mf_error *error);

int __wrap_mf_pool_run(mf_pool *pool, const mf_work *work, const mf_run_options *options,
                       mf_ledger *ret_ledger, mf_error *error)
{
    if (meanwhile == NULL)
        return __real_mf_pool_run(pool, work, options, ret_ledger, error);
    const mf_worker worker = {0};
    void *result = calloc(1, work->result_bytes);
    int code = 0;
    for (uint64_t item = 0; item < work->n_items && code == 0; item++) {
        code = work->run(work->user, item, result, &worker, error);
        if (item + 1 == work->n_items) {
            meanwhile(running);
            options->progress(options->progress_user, item, work->n_items);
        }
        if (code == 0)
            code = work->combine(work->user, item, result, error);
    }
    free(result);
    return code;
}

static void run_out_of_time(struct search *search)
{
    search->stepping.now_ns += 2 * MF__NS_PER_S;
}

static void interrupt(struct search *search)
{
    mf_cancel_request(&search->cancel);
}

/* ---- tests ---- */

static void a_limit_of_trials_stops_after_as_many(void **state)
{
    (void)state;
    for (size_t most = 1; most <= 6; most++) {
        for (unsigned workers = 1; workers <= 3; workers++) {
            struct search search = {.lines = small, .validation = MF__VALIDATE_FOLDS};
            search_begin(&search);
            search.request.max_trials = most;
            struct mf__buffer text = search_answer(&search, "threads", workers, NULL);
            assert_int_equal(search.study.n_done, most);
            assert_int_equal(search.n_told, most);
            assert_int_equal(search.study.n_ranked, most);
            assert_int_equal(search.study.end, most < 6 ? MF__STUDY_TRIALS : MF__STUDY_DONE);
            for (size_t i = 0; i < 6; i++) {
                const struct mf__trial *trial = &search.study.trials[i];
                assert_int_equal(trial->state,
                                 was_told(&search, i) ? MF__TRIAL_DONE : MF__TRIAL_OPEN);
                assert_int_equal(isnan(trial->mean[0]) != 0, !was_told(&search, i));
            }
            mf__buffer_done(&text);
            search_done(&search);
        }
    }
}

static void a_limit_of_time_stops_when_it_is_over(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct search search = {.lines = small, .stepping = {.step_ns = MF__NS_PER_S}};
        search_begin(&search);
        search.request.max_ns = 1; /* over at the first look */
        struct mf__buffer text = search_answer(&search, ways[i], 1, NULL);
        assert_int_equal(search.study.end, MF__STUDY_TIME);
        assert_true(search.study.n_done < 6);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

/* Ten looks of a second each, of which the first few are before anything is run. */
static void what_is_finished_before_the_time_is_over_is_ranked(void **state)
{
    (void)state;
    struct search search = {.lines = small, .stepping = {.step_ns = MF__NS_PER_S}};
    search_begin(&search);
    search.request.max_ns = 10 * MF__NS_PER_S;
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_int_equal(search.study.end, MF__STUDY_TIME);
    assert_in_range(search.study.n_done, 1, 5);
    assert_int_equal(search.study.n_ranked, search.study.n_done);
    assert_int_equal(search.n_told, search.study.n_done);
    mf__buffer_done(&text);
    search_done(&search);
}

static void no_limit_is_told_of_when_everything_is_finished(void **state)
{
    (void)state;
    struct search search = {.lines = small};
    search_begin(&search);
    search.request.max_ns = UINT64_MAX;
    search.request.max_trials = 7;
    struct mf__buffer text = search_answer(&search, "threads", 2, NULL);
    assert_int_equal(search.study.end, MF__STUDY_DONE);
    assert_int_equal(search.study.n_done, 6);
    mf__buffer_done(&text);
    search_done(&search);
}

static void a_limit_that_is_met_by_the_last_item_stops_nothing(void **state)
{
    (void)state;
    static const char *const one[] = {"max_depth=2", NULL};
    static void (*const events[])(struct search *) = {run_out_of_time, interrupt};
    for (size_t i = 0; i < COUNT(events); i++) {
        struct search search = {.lines = one};
        search_begin(&search);
        search.request.max_ns = MF__NS_PER_S;
        running = &search;
        meanwhile = events[i];
        struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
        meanwhile = NULL;
        assert_int_equal(search.study.n_done, 1);
        assert_int_equal(search.study.end, MF__STUDY_DONE);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

/* Whoever is told of the last trial is too late. */
static void a_request_after_the_last_trial_stops_nothing(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t i = 0; i < 2 * COUNT(ways); i++) {
        struct search search = {.lines = small, .cancel_after = 6};
        search_begin(&search);
        search.request.max_ns = i % 2 == 0 ? 0 : UINT64_MAX;
        struct mf__buffer text = search_answer(&search, ways[i / 2], 1, NULL);
        assert_int_equal(search.study.n_done, 6);
        assert_int_equal(search.study.end, MF__STUDY_DONE);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

static void a_request_to_stop_keeps_what_is_finished(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t i = 0; i < 2 * COUNT(ways); i++) {
        struct search search = {.lines = small, .cancel_after = 2};
        search_begin(&search);
        search.request.max_ns = i % 2 == 0 ? 0 : UINT64_MAX; /* with a request of its own, too */
        struct mf__buffer text = search_answer(&search, ways[i / 2], 1, NULL);
        assert_int_equal(search.study.end, MF__STUDY_CANCELLED);
        assert_int_equal(search.study.n_done, 2);
        assert_int_equal(search.study.n_ranked, 2);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

static void a_request_before_the_start_runs_nothing(void **state)
{
    (void)state;
    struct search search = {.lines = small};
    search_begin(&search);
    mf_cancel_request(&search.cancel);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_int_equal(search.study.end, MF__STUDY_CANCELLED);
    assert_int_equal(search.study.n_done, 0);
    mf__buffer_done(&text);
    search_done(&search);
}

static void without_a_journal_trials_are_told_of_at_once_and_once(void **state)
{
    (void)state;
    struct search search = {.lines = small};
    search_begin(&search);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_int_equal(search.done_when_told, 1);
    assert_int_equal(search.n_told, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(was_told(&search, i));
    mf__buffer_done(&text);
    search_done(&search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_of_trials_stops_after_as_many),
        cmocka_unit_test(a_limit_of_time_stops_when_it_is_over),
        cmocka_unit_test(what_is_finished_before_the_time_is_over_is_ranked),
        cmocka_unit_test(no_limit_is_told_of_when_everything_is_finished),
        cmocka_unit_test(a_limit_that_is_met_by_the_last_item_stops_nothing),
        cmocka_unit_test(a_request_after_the_last_trial_stops_nothing),
        cmocka_unit_test(a_request_to_stop_keeps_what_is_finished),
        cmocka_unit_test(a_request_before_the_start_runs_nothing),
        cmocka_unit_test(without_a_journal_trials_are_told_of_at_once_and_once),
    };
    return cmocka_run_group_tests_name("tune_limits", tests, NULL, NULL);
}
