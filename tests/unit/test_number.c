/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include "base/random.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof(array)[0])

static const struct mf__limits any = {"--n", 0, UINT64_MAX};

static void reads_counts_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
    } cases[] = {
        {"0", 0},
        {"007", 7},
        {"10_000_000_000", 10000000000},
        {"1e10", 10000000000},
        {"1E10", 10000000000},
        {"1e+3", 1000},
        {"1.5e3", 1500},
        {"2.0", 2},
        {"1000e-3", 1},
        {"0e400", 0},
        {"0.0", 0},
        {"1e19", 10000000000000000000U},
        {"18446744073709551615", UINT64_MAX},
        {"18.446744073709551615E", UINT64_MAX},
        {"1844674407370955161500000e-5", UINT64_MAX},
        {"9223372036854775808", UINT64_C(1) << 63},
        {"8Ei", UINT64_C(1) << 63},
        {"1k", 1000},
        {"1K", 1000},
        {"10G", 10000000000},
        {"1.5k", 1500},
        {"1Ki", 1024},
        {"0.5Ki", 512},
        {"0.0009765625Ki", 1},
        {"1E", 1000000000000000000},
        {"1M", 1000000},
        {"1T", 1000000000000},
        {"1P", 1000000000000000},
        {"1Mi", 1 << 20},
        {"1Gi", 1 << 30},
        {"1Ti", UINT64_C(1) << 40},
        {"1Pi", UINT64_C(1) << 50},
        {"6_074_000_999", 6074000999},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        uint64_t value = 77;
        mf_error error = {0};
        if (mf__parse_count(cases[i].text, &any, &value, &error) != 0)
            fail_msg("%s", error.text);
        if (value != cases[i].value)
            fail_msg("%s was read as %llu", cases[i].text, (unsigned long long)value);
    }
}

static void refuses_bad_counts_with_a_sentence_that_names_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        {"", "\"\" is empty"},
        {" 3", "has a blank in it"},
        {"3 ", "has a blank in it"},
        {"1\n", "\"1\\x0a\" has a blank in it"},
        {"-1", "is negative"},
        {"-0", "is negative"},
        {"+3", "is not a number"},
        {"--3", "is not a number"},
        {"abc", "is not a number"},
        {"\xd9\xa3", "\"\xd9\xa3\" is not a number"}, /* the Arabic digit 3 */
        {"\xff", "\"\\xff\" is not a number"},
        {"1e400", "is too large"},
        {"1e99999999999999999999", "is too large"},
        {"18446744073709551616", "is too large"},
        {"18446744073709551615000000", "is too large"},
        {"123456789012345678901234567890", "is too large"},
        {"16Ei", "is too large"},
        {"19E", "is too large"},
        {"2e1E", "is too large"},
        {"1.5", "is not a whole number"},
        {"1e-3", "is not a whole number"},
        {"0.3Ki", "is not a whole number"},
        {"1.0000000000000000000001", "is not a whole number"},
        {"1e-99999999999999999999", "is not a whole number"},
        {"1e", "unknown unit"},
        {"3x", "unknown unit"},
        {"1kk", "unknown unit"},
        {"1ki", "unknown unit"},
        {"1kB", "unknown unit"},
        {"1m", "unknown unit"},
        {"e5", "is not a number"},
        {"0x10", "is not a number"},
        {"1__0", "is not a number"},
        {"_1", "is not a number"},
        {"1_", "is not a number"},
        {"1._5", "is not a number"},
        {"1_.5", "is not a number"},
        {".5", "is not a number"},
        {"5.", "is not a number"},
        {"1.2.3", "is not a number"},
        {"1,5", "is not a number"},
        {"1e5_0", "is not a number"},
        {"1e5.0", "is not a number"},
        {"inf", "is not a number"},
        {"nan", "is not a number"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        uint64_t value = 77;
        mf_error error = {0};
        assert_int_equal(mf__parse_count(cases[i].text, &any, &value, &error), MF_E_INPUT);
        assert_int_equal(error.code, MF_E_INPUT);
        assert_int_equal(value, 77);
        if (strstr(error.text, cases[i].reason) == NULL || strncmp(error.text, "--n: \"", 6) != 0 ||
            strstr(error.text, "expected a whole number from 0 to 18_446_744_073_709_551_615") ==
                NULL)
            fail_msg("%s: %s", cases[i].text, error.text);
    }
}

