/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stories of searches and trainings: what they say agrees with the document, foreign words stay
 * plain, and what is missing is told and not drawn.
 *
 *     test_search_story tests/fuzz/corpus/document
 */
#include "forms/formula.h"
#include "report/tune.h"
#include "story/document.h"
#include "story/searched.h"
#include "tests/unit/studied.h"

#include <jansson.h>
#include <stdio.h>

static const char *folder;
static const char *const space[] = {"n_estimators=2,5,20", "max_depth=1,2,none",
                                    "max_features=sqrt,none", NULL};

/* ---- scene ---- */

/* A search, run, and its document with the best forest. */
struct scene {
    struct search search;
    struct mf__study_best best;
    json_t *root;
    struct mf__story story;
};

static json_t *document_of(struct scene *scene)
{
    static const char *const words[] = {"manyfold", "tune"};
    mf_machine machine = {.cores = 2};
    struct mf__buffer text = {0};
    struct mf__tune_report report = {.study = &scene->search.study,
                                     .source = "tuned.csv",
                                     .table_rows = TUNED_ROWS,
                                     .table_columns = 8,
                                     .target = tuned_targets[scene->search.target],
                                     .way = mf_way_find("serial"),
                                     .workers = 1,
                                     .command = "manyfold tune",
                                     .args = words,
                                     .n_args = 2,
                                     .machine = &machine,
                                     .best = scene->best.rows > 0 ? &scene->best : NULL};
    assert_int_equal(mf__tune_json(&report, &text, NULL), 0);
    json_t *root = json_loads(mf__buffer_text(&text), 0, NULL);
    assert_non_null(root);
    mf__buffer_done(&text);
    return root;
}

static void run(struct scene *scene)
{
    struct search *search = &scene->search;
    if (search->lines == NULL)
        search->lines = space;
    search_begin(search);
    search->stepping.step_ns = 1000;
    struct mf__buffer text = search_answer(search, "serial", 1, NULL);
    mf_pool *pool = open_pool("serial", 1);
    if (search->study.n_ranked > 0)
        assert_int_equal(mf__study_best(&search->study, pool, NULL, &scene->best, NULL), 0);
    mf_pool_close(&pool);
    mf__buffer_done(&text);
    scene->root = document_of(scene);
}

static void tell(struct scene *scene)
{
    mf__story_done(&scene->story);
    scene->story = (struct mf__story){0};
    mf__story_tune_answers(&scene->story, scene->root);
    mf__story_tune(&scene->story, scene->root, 1);
    assert_int_equal(mf__story_check(&scene->story, NULL), 0);
}

static void done(struct scene *scene)
{
    mf__story_done(&scene->story);
    mf__study_best_done(&scene->best);
    json_decref(scene->root);
    search_done(&scene->search);
}

/* ---- looking into a story ---- */

/* A block without anything when there is no such chart. */
static const struct mf__block *chart(const struct mf__story *story, const char *id)
{
    static const struct mf__block none;
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].kind == MF__BLOCK_CHART && strcmp(story->blocks[i].id, id) == 0)
            return &story->blocks[i];
    return &none;
}

static bool is_drawn(const struct mf__story *story, const char *id)
{
    return chart(story, id)->chart != NULL;
}

static const char *answer(const struct mf__story *story, const char *question)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].kind == MF__BLOCK_ANSWER &&
            strcmp(story->blocks[i].title, question) == 0)
            return story->blocks[i].text;
    return "";
}

static bool says(const struct mf__story *story, const char *words)
{
    for (size_t i = 0; i < story->n_blocks; i++)
        if (story->blocks[i].text != NULL && strstr(story->blocks[i].text, words) != NULL)
            return true;
    return false;
}

/* A ledger's own story, with a test of its own. */
static bool is_timeline(const struct mf__block *block)
{
    return block->id != NULL && strstr(block->id, "timeline") != NULL;
}

