/* SPDX-License-Identifier: Apache-2.0 */
/* What every way has to do alike: answers, order, errors, cancelling, edges, the ledger. */
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <string.h>

static const char *const real_ways[] = {"serial", "threads", "processes"};

#define N_WAYS (sizeof real_ways / sizeof real_ways[0])

static unsigned most_workers(const char *way)
{
    return strcmp(way, "serial") == 0 ? 1 : 16;
}

static void every_way_and_worker_count_gives_the_same_bits(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 2, 3, 7, 16, 17, 100, 1023, 1024, 1025, 5000};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t w = 0; w < N_WAYS; w++) {
            for (unsigned workers = 1; workers <= most_workers(real_ways[w]); workers++) {
                struct fold fold;
                mf_work work = fold_work(&fold, sizes[s]);
                mf_pool *pool = open_pool(real_ways[w], workers);
                assert_non_null(pool);
                assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
                assert_true(fold.answer == fold_answer(sizes[s]));
                assert_true(fold.n_combined == sizes[s]);
                assert_int_equal(fold.out_of_order, 0);
                mf_pool_close(&pool);
            }
        }
    }
}

static void a_pool_runs_again_and_again(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        mf_pool *pool = open_pool(real_ways[w], most_workers(real_ways[w]) > 1 ? 3 : 1);
        for (uint64_t n = 0; n < 300; n += 7) {
            struct fold fold;
            mf_work work = fold_work(&fold, n);
            assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
            assert_true(fold.answer == fold_answer(n));
        }
        mf_pool_close(&pool);
    }
}

static void a_pool_is_closed_twice_without_harm(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        mf_pool *pool = open_pool(real_ways[w], 1);
        assert_non_null(pool);
        mf_pool_close(&pool);
        assert_null(pool);
        mf_pool_close(&pool);
    }
    mf_pool_close(NULL);
}

/* Items 3 and 5 fail, each with its own words. */
static int failing_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                       mf_error *error)
{
    if (item == 3 || item == 5) {
        error->code = MF_E_INPUT;
        strcpy(error->text, item == 3 ? "three is not allowed" : "five is not allowed");
        return MF_E_INPUT;
    }
    return fold_run(user, item, ret_result, worker, error);
}

static void the_lowest_failed_item_is_reported_after_all_others_were_done(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        for (unsigned workers = 1; workers <= most_workers(real_ways[w]); workers *= 2) {
            struct fold fold;
            mf_work work = fold_work(&fold, 40);
            mf_error error = {0};
            mf_ledger ledger = {0};
            work.run = failing_run;
            mf_pool *pool = open_pool(real_ways[w], workers);
            assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, &error), MF_E_INPUT);
            assert_non_null(strstr(error.text, "item 3 of 40"));
            assert_non_null(strstr(error.text, "three is not allowed"));
            assert_int_equal(fold.n_combined, 38);
            assert_int_equal(ledger.items_done, 38);
            mf_ledger_done(&ledger);
            mf_pool_close(&pool);
        }
    }
}

static int failing_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    return item == 4 ? MF_E_DIFFER : fold_combine(user, item, result, error);
}

static void a_failing_combine_ends_the_run(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        struct fold fold;
        mf_work work = fold_work(&fold, 10000);
        mf_error error = {0};
        work.combine = failing_combine;
        mf_pool *pool = open_pool(real_ways[w], most_workers(real_ways[w]) > 1 ? 4 : 1);
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_DIFFER);
        assert_non_null(strstr(error.text, "item 4"));
        assert_int_equal(fold.n_combined, 4);
        work = fold_work(&fold, 10);
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
        assert_true(fold.answer == fold_answer(10));
        mf_pool_close(&pool);
    }
}

static mf_cancel stop_now;

static int cancelling_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    if (item == 5)
        mf_cancel_request(&stop_now);
    return fold_combine(user, item, result, error);
}

static void cancelling_ends_the_run_early_and_leaves_a_usable_pool(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        struct fold fold;
        mf_work work = fold_work(&fold, UINT64_C(1) << 40);
        mf_error error = {0};
        const mf_run_options options = {.cancel = &stop_now};
        work.combine = cancelling_combine;
        mf_pool *pool = open_pool(real_ways[w], most_workers(real_ways[w]) > 1 ? 4 : 1);
        stop_now = (mf_cancel){0};
        assert_int_equal(mf_pool_run(pool, &work, &options, NULL, &error), MF_E_CANCELLED);
        assert_non_null(strstr(error.text, "cancelled after"));
        assert_true(fold.n_combined > 5);
        work = fold_work(&fold, 10);
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
        mf_pool_close(&pool);
    }
}

/* Each item sums a nested run of 10 items on the outer pool. */
struct nest {
    struct fold fold;
    mf_pool *pool;
};

static int nested_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                      mf_error *error)
{
    const struct nest *nest = user;
    struct fold inner;
    mf_work work = fold_work(&inner, item % 10);
    mf_ledger ledger = {0};
    (void)worker;
    int code = mf_pool_run(nest->pool, &work, NULL, &ledger, error);
    *(uint64_t *)ret_result = inner.answer + ledger.n_workers;
    mf_ledger_done(&ledger);
    return code;
}

static void a_run_inside_a_run_goes_serially(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        struct nest nest;
        mf_work work = fold_work(&nest.fold, 50);
        uint64_t expected = 0;
        work.run = nested_run;
        nest.pool = open_pool(real_ways[w], most_workers(real_ways[w]) > 1 ? 3 : 1);
        assert_int_equal(mf_pool_run(nest.pool, &work, NULL, NULL, NULL), 0);
        for (uint64_t item = 0; item < 50; item++)
            expected = expected * 31 + fold_answer(item % 10) + 1; /* 1: a ledger of one worker */
        assert_true(nest.fold.answer == expected);
        mf_pool_close(&nest.pool);
    }
}

