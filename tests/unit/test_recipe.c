/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/recipe.h"

#include "tests/unit/sample_verbs.h"
#include "tests/unit/unit.h"

#include <string.h>

#define SIZE(array) (sizeof(array) / sizeof(array)[0])

/* A recipe for the verb `bake`, over its presets. Its option --name stands for --recipe. */
struct reading {
    struct bake settings;
    struct mf__recipe recipe;
    mf_error error;
};

static int read_recipe(struct reading *reading, const char *text)
{
    struct mf__buffer bytes = {0};
    *reading = (struct reading){.settings = {.before = 99}};
    const struct mf__begun begun = {&bake, &reading->settings,      sizeof reading->settings,
                                    NULL,  &reading->settings.name, NULL,
                                    NULL};
    mf__buffer_put(&bytes, text);
    int code = mf__options_preset(&bake, &reading->settings, &reading->error);
    if (code == 0)
        code = mf__recipe_parse(&begun, &bytes, "r.json", &reading->recipe, &reading->error);
    mf__buffer_done(&bytes);
    return code;
}

static void done(struct reading *reading)
{
    mf__recipe_done(&reading->recipe);
}

static void takes_every_kind_of_value(void **state)
{
    (void)state;
    struct reading r;
    const struct bake *s = &r.settings;
    assert_int_equal(
        read_recipe(&r, "{\"loaves\": 5, \"with\": [\"wheat\", \"rye\"], \"ovens\": [1, 4],"
                        " \"note\": [\"a\", \"b\"], \"patience\": \"5m\", \"heat\": -2.5,"
                        " \"salt_in_the_dough\": \"3%\", \"crumbs\": 1.0, \"quiet\": true,"
                        " \"verbose\": false, \"json\": \"-\", \"color\": \"always\","
                        " \"file\": \"x.csv\"}"),
        0);
    assert_int_equal(s->before, 99);
    assert_int_equal(s->loaves, 5);
    assert_int_equal(s->with.n, 2);
    assert_int_equal(s->with.values[0], 1);
    assert_int_equal(s->ovens.n, 2);
    assert_int_equal(s->ovens.values[1], 4);
    assert_int_equal(s->notes.n, 2);
    assert_string_equal(s->notes.values[1], "b");
    assert_int_equal(s->patience_ns, 300000000000);
    assert_true(s->degrees == -2.5);
    assert_int_equal(s->salt_ppb, 30000000);
    assert_int_equal(s->crumbs.kind, MF__AMOUNT_SHARE);
    assert_true(s->crumbs.share == 1.0);
    assert_true(s->common.quiet && !s->common.verbose);
    assert_string_equal(s->common.json, "-");
    assert_int_equal(s->common.color, 1);
    assert_string_equal(r.recipe.file, "x.csv");
    done(&r);
}

static void tells_a_count_from_a_share_as_scikit_learn_does(void **state)
{
    (void)state;
    struct reading r;
    assert_int_equal(read_recipe(&r, "{\"crumbs\": 7}"), 0);
    assert_int_equal(r.settings.crumbs.kind, MF__AMOUNT_COUNT);
    assert_int_equal(r.settings.crumbs.count, 7);
    done(&r);
    assert_int_equal(read_recipe(&r, "{\"crumbs\": 0.25}"), 0);
    assert_int_equal(r.settings.crumbs.kind, MF__AMOUNT_SHARE);
    assert_true(r.settings.crumbs.share == 0.25);
    done(&r);
    assert_int_equal(read_recipe(&r, "{\"crumbs\": \"square_root\"}"), 0);
    assert_int_equal(r.settings.crumbs.kind, MF__AMOUNT_WORD);
    done(&r);
}

static void makes_texts_of_an_object_where_they_assign(void **state)
{
    (void)state;
    static const char *const texts[] = {"rye=1,0.5,1.0,none,true,a", "wheat=2", "spelt="};
    struct reading r;
    assert_int_equal(read_recipe(&r, "{\"mix\": {\"rye\": [1, 0.5, 1.0, null, true, \"a\"],"
                                     " \"wheat\": 2, \"spelt\": []}}"),
                     0);
    assert_int_equal(r.settings.mixes.n, SIZE(texts));
    for (size_t i = 0; i < SIZE(texts); i++)
        assert_string_equal(r.settings.mixes.values[i], texts[i]);
    done(&r);
    assert_int_equal(read_recipe(&r, "{\"mix\": [\"rye=1\", \"wheat=2\"]}"), 0);
    assert_int_equal(r.settings.mixes.n, 2);
    assert_string_equal(r.settings.mixes.values[1], "wheat=2");
    done(&r);
}

static void keeps_presets_of_what_it_does_not_name(void **state)
{
    (void)state;
    struct reading r;
    assert_int_equal(read_recipe(&r, "{}"), 0);
    assert_int_equal(r.settings.loaves, 1000);
    assert_int_equal(r.settings.with.n, 2);
    assert_null(r.recipe.file);
    done(&r);
}