static size_t n_charts(const struct mf__story *story)
{
    size_t n = 0;
    for (size_t i = 0; i < story->n_blocks; i++)
        n += story->blocks[i].kind == MF__BLOCK_CHART && !is_timeline(&story->blocks[i]);
    return n;
}

static const json_t *rows(const struct mf__block *block, const char *set)
{
    return json_object_get(json_object_get(block->chart, "datasets"), set);
}

/* Every data set that a chart names is there, with rows; and no mark is left in it. */
static void check_sets(const json_t *node, const json_t *sets)
{
    const char *name = json_string_value(json_object_get(json_object_get(node, "data"), "name"));
    if (name != NULL && json_array_size(json_object_get(sets, name)) == 0)
        fail_msg("the data set %s has no rows", name);
    for (void *at = json_object_iter((json_t *)(uintptr_t)node); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)node, at))
        if (strcmp(json_object_iter_key(at), "datasets") != 0)
            check_sets(json_object_iter_value(at), sets);
    for (size_t i = 0; i < json_array_size(node); i++)
        check_sets(json_array_get(node, i), sets);
    const char *text = json_string_value(node);
    if (text != NULL && text[0] != '\0' && strchr(text, '@') != NULL)
        fail_msg("%s was not replaced", text);
}

static void check_blocks(const struct mf__story *story)
{
    for (size_t i = 0; i < story->n_blocks; i++) {
        const struct mf__block *block = &story->blocks[i];
        struct mf__buffer line = {0};
        mf_error error = {0};
        if (block->kind == MF__BLOCK_CHART && !is_timeline(block)) {
            check_sets(block->chart, json_object_get(block->chart, "datasets"));
            assert_true(strlen(block->text) > 20);
            assert_true(block->table.n_cells > 0);
        }
        if (block->table.n_columns > 0)
            assert_int_equal(block->table.n_cells % block->table.n_columns, 0);
        if (block->kind == MF__BLOCK_FORMULA &&
            mf__formula_line(block->formula, &line, &error) != 0)
            fail_msg("%s: %s", block->formula, error.text);
        mf__buffer_done(&line);
    }
}

/* ---- numbers ---- */

static void the_answers_are_those_of_the_document(void **state)
{
    (void)state;
    struct scene scene = {0};
    run(&scene);
    tell(&scene);
    const json_t *best = json_object_get(scene.root, "best");
    const char *which = answer(&scene.story, "Which forest is best?");
    struct mf__shown score = mf__score_show("rmse", mf__look_real(best, "scores.rmse.mean"));
    assert_non_null(strstr(which, score.text));
    assert_non_null(strstr(which, "the lowest of 18 trials"));
    struct mf__buffer depth = {0};
    mf__buffer_print(&depth, "max_depth=%s",
                     mf__value_show(mf__look(best, "params.max_depth")).text);
    assert_non_null(strstr(which, mf__buffer_text(&depth)));
    mf__buffer_done(&depth);
    const char *time = answer(&scene.story, "How long did it take, and what did sharing save?");
    assert_non_null(strstr(time, "asked for 162 trees")); /* (2 + 5 + 20) * 6 */
    const char *margin = answer(&scene.story, "By how much?");
    assert_non_null(strstr(margin, "over the next trial"));
    assert_non_null(strstr(margin, "cannot tell how much of this is chance"));
    assert_non_null(strstr(answer(&scene.story, "What matters most?"), ": it alone explains "));
    assert_true(says(&scene.story, "max_depth alone explains "));
    assert_true(says(&scene.story, "trials whose max_depth is the same or near."));
    done(&scene);
}

static void folds_say_in_how_many_the_best_is_better(void **state)
{
    (void)state;
    struct scene scene = {.search = {.validation = MF__VALIDATE_FOLDS}};
    struct mf__buffer wanted = {0};
    run(&scene);
    tell(&scene);
    const json_t *next = mf__look(scene.root, "margins.0");
    mf__buffer_print(&wanted, "better in %d of 3 folds",
                     (int)json_integer_value(json_object_get(next, "folds_better")));
    assert_non_null(strstr(answer(&scene.story, "By how much?"), mf__buffer_text(&wanted)));
    assert_true(mf__look_real(next, "difference_std") >= 0);
    assert_false(says(&scene.story, "cannot tell how much of this is chance"));
    mf__buffer_done(&wanted);
    done(&scene);
}

