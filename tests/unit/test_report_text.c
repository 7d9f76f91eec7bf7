/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of whole comparisons, against files kept in golden/ (golden_file.h):
 *
 *     test_report_text tests/unit/golden [--regenerate]
 */
#include "report/compare_text.h"

#include "base/text.h"
#include "tests/unit/comparisons.h"
#include "tests/unit/golden_file.h"
#include "tests/unit/sgr.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct page {
    const char *file;
    const char *scene;
    struct mf__style style;
};

static const struct page pages[] = {
    {"usual_80.txt", "usual", {.width = 80}},
    {"two_cores_80.txt", "two_cores", {.width = 80}},
    {"two_cores_80_ascii.txt", "two_cores", {.width = 80, .ascii = true}},
    {"two_cores_80_colour.txt", "two_cores", {.width = 80, .colour = true}},
    {"two_cores_120.txt", "two_cores", {.width = 120}},
    {"eight_cores_80.txt", "eight_cores", {.width = 80}},
    {"wrong_80.txt", "wrong", {.width = 80}},
    {"one_round_80.txt", "one_round", {.width = 80}},
    {"cancelled_80.txt", "cancelled", {.width = 80}},
    {"negative_80.txt", "negative", {.width = 80}},
    {"slower_80.txt", "slower", {.width = 80}},
    {"weak_80.txt", "weak", {.width = 80}},
    {"weak_120.txt", "weak", {.width = 120}},
    {"serial_only_80.txt", "serial_only", {.width = 80}},
    {"failed_80.txt", "failed", {.width = 80}},
    {"hostile_80_ascii.txt", "hostile", {.width = 80, .ascii = true}},
};

#define N_PAGES   (sizeof pages / sizeof pages[0])
#define N_TESTS   8 /* besides the pages */
#define LAST_TEST (N_TESTS + N_PAGES - 1)

static void render(const char *scene, const struct mf__style *style, struct mf__buffer *out)
{
    struct mf__comparison comparison;
    assert_int_equal(scene_make(scene, &comparison), 0);
    mf__compare_text(&comparison, scene_what(), style, out);
    mf__comparison_done(&comparison);
    assert_int_equal(mf__buffer_check(out, NULL), 0);
}

static void looks_as_it_was_approved(void **state)
{
    const struct page *page = *state;
    struct mf__buffer found = {0};
    render(page->scene, &page->style, &found);
    golden_check(page->file, &found);
    mf__buffer_done(&found);
}

/* Calls `check` with each line of each scene. */
static void each_line(const struct mf__style *style,
                      void (*check)(const char *line, const struct mf__style *style))
{
    for (size_t i = 0; scene_names[i] != NULL; i++) {
        struct mf__buffer out = {0};
        render(scene_names[i], style, &out);
        assert_int_equal(out.bytes[out.length - 1], '\n');
        for (char *line = out.bytes; *line != '\0';) {
            char *end = strchr(line, '\n');
            *end = '\0';
            check(line, style);
            line = end + 1;
        }
        mf__buffer_done(&out);
    }
}

static void check_width(const char *line, const struct mf__style *style)
{
    if (mf__text_width(line) > style->width)
        fail_msg("%zu columns in a page of %u: %s", mf__text_width(line), style->width, line);
}

static void check_end(const char *line, const struct mf__style *style)
{
    (void)style;
    size_t length = strlen(line);
    if (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        fail_msg("ends in a blank: \"%s\"", line);
}

static void check_ascii(const char *line, const struct mf__style *style)
{
    (void)style;
    for (const char *at = line; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
            fail_msg("byte 0x%02x in: %s", (unsigned)(unsigned char)*at, line);
}

static void no_line_is_wider_than_the_page(void **state)
{
    (void)state;
    static const unsigned widths[] = {60, 66, 80, 90, 100, 120, 200};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        each_line(&(struct mf__style){.width = widths[i]}, check_width);
        each_line(&(struct mf__style){.width = widths[i], .ascii = true}, check_width);
    }
}

static void no_line_ends_in_a_blank(void **state)
{
    (void)state;
    for (unsigned width = 60; width <= 140; width += 20) {
        each_line(&(struct mf__style){.width = width}, check_end);
        each_line(&(struct mf__style){.width = width, .ascii = true}, check_end);
    }
}

static void the_ascii_form_is_printable_ascii(void **state)
{
    (void)state;
    each_line(&(struct mf__style){.width = 80, .ascii = true}, check_ascii);
    each_line(&(struct mf__style){.width = 120, .ascii = true}, check_ascii);
}

static void colour_adds_sgr_sequences_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; scene_names[i] != NULL; i++) {
        struct mf__buffer plain = {0};
        struct mf__buffer coloured = {0};
        render(scene_names[i], &(struct mf__style){.width = 80}, &plain);
        render(scene_names[i], &(struct mf__style){.width = 80, .colour = true}, &coloured);
        assert_null(strchr(plain.bytes, ESCAPE));
        assert_non_null(strchr(coloured.bytes, ESCAPE));
        sgr_strip(coloured.bytes);
        assert_string_equal(coloured.bytes, plain.bytes);
        mf__buffer_done(&plain);
        mf__buffer_done(&coloured);
    }
}

