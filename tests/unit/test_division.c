/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows are learnt from, and which are kept apart. */
#include "table/division.h"

#include "base/memory.h"
#include "tests/unit/prepared.h"

#define CSV                                                                                        \
    "x,kind,y,label,whole\n"                                                                       \
    "1,a,10,no,3\n"                                                                                \
    "2,b,,yes,5\n"                                                                                 \
    ",a,30,yes,3\n"                                                                                \
    "4,c,40,,5\n"                                                                                  \
    "5,a,50,no,5\n"                                                                                \
    "6,b,60,yes,3\n"

static struct mf__division divided_by(const mf_table *table, const char *target)
{
    struct mf__division division = {0};
    mf_error error = {0};
    if (mf__division_new(table, target, &division, &error) != 0)
        fail_msg("%s", error.text);
    return division;
}

static void assert_rows(const struct mf__division *division, const char *wanted)
{
    char found[64] = "";
    size_t length = 0;
    for (size_t i = 0; i < division->n; i++) {
        if (i == division->n_train)
            found[length++] = '|';
        found[length++] = (char)('0' + division->rows[i]);
    }
    assert_string_equal(found, wanted);
}

static void rows_without_a_target_are_left_out(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    struct mf__division numbers = divided_by(table, "y");
    struct mf__division categories = divided_by(table, "label");
    assert_rows(&numbers, "02345");
    assert_rows(&categories, "01245");
    mf__division_done(&numbers);
    mf__division_done(&categories);
    assert_null(numbers.rows);
    mf_table_free(&table);
}

static void a_target_that_is_not_there_is_refused(void **state)
{
    (void)state;
    mf_table *table = table_of("x,kind,y\n1,a,\n2,b,\n");
    struct mf__division division = {0};
    mf_error error = {0};
    assert_int_equal(mf__division_new(table, "y", &division, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "the target has no value in any row"));
    assert_int_equal(mf__division_new(table, "kid", &division, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "did you mean \"kind\"?"));
    assert_null(division.rows);
    mf_table_free(&table);
}

