/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that pages of text are made of: style, tables, bars, figures, doubts. */
#include "report/bar.h"
#include "report/doubt_words.h"
#include "report/figures.h"
#include "report/table.h"

#include "base/text.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

static const struct mf__style plain = {.width = 80};
static const struct mf__style ascii = {.width = 80, .ascii = true};
static const struct mf__style coloured = {.width = 80, .colour = true};

/* ---- style ---- */

static void assert_said(const struct mf__style *style, const char *text, const char *wanted)
{
    struct mf__buffer out = {0};
    mf__say(style, text, &out);
    assert_string_equal(mf__buffer_text(&out), wanted);
    mf__buffer_done(&out);
}

static void ascii_has_a_form_for_every_sign(void **state)
{
    (void)state;
    assert_said(&ascii, "1.2 µs ± 3 × 4 … “a” – ∞ ≥ 1", "1.2 us +- 3 x 4 ... \"a\" - inf >= 1");
    assert_said(&ascii, "Zürich", "Z\\xc3\\xbcrich");
    assert_said(&plain, "1.2 µs ± 3 Zürich", "1.2 µs ± 3 Zürich");
}

static void no_style_lets_control_characters_through(void **state)
{
    (void)state;
    assert_said(&plain, "a\x1b[2Jb\n\x07", "a\\x1b[2Jb\\x0a\\x07");
    assert_said(&ascii, "\xff\x01", "\\xff\\x01");
}

static void colour_stands_around_the_text_only(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__say_tinted(&coloured, MF__TINT_STRONG, "a", &out);
    mf__say_tinted(&coloured, MF__TINT_PLAIN, "b", &out);
    assert_string_equal(mf__buffer_text(&out), "\x1b[1ma\x1b[0mb");
    mf__buffer_done(&out);
}

static void paragraphs_hang_below_their_label(void **state)
{
    (void)state;
    const struct mf__style narrow = {.width = 40};
    struct mf__buffer out = {0};
    mf__say_lines(&narrow, &(struct mf__label){.text = "label", .column = 2, .width = 8}, &out,
                  "%s %d", "some words that go on for more than a line of", 40);
    mf__say_lines(&narrow, &(struct mf__label){.text = "", .column = 2, .width = 8}, &out, "x");
    mf__say_lines(&narrow, &(struct mf__label){.text = "a long label", .column = 2, .width = 8},
                  &out, "y");
    assert_string_equal(mf__buffer_text(&out), "  label   some words that go on for more\n"
                                               "          than a line of 40\n"
                                               "          x\n"
                                               "  a long label y\n");
    mf__buffer_done(&out);
}

static void a_figure_keeps_its_unit_and_its_interval(void **state)
{
    (void)state;
    const struct mf__style narrow = {.width = 34};
    struct mf__buffer out = {0};
    mf__say_lines(&narrow, &(struct mf__label){.text = ""}, &out,
                  "the widest of all is within 12.5 %%, a b c d e f g 1.93 [1.91, 1.95] times");
    assert_string_equal(mf__buffer_text(&out), "the widest of all is within\n"
                                               "12.5 %, a b c d e f g\n"
                                               "1.93 [1.91, 1.95] times\n");
    mf__buffer_clear(&out);
    mf__say_lines(&narrow, &(struct mf__label){.text = ""}, &out,
                  "it takes, all in all, about 75.7 µs, and more");
    assert_string_equal(mf__buffer_text(&out), "it takes, all in all, about\n"
                                               "75.7 µs, and more\n");
    mf__buffer_done(&out);
}

/* ---- tables ---- */

static void draw_width(const void *user, size_t row, size_t width, struct mf__buffer *out)
{
    mf__buffer_fill(out, *(const char *)user, row == 0 ? width : 0);
}

