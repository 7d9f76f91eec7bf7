/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns a file has, of which kind, with which values. */
#include <manyfold/table.h>

#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mf_table *parse_with(const char *file, const mf_read_options *options)
{
    mf_table *table = NULL;
    mf_error error = {0};
    if (mf_table_parse(file, strlen(file), "file.csv", options, &table, &error) != 0)
        fail_msg("%s", error.text);
    return table;
}

static mf_table *parse(const char *file)
{
    return parse_with(file, NULL);
}

static const mf_column *column_of(const mf_table *table, const char *name)
{
    const mf_column *column = mf_table_column(table, mf_table_find(table, name));
    assert_non_null(column);
    assert_string_equal(column->name, name);
    return column;
}

static void a_table_has_rows_and_columns_by_number_and_name(void **state)
{
    (void)state;
    mf_table *table = parse("a,b,c\n1,2,3\n4,5,6\n");
    assert_int_equal(mf_table_rows(table), 2);
    assert_int_equal(mf_table_columns(table), 3);
    assert_string_equal(mf_table_name(table), "file.csv");
    assert_string_equal(mf_table_column(table, 1)->name, "b");
    assert_int_equal(mf_table_find(table, "c"), 2);
    assert_int_equal(mf_table_find(table, "C"), SIZE_MAX);
    assert_int_equal(mf_table_find(table, ""), SIZE_MAX);
    assert_null(mf_table_column(table, 3));
    mf_table_free(&table);
    assert_null(table);
    mf_table_free(&table);
    mf_table_free(NULL);
}

static void numbers_are_kept_with_missing_ones_as_nan(void **state)
{
    (void)state;
    mf_table *table = parse("x,y\n1.5,NA\n,\n-0,\n0,\n1.50,null\n1e999,\n");
    const mf_column *x = column_of(table, "x"), *y = column_of(table, "y");
    assert_int_equal(x->kind, MF_COLUMN_NUMERIC);
    assert_int_equal(x->missing, 1);
    assert_int_equal(x->distinct, 3); /* 1.5, 0 and infinity */
    assert_true(x->numbers[0] == 1.5 && isnan(x->numbers[1]) && signbit(x->numbers[2]));
    assert_true(isinf(x->numbers[5]));
    assert_null(x->codes);
    assert_null(x->categories);
    assert_int_equal(y->kind, MF_COLUMN_NUMERIC);
    assert_int_equal(y->missing, 6);
    assert_int_equal(y->distinct, 0);
    mf_table_free(&table);
}

static void numbers_longer_than_any_integer_are_numbers(void **state)
{
    (void)state;
    mf_table *table = parse("x\n123456789012345678901234567890\n1\n");
    assert_true(column_of(table, "x")->numbers[0] == 123456789012345678901234567890.0);
    mf_table_free(&table);
}

static void categories_are_sorted_by_their_bytes(void **state)
{
    (void)state;
    mf_table *table = parse("x\nb\n\xc3\xa4\nB\n\na\nb\n10\n9\nNA\n");
    const mf_column *x = column_of(table, "x");
    static const char *const wanted[] = {"10", "9", "B", "a", "b", "\xc3\xa4"};
    static const uint32_t codes[] = {4, 5, 2, 3, 4, 0, 1, 6};
    assert_int_equal(x->kind, MF_COLUMN_CATEGORICAL);
    assert_int_equal(x->n_categories, 6);
    assert_int_equal(x->distinct, 6);
    assert_int_equal(x->missing, 1);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(x->categories[i], wanted[i]);
    assert_memory_equal(x->codes, codes, sizeof codes);
    assert_null(x->numbers);
    mf_table_free(&table);
}

static void booleans_are_numbers(void **state)
{
    (void)state;
    mf_table *table = parse("t,u\nTrue,\nfalse,FALSE\nNA,NA\n");
    const mf_column *t = column_of(table, "t"), *u = column_of(table, "u");
    assert_int_equal(t->kind, MF_COLUMN_BOOLEAN);
    assert_true(t->numbers[0] == 1.0 && t->numbers[1] == 0.0 && isnan(t->numbers[2]));
    assert_int_equal(t->missing, 1);
    assert_int_equal(t->distinct, 2);
    assert_null(t->codes);
    assert_int_equal(t->n_categories, 0);
    assert_int_equal(u->kind, MF_COLUMN_BOOLEAN);
    assert_int_equal(u->distinct, 1);
    mf_table_free(&table);
}

static void one_text_at_the_end_makes_texts_of_all_as_they_were_written(void **state)
{
    (void)state;
    mf_table *table = parse("x,y\n01,1\n1,2\n 1,3\n1.0,\nNA,5\n1,True\n");
    const mf_column *x = column_of(table, "x"), *y = column_of(table, "y");
    assert_int_equal(x->kind, MF_COLUMN_NUMERIC);
    assert_int_equal(x->distinct, 1);
    static const char *const wanted[] = {"1", "2", "3", "5", "True"};
    static const uint32_t codes[] = {0, 1, 2, 5, 3, 4};
    assert_int_equal(y->kind, MF_COLUMN_CATEGORICAL);
    assert_int_equal(y->missing, 1);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(y->categories[i], wanted[i]);
    assert_memory_equal(y->codes, codes, sizeof codes);
    mf_table_free(&table);
}

