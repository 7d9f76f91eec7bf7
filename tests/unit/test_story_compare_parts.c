/* SPDX-License-Identifier: Apache-2.0 */
/* The story of a comparison: its templates, formulae and foreign texts, and what may go wrong. */
#include "forms/formula.h"
#include "report/figures.h"
#include "story/compare_parts.h"
#include "tests/unit/comparisons.h"
#include "tests/unit/told.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

/* ---- allocations: one of them fails ---- */

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

json_t *__real_mf__chart(const char *name);
json_t *__wrap_mf__chart(const char *name);

/* A template counts as one: jansson's reader loses letters where its buffer cannot grow, and does
 * not tell. */
json_t *__wrap_mf__chart(const char *name)
{
    size_t before = allocations + 1;
    json_t *chart = NULL;
    if (fails_now())
        return NULL;
    allocations = failing; /* so that none within it fails */
    chart = __real_mf__chart(name);
    allocations = before;
    return chart;
}

static void *json_room(size_t size)
{
    return fails_now() ? NULL : malloc(size);
}

/* ---- templates ---- */

/* Whether a node has a mark and no tooltip, or text that is still a mark of the template. */
static void check_node(json_t *node, const json_t *sets, json_t *used)
{
    const char *key = NULL;
    json_t *value = NULL;
    size_t i = 0;
    const char *set = mf__look_text(node, "data.name");
    if (set[0] != '\0') {
        assert_non_null(json_object_get(sets, set));
        json_object_set_new(used, set, json_true());
    }
    if (json_object_get(node, "mark") != NULL)
        assert_non_null(mf__look(node, "encoding.tooltip"));
    if (json_is_string(node))
        assert_null(strchr(json_string_value(node), '@'));
    json_object_foreach(node, key, value)
    {
        if (strcmp(key, "datasets") != 0)
            check_node(value, sets, used);
    }
    json_array_foreach(node, i, value)
    {
        check_node(value, sets, used);
    }
}

static void templates_use_the_data_they_get_and_every_mark_has_a_tooltip(void **state)
{
    (void)state;
    for (size_t k = 0; scene_names[k] != NULL; k++) {
        json_t *root;
        struct mf__story story;
        told(scene_names[k], &root, &story);
        for (size_t i = 0; i < story.n_blocks; i++) {
            if (story.blocks[i].kind != MF__BLOCK_CHART)
                continue;
            json_t *used = json_object();
            const json_t *sets = mf__look(story.blocks[i].chart, "datasets");
            check_node(story.blocks[i].chart, sets, used);
            assert_int_equal(json_object_size(used), json_object_size(sets));
            assert_true(story.blocks[i].table.n_cells > 0);
            assert_int_equal(story.blocks[i].table.n_cells % story.blocks[i].table.n_columns, 0);
            json_decref(used);
        }
        done(root, &story);
    }
}

static void names_of_blocks_are_unique(void **state)
{
    (void)state;
    json_t *root = document("weak");
    struct mf__story story;
    tell(&story, root);
    mf__story_compare(&story, root, 2); /* two of them in one story */
    for (size_t i = 0; i < story.n_blocks; i++)
        if (story.blocks[i].id != NULL)
            assert_ptr_equal(block_of(&story, story.blocks[i].id), &story.blocks[i]);
    done(root, &story);
}

/* ---- formulae, and how it was measured ---- */

static void formulae_are_understood_and_end_in_the_figures_of_the_document(void **state)
{
    (void)state;
    for (size_t k = 0; scene_names[k] != NULL; k++) {
        json_t *root;
        struct mf__story story;
        told(scene_names[k], &root, &story);
        for (size_t i = 0; i < story.n_blocks; i++) {
            struct mf__buffer out = {0};
            mf_error error = {0};
            const struct mf__block *block = &story.blocks[i];
            if (block->kind != MF__BLOCK_FORMULA)
                continue;
            if (mf__formula_mathml(block->formula, &out, &error) != 0 ||
                mf__formula_line(block->formula, &out, &error) != 0)
                fail_msg("%s: %s", block->formula, error.text);
            if (strcmp(block->title, "Speedup") == 0)
                assert_within(
                    block->formula,
                    mf__show_factor(
                        mf__told_interval(mf__told_telling(root), "statistics.speedup").mid)
                        .text);
            mf__buffer_done(&out);
        }
        done(root, &story);
    }
}

