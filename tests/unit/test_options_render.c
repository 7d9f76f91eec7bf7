/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options_render.h"

#include "base/text.h"
#include "tests/unit/sample_verbs.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

typedef void render_program(const struct mf__program *, struct mf__buffer *);

static void assert_has(const struct mf__buffer *out, const char *text)
{
    if (strstr(mf__buffer_text(out), text) == NULL)
        fail_msg("\"%s\" is missing in:\n%s", text, mf__buffer_text(out));
}

static void assert_has_not(const struct mf__buffer *out, const char *text)
{
    if (strstr(mf__buffer_text(out), text) != NULL)
        fail_msg("\"%s\" should not be in:\n%s", text, mf__buffer_text(out));
}

/* Every line fits, has no blank at its end, and no two lines in a row are empty. */
static void assert_tidy(const struct mf__buffer *out, size_t width)
{
    const char *at = mf__buffer_text(out);
    size_t empty = 0;
    while (*at != '\0') {
        char line[400] = {0};
        size_t length = strcspn(at, "\n");
        assert_int_equal(at[length], '\n');
        if (length >= sizeof line) {
            fail_msg("a line of %zu bytes", length);
            return; /* compilers do not know that nobody comes here */
        }
        memcpy(line, at, length);
        if (mf__text_width(line) > width)
            fail_msg("wider than %zu: %s", width, line);
        if (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
            fail_msg("blank at the end: \"%s\"", line);
        empty = length == 0 ? empty + 1 : 0;
        assert_true(empty < 2);
        at += length + 1;
    }
    assert_int_equal(empty, 0);
}

/* Calls `look` with the name and letter of every option that users may see. */
static void each_option(const struct mf__buffer *out,
                        void (*look)(const struct mf__buffer *, const struct mf__option *))
{
    struct mf__option_walk walk = {.group = bake.groups};
    size_t n = 0;
    for (const struct mf__option *option; (option = mf__option_walk(&walk)) != NULL; n++)
        look(out, option);
    assert_int_equal(n, sizeof bake_options / sizeof bake_options[0] - 2 +
                            sizeof mix_options / sizeof mix_options[0] - 1 +
                            sizeof common_options / sizeof common_options[0] - 1);
    assert_has_not(out, "secret");
}

static void in_help(const struct mf__buffer *out, const struct mf__option *option)
{
    char text[100];
    const char *argument = option->argument != NULL ? option->argument : "";
    if (option->letter != 0)
        snprintf(text, sizeof text, "\n  -%c, --%s %s", option->letter, option->name, argument);
    else
        snprintf(text, sizeof text, "\n      --%s %s", option->name, argument);
    assert_has(out, text);
}

static void help_shows_every_option_and_fits_the_terminal(void **state)
{
    (void)state;
    static const size_t widths[] = {40, 60, 80, 100, 200};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        struct mf__buffer out = {0};
        mf__help_verb(&bake, widths[i], &out);
        assert_tidy(&out, widths[i]);
        each_option(&out, in_help);
        mf__buffer_done(&out);
    }
}