static void holds_counts_to_their_range(void **state)
{
    (void)state;
    const struct mf__limits workers = {"--workers", 1, 4096};
    mf_error error = {0};
    uint64_t value = 0;
    assert_int_equal(mf__parse_count("0", &workers, &value, &error), MF_E_INPUT);
    assert_string_equal(error.text,
                        "--workers: \"0\" is too small; expected a whole number from 1 to 4_096");
    assert_int_equal(mf__parse_count("1e9", &workers, &value, &error), MF_E_INPUT);
    assert_string_equal(error.text,
                        "--workers: \"1e9\" is too large; expected a whole number from 1 to 4_096");
    assert_int_equal(mf__parse_count("3x", &workers, &value, NULL), MF_E_INPUT);
    assert_int_equal(mf__parse_count("1", &workers, &value, &error), 0);
    assert_int_equal(mf__parse_count("4096", &workers, &value, &error), 0);
    assert_int_equal(value, 4096);
}

static void shortens_a_long_bad_number(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'z', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    mf_error error = {0};
    uint64_t value = 0;
    assert_int_equal(mf__parse_count(text, &any, &value, &error), MF_E_INPUT);
    assert_true(strlen(error.text) < 300);
    assert_non_null(strstr(error.text, "zzz...\" is not a number"));
    memset(text, '0', sizeof text - 2);
    text[sizeof text - 2] = '9';
    assert_int_equal(mf__parse_count(text, &any, &value, &error), 0);
    assert_int_equal(value, 9);
}

static void reads_back_every_number_it_shows(void **state)
{
    (void)state;
    struct mf__random random = {7};
    for (int i = 0; i < 20000; i++) {
        uint64_t value = mf__random_next(&random) >> mf__random_below(&random, 64);
        uint64_t again = 0;
        assert_int_equal(mf__parse_count(mf__show_count(value, '_').text, &any, &again, NULL), 0);
        assert_int_equal(again, value);
        char plain[32];
        snprintf(plain, sizeof plain, "%llu", (unsigned long long)value);
        assert_string_equal(mf__show_count(value, 0).text, plain);
    }
}

static void reads_lists_of_counts(void **state)
{
    (void)state;
    const struct mf__limits workers = {"--workers", 1, 1000};
    struct mf__counts counts = {0};
    assert_int_equal(mf__parse_count_list("1,2,0.4k", &workers, &counts, NULL), 0);
    assert_int_equal(counts.n, 3);
    assert_int_equal(counts.values[0], 1);
    assert_int_equal(counts.values[2], 400);
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        {"", "\"\" is empty"},
        {"1,,2", "\"\" is empty"},
        {"1,2,", "\"\" is empty"},
        {",", "\"\" is empty"},
        {"1, 2", "\" 2\" has a blank in it"},
        {"1,3x", "\"3x\" ends in an unknown unit"},
        {"0,1", "\"0\" is too small"},
        {"1,2,1", "1 stands in the list twice"},
        {"1k,1000", "1000 stands in the list twice"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        mf_error error = {0};
        assert_int_equal(mf__parse_count_list(cases[i].text, &workers, &counts, &error),
                         MF_E_INPUT);
        if (strncmp(error.text, "--workers: ", 11) != 0 ||
            strstr(error.text, cases[i].reason) == NULL)
            fail_msg("%s: %s", cases[i].text, error.text);
    }
    assert_int_equal(counts.n, 3);
}

static void limits_the_length_of_lists(void **state)
{
    (void)state;
    char text[1000] = "1";
    struct mf__counts counts = {0};
    for (int i = 2; i <= MF__LIST_LIMIT; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), ",%d", i);
    assert_int_equal(mf__parse_count_list(text, &any, &counts, NULL), 0);
    assert_int_equal(counts.n, MF__LIST_LIMIT);
    snprintf(text + strlen(text), sizeof text - strlen(text), ",1000");
    mf_error error = {0};
    assert_int_equal(mf__parse_count_list(text, &any, &counts, &error), MF_E_INPUT);
    assert_string_equal(error.text, "--n: the list is too long; expected at most 64 numbers");
    /* A part that is cut would be a number, but the whole of it is not. */
    memset(text, '1', 200);
    snprintf(text + 200, sizeof text - 200, "x");
    assert_int_equal(mf__parse_count_list(text, &any, &counts, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "is too long"));
}

