/* SPDX-License-Identifier: Apache-2.0 */
#include "base/options.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/unit/sample_verbs.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof(array)[0])
#define MOST_WORDS  12

/* A parse of a line of words with one blank between them; "''" is the empty word. */
struct parse {
    char line[400];
    char *values[100];
    struct mf__arguments arguments;
    struct bake settings;
    mf_error error;
};

static int parse(struct parse *parse, const char *line)
{
    *parse = (struct parse){.settings = {.before = 99}};
    snprintf(parse->line, sizeof parse->line, "%s", line);
    char *at = parse->line;
    size_t n = 0;
    while (*at != '\0' && n < SIZE(parse->values)) {
        char *word = at;
        at += strcspn(at, " ");
        if (*at != '\0')
            *at++ = '\0';
        if (strcmp(word, "''") == 0)
            *word = '\0';
        parse->values[n++] = word;
    }
    parse->arguments = (struct mf__arguments){n, parse->values};
    return mf__options_parse(&bake, &parse->arguments, &parse->settings, &parse->error);
}

static void fills_in_presets(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "rye"), 0);
    assert_int_equal(p.settings.before, 99);
    assert_int_equal(p.settings.loaves, 1000);
    assert_int_equal(p.settings.patience_ns, 30000000000);
    assert_int_equal(p.settings.salt_ppb, 20000000);
    assert_int_equal(p.settings.with.n, 2);
    assert_int_equal(p.settings.with.values[1], 2);
    assert_int_equal(p.settings.common.color, 2);
    assert_int_equal(p.settings.ovens.n, 0);
    assert_null(p.settings.common.json);
    assert_false(p.settings.common.quiet);
}

static void reads_every_kind_of_option(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p,
                           "--ovens 1,4 --with=wheat,rye --note a --note=b --loaves 2k --patience "
                           "5m --salt-in-the-dough 3% --name x --out d --json - --color always "
                           "--quiet --secret spelt f g"),
                     0);
    assert_int_equal(p.settings.ovens.n, 2);
    assert_int_equal(p.settings.ovens.values[1], 4);
    assert_int_equal(p.settings.with.n, 2);
    assert_int_equal(p.settings.with.values[0], 1);
    assert_int_equal(p.settings.notes.n, 2);
    assert_string_equal(p.settings.notes.values[1], "b");
    assert_int_equal(p.settings.loaves, 2000);
    assert_int_equal(p.settings.patience_ns, 300000000000);
    assert_int_equal(p.settings.salt_ppb, 30000000);
    assert_string_equal(p.settings.name, "x");
    assert_string_equal(p.settings.out, "d");
    assert_string_equal(p.settings.common.json, "-");
    assert_int_equal(p.settings.common.color, 1);
    assert_true(p.settings.common.quiet && p.settings.secret);
    assert_false(p.settings.common.verbose || p.settings.common.help);
    assert_int_equal(p.arguments.n, 3);
    assert_string_equal(p.arguments.values[0], "spelt");
    assert_string_equal(p.arguments.values[2], "g");
}

static void reads_letters_clustered_and_with_values(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "-qvn5 rye -o 1,2"), 0);
    assert_true(p.settings.common.quiet && p.settings.common.verbose);
    assert_int_equal(p.settings.loaves, 5);
    assert_int_equal(p.settings.ovens.n, 2);
    assert_int_equal(parse(&p, "-v -n 7 rye"), 0);
    assert_int_equal(p.settings.loaves, 7);
    assert_false(p.settings.common.quiet);
}

static void takes_the_last_of_repeated_options(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "rye -n 1 --loaves=2 --with rye --with wheat --ovens 1,2 -o all"),
                     0);
    assert_int_equal(p.settings.loaves, 2);
    assert_int_equal(p.settings.with.n, 1);
    assert_int_equal(p.settings.with.values[0], 1);
    assert_int_equal(p.settings.ovens.n, 0);
}

