/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that NumPy 1.24's RandomState gives; see base/mt19937.h for the calls. */
#include "base/mt19937.h"
#include "tests/unit/unit.h"

static void the_bits_are_those_of_randomstate(void **state)
{
    (void)state;
    struct mf__mt mt;
    mf__mt_seed(&mt, 0);
    assert_int_equal(mf__mt_next(&mt), UINT32_C(2357136044));
    assert_int_equal(mf__mt_next(&mt), UINT32_C(2546248239));
    assert_int_equal(mf__mt_next(&mt), UINT32_C(3071714933));
}

static void whole_numbers_below_a_bound_are_those_of_randint(void **state)
{
    (void)state;
    static const uint32_t digits[] = {6, 3, 7, 4, 6, 9, 2, 6};
    static const uint32_t wide[] = {954698, 87498, 899159, 912756};
    struct mf__mt mt;
    mf__mt_seed(&mt, 42);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(mf__mt_below(&mt, 10), digits[i]);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(mf__mt_below(&mt, 1000003), wide[i]);
    assert_int_equal(mf__mt_below(&mt, INT32_MAX), 434285667);
}

static void a_bound_of_one_draws_nothing(void **state)
{
    (void)state;
    static const uint32_t before[] = {3, 2, 4, 4, 0, 6, 2, 1, 0, 3};
    struct mf__mt mt;
    mf__mt_seed(&mt, UINT32_MAX);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(mf__mt_below(&mt, 7), before[i]);
    assert_int_equal(mf__mt_below(&mt, 1), 0);
    assert_int_equal(mf__mt_below(&mt, 7), 2);
}

static void many_numbers_are_those_that_come_one_by_one(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 700, 0, 623, 2000};
    static const uint64_t limits[] = {1000003, 1, 7, UINT64_C(1) << 32, 1022};
    uint32_t many[2000];
    struct mf__mt one;
    struct mf__mt all;
    mf__mt_seed(&one, 42);
    mf__mt_seed(&all, 42);
    for (size_t k = 0; k < 5; k++) {
        mf__mt_fill(&all, limits[k], many, lengths[k]);
        for (size_t i = 0; i < lengths[k]; i++)
            assert_int_equal(many[i], mf__mt_below(&one, limits[k]));
    }
    assert_int_equal(mf__mt_next(&all), mf__mt_next(&one));
}

static void an_order_is_that_of_permutation(void **state)
{
    (void)state;
    static const size_t wanted[] = {0, 8, 6, 3, 1, 4, 5, 2, 9, 7};
    size_t order[10];
    struct mf__mt mt;
    mf__mt_seed(&mt, 42);
    for (size_t i = 0; i < 13; i++)
        mf__mt_below(&mt, i < 8 ? 10 : i < 12 ? 1000003 : INT32_MAX);
    for (size_t i = 0; i < 10; i++)
        order[i] = i;
    mf__mt_shuffle(&mt, order, 10);
    assert_memory_equal(order, wanted, sizeof wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bits_are_those_of_randomstate),
        cmocka_unit_test(whole_numbers_below_a_bound_are_those_of_randint),
        cmocka_unit_test(a_bound_of_one_draws_nothing),
        cmocka_unit_test(many_numbers_are_those_that_come_one_by_one),
        cmocka_unit_test(an_order_is_that_of_permutation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
