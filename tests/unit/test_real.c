/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"
#include "base/real.h"

#include "tests/unit/unit.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bits, so that -0 is not 0. */
static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void assert_reads(const char *text, double wanted)
{
    double found = 42.25;
    if (!mf__read_real(text, strlen(text), &found) || bits_of(found) != bits_of(wanted))
        fail_msg("\"%s\" is read as %.17g, wanted %.17g", text, found, wanted);
}

static void reads_what_tables_hold(void **state)
{
    (void)state;
    assert_reads("0", 0.0);
    assert_reads("-0", -0.0);
    assert_reads("+7", 7.0);
    assert_reads("-12.5", -12.5);
    assert_reads(".5", 0.5);
    assert_reads("5.", 5.0);
    assert_reads("0.1", 0.1);
    assert_reads("007", 7.0);
    assert_reads("1e3", 1000.0);
    assert_reads("1E+03", 1000.0);
    assert_reads("2.5e-3", 0.0025);
    assert_reads(" \t8\r\n", 8.0);
    assert_reads("-inf", -(double)INFINITY);
    assert_reads("+Infinity", (double)INFINITY);
    assert_reads("INF", (double)INFINITY);
}

static void refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",      " ",   "-",   "+",    ".",         "-.",  "e5",    ".e5",      "1e",
        "1e+",   "1 2", "0x1", "nan",  "1.2.3",     "1,5", "--1",   "+-1",      "1_0",
        "1e5.5", "- 1", "in",  "infi", "infinitys", "1f",  "1e5e5", "\xc2\xbd", "1\xc2\xa0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double found = 42.25;
        if (mf__read_real(texts[i], strlen(texts[i]), &found))
            fail_msg("\"%s\" is read as %g", texts[i], found);
        assert_true(found == 42.25);
    }
}

static void reads_no_further_than_the_length(void **state)
{
    (void)state;
    double found = 0;
    assert_true(mf__read_real("12345", 3, &found));
    assert_true(found == 123.0);
    assert_true(mf__read_real("1e55", 2, &found) == false);
}

static void rounds_to_the_nearest_double(void **state)
{
    (void)state;
    assert_reads("9007199254740993", 9007199254740992.0); /* a tie goes to the even neighbour */
    assert_reads("9007199254740995", 9007199254740996.0);
    assert_reads("9007199254740993.0000000000000000000000001", 9007199254740994.0);
    assert_reads("18446744073709551615", 18446744073709551616.0);
    assert_reads("0.30000000000000004", 0.1 + 0.2);
    assert_reads("123456789012345678e27", 123456789012345678e27);
    assert_reads("1234567890123456789e-27", 1234567890123456789e-27);
    assert_reads("1.7976931348623157e308", DBL_MAX);
    assert_reads("1.7976931348623159e308", (double)INFINITY);
    assert_reads("2.2250738585072011e-308", 2.2250738585072011e-308);
    assert_reads("5e-324", 0x1p-1074);
    assert_reads("2.4703282292062327e-324", 0.0);
    assert_reads("2.4703282292062328e-324", 0x1p-1074);
}

/* 1 + 2^-53 lies half-way between two doubles; a digit 1 or a 0 far behind decides or does not. */
static void looks_at_every_digit(void **state)
{
    (void)state;
    static const char half_way[] = "1.00000000000000011102230246251565404236316680908203125";
    char text[3000];
    for (int zeros = 0; zeros < 2900; zeros += 97) {
        snprintf(text, sizeof text, "%s%0*d", half_way, zeros + 1, 1);
        assert_reads(text, 1.0 + DBL_EPSILON);
        snprintf(text, sizeof text, "%s%0*d", half_way, zeros + 1, 0);
        assert_reads(text, 1.0);
    }
}

/* The longest tie there is: half-way between the smallest normal number and the one below it. */
static void looks_at_the_longest_tie(void **state)
{
    (void)state;
#if LDBL_MANT_DIG >= 64
    char text[900];
    snprintf(text, sizeof text, "%.767Le", (long double)DBL_MIN - 0x1p-1075L);
    assert_reads(text, DBL_MIN);
    char *last = text + 768; /* of 768 digits and the point */
    assert_int_equal(*last, '5');
    *last = '4';
    assert_reads(text, DBL_MIN - 0x1p-1074);
#endif
}