/* Two rows: "way  1 | 12.5 | [x]", with a column that is empty in both. */
static void make_table(const struct mf__style *style, struct mf__picture picture,
                       struct mf__buffer *out)
{
    static const struct mf__column columns[] = {
        {.header = "way"},
        {.header = "number", .right = true, .gap = 2},
        {.header = "empty", .gap = 2},
        {.header = "spans two", .right = true, .gap = 2},
        {.gap = 1},
        {.header = "goes", .right = true, .gap = 2, .rank = 1},
    };
    struct mf__table table = {
        .style = style, .columns = columns, .n_columns = 6, .picture = picture};
    static const char *const texts[] = {"threads", "1",  "", "12.5", "[12, 13]", "x",
                                        "∞",       "22", "", "3",    "",         ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        mf__table_add(&table, MF__TINT_PLAIN, "%s", texts[i]);
    mf__table_finish(&table, out);
}

static void columns_are_aligned_and_empty_ones_left_out(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    make_table(&plain, (struct mf__picture){0}, &out);
    assert_string_equal(mf__buffer_text(&out), "  way      number  spans two      goes\n"
                                               "  threads       1  12.5 [12, 13]     x\n"
                                               "  ∞            22     3\n");
    mf__buffer_done(&out);
}

static void columns_go_by_rank_where_the_page_is_narrow(void **state)
{
    (void)state;
    const struct mf__style narrow = {.width = 37, .ascii = true};
    struct mf__buffer out = {0};
    make_table(&narrow, (struct mf__picture){0}, &out);
    assert_string_equal(mf__buffer_text(&out), "  way      number  spans two\n"
                                               "  threads       1  12.5 [12, 13]\n"
                                               "  inf          22     3\n");
    mf__buffer_done(&out);
}

static void a_header_keeps_its_room_when_the_column_beside_it_goes(void **state)
{
    (void)state;
    static const struct mf__column columns[] = {
        {.header = "way"},
        {.header = "a long header", .right = true, .gap = 2},
        {.gap = 1, .rank = 1}};
    const struct mf__style narrow = {.width = 24};
    struct mf__table table = {.style = &narrow, .columns = columns, .n_columns = 3};
    static const char *const texts[] = {"threads", "1.93", "[1.91, 1.95]"};
    for (size_t i = 0; i < 3; i++)
        mf__table_add(&table, MF__TINT_PLAIN, "%s", texts[i]);
    struct mf__buffer out = {0};
    mf__table_finish(&table, &out);
    assert_string_equal(mf__buffer_text(&out), "  way      a long header\n"
                                               "  threads           1.93\n");
    mf__buffer_done(&out);
}

static void a_picture_takes_the_room_that_is_left(void **state)
{
    (void)state;
    const struct {
        unsigned width;
        size_t columns; /* of the picture */
    } cases[] = {{80, 20}, {50, 10}, {44, 4}, {43, 9}, {36, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct mf__style style = {.width = cases[i].width};
        struct mf__buffer out = {0};
        make_table(&style,
                   (struct mf__picture){.draw = draw_width, .user = "#", .least = 4, .most = 20},
                   &out);
        const char *first = strchr(mf__buffer_text(&out), '#');
        assert_int_equal(first != NULL ? strspn(first, "#") : 0, cases[i].columns);
        mf__buffer_done(&out);
    }
}

/* ---- bars ---- */

static void assert_bar(const struct mf__style *style, double share, const char *wanted)
{
    struct mf__buffer out = {0};
    mf__bar(style, share, 4, &out);
    assert_string_equal(mf__buffer_text(&out), wanted);
    mf__buffer_done(&out);
}

static void bars_are_drawn_to_an_eighth_or_to_a_sign(void **state)
{
    (void)state;
    assert_bar(&plain, 0, "");
    assert_bar(&plain, 1, "████");
    assert_bar(&plain, 0.5, "██");
    assert_bar(&plain, 1.0 / 32, "▏");
    assert_bar(&plain, 15.0 / 32, "█▉");
    assert_bar(&ascii, 0.5, "##");
    assert_bar(&ascii, 0.9, "####");
}

static void bars_of_what_is_no_share_stay_within_their_width(void **state)
{
    (void)state;
    assert_bar(&plain, -1, "");
    assert_bar(&plain, (double)NAN, "");
    assert_bar(&plain, (double)INFINITY, "████");
    assert_bar(&plain, 2, "████");
}

static void assert_parts(const double shares[MF__BAR_PARTS], const char *wanted)
{
    struct mf__buffer out = {0};
    mf__bar_parts(shares, 10, &out);
    assert_string_equal(mf__buffer_text(&out), wanted);
    mf__buffer_done(&out);
}

static void parts_of_a_bar_fill_it(void **state)
{
    (void)state;
    assert_parts((const double[]){0.1, 0.6, 0.1, 0.2}, "▒██████▓░░");
    assert_parts((const double[]){0.04, 0.04, 0.04, 0.88}, "█░░░░░░░░░");
    assert_parts((const double[]){0, 1, 0, 0}, "██████████");
    assert_parts((const double[]){(double)NAN, 0.5, -1, 0.5}, "█████░░░░░");
    assert_parts((const double[]){0.5, 0.9, 0.9, 0.9}, "▒▒▒▒▒█████");
}

/* ---- figures ---- */

static struct mf__interval known(double low, double mid, double high)
{
    return (struct mf__interval){low, mid, high, 0.95, true};
}

static void factors_have_three_digits(void **state)
{
    (void)state;
    assert_string_equal(mf__show_factor(1.934).text, "1.93");
    assert_string_equal(mf__show_factor(9.996).text, "10.0");
    assert_string_equal(mf__show_factor(99.96).text, "100");
    assert_string_equal(mf__show_factor(1234.5).text, "1235");
    assert_string_equal(mf__show_factor((double)INFINITY).text, "∞");
    assert_string_equal(mf__show_factor((double)NAN).text, "?");
}

static void intervals_say_when_they_are_not_known(void **state)
{
    (void)state;
    struct mf__interval sure = known(1.91, 1.93, 1.95);
    struct mf__interval unbounded = known(38.2, (double)INFINITY, (double)INFINITY);
    struct mf__interval unknown = mf__interval_unknown(1.93);
    assert_string_equal(mf__show_sure(&sure).text, "1.93 [1.91, 1.95]");
    assert_string_equal(mf__show_sure(&unbounded).text, "∞ [38.2, ∞]");
    assert_string_equal(mf__show_sure(&unknown).text, "1.93 [?]");
}

static void percentages_have_the_decimals_that_their_width_deserves(void **state)
{
    (void)state;
    struct mf__interval narrow = known(0.0181, 0.0183, 0.0186);
    struct mf__interval wide = known(-0.03, 0.05, 0.15);
    struct mf__interval wider = known(-0.3, 0.05, 0.5);
    struct mf__interval point = known(0.02, 0.02, 0.02);
    struct mf__interval unknown = mf__interval_unknown(0.0183);
    struct mf__interval none = mf__interval_unknown((double)NAN);
    assert_string_equal(mf__show_sure_percent(&narrow).text, "1.83 % [1.81, 1.86]");
    assert_string_equal(mf__show_sure_percent(&wide).text, "5.0 % [-3.0, 15.0]");
    assert_string_equal(mf__show_sure_percent(&wider).text, "5 % [-30, 50]");
    assert_string_equal(mf__show_sure_percent(&point).text, "2.0 % [2.0, 2.0]");
    assert_string_equal(mf__show_sure_percent(&unknown).text, "1.8 % [?]");
    assert_string_equal(mf__show_sure_percent(&none).text, "? % [?]");
}

/* ---- doubts ---- */

static void each_doubt_is_a_sentence_with_its_number(void **state)
{
    (void)state;
    static const struct {
        struct mf__doubt doubt;
        const char *holds;
    } cases[] = {
        {{MF__DOUBT_GOVERNOR, 0}, "\"powersave\""}, {{MF__DOUBT_VIRTUALISED, 0}, "virtual"},
        {{MF__DOUBT_STEAL, 0.034}, "3.4 %"},        {{MF__DOUBT_LOAD, 5.25}, "5.3"},
        {{MF__DOUBT_SMT, 4}, "4 hardware threads"}, {{MF__DOUBT_QUOTA, 2.5}, "2.50"},
        {{MF__DOUBT_THROTTLED, 12}, "12 times"},
    };
    const mf_machine machine = {.governor = "powersave"};
    assert_int_equal(sizeof cases / sizeof cases[0], MF__DOUBT_COUNT);
    for (size_t i = 0; i < MF__DOUBT_COUNT; i++) {
        struct mf__buffer out = {0};
        mf__doubt_words(&cases[i].doubt, &machine, &out);
        assert_non_null(strstr(mf__buffer_text(&out), cases[i].holds));
        assert_int_equal(out.bytes[out.length - 1], '.');
        assert_true(strlen(mf__doubt_name(cases[i].doubt.kind)) > 0);
        mf__buffer_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_has_a_form_for_every_sign),
        cmocka_unit_test(no_style_lets_control_characters_through),
        cmocka_unit_test(colour_stands_around_the_text_only),
        cmocka_unit_test(paragraphs_hang_below_their_label),
        cmocka_unit_test(a_figure_keeps_its_unit_and_its_interval),
        cmocka_unit_test(columns_are_aligned_and_empty_ones_left_out),
        cmocka_unit_test(columns_go_by_rank_where_the_page_is_narrow),
        cmocka_unit_test(a_header_keeps_its_room_when_the_column_beside_it_goes),
        cmocka_unit_test(a_picture_takes_the_room_that_is_left),
        cmocka_unit_test(bars_are_drawn_to_an_eighth_or_to_a_sign),
        cmocka_unit_test(bars_of_what_is_no_share_stay_within_their_width),
        cmocka_unit_test(parts_of_a_bar_fill_it),
        cmocka_unit_test(factors_have_three_digits),
        cmocka_unit_test(intervals_say_when_they_are_not_known),
        cmocka_unit_test(percentages_have_the_decimals_that_their_width_deserves),
        cmocka_unit_test(each_doubt_is_a_sentence_with_its_number),
    };
    return cmocka_run_group_tests_name("report_parts", tests, NULL, NULL);
}
