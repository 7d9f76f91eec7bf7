/* SPDX-License-Identifier: Apache-2.0 */
/* What splits and folds are, and what they refuse; test_prepare_reference.c has scikit-learn's. */
#include <manyfold/prepare.h>

#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#define ROWS 101

static void every_row_is_in_one_part(void **state)
{
    (void)state;
    size_t order[ROWS], n_train = 0;
    unsigned times[ROWS] = {0};
    assert_int_equal(mf_split_rows(ROWS, 0.3, 42, order, &n_train, NULL), 0);
    assert_int_equal(n_train, 70);
    for (size_t i = 0; i < ROWS; i++)
        times[order[i]]++;
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(times[i], 1);
}

/* train_test_split(range(10), test_size=0.3, random_state=42), also to be read in many a tutorial
 */
static void ten_rows_are_split_as_in_the_tutorials(void **state)
{
    (void)state;
    static const size_t wanted[] = {0, 7, 2, 9, 4, 3, 6, 8, 1, 5};
    size_t order[10], n_train = 0;
    assert_int_equal(mf_split_rows(10, 0.3, 42, order, &n_train, NULL), 0);
    assert_int_equal(n_train, 7);
    assert_memory_equal(order, wanted, sizeof wanted);
}

static void a_split_that_leaves_nothing_to_learn_from_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t rows;
        double test_size;
        const char *text;
    } cases[] = {
        {10, 0.0, "a test size of 0;"},
        {10, 1.0, "a test size of 1;"},
        {10, -0.5, "a test size of -0.5;"},
        {10, 1.5, "a test size of 1.5;"},
        {10, (double)NAN, "a test size of nan;"},
        {1, 0.3, "a test size of 0.3 leaves none of 1 row "},
        {0, 0.3, "a test size of 0.3 leaves none of 0 rows"},
        {10, 0.95, "a test size of 0.95 leaves none of 10 rows"},
        {((size_t)1 << 32) + 1, 0.5, "4294967297 rows are too many"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t order[10], n_train = 77;
        mf_error error = {0};
        int status = mf_split_rows(cases[i].rows, cases[i].test_size, 0, order, &n_train, &error);
        assert_int_equal(status, MF_E_INPUT);
        assert_non_null(strstr(error.text, cases[i].text));
        assert_int_equal(n_train, 77);
    }
}

static void folds_differ_by_one_row_at_most(void **state)
{
    (void)state;
    for (size_t k = 2; k <= ROWS; k += 9) {
        uint32_t fold[ROWS];
        size_t sizes[ROWS] = {0};
        assert_int_equal(mf_fold_rows(ROWS, k, 7, NULL, fold, NULL), 0);
        for (size_t i = 0; i < ROWS; i++) {
            assert_true(fold[i] < k);
            sizes[fold[i]]++;
        }
        for (size_t i = 0; i < k; i++)
            assert_int_equal(sizes[i], ROWS / k + (i < ROWS % k));
    }
}

static void every_fold_has_its_share_of_each_class(void **state)
{
    (void)state;
    double classes[ROWS];
    uint32_t fold[ROWS];
    size_t counts[5][3] = {{0}};
    for (size_t i = 0; i < ROWS; i++)
        classes[i] = i % 7 == 0 ? 65535.0 : (double)(i % 2);
    assert_int_equal(mf_fold_rows(ROWS, 5, 7, classes, fold, NULL), 0);
    for (size_t i = 0; i < ROWS; i++)
        counts[fold[i]][i % 7 == 0 ? 2 : i % 2]++;
    for (size_t k = 0; k < 5; k++) { /* 43, 43 and 15 rows */
        assert_in_range(counts[k][0], 8, 9);
        assert_in_range(counts[k][1], 8, 9);
        assert_int_equal(counts[k][2], 3);
    }
}

static void folds_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const double even[] = {0, 1, 0, 1, 2, 2}, half[] = {0, 0.5, 0, 0, 0, 0},
                        negative[] = {0, 0, -1, 0, 0, 0}, large[] = {0, 0, 0, 65536, 0, 0};
    const double unknown[] = {0, 0, 0, 0, (double)NAN, 0};
    const struct {
        size_t rows, k;
        const double *classes;
        const char *text;
    } cases[] = {
        {6, 0, NULL, "0 folds; cross-validation takes at least 2"},
        {6, 1, NULL, "1 folds; cross-validation takes at least 2"},
        {6, 7, NULL, "7 folds of 6 rows"},
        {0, 2, NULL, "2 folds of 0 rows"},
        {6, 3, even, "3 folds, but no class has more than 2 rows"},
        {6, 2, half, "row 2 has the class 0.5"},
        {6, 2, negative, "row 3 has the class -1"},
        {6, 2, large, "row 4 has the class 65536"},
        {6, 2, unknown, "row 5 has the class nan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t fold[6];
        mf_error error = {0};
        int status = mf_fold_rows(cases[i].rows, cases[i].k, 0, cases[i].classes, fold, &error);
        assert_int_equal(status, MF_E_INPUT);
        assert_non_null(strstr(error.text, cases[i].text));
    }
}

static void the_rarest_class_is_counted(void **state)
{
    (void)state;
    static const double classes[] = {3, 3, 1, 3, 1, 9, 9, 9, 9}, wrong[] = {0, 1.5};
    size_t rows = 77;
    assert_int_equal(mf_rarest_class(9, classes, &rows, NULL), 0);
    assert_int_equal(rows, 2);
    assert_int_equal(mf_rarest_class(2, wrong, &rows, NULL), MF_E_INPUT);
    assert_int_equal(rows, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_in_one_part),
        cmocka_unit_test(ten_rows_are_split_as_in_the_tutorials),
        cmocka_unit_test(a_split_that_leaves_nothing_to_learn_from_is_refused),
        cmocka_unit_test(folds_differ_by_one_row_at_most),
        cmocka_unit_test(every_fold_has_its_share_of_each_class),
        cmocka_unit_test(folds_that_cannot_be_are_refused),
        cmocka_unit_test(the_rarest_class_is_counted),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
