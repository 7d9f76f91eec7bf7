/* SPDX-License-Identifier: Apache-2.0 */
/* How runs end when something is wrong: alike on every way. */
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const parallel_ways[] = {"threads", "processes"};

/* An item that asks to stop, as a search does that has found what it looked for. */
struct seeker {
    struct fold fold;
    mf_cancel cancel;
};

static int seek(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                mf_error *error)
{
    struct seeker *seeker = user;
    if (item == 3)
        mf_cancel_request(&seeker->cancel);
    return fold_run(user, item, ret_result, worker, error);
}

static void a_request_to_stop_from_inside_an_item_ends_the_run(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t w = 0; w < 3; w++) {
        struct seeker seeker = {0};
        mf_work work = fold_work(&seeker.fold, UINT64_C(1) << 40);
        const mf_run_options options = {.cancel = &seeker.cancel};
        mf_pool *pool = open_pool(ways[w], w == 0 ? 1 : 3);
        mf_ledger ledger = {0};
        work.run = seek;
        assert_int_equal(mf_pool_run(pool, &work, &options, &ledger, NULL), MF_E_CANCELLED);
        assert_int_equal(ledger.deaths, 0);
        mf_ledger_done(&ledger);
        mf_pool_close(&pool);
    }
}

static int fail_then_cancel(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                            mf_error *error)
{
    if (item == 0)
        return MF_E_INPUT;
    if (item == 1)
        return MF_E_CANCELLED;
    return fold_run(user, item, ret_result, worker, error);
}

static void a_cancelled_item_counts_for_more_than_a_failed_one_on_every_way(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t w = 0; w < 3; w++) {
        for (unsigned workers = 1; workers <= (w == 0 ? 1 : 4); workers++) {
            struct fold fold;
            mf_work work = fold_work(&fold, 100);
            mf_pool *pool = open_pool(ways[w], workers);
            work.run = fail_then_cancel;
            assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), MF_E_CANCELLED);
            mf_pool_close(&pool);
        }
    }
}

static int fail_every_third(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                            mf_error *error)
{
    if (item % 3 != 2)
        return fold_run(user, item, ret_result, worker, error);
    error->code = MF_E_FORMAT;
    snprintf(error->text, sizeof error->text, "item number %u is bad", (unsigned)item);
    return MF_E_FORMAT;
}

/* ThreadSanitizer looks on: failures are read while other workers write theirs. */
static void many_failures_give_the_text_of_the_lowest(void **state)
{
    (void)state;
    for (size_t w = 0; w < 2; w++) {
        for (int turn = 0; turn < 20; turn++) {
            struct fold fold;
            mf_work work = fold_work(&fold, 3000);
            mf_error error = {0};
            mf_pool *pool = open_pool(parallel_ways[w], 4);
            work.run = fail_every_third;
            assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_FORMAT);
            assert_string_equal(error.text, "item 2 of 3000: item number 2 is bad");
            assert_int_equal(fold.n_combined, 2000);
            mf_pool_close(&pool);
        }
    }
}

static int return_given(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                        mf_error *error)
{
    (void)item, (void)ret_result, (void)worker, (void)error;
    return *(int *)user;
}

static void a_positive_code_counts_as_a_failed_item_and_has_words(void **state)
{
    (void)state;
    int code = 7;
    const mf_work work = {.n_items = 1, .run = return_given, .user = &code};
    mf_error error = {0};
    mf_pool *pool = open_pool("serial", 1);
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_ITEM);
    assert_non_null(strstr(error.text, mf_status_text(MF_E_ITEM)));
    mf_pool_close(&pool);
}

static void the_ledger_is_filled_whenever_the_run_began(void **state)
{
    (void)state;
    static const int codes[] = {MF_E_INPUT, MF_E_BUSY, MF_E_MEMORY};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        int code = codes[i];
        mf_work work = {.n_items = 3, .run = return_given, .user = &code};
        mf_ledger ledger = {0};
        mf_pool *pool = open_pool("threads", 2);
        assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), code);
        assert_int_equal(ledger.n_workers, 2);
        assert_int_equal(ledger.workers[0].items + ledger.workers[1].items, 3);
        mf_ledger_done(&ledger);
        work.run = NULL;
        assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), MF_E_INPUT);
        assert_null(ledger.workers);
        mf_pool_close(&pool);
    }
}

static _Thread_local sigjmp_buf back;

static void jump_back(int number)
{
    (void)number;
    siglongjmp(back, 1);
}

/* The host handles its own faults, and goes on. */
static int fault_and_recover(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                             mf_error *error)
{
    if (sigsetjmp(back, 1) == 0)
        raise(SIGSEGV);
    return fold_run(user, item, ret_result, worker, error);
}

static void a_host_that_handles_faults_of_its_threads_can_do_so(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 64);
    mf_pool *pool = open_pool("threads", 4);
    work.run = fault_and_recover;
    void (*before)(int) = signal(SIGSEGV, jump_back);
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
    signal(SIGSEGV, before);
    assert_true(fold.answer == fold_answer(64));
    mf_pool_close(&pool);
}

/* Much more than the window, and results so large that the window is small: nobody may sleep on. */
static int large_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                     mf_error *error)
{
    (void)user, (void)worker, (void)error;
    memset(ret_result, (int)item, 1 << 21);
    return 0;
}

static int large_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    (void)error;
    *(uint64_t *)user += ((const unsigned char *)result)[item % 100] == (unsigned char)item;
    return 0;
}

static uint64_t time_of(const char *way, unsigned workers)
{
    uint64_t right = 0;
    const mf_work work = {.n_items = 400,
                          .result_bytes = 1 << 21,
                          .run = large_run,
                          .combine = large_combine,
                          .user = &right};
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool(way, workers);
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
    assert_int_equal(right, 400);
    uint64_t wall_ns = ledger.wall_ns;
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
    return wall_ns;
}

static void a_full_window_wakes_the_parent(void **state)
{
    (void)state;
    /* Each window once slept through costs a tenth of a second: 100 windows of 4 would be 10 s
     * more. */
    assert_true(time_of("processes", 2) < 10 * time_of("serial", 1) + UINT64_C(4000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_to_stop_from_inside_an_item_ends_the_run),
        cmocka_unit_test(a_cancelled_item_counts_for_more_than_a_failed_one_on_every_way),
        cmocka_unit_test(many_failures_give_the_text_of_the_lowest),
        cmocka_unit_test(a_positive_code_counts_as_a_failed_item_and_has_words),
        cmocka_unit_test(the_ledger_is_filled_whenever_the_run_began),
        cmocka_unit_test(a_host_that_handles_faults_of_its_threads_can_do_so),
        cmocka_unit_test(a_full_window_wakes_the_parent),
    };
    return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
