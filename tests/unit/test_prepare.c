/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to each kind of column, and what is refused; test_prepare_reference.c compares whole
 * tables with pandas and scikit-learn. */
#include "tests/unit/prepared.h"

#include <stdio.h>

static const char small[] = "n,c,b,y\n"
                            "1,x,True,10\n"
                            ",b,False,20\n"
                            "4,,True,30\n"
                            "2,B,,40\n";

static mf_prepare_options for_target(const char *target)
{
    mf_prepare_options options = mf_prepare_defaults();
    options.target = target;
    return options;
}

static void assert_column(const mf_dataset *dataset, size_t column, const float *wanted)
{
    for (size_t row = 0; row < dataset->rows; row++)
        assert_float_equal(dataset->values[column * dataset->rows + row], wanted[row], 0.0F);
}

static void numbers_get_the_median_and_categories_their_place(void **state)
{
    (void)state;
    mf_table *table = table_of(small);
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = learnt(table, &options);
    mf_dataset dataset = applied(preparation, table, MF_PREPARE_TARGET);
    assert_int_equal(dataset.rows, 4);
    assert_int_equal(dataset.columns, 3);
    assert_column(&dataset, 0, (const float[]){1, 2, 4, 2});
    assert_column(&dataset, 1, (const float[]){2, 1, 3, 0}); /* B, b, x, missing */
    assert_column(&dataset, 2, (const float[]){1, 0, 1, 1});
    for (size_t row = 0; row < 4; row++)
        assert_true(dataset.target[row] == 10.0 * (double)(row + 1));
    assert_int_equal(dataset.n_filled, 2);
    assert_int_equal(dataset.n_unseen, 0);
    assert_int_equal(dataset.n_classes, 0);
    assert_string_equal(mf_preparation_target(preparation), "y");
    assert_int_equal(mf_preparation_task(preparation), MF_TASK_REGRESSION);
    assert_string_equal(mf_preparation_feature(preparation, 1), "c");
    assert_null(mf_preparation_feature(preparation, 3));
    mf_dataset_done(&dataset);
    mf_preparation_free(&preparation);
    assert_null(preparation);
    mf_table_free(&table);
}

