/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks of columns, by a table and by sorting, next to ranks found by comparing all values. */
#include "base/memory.h"
#include "base/random.h"
#include "forest/ranks.h"
#include "tests/unit/unit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TABLE 32768 /* places of the table of whole numbers */

static int compare_floats(const void *left, const void *right)
{
    float a = *(const float *)left;
    float b = *(const float *)right;
    return (a > b) - (a < b);
}

/* The different values, rising. */
static uint32_t list_values(const float *values, size_t n, float *ret_list)
{
    uint32_t n_values = 0;
    memcpy(ret_list, values, n * sizeof *values);
    qsort(ret_list, n, sizeof *ret_list, compare_floats);
    for (size_t i = 0; i < n; i++)
        if (n_values == 0 || ret_list[i] > ret_list[n_values - 1])
            ret_list[n_values++] = ret_list[i];
    return n_values;
}

static bool is_close(const float *list, uint32_t n_values, uint32_t rank)
{
    return rank + 1 < n_values && !(list[rank + 1] > list[rank] + 1e-7F);
}

static void check_column(const struct mf__ranked_column *column, const float *values, size_t n)
{
    float *list = mf__new(n, sizeof *list);
    uint32_t n_values = list_values(values, n, list);
    bool has_close = false;
    assert_int_equal(column->n_values, n_values);
    for (uint32_t rank = 0; rank < n_values; rank++) {
        bool close = is_close(list, n_values, rank);
        has_close = has_close || close;
        assert_true(column->values[rank] == list[rank]);
        assert_true(list[rank] != 0 || !signbit(column->values[rank]));
        assert_int_equal(mf__code_of(column, rank), rank << 1 | (uint32_t)close);
    }
    assert_int_equal(column->close != NULL, has_close);
    for (size_t row = 0; row < n; row++) {
        uint32_t rank = mf__rank_of(column->codes[row]);
        assert_true(rank < n_values && list[rank] == values[row]);
        assert_int_equal(column->codes[row], mf__code_of(column, rank));
    }
    mf__free(list);
}

static void check(const float *values, size_t rows, size_t columns)
{
    const mf_matrix matrix = {values, rows, columns};
    struct mf__ranked *ranked = NULL;
    bool has_close = false;
    assert_int_equal(mf__ranked_new(&matrix, &ranked, NULL), 0);
    for (size_t c = 0; c < columns; c++) {
        check_column(&ranked->columns[c], values + c * rows, rows);
        has_close = has_close || ranked->columns[c].close != NULL;
    }
    assert_int_equal(ranked->has_close, has_close);
    mf__ranked_free(ranked);
}

static void numbers_may_be_negative_and_zero_has_one_sign(void **state)
{
    (void)state;
    const float values[] = {3, -7, -0.0F, 0, 3, -1, 12, -7, 0, -0.0F};
    check(values, 10, 1);
    check(values, 1, 10);
    check(values, 5, 2);
    const float others[] = {0.5F, -0.0F, 0, 0.5F, -2e-38F, 0, -0.0F, -0.5F};
    check(others, 8, 1);
    check(others, 4, 2);
    check(others, 2, 4);
}

static void whole_numbers_fill_the_table_or_are_just_too_far_apart(void **state)
{
    (void)state;
    const float lows[] = {0, -5, -TABLE, 1 << 22, 0 - (1 << 22), (1 << 22) - TABLE + 1};
    for (size_t i = 0; i < sizeof lows / sizeof *lows; i++)
        for (int more = -1; more <= 1; more++) {
            float high = lows[i] + (float)(TABLE - 1 + more);
            const float values[] = {lows[i], high, lows[i] + 1, high - 9, lows[i]};
            check(values, 5, 1);
        }
}

