/* SPDX-License-Identifier: Apache-2.0 */
/* Stories as such, looking into documents, and filling charts. */
#include "story/story.h"

#include "base/memory.h"
#include "story/chart.h"
#include "story/chart_templates.h"
#include "story/document.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- allocations, counted, one of them failing ---- */

static size_t allocations;
static size_t failing; /* the allocation that fails, from 1; 0: none */

static bool fails_now(void)
{
    return ++allocations == failing;
}

void *__real_mf__resize(void *old, size_t n, size_t size);
char *__real_mf__copy_text(const char *text);
void *__wrap_mf__resize(void *old, size_t n, size_t size);
char *__wrap_mf__copy_text(const char *text);

void *__wrap_mf__resize(void *old, size_t n, size_t size)
{
    return fails_now() ? NULL : __real_mf__resize(old, n, size);
}

char *__wrap_mf__copy_text(const char *text)
{
    return fails_now() ? NULL : __real_mf__copy_text(text);
}

static size_t blocks_in_use; /* of jansson */

static void *json_room(size_t size)
{
    void *block = fails_now() ? NULL : malloc(size);
    blocks_in_use += block != NULL;
    return block;
}

static void json_free(void *block)
{
    blocks_in_use -= block != NULL;
    free(block);
}

static int count_allocations(void **state)
{
    (void)state;
    allocations = failing = blocks_in_use = 0;
    json_set_alloc_funcs(json_room, json_free);
    return 0;
}

static int stop_counting(void **state)
{
    (void)state;
    failing = 0;
    json_set_alloc_funcs(malloc, free);
    return 0;
}

/* ---- stories ---- */

static void tell(struct mf__story *story)
{
    json_t *root = json_object();
    mf__story_begin(story, "A <title>", "2000-01-02T03:04:05Z");
    mf__story_about(story, "%d things", 3);
    mf__story_source(story, "a.json", root);
    json_decref(root);
    mf__story_section(story, 2, "one", "First");
    mf__story_text(story, "%s & %u", "text", 7U);
    mf__story_note(story, "beware of %.1f", 1.5);
    mf__story_answer(story, "Why?", "because of %s", "it");
    mf__story_command(story, "run '%s'", "it");
    mf__story_formula(story, "Law", "x = 1", "x is %s", "one");
    mf__story_table(story, "Table");
    mf__story_column(story, false, "name");
    mf__story_column(story, true, "number");
    for (int i = 0; i < 6; i++)
        mf__story_cell(story, "cell %d", i);
    mf__story_chart(story, "one", "Chart", json_object(), "%s", "caption");
    mf__story_column(story, true, "only");
    mf__story_cell(story, "%s", "");
}