static void margins_and_effects_are_what_the_scores_say(void **state)
{
    (void)state;
    static const char *const two[] = {"max_depth=1,2", "max_features=sqrt,none", NULL};
    struct scene scene = {.search = {.lines = two}};
    double score[4], mean = 0, all = 0, between = 0;
    run(&scene);
    for (size_t i = 0; i < 4; i++) {
        score[i] = scene.search.study.trials[i].mean[MF_METRIC_RMSE];
        mean += score[i] / 4;
    }
    for (size_t i = 0; i < 4; i++)
        all += (score[i] - mean) * (score[i] - mean);
    for (size_t depth = 0; depth < 2; depth++) {
        double own = (score[2 * depth] + score[2 * depth + 1]) / 2;
        between += 2 * (own - mean) * (own - mean);
    }
    assert_true(fabs(mf__look_real(scene.root, "effects.0.share") - between / all) < 1e-9);
    const struct mf__study *study = &scene.search.study;
    double first = study->trials[study->order[0]].mean[MF_METRIC_RMSE];
    double last = study->trials[study->order[3]].mean[MF_METRIC_RMSE];
    assert_true(mf__look_real(scene.root, "margins.0.difference") ==
                study->trials[study->order[1]].mean[MF_METRIC_RMSE] - first);
    assert_string_equal(mf__look_text(scene.root, "margins.2.to"), "last");
    assert_true(mf__look_real(scene.root, "margins.2.difference") == last - first);
    done(&scene);
}

/* ---- charts ---- */

/* Each cell stands at the values of its trial, and has its score. */
static void check_cells(const struct scene *scene)
{
    const json_t *cells = rows(chart(&scene->story, "map"), "cells");
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const json_t *cell = json_array_get(cells, i);
        uint64_t number = mf__look_count(cell, "trial");
        const json_t *trial = json_array_get(mf__look(scene->root, "trials"), number - 1);
        static const char *const places[][2] = {{"x", "params.max_features"},
                                                {"y", "params.max_depth"},
                                                {"facet", "params.n_estimators"}};
        for (size_t k = 0; k < COUNT(places); k++)
            assert_string_equal(mf__look_text(cell, places[k][0]),
                                mf__value_show(mf__look(trial, places[k][1])).text);
        const char *metric = mf__look_text(scene->root, "study.scores.0");
        const json_t *score = json_object_get(mf__look(trial, "scores"), metric);
        assert_true(mf__look_real(cell, "score") == mf__look_real(score, "mean"));
        assert_int_equal(mf__look_true(cell, "is_best"), mf__look_count(trial, "rank") == 1);
    }
}

static void every_trial_is_a_point_and_every_pair_of_values_a_cell(void **state)
{
    (void)state;
    for (size_t target = 0; target < TUNED_TARGETS; target++) {
        struct scene scene = {.search = {.target = target}};
        run(&scene);
        tell(&scene);
        check_blocks(&scene.story);
        assert_int_equal(json_array_size(rows(chart(&scene.story, "ranks"), "trials")), 18);
        assert_int_equal(json_array_size(rows(chart(&scene.story, "score-by-max-depth"), "trials")),
                         18);
        assert_int_equal(json_array_size(rows(chart(&scene.story, "map"), "cells")), 18);
        check_cells(&scene);
        const json_t *shown = chart(&scene.story, "map")->chart;
        assert_string_equal(mf__look_text(shown, "facet.title"), "n_estimators");
        assert_string_equal(mf__look_text(shown, "spec.encoding.x.title"), "max_features");
        bool classes = target == 2;
        assert_int_equal(
            json_array_size(rows(chart(&scene.story, "predictions"), classes ? "cells" : "rows")),
            classes ? 9 : 36);
        done(&scene);
    }
}

