/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include "base/random.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof(array)[0])

static void keeps_what_prints_and_escapes_what_steers(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        const char *safe;
    } cases[] = {
        {"plain \"text\" \\ here", "plain \"text\" \\ here"},
        {"gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2 \xf0\x9f\x98\x80",
         "gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2 \xf0\x9f\x98\x80"},
        {"a\x1b[31mb", "a\\x1b[31mb"},
        {"a\tb\r\n", "a\\x09b\\x0d\\x0a"},
        {"\x7f", "\\x7f"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"}, /* the one-byte form of ESC [ */
        {"\xe2\x80\xae"
         "evil",
         "\\xe2\\x80\\xae"
         "evil"},                            /* right-to-left override */
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"}, /* isolate */
        {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"}, /* byte order mark */
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc3", "\\xc3"}, /* cut short */
        {"\xe2\x82", "\\xe2\\x82"},
        {"\xc0\xaf", "\\xc0\\xaf"}, /* overlong */
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* half of a surrogate pair */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* above U+10FFFF */
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct mf__buffer out = {0};
        mf__escape(&out, cases[i].raw, strlen(cases[i].raw));
        assert_string_equal(mf__buffer_text(&out), cases[i].safe);
        mf__buffer_done(&out);
    }
}

static void escapes_a_zero_byte_too(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__escape(&out, "a\0b", 3);
    assert_string_equal(mf__buffer_text(&out), "a\\x00b");
    mf__buffer_done(&out);
}

static void quotes_and_shortens_between_characters(void **state)
{
    (void)state;
    assert_string_equal(mf__quote("").text, "\"\"");
    assert_string_equal(mf__quote("3x").text, "\"3x\"");
    char text[200] = "";
    for (size_t length = 0; length < sizeof text - 2; length += 2) {
        struct mf__quoted quoted = mf__quote(text);
        size_t n = strlen(quoted.text);
        assert_true(n < sizeof quoted.text && quoted.text[n - 1] == '"');
        bool whole = n == length + 2;
        assert_true(whole || memcmp(quoted.text + n - 4, "...\"", 4) == 0);
        assert_true(whole || n >= sizeof quoted.text - 5);
        assert_int_equal(mf__text_width(quoted.text), whole ? 2 + length / 2 : 5 + (n - 5) / 2);
        memcpy(text + length, "\xc3\xbc", 3);
    }
}

static void survives_any_bytes(void **state)
{
    (void)state;
    struct mf__random random = {3};
    for (int i = 0; i < 20000; i++) {
        char text[120];
        size_t length = mf__random_below(&random, sizeof text);
        for (size_t j = 0; j < length; j++)
            text[j] = (char)(1 + mf__random_below(&random, 255));
        text[length] = '\0';
        struct mf__quoted quoted = mf__quote(text);
        for (const char *at = quoted.text; *at != '\0';) {
            uint32_t code = 0;
            size_t n = mf__utf8_read(at, strlen(at), &code);
            assert_true(n > 0 && code >= 0x20 && (code < 0x7f || code > 0x9f));
            at += n;
        }
    }
}

static void shows_the_end_of_a_long_path(void **state)
{
    (void)state;
    assert_string_equal(mf__show_path("").text, "");
    assert_string_equal(mf__show_path("a/b\n.csv").text, "a/b\\x0a.csv");
    char path[MF__PATH_SHOWN + 3];
    memset(path, 'p', sizeof path);
    path[MF__PATH_SHOWN] = '\0';
    assert_string_equal(mf__show_path(path).text, path);
    /* One byte more than there is room for, and it is in a letter of two and in an escape of four.
     */
    static const char *const fronts[] = {"\xc3\xbc", "\x1b"};
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(fronts[i]);
        size_t behind = MF__PATH_SHOWN - (i == 0 ? 1 : 3);
        memcpy(path, fronts[i], n);
        memset(path + n, 'p', behind);
        path[n + behind] = '\0';
        struct mf__shown_path shown = mf__show_path(path);
        assert_int_equal(strlen(shown.text), 3 + behind);
        assert_memory_equal(shown.text, "...p", 4);
    }
}

static void measures_columns(void **state)
{
    (void)state;
    assert_int_equal(mf__text_width(""), 0);
    assert_int_equal(mf__text_width("abc"), 3);
    assert_int_equal(mf__text_width("\xc2\xb5s"), 2);
    assert_int_equal(mf__text_width("e\xcc\x81"), 1);                /* e and an accent */
    assert_int_equal(mf__text_width("\xe6\xbc\xa2\xe5\xad\x97"), 4); /* two ideographs */
    assert_int_equal(mf__text_width("\xf0\x9f\x98\x80"), 2);         /* a face */
    assert_int_equal(mf__text_width("\xe2\x96\x88\xe2\x96\x8f"), 2); /* blocks of a bar */
    assert_int_equal(mf__text_width("\xff\xff"), 2);
}