static void one_hot_makes_a_column_per_category_all_0_where_missing(void **state)
{
    (void)state;
    mf_table *table = table_of(small);
    mf_prepare_options options = for_target("y");
    options.encode = MF_ENCODE_ONEHOT;
    mf_preparation *preparation = learnt(table, &options);
    static const char *const names[] = {"n", "c=B", "c=b", "c=x", "b"};
    assert_int_equal(mf_preparation_features(preparation), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        assert_string_equal(mf_preparation_feature(preparation, i), names[i]);
    mf_dataset dataset = applied(preparation, table, 0);
    assert_column(&dataset, 1, (const float[]){0, 0, 0, 1});
    assert_column(&dataset, 2, (const float[]){0, 1, 0, 0});
    assert_column(&dataset, 3, (const float[]){1, 0, 0, 0});
    assert_column(&dataset, 4, (const float[]){1, 0, 1, 1});
    assert_null(dataset.target);
    mf_dataset_done(&dataset);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

static void unseen_categories_are_missing_and_counted(void **state)
{
    (void)state;
    mf_table *learnt_from = table_of("c,y\na,1\nb,2\na,3\n");
    mf_table *other = table_of("y,extra,c\n,9,new\n,9,b\n,9,\n,9,other\n,9,new\n");
    for (int encode = MF_ENCODE_LABEL; encode <= MF_ENCODE_ONEHOT; encode++) {
        mf_prepare_options options = for_target("y");
        options.encode = encode;
        mf_preparation *preparation = learnt(learnt_from, &options);
        mf_dataset dataset = applied(preparation, other, 0);
        assert_int_equal(dataset.n_unseen, 3);
        assert_int_equal(dataset.n_filled, 0);
        if (encode == MF_ENCODE_LABEL) {
            assert_column(&dataset, 0, (const float[]){2, 1, 2, 2, 2});
        } else {
            assert_column(&dataset, 0, (const float[]){0, 0, 0, 0, 0});
            assert_column(&dataset, 1, (const float[]){0, 1, 0, 0, 0});
        }
        mf_dataset_done(&dataset);
        mf_preparation_free(&preparation);
    }
    mf_table_free(&other);
    mf_table_free(&learnt_from);
}

static void fills_are_learnt_from_the_training_rows_and_categories_from_all(void **state)
{
    (void)state;
    mf_table *table = table_of("n,c,y\n1,a,1\n1,a,2\n7,c,3\n8,b,4\n,c,5\n9,c,6\n");
    static const size_t train[] = {3, 0, 1}, test[] = {4, 5, 2};
    static const struct {
        int impute;
        float fill;
    } cases[] = {{MF_IMPUTE_MEDIAN, 1}, {MF_IMPUTE_MEDIAN_EACH, 8}, {MF_IMPUTE_MOST_FREQUENT, 1}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        mf_prepare_options options = for_target("y");
        options.impute = cases[i].impute;
        mf_preparation *preparation = NULL;
        mf_dataset part = {0};
        assert_int_equal(mf_prepare_learn(table, &options, train, 3, &preparation, NULL), 0);
        assert_int_equal(mf_prepare_apply(preparation, table, test, 3, 0, &part, NULL), 0);
        assert_column(&part, 0, (const float[]){cases[i].fill, 9, 7});
        assert_column(&part, 1, (const float[]){2, 2, 2});
        mf_dataset_done(&part);
        mf_preparation_free(&preparation);
    }
    mf_table_free(&table);
}

static void a_part_without_any_number_falls_back_on_what_was_learnt(void **state)
{
    (void)state;
    mf_table *learnt_from = table_of("n,y\n1,1\n3,2\n"), *other = table_of("n,m\n,1\n,1\n");
    mf_prepare_options options = for_target("y");
    options.impute = MF_IMPUTE_MEDIAN_EACH;
    mf_preparation *preparation = learnt(learnt_from, &options);
    mf_dataset dataset = applied(preparation, other, 0);
    assert_column(&dataset, 0, (const float[]){2, 2});
    assert_int_equal(dataset.n_filled, 2);
    mf_dataset_done(&dataset);
    mf_preparation_free(&preparation);
    mf_table_free(&other);
    mf_table_free(&learnt_from);
}

static void the_most_frequent_number_is_the_smallest_of_several(void **state)
{
    (void)state;
    mf_table *table = table_of("n,y\n5,1\n-0,2\n5,3\n0,4\n,5\n-7,6\n");
    mf_prepare_options options = for_target("y");
    options.impute = MF_IMPUTE_MOST_FREQUENT;
    mf_preparation *preparation = learnt(table, &options);
    mf_dataset dataset = applied(preparation, table, 0);
    assert_float_equal(dataset.values[4], 0.0F, 0.0F);
    mf_dataset_done(&dataset);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

static void numbers_are_rounded_to_floats_as_numpy_does(void **state)
{
    (void)state;
    mf_table *table = table_of("n,y\n3.4028235677973362e38,1\n16777217,2\n1e-46,3\n0.1,4\n");
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = learnt(table, &options);
    mf_dataset dataset = applied(preparation, table, 0);
    assert_column(&dataset, 0, (const float[]){0x1.fffffep127F, 16777216, 0, 0.1F});
    mf_dataset_done(&dataset);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

static void classes_are_sorted_whatever_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        int task;
        const char *classes[3];
        double places[4];
    } cases[] = {
        {"text", MF_TASK_AUTO, {"B", "a", "b"}, {2, 1, 0, 2}},
        {"truth", MF_TASK_AUTO, {"False", "True", NULL}, {1, 0, 1, 1}},
        {"number", MF_TASK_CLASSIFICATION, {"-0.5", "9", "10"}, {2, 1, 0, 1}},
    };
    mf_table *table = table_of("x,text,truth,number\n1,b,True,10\n2,a,False,9.0\n"
                               "3,B,True,-0.5\n4,b,True,9\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        mf_prepare_options options = for_target(cases[i].target);
        options.task = cases[i].task;
        mf_preparation *preparation = learnt(table, &options);
        mf_dataset dataset = applied(preparation, table, MF_PREPARE_TARGET);
        size_t n = cases[i].classes[2] != NULL ? 3 : 2;
        assert_int_equal(mf_preparation_task(preparation), MF_TASK_CLASSIFICATION);
        assert_int_equal(mf_preparation_classes(preparation), n);
        assert_int_equal(dataset.n_classes, n);
        assert_null(mf_preparation_class(preparation, n));
        for (size_t class = 0; class < n; class ++)
            assert_string_equal(mf_preparation_class(preparation, class), cases[i].classes[class]);
        assert_memory_equal(dataset.target, cases[i].places, sizeof cases[i].places);
        mf_dataset_done(&dataset);
        mf_preparation_free(&preparation);
    }
    mf_table_free(&table);
}

static void a_truth_can_be_predicted_as_a_number(void **state)
{
    (void)state;
    mf_table *table = table_of("x,y\n1,True\n2,False\n");
    mf_prepare_options options = for_target("y");
    options.task = MF_TASK_REGRESSION;
    mf_preparation *preparation = learnt(table, &options);
    mf_dataset dataset = applied(preparation, table, MF_PREPARE_TARGET);
    assert_int_equal(dataset.n_classes, 0);
    assert_true(dataset.target[0] == 1.0 && dataset.target[1] == 0.0);
    mf_dataset_done(&dataset);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

/* A table has no "A" and no broken field by chance, and its columns look like another kind. */
static void each_field_counts_not_the_kind_that_a_table_seems_to_have(void **state)
{
    (void)state;
    mf_table *table = table_of("c,n,b,e,y\nA,1,True,x,1\n1,2,False,y,2\n2.5,3,True,z,3\nTrue,4,"
                               "True,x,4\n");
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = learnt(table, &options);
    mf_table *numbers = table_of("c,n,b,e\n1,True,0,\n2.50,False,1,\n7,,,\n");
    mf_dataset dataset = applied(preparation, numbers, 0);
    assert_column(&dataset, 0, (const float[]){0, 1, 4}); /* 1, 2.5, A, True */
    assert_column(&dataset, 1, (const float[]){1, 0, 2.5});
    assert_column(&dataset, 2, (const float[]){0, 1, 1});
    assert_column(&dataset, 3, (const float[]){3, 3, 3});
    assert_int_equal(dataset.n_unseen, 1);
    mf_dataset_done(&dataset);

    mf_table *truths = table_of("c,n,b,e\nTrue,1,True,x\nFalse,oops,perhaps,x\n");
    static const size_t first[] = {0}, second[] = {1};
    assert_int_equal(mf_prepare_apply(preparation, truths, first, 1, 0, &dataset, NULL), 0);
    assert_float_equal(dataset.values[0], 3.0F, 0.0F);
    mf_dataset_done(&dataset);
    mf_error error = {0};
    assert_int_equal(mf_prepare_apply(preparation, truths, second, 1, 0, &dataset, &error),
                     MF_E_INPUT);
    assert_string_equal(error.text,
                        "t.csv: row 2, column \"n\": \"oops\" where a number is needed");
    mf_table *odd = table_of("c,n,b,e\nA,1,tRUE,x\nA,1,1,x\n"); /* "1" makes it a category */
    dataset = applied(preparation, odd, 0);
    assert_column(&dataset, 2, (const float[]){1, 1});
    mf_dataset_done(&dataset);
    mf_table_free(&odd);
    mf_preparation_free(&preparation);
    mf_table_free(&truths);
    mf_table_free(&numbers);
    mf_table_free(&table);
}

struct wrong {
    const char *csv;
    mf_prepare_options options;
    const char *text;
};

static void what_cannot_be_learnt_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const char *const y[] = {"y"}, *const c_c[] = {"c", "c"}, *const near[] = {"pric"},
                             *const all[] = {"n", "c", "b"};
    static const struct wrong cases[] = {
        {small, {.target = NULL}, "a preparation needs a target"},
        {small, {.target = "y", .encode = 2}, "a preparation's encode of 2; the values are 0 to 1"},
        {small, {.target = "y", .impute = -1}, "a preparation's impute of -1"},
        {small, {.target = "y", .task = 3}, "a preparation's task of 3"},
        {"price,x\n1,2\n3,4\n",
         {.target = "prize"},
         "t.csv has no column \"prize\"; did you mean "
         "\"price\"?"},
        {small, {.target = "revenue"}, "t.csv has no column \"revenue\"; it has 4 others"},
        {small,
         {.target = "y", .drop = y, .n_drop = 1},
         "t.csv: column \"y\": it is the target and cannot be dropped"},
        {small,
         {.target = "y", .drop = c_c, .n_drop = 2},
         "column \"c\": it is to be dropped twice"},
        {"price,x\n1,2\n3,4\n",
         {.target = "x", .drop = near, .n_drop = 1},
         "a column to drop: t.csv has no column \"pric\"; did you mean \"price\"?"},
        {small, {.target = "y", .drop = all, .n_drop = 3}, "t.csv has no column to learn from"},
        {"x,y\n1,5\n2,5\n", {.target = "y"}, "column \"y\": the target has the same value"},
        {"x,y\n1,\n2,\n", {.target = "y"}, "column \"y\": the target has no value in any row"},
        {"x,y\n1,1\n2,\n3,3\n",
         {.target = "y"},
         "t.csv: row 2, column \"y\": the target is missing (in 1 rows of all)"},
        {"x,y\n1,a\n2,\n3,b\n",
         {.target = "y"},
         "t.csv: row 2, column \"y\": the target is missing"},
        {"x,y\n1,1\n2,2\n3,-inf\n",
         {.target = "y"},
         "t.csv: row 3, column \"y\": the target is infinite"},
        {"x,y\n1,1\n2,-2e150\n",
         {.target = "y"},
         "t.csv: row 2, column \"y\": the target is too large"},
        {"x,y\n1,1\n2,inf\n",
         {.target = "y", .task = MF_TASK_CLASSIFICATION},
         "column \"y\": the target has 1 classes, 2 to 65536 are possible"},
        {"x,y\n1,7\n2,a\n3,8\n",
         {.target = "y", .task = MF_TASK_REGRESSION},
         "t.csv: row 2, column \"y\": regression needs numbers, this is \"a\"; classification"},
        {"x,e,y\n1,,1\n2,,2\n", {.target = "y"}, "t.csv: column \"e\": no value in any row"},
        {"x,y\n1,1\ninf,2\n",
         {.target = "y"},
         "t.csv: row 2, column \"x\": inf is infinite or too large"},
        {"x,y\n1,1\n3.4028235677973367e38,2\n", {.target = "y"}, "row 2, column \"x\": 3.40"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        mf_table *table = table_of(cases[i].csv);
        mf_preparation *preparation = NULL;
        mf_error error = {0};
        int status = mf_prepare_learn(table, &cases[i].options, NULL, 0, &preparation, &error);
        assert_int_equal(status, MF_E_INPUT);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("case %zu says: %s", i, error.text);
        assert_null(preparation);
        mf_table_free(&table);
    }
}

static void what_cannot_be_prepared_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"n,b,y\n1,True,1\n", {.target = "y"}, "t.csv has no column \"c\"; it has 3 others"},
        {"n,c,b\n1,x,True\n", {.target = "y"}, "t.csv has no column \"y\""},
        {"n,c,b,y\n1,x,True,\n2,x,True,3\n",
         {.target = "y"},
         "row 1, column \"y\": the target is "
         "missing"},
        {"n,c,b,y\nx,x,True,1\n2,x,True,3\n",
         {.target = "y"},
         "row 1, column \"n\": \"x\" where a "
         "number is needed"},
        {"n,c,b,y\n1,x,True,1\n2,x,no,3\n",
         {.target = "y"},
         "row 2, column \"b\": \"no\" where "
         "True or False is needed"},
        {"n,c,b,y\n1,x,True,1\n-inf,x,True,3\n",
         {.target = "y"},
         "row 2, column \"n\": -inf is "
         "infinite or too large"},
        {"n,c,b,y\n1,q,True,1\n",
         {.target = "c"},
         "row 1, column \"c\": the class \"q\" was not "
         "there to learn from"},
        {"n,c,b,y\n1,77,True,1\n",
         {.target = "c"},
         "row 1, column \"c\": the class \"77\" was not"},
        {"n,c,b,y\n1,x,True,11\n",
         {.target = "y", .task = MF_TASK_CLASSIFICATION},
         "row 1, column \"y\": the class \"11\" was not there to learn from"},
        {"n,c,b,y\n1,x,True,1\n,x,True,3\n",
         {.target = "y", .impute = MF_IMPUTE_NONE},
         "row 2, column \"n\": the number is missing; imputing"},
    };
    mf_table *whole = table_of("n,c,b,y\n1,x,True,10\n2,b,False,20\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        mf_preparation *preparation = learnt(whole, &cases[i].options);
        mf_table *table = table_of(cases[i].csv);
        mf_dataset dataset = {.n_filled = 77};
        mf_error error = {0};
        int status =
            mf_prepare_apply(preparation, table, NULL, 0, MF_PREPARE_TARGET, &dataset, &error);
        assert_int_equal(status, MF_E_INPUT);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("case %zu says: %s", i, error.text);
        assert_int_equal(dataset.n_filled, 77);
        mf_table_free(&table);
        mf_preparation_free(&preparation);
    }
    mf_table_free(&whole);
}