static void takes_any_length_and_any_exponent(void **state)
{
    (void)state;
    char text[4000];
    snprintf(text, sizeof text, "0.%03000de3001", 1);
    assert_reads(text, 10.0);
    snprintf(text, sizeof text, "1%03000de-3000", 0);
    assert_reads(text, 1.0);
    snprintf(text, sizeof text, "%03000d.5", 7);
    assert_reads(text, 7.5);
    assert_reads("1e99999999999999999999999999", (double)INFINITY);
    assert_reads("1e999999999999999999", (double)INFINITY); /* 18 digits, 19, and the limits */
    assert_reads("1e9999999999999999999", (double)INFINITY);
    assert_reads("1e9223372036854775808", (double)INFINITY);
    assert_reads("1e-9999999999999999999", 0.0);
    assert_reads("1e-18446744073709551616", 0.0);
    assert_reads("-1e-99999999999999999999999999", -0.0);
    assert_reads("0e99999999999999999999999999", 0.0);
}

/* A decimal number of up to 30 digits, often with a point and an exponent. */
static void make_text(struct mf__random *random, char *text)
{
    char *at = text;
    uint64_t n = 1 + mf__random_below(random, 30);
    uint64_t point = mf__random_below(random, 2 * n);
    if (mf__random_below(random, 3) == 0)
        *at++ = '-';
    for (uint64_t i = 0; i < n; i++) {
        if (i == point)
            *at++ = '.';
        *at++ = (char)('0' + mf__random_below(random, 10));
    }
    *at = '\0';
    int reach = mf__random_below(random, 4) == 0 ? 350 : 40;
    if (mf__random_below(random, 2) == 0)
        sprintf(at, "e%d", (int)mf__random_below(random, 2 * (uint64_t)reach) - reach);
}

static void agrees_with_the_c_library(void **state)
{
    (void)state;
    struct mf__random random = {20261122};
    char text[64];
    for (int i = 0; i < 200000; i++) {
        make_text(&random, text);
        assert_reads(text, strtod(text, NULL));
    }
}

static void assert_shows(double value, const char *wanted)
{
    assert_string_equal(mf__show_real(value).text, wanted);
}

static void shows_the_shortest_text(void **state)
{
    (void)state;
    assert_shows(0.0, "0");
    assert_shows(-0.0, "-0");
    assert_shows(3.0, "3");
    assert_shows(-2.5, "-2.5");
    assert_shows(0.1, "0.1");
    assert_shows(0.1 + 0.2, "0.30000000000000004");
    assert_shows(1e15, "1000000000000000");
    assert_shows(1e16, "1e16");
    assert_shows(1.5e300, "1.5e300");
    assert_shows(0.00001, "0.00001");
    assert_shows(0.000001, "1e-6");
    assert_shows(120.0, "120");
    assert_shows(0x1p-1074, "5e-324");
    assert_shows(DBL_MAX, "1.7976931348623157e308");
    assert_shows(0x1p-44, "5.684341886080802e-14"); /* the nearest 16 digits end in 1 */
    assert_shows((double)INFINITY, "inf");
    assert_shows(-(double)INFINITY, "-inf");
    assert_shows((double)NAN, "nan");
}

static void what_is_shown_reads_back(void **state)
{
    (void)state;
    struct mf__random random = {7};
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = mf__random_next(&random);
        double value = 0;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            assert_reads(mf__show_real(value).text, value);
    }
}

/* Where the machine has a locale with a decimal comma; elsewhere there is nothing to look at. */
static void is_the_same_in_every_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && found == NULL; i++)
        found = setlocale(LC_ALL, names[i]);
    if (found == NULL)
        return;
    assert_string_equal(localeconv()->decimal_point, ",");
    assert_reads("0.5", 0.5);
    assert_reads("1.2345678901234567890123e-3", 0.0012345678901234567890123);
    assert_shows(2.5, "2.5");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_tables_hold),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(reads_no_further_than_the_length),
        cmocka_unit_test(rounds_to_the_nearest_double),
        cmocka_unit_test(looks_at_every_digit),
        cmocka_unit_test(looks_at_the_longest_tie),
        cmocka_unit_test(takes_any_length_and_any_exponent),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(shows_the_shortest_text),
        cmocka_unit_test(what_is_shown_reads_back),
        cmocka_unit_test(is_the_same_in_every_locale),
    };
    return cmocka_run_group_tests_name("real", tests, NULL, NULL);
}
