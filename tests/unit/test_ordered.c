/* SPDX-License-Identifier: Apache-2.0 */
#include "table/ordered.h"

#include "base/random.h"
#include "tests/unit/unit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MANY 3000

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Any bits but those of NaN, which sorting is never given. */
static double any_number(struct mf__random *random)
{
    for (;;) {
        uint64_t bits = mf__random_next(random);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isnan(value))
            return value;
    }
}

static void numbers_of_every_size_and_sign_are_sorted(void **state)
{
    (void)state;
    struct mf__random random = {.state = 5};
    for (size_t n = 0; n <= MANY; n = 3 * n + 1) {
        double found[MANY], wanted[MANY];
        for (size_t i = 0; i < n; i++)
            found[i] = any_number(&random);
        memcpy(wanted, found, n * sizeof *found);
        qsort(wanted, n, sizeof *wanted, compare);
        assert_int_equal(mf__sort_numbers(found, n, NULL), 0);
        assert_memory_equal(found, wanted, n * sizeof *found);
    }
}

static void extremes_are_sorted_and_zeros_lose_their_sign(void **state)
{
    (void)state;
    const double infinite = (double)INFINITY;
    double found[] = {0.0, -DBL_MAX, 5e-324, -0.0, infinite, -5e-324, DBL_MAX, -infinite, -0.0};
    const double wanted[] = {-infinite, -DBL_MAX, -5e-324, 0.0,     0.0,
                             0.0,       5e-324,   DBL_MAX, infinite};
    assert_int_equal(mf__sort_numbers(found, 9, NULL), 0);
    assert_memory_equal(found, wanted, sizeof wanted);
}

static void the_median_is_the_middle_or_the_mean_of_two(void **state)
{
    (void)state;
    const double values[] = {1.0, 2.0, 5.0, 9.0};
    assert_true(mf__median_of_sorted(values, 1) == 1.0);
    assert_true(mf__median_of_sorted(values, 2) == 1.5);
    assert_true(mf__median_of_sorted(values, 3) == 2.0);
    assert_true(mf__median_of_sorted(values, 4) == 3.5);
}

static void the_first_of_the_most_frequent_is_taken(void **state)
{
    (void)state;
    const double values[] = {-1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 4.0};
    assert_true(mf__mode_of_sorted(values, 1) == -1.0);
    assert_true(mf__mode_of_sorted(values, 3) == 2.0);
    assert_true(mf__mode_of_sorted(values, 5) == 2.0);
    assert_true(mf__mode_of_sorted(values, 8) == 4.0);
}

static void distinct_numbers_stay_once(void **state)
{
    (void)state;
    double values[] = {-1.0, 2.0, 2.0, 3.0, 4.0, 4.0};
    const double wanted[] = {-1.0, 2.0, 3.0, 4.0};
    assert_int_equal(mf__distinct_of_sorted(values, 0), 0);
    assert_int_equal(mf__distinct_of_sorted(values, 6), 4);
    assert_memory_equal(values, wanted, sizeof wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_size_and_sign_are_sorted),
        cmocka_unit_test(extremes_are_sorted_and_zeros_lose_their_sign),
        cmocka_unit_test(the_median_is_the_middle_or_the_mean_of_two),
        cmocka_unit_test(the_first_of_the_most_frequent_is_taken),
        cmocka_unit_test(distinct_numbers_stay_once),
    };
    return cmocka_run_group_tests_name("ordered", tests, NULL, NULL);
}
