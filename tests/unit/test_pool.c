/* SPDX-License-Identifier: Apache-2.0 */
/* What is the same for every pool: waiting policies, closing, being busy, progress, many failures.
 */
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static mf_pool *open_spinning(unsigned workers, uint64_t spin_ns)
{
    mf_pool_options options = {.workers = workers, .spin_ns = spin_ns};
    mf_pool *pool = NULL;
    return mf_pool_open(mf_way_find("threads"), &options, &pool, NULL) == 0 ? pool : NULL;
}

static const uint64_t policies[] = {MF_SPIN_NEVER, 1, 20000, 1000000000, MF_SPIN_ALWAYS};

#define N_POLICIES (sizeof policies / sizeof policies[0])

static void every_waiting_policy_gives_the_same_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_POLICIES; i++) {
        for (unsigned workers = 1; workers <= 3; workers++) {
            mf_pool *pool = open_spinning(workers, policies[i]);
            assert_non_null(pool);
            for (uint64_t n = 0; n < 100; n += 7) {
                struct fold fold;
                mf_work work = fold_work(&fold, n);
                assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
                assert_true(fold.answer == fold_answer(n));
            }
            mf_pool_close(&pool);
        }
    }
}

static void a_pool_is_closed_at_once_after_opening_and_after_a_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_POLICIES; i++) {
        for (int turn = 0; turn < 10; turn++) {
            struct fold fold;
            mf_work work = fold_work(&fold, 5);
            mf_pool *pool = open_spinning(4, policies[i]);
            if (turn % 2 == 1)
                assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
            mf_pool_close(&pool);
            assert_null(pool);
        }
    }
}

static void a_pool_knows_its_way_and_its_workers(void **state)
{
    (void)state;
    for (size_t i = 0; i < mf_way_count(); i++) {
        const mf_way *way = mf_way_at(i);
        mf_pool_options options = mf_pool_defaults();
        mf_pool *pool = NULL;
        assert_ptr_equal(mf_way_find(mf_way_name(way)), way);
        assert_true(strlen(mf_way_summary(way)) > 10);
        if (mf_way_unavailable(way) != NULL)
            continue;
        assert_int_equal(mf_pool_open(way, &options, &pool, NULL), 0);
        assert_ptr_equal(mf_pool_way(pool), way);
        assert_int_equal(mf_pool_workers(pool), 1);
        mf_pool_close(&pool);
    }
}

/* The first item waits until somebody else was turned away. */
struct meeting {
    mf_pool *pool;
    _Atomic bool running;
    _Atomic bool turned_away;
    int code;
    mf_ledger ledger;
};

static int wait_for_the_other(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                              mf_error *error)
{
    struct meeting *meeting = user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    atomic_store(&meeting->running, true);
    while (!atomic_load(&meeting->turned_away))
        sched_yield();
    return 0;
}

static void *come_too_late(void *argument)
{
    struct meeting *meeting = argument;
    struct fold fold;
    mf_work work = fold_work(&fold, 3);
    while (!atomic_load(&meeting->running))
        sched_yield();
    meeting->code = mf_pool_run(meeting->pool, &work, NULL, &meeting->ledger, NULL);
    atomic_store(&meeting->turned_away, true);
    return NULL;
}

static void a_pool_that_runs_turns_others_away(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads"};
    for (size_t i = 0; i < 2; i++) {
        struct meeting meeting = {.pool = open_pool(ways[i], 1)};
        const mf_work work = {.n_items = 1, .run = wait_for_the_other, .user = &meeting};
        pthread_t other;
        meeting.ledger.wall_ns = 77;
        assert_int_equal(pthread_create(&other, NULL, come_too_late, &meeting), 0);
        assert_int_equal(mf_pool_run(meeting.pool, &work, NULL, NULL, NULL), 0);
        pthread_join(other, NULL);
        assert_int_equal(meeting.code, MF_E_BUSY);
        assert_int_equal(meeting.ledger.wall_ns, 77);
        mf_pool_close(&meeting.pool);
    }
}

/* Progress cancels the run, which would take for ever otherwise. */
struct told {
    pthread_t caller;
    uint64_t n_items;
    unsigned times;
    bool wrong;
    mf_cancel cancel;
};

static void hear(void *user, uint64_t items_done, uint64_t n_items)
{
    struct told *told = user;
    told->wrong |= !pthread_equal(pthread_self(), told->caller) || items_done > n_items ||
                   items_done == 0 || n_items != told->n_items;
    told->times++;
    mf_cancel_request(&told->cancel);
}

static void progress_is_told_on_the_callers_thread(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t i = 0; i < 3; i++) {
        struct fold fold;
        mf_work work = fold_work(&fold, UINT64_C(1) << 40);
        struct told told = {.caller = pthread_self(), .n_items = work.n_items};
        const mf_run_options options = {
            .progress = hear, .progress_user = &told, .cancel = &told.cancel};
        mf_pool *pool = open_pool(ways[i], i > 0 ? 2 : 1);
        assert_int_equal(mf_pool_run(pool, &work, &options, NULL, NULL), MF_E_CANCELLED);
        assert_int_equal(told.times, 1);
        assert_false(told.wrong);
        assert_int_equal(fold.out_of_order, 0);
        mf_pool_close(&pool);
    }
}

/* Every third item fails with its own number in its words. */
static int often_failing_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                             mf_error *error)
{
    if (item % 3 != 2)
        return fold_run(user, item, ret_result, worker, error);
    snprintf(error->text, sizeof error->text, "number %llu", (unsigned long long)item);
    return MF_E_ITEM;
}

static void of_many_failures_the_lowest_items_is_told_in_its_own_words(void **state)
{
    (void)state;
    static const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t i = 0; i < 3; i++) {
        for (int turn = 0; turn < 10; turn++) {
            struct fold fold;
            mf_work work = fold_work(&fold, 3000);
            mf_error error = {0};
            mf_pool *pool = open_pool(ways[i], i > 0 ? 4 : 1);
            work.run = often_failing_run;
            assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_ITEM);
            assert_string_equal(error.text, "item 2 of 3000: number 2");
            assert_int_equal(fold.n_combined, 2000);
            mf_pool_close(&pool);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_waiting_policy_gives_the_same_answers),
        cmocka_unit_test(a_pool_is_closed_at_once_after_opening_and_after_a_run),
        cmocka_unit_test(a_pool_knows_its_way_and_its_workers),
        cmocka_unit_test(a_pool_that_runs_turns_others_away),
        cmocka_unit_test(progress_is_told_on_the_callers_thread),
        cmocka_unit_test(of_many_failures_the_lowest_items_is_told_in_its_own_words),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