static void reads_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t ns;
    } cases[] = {
        {"30s", 30000000000},
        {"2h", 7200000000000},
        {"500ms", 500000000},
        {"1.5s", 1500000000},
        {"5m", 300000000000},
        {"5min", 300000000000},
        {"1d", 86400000000000},
        {"30", 30000000000},
        {"0.25", 250000000},
        {"7us", 7000},
        {"7\xc2\xb5s", 7000},
        {"7\xce\xbcs", 7000},
        {"9ns", 9},
        {"1e-9s", 1},
        {"1e3ms", 1000000000},
        {"0.000000001", 1},
        {"0", 0},
    };
    const struct mf__limits limits = {"--time", 0, UINT64_C(86400000000000)};
    for (size_t i = 0; i < SIZE(cases); i++) {
        uint64_t ns = 77;
        mf_error error = {0};
        if (mf__parse_duration_ns(cases[i].text, &limits, &ns, &error) != 0)
            fail_msg("%s", error.text);
        assert_int_equal(ns, cases[i].ns);
    }
}

static void refuses_bad_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        {"1.5ns", "is finer than a nanosecond"},
        {"25h", "is too large"},
        {"1e40d", "is too large"},
        {"-5s", "is negative"},
        {"5 s", "has a blank"},
        {"5x", "unknown unit"},
        {"1h30m", "is not a number"},
        {"s", "is not a number"},
        {"", "is empty"},
        {"99ms", "is too small"},
    };
    const struct mf__limits limits = {"--time", 100000000, UINT64_C(86400000000000)};
    for (size_t i = 0; i < SIZE(cases); i++) {
        uint64_t ns = 77;
        mf_error error = {0};
        assert_int_equal(mf__parse_duration_ns(cases[i].text, &limits, &ns, &error), MF_E_INPUT);
        if (strstr(error.text, cases[i].reason) == NULL ||
            strstr(error.text, "expected a duration from 100ms to 1d") == NULL)
            fail_msg("%s: %s", cases[i].text, error.text);
    }
}

static void reads_shares(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t ppb;
    } cases[] = {
        {"2%", 20000000},  {"0.02", 20000000}, {"1", MF__WHOLE_PPB}, {"100%", MF__WHOLE_PPB},
        {"0.5%", 5000000}, {"2e-2", 20000000}, {"0.0000001%", 1},
    };
    const struct mf__limits limits = {"--precision", 1, MF__WHOLE_PPB};
    mf_error error = {0};
    uint64_t ppb = 0;
    for (size_t i = 0; i < SIZE(cases); i++) {
        assert_int_equal(mf__parse_share(cases[i].text, &limits, &ppb, &error), 0);
        assert_int_equal(ppb, cases[i].ppb);
    }
    assert_int_equal(mf__parse_share("101%", &limits, &ppb, &error), MF_E_INPUT);
    assert_string_equal(error.text, "--precision: \"101%\" is too large; expected a share from "
                                    "0.0000001% to 100%");
    assert_int_equal(mf__parse_share("2", &limits, &ppb, &error), MF_E_INPUT);
    assert_int_equal(mf__parse_share("0.0000000001", &limits, &ppb, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "is finer than a billionth"));
    assert_int_equal(mf__parse_share("2%%", &limits, &ppb, &error), MF_E_INPUT);
    assert_int_equal(mf__parse_share("0", &limits, &ppb, &error), MF_E_INPUT);
}

static void shows_counts_in_groups(void **state)
{
    (void)state;
    assert_string_equal(mf__show_count(0, ',').text, "0");
    assert_string_equal(mf__show_count(999, ',').text, "999");
    assert_string_equal(mf__show_count(1000, ',').text, "1,000");
    assert_string_equal(mf__show_count(10000000000, ',').text, "10,000,000,000");
    assert_string_equal(mf__show_wide(0, 0, 0).text, "0");
    assert_string_equal(mf__show_wide(1, 0, 0).text, "18446744073709551616");
    assert_string_equal(mf__show_wide(UINT64_MAX, UINT64_MAX, ',').text,
                        "340,282,366,920,938,463,463,374,607,431,768,211,455");
    /* (2^64 - 1) * 2^64 / 2, the largest sum there is */
    assert_string_equal(mf__show_wide(UINT64_C(0x7fffffffffffffff), UINT64_C(1) << 63, 0).text,
                        "170141183460469231722463931679029329920");
}