static void wraps_words_under_a_hanging_indent(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__wrap(&out, "  one two   three\nfour ", (struct mf__margins){12, 2, 2});
    assert_string_equal(mf__buffer_text(&out), "one two\n  three four");
    mf__buffer_clear(&out);
    mf__wrap(&out, "a incomprehensibilities b", (struct mf__margins){10, 1, 0});
    assert_string_equal(mf__buffer_text(&out), "a\n incomprehensibilities\n b");
    mf__buffer_clear(&out);
    mf__wrap(&out, "one two three", (struct mf__margins){7, 0, 0});
    assert_string_equal(mf__buffer_text(&out), "one two\nthree");
    mf__buffer_clear(&out);
    mf__wrap(&out, "one two three", (struct mf__margins){6, 0, 0});
    assert_string_equal(mf__buffer_text(&out), "one\ntwo\nthree");
    mf__buffer_clear(&out);
    mf__wrap(&out, "no limit at all", (struct mf__margins){0, 4, 0});
    assert_string_equal(mf__buffer_text(&out), "no limit at all");
    mf__buffer_clear(&out);
    mf__wrap(&out, " ", (struct mf__margins){10, 4, 0});
    assert_string_equal(mf__buffer_text(&out), "");
    mf__wrap(&out, "\xc3\xbc\xc3\xbc \xc3\xbc\xc3\xbc x", (struct mf__margins){5, 0, 0});
    assert_string_equal(mf__buffer_text(&out), "\xc3\xbc\xc3\xbc \xc3\xbc\xc3\xbc\nx");
    mf__buffer_done(&out);
}

static void splits_lists_at_commas(void **state)
{
    (void)state;
    const char *rest = "ab,,cdef";
    char piece[4];
    assert_int_equal(mf__split(&rest, piece, sizeof piece), 2);
    assert_string_equal(piece, "ab");
    assert_int_equal(mf__split(&rest, piece, sizeof piece), 0);
    assert_string_equal(piece, "");
    assert_int_equal(mf__split(&rest, piece, sizeof piece), 4);
    assert_string_equal(piece, "cde");
    assert_null(rest);
}

static const char *nearest_to(const char *word)
{
    static const char *const words[] = {"workers", "warmup", "runs",  "sum",
                                        "compare", "json",   "color", "doctor"};
    struct mf__nearest nearest = {.word = word};
    for (size_t i = 0; i < SIZE(words); i++)
        mf__nearest_offer(&nearest, words[i]);
    return nearest.best != NULL ? nearest.best : "";
}

static void suggests_the_word_that_was_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest_to("wrokers"), "workers");
    assert_string_equal(nearest_to("worker"), "workers");
    assert_string_equal(nearest_to("WORKERS"), "workers");
    assert_string_equal(nearest_to("work"), "workers");
    assert_string_equal(nearest_to("warm-up"), "warmup");
    assert_string_equal(nearest_to("sun"), "sum");
    assert_string_equal(nearest_to("colour"), "color");
    assert_string_equal(nearest_to("jsno"), "json");
    assert_string_equal(nearest_to("comp"), "compare");
}

static void suggests_nothing_far_away(void **state)
{
    (void)state;
    assert_string_equal(nearest_to(""), "");
    assert_string_equal(nearest_to("x"), "");
    assert_string_equal(nearest_to("s"), "");
    assert_string_equal(nearest_to("help"), "");
    assert_string_equal(nearest_to("threads"), "");
    char text[200];
    memset(text, 'w', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_string_equal(nearest_to(text), "");
}

static size_t distance_of(const char *a, const char *b)
{
    /* Long equal tails bring any small distance under the limit. */
    static const char tail[] = "01234567890123456789";
    char left[64], right[64];
    snprintf(left, sizeof left, "%s%s", a, tail);
    snprintf(right, sizeof right, "%s%s", b, tail);
    struct mf__nearest nearest = {.word = left};
    mf__nearest_offer(&nearest, right);
    assert_non_null(nearest.best);
    return nearest.distance;
}

static void counts_slips_as_the_definition_says(void **state)
{
    (void)state;
    assert_int_equal(distance_of("abc", "abc"), 0);
    assert_int_equal(distance_of("abc", "acb"), 1);
    assert_int_equal(distance_of("abc", "ab"), 1);
    assert_int_equal(distance_of("kitten", "sitting"), 3);
    assert_int_equal(distance_of("ca", "abc"), 3); /* 2 when a swapped pair may be edited again */
}

static void assert_enumerated(const char *text, const char *wanted)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    mf__enumerate(copy);
    assert_string_equal(copy, wanted);
}

static void a_list_of_three_has_one_and(void **state)
{
    (void)state;
    assert_enumerated("", "");
    assert_enumerated("threads", "threads");
    assert_enumerated("threads and mpi", "threads and mpi");
    assert_enumerated("threads and processes and mpi", "threads, processes and mpi");
    assert_enumerated("a and b and c and d", "a, b, c and d");
}

static void a_sentence_begins_with_a_capital_and_mpi_with_three(void **state)
{
    (void)state;
    char texts[][16] = {"threads", "mpi with 2", "mpirun", "7 rounds", ""};
    static const char *const wanted[] = {"Threads", "MPI with 2", "Mpirun", "7 rounds", ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mf__capitalise(texts[i]);
        assert_string_equal(texts[i], wanted[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_three_has_one_and),
        cmocka_unit_test(a_sentence_begins_with_a_capital_and_mpi_with_three),
        cmocka_unit_test(keeps_what_prints_and_escapes_what_steers),
        cmocka_unit_test(escapes_a_zero_byte_too),
        cmocka_unit_test(quotes_and_shortens_between_characters),
        cmocka_unit_test(survives_any_bytes),
        cmocka_unit_test(shows_the_end_of_a_long_path),
        cmocka_unit_test(measures_columns),
        cmocka_unit_test(wraps_words_under_a_hanging_indent),
        cmocka_unit_test(splits_lists_at_commas),
        cmocka_unit_test(suggests_the_word_that_was_meant),
        cmocka_unit_test(suggests_nothing_far_away),
        cmocka_unit_test(counts_slips_as_the_definition_says),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
