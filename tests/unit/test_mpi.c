/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/mpi.h"

#include "exec/baggage.h"
#include "exec/mpi_messages.h"
#include "tests/fault/fault.h"
#include "tests/unit/ranks.h"
#include "tune/travel.h"

#define N_SLOW_PIECES 12 /* of a message that takes longer than is borne */
#define SLOW_PIECE_NS (MID_NS / 10)

static void the_answer_is_that_of_one_worker(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 2, 7, 1000, 30000};
    for (int size = 1; size <= FAKE_RANKS; size++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            given = (struct task){0};
            n_given = sizes[i];
            const struct cluster cluster = {
                .size = size, .threads = 1 + (unsigned)i % 3, .first = run_given};
            assert_int_equal(run_cluster(&cluster), 0);
            assert_int_equal(told->code, 0);
            assert_true(told->answer == fold_answer(n_given));
        }
}

static void run_many(struct mf__mpi_link *link, unsigned threads)
{
    for (uint64_t n = 0; n < 40; n++) {
        struct task task = {.ballast = n * 100};
        run_task_once(&task, n * n, link, threads);
        fake_must(told->code == 0 && told->answer == fold_answer(n * n), "another answer");
    }
}

static void many_runs_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(run_cluster(&(struct cluster){.size = 3, .threads = 2, .first = run_many}), 0);
}

static void large_jobs_and_results_travel_in_pieces(void **state)
{
    (void)state;
    given = (struct task){.ballast = 3 * MF__MPI_PIECE + 17, .words = MF__MPI_PIECE / 8 + 1000};
    n_given = 6;
    assert_int_equal(run_some(3, 1, 0), 0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(6));
}

static void the_lowest_item_that_fails_is_told_in_its_own_words(void **state)
{
    (void)state;
    given = (struct task){.fails_from = 9000, .fails_to = 19000, .nap_ns = 1000000};
    n_given = 20000;
    assert_int_equal(run_some(3, 2, 0), 0);
    assert_int_equal(told->code, MF_E_INPUT);
    assert_string_equal(told->error.text, "item 9000 of 20000: item 9000 is bad");
}

static void sums_and_forests_that_were_cut_are_refused(void **state)
{
    (void)state;
    static const char zeros[4096];
    static const struct mf_portable *const real[] = {&mf__sum_travels, &mf__fit_travels,
                                                     &mf__trees_travel, &mf__alone_travels};
    for (size_t i = 0; i < sizeof real / sizeof real[0]; i++)
        for (size_t length = 0; length < sizeof zeros; length += 1 + length / 8) {
            void *user = NULL;
            mf_error error = {0};
            char *bytes = mf__new(1, length + 1); /* so that a sanitizer sees where it ends */
            assert_non_null(bytes);
            memcpy(bytes, zeros, length);
            struct mf__baggage baggage = {.at = (const unsigned char *)bytes, .left = length};
            int code = real[i]->unpack(&baggage, &user, &error);
            mf__baggage_done(&baggage);
            if (code == 0)
                real[i]->drop(user);
            else
                assert_true(code == MF_E_FORMAT && error.text[0] != '\0');
            assert_true(length > 100 || i > 0 || (code == 0) == (length == 24));
            mf__free(bytes);
        }
}

static void an_item_may_end_the_run(void **state)
{
    (void)state;
    given = (struct task){.cancels_at = 40};
    n_given = 100000;
    assert_int_equal(run_some(2, 1, 0), 0);
    assert_int_equal(told->code, MF_E_CANCELLED);
}

static void run_at_home(struct mf__mpi_link *link, unsigned threads)
{
    struct fold fold;
    const mf_work work = fold_work(&fold, 500);
    mf_pool *pool = open_pool("mpi", threads * mf__mpi_ranks(link));
    told->code = mf_pool_run(pool, &work, NULL, NULL, &told->error);
    told->answer = fold.answer;
    mf_pool_close(&pool);
}

static void work_that_cannot_travel_is_done_by_rank_0(void **state)
{
    (void)state;
    assert_int_equal(run_cluster(&(struct cluster){.size = 2, .threads = 2, .first = run_at_home}),
                     0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(500));
}

static void other_ranks_take_their_part(void **state)
{
    (void)state;
    given = (struct task){.words = 20000, .meets = true};
    n_given = 2000;
    assert_int_equal(run_some(2, 1, 0), 0);
    assert_true(told->remote_items > 0 && told->remote_items < n_given);
}

/* Both threads of rank 0 and one of rank 1 have an item until the other one has begun the rest,
 * however late a thread starts. */
static void of_the_last_items_no_thread_waits_for_another(void **state)
{
    (void)state;
    given = (struct task){.holds = 4};
    n_given = 6;
    assert_int_equal(run_some(2, 2, 0), 0);
    assert_int_equal(told->code, 0);
    assert_int_equal(told->remote_items, 4);
}

/* Before it stops, it may find rank 0 silent, where that one has to wait. */
static void a_rank_that_stops_is_named(void **state)
{
    (void)state;
    given = (struct task){.stops_at = 1, .meets = true};
    n_given = 1000000;
    const struct cluster cluster = {
        .size = 2, .threads = 1, .first = run_given, .silence_ns = SHORT_NS, .first_only = true};
    assert_int_equal(run_cluster(&cluster), 3);
    assert_non_null(strstr(told->text, "rank 1 (process "));
    assert_non_null(strstr(told->text, " on host1) has not been heard of for "));
}