static void help_of_a_verb_reads_as_expected(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__help_verb(&bake, 80, &out);
    static const char expected[] =
        "bread bake - bake bread, one way or another\n"
        "\n"
        "Usage: bread bake GRAIN [FILE [FILE]] [OPTION]...\n"
        "       bread bake --list\n"
        "\n"
        "Bakes bread from a grain, with several ovens at once, and measures how long it\n"
        "takes until the last loaf is done.\n"
        "\n"
        ".A line that begins with a full stop, a back\\slash and a gr\xc3\xbc\xc3\x9f stay as they "
        "are.\n"
        "\n"
        "Arguments:\n"
        "  GRAIN                what to bake from\n"
        "  FILE                 recipes, read in this order\n"
        "\n"
        "Baking:\n"
        "  -o, --ovens LIST     how many ovens to try; or all (default: 1, 2, 4 and so\n"
        "                       on)\n"
        "  -w, --with LIST      which grains to use: rye, wheat, spelt (default:\n"
        "                       rye,spelt)\n"
        "      --note TEXT      a remark to keep; may be given again\n"
        "  -n, --loaves N       loaves to bake (default: 1_000)\n"
        "      --patience TIME  how long to wait (default: 30s)\n"
        "      --salt-in-the-dough SHARE\n"
        "                       how much salt (default: 2%)\n"
        "      --name TEXT      what to call it\n"
        "      --out DIR        where to put everything\n"
        "      --heat X         how hot it gets (default: 220.5)\n"
        "      --crumbs N       what may be lost; or most, square_root\n"
        "      --mix PARTS      a grain and how much of it; may be given again\n"
        "\n"
        "Common options:\n"
        "  -h, --help           show this help and do nothing else\n"
        "  -q, --quiet          say nothing but the result, not even what is left to do\n"
        "                       while it runs\n"
        "  -v, --verbose        say more: [everything], it's long\n"
        "      --json FILE      write the result as JSON\n"
        "      --color WHEN     whether to use colour: auto, always, never (default:\n"
        "                       never)\n"
        "\n"
        "Examples:\n"
        "  bread bake rye --ovens 1,2\n"
        "      bakes rye with one oven and with two\n"
        "\n"
        "Exit status:\n"
        "  0     done\n"
        "  2     wrong usage or bad input\n";
    assert_string_equal(mf__buffer_text(&out), expected);
    mf__buffer_done(&out);
}

static void help_of_the_program_lists_the_verbs(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__help_program(&program, 80, &out);
    assert_tidy(&out, 80);
    assert_has(&out, "Usage: bread VERB [OPTION]...\n");
    assert_has(&out, "\nVerbs:\n  bake  bake bread, one way or another\n  eat   eat it: all\n");
    assert_has(&out, "\n  -h, --help");
    mf__buffer_clear(&out);
    mf__help_verb(&eat, 80, &out);
    assert_string_equal(mf__buffer_text(&out),
                        "bread eat - eat it: all\n\nUsage: bread eat [OPTION]...\n");
    mf__buffer_done(&out);
}

static void in_man(const struct mf__buffer *out, const struct mf__option *option)
{
    char text[200] = "\n.TP\n";
    size_t length = strlen(text);
    if (option->letter != 0)
        length += (size_t)snprintf(text + length, sizeof text - length, "\\fB\\-%c\\fR, ",
                                   option->letter);
    length += (size_t)snprintf(text + length, sizeof text - length, "\\fB\\-\\-");
    for (const char *at = option->name; *at != '\0'; at++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%c",
                                   *at == '-' ? "\\" : "", *at);
    snprintf(text + length, sizeof text - length, "\\fR");
    assert_has(out, text);
}

static void manual_page_shows_every_option_and_escapes_its_text(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__man_verb(&program, &bake, "2026-01-31", &out);
    each_option(&out, in_man);
    assert_has(&out, ".TH \"BREAD\\-BAKE\" 1 \"2026-01-31\" \"bread 1.2.3\"");
    assert_has(&out, "\nbread\\-bake \\- bake bread, one way or another\n");
    assert_has(&out, "\n\\&.A line that begins with a full stop, a back\\eslash and a "
                     "gr\\[u00FC]\\[u00DF] stay");
    assert_has(&out, "\nWhich grains to use: rye, wheat, spelt (default: rye,spelt).\n");
    assert_has(&out, "\nbread(1),\nbread\\-eat(1)\n");
    const char *title = strstr(mf__buffer_text(&out), ".SS \"Baking\"");
    assert_true(title != NULL && strstr(title + 1, ".SS \"Baking\"") == NULL);
    mf__buffer_clear(&out);
    mf__man_program(&program, "2026-01-31", &out);
    assert_has(&out, ".SH VERBS\n.TP\n\\fBbake\\fR\nBake bread, one way or another.\n");
    mf__buffer_done(&out);
}

