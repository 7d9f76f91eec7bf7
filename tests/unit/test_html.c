/* SPDX-License-Identifier: Apache-2.0 */
/* The page without what the build puts around it; tests/browser/ has it whole. */
#include "base/packed.h"
#include "base/status.h"
#include "forms/forms.h"
#include "forms/html_blocks.h"
#include "forms/html_page.h"
#include "forms/html_text.h"
#include "tests/unit/unit.h"

#include <string.h>

#define HOSTILE  "<b a='1' c=\"2\">&amp;\x1b]\n"
#define HARMLESS "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;\\x1b]\\x0a"

/* ---- foreign text ---- */

static void makes_markup_text(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__html_text(&out, HOSTILE);
    assert_string_equal(mf__buffer_text(&out), HARMLESS);
    mf__buffer_clear(&out);
    mf__html_text(&out, "R² of µ\xff\xe2\x80\xae");
    assert_string_equal(mf__buffer_text(&out), "R² of µ\\xff\\xe2\\x80\\xae");
    mf__buffer_clear(&out);
    mf__html_text(&out, NULL);
    assert_string_equal(mf__buffer_text(&out), "");
    mf__buffer_done(&out);
}

static void keeps_the_lines_of_commands(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__html_lines(&out, "a <b\n\r\n");
    assert_string_equal(mf__buffer_text(&out), "a &lt;b\n\\x0d\n");
    mf__buffer_done(&out);
}