static void tells_arguments_from_options(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "-q rye -- --json -n"), 0);
    assert_int_equal(p.arguments.n, 3);
    assert_string_equal(p.arguments.values[1], "--json");
    assert_string_equal(p.arguments.values[2], "-n");
    assert_int_equal(parse(&p, "rye - -5 -q --"), 0);
    assert_int_equal(p.arguments.n, 3);
    assert_string_equal(p.arguments.values[1], "-");
    assert_string_equal(p.arguments.values[2], "-5");
    assert_true(p.settings.common.quiet);
    assert_int_equal(parse(&p, "rye - -- --"), 0);
    assert_int_equal(p.arguments.n, 3);
    assert_string_equal(p.arguments.values[2], "--");
}

static void looks_at_nothing_behind_a_stop(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "--help --nonsense a b c d e"), 0);
    assert_true(p.settings.common.help);
    assert_int_equal(parse(&p, "-qhX"), 0);
    assert_true(p.settings.common.help && p.settings.common.quiet);
}

static void refuses_with_one_clear_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *sentence;
    } cases[] = {
        {"rye --oven 1", "unknown option \"--oven\"; did you mean --ovens?"},
        {"rye --qui", "unknown option \"--qui\"; did you mean --quiet?"},
        {"rye --LOAVES=3", "unknown option \"--LOAVES=3\"; did you mean --loaves?"},
        {"rye --secrte", "unknown option \"--secrte\"; \"bread bake --help\" lists them all"},
        {"rye --zzz", "unknown option \"--zzz\"; \"bread bake --help\" lists them all"},
        {"rye --=3", "unknown option \"--=3\"; \"bread bake --help\" lists them all"},
        {"rye -qz", "unknown option \"-qz\"; \"bread bake --help\" lists them all"},
        {"rye -json", "unknown option \"-json\"; did you mean --json?"},
        {"rye --quiet=yes", "--quiet: takes no value, but got \"yes\"; expected --quiet alone"},
        {"rye --loaves", "--loaves: its value is missing; expected N behind it"},
        {"rye -n", "-n (--loaves): its value is missing; expected N behind it"},
        {"rye --json --quiet",
         "--json: its value is missing; expected FILE, not the option \"--quiet\" (a value that "
         "begins with dashes is written --json=VALUE)"},
        {"rye --json=", "--json: \"\" is empty; expected the name of a file"},
        {"rye ''", "FILE: \"\" is empty; expected the name of a file"},
        {"rye --out ''", "--out: \"\" is empty; expected the name of a folder"},
        {"rye --loaves=", "--loaves: \"\" is empty; expected a whole number from 0 to 1_000_000, "
                          "written like 8, 10_000, 1e4, 10k or 4Ki"},
        {"rye -n -1", "-n (--loaves): \"-1\" is negative; expected a whole number from 0 to "
                      "1_000_000, written like 8, 10_000, 1e4, 10k or 4Ki"},
        {"rye --ovens 0",
         "--ovens: \"0\" is too small; expected a whole number from 1 to 64; or the "
         "word all"},
        {"rye --ovens 2,1e9",
         "--ovens: \"1e9\" is too large; expected a whole number from 1 to 64; "
         "or the word all"},
        {"rye --ovens 2,2",
         "--ovens: 2 stands in the list twice; expected each number once; or the "
         "word all"},
        {"rye --patience 2d",
         "--patience: \"2d\" is too large; expected a duration from 1ns to 1d"},
        {"rye --salt-in-the-dough 2", "--salt-in-the-dough: \"2\" is too large; expected a share "
                                      "from 0% to 100%"},
        {"rye --color red", "--color: \"red\" is not known; expected auto, always or never"},
        {"rye --color alwyas", "--color: \"alwyas\" is not known; expected auto, always or never; "
                               "did you mean always?"},
        {"rye --color ''", "--color: \"\" is not known; expected auto, always or never"},
        {"rye --with rye,,spelt", "--with: \"\" is not known; expected rye, wheat or spelt"},
        {"rye --heat 300", "--heat: \"300\" is too large; expected a number "
                           "from -10 to below 300"},
        {"rye --heat -11", "--heat: \"-11\" is too small; expected a number "
                           "from -10 to below 300"},
        {"rye --heat=1,5", "--heat: \"1,5\" is not a number; expected a "
                           "number from -10 to below 300"},
        {"rye --heat inf", "--heat: \"inf\" is not finite; expected a number "
                           "from -10 to below 300"},
        {"rye --crumbs 1", "--crumbs: \"1\" is too small; expected a count, a whole number from 2 "
                           "to 1_000, or a share above 0, up to 1, or most or square_root; shares "
                           "have a decimal point"},
        {"rye --crumbs 1.5",
         "--crumbs: \"1.5\" is too large; expected a count, a whole number "
         "from 2 to 1_000, or a share above 0, up to 1, or most or square_root; "
         "shares have a decimal point"},
        {"rye --with rye,rye", "--with: rye stands in the list twice; expected each word once"},
        {"", "GRAIN is missing: what to bake from; usage: bread bake GRAIN [FILE [FILE]] "
             "[OPTION]..."},
        {"ry", "GRAIN: \"ry\" is not known; expected rye, wheat or spelt; did you mean rye?"},
        {"a b c d", "\"d\" is one argument too many; usage: bread bake GRAIN [FILE [FILE]] "
                    "[OPTION]..."},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct parse p;
        assert_int_equal(parse(&p, cases[i].line), MF_E_INPUT);
        assert_int_equal(p.error.code, MF_E_INPUT);
        assert_string_equal(p.error.text, cases[i].sentence);
    }
}