static void rows_that_are_not_there_are_refused(void **state)
{
    (void)state;
    static const size_t rows[] = {0, 4};
    mf_table *table = table_of(small);
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = NULL;
    mf_dataset dataset = {0};
    mf_error error = {0};
    assert_int_equal(mf_prepare_learn(table, &options, rows, 2, &preparation, &error), MF_E_INPUT);
    assert_string_equal(error.text, "row number 4, but t.csv has 4 rows from 0 on");
    assert_int_equal(mf_prepare_learn(table, &options, rows, 0, &preparation, &error), MF_E_INPUT);
    assert_string_equal(error.text, "no row of t.csv to prepare");
    preparation = learnt(table, &options);
    assert_int_equal(mf_prepare_apply(preparation, table, rows, 2, 0, &dataset, NULL), MF_E_INPUT);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

static void strange_file_names_stay_on_one_short_line(void **state)
{
    (void)state;
    static const char end[] = "\n\033.csv";
    char name[600];
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - sizeof end, end, sizeof end);
    mf_table *table = NULL;
    assert_int_equal(mf_table_parse("x,y\n1,5\n2,5\n", 12, name, NULL, &table, NULL), 0);
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = NULL;
    mf_error error = {0};
    assert_int_equal(mf_prepare_learn(table, &options, NULL, 0, &preparation, &error), MF_E_INPUT);
    assert_memory_equal(error.text, "...xxx", 6);
    assert_non_null(strstr(error.text, "xxx\\x0a\\x1b.csv: column \"y\": the target"));
    assert_true(strlen(error.text) < 400);
    mf_table_free(&table);
}