/* The scene's sentence holds an escape sequence and a newline of its own. */
static void what_comes_from_outside_cannot_steer_the_terminal(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    render("hostile", &(struct mf__style){.width = 80}, &out);
    assert_non_null(strstr(out.bytes, "\\x1b[31mred\\x1b[0m\\x0aand"));
    mf__buffer_done(&out);
}

static void a_wrong_answer_gets_no_speedup(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    render("wrong", &(struct mf__style){.width = 80}, &out);
    const char *row = strstr(out.bytes, "threads    2");
    assert_non_null(row);
    char line[256] = {0};
    memcpy(line, row, strcspn(row, "\n"));
    assert_non_null(strstr(line, "wrong answer"));
    assert_null(strchr(line, '['));
    /* The spread is the only share: there is no efficiency. */
    assert_non_null(strchr(line, '%'));
    assert_ptr_equal(strchr(line, '%'), strrchr(line, '%'));
    /* Its way has no speedup with other worker counts either. */
    assert_non_null(strstr(out.bytes, "not compared"));
    mf__buffer_done(&out);
}

/* The page of the usual comparison, of two ways on two cores, is to be seen at two glances. */
static void the_usual_page_has_at_most_65_lines_and_names_each_topic_once(void **state)
{
    (void)state;
    static const char *const topics[] = {"answer", "winner", "sure", "why", "workers", "next"};
    struct mf__buffer out = {0};
    render("usual", &(struct mf__style){.width = 80}, &out);
    size_t lines = 0;
    for (const char *at = out.bytes; *at != '\0'; at++)
        lines += *at == '\n';
    assert_in_range(lines, 40, 65);
    const char *verdict = strstr(out.bytes, "\nVerdict\n");
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        char label[32];
        snprintf(label, sizeof label, "\n  %s ", topics[i]);
        const char *first = strstr(verdict, label);
        assert_non_null(first);
        assert_null(strstr(first + 1, label));
    }
    mf__buffer_done(&out);
}

static void the_verdict_comes_last(void **state)
{
    (void)state;
    for (size_t i = 0; scene_names[i] != NULL; i++) {
        struct mf__buffer out = {0};
        render(scene_names[i], &(struct mf__style){.width = 80}, &out);
        const char *verdict = strstr(out.bytes, "\n\nVerdict\n");
        assert_non_null(verdict);
        assert_null(strstr(verdict + 2, "\n\n"));
        mf__buffer_done(&out);
    }
}

int main(int argc, char **argv)
{
    if (!golden_begin(argc, argv))
        return 2;
    struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_wider_than_the_page),
        cmocka_unit_test(no_line_ends_in_a_blank),
        cmocka_unit_test(the_ascii_form_is_printable_ascii),
        cmocka_unit_test(colour_adds_sgr_sequences_and_nothing_else),
        cmocka_unit_test(what_comes_from_outside_cannot_steer_the_terminal),
        cmocka_unit_test(a_wrong_answer_gets_no_speedup),
        cmocka_unit_test(the_usual_page_has_at_most_65_lines_and_names_each_topic_once),
        cmocka_unit_test(the_verdict_comes_last),
        [LAST_TEST] = {0},
    };
    for (size_t i = 0; i < N_PAGES; i++)
        tests[N_TESTS + i] = (struct CMUnitTest){.name = pages[i].file,
                                                 .test_func = looks_as_it_was_approved,
                                                 .initial_state = (void *)(uintptr_t)&pages[i]};
    return cmocka_run_group_tests_name("report_text", tests, NULL, NULL);
}