static void ranks_of_another_build_or_size_are_refused(void **state)
{
    (void)state;
    run_cluster(
        &(struct cluster){.size = 3, .threads = 1, .first = run_given, .other_build = "that"});
    assert_int_equal(told->code, MF_E_DIFFER);
    assert_string_equal(told->error.text, "rank 1 on host1 is manyfold that, rank 0 on host0 is "
                                          "this: they need the same build and C library");
    run_cluster(&(struct cluster){.size = 2, .threads = 1, .first = run_given, .other_threads = 2});
    assert_int_equal(told->code, MF_E_INPUT);
    assert_non_null(strstr(told->error.text, "rank 1 on host1 has 2 threads, rank 0 has 1"));
}

static void a_rank_without_threads_ends_the_run(void **state)
{
    (void)state;
    given = (struct task){.starves = true, .meets = true};
    n_given = 1000000;
    assert_int_equal(
        run_cluster(&(struct cluster){.size = 2, .threads = 1, .first = run_given, .aborts = true}),
        128 + SIGKILL);
    assert_non_null(strstr(told->text, "no thread could be started"));
}

static void send_slowly(void)
{
    fake.piece_nap_ns = SLOW_PIECE_NS;
    fake.slow_pieces = fake.rank == 1 ? N_SLOW_PIECES : 0;
}

/* Rank 0 takes a result for longer than the others bear silence. */
static void a_long_message_is_no_silence(void **state)
{
    (void)state;
    given = (struct task){.words = N_SLOW_PIECES * (uint64_t)MF__MPI_PIECE / 8, .meets = true};
    n_given = 12;
    const struct cluster cluster = {
        .size = 3, .threads = 1, .first = run_given, .prepare = send_slowly, .silence_ns = MID_NS};
    assert_int_equal(run_cluster(&cluster), 0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(12) && told->remote_items > 0);
}

static void two_runs_at_once_are_refused(void **state)
{
    (void)state;
    given = (struct task){.nests = true};
    n_given = 100;
    assert_int_equal(run_some(2, 1, 0), 0);
    assert_int_equal(told->code, 0);
    assert_true(told->answer == fold_answer(100));
}

static void cut_bytes(void)
{
    fake.cuts_tag = fake.rank == 1 ? MF__TAG_BYTES : -1;
}

static void a_message_that_is_cut_is_found(void **state)
{
    (void)state;
    given = (struct task){.words = 10000, .meets = true};
    n_given = 1000;
    assert_int_equal(run_cluster(&(struct cluster){
                         .size = 2, .threads = 1, .first = run_given, .prepare = cut_bytes}),
                     3);
    assert_string_equal(told->text, "MPI failed while receiving from another rank (error 8)");
}

static void fail_at_the_end(void)
{
    fake.end_code = fake.rank == 0 ? 7 : 0;
}

static void a_message_that_is_lost_at_the_end_is_told(void **state)
{
    (void)state;
    given = (struct task){0};
    n_given = 10;
    const struct cluster cluster = {
        .size = 2, .threads = 1, .prepare = fail_at_the_end, .first = run_given};
    assert_int_equal(run_cluster(&cluster), 3);
    assert_string_equal(told->text, "MPI failed while ending (error 7)");
}

static void work_of_an_unknown_kind_is_refused(void **state)
{
    (void)state;
    given = (struct task){.words = 10000, .meets = true};
    n_given = 100000;
    const struct cluster cluster = {
        .size = 2, .threads = 1, .first = run_given, .knows_nothing = true, .aborts = true};
    assert_int_equal(run_cluster(&cluster), 128 + SIGKILL);
    assert_string_equal(told->text, "rank 0 asks for work that this manyfold does not know");
}

static void never_start(void)
{
    fake.never_starts = fake.rank == 0;
}

static void be_silent(void)
{
    fake.says_nothing = fake.rank == 1;
}

static void ranks_that_never_come_are_not_waited_for(void **state)
{
    (void)state;
    const struct cluster late = {
        .size = 2, .threads = 1, .first = run_given, .prepare = never_start, .gather_ns = SHORT_NS};
    assert_int_equal(run_cluster(&late), 3);
    assert_non_null(strstr(told->text, "MPI has not started after "));
    const struct cluster silent = {
        .size = 2, .threads = 1, .first = run_given, .prepare = be_silent, .gather_ns = SHORT_NS};
    run_cluster(&silent);
    assert_int_equal(told->code, MF_E_SYSTEM);
    assert_non_null(strstr(told->error.text, "not all 2 ranks were there after "));
}

int main(void)
{
    crash_plainly();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_that_of_one_worker),
        cmocka_unit_test(many_runs_follow_each_other),
        cmocka_unit_test(large_jobs_and_results_travel_in_pieces),
        cmocka_unit_test(the_lowest_item_that_fails_is_told_in_its_own_words),
        cmocka_unit_test(sums_and_forests_that_were_cut_are_refused),
        cmocka_unit_test(an_item_may_end_the_run),
        cmocka_unit_test(work_that_cannot_travel_is_done_by_rank_0),
        cmocka_unit_test(other_ranks_take_their_part),
        cmocka_unit_test(of_the_last_items_no_thread_waits_for_another),
        cmocka_unit_test(a_rank_that_stops_is_named),
        cmocka_unit_test(ranks_of_another_build_or_size_are_refused),
        cmocka_unit_test(a_rank_without_threads_ends_the_run),
        cmocka_unit_test(a_long_message_is_no_silence),
        cmocka_unit_test(two_runs_at_once_are_refused),
        cmocka_unit_test(a_message_that_is_cut_is_found),
        cmocka_unit_test(a_message_that_is_lost_at_the_end_is_told),
        cmocka_unit_test(work_of_an_unknown_kind_is_refused),
        cmocka_unit_test(ranks_that_never_come_are_not_waited_for),
    };
    return prepare_told() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