static void in_bash(const struct mf__buffer *out, const struct mf__option *option)
{
    char text[100];
    snprintf(text, sizeof text, "--%s", option->name);
    const char *list = strstr(mf__buffer_text(out), "    bake)\n");
    assert_non_null(list);
    const char *found = strstr(list, text);
    assert_true(found != NULL && found < strstr(list, ";;"));
    snprintf(text, sizeof text, "    bake/--%s", option->name);
    if (mf__option_has_value(option))
        assert_has(out, text);
    else
        assert_has_not(out, text);
}

static void in_zsh(const struct mf__buffer *out, const struct mf__option *option)
{
    char text[100];
    snprintf(text, sizeof text, "--%s%s[", option->name, mf__option_has_value(option) ? "=" : "");
    assert_has(out, text);
    snprintf(text, sizeof text, "-%c%s[", option->letter, mf__option_has_value(option) ? "+" : "");
    if (option->letter != 0)
        assert_has(out, text);
}

static void in_fish(const struct mf__buffer *out, const struct mf__option *option)
{
    char text[100] = "complete -c bread -n \"__mf_verb_is 'bake'\"";
    size_t length = strlen(text);
    if (option->letter != 0)
        length += (size_t)snprintf(text + length, sizeof text - length, " -s %c", option->letter);
    snprintf(text + length, sizeof text - length, " -l %s ", option->name);
    assert_has(out, text);
}

static void completions_know_every_option(void **state)
{
    (void)state;
    static const struct {
        render_program *render;
        void (*look)(const struct mf__buffer *, const struct mf__option *);
    } shells[] = {
        {mf__complete_bash, in_bash},
        {mf__complete_zsh, in_zsh},
        {mf__complete_fish, in_fish},
    };
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        struct mf__buffer out = {0};
        shells[i].render(&program, &out);
        each_option(&out, shells[i].look);
        assert_has(&out, "rye wheat spelt");
        assert_has(&out, "auto always never");
        assert_tidy(&out, 300);
        mf__buffer_done(&out);
    }
}

static void completions_quote_what_shells_would_read(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__complete_zsh(&program, &out);
    assert_has(&out, "[say more\\: \\[everything\\], it'\\''s long]");
    mf__buffer_clear(&out);
    mf__complete_fish(&program, &out);
    assert_has(&out, " -d 'say more: [everything], it\\'s long'\n");
    mf__buffer_done(&out);
}

static void completions_offer_verbs_and_files(void **state)
{
    (void)state;
    struct mf__buffer out = {0};
    mf__complete_bash(&program, &out);
    assert_has(&out, "words='bake eat'");
    assert_has(&out, "    bake/--json) compopt -o default; return ;;\n");
    assert_has(&out, "    bake/--out) compopt -o dirnames; return ;;\n");
    assert_has(&out, "    bake/--with | bake/-w) _mf_list 'rye wheat spelt'; return ;;\n");
    assert_has(&out, "\ncomplete -F _mf_complete bread\n");
    mf__buffer_clear(&out);
    mf__complete_zsh(&program, &out);
    assert_has(&out, "#compdef bread\n");
    assert_has(&out, "'bake:bake bread, one way or another'\n");
    assert_has(&out, "'--json=[write the result as JSON]:FILE:_files'");
    assert_has(&out, "'1:GRAIN:(rye wheat spelt)'");
    assert_has(&out, "'*:FILE:_files'");
    mf__buffer_clear(&out);
    mf__complete_fish(&program, &out);
    assert_has(&out, " -l json -r -F -d ");
    assert_has(&out, "\"__mf_verb_is ''\" -a bake -d 'bake bread, one way or another'\n");
    mf__buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_shows_every_option_and_fits_the_terminal),
        cmocka_unit_test(help_of_a_verb_reads_as_expected),
        cmocka_unit_test(help_of_the_program_lists_the_verbs),
        cmocka_unit_test(manual_page_shows_every_option_and_escapes_its_text),
        cmocka_unit_test(completions_know_every_option),
        cmocka_unit_test(completions_quote_what_shells_would_read),
        cmocka_unit_test(completions_offer_verbs_and_files),
    };
    return cmocka_run_group_tests_name("options_render", tests, NULL, NULL);
}