static const char *formula_of(const struct mf__story *story, const char *title)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].kind == MF__BLOCK_FORMULA &&
            strcmp(story->blocks[i].title, title) == 0)
            return story->blocks[i].formula;
    return NULL;
}

static void a_law_that_is_not_fitted_has_no_formula(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("usual", &root, &story);
    assert_non_null(formula_of(&story, "Amdahl's law"));
    assert_null(formula_of(&story, "Universal scalability law"));
    done(root, &story);
    told("eight_cores", &root, &story);
    assert_non_null(formula_of(&story, "Universal scalability law"));
    done(root, &story);
    told("negative", &root, &story);
    assert_null(formula_of(&story, "The limit of Amdahl's law")); /* there is none */
    done(root, &story);
}

static void a_fraction_above_one_has_no_formula_and_a_note(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("slower", &root, &story);
    assert_null(formula_of(&story, "Amdahl's law"));
    assert_null(formula_of(&story, "Gustafson's law"));
    assert_true(has_note(&story, "More workers of threads made it slower"));
    done(root, &story);
}

static void foreign_texts_pass_as_they_are(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    bool is_there = false;
    told("hostile", &root, &story);
    for (size_t i = 0; i < story.n_blocks; i++)
        for (size_t k = 0; k < story.blocks[i].table.n_cells; k++)
            is_there = is_there || strcmp(story.blocks[i].table.cells[k], HOSTILE) == 0;
    assert_true(is_there);
    for (size_t i = 0; i < story.n_blocks; i++)
        if (story.blocks[i].kind == MF__BLOCK_COMMAND)
            assert_string_equal(story.blocks[i].text, "manyfold compare sum 1e10 'it'\\''s <b>'");
    done(root, &story);
}

static void every_doubt_is_a_note(void **state)
{
    (void)state;
    json_t *root;
    struct mf__story story;
    told("two_cores", &root, &story);
    assert_int_equal(mf__look_length(root, "doubts"), 7);
    for (size_t i = 0; i < 7; i++)
        assert_true(
            has_note(&story, mf__look_text(json_array_get(mf__look(root, "doubts"), i), "text")));
    assert_within(answer_to(&story, "How sure is that?"), "7 things about this machine");
    done(root, &story);
}

/* ---- what may go wrong ---- */

static void a_document_with_nothing_in_it_tells_of_nothing(void **state)
{
    (void)state;
    json_t *root = json_object();
    struct mf__story story;
    tell(&story, root);
    assert_int_equal(mf__story_check(&story, NULL), 0);
    for (size_t i = 0; i < story.n_blocks; i++)
        assert_int_not_equal(story.blocks[i].kind, MF__BLOCK_CHART);
    done(root, &story);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    json_t *root = document("one_round");
    struct mf__story story;
    json_set_alloc_funcs(json_room, free);
    allocations = failing = 0;
    tell(&story, root);
    mf__story_done(&story);
    size_t all = allocations;
    assert_true(all > 1000);
    /* A step that shares no factor with the sizes of rows and tables meets all kinds of them. */
    for (size_t at = 1; at <= all; at += 1) {
        mf_error error = {0};
        allocations = 0;
        failing = at;
        tell(&story, root);
        if (mf__story_check(&story, &error) != MF_E_MEMORY)
            fail_msg("number %zu of %zu", at, all);
        mf__story_done(&story);
    }
    failing = 0;
    json_set_alloc_funcs(malloc, free);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_use_the_data_they_get_and_every_mark_has_a_tooltip),
        cmocka_unit_test(names_of_blocks_are_unique),
        cmocka_unit_test(formulae_are_understood_and_end_in_the_figures_of_the_document),
        cmocka_unit_test(a_law_that_is_not_fitted_has_no_formula),
        cmocka_unit_test(a_fraction_above_one_has_no_formula_and_a_note),
        cmocka_unit_test(foreign_texts_pass_as_they_are),
        cmocka_unit_test(every_doubt_is_a_note),
        cmocka_unit_test(a_document_with_nothing_in_it_tells_of_nothing),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("story_compare_parts", tests, NULL, NULL);
}