static void blocks_come_in_order_and_hold_what_they_were_given(void **state)
{
    (void)state;
    static const enum mf__block_kind kinds[] = {
        MF__BLOCK_SECTION, MF__BLOCK_TEXT,    MF__BLOCK_NOTE,  MF__BLOCK_ANSWER,
        MF__BLOCK_COMMAND, MF__BLOCK_FORMULA, MF__BLOCK_TABLE, MF__BLOCK_CHART};
    struct mf__story story = {0};
    tell(&story);
    assert_int_equal(mf__story_check(&story, NULL), 0);
    assert_string_equal(story.title, "A <title>");
    assert_string_equal(story.about, "3 things");
    assert_string_equal(story.created, "2000-01-02T03:04:05Z");
    assert_int_equal(story.n_sources, 1);
    assert_int_equal(story.n_blocks, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(story.blocks[i].kind, kinds[i]);
    assert_int_equal(story.blocks[0].level, 2);
    assert_string_equal(story.blocks[1].text, "text & 7");
    assert_string_equal(story.blocks[2].text, "beware of 1.5");
    assert_string_equal(story.blocks[3].title, "Why?");
    assert_string_equal(story.blocks[3].text, "because of it");
    assert_string_equal(story.blocks[4].text, "run 'it'");
    assert_string_equal(story.blocks[5].formula, "x = 1");
    assert_string_equal(story.blocks[5].text, "x is one");
    assert_int_equal(story.blocks[6].table.n_columns, 2);
    assert_true(story.blocks[6].table.columns[1].right);
    assert_string_equal(story.blocks[6].table.cells[5], "cell 5");
    assert_string_equal(story.blocks[7].text, "caption");
    assert_int_equal(story.blocks[7].table.n_cells, 1);
    mf__story_done(&story);
}

static void an_id_that_is_there_already_gets_a_number(void **state)
{
    (void)state;
    static const char *const wanted[] = {"speed", "speed-2", "speed-2-2", "speed-3", "other"};
    struct mf__story story = {0};
    mf__story_section(&story, 1, "speed", "a");
    mf__story_section(&story, 1, "speed", "b");
    mf__story_chart(&story, "speed-2", "c", json_object(), "d");
    mf__story_section(&story, 1, "speed", "e");
    mf__story_section(&story, 1, "other", "f");
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_string_equal(story.blocks[i].id, wanted[i]);
    mf__story_done(&story);
}

static void what_has_no_memory_is_reported_at_the_end_and_leaks_nothing(void **state)
{
    (void)state;
    bool done = false;
    for (size_t i = 1; !done; i++) {
        struct mf__story story = {0};
        mf_error error = {0};
        allocations = 0;
        failing = i;
        tell(&story);
        done = allocations < failing;
        /* A root without memory is a source of nothing, which only its own maker can tell. */
        bool is_source = story.n_sources == 1 && story.sources[0].root == NULL;
        assert_true(is_source || mf__story_check(&story, &error) == (done ? 0 : MF_E_MEMORY));
        mf__story_done(&story);
        assert_int_equal(blocks_in_use, 0);
    }
    assert_true(allocations > 30); /* it went all the way */
}

static void a_chart_that_could_not_be_made_fails_the_story(void **state)
{
    (void)state;
    struct mf__story story = {0};
    mf_error error = {0};
    mf__story_chart(&story, "none", "None", NULL, "nothing");
    mf__story_column(&story, false, "lost");
    mf__story_cell(&story, "lost");
    assert_int_equal(story.n_blocks, 0);
    assert_int_equal(mf__story_check(&story, &error), MF_E_MEMORY);
    assert_non_null(strstr(error.text, "no memory"));
    mf__story_done(&story);
}

/* ---- looking ---- */

static json_t *parsed(const char *text)
{
    json_t *root = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(root);
    return root;
}

static void paths_lead_through_objects_and_arrays(void **state)
{
    (void)state;
    json_t *root = parsed("{\"a\":{\"b\":[{\"c\":1.5},{\"c\":\"two\"}]},\"n\":null,\"yes\":true}");
    assert_true(mf__look_real(root, "a.b.0.c") == 1.5);
    assert_string_equal(mf__look_text(root, "a.b.1.c"), "two");
    assert_int_equal(mf__look_length(root, "a.b"), 2);
    assert_true(mf__look_true(root, "yes"));
    assert_ptr_equal(mf__look(root, ""), root);
    json_decref(root);
}

static void what_is_not_there_is_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"x",      "n",         "n.m",  "a.b.2.c", "a.b.c",
                                        "a.b.-1", "a.b.0.c.d", "a..b", "yes.no"};
    json_t *root = parsed("{\"a\":{\"b\":[{\"c\":1},{}]},\"n\":null,\"yes\":\"text\"}");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_null(mf__look(root, paths[i]));
        assert_true(isnan(mf__look_real(root, paths[i])));
        assert_string_equal(mf__look_text(root, paths[i]), "");
        assert_int_equal(mf__look_count(root, paths[i]), 0);
        assert_false(mf__look_true(root, paths[i]));
        assert_int_equal(mf__look_length(root, paths[i]), 0);
    }
    assert_null(mf__look(NULL, "a"));
    assert_true(isnan(mf__look_real(root, "yes"))); /* of another type */
    json_decref(root);
}

static void a_step_that_is_too_long_for_any_field_is_nothing(void **state)
{
    (void)state;
    char step[200];
    memset(step, 'a', sizeof step - 1);
    step[sizeof step - 1] = '\0';
    json_t *root = json_object();
    json_object_set_new(root, step, json_true());
    assert_null(mf__look(root, step));
    json_decref(root);
}

static void counts_are_exact_also_as_digits(void **state)
{
    (void)state;
    json_t *root = parsed("{\"digits\":\"18446744073709551615\",\"integer\":9007199254740993,"
                          "\"below\":-1,\"words\":\"many\",\"real\":2.5}");
    assert_true(mf__look_count(root, "digits") == UINT64_MAX);
    assert_true(mf__look_count(root, "integer") == UINT64_C(9007199254740993));
    assert_int_equal(mf__look_count(root, "below"), 0);
    assert_int_equal(mf__look_count(root, "words"), 0);
    assert_int_equal(mf__look_count(root, "real"), 0);
    json_decref(root);
}

/* ---- charts ---- */

static void a_template_has_its_name_and_no_data(void **state)
{
    (void)state;
    assert_null(mf__chart("no such template"));
    for (const struct mf__chart_template *each = mf__chart_templates; each->name != NULL; each++) {
        json_t *chart = mf__chart(each->name);
        assert_non_null(chart);
        assert_null(json_object_get(chart, "datasets"));
        assert_non_null(strstr(mf__look_text(chart, "$schema"), "vega-lite/v5"));
        json_decref(chart);
    }
}

static void rows_go_under_their_names(void **state)
{
    (void)state;
    json_t *chart = json_object();
    json_t *rows = json_array();
    json_array_append_new(rows, json_integer(7));
    mf__chart_rows(&chart, "one", rows);
    mf__chart_rows(&chart, "two", json_array());
    assert_int_equal(mf__look_count(chart, "datasets.one.0"), 7);
    assert_int_equal(mf__look_length(chart, "datasets.two"), 0);
    assert_non_null(mf__look(chart, "datasets.two"));
    json_decref(chart);
}

