/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of the pages of train and describe. */
#include "report/columns.h"
#include "report/describe.h"
#include "report/params.h"
#include "report/train.h"

#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof(array)[0])

static void shows_numbers_as_people_read_them(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {1, "1"},
        {0.5, "0.5"},
        {-7, "-7"},
        {2010, "2010"},
        {9999, "9999"},
        {10000, "10,000"},
        {-215245, "-215,245"},
        {9436.5, "9436.5"},
        {27383.82, "27,384"},
        {0.89332366, "0.8933"},
        {12.3456789, "12.346"},
        {123.456, "123.46"},
        {1234.567, "1234.6"},
        {9.99996, "10.000"},
        {1e-5, "0.00001"},
        {1.23456e-7, "1.23456e-7"},
        {4.440892098500627e-16, "4.4409e-16"},
        {-9.99996123456789e-7, "-1.0000e-6"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1e300, "1e300"},
        {(double)INFINITY, "inf"},
        {1234567890123.4, "1,234,567,890,123"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__buffer text = {0};
        mf__say_number(cases[i].value, &text);
        assert_string_equal(mf__buffer_text(&text), cases[i].text);
        mf__buffer_done(&text);
    }
}

static void cuts_long_names_between_letters(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *text;
    } cases[] = {
        {"", ""},
        {"short", "short"},
        {"exactly8", "exactly8"},
        {"a_name_that_is_long", "a_name_…"},
        {"äöüäöüäöü", "äöüäöüä…"},
        {"中文中文中", "中文中…"},
        {"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff", "\xff\xfe\xff\xfe\xff\xfe\xff…"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__buffer text = {0};
        mf__say_short(cases[i].name, 8, &text);
        assert_string_equal(mf__buffer_text(&text), cases[i].text);
        mf__buffer_done(&text);
    }
}

static void draws_what_is_not_empty(void **state)
{
    (void)state;
    static const size_t bins[] = {1000, 0, 1, 500, 125};
    const struct mf__style styles[] = {{.width = 80}, {.width = 80, .ascii = true}};
    static const char *const expected[] = {"█ ▁▄▁", "# .-."};
    for (size_t i = 0; i < SIZE(styles); i++) {
        struct mf__buffer text = {0};
        mf__bins_draw(&styles[i], bins, SIZE(bins), &text);
        assert_string_equal(mf__buffer_text(&text), expected[i]);
        mf__buffer_done(&text);
    }
}

static void summarises_numbers_by_their_ends_and_parts(void **state)
{
    (void)state;
    const double numbers[] = {0, 8, (double)NAN, 4, 1, 3.9, 8, (double)NAN};
    const mf_column column = {.kind = MF_COLUMN_NUMERIC, .missing = 2, .numbers = numbers};
    struct mf__column_summary summary;
    assert_int_equal(mf__column_summarise(&column, SIZE(numbers), &summary, NULL), 0);
    assert_true(summary.has_numbers && summary.least == 0 && summary.most == 8);
    assert_true(summary.median == (3.9 + 4) / 2);
    assert_int_equal(summary.n_bins, MF__BINS);
    static const size_t expected[MF__BINS] = {1, 1, 0, 1, 1, 0, 0, 2};
    assert_memory_equal(summary.bins, expected, sizeof expected);
}

static void summarises_the_extremes_of_doubles(void **state)
{
    (void)state;
    const double numbers[] = {-1.7e308, 1.7e308, 0, (double)INFINITY, -(double)INFINITY};
    const mf_column column = {.kind = MF_COLUMN_NUMERIC, .numbers = numbers};
    struct mf__column_summary summary;
    assert_int_equal(mf__column_summarise(&column, 3, &summary, NULL), 0);
    assert_int_equal(summary.bins[0] + summary.bins[4] + summary.bins[MF__BINS - 1], 3);
    assert_int_equal(mf__column_summarise(&column, 5, &summary, NULL), 0);
    assert_int_equal(summary.bins[0] + summary.bins[MF__BINS - 1], 5);
    assert_int_equal(mf__column_summarise(&column, 0, &summary, NULL), 0);
    assert_false(summary.has_numbers);
}

static void ranks_categories_by_how_often_they_occur(void **state)
{
    (void)state;
    static const char *const categories[] = {"a", "b", "c"};
    static const uint32_t codes[] = {1, 2, 1, 3, 0, 2, 3};
    const mf_column column = {.kind = MF_COLUMN_CATEGORICAL,
                              .missing = 2,
                              .codes = codes,
                              .categories = categories,
                              .n_categories = 3};
    struct mf__column_summary summary;
    assert_int_equal(mf__column_summarise(&column, SIZE(codes), &summary, NULL), 0);
    assert_int_equal(summary.n_bins, 3);
    assert_int_equal(summary.top[0], 1); /* b and c twice each: in their order */
    assert_int_equal(summary.top[1], 2);
    assert_int_equal(summary.top[2], 0);
    assert_int_equal(summary.bins[0], 2);
    assert_int_equal(summary.bins[2], 1);
}

static void tells_which_parameters_are_not_the_usual_ones(void **state)
{
    (void)state;
    struct mf__param params[MF__PARAMS];
    mf_forest_params own = mf_forest_defaults(0);
    mf__params_show(&own, 0, params);
    for (size_t i = 0; i < MF__PARAMS; i++)
        assert_true(params[i].is_default == (strcmp(params[i].name, "random_state") != 0));
    own.max_depth = 5;
    own.max_features_kind = MF_FEATURES_AMOUNT;
    own.max_features = (mf_amount){.is_share = true, .share = 0.25};
    own.has_max_samples = true;
    own.max_samples = (mf_amount){.is_share = true, .share = 1.0};
    mf__params_show(&own, 0, params);
    static const char *const expected[MF__PARAMS] = {[2] = "5", [5] = "0.25", [10] = "1.0"};
    for (size_t i = 0; i < MF__PARAMS; i++) {
        assert_true(params[i].is_default == (expected[i] == NULL && i != MF__PARAMS - 1));
        if (expected[i] != NULL)
            assert_string_equal(params[i].text.text, expected[i]);
    }
}

static void keeps_so_many_remarks_and_no_more(void **state)
{
    (void)state;
    struct mf__remarks remarks = {0};
    const struct mf__style style = {.width = 80};
    struct mf__buffer text = {0};
    mf__remarks_text(&remarks, &style, &text);
    assert_int_equal(text.length, 0);
    for (int i = 0; i < MF__REMARKS_MAX + 3; i++)
        mf__remark(&remarks, "remark %d", i);
    assert_int_equal(remarks.n, MF__REMARKS_MAX);
    mf__remarks_text(&remarks, &style, &text);
    assert_non_null(strstr(mf__buffer_text(&text), "\n  - remark 15\n"));
    mf__buffer_done(&text);
    mf__remarks_done(&remarks);
    assert_int_equal(remarks.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_numbers_as_people_read_them),
        cmocka_unit_test(cuts_long_names_between_letters),
        cmocka_unit_test(draws_what_is_not_empty),
        cmocka_unit_test(summarises_numbers_by_their_ends_and_parts),
        cmocka_unit_test(summarises_the_extremes_of_doubles),
        cmocka_unit_test(ranks_categories_by_how_often_they_occur),
        cmocka_unit_test(tells_which_parameters_are_not_the_usual_ones),
        cmocka_unit_test(keeps_so_many_remarks_and_no_more),
    };
    return cmocka_run_group_tests_name("report_columns", tests, NULL, NULL);
}
