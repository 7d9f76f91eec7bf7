/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sum of integers. What is expected is computed here by another formula than the library's:
 * the sum of 0 .. n by halves of 32 bits, and ranges as differences of such sums.
 */
#include "jobs/sum.h"

#include "base/random.h"
#include "exec/sample.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#include <string.h>

static const uint64_t border_2_32 = UINT64_C(1) << 32;
static const uint64_t border_2_49 = UINT64_C(1) << 49;
static const uint64_t border_2_63 = UINT64_C(1) << 63;

/* The sum of 0 .. n: with n = 2 k or 2 k + 1 it is k (2 k + 1) or (k + 1)(2 k + 1). */
static mf__u128 sum_up_to(uint64_t n)
{
    mf__u128 k = n / 2;
    return (n % 2 == 0 ? k : k + 1) * (2 * k + 1);
}

/* Of the `count` integers from `first` on; none is above 2^64 - 1. */
static mf__u128 sum_of(uint64_t first, uint64_t count)
{
    if (count == 0)
        return 0;
    mf__u128 below = first > 0 ? sum_up_to(first - 1) : 0;
    return sum_up_to(first + (count - 1)) - below;
}

static mf__u128 whole(mf_u128 halves)
{
    return (mf__u128)halves.high << 64 | halves.low;
}

static void assert_kernel(const struct mf__sum_kernel *kernel, uint64_t first, uint64_t count)
{
    if (kernel->sum(first, count) != sum_of(first, count))
        fail_msg("%s: %llu integers from %llu on", kernel->name, (unsigned long long)count,
                 (unsigned long long)first);
}

static void assert_kernels(uint64_t first, uint64_t count)
{
    for (size_t i = 0; i < mf__sum_kernel_count(); i++)
        if (mf__sum_kernel_runs(mf__sum_kernel_at(i)))
            assert_kernel(mf__sum_kernel_at(i), first, count);
}

/* ---- kernels ---- */

static void every_kernel_adds_every_small_count_at_every_border(void **state)
{
    (void)state;
    const uint64_t borders[] = {0, 1, border_2_32, border_2_49, border_2_63};
    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++) {
        for (uint64_t count = 0; count <= 200; count++) {
            assert_kernels(borders[i], count);
            if (borders[i] >= 100)
                assert_kernels(borders[i] - 100, count);
        }
    }
    for (uint64_t count = 1; count <= 200; count++)
        assert_kernels(UINT64_MAX - count + 1, count);
}

static void every_kernel_adds_whole_pieces_at_every_border(void **state)
{
    (void)state;
    const uint64_t borders[] = {border_2_32, border_2_49, border_2_63};
    for (size_t i = 0; i < sizeof borders / sizeof borders[0]; i++) {
        assert_kernels(borders[i] - MF__SUM_PIECE / 2, MF__SUM_PIECE);
        assert_kernels(borders[i] - MF__SUM_PIECE, MF__SUM_PIECE);
        assert_kernels(borders[i], MF__SUM_PIECE);
    }
    assert_kernels(0, MF__SUM_PIECE);
    assert_kernels(UINT64_MAX - MF__SUM_PIECE + 1, MF__SUM_PIECE);
}

/*
 * A lane's sum of `steps` integers stays below 2^64 when the last one is at most 2^64 / steps;
 * above, integers are split. Both sides of that border, for steps of every width.
 */
static void every_kernel_splits_integers_in_time(void **state)
{
    (void)state;
    for (uint64_t stride = 4; stride <= 32; stride *= 2) {
        for (uint64_t steps = 1; steps <= MF__SUM_PIECE / stride; steps *= 2) {
            uint64_t count = steps * stride;
            uint64_t last = UINT64_MAX / steps;
            assert_kernels(last - count, count);
            assert_kernels(last - count + 1, count);
            assert_kernels(last - count + 1, count - 1);
            if (last < UINT64_MAX)
                assert_kernels(last - count + 2, count);
        }
    }
}

static void every_kernel_adds_random_pieces(void **state)
{
    (void)state;
    struct mf__random dice = {20260101};
    for (int turn = 0; turn < 20000; turn++) {
        uint64_t count = mf__random_below(&dice, turn % 100 == 0 ? MF__SUM_PIECE + 1 : 700);
        uint64_t first = mf__random_next(&dice) >> mf__random_below(&dice, 64);
        if (first > UINT64_MAX - count)
            first -= count;
        assert_kernels(first, count);
    }
}