static void marks_are_filled_wherever_they_stand(void **state)
{
    (void)state;
    json_t *chart =
        parsed("{\"a\":[\"time (@U@), @U@\",{\"b\":\"@T@\",\"c\":\"not @T@\"}],\"d\":1}");
    mf__chart_say(&chart, "@U@", "µs");
    assert_string_equal(mf__look_text(chart, "a.0"), "time (µs), µs");
    json_t *ticks = json_array();
    json_array_append_new(ticks, json_integer(4));
    mf__chart_set(&chart, "@T@", ticks);
    assert_int_equal(mf__look_count(chart, "a.1.b.0"), 4);
    assert_string_equal(mf__look_text(chart, "a.1.c"), "not @T@"); /* only whole texts */
    json_decref(chart);
}

static void a_legend_keeps_what_is_there(void **state)
{
    (void)state;
    json_t *chart = parsed("{\"l\":[{\"scale\":{\"domain\":[\"x\",\"y\",\"z\"],\"range\":[1,2,3]}},"
                           "{\"scale\":{\"domain\":[\"p\",\"q\"],\"range\":[[1],[2]]}},"
                           "{\"scale\":{\"domain\":[0,100],\"range\":[5,6]}}]}");
    json_t *names = parsed("[\"z\",\"x\",\"z\",\"unknown\"]");
    json_t *wanted = parsed("[{\"domain\":[\"x\",\"z\"],\"range\":[1,3]},"
                            "{\"domain\":[\"p\",\"q\"],\"range\":[[1],[2]]},"
                            "{\"domain\":[0,100],\"range\":[5,6]}]");
    mf__chart_keep(&chart, names);
    for (size_t i = 0; i < 3; i++)
        assert_true(json_equal(json_object_get(json_array_get(mf__look(chart, "l"), i), "scale"),
                               json_array_get(wanted, i)));
    json_decref(wanted);
    json_decref(names);
    json_decref(chart);
}

static void a_chart_without_memory_is_nothing_and_stays_so(void **state)
{
    (void)state;
    json_t *chart = json_object();
    mf__chart_set(&chart, "@T@", NULL);
    assert_null(chart);
    mf__chart_rows(&chart, "rows", json_array());
    mf__chart_say(&chart, "@U@", "s");
    mf__chart_set(&chart, "@T@", json_integer(1));
    mf__chart_keep(&chart, NULL);
    assert_null(chart);
    assert_int_equal(blocks_in_use, 0);
}

/* Without memory from the `last` allocation on. */
static json_t *fill_any(const json_t *template, size_t last)
{
    json_t *names = json_array();
    json_array_append_new(names, json_string("threads"));
    json_t *chart = json_deep_copy(template);
    allocations = 0;
    failing = last;
    mf__chart_say(&chart, "@UNIT@", "ms");
    mf__chart_set(&chart, "@HEIGHT@", json_integer(100));
    mf__chart_keep(&chart, names);
    mf__chart_rows(&chart, "samples", json_array());
    json_decref(names);
    return chart;
}

static void every_allocation_of_a_chart_may_fail(void **state)
{
    (void)state;
    bool done = false;
    size_t nothing = 0;
    json_t *template = mf__chart("compare_times"); /* read with an allocator of its own */
    assert_non_null(template);
    for (size_t i = 1; !done; i++) {
        json_t *chart = fill_any(template, i);
        done = allocations < failing;
        failing = 0;
        nothing += chart == NULL;
        assert_true(!done || chart != NULL);
        json_decref(chart);
        assert_int_equal(blocks_in_use, 0);
    }
    assert_true(nothing > 10);
    json_set_alloc_funcs(malloc, free);
    json_decref(template);
}

#define COUNTED(test) cmocka_unit_test_setup_teardown(test, count_allocations, stop_counting)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_in_order_and_hold_what_they_were_given),
        cmocka_unit_test(an_id_that_is_there_already_gets_a_number),
        COUNTED(what_has_no_memory_is_reported_at_the_end_and_leaks_nothing),
        COUNTED(a_chart_that_could_not_be_made_fails_the_story),
        cmocka_unit_test(paths_lead_through_objects_and_arrays),
        cmocka_unit_test(what_is_not_there_is_nothing),
        cmocka_unit_test(a_step_that_is_too_long_for_any_field_is_nothing),
        cmocka_unit_test(counts_are_exact_also_as_digits),
        cmocka_unit_test(a_template_has_its_name_and_no_data),
        cmocka_unit_test(rows_go_under_their_names),
        cmocka_unit_test(marks_are_filled_wherever_they_stand),
        cmocka_unit_test(a_legend_keeps_what_is_there),
        COUNTED(a_chart_without_memory_is_nothing_and_stays_so),
        COUNTED(every_allocation_of_a_chart_may_fail),
    };
    return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