/* Parses "rye" and the option --note, `times` times. */
static int parse_notes(size_t times, struct bake *settings, mf_error *error)
{
    static char grain[] = "rye", option[] = "--note", value[] = "x";
    char *values[2 * MF__LIST_LIMIT + 3] = {grain};
    for (size_t i = 0; i < times; i++) {
        values[2 * i + 1] = option;
        values[2 * i + 2] = value;
    }
    struct mf__arguments arguments = {2 * times + 1, values};
    return mf__options_parse(&bake, &arguments, settings, error);
}

static void reads_real_numbers_and_amounts(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "rye"), 0);
    assert_true(p.settings.degrees == 220.5);
    assert_int_equal(p.settings.crumbs.kind, MF__AMOUNT_UNSET);
    assert_int_equal(parse(&p, "rye --heat=-1.5e0 --crumbs 7"), 0);
    assert_true(p.settings.degrees == -1.5);
    assert_int_equal(p.settings.crumbs.kind, MF__AMOUNT_COUNT);
    assert_int_equal(p.settings.crumbs.count, 7);
    assert_int_equal(parse(&p, "rye --crumbs 1.0"), 0);
    assert_int_equal(p.settings.crumbs.kind, MF__AMOUNT_SHARE);
    assert_true(p.settings.crumbs.share == 1.0);
    assert_int_equal(parse(&p, "rye --crumbs 1e-2"), 0);
    assert_true(p.settings.crumbs.share == 0.01);
    assert_int_equal(parse(&p, "rye --crumbs square-root"), 0);
    assert_int_equal(p.settings.crumbs.kind, MF__AMOUNT_WORD);
    assert_int_equal(p.settings.crumbs.word, 1);
}

static void takes_words_in_either_case(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "rye --color Always --crumbs SQUARE_ROOT"), 0);
    assert_int_equal(p.settings.common.color, 1);
    assert_int_equal(p.settings.crumbs.kind, MF__AMOUNT_WORD);
    assert_int_equal(p.settings.crumbs.word, 1);
    assert_int_equal(parse(&p, "rye --color Alway"), MF_E_INPUT);
}

static void takes_underscores_for_dashes(void **state)
{
    (void)state;
    struct parse p;
    assert_int_equal(parse(&p, "rye --salt_in_the_dough 3% --heat=7"), 0);
    assert_int_equal(p.settings.salt_ppb, 30000000);
    assert_true(p.settings.degrees == 7.0);
    assert_int_equal(parse(&p, "rye --salt_in_the_dogh 3%"), MF_E_INPUT);
    assert_string_equal(p.error.text, "unknown option \"--salt_in_the_dogh\"; did you mean "
                                      "--salt-in-the-dough?");
}

