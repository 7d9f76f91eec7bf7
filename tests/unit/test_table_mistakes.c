/* SPDX-License-Identifier: Apache-2.0 */
/* Every mistake in a file is told in one line, with the row and the column where there are such. */
#include <manyfold/table.h>

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_complains_of(const char *bytes, size_t length, const mf_read_options *options,
                                const char *wanted)
{
    mf_table *table = NULL;
    mf_error error = {0};
    assert_int_equal(mf_table_parse(bytes, length, "f.csv", options, &table, &error), MF_E_FORMAT);
    assert_int_equal(error.code, MF_E_FORMAT);
    assert_string_equal(error.text, wanted);
    assert_null(table);
    /* The same without anybody to tell. */
    assert_int_equal(mf_table_parse(bytes, length, "f.csv", options, &table, NULL), MF_E_FORMAT);
}

static void assert_complains(const char *file, const char *wanted)
{
    assert_complains_of(file, strlen(file), NULL, wanted);
}

static void a_file_without_rows_is_refused(void **state)
{
    (void)state;
    static const char empty[] = "f.csv: the file is empty; expected a header and rows";
    assert_complains("", empty);
    assert_complains("\n\r\n  \n", empty);
    assert_complains("\xef\xbb\xbf", empty);
    assert_complains("a,b\n", "f.csv: there is only a header; expected rows below it");
    assert_complains("a,b\n\n \n", "f.csv: there is only a header; expected rows below it");
    mf_read_options options = mf_read_defaults();
    options.header = false;
    assert_complains_of("\n", 1, &options, "f.csv: the file is empty; expected rows");
}

static void ragged_rows_are_counted(void **state)
{
    (void)state;
    assert_complains("a,b,c\n1,2,3\n\n1,2\n",
                     "f.csv: row 2 (line 4) has 2 fields; expected 3, as the header has");
    assert_complains("a,b\n1\n",
                     "f.csv: row 1 (line 2) has 1 field; expected 2, as the header has");
    assert_complains("a,b\n\"x\ny\",2\n1,2,3,4\n",
                     "f.csv: row 2 (line 4) has 4 fields; expected 2, as the header has");
    assert_complains("a,b\r\n1,2\r\n\"1\"\r\n",
                     "f.csv: row 2 (line 3) has 1 field; expected 2, as the header has");
    assert_complains("a;b\n1,5;2\n", "f.csv: row 1 (line 2) has 2 fields; expected 1, as the "
                                     "header has (is another delimiter meant?)");
    mf_read_options options = mf_read_defaults();
    options.header = false;
    assert_complains_of("1,2\n3\n", 6, &options,
                        "f.csv: row 2 (line 2) has 1 field; expected 2, as the first row has");
}

static void quotes_that_do_not_fit_are_found(void **state)
{
    (void)state;
    assert_complains("a,b\n1,\"x\n2,3\n", "f.csv: row 1 (line 2), column 2 \"b\": a quote that is "
                                          "opened here is never closed");
    assert_complains("a,b\n\"x\ny\",\"z\n\n\n", "f.csv: row 1 (line 3), column 2 \"b\": a quote "
                                                "that is opened here is never closed");
    assert_complains("a,\"b\n1,2\n", "f.csv: the header (line 1), column 2: a quote that is opened "
                                     "here is never closed");
    assert_complains("a,b\n1,2\n\"x\"y,3\n",
                     "f.csv: row 2 (line 3), column 1 \"a\": text behind a closing quote; expected "
                     "a delimiter (a quote within quotes is written twice)");
    assert_complains("a,b\n5\" nail,\"6\"\"\"\n\"x\"y,3\n",
                     "f.csv: row 2 (line 3), column 1 \"a\": text behind a closing quote; expected "
                     "a delimiter (a quote within quotes is written twice)");
    assert_complains("a,b\n1,\"x\" \n", "f.csv: row 1 (line 2), column 2 \"b\": text behind a "
                                        "closing quote; expected a delimiter (a quote within "
                                        "quotes is written twice)");
}