static void kernels_are_found_by_name_if_they_run_here(void **state)
{
    (void)state;
    assert_string_equal(mf__sum_kernel_at(0)->name, "portable");
    assert_ptr_equal(mf__sum_kernel_find("auto"), mf__sum_kernel_best());
    assert_true(mf__sum_kernel_runs(mf__sum_kernel_best()));
    assert_ptr_equal(mf__sum_kernel_find("portable"), mf__sum_kernel_at(0));
    assert_null(mf__sum_kernel_find("magic"));
    assert_null(mf__sum_kernel_find(""));
    for (size_t i = 0; i < mf__sum_kernel_count(); i++) {
        const struct mf__sum_kernel *kernel = mf__sum_kernel_at(i);
        assert_ptr_equal(mf__sum_kernel_find(kernel->name),
                         mf__sum_kernel_runs(kernel) ? kernel : NULL);
    }
}

/* ---- sums ---- */

static void assert_sum(mf_pool *pool, uint64_t from, uint64_t to)
{
    mf_u128 sum = {77, 77};
    mf_error error = {0};
    if (mf_sum(pool, from, to, NULL, NULL, &sum, &error) != 0)
        fail_msg("%s", error.text);
    mf__u128 expected = from > to ? 0 : sum_up_to(to) - (from > 0 ? sum_up_to(from - 1) : 0);
    if (whole(sum) != expected || whole(mf_sum_formula(from, to)) != expected)
        fail_msg("%llu .. %llu", (unsigned long long)from, (unsigned long long)to);
}

static void sums_are_right_where_numbers_have_borders(void **state)
{
    (void)state;
    static const struct {
        uint64_t from;
        uint64_t to;
    } ranges[] = {
        {0, 0},
        {1, 0},
        {1, 1},
        {0, 1},
        {5, 3},
        {0, UINT64_C(0xffffffff)},
        {1, UINT64_C(0x100000000)},
        {1, UINT64_C(6074000999)},
        {1, UINT64_C(6074001000)},
        {UINT64_C(0x7fffffffffff0000), UINT64_C(0x8000000000000000)},
        {UINT64_C(0x7fffffffff000000), UINT64_C(0x80000000000fffff)},
        {UINT64_C(0xffffffffff000000), UINT64_MAX},
        {UINT64_MAX, UINT64_MAX},
        {UINT64_MAX, 0},
    };
    mf_pool *pool = open_pool("threads", 2);
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        assert_sum(pool, ranges[i].from, ranges[i].to);
    mf_pool_close(&pool);
}