static void numbers_at_the_end_of_what_a_table_takes_are_told_apart(void **state)
{
    (void)state;
    const float end = 1 << 22;
    const float values[] = {end - 1, end,  end + 1,  end - 0.5F, end + 2,  end,
                            1 - end, -end, -end - 1, 0.5F - end, -end - 2, -end};
    for (size_t n = 2; n <= 6; n++) {
        check(values, n, 1);
        check(values + 6, n, 1);
    }
}

/* Of whole numbers and others: so many rows that the last ones are no whole block. */
static void one_other_value_anywhere_among_whole_numbers_is_seen(void **state)
{
    (void)state;
    const float others[] = {0.5F,    -2.25F,  1e30F,  -1e30F,    3e9F,
                            FLT_MIN, FLT_MAX, 1e-45F, 2.0000002F};
    float values[150];
    struct mf__random random = {3};
    for (size_t n = 1; n <= 150; n += n < 60 || n > 70 ? 13 : 1)
        for (size_t at = 0; at < n; at += 1 + n / 9) {
            for (size_t row = 0; row < n; row++)
                values[row] = (float)mf__random_below(&random, 5) - 1;
            values[at] = others[at % (sizeof others / sizeof *others)];
            check(values, n, 1);
        }
}

static void one_value_only_has_one_rank(void **state)
{
    (void)state;
    const float ones[] = {4, 0, -0.0F, -8, 0.25F, -1e30F, 16777216, 1e-40F};
    float values[70];
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        for (size_t n = 1; n <= 70; n += 23) {
            for (size_t row = 0; row < n; row++)
                values[row] = ones[i];
            check(values, n, 1);
        }
}

/* Steps around MF__CLOSE, each value in several rows; large numbers whose lower digits are the
 * same; and any bits that are a number. */
static void sorted_columns_know_which_values_are_close(void **state)
{
    (void)state;
    float values[4 * 500];
    struct mf__random random = {5};
    for (size_t row = 0; row < 500; row++) {
        values[row] = (float)mf__random_below(&random, 200) * 7e-8F - 5e-6F;
        values[500 + row] = (float)mf__random_below(&random, 90) * 0x1p60F;
        values[1000 + row] = (float)mf__random_below(&random, 100000) / 1024 - 40;
        do {
            uint32_t bits = (uint32_t)mf__random_below(&random, UINT32_MAX);
            memcpy(&values[1500 + row], &bits, sizeof bits);
        } while (!isfinite(values[1500 + row]));
    }
    check(values, 500, 4);
}

static void refuse(const float *values, size_t rows, size_t columns, const char *where)
{
    const mf_matrix matrix = {values, rows, columns};
    struct mf__ranked *ranked = NULL;
    mf_error error;
    assert_int_equal(mf__ranked_new(&matrix, &ranked, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, where));
    assert_null(ranked);
}

static void the_first_value_that_is_not_finite_is_named(void **state)
{
    (void)state;
    const float bad[] = {(float)NAN, (float)INFINITY, -(float)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        float values[200] = {0, 1, -0.0F};
        values[170] = values[199] = bad[i];
        refuse(values, 200, 1, "row 170 of column 0 of the matrix is not a finite number");
        refuse(values, 100, 2, "row 70 of column 1 of the matrix is not a finite number");
        values[99] = bad[2 - i];
        refuse(values, 100, 2, "row 99 of column 0 of");
        values[0] = 0.5F;
        refuse(values, 100, 2, "row 99 of column 0 of");
        refuse(values, 20, 10, "row 19 of column 4 of");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_may_be_negative_and_zero_has_one_sign),
        cmocka_unit_test(whole_numbers_fill_the_table_or_are_just_too_far_apart),
        cmocka_unit_test(numbers_at_the_end_of_what_a_table_takes_are_told_apart),
        cmocka_unit_test(one_other_value_anywhere_among_whole_numbers_is_seen),
        cmocka_unit_test(one_value_only_has_one_rank),
        cmocka_unit_test(sorted_columns_know_which_values_are_close),
        cmocka_unit_test(the_first_value_that_is_not_finite_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