static void the_best_is_marked_once(void **state)
{
    (void)state;
    struct scene scene = {0};
    run(&scene);
    tell(&scene);
    static const char *const ids[] = {"ranks", "score-by-n-estimators", "score-by-work"};
    for (size_t i = 0; i < COUNT(ids); i++) {
        const json_t *list = rows(chart(&scene.story, ids[i]), "trials");
        size_t n = 0;
        for (size_t k = 0; k < json_array_size(list); k++) {
            const json_t *row = json_array_get(list, k);
            if (strcmp(mf__look_text(row, "kind"), "best of all") != 0)
                continue;
            n++;
            assert_int_equal(mf__look_count(row, "rank"), 1);
            assert_true(mf__look_real(row, "score") ==
                        mf__look_real(scene.root, "best.scores.rmse.mean"));
        }
        assert_int_equal(n, 1);
    }
    done(&scene);
}

static void drawn_numbers_are_a_cloud_and_many_trials_are_thinned_out(void **state)
{
    (void)state;
    static const char *const drawn[] = {"max_features=float(0.1,1)",
                                        "min_impurity_decrease=log(1,1e8)", NULL};
    struct scene scene = {.search = {.lines = drawn}};
    struct search *search = &scene.search;
    search_begin(search);
    search->request.strategy = MF__RANDOM;
    search->request.n_trials = 150;
    search->request.config.forest.n_estimators = 1;
    struct mf__buffer text = search_answer(search, "serial", 1, NULL);
    scene.root = document_of(&scene);
    json_t *trials = json_object_get(scene.root, "trials");
    for (size_t i = 150; i < 1200; i++) { /* as if they were more */
        json_t *more = json_deep_copy(json_array_get(trials, i % 150));
        json_object_set_new(more, "rank", json_integer((json_int_t)i + 1));
        json_array_append_new(trials, more);
    }
    tell(&scene);
    check_blocks(&scene.story);
    assert_true(says(&scene.story, "one trial in 3"));
    assert_int_equal(json_array_size(rows(chart(&scene.story, "map"), "trials")), 400);
    assert_int_equal(json_array_size(rows(chart(&scene.story, "ranks"), "trials")), 400);
    assert_string_equal(mf__look_text(chart(&scene.story, "map")->chart, "encoding.y.scale.type"),
                        strcmp(mf__look_text(chart(&scene.story, "map")->chart, "encoding.y.title"),
                               "min_impurity_decrease") == 0
                            ? "log"
                            : "");
    mf__buffer_done(&text);
    done(&scene);
}

static void a_halving_shows_who_went_on(void **state)
{
    (void)state;
    struct scene scene = {0};
    struct search *search = &scene.search;
    search->lines = space;
    search_begin(search);
    search->request.strategy = MF__HALVING;
    search->stepping.step_ns = 1000;
    struct mf__buffer text = search_answer(search, "serial", 1, NULL);
    scene.root = document_of(&scene);
    tell(&scene);
    check_blocks(&scene.story);
    const struct mf__block *rungs = chart(&scene.story, "rungs");
    assert_int_equal(json_array_size(rows(rungs, "trials")), 18);
    assert_int_equal(rungs->table.n_cells, 6 * search->study.n_rungs);
    assert_true(json_array_size(rows(chart(&scene.story, "ranks"), "trials")) < 18);
    assert_true(says(&scene.story, "were scored by as much as the best"));
    mf__buffer_done(&text);
    done(&scene);
}

/* ---- foreign words ---- */

#define MARKUP "<script>alert('1')</script> \"\x1b[31m"