static void refuses_with_the_file_and_the_key(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *sentence;
    } cases[] = {
        {"{\"loavs\": 5}", "\"r.json\": unknown key \"loavs\"; did you mean \"loaves\"?"},
        {"{\"zzz\": 5}", "\"r.json\": unknown key \"zzz\"; its keys are the options of bread bake, "
                         "and \"file\""},
        {"{\"secret\": true}", "\"r.json\": unknown key \"secret\"; its keys are the options of "
                               "bread bake, and \"file\""},
        {"{\"help\": true}", "\"r.json\": \"help\" cannot stand in a recipe"},
        {"{\"name\": \"other.json\"}", "\"r.json\": \"name\" cannot stand in a recipe"},
        {"{\"loaves\": \"many\"}",
         "\"r.json\": \"loaves\": \"many\" is not a number; expected a whole number from 0 to "
         "1_000_000, written like 8, 10_000, 1e4, 10k or 4Ki"},
        {"{\"loaves\": -1}", "\"r.json\": \"loaves\": \"-1\" is negative; expected a whole number "
                             "from 0 to 1_000_000, written like 8, 10_000, 1e4, 10k or 4Ki"},
        {"{\"loaves\": [1]}",
         "\"r.json\": \"loaves\": an array does not fit; expected a whole number"},
        {"{\"loaves\": true}",
         "\"r.json\": \"loaves\": true does not fit; expected a whole number"},
        {"{\"loaves\": {}}",
         "\"r.json\": \"loaves\": an object does not fit; expected a whole number"},
        {"{\"loaves\": null}",
         "\"r.json\": \"loaves\": null does not fit; expected a whole number"},
        {"{\"quiet\": 1}", "\"r.json\": \"quiet\": a number does not fit; expected true or false"},
        {"{\"note\": 5}",
         "\"r.json\": \"note\": a number does not fit; expected a text or an array of texts"},
        {"{\"note\": [[]]}",
         "\"r.json\": \"note\": an array does not fit; expected a text or an array of texts"},
        {"{\"note\": {\"a\": 1}}",
         "\"r.json\": \"note\": an object does not fit; expected a text or an array of texts"},
        {"{\"mix\": 5}",
         "\"r.json\": \"mix\": a number does not fit; expected a text or an array of "
         "texts, or an object, {\"name\": [value, value]}"},
        {"{\"mix\": {\"a\\n\": [[]]}}",
         "\"r.json\": \"mix\": \"a\\x0a\": an array does not fit; expected a number, a text, true, "
         "false, null or an array of these"},
        {"{\"color\": \"alwyas\"}", "\"r.json\": \"color\": \"alwyas\" is not known; expected "
                                    "auto, always or never; did you mean always?"},
        {"{\"heat\": 300}", "\"r.json\": \"heat\": \"300\" is too large; expected a number from "
                            "-10 to below 300"},
        {"{\"file\": 5}",
         "\"r.json\": \"file\": a number does not fit; expected the name of a file"},
        {"{\"file\": \"\"}", "\"r.json\": \"file\": \"\" does not fit; expected the name of a "
                             "file"},
        {"{\"salt-in-the-dough\": 0, \"salt_in_the_dough\": 0}",
         "\"r.json\": \"salt_in_the_dough\" is there twice"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct reading r;
        assert_int_equal(read_recipe(&r, cases[i].text), MF_E_INPUT);
        assert_string_equal(r.error.text, cases[i].sentence);
        done(&r);
    }
}

static void refuses_what_is_no_object_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *part;
    } cases[] = {
        {"", "\"r.json\" is empty; expected a JSON object"},
        {" ", "\"r.json\", line 1, column 1: this is not JSON: "},
        {"{\n  \"loaves\": 5,\n}", "\"r.json\", line 3, column 1: this is not JSON: "},
        {"{\"loaves\": 5} x", "this is not JSON: "},
        {"{\"loaves\": 5, \"loaves\": 6}", "this is not JSON: duplicate object key"},
        {"{\"note\": \"\\u0000\"}", "this is not JSON: "},
        {"[1]",
         "\"r.json\": a recipe is a JSON object, {\"max_depth\": 12, ...}, and not an array"},
    };
    for (size_t i = 0; i < SIZE(cases); i++) {
        struct reading r;
        assert_int_equal(read_recipe(&r, cases[i].text), MF_E_FORMAT);
        if (strstr(r.error.text, cases[i].part) == NULL)
            fail_msg("expected \"%s\", got: %s", cases[i].part, r.error.text);
        done(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_every_kind_of_value),
        cmocka_unit_test(tells_a_count_from_a_share_as_scikit_learn_does),
        cmocka_unit_test(makes_texts_of_an_object_where_they_assign),
        cmocka_unit_test(keeps_presets_of_what_it_does_not_name),
        cmocka_unit_test(refuses_with_the_file_and_the_key),
        cmocka_unit_test(refuses_what_is_no_object_with_its_place),
    };
    return cmocka_run_group_tests_name("recipe", tests, NULL, NULL);
}