static void the_ledger_adds_up(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        unsigned workers = most_workers(real_ways[w]) > 1 ? 3 : 1;
        struct fold fold;
        mf_work work = fold_work(&fold, 3000);
        mf_ledger ledger = {0};
        uint64_t items = 0;
        mf_pool *pool = open_pool(real_ways[w], workers);
        assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
        assert_int_equal(ledger.n_workers, workers);
        assert_int_equal(ledger.items_done, 3000);
        assert_int_equal(ledger.deaths, 0);
        assert_true(ledger.wall_ns > 0 && ledger.peak_bytes > 0);
        assert_true(ledger.load_balance > 0.0 && ledger.load_balance <= 1.0);
        for (unsigned i = 0; i < workers; i++) {
            const mf_worker_ledger *one = &ledger.workers[i];
            uint64_t sum = one->startup_ns + one->compute_ns + one->combine_ns + one->wait_ns;
            items += one->items;
            assert_true(one->items == 0 || sum == ledger.wall_ns);
        }
        assert_int_equal(items, 3000);
        mf_ledger_done(&ledger);
        mf_ledger_done(&ledger);
        mf_pool_close(&pool);
    }
}

static int big_run(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                   mf_error *error)
{
    (void)user;
    (void)worker;
    (void)error;
    memset(ret_result, (int)(item % 251), 1000003);
    return 0;
}

static int big_combine(void *user, uint64_t item, const void *result, mf_error *error)
{
    const unsigned char *bytes = result;
    uint64_t *wrong = user;
    (void)error;
    *wrong += bytes[0] != item % 251 || bytes[1000002] != item % 251;
    return 0;
}

static void results_in_flight_are_bounded_in_memory(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        uint64_t wrong = 0;
        const mf_work work = {.n_items = 300,
                              .result_bytes = 1000003,
                              .run = big_run,
                              .combine = big_combine,
                              .user = &wrong};
        mf_ledger ledger = {0};
        mf_pool *pool = open_pool(real_ways[w], most_workers(real_ways[w]) > 1 ? 2 : 1);
        assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
        assert_int_equal(wrong, 0);
        /* 300 results are 300 MB; four slots and the program are far less. */
        assert_true(ledger.peak_bytes < UINT64_C(100) << 20);
        mf_ledger_done(&ledger);
        mf_pool_close(&pool);
    }
}

static void work_without_results_or_combine_is_run(void **state)
{
    (void)state;
    for (size_t w = 0; w < N_WAYS; w++) {
        uint64_t dummy = 0;
        mf_work work = {.n_items = 20, .run = fold_run, .user = &dummy};
        work.result_bytes = sizeof(uint64_t);
        mf_ledger ledger = {0};
        mf_pool *pool = open_pool(real_ways[w], 1);
        assert_int_equal(mf_pool_run(pool, &work, NULL, &ledger, NULL), 0);
        assert_int_equal(ledger.items_done, 20);
        mf_ledger_done(&ledger);
        mf_pool_close(&pool);
    }
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    mf_error error = {0};
    mf_pool *pool = NULL;
    mf_pool_options options = mf_pool_defaults();
    const mf_way *threads = mf_way_find("threads");
    assert_null(mf_way_find("magic"));
    assert_null(mf_way_at(mf_way_count()));
    assert_int_equal(mf_pool_open(NULL, &options, &pool, &error), MF_E_INPUT);
    options.workers = 0;
    assert_int_equal(mf_pool_open(threads, &options, &pool, &error), MF_E_INPUT);
    options.workers = MF_WORKERS_MAX + 1;
    assert_int_equal(mf_pool_open(threads, &options, &pool, &error), MF_E_INPUT);
    options.workers = 2;
    assert_int_equal(mf_pool_open(mf_way_find("serial"), &options, &pool, &error), MF_E_INPUT);
    assert_int_equal(mf_pool_open(mf_way_find("mpi"), &options, &pool, &error), MF_E_UNAVAILABLE);
    assert_non_null(strstr(error.text, "mpirun"));
    assert_null(pool);

    struct fold fold;
    mf_work work = fold_work(&fold, MF_ITEMS_MAX + 1);
    assert_int_equal(mf_pool_run(NULL, &work, NULL, NULL, &error), MF_E_INPUT);
    pool = open_pool("serial", 1);
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_INPUT);
    work = fold_work(&fold, 1);
    work.run = NULL;
    assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_INPUT);
    work = fold_work(&fold, 2);
    work.result_bytes = SIZE_MAX / 4;
    for (size_t w = 0; w < N_WAYS; w++) {
        mf_pool_close(&pool);
        pool = open_pool(real_ways[w], 1);
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, &error), MF_E_MEMORY);
    }
    mf_pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_and_worker_count_gives_the_same_bits),
        cmocka_unit_test(a_pool_runs_again_and_again),
        cmocka_unit_test(a_pool_is_closed_twice_without_harm),
        cmocka_unit_test(the_lowest_failed_item_is_reported_after_all_others_were_done),
        cmocka_unit_test(a_failing_combine_ends_the_run),
        cmocka_unit_test(cancelling_ends_the_run_early_and_leaves_a_usable_pool),
        cmocka_unit_test(a_run_inside_a_run_goes_serially),
        cmocka_unit_test(the_ledger_adds_up),
        cmocka_unit_test(results_in_flight_are_bounded_in_memory),
        cmocka_unit_test(work_without_results_or_combine_is_run),
        cmocka_unit_test(refuses_what_makes_no_sense),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