static void names_full_of_markup_pass_as_they_are(void **state)
{
    (void)state;
    struct scene scene = {0};
    run(&scene);
    json_object_set_new(scene.root, "target", json_string(MARKUP));
    json_t *first = json_array_get(
        json_object_get(json_object_get(scene.root, "best_model"), "importances"), 0);
    json_object_set_new(first, "feature", json_string(MARKUP));
    json_object_set_new(first, "importance", json_real(5));
    tell(&scene);
    check_blocks(&scene.story);
    assert_non_null(strstr(answer(&scene.story, "Which forest is best?"), MARKUP));
    const struct mf__block *bars = chart(&scene.story, "importances");
    assert_string_equal(mf__look_text(json_array_get(rows(bars, "features"), 0), "name"), MARKUP);
    assert_string_equal(bars->table.cells[0], MARKUP);
    done(&scene);
}

/* ---- what is missing ---- */

static void an_older_document_lacks_chapters_and_says_so(void **state)
{
    (void)state;
    struct scene scene = {0};
    run(&scene);
    static const char *const later[] = {"margins", "best_model", "effects"};
    for (size_t i = 0; i < COUNT(later); i++)
        json_object_del(scene.root, later[i]);
    tell(&scene);
    check_blocks(&scene.story);
    assert_false(is_drawn(&scene.story, "importances"));
    assert_false(is_drawn(&scene.story, "predictions"));
    assert_true(says(&scene.story, "was not looked at in this run"));
    assert_true(is_drawn(&scene.story, "ranks"));
    done(&scene);
}

static void disagreement_is_told_as_what_it_is(void **state)
{
    (void)state;
    struct scene scene = {0};
    run(&scene);
    tell(&scene);
    assert_true(says(&scene.story, "are those of the trial to the last bit"));
    json_object_set_new(json_object_get(scene.root, "best_model"), "agrees", json_false());
    tell(&scene);
    assert_true(says(&scene.story, "are NOT those of the trial"));
    done(&scene);
}

static void without_a_best_trial_nothing_is_drawn(void **state)
{
    (void)state;
    struct scene scene = {0};
    run(&scene);
    json_t *trials = json_object_get(scene.root, "trials");
    for (size_t i = 0; i < json_array_size(trials); i++)
        json_object_set_new(json_array_get(trials, i), "rank", json_null());
    json_object_set_new(scene.root, "best", json_null());
    tell(&scene);
    assert_int_equal(n_charts(&scene.story), 0);
    assert_non_null(strstr(answer(&scene.story, "Which forest is best?"), "rmse is not defined"));
    json_object_set_new(scene.root, "end", json_string("time"));
    tell(&scene);
    assert_non_null(strstr(answer(&scene.story, "Which forest is best?"), "was stopped before"));
    json_object_set_new(scene.root, "end", json_string("planned"));
    tell(&scene);
    assert_non_null(strstr(answer(&scene.story, "Which forest is best?"),
                           "Nothing was run: 18 trials planned, for which 162 trees"));
    assert_string_equal(answer(&scene.story, "How long did it take, and what did sharing save?"),
                        "");
    done(&scene);
}

static void a_search_that_was_stopped_claims_no_saving(void **state)
{
    (void)state;
    struct scene scene = {0};
    struct search *search = &scene.search;
    search->lines = space;
    search_begin(search);
    search->request.max_trials = 4;
    struct mf__buffer text = search_answer(search, "serial", 1, NULL);
    scene.root = document_of(&scene);
    tell(&scene);
    assert_non_null(strstr(answer(&scene.story, "Which forest is best?"), "the best so far"));
    assert_non_null(strstr(answer(&scene.story, "How long did it take, and what did sharing save?"),
                           "cannot be said"));
    for (size_t i = 0; i < scene.story.n_blocks; i++)
        if (scene.story.blocks[i].kind == MF__BLOCK_FORMULA)
            assert_string_not_equal(scene.story.blocks[i].title, "What sharing saved");
    mf__buffer_done(&text);
    done(&scene);
}

static void a_single_trial_is_compared_with_none(void **state)
{
    (void)state;
    static const char *const one[] = {"max_depth=2", NULL};
    struct scene scene = {.search = {.lines = one}};
    run(&scene);
    tell(&scene);
    check_blocks(&scene.story);
    assert_false(is_drawn(&scene.story, "ranks"));
    assert_false(is_drawn(&scene.story, "map"));
    assert_non_null(strstr(answer(&scene.story, "Which forest is best?"), "It is the only trial."));
    assert_non_null(strstr(answer(&scene.story, "By how much?"), "no other trial"));
    done(&scene);
}

