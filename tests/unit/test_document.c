/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Result documents read back: those of the corpus of tests/fuzz, whole and damaged in every place.
 *
 *     test_document tests/fuzz/corpus/document
 */
#include "story/document.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder;

/* ---- scene ---- */

static json_t *load(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    json_t *root = json_load_file(path, 0, NULL);
    if (root == NULL)
        fail_msg("%s: cannot be read", path);
    return root;
}

static void take(json_t *root, const char *name, struct mf__document *ret_document)
{
    mf_error error = {0};
    if (mf__document_take(root, name, ret_document, &error) != 0)
        fail_msg("%s", error.text);
}

static void expect_refused(const char *text, const char *words)
{
    struct mf__document document = {0};
    mf_error error = {0};
    int code = mf__document_parse(text, strlen(text), "a.json", &document, &error);
    if (code != MF_E_FORMAT || error.code != code || strstr(error.text, words) == NULL ||
        strncmp(error.text, "a.json", strlen("a.json")) != 0)
        fail_msg("%.60s: %d instead of \"%s\": %s", text, code, words, error.text);
    assert_null(document.root);
    assert_null(document.name);
}

/* ---- whole documents ---- */

static void documents_of_every_kind_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum mf__document_kind kind;
        const char *title;
    } all[] = {
        {"compare", MF__DOCUMENT_COMPARE, "Comparison: sum of 1..100,000"},
        {"tune_folds", MF__DOCUMENT_TUNE, "Search: 2 random forests for y of t.csv"},
        {"tune_halving", MF__DOCUMENT_TUNE, "Search: 3 random forests for y of t.csv"},
        {"train", MF__DOCUMENT_TRAIN, "A random forest for y of t.csv"},
        {"train_classes", MF__DOCUMENT_TRAIN, "A random forest for b of t.csv"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct mf__document document = {0};
        struct mf__buffer title = {0};
        json_t *root = load(all[i].name);
        take(root, all[i].name, &document);
        json_decref(root);
        mf__document_title(&document, &title);
        assert_int_equal(document.kind, all[i].kind);
        assert_string_equal(document.name, all[i].name);
        assert_string_equal(mf__buffer_text(&title), all[i].title);
        assert_string_equal(mf__look_text(document.root, "tool.name"), "manyfold");
        mf__buffer_done(&title);
        mf__document_done(&document);
        assert_null(document.root);
    }
}

/* Later minor versions add fields; so may anybody. */
static void fields_that_nobody_knows_are_left_alone(void **state)
{
    (void)state;
    struct mf__document document = {0};
    json_t *root = load("train");
    json_object_set_new(root, "a new field", json_pack("{s:[i]}", "x", 1));
    json_object_set_new(root, "schema_version", json_string("1.99"));
    take(root, "a", &document);
    assert_ptr_equal(document.root, root);
    assert_true(document.is_newer);
    mf__document_done(&document);
    json_object_set_new(root, "schema_version", json_string("1.0"));
    take(root, "a", &document);
    assert_false(document.is_newer);
    mf__document_done(&document);
    json_decref(root);
}

static void versions_that_do_not_fit_the_schema_are_refused(void **state)
{
    (void)state;
    static const char *const versions[] = {"2.0", "0.9", "1", "1.", "1.x", "", ".1"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        json_t *root = load("train");
        json_object_set_new(root, "schema_version", json_string(versions[i]));
        char *text = json_dumps(root, 0);
        expect_refused(text, "schema_version is");
        free(text);
        json_decref(root);
    }
}

static const struct mf__block *find_section(const struct mf__story *story, const char *id)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].kind == MF__BLOCK_SECTION && strcmp(story->blocks[i].id, id) == 0)
            return &story->blocks[i];
    fail_msg("there is no section %s", id);
    return NULL;
}

static void several_documents_are_told_one_after_the_other_answers_first(void **state)
{
    (void)state;
    struct mf__document documents[2] = {{0}};
    struct mf__story story = {0};
    json_t *first = load("compare");
    json_t *second = load("train");
    take(first, "first.json", &documents[0]);
    take(second, "run 2 of a.db", &documents[1]);
    assert_int_equal(mf__story_tell(documents, 2, &story, NULL), 0);
    assert_string_equal(story.title, "2 results");
    assert_string_equal(story.about, "first.json, run 2 of a.db");
    assert_int_equal(story.n_sources, 2);
    assert_ptr_equal(story.sources[1].root, second);
    assert_string_equal(story.sources[1].name, "run 2 of a.db");
    assert_string_equal(story.blocks[0].id, "answers");
    const struct mf__block *one = find_section(&story, "result");
    const struct mf__block *other = find_section(&story, "result-2");
    assert_string_equal(one->title, "Comparison: sum of 1..100,000 (first.json)");
    assert_true(find_section(&story, "answers-of-2") < one && one < other);
    assert_true(one->level == 1 && other->level == 1);
    size_t n_chapters = 0;
    for (const struct mf__block *block = one + 1; block < other; block++) {
        n_chapters += block->kind == MF__BLOCK_SECTION;
        assert_true(block->kind != MF__BLOCK_SECTION || block->level > 1);
    }
    assert_true(n_chapters > 2);
    mf__story_done(&story);
    for (size_t i = 0; i < 2; i++)
        mf__document_done(&documents[i]);
    json_decref(first);
    json_decref(second);
}