/* train_test_split of five rows with a third for testing keeps two of them. */
static void a_split_is_of_the_rows_with_a_target(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    struct mf__division division = divided_by(table, "y");
    const size_t *known = (const size_t[]){0, 2, 3, 4, 5};
    size_t order[5], n_train = 0;
    assert_int_equal(mf_split_rows(5, 0.3, 42, order, &n_train, NULL), 0);
    assert_int_equal(mf__division_split(&division, 0.3, 42, NULL), 0);
    assert_int_equal(division.n_train, n_train);
    assert_int_equal(division.n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(division.rows[i], known[order[i]]);
    mf__division_done(&division);
    mf_table_free(&table);
}

static void a_split_that_leaves_nothing_changes_nothing(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    struct mf__division division = divided_by(table, "y");
    mf_error error = {0};
    assert_int_equal(mf__division_split(&division, 0.99, 42, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "leaves none of 5 rows"));
    assert_rows(&division, "02345");
    mf__division_done(&division);
    mf_table_free(&table);
}

static void a_fold_keeps_the_order_on_both_sides(void **state)
{
    (void)state;
    size_t rows[] = {9, 4, 7, 2, 5, 8};
    const struct mf__division whole = {rows, 5, 6};
    const uint32_t fold_of[] = {1, 0, 2, 1, 0};
    size_t room[5];
    struct mf__division fold = {.rows = room};
    mf__division_fold(&whole, fold_of, 0, &fold);
    assert_rows(&fold, "972|45");
    mf__division_fold(&whole, fold_of, 1, &fold);
    assert_rows(&fold, "475|92");
    mf__division_fold(&whole, fold_of, 2, &fold);
    assert_rows(&fold, "9425|7");
}

static void classes_are_those_that_a_preparation_finds(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    mf_prepare_options options = mf_prepare_defaults();
    struct mf__division division = divided_by(table, "label");
    double *classes = NULL;
    options.target = "label";
    assert_int_equal(mf__division_classes(table, &options, &division, &classes, NULL), 0);
    assert_memory_equal(classes, ((const double[]){0, 1, 1, 0, 1}), 5 * sizeof *classes);
    mf__free(classes);
    mf__division_done(&division);

    division = divided_by(table, "whole");
    options.target = "whole";
    options.task = MF_TASK_CLASSIFICATION;
    assert_int_equal(mf__division_classes(table, &options, &division, &classes, NULL), 0);
    assert_memory_equal(classes, ((const double[]){0, 1, 0, 1, 1, 0}), 6 * sizeof *classes);
    mf__free(classes);

    options.task = MF_TASK_REGRESSION;
    assert_int_equal(mf__division_classes(table, &options, &division, &classes, NULL), 0);
    assert_null(classes);
    mf__division_done(&division);
    mf_table_free(&table);
}

static void what_is_kept_apart_teaches_nothing(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    mf_prepare_options options = mf_prepare_defaults();
    struct mf__divided divided = {0};
    size_t rows[] = {0, 3, 4, 2, 5};
    const struct mf__division division = {rows, 3, 5};
    options.target = "y";
    options.drop = (const char *const[]){"label", "whole"};
    options.n_drop = 2;
    assert_int_equal(mf__division_prepare(table, &options, &division, &divided, NULL), 0);
    /* The median of 1, 4 and 5 for the missing x of row 2; "b" is a category all the same. */
    assert_memory_equal(divided.train.values, ((const float[]){1, 4, 5, 0, 2, 0}),
                        6 * sizeof(float));
    assert_memory_equal(divided.apart.values, ((const float[]){4, 6, 0, 1}), 4 * sizeof(float));
    assert_memory_equal(divided.apart.target, ((const double[]){30, 60}), 2 * sizeof(double));
    mf__divided_done(&divided);
    assert_null(divided.preparation);
    mf_table_free(&table);
}

static void nothing_need_be_kept_apart(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    mf_prepare_options options = mf_prepare_defaults();
    struct mf__division division = divided_by(table, "y");
    struct mf__divided divided = {0};
    options.target = "y";
    assert_int_equal(mf__division_prepare(table, &options, &division, &divided, NULL), 0);
    assert_int_equal(divided.train.rows, 5);
    assert_int_equal(divided.apart.rows, 0);
    mf__divided_done(&divided);
    mf__division_done(&division);
    mf_table_free(&table);
}

static void what_cannot_be_prepared_leaves_nothing_behind(void **state)
{
    (void)state;
    mf_table *table = table_of(CSV);
    mf_prepare_options options = mf_prepare_defaults();
    struct mf__division division = divided_by(table, "y");
    struct mf__divided divided = {0};
    mf_error error = {0};
    options.target = "y";
    options.impute = MF_IMPUTE_NONE;
    assert_int_equal(mf__division_prepare(table, &options, &division, &divided, &error),
                     MF_E_INPUT);
    assert_non_null(strstr(error.text, "column \"x\""));
    assert_null(divided.preparation);
    assert_null(divided.train.values);
    mf__division_done(&division);
    mf_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_without_a_target_are_left_out),
        cmocka_unit_test(a_target_that_is_not_there_is_refused),
        cmocka_unit_test(a_split_is_of_the_rows_with_a_target),
        cmocka_unit_test(a_split_that_leaves_nothing_changes_nothing),
        cmocka_unit_test(a_fold_keeps_the_order_on_both_sides),
        cmocka_unit_test(classes_are_those_that_a_preparation_finds),
        cmocka_unit_test(what_is_kept_apart_teaches_nothing),
        cmocka_unit_test(nothing_need_be_kept_apart),
        cmocka_unit_test(what_cannot_be_prepared_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("division", tests, NULL, NULL);
}