static void shows_fixed_decimals(void **state)
{
    (void)state;
    assert_string_equal(mf__show_fixed(1.94, 2).text, "1.94");
    assert_string_equal(mf__show_fixed(1.999, 2).text, "2.00");
    assert_string_equal(mf__show_fixed(-0.001, 2).text, "0.00");
    assert_string_equal(mf__show_fixed(-3.25, 1).text, "-3.3");
    assert_string_equal(mf__show_fixed(0.05, 9).text, "0.050000000");
    assert_string_equal(mf__show_fixed(7, 0).text, "7");
    assert_string_equal(mf__show_fixed(123456789012345.0, 9).text, "123456789012345.0");
    assert_string_equal(mf__show_fixed(1e15, 2).text, "1.000e15");
    assert_string_equal(mf__show_fixed(-9.9996e20, 2).text, "-1.000e21");
    assert_string_equal(mf__show_fixed(1.7976931348623157e308, 2).text, "1.798e308");
    assert_string_equal(mf__show_fixed((double)NAN, 2).text, "nan");
    assert_string_equal(mf__show_fixed((double)-INFINITY, 2).text, "-inf");
    assert_string_equal(mf__show_percent(0.021, 1).text, "2.1 %");
}

static void shows_durations_with_a_fitting_unit(void **state)
{
    (void)state;
    static const struct {
        double ns;
        const char *text;
    } cases[] = {
        {0, "0 s"},
        {0.25, "0.25 ns"},
        {5, "5.00 ns"},
        {999.4, "999 ns"},
        {999.6, "1.00 us"},
        {12300, "12.3 us"},
        {463e6, "463 ms"},
        {999.96e6, "1.00 s"},
        {1.24e9, "1.24 s"},
        {-1.24e9, "-1.24 s"},
        {9.996e9, "10.0 s"},
        {99.94e9, "99.9 s"},
        {99.96e9, "1 min 40 s"},
        {125e9, "2 min 05 s"},
        {3599.6e9, "1 h 00 min"},
        {12000e9, "3 h 20 min"},
        {-12000e9, "-3 h 20 min"},
        {97 * 3600e9, "4 d 1 h"},
        {1e30, "1.000e21 s"},
    };
    for (size_t i = 0; i < SIZE(cases); i++)
        assert_string_equal(mf__show_duration(cases[i].ns, true).text, cases[i].text);
    assert_string_equal(mf__show_duration(12300, false).text, "12.3 \xc2\xb5s");
    assert_string_equal(mf__show_duration((double)NAN, false).text, "nan");
}

static void shows_bytes_in_binary_units(void **state)
{
    (void)state;
    assert_string_equal(mf__show_bytes(0).text, "0 B");
    assert_string_equal(mf__show_bytes(1023).text, "1023 B");
    assert_string_equal(mf__show_bytes(1024).text, "1.00 KiB");
    assert_string_equal(mf__show_bytes(1048575).text, "1.00 MiB");
    assert_string_equal(mf__show_bytes(13002342).text, "12.4 MiB");
    assert_string_equal(mf__show_bytes(UINT64_MAX).text, "16.0 EiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_counts_exactly),
        cmocka_unit_test(refuses_bad_counts_with_a_sentence_that_names_them),
        cmocka_unit_test(holds_counts_to_their_range),
        cmocka_unit_test(shortens_a_long_bad_number),
        cmocka_unit_test(reads_back_every_number_it_shows),
        cmocka_unit_test(reads_lists_of_counts),
        cmocka_unit_test(limits_the_length_of_lists),
        cmocka_unit_test(reads_durations),
        cmocka_unit_test(refuses_bad_durations),
        cmocka_unit_test(reads_shares),
        cmocka_unit_test(shows_counts_in_groups),
        cmocka_unit_test(shows_fixed_decimals),
        cmocka_unit_test(shows_durations_with_a_fitting_unit),
        cmocka_unit_test(shows_bytes_in_binary_units),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