static void one_document_gives_the_story_its_title_its_time_and_its_machine(void **state)
{
    (void)state;
    struct mf__document document = {0};
    struct mf__story story = {0};
    json_t *root = load("compare");
    json_object_set_new(root, "created", json_string("2026-05-01T12:34:56Z"));
    take(root, "a.json", &document);
    assert_int_equal(mf__story_tell(&document, 1, &story, NULL), 0);
    assert_string_equal(story.title, "Comparison: sum of 1..100,000");
    assert_string_equal(story.created, "2026-05-01T12:34:56Z");
    assert_string_equal(story.about, "Measured 2026-05-01 12:34 UTC on a processor with 2 cores "
                                     "by manyfold 0.1.0");
    mf__story_done(&story);
    mf__document_done(&document);
    json_decref(root);
}

/* ---- what is none ---- */

static void other_texts_are_refused_with_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } all[] = {
        {"", "a.json is empty; expected what compare, tune, train or lab write"},
        {"{", "a.json, line 1, column 1: this is not JSON: "},
        {"{\"schema\": \"manyfold-compare-1\",\n \"series\": [1, 2", "a.json, line 2, column 16"},
        {"nonsense", "line 1, column 8: this is not JSON"},
        {"{\"schema\": 1, \"schema\": 2}", "this is not JSON: duplicate object key"},
        {"{\"a\": 1e999}", "line 1, column 11: this is not JSON: real number overflow"},
        {"{\"a\": \"\xff\"}", "this is not JSON: unable to decode byte 0xff"},
        {"[]", "this is no result of manyfold"},
        {"{}", "this is no result of manyfold"},
        {"{\"schema\": null}", "this is no result of manyfold"},
        {"{\"schema\": \"compare-1\"}", "this is no result of manyfold"},
        {"{\"schema\": \"manyfold-compare\"}", "this is no result of manyfold"},
        {"{\"schema\": \"manyfold--1\"}", "this is no result of manyfold"},
        {"{\"schema\": \"manyfold-compare-x\"}", "this is no result of manyfold"},
        {"{\"schema\": \"manyfold-compare-2\"}",
         "\"manyfold-compare-2\" is of a later version of manyfold, this one reads version 1; use "
         "a later manyfold"},
        {"{\"schema\": \"manyfold-other-7\"}", "of a later version"},
        {"{\"schema\": \"manyfold-describe-1\"}",
         "\"manyfold-describe-1\" is no result that a report can be made of"},
        {"{\"schema\": \"manyfold-compare-0\"}", "no result that a report can be made of"},
        {"{\"schema\": \"manyfold-a\\u001b[2J-1\"}", "\"manyfold-a\\x1b[2J-1\""},
        {"{\"schema\": \"manyfold-compare-1\"}", "a.json: tool is missing, expected an object"},
        {"{\"schema\": \"manyfold-tune-1\", \"tool\": []}",
         "a.json: tool is an array, expected an object; the file is damaged or was changed by "
         "hand"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        expect_refused(all[i].text, all[i].words);
}

static void expect_change_refused(const char *name, const char *path, json_t *value,
                                  const char *words)
{
    json_t *root = load(name);
    char *key = strrchr((char *)(uintptr_t)path, '.');
    char parent[100] = "";
    memcpy(parent, path, key != NULL ? (size_t)(key - path) : 0);
    json_t *from = (json_t *)(uintptr_t)mf__look(root, parent);
    const char *last = key != NULL ? key + 1 : path;
    assert_non_null(from);
    if (value == NULL)
        assert_int_equal(json_object_del(from, last), 0);
    else if (json_is_array(from))
        assert_int_equal(json_array_set_new(from, (size_t)(last[0] - '0'), value), 0);
    else
        assert_int_equal(json_object_set_new(from, last, value), 0);
    char *text = json_dumps(root, 0);
    assert_non_null(text);
    expect_refused(text, words);
    free(text);
    json_decref(root);
}

static void what_is_missing_or_of_the_wrong_type_is_named_with_its_place(void **state)
{
    (void)state;
    expect_change_refused("compare", "series.1.samples.0.ns", json_string("7"),
                          "series[1].samples[0].ns is a text, expected a number");
    expect_change_refused("compare", "series.1.statistics.speedup.known", NULL,
                          "series[1].statistics.speedup.known is missing, expected true or false");
    expect_change_refused("compare", "series.0.way", json_integer(1),
                          "series[0].way is a number, expected a text or null");
    expect_change_refused("compare", "command_line.0", json_null(),
                          "command_line[0] is null, expected a text");
    expect_change_refused("compare", "series.0.samples.0.ledger.workers.0.wait_ns", json_true(),
                          "series[0].samples[0].ledger.workers[0].wait_ns is true or false, "
                          "expected a number");
    expect_change_refused("tune_folds", "trials.1.scores.rmse.folds.0", json_object(),
                          "trials[1].scores.rmse.folds[0] is an object, expected a number or null");
    expect_change_refused("tune_folds", "trials.0.params.max_depth", json_array(),
                          "trials[0].params.max_depth is an array, expected a text or a number or "
                          "true or false or null");
    expect_change_refused("train", "scores.folds.1.rmse", json_string("x"),
                          "scores.folds[1].rmse is a text");
    expect_change_refused("lab", "documents.1.document.trials", NULL,
                          "a.json, part \"search\": trials is missing, expected an array");
}

static void a_document_that_has_nothing_to_tell_is_refused(void **state)
{
    (void)state;
    static const char *const all[][2] = {
        {"no_samples", "not one sample was taken in it"},
        {"no_trials", "there is not one trial in it"},
        {"lab_in_lab", "part \"train\": a lab cannot be a part of a lab"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        json_t *root = load(all[i][0]);
        char *text = json_dumps(root, 0);
        assert_non_null(text);
        expect_refused(text, all[i][1]);
        free(text);
        json_decref(root);
    }
    expect_change_refused("compare", "series", json_array(), "not one sample was taken");
    expect_change_refused("lab", "documents", json_array(), "there is no result in it");
}

/* ---- every place, damaged in every way ---- */

/* A document in which one value at a time is another one. */
struct damaging {
    json_t *root;
    size_t n_taken;
    size_t n_refused;
};

static void try_damaged(struct damaging *damaging)
{
    struct mf__document document = {0};
    struct mf__story story = {0};
    mf_error error = {0};
    int code = mf__document_take(damaging->root, "a", &document, &error);
    if (code != 0) {
        assert_int_equal(code, MF_E_FORMAT);
        damaging->n_refused++;
        return;
    }
    damaging->n_taken++;
    if (mf__story_tell(&document, 1, &story, &error) != 0)
        fail_msg("%s", error.text);
    mf__story_done(&story);
    mf__document_done(&document);
}

static json_t *another(size_t which)
{
    switch (which) {
    case 0:
        return json_null();
    case 1:
        return json_string("");
    case 2:
        return json_real(-1e300);
    case 3:
        return json_integer(0);
    case 4:
        return json_array();
    default:
        return json_object();
    }
}

#define N_OTHERS 6

/* Of a list of equals, the first few stand for all. */
#define FEW 2

static void damage_below(struct damaging *damaging, json_t *from)
{
    const char *key;
    json_t *value;
    void *next;
    json_object_foreach_safe(from, next, key, value)
    {
        json_incref(value);
        for (size_t i = 0; i < N_OTHERS; i++) {
            json_object_set_new(from, key, another(i));
            try_damaged(damaging);
        }
        json_object_set(from, key, value);
        damage_below(damaging, value);
        json_decref(value);
    }
    for (size_t k = 0; k < json_array_size(from) && k < FEW; k++) {
        value = json_incref(json_array_get(from, k));
        for (size_t i = 0; i < N_OTHERS; i++) {
            json_array_set_new(from, k, another(i));
            try_damaged(damaging);
        }
        json_array_set(from, k, value);
        damage_below(damaging, value);
        json_decref(value);
    }
}

static void whatever_is_changed_in_a_document_it_is_refused_or_told(void **state)
{
    (void)state;
    static const char *const all[] = {"compare", "tune_folds", "tune_halving",
                                      "train",   "lab",        "train_classes"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct damaging damaging = {.root = load(all[i])};
        json_t *copy = json_deep_copy(damaging.root);
        damage_below(&damaging, damaging.root);
        assert_true(damaging.n_refused > 100 && damaging.n_taken > 10);
        assert_true(json_equal(copy, damaging.root)); /* all was put back */
        json_decref(copy);
        json_decref(damaging.root);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_of_every_kind_are_read),
        cmocka_unit_test(fields_that_nobody_knows_are_left_alone),
        cmocka_unit_test(versions_that_do_not_fit_the_schema_are_refused),
        cmocka_unit_test(several_documents_are_told_one_after_the_other_answers_first),
        cmocka_unit_test(one_document_gives_the_story_its_title_its_time_and_its_machine),
        cmocka_unit_test(other_texts_are_refused_with_what_was_expected),
        cmocka_unit_test(what_is_missing_or_of_the_wrong_type_is_named_with_its_place),
        cmocka_unit_test(a_document_that_has_nothing_to_tell_is_refused),
        cmocka_unit_test(whatever_is_changed_in_a_document_it_is_refused_or_told),
    };
    if (argc < 2)
        return 1;
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