static void a_column_that_the_training_rows_know_nothing_of_is_refused(void **state)
{
    (void)state;
    static const size_t rows[] = {1, 2};
    mf_table *table = table_of("n,y\n1,1\n,2\n,3\n");
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = NULL;
    mf_error error = {0};
    assert_int_equal(mf_prepare_learn(table, &options, rows, 2, &preparation, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "column \"n\": no value in any of the 2 training rows"));
    mf_table_free(&table);
}

/* Only rows that take part need a target. */
static void rows_without_a_target_may_stay_out(void **state)
{
    (void)state;
    static const size_t rows[] = {0, 2};
    mf_table *table = table_of("n,y\n1,1\n2,\n3,3\n");
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = NULL;
    assert_int_equal(mf_prepare_learn(table, &options, rows, 2, &preparation, NULL), 0);
    mf_preparation_free(&preparation);
    mf_table_free(&table);
}

static void too_many_classes_are_refused(void **state)
{
    (void)state;
    enum { ROWS = 65537, LINE = 16 };
    char *csv = test_malloc(ROWS * LINE + LINE);
    size_t length = (size_t)snprintf(csv, LINE, "x,y\n");
    for (int i = 0; i < ROWS; i++)
        length += (size_t)snprintf(csv + length, LINE, "1,k%d\n", i);
    mf_table *table = table_of(csv);
    mf_prepare_options options = for_target("y");
    mf_preparation *preparation = NULL;
    mf_error error = {0};
    assert_int_equal(mf_prepare_learn(table, &options, NULL, 0, &preparation, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "the target has 65537 classes, 2 to 65536 are possible"));
    mf_table_free(&table);
    test_free(csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_get_the_median_and_categories_their_place),
        cmocka_unit_test(one_hot_makes_a_column_per_category_all_0_where_missing),
        cmocka_unit_test(unseen_categories_are_missing_and_counted),
        cmocka_unit_test(fills_are_learnt_from_the_training_rows_and_categories_from_all),
        cmocka_unit_test(a_part_without_any_number_falls_back_on_what_was_learnt),
        cmocka_unit_test(the_most_frequent_number_is_the_smallest_of_several),
        cmocka_unit_test(numbers_are_rounded_to_floats_as_numpy_does),
        cmocka_unit_test(classes_are_sorted_whatever_they_are),
        cmocka_unit_test(a_truth_can_be_predicted_as_a_number),
        cmocka_unit_test(each_field_counts_not_the_kind_that_a_table_seems_to_have),
        cmocka_unit_test(what_cannot_be_learnt_is_refused_with_the_reason),
        cmocka_unit_test(what_cannot_be_prepared_is_refused_with_the_reason),
        cmocka_unit_test(rows_that_are_not_there_are_refused),
        cmocka_unit_test(strange_file_names_stay_on_one_short_line),
        cmocka_unit_test(a_column_that_the_training_rows_know_nothing_of_is_refused),
        cmocka_unit_test(rows_without_a_target_may_stay_out),
        cmocka_unit_test(too_many_classes_are_refused),
    };
    return cmocka_run_group_tests_name("prepare", tests, NULL, NULL);
}