static void callers_add_texts_that_mean_missing(void **state)
{
    (void)state;
    static const char *const na[] = {"?", "-999", "unknown"};
    mf_read_options options = mf_read_defaults();
    options.na = na;
    options.n_na = 3;
    mf_table *table = parse_with("x,y\n?,unknown\n-999.0,?\n1,a\n-99,-999\n", &options);
    assert_int_equal(column_of(table, "x")->missing, 2);
    assert_int_equal(column_of(table, "x")->kind, MF_COLUMN_NUMERIC);
    assert_int_equal(column_of(table, "y")->missing, 3);
    assert_int_equal(column_of(table, "y")->n_categories, 1);
    mf_table_free(&table);
}

static void columns_that_are_to_stay_texts_do(void **state)
{
    (void)state;
    static const char *const texts[] = {"zip", "flag", "void", "absent"};
    static const char *const zips[] = {"01", "1", "1.0", "1e0"};
    mf_read_options options = mf_read_defaults();
    options.texts = texts;
    options.n_texts = sizeof texts / sizeof *texts;
    mf_table *table = parse_with("zip,flag,void,x\n01,TRUE,,01\n1e0,TRUE,,1\n1,,NA,1\n"
                                 "1.0,false,,1\n,false,,1\n",
                                 &options);
    const mf_column *zip = column_of(table, "zip"), *flag = column_of(table, "flag");
    assert_int_equal(zip->kind, MF_COLUMN_CATEGORICAL);
    assert_int_equal(zip->missing, 1);
    assert_int_equal(zip->n_categories, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(zip->categories[i], zips[i]);
    assert_int_equal(flag->kind, MF_COLUMN_CATEGORICAL);
    assert_string_equal(flag->categories[0], "TRUE");
    assert_int_equal(flag->codes[2], 2); /* missing */
    assert_int_equal(column_of(table, "void")->missing, 5);
    assert_int_equal(column_of(table, "x")->kind, MF_COLUMN_NUMERIC);
    mf_table_free(&table);
}

static void columns_without_names_are_numbered(void **state)
{
    (void)state;
    mf_read_options options = mf_read_defaults();
    options.header = false;
    options.delimiter = ';';
    mf_table *table = parse_with("1;x;2\n3;y;4", &options);
    assert_int_equal(mf_table_rows(table), 2);
    assert_string_equal(mf_table_column(table, 2)->name, "2");
    assert_true(mf_table_column(table, 0)->numbers[0] == 1.0);
    mf_table_free(&table);
    table = parse(",a\n7,8\n");
    assert_string_equal(mf_table_column(table, 0)->name, "Unnamed: 0");
    mf_table_free(&table);
}

/* Different numbers that fall into every bucket and every size of set. */
static void different_numbers_are_counted_exactly(void **state)
{
    (void)state;
    enum { ROWS = 30000 };
    char *file = malloc(ROWS * 40);
    assert_non_null(file);
    char *at = file + sprintf(file, "few,many,sums\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "%d,%d.%03d,%.17g\n", i % 7, i / 2, i % 3, 1.0 + (i % 10007) * 0x1p-50);
    mf_table *table = parse(file);
    assert_int_equal(mf_table_rows(table), ROWS);
    assert_int_equal(column_of(table, "few")->distinct, 7);
    assert_int_equal(column_of(table, "many")->distinct, ROWS);
    assert_int_equal(column_of(table, "sums")->distinct, 10007);
    mf_table_free(&table);
    free(file);
}

static void many_categories_and_many_columns_are_found(void **state)
{
    (void)state;
    enum { N = 20000 };
    char *file = malloc(N * 20);
    assert_non_null(file);
    char *at = file;
    for (int i = 0; i < N; i++)
        at += sprintf(at, "%sc%d", i > 0 ? "," : "", i);
    at += sprintf(at, "\n");
    for (int i = 0; i < N; i++)
        at += sprintf(at, "%sv%d", i > 0 ? "," : "", i);
    mf_table *table = parse(file);
    assert_int_equal(mf_table_columns(table), N);
    assert_int_equal(mf_table_find(table, "c19999"), 19999);
    assert_string_equal(mf_table_column(table, 777)->categories[0], "v777");
    mf_table_free(&table);
    at = file + sprintf(file, "x\n");
    for (int i = 0; i < N; i++)
        at += sprintf(at, "v%05d\n", (i * 7919) % (N / 2));
    table = parse(file);
    const mf_column *x = column_of(table, "x");
    assert_int_equal(x->n_categories, N / 2);
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(x->codes[i], i * 7919 % (N / 2));
    mf_table_free(&table);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_has_rows_and_columns_by_number_and_name),
        cmocka_unit_test(numbers_are_kept_with_missing_ones_as_nan),
        cmocka_unit_test(numbers_longer_than_any_integer_are_numbers),
        cmocka_unit_test(categories_are_sorted_by_their_bytes),
        cmocka_unit_test(booleans_are_numbers),
        cmocka_unit_test(one_text_at_the_end_makes_texts_of_all_as_they_were_written),
        cmocka_unit_test(callers_add_texts_that_mean_missing),
        cmocka_unit_test(columns_that_are_to_stay_texts_do),
        cmocka_unit_test(columns_without_names_are_numbered),
        cmocka_unit_test(different_numbers_are_counted_exactly),
        cmocka_unit_test(many_categories_and_many_columns_are_found),
    };
    return cmocka_run_group_tests_name("table_columns", tests, NULL, NULL);
}
