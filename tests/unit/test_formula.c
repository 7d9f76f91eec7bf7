/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/formula.h"

#include "base/status.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

typedef int (*writer)(const char *, struct mf__buffer *, mf_error *);

static void expect(writer write, const char *tex, const char *expected)
{
    struct mf__buffer out = {0};
    mf_error error = {0};
    assert_int_equal(write(tex, &out, &error), 0);
    assert_string_equal(mf__buffer_text(&out), expected);
    mf__buffer_done(&out);
}

static void expect_line(const char *tex, const char *expected)
{
    expect(mf__formula_line, tex, expected);
}

/* What is within <math> and its row. */
static void expect_mathml(const char *tex, const char *expected)
{
    struct mf__buffer whole = {0};
    mf__buffer_print(&whole, "<math display=\"block\"><mrow>%s</mrow></math>", expected);
    expect(mf__formula_mathml, tex, mf__buffer_text(&whole));
    mf__buffer_done(&whole);
}

static void puts_fractions_on_one_line(void **state)
{
    (void)state;
    expect_line("S(p) = \\frac{1}{s + \\frac{1 - s}{p}} = \\frac{1}{0.02 + \\frac{0.98}{4}} = 3.77",
                "S(p) = 1/(s + (1 - s)/p) = 1/(0.02 + 0.98/4) = 3.77");
}

static void brackets_what_a_fraction_would_tear_apart(void **state)
{
    (void)state;
    expect_line("\\frac{a b}{c}", "(ab)/c");
    expect_line("\\frac{\\frac{a}{b}}{c}", "(a/b)/c");
    expect_line("\\frac{1}{-x}", "1/(-x)");
    expect_line("\\frac{T(1)}{T(p - 1)}", "T(1)/T(p - 1)");
    expect_line("\\frac{(a)(b)}{c}", "(a)(b)/c");
    expect_line("\\frac{t_1}{t_{p,n}}", "t_1/t_(p, n)");
    expect_line("2^{n + 1} \\le x^2", "2^(n + 1) ≤ x^2");
}

static void multiplies_visibly_beside_fractions(void **state)
{
    (void)state;
    expect_line("2 \\frac{1}{p} x", "2·1/p·x");
    expect_line("2 p x", "2px");
    expect_line("(1 + x) \\frac{1}{p}", "(1 + x)·1/p");
    expect_line("a \\cdot b \\times c \\approx \\infty", "a · b × c ≈ ∞");
}

static void tells_signs_in_front_from_signs_between(void **state)
{
    (void)state;
    expect_line("-x - (-2) = +y", "-x - (-2) = +y");
    expect_mathml("-x-1", "<mo>−</mo><mi>x</mi><mo>−</mo><mn>1</mn>");
}

static void writes_mathml(void **state)
{
    (void)state;
    expect_mathml("\\frac{1}{p}", "<mfrac><mrow><mn>1</mn></mrow><mrow><mi>p</mi></mrow></mfrac>");
    expect_mathml("t_1^2 < \\sigma",
                  "<msubsup><mrow><mi>t</mi></mrow><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow>"
                  "</msubsup><mo>&lt;</mo><mi>σ</mi>");
    expect_mathml("x_{ab}",
                  "<msub><mrow><mi>x</mi></mrow><mrow><mi>a</mi><mi>b</mi></mrow></msub>");
    expect_mathml("x^p", "<msup><mrow><mi>x</mi></mrow><mrow><mi>p</mi></mrow></msup>");
    expect_mathml("(1)", "<mo stretchy=\"false\">(</mo><mn>1</mn><mo stretchy=\"false\">)</mo>");
}

static void keeps_texts_as_texts(void **state)
{
    (void)state;
    expect_mathml("\\text{<b> & \x1b}", "<mtext>&lt;b&gt; &amp; \\x1b</mtext>");
    expect_line("\\text{time of one worker}", "time of one worker");
    expect_line("98.8 \\text{µs}", "98.8 µs");
    expect_line("\\frac{2 \\text{ms}}{3}", "(2 ms)/3");
    expect_mathml("2 \\text{ms}", "<mn>2</mn><mspace width=\"0.25em\"></mspace><mtext>ms</mtext>");
}

static void writes_roots(void **state)
{
    (void)state;
    expect_line("\\sqrt{\\frac{1}{n} \\cdot \\Sigma (p_i - t_i)^2} = \\sqrt{2}",
                "sqrt(1/n · Σ(p_i - t_i)^2) = sqrt(2)");
    expect_line("2 \\sqrt{p} x", "2·sqrt(p)·x");
    expect_line("\\frac{\\sqrt{x + 1}}{n}", "sqrt(x + 1)/n");
    expect_mathml("\\sqrt{x+1}", "<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt>");
}

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const unknown[] = {
        "\\root{2}", "\\sqrt",  "\\sqrt2", "a & b", "\\frac{1}", "\\frac12",    "{a",
        "a}",        "x_",      "x^",      "x_1_2", "\\text",    "\\text{a{b}", "\\text{a",
        "\\",        "\\frac{", "<p>$",    "_1",    "1..2",      "\\frac{1}{",  "x_{",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct mf__buffer out = {0};
        mf_error error = {0};
        assert_int_equal(mf__formula_line(unknown[i], &out, &error), MF_E_INPUT);
        assert_non_null(strstr(error.text, "not known from here"));
        assert_int_equal(mf__formula_mathml(unknown[i], &out, &error), MF_E_INPUT);
        mf__buffer_done(&out);
    }
}

static void says_where_it_stopped(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf_error error = {0};
    mf__formula_line("a + \\root{2}", &out, &error);
    assert_string_equal(error.text,
                        "formula \"a + \\root{2}\": not known from here: \"\\root{2}\"");
    mf__buffer_done(&out);
}

static void refuses_groups_without_end(void **state)
{
    (void)state;
    char deep[4001];
    memset(deep, '{', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    struct mf__buffer out = {0};
    assert_int_equal(mf__formula_line(deep, &out, NULL), MF_E_INPUT);
    mf__buffer_done(&out);
}

/* Formulae with pieces left out or doubled: refused or written, never read beyond their end. */
static void survives_damage(void **state)
{
    (void)state;
    static const char whole[] = "S_{p}^2 = \\frac{1 - \\sqrt{s}}{\\text{ab} \\cdot (\\alpha, 2.5)}";
    for (size_t from = 0; from < sizeof whole; from++)
        for (size_t length = 0; from + length < sizeof whole; length++) {
            char *copy = malloc(length + 1); /* its end is where sanitizers look */
            assert_non_null(copy);
            memcpy(copy, whole + from, length);
            copy[length] = '\0';
            struct mf__buffer out = {0};
            int code = mf__formula_mathml(copy, &out, NULL);
            assert_true(code == 0 || code == MF_E_INPUT);
            mf__buffer_done(&out);
            free(copy);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_fractions_on_one_line),
        cmocka_unit_test(brackets_what_a_fraction_would_tear_apart),
        cmocka_unit_test(multiplies_visibly_beside_fractions),
        cmocka_unit_test(tells_signs_in_front_from_signs_between),
        cmocka_unit_test(writes_mathml),
        cmocka_unit_test(keeps_texts_as_texts),
        cmocka_unit_test(writes_roots),
        cmocka_unit_test(refuses_what_it_does_not_know),
        cmocka_unit_test(says_where_it_stopped),
        cmocka_unit_test(refuses_groups_without_end),
        cmocka_unit_test(survives_damage),
    };
    return cmocka_run_group_tests_name("formula", tests, NULL, NULL);
}