static void replaces_a_list_that_was_there_before(void **state)
{
    (void)state;
    static char grain[] = "rye", option[] = "--note", first[] = "c", second[] = "d";
    char *values[] = {grain, option, first, option, second};
    struct mf__arguments bare = {1, values};
    struct mf__arguments arguments = {SIZE(values), values};
    struct bake settings = {.notes = {.n = 2, .values = {"a", "b"}}, .loaves = 5};
    assert_int_equal(mf__options_apply(&bake, &bare, &settings, NULL), 0);
    assert_int_equal(settings.notes.n, 2);
    assert_int_equal(mf__options_apply(&bake, &arguments, &settings, NULL), 0);
    assert_int_equal(settings.notes.n, 2);
    assert_string_equal(settings.notes.values[0], "c");
    assert_string_equal(settings.notes.values[1], "d");
    assert_int_equal(settings.loaves, 5);
}

static void limits_how_often_a_list_grows(void **state)
{
    (void)state;
    struct bake settings = {0};
    mf_error error = {0};
    assert_int_equal(parse_notes(MF__LIST_LIMIT, &settings, &error), 0);
    assert_int_equal(settings.notes.n, MF__LIST_LIMIT);
    settings = (struct bake){0};
    assert_int_equal(parse_notes(MF__LIST_LIMIT + 1, &settings, &error), MF_E_INPUT);
    assert_string_equal(error.text, "--note: given too often; expected at most 64 times");
}

static void finds_verbs_and_suggests_the_nearest(void **state)
{
    (void)state;
    const struct mf__verb *verb = NULL;
    mf_error error = {0};
    assert_int_equal(mf__verb_find(&program, "eat", &verb, &error), 0);
    assert_ptr_equal(verb, &eat);
    assert_int_equal(mf__verb_find(&program, "bkae", &verb, &error), MF_E_INPUT);
    assert_string_equal(error.text, "bread knows no verb \"bkae\"; did you mean \"bread bake\"?");
    assert_int_equal(mf__verb_find(&program, "", &verb, &error), MF_E_INPUT);
    assert_string_equal(error.text, "bread knows no verb \"\"; \"bread --help\" lists them all");
    assert_ptr_equal(verb, &eat);
}

static void accepts_a_sound_table(void **state)
{
    (void)state;
    mf_error error = {0};
    for (size_t i = 0; verbs[i] != NULL; i++)
        if (mf__verb_check(verbs[i], &error) != 0)
            fail_msg("%s", error.text);
    assert_int_equal(mf__verb_check(&self, &error), 0);
}