/* Puts in place of what the first element of data holds what that is when it is unpacked. */
static void unpack_data(struct mf__buffer *html)
{
    static const char begins[] = "<script type=\"application/gzip\">";
    static const char ends[] = "</script>\n";
    struct mf__buffer whole = {0};
    const char *from = strstr(mf__buffer_text(html), begins);
    assert_non_null(from);
    from += strlen(begins);
    size_t length = strspn(from, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/=");
    assert_memory_equal(from + length, ends, strlen(ends));
    mf__buffer_add(&whole, html->bytes, (size_t)(from - html->bytes));
    assert_int_equal(mf__unpack_text(from, length, 1000, &whole, NULL), 0);
    mf__buffer_put(&whole, from + length);
    mf__buffer_done(html);
    *html = whole;
}

static void leaves_nothing_in_json_that_ends_a_script(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    json_t *json = json_pack("{s:s}", "</SCRIPT>", "<!-- & <script> \xe2\x80\xa8");
    assert_int_equal(mf__html_data(&out, json, JSON_COMPACT, NULL), 0);
    unpack_data(&out);
    assert_string_equal(mf__buffer_text(&out),
                        "<script type=\"application/gzip\">"
                        "{\"</SCRIPT>\":\"<!-- & <script> \xe2\x80\xa8\"}</script>\n");
    json_decref(json);
    assert_int_equal(mf__html_data(&out, NULL, 0, NULL), MF_E_MEMORY);
    mf__buffer_done(&out);
}

/* ---- blocks ---- */

static struct mf__story story;

static int begin(void **state)
{
    (void)state;
    mf__story_begin(&story, HOSTILE, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    mf__story_done(&story);
    return 0;
}

static void expect_blocks(const char *expected)
{
    struct mf__buffer out = {0};
    assert_int_equal(mf__story_check(&story, NULL), 0);
    assert_int_equal(mf__html_blocks(&story, &out, NULL), 0);
    assert_string_equal(mf__buffer_text(&out), expected);
    mf__buffer_done(&out);
}

static void headings_never_skip_a_level(void **state)
{
    (void)state;
    mf__story_section(&story, 1, "a", "A");
    mf__story_section(&story, 3, "b", "B <i>");
    mf__story_section(&story, 1, "c", "C");
    expect_blocks("<h2 id=\"a\">A</h2>\n<h3 id=\"b\">B &lt;i&gt;</h3>\n<h2 id=\"c\">C</h2>\n");
}

static void answers_in_a_row_are_one_list(void **state)
{
    (void)state;
    mf__story_answer(&story, "Q1", "%s", HOSTILE);
    mf__story_answer(&story, "Q2", "A2");
    mf__story_text(&story, "between");
    mf__story_answer(&story, "Q3", "A3");
    expect_blocks("<dl class=\"answers\">\n<div><dt>Q1</dt><dd>" HARMLESS "</dd></div>\n"
                  "<div><dt>Q2</dt><dd>A2</dd></div>\n</dl>\n<p>between</p>\n"
                  "<dl class=\"answers\">\n<div><dt>Q3</dt><dd>A3</dd></div>\n</dl>\n");
}

static void tables_name_their_columns_and_rows(void **state)
{
    (void)state;
    mf__story_table(&story, "T \"t\"");
    mf__story_column(&story, false, "way <");
    mf__story_column(&story, true, "ms");
    mf__story_cell(&story, "serial");
    mf__story_cell(&story, "2");
    mf__story_cell(&story, "of a row that ends early");
    expect_blocks("<p class=\"named\">T &quot;t&quot;</p>\n"
                  "<div class=\"scroll\" role=\"group\" tabindex=\"0\" "
                  "aria-label=\"T &quot;t&quot;\"><table>\n"
                  "<thead><tr><th scope=\"col\">way &lt;</th>"
                  "<th scope=\"col\" class=\"right\">ms</th></tr></thead>\n<tbody>\n"
                  "<tr><th scope=\"row\">serial</th><td class=\"right\">2</td></tr>\n"
                  "</tbody>\n</table></div>\n");
}

static void charts_have_a_name_and_their_numbers(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__story_chart(&story, "c", "Time", json_pack("{s:s}", "mark", "</script>"), "It \"fell\".");
    assert_int_equal(mf__html_blocks(&story, &out, NULL), 0);
    unpack_data(&out);
    assert_string_equal(
        mf__buffer_text(&out),
        "<figure class=\"chart\" id=\"c\">\n<p class=\"named\">Time</p>\n"
        "<div class=\"plot\" role=\"img\" aria-label=\"Time: It &quot;fell&quot;.\">"
        "</div>\n<figcaption>It &quot;fell&quot;.</figcaption>\n"
        "<details><summary>Numbers behind this chart</summary>\n</details>\n"
        "<script type=\"application/gzip\">{\"mark\":\"</script>\"}"
        "</script>\n</figure>\n");
    mf__buffer_done(&out);
}

static void notes_commands_and_formulae_are_marked(void **state)
{
    (void)state;
    mf__story_note(&story, "Careful.");
    mf__story_command(&story, "a 'b'");
    mf__story_formula(&story, "F", "x", "x is <x>");
    expect_blocks("<div class=\"note\" role=\"note\"><b>Note.</b> Careful.</div>\n"
                  "<div class=\"command\"><pre><code>a &#39;b&#39;</code></pre></div>\n"
                  "<div class=\"formula\">\n<p class=\"named\">F</p>\n"
                  "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"F\">"
                  "<math display=\"block\"><mrow><mi>x</mi></mrow></math></div>\n"
                  "<p>x is &lt;x&gt;</p>\n</div>\n");
}

#define FORMULA                                                                                    \
    "<div class=\"formula\">\n<p class=\"named\">F</p>\n"                                          \
    "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"F\"><math "                  \
    "display=\"block\"><mrow><mi>x</mi></mrow></math></div>\n<p>x</p>\n</div>\n"

/* Three in a row; one that stands alone stays open. */
static void formulae_in_a_row_can_be_folded(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        if (i == 3)
            mf__story_text(&story, "between");
        mf__story_formula(&story, "F", "x", "x");
    }
    expect_blocks(
        "<details class=\"long\" open><summary>3 formulae</summary>\n" FORMULA FORMULA FORMULA
        "</details>\n<p>between</p>\n" FORMULA);
}

static void a_formula_that_is_not_known_fails(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf_error error = {0};
    mf__story_formula(&story, "F", "\\unknown", "no");
    assert_int_equal(mf__html_blocks(&story, &out, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "\\unknown"));
    mf__buffer_done(&out);
}

/* ---- the page ---- */

static void a_page_is_whole(void **state)
{
    (void)state;
    static const char expected[] =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n[head]<title>" HARMLESS "</title>\n"
        "<meta name=\"generator\" content=\"manyfold " MF_VERSION "\">\n</head>\n<body>\n"
        "<header>\n<div>\n<h1>" HARMLESS "</h1>\n<p class=\"about\">about &lt;this&gt;</p>\n"
        "</div>\n<button type=\"button\" id=\"theme\" hidden></button>\n</header>\n"
        "<div class=\"body with-contents\">\n<nav aria-label=\"Contents\">\n"
        "<details open><summary>Contents</summary>\n<ul>\n"
        "<li><a href=\"#one\">One</a></li>\n<li class=\"sub\"><a href=\"#two\">Two</a></li>\n"
        "<li><a href=\"#raw-data\">Raw data</a></li>\n</ul>\n</details>\n</nav>\n<main>\n"
        "<noscript><p>The charts of this page are drawn by a script, which this browser does not "
        "run. Every number that they show stands in the table below each of them.</p></noscript>\n"
        "<h2 id=\"one\">One</h2>\n<h3 id=\"two\">Two</h3>\n<h4 id=\"three\">Three</h4>\n"
        "<h2 id=\"raw-data\">Raw data</h2>\n"
        "<p>All that this page was made of is inside it, as JSON that gzip has packed, with the "
        "commands that made it. The buttons save it unpacked.</p>\n<div "
        "class=\"command\"><pre><code>a &#39;b c&#39;</code></pre></div>\n"
        "<div class=\"source\" data-name=\"r&quot;.json\">\n<script type=\"application/gzip\">"
        "{\"command_line\":[\"a\",\"b c\"],\"x\":0.5}</script>\n</div>\n</main>\n</div>\n[foot]";
    const struct mf__html_frame frame = {"[head]", 6, "[foot]", 6};
    json_t *root = json_pack("{s:[s,s], s:f}", "command_line", "a", "b c", "x", 0.5);
    mf__story_about(&story, "about <this>");
    mf__story_section(&story, 1, "one", "One");
    mf__story_section(&story, 2, "two", "Two");
    mf__story_section(&story, 3, "three", "Three");
    mf__story_source(&story, "r\".json", root);
    json_decref(root);
    struct mf__buffer out = {0};
    assert_int_equal(mf__html_page(&story, &frame, &out, NULL), 0);
    unpack_data(&out);
    assert_string_equal(mf__buffer_text(&out), expected);
    mf__buffer_done(&out);
}

static void says_when_it_was_built_without(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf_error error = {0};
    int code = mf__form_html(&story, &out, &error);
    assert_int_equal(code, mf__has_html() ? 0 : MF_E_UNAVAILABLE);
    if (code != 0)
        assert_non_null(strstr(error.text, "-Dhtml=enabled"));
    else
        assert_non_null(strstr(mf__buffer_text(&out), "Content-Security-Policy"));
    mf__buffer_done(&out);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_markup_text),
        cmocka_unit_test(keeps_the_lines_of_commands),
        cmocka_unit_test(leaves_nothing_in_json_that_ends_a_script),
        CASE(headings_never_skip_a_level),
        CASE(answers_in_a_row_are_one_list),
        CASE(tables_name_their_columns_and_rows),
        CASE(charts_have_a_name_and_their_numbers),
        CASE(notes_commands_and_formulae_are_marked),
        CASE(formulae_in_a_row_can_be_folded),
        CASE(a_formula_that_is_not_known_fails),
        CASE(a_page_is_whole),
        CASE(says_when_it_was_built_without),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