/* ---- trainings ---- */

static json_t *load(const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    json_t *root = json_load_file(path, 0, NULL);
    if (root == NULL)
        fail_msg("%s: cannot be read", path);
    return root;
}

static void tell_training(struct mf__story *story, const json_t *root)
{
    mf__story_done(story);
    *story = (struct mf__story){0};
    mf__story_train_answers(story, root);
    mf__story_train(story, root, 1);
    assert_int_equal(mf__story_check(story, NULL), 0);
    check_blocks(story);
}

static void a_training_tells_its_scores_and_features(void **state)
{
    (void)state;
    static const char *const names[] = {"train", "train_classes"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct mf__story story = {0};
        json_t *root = load(names[i]);
        tell_training(&story, root);
        assert_true(is_drawn(&story, "importances"));
        assert_int_equal(json_array_size(rows(chart(&story, "importances"), "features")),
                         mf__look_length(root, "importances"));
        assert_true(strlen(answer(&story, "How good is the forest?")) > 0);
        json_decref(root);
        mf__story_done(&story);
    }
}

static void a_training_without_a_test_says_that_nothing_is_known(void **state)
{
    (void)state;
    struct mf__story story = {0};
    json_t *root = load("train");
    json_t *scores = json_object_get(root, "scores");
    json_object_set_new(root, "predictions", json_null());
    json_object_set_new(root, "oob", json_null());
    json_object_set_new(scores, "test", json_null());
    json_object_set_new(scores, "folds", json_array());
    json_object_set_new(scores, "folds_mean", json_null());
    json_object_set_new(scores, "folds_deviation", json_null());
    tell_training(&story, root);
    assert_false(is_drawn(&story, "predictions"));
    assert_non_null(strstr(answer(&story, "How good is the forest?"), "Not known"));
    assert_true(says(&story, "No rows were kept apart"));
    json_decref(root);
    mf__story_done(&story);
}

static void numbers_of_a_cell_are_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } all[] = {{26490.65, "26.5k"},
               {9999, "9999"},
               {0.91234, "0.912"},
               {1.2345, "1.23"},
               {12.345, "12.3"},
               {123.45, "123"},
               {1234567, "1.23M"},
               {-45678, "-45.7k"},
               {0.0001, "0.0001"},
               {99999999, "100M"},
               {0, "0"}};
    for (size_t i = 0; i < COUNT(all); i++)
        assert_string_equal(mf__short_number(all[i].value).text, all[i].text);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answers_are_those_of_the_document),
        cmocka_unit_test(folds_say_in_how_many_the_best_is_better),
        cmocka_unit_test(margins_and_effects_are_what_the_scores_say),
        cmocka_unit_test(every_trial_is_a_point_and_every_pair_of_values_a_cell),
        cmocka_unit_test(the_best_is_marked_once),
        cmocka_unit_test(drawn_numbers_are_a_cloud_and_many_trials_are_thinned_out),
        cmocka_unit_test(a_halving_shows_who_went_on),
        cmocka_unit_test(names_full_of_markup_pass_as_they_are),
        cmocka_unit_test(an_older_document_lacks_chapters_and_says_so),
        cmocka_unit_test(disagreement_is_told_as_what_it_is),
        cmocka_unit_test(without_a_best_trial_nothing_is_drawn),
        cmocka_unit_test(a_search_that_was_stopped_claims_no_saving),
        cmocka_unit_test(a_single_trial_is_compared_with_none),
        cmocka_unit_test(a_training_tells_its_scores_and_features),
        cmocka_unit_test(a_training_without_a_test_says_that_nothing_is_known),
        cmocka_unit_test(numbers_of_a_cell_are_short),
    };
    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests_name("search_story", tests, NULL, NULL);
}
