/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mock.h"

#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <string.h>

static void without_a_script_the_answer_is_right_and_times_are_one(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 100);
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("mock", 4);
    assert_non_null(pool);
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
    assert_true(fold.answer == fold_answer(100));
    assert_int_equal(ledger.wall_ns, 1);
    assert_int_equal(ledger.items_done, 100);
    assert_int_equal(ledger.n_workers, 4);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
}

static void the_ledger_says_what_the_script_says(void **state)
{
    (void)state;
    const struct mf__mock_script script = {.wall_ns = 123456, .open_ns = 789};
    struct fold fold;
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("mock", 3);
    mf__mock_set(pool, &script);
    for (int turn = 0; turn < 2; turn++) {
        mf_work work = fold_work(&fold, 10);
        assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
        assert_int_equal(ledger.wall_ns, 123456);
        assert_int_equal(ledger.open_ns, 789);
        assert_true(ledger.load_balance == 1.0);
        for (unsigned i = 0; i < 3; i++)
            assert_int_equal(ledger.workers[i].compute_ns, 123456);
        mf_ledger_done(&ledger);
    }
    mf_pool_close(&pool);
}

static void scripted_items_fail_and_the_others_are_combined(void **state)
{
    (void)state;
    static const struct mf__mock_fault faults[] = {{7, MF_E_WORKER, false}, {3, MF_E_INPUT, false}};
    const struct mf__mock_script script = {.wall_ns = 1, .faults = faults, .n_faults = 2};
    struct fold fold;
    mf_work work = fold_work(&fold, 10);
    mf_error error = {0};
    mf_pool *pool = open_pool("mock", 1);
    mf__mock_set(pool, &script);
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "item 3 of 10: failed as scripted"));
    assert_int_equal(fold.n_combined, 8);
    mf_pool_close(&pool);
}

static void a_scripted_wrong_answer_is_one_bit_off(void **state)
{
    (void)state;
    static const struct mf__mock_fault faults[] = {{9, 0, true}};
    const struct mf__mock_script script = {.wall_ns = 1, .faults = faults, .n_faults = 1};
    struct fold fold;
    mf_work work = fold_work(&fold, 10);
    mf_pool *pool = open_pool("mock", 1);
    mf__mock_set(pool, &script);
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
    uint64_t difference = fold.answer - fold_answer(10);
    assert_true(difference == 1 || difference == UINT64_MAX);
    work = fold_work(&fold, 10);
    work.result_bytes = 0;
    work.run = NULL;
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), MF_E_INPUT);
    mf_pool_close(&pool);
}

static int leave_nothing(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                         mf_error *error)
{
    (void)user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    return 0;
}

static void a_wrong_answer_without_bytes_harms_nothing(void **state)
{
    (void)state;
    static const struct mf__mock_fault faults[] = {{0, 0, true}};
    const struct mf__mock_script script = {.wall_ns = 1, .faults = faults, .n_faults = 1};
    const mf_work work = {.n_items = 2, .run = leave_nothing};
    mf_ledger ledger = {0};
    mf_pool *pool = open_pool("mock", 1);
    mf__mock_set(pool, &script);
    assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
    assert_int_equal(ledger.items_done, 2);
    mf_ledger_done(&ledger);
    mf_pool_close(&pool);
}

static void it_can_be_cancelled(void **state)
{
    (void)state;
    struct fold fold;
    mf_work work = fold_work(&fold, 10);
    mf_cancel cancel = {0};
    const mf_run_options options = {.cancel = &cancel};
    mf_pool *pool = open_pool("mock", 1);
    mf_cancel_request(&cancel);
    assert_int_equal(mf_pool_run(pool, &work, &options, NULL, NULL), MF_E_CANCELLED);
    assert_int_equal(fold.n_combined, 0);
    mf_pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_script_the_answer_is_right_and_times_are_one),
        cmocka_unit_test(the_ledger_says_what_the_script_says),
        cmocka_unit_test(scripted_items_fail_and_the_others_are_combined),
        cmocka_unit_test(a_scripted_wrong_answer_is_one_bit_off),
        cmocka_unit_test(a_wrong_answer_without_bytes_harms_nothing),
        cmocka_unit_test(it_can_be_cancelled),
    };
    return cmocka_run_group_tests_name("mock", tests, NULL, NULL);
}