static void a_nul_byte_is_found_wherever_it_stands(void **state)
{
    (void)state;
#define NUL_WORDS "a NUL byte; expected text in UTF-8 (is this UTF-16, or no CSV?)"
    static const struct {
        const char *file;
        size_t length;
        const char *wanted;
    } cases[] = {
        {"\0", 1, "f.csv: the header (line 1), column 1: " NUL_WORDS},
        {"a,b\n1,2\n3,\0", 11, "f.csv: row 2 (line 3), column 2 \"b\": " NUL_WORDS},
        {"a,b\n\"x\n\0\",2\n", 12, "f.csv: row 1 (line 3), column 1 \"a\": " NUL_WORDS},
        {"a\n1\n\0\n2\n", 8, "f.csv: row 2 (line 3), column 1 \"a\": " NUL_WORDS},
        {"\xff\xfe\x61\0,\0", 6, "f.csv: the header (line 1), column 1: " NUL_WORDS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_complains_of(cases[i].file, cases[i].length, NULL, cases[i].wanted);
}

static void names_must_be_there_and_differ(void **state)
{
    (void)state;
    assert_complains("a,b,a\n1,2,3\n", "f.csv: the header (line 1), column 3: the name \"a\" is "
                                       "that of column 1 already; expected a different one");
    assert_complains("\na,,b\n1,2,3\n", "f.csv: the header (line 2), column 2: it has no name; "
                                        "expected one (only the first column may go without)");
    assert_complains("Unnamed: 0,a,Unnamed: 0\n1,2,3\n",
                     "f.csv: the header (line 1), column 3: the name \"Unnamed: 0\" is that of "
                     "column 1 already; expected a different one");
}

static void what_is_shown_of_a_file_stays_on_one_line(void **state)
{
    (void)state;
    mf_table *table = NULL;
    mf_error error = {0};
    static const char file[] = "a,\"\x1b[2J\n\xff\"\n1,\"2\n";
    assert_int_equal(mf_table_parse(file, sizeof file - 1, "bad\nname", NULL, &table, &error),
                     MF_E_FORMAT);
    assert_string_equal(error.text,
                        "bad\\x0aname: row 1 (line 3), column 2 \"\\x1b[2J\\x0a\\xff\": "
                        "a quote that is opened here is never closed");
    char name[2000];
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - sizeof "/houses.csv", "/houses.csv", sizeof "/houses.csv");
    assert_int_equal(mf_table_parse("", 0, name, NULL, &table, &error), MF_E_FORMAT);
    assert_non_null(strstr(error.text, "/houses.csv: the file is empty; expected a header"));
    assert_memory_equal(error.text, "...xxx", 6);
    for (size_t i = 0; i < sizeof name; i++) /* letters of two bytes are not cut in the middle */
        name[i] = i == sizeof name - 1 ? '\0' : "\xa9\xc3"[i % 2];
    name[sizeof name - 2] = 'z';
    assert_int_equal(mf_table_parse("", 0, name, NULL, &table, &error), MF_E_FORMAT);
    assert_memory_equal(error.text, "...\xc3\xa9\xc3\xa9", 7);
}

static void a_delimiter_that_means_something_else_is_refused(void **state)
{
    (void)state;
    static const char wrong[] = {'"', '\n', '\r', '\0'};
    for (size_t i = 0; i < sizeof wrong; i++) {
        mf_read_options options = mf_read_defaults();
        options.delimiter = wrong[i];
        mf_table *table = NULL;
        mf_error error = {0};
        assert_int_equal(mf_table_parse("a\n1\n", 4, "f", &options, &table, &error), MF_E_INPUT);
        assert_non_null(strstr(error.text, "delimiter"));
    }
}

/* The mistake is behind several blocks of the reader, and behind many lines of every sort. */
static void lines_are_counted_over_a_long_file(void **state)
{
    (void)state;
    enum { TIMES = 40000 };
    char *file = malloc(TIMES * 40 + 100);
    assert_non_null(file);
    char *at = file + sprintf(file, "a,b\n");
    for (int i = 0; i < TIMES; i++)
        at += sprintf(at, "%d,plain\r\n\n%d,\"two\nlines\"\n", i, i);
    at += sprintf(at, "1,2,3\n");
    assert_complains(file,
                     "f.csv: row 80001 (line 160002) has 3 fields; expected 2, as the header has");
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_without_rows_is_refused),
        cmocka_unit_test(ragged_rows_are_counted),
        cmocka_unit_test(quotes_that_do_not_fit_are_found),
        cmocka_unit_test(a_nul_byte_is_found_wherever_it_stands),
        cmocka_unit_test(names_must_be_there_and_differ),
        cmocka_unit_test(what_is_shown_of_a_file_stays_on_one_line),
        cmocka_unit_test(a_delimiter_that_means_something_else_is_refused),
        cmocka_unit_test(lines_are_counted_over_a_long_file),
    };
    return cmocka_run_group_tests_name("table_mistakes", tests, NULL, NULL);
}