/* Written out, from a program that counts with numbers of any length. */
static void the_formula_is_right_on_whole_ranges(void **state)
{
    (void)state;
    static const struct {
        uint64_t from;
        uint64_t to;
        mf_u128 sum;
    } known[] = {
        {1, 0, {0, 0}},
        {1, 1, {0, 1}},
        {1, 100, {0, 5050}},
        {1, UINT64_C(4294967295), {0, UINT64_C(9223372034707292160)}},
        {1, UINT64_C(4294967296), {0, UINT64_C(9223372039002259456)}},
        {1, UINT64_C(6074000999), {0, UINT64_C(18446744070963499500)}},
        {1, UINT64_C(6074001000), {1, UINT64_C(3327948884)}},
        {1, UINT64_C(10000000000), {2, UINT64_C(13106511857580896768)}},
        {1, UINT64_C(1) << 63, {UINT64_C(2305843009213693952), UINT64_C(4611686018427387904)}},
        {1, UINT64_MAX, {UINT64_C(9223372036854775807), UINT64_C(9223372036854775808)}},
        {0, UINT64_MAX, {UINT64_C(9223372036854775807), UINT64_C(9223372036854775808)}},
        {UINT64_MAX, UINT64_MAX, {0, UINT64_MAX}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        mf_u128 sum = mf_sum_formula(known[i].from, known[i].to);
        assert_true(sum.high == known[i].sum.high && sum.low == known[i].sum.low);
    }
}

/* Most ranges are short; one in a hundred takes several blocks. In all some 1e9 integers. */
static void ten_thousand_random_ranges_are_right(void **state)
{
    (void)state;
    struct mf__random dice = {4950};
    mf_pool *pools[] = {open_pool("serial", 1), open_pool("threads", 2), open_pool("threads", 5)};
    for (int turn = 0; turn < 10000; turn++) {
        uint64_t count =
            turn % 100 == 0 ? mf__random_below(&dice, 8000000) : mf__random_below(&dice, 40000);
        uint64_t from = mf__random_next(&dice) >> mf__random_below(&dice, 64);
        uint64_t to = from > UINT64_MAX - count ? UINT64_MAX : from + count;
        assert_sum(pools[turn % 3], from, to);
    }
    for (size_t i = 0; i < 3; i++)
        mf_pool_close(&pools[i]);
}

static const char *const real_ways[] = {"serial", "threads", "processes"};

static void all_ways_and_all_workers_have_one_answer_and_one_digest(void **state)
{
    (void)state;
    const uint64_t count = UINT64_C(20000003);
    unsigned char first[MF__DIGEST_BYTES] = {0};
    unsigned n = 0;
    for (size_t k = 0; k < mf__sum_kernel_count(); k++) {
        const struct mf__sum_config config = {border_2_63 - 10000000, mf__sum_kernel_at(k)};
        for (unsigned i = 0; i < 3 * 16 && mf__sum_kernel_runs(config.kernel); i++) {
            const struct mf__sample_request request = {.job = {&mf__sum_job, &config, count},
                                                       .way = mf_way_find(real_ways[i % 3]),
                                                       .workers = i % 3 == 0 ? 1 : 1 + i / 3,
                                                       .repeats = 1};
            struct mf__outcome outcome;
            if (i % 3 == 0 && i > 0)
                continue;
            assert_int_equal(mf__sample_here(&request, &outcome, NULL), 0);
            assert_false(outcome.wrong);
            assert_string_equal(outcome.answer, "184467468407211626744327427");
            if (n++ == 0)
                memcpy(first, outcome.digest, sizeof first);
            assert_memory_equal(outcome.digest, first, sizeof first);
            mf__outcome_done(&outcome);
        }
    }
    assert_true(n >= 33);
}

/* ---- cancelling, deciding, the job ---- */

static void a_sum_can_be_cancelled_and_leaves_the_answer_alone(void **state)
{
    (void)state;
    for (size_t w = 0; w < 3; w++) {
        mf_cancel cancel = {0};
        const mf_run_options options = {.cancel = &cancel};
        mf_u128 sum = {77, 77};
        mf_pool *pool = open_pool(real_ways[w], 1);
        mf_cancel_request(&cancel);
        assert_int_equal(mf_sum(pool, 1, UINT64_MAX, &options, NULL, &sum, NULL), MF_E_CANCELLED);
        assert_true(sum.high == 77 && sum.low == 77);
        mf_pool_close(&pool);
    }
}

static mf__u128 one_too_many(uint64_t first, uint64_t count)
{
    return sum_of(first, count) + 1;
}

static void a_kernel_that_is_wrong_is_found_out(void **state)
{
    (void)state;
    const struct mf__sum_kernel wrong = {"wrong", one_too_many};
    const struct mf__sum_config config = {1, &wrong};
    mf_u128 sum = {77, 77};
    mf_error error = {0};
    mf_pool *pool = open_pool("serial", 1);
    assert_int_equal(mf__sum(pool, &config, 100, NULL, NULL, &sum, &error), MF_E_DIFFER);
    assert_non_null(strstr(error.text, "(from + to) * count / 2"));
    assert_true(sum.low == 77);
    mf_pool_close(&pool);
}

static void workers_are_taken_when_they_pay(void **state)
{
    (void)state;
    /* A worker costs 0.1 ms, so n of them pay from n (n - 1) * 0.1 ms on. */
    assert_int_equal(mf__sum_worth(0, 16), 1);
    assert_int_equal(mf__sum_worth(200000, 16), 1);
    assert_int_equal(mf__sum_worth(200002, 16), 2);
    assert_int_equal(mf__sum_worth(599999, 16), 2);
    assert_int_equal(mf__sum_worth(600006, 16), 3);
    assert_int_equal(mf__sum_worth(UINT64_MAX, 16), 16);
    assert_int_equal(mf__sum_worth(UINT64_MAX, 1), 1);
    assert_int_equal(mf__sum_worth(1000000, 1), 1);
    for (uint64_t ns = 0; ns < 100000000; ns += 777777)
        for (unsigned workers = 1; workers <= 64; workers *= 2)
            assert_true(mf__sum_worth(ns, workers) <= workers);
}

static void small_sums_do_not_pay_for_workers(void **state)
{
    (void)state;
    const struct mf__sum_config config = {1, mf__sum_kernel_best()};
    static const uint64_t counts[] = {0, 1, 2, 1000, 262144};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        assert_int_equal(mf__sum_quickest(&config, counts[i], 1024), 1);
    assert_int_equal(mf__sum_quickest(&config, UINT64_MAX, 1), 1);
    assert_int_equal(mf__sum_quickest(&config, UINT64_MAX, 2), 2);
    assert_int_equal(mf__sum_quickest(&config, UINT64_MAX, 1024), 1024);
}

static void the_job_refuses_ranges_that_do_not_end(void **state)
{
    (void)state;
    static const struct {
        uint64_t from;
        uint64_t size;
        int code;
    } cases[] = {
        {0, 0, MF_E_INPUT},          {0, 1, 0},
        {0, UINT64_MAX, 0},          {1, UINT64_MAX, 0},
        {2, UINT64_MAX, MF_E_INPUT}, {UINT64_MAX, 1, 0},
        {UINT64_MAX, 2, MF_E_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct mf__sum_config config = {cases[i].from, mf__sum_kernel_best()};
        void *user = NULL;
        mf_work work = {0};
        mf_error error = {0};
        assert_int_equal(mf__sum_job.make(&config, cases[i].size, &user, &work, &error),
                         cases[i].code);
        assert_int_equal(user != NULL, cases[i].code == 0);
        if (cases[i].code != 0)
            assert_non_null(strstr(error.text, "below 2^64"));
        else
            assert_true(work.n_items > 0 && work.n_items <= MF_ITEMS_MAX);
        mf__sum_job.done(user);
    }
}

static void the_job_starts_anew_and_knows_its_answer(void **state)
{
    (void)state;
    const struct mf__sum_config config = {1, mf__sum_kernel_best()};
    void *user = NULL;
    mf_work work;
    mf_pool *pool = open_pool("serial", 1);
    assert_int_equal(mf__sum_job.make(&config, 100, &user, &work, NULL), 0);
    for (int turn = 0; turn < 3; turn++) {
        struct mf__buffer text = {0};
        mf__sum_job.reset(user);
        assert_int_equal(mf__sum_job.check(user, NULL), MF_E_DIFFER);
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
        assert_int_equal(mf__sum_job.check(user, NULL), 0);
        mf__sum_job.answer(user, &text);
        assert_string_equal(mf__buffer_text(&text), "5050");
        mf__buffer_done(&text);
    }
    mf__sum_job.done(user);
    mf_pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_adds_every_small_count_at_every_border),
        cmocka_unit_test(every_kernel_adds_whole_pieces_at_every_border),
        cmocka_unit_test(every_kernel_splits_integers_in_time),
        cmocka_unit_test(every_kernel_adds_random_pieces),
        cmocka_unit_test(kernels_are_found_by_name_if_they_run_here),
        cmocka_unit_test(sums_are_right_where_numbers_have_borders),
        cmocka_unit_test(the_formula_is_right_on_whole_ranges),
        cmocka_unit_test(ten_thousand_random_ranges_are_right),
        cmocka_unit_test(all_ways_and_all_workers_have_one_answer_and_one_digest),
        cmocka_unit_test(a_sum_can_be_cancelled_and_leaves_the_answer_alone),
        cmocka_unit_test(a_kernel_that_is_wrong_is_found_out),
        cmocka_unit_test(workers_are_taken_when_they_pay),
        cmocka_unit_test(small_sums_do_not_pay_for_workers),
        cmocka_unit_test(the_job_refuses_ranges_that_do_not_end),
        cmocka_unit_test(the_job_starts_anew_and_knows_its_answer),
    };
    return cmocka_run_group_tests_name("sum", tests, NULL, NULL);
}