static void finds_mistakes_in_a_table(void **state)
{
    (void)state;
    static const struct {
        struct mf__option option;
        const char *problem;
    } cases[] = {
        {{.name = "Big", .help = "x"}, "small letters"},
        {{.name = "q", .letter = '5', .help = "x"}, "its letter is not a letter"},
        {{.name = "q"}, "its help is not a phrase"},
        {{.name = "q", .help = "Ends in a full stop."}, "its help is not a phrase"},
        {{.name = "q", .help = "x", .argument = "N"}, "takes none"},
        {{.name = "q", .help = "x", .kind = MF__TEXT}, "takes none"},
        {{.name = "q", .help = "x", .kind = MF__CHOICE, .argument = "W"}, "choices"},
        {{.name = "q", .help = "x", .kind = MF__COUNT, .argument = "N"}, "its range is empty"},
        {{.name = "q", .help = "x", .kind = MF__COUNT, .argument = "N", .max = 1, .word = "all"},
         "its word does not fit"},
        {{.name = "q", .help = "x", .kind = MF__COUNT, .argument = "N", .max = 1, .preset = "2"},
         "q: \"2\" is too large"},
        {{.name = "q",
          .help = "x",
          .kind = MF__TEXT,
          .argument = "T",
          .preset = "a",
          .otherwise = "b"},
         "two defaults"},
        {{.name = "under_score", .help = "x"}, "small letters"},
        {{.name = "q", .help = "x", .kind = MF__REAL, .argument = "X"},
         "its range of real numbers is empty"},
        {{.name = "q", .help = "x", .kind = MF__AMOUNT, .argument = "X", .max = 1},
         "its range of real numbers is empty"},
        {{.name = "json", .help = "x"}, "its name or letter is there twice"},
        {{.name = "other", .letter = 'q', .help = "x"}, "its name or letter is there twice"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        const struct mf__option options[] = {cases[i].option, {0}};
        const struct mf__option_group groups[] = {
            {"Own", options, 0}, {"Common", common_options, 0}, {0}};
        struct mf__verb verb = bake;
        verb.groups = groups;
        mf_error error = {0};
        assert_int_equal(mf__verb_check(&verb, &error), MF_E_INPUT);
        if (strstr(error.text, cases[i].problem) == NULL)
            fail_msg("expected \"%s\", got: %s", cases[i].problem, error.text);
    }
}

/* Words that meet the corners of the parser more often than chance would. */
static const char *const pieces[] = {
    "-",    "--",     "=",        "q",          "v",       "n",     "o",
    "h",    "--json", "--ovens",  "--with",     "rye",     "spelt", ",",
    "1",    "2",      "1e400",    "all",        "--color", "auto",  "--note",
    "\xff", "\x1b",   "--loaves", "--patience", "5m",      "%",     "--salt-in-the-dough",
    "_",    ".",      "--crumbs", "0.5",        "--heat",
};

static char *random_word(struct mf__random *random)
{
    char word[200] = "";
    size_t parts = mf__random_below(random, 5);
    for (size_t i = 0, length = 0; i < parts; i++)
        length += (size_t)snprintf(word + length, sizeof word - length, "%s",
                                   pieces[mf__random_below(random, SIZE(pieces))]);
    return mf__copy_text(word);
}

static void survives_any_arguments(void **state)
{
    (void)state;
    struct mf__random random = {20260101};
    size_t good = 0;
    for (int i = 0; i < 100000; i++) {
        char *words[MOST_WORDS], *values[MOST_WORDS];
        size_t n = mf__random_below(&random, MOST_WORDS + 1);
        for (size_t j = 0; j < n; j++)
            values[j] = words[j] =
                j == 0 && i % 2 == 0 ? mf__copy_text("rye") : random_word(&random);
        struct bake settings = {0};
        mf_error error = {0};
        struct mf__arguments arguments = {n, values};
        int code = mf__options_parse(&bake, &arguments, &settings, &error);
        good += code == 0;
        assert_true(code == 0 || code == MF_E_INPUT);
        assert_true(arguments.n <= n);
        assert_true((code != 0) == (error.text[0] != '\0'));
        for (const char *at = error.text; *at != '\0'; at++)
            assert_true((unsigned char)*at >= 0x20);
        for (size_t j = 0; j < n; j++)
            mf__free(words[j]);
    }
    /* The corpus must reach both outcomes to mean anything. */
    assert_true(good > 1000 && good < 99000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_in_presets),
        cmocka_unit_test(reads_every_kind_of_option),
        cmocka_unit_test(reads_letters_clustered_and_with_values),
        cmocka_unit_test(takes_the_last_of_repeated_options),
        cmocka_unit_test(tells_arguments_from_options),
        cmocka_unit_test(looks_at_nothing_behind_a_stop),
        cmocka_unit_test(refuses_with_one_clear_sentence),
        cmocka_unit_test(reads_real_numbers_and_amounts),
        cmocka_unit_test(takes_words_in_either_case),
        cmocka_unit_test(takes_underscores_for_dashes),
        cmocka_unit_test(replaces_a_list_that_was_there_before),
        cmocka_unit_test(limits_how_often_a_list_grows),
        cmocka_unit_test(finds_verbs_and_suggests_the_nearest),
        cmocka_unit_test(accepts_a_sound_table),
        cmocka_unit_test(finds_mistakes_in_a_table),
        cmocka_unit_test(survives_any_arguments),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
