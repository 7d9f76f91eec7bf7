/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the real verbs, and that they agree with what they speak of. */
#include "cli/cli.h"
#include "cli/ways.h"

#include <manyfold/pool.h>

#include "tests/unit/unit.h"

#include <string.h>

static void every_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; mf__program.verbs[i] != NULL; i++) {
        mf_error error = {0};
        int code = mf__verb_check(mf__program.verbs[i], &error);
        if (code != 0)
            print_error("%s: %s\n", mf__program.verbs[i]->name, error.text);
        assert_int_equal(code, 0);
    }
}

/* A verb's own table has statuses of the common one only, in its order, with words of its own. */
static void check_exits(const struct mf__pair *exits)
{
    const struct mf__pair *common = mf__exits;
    assert_non_null(exits);
    for (; exits->name != NULL; exits++, common++) {
        while (common->name != NULL && strcmp(common->name, exits->name) != 0)
            common++;
        assert_non_null(common->name);
        assert_true(exits->text[0] != '\0');
    }
}

static void every_verb_shows_an_example_and_the_exit_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; mf__program.verbs[i] != NULL; i++) {
        const struct mf__verb *verb = mf__program.verbs[i];
        check_exits(verb->exits);
        assert_true((verb->exits == mf__exits) == (strcmp(verb->name, "diff") != 0));
        assert_true(verb->examples != NULL || strcmp(verb->name, "help") == 0);
        for (const struct mf__pair *pair = verb->examples; pair != NULL && pair->name != NULL;
             pair++)
            assert_non_null(strstr(pair->name, "manyfold"));
    }
}

static void the_ways_to_choose_from_are_those_of_the_registry(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t i = 0; i < mf_way_count(); i++) {
        const char *name = mf_way_name(mf_way_at(i));
        if (strcmp(name, "mock") == 0)
            continue;
        assert_non_null(mf__way_choices[n]);
        assert_string_equal(mf__way_choices[n], name);
        assert_string_equal(mf__auto_way_choices[n + 1], name);
        assert_ptr_equal(mf__chosen_way(n), mf_way_at(i));
        assert_ptr_equal(mf__auto_way(n + 1), mf_way_at(i));
        n++;
    }
    assert_null(mf__way_choices[n]);
    assert_null(mf__auto_way_choices[n + 1]);
    assert_null(mf__auto_way(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_sound),
        cmocka_unit_test(every_verb_shows_an_example_and_the_exit_statuses),
        cmocka_unit_test(the_ways_to_choose_from_are_those_of_the_registry),
    };
    return cmocka_run_group_tests_name("verbs", tests, NULL, NULL);
}
