/* SPDX-License-Identifier: Apache-2.0 */
/* The story of a training. */
#include "story/forest_parts.h"
#include "story/timeline.h"

#include <math.h>
#include <string.h>

#define COLUMNS_MAX 40 /* of the table of columns */

static bool classifies(const json_t *root)
{
    return strcmp(mf__look_text(root, "task"), "classification") == 0;
}

/* ---- answers ---- */

/* The scores of a part, "rmse 26,491, mape 9.44 %". */
static void put_scores(struct mf__story *story, const json_t *scores, struct mf__buffer *out)
{
    json_t *copy = mf__copy_of(story, scores);
    const char *name = NULL;
    json_t *score = NULL;
    size_t n = 0;
    json_object_foreach(copy, name, score)
    {
        double value = mf__look_real(score, "");
        if (!isnan(value))
            mf__buffer_print(out, "%s%s %s", n++ > 0 ? ", " : "", name,
                             mf__score_show(name, value).text);
    }
    if (n == 0)
        mf__buffer_put(out, "no score is defined");
    json_decref(copy);
}

static void put_errors(const json_t *root, struct mf__buffer *out)
{
    const json_t *errors = mf__look(root, "predictions.errors");
    if (errors == NULL)
        return;
    mf__buffer_print(out, ". Half of the predictions are off by no more than %s",
                     mf__score_show("rmse", mf__look_real(errors, "median_absolute")).text);
}

static void say_how_good(struct mf__story *story, const json_t *root)
{
    const json_t *test = mf__look(root, "scores.test");
    const json_t *folds = mf__look(root, "scores.folds_mean");
    const json_t *oob = mf__look(root, "oob");
    struct mf__buffer text = {0};
    if (test != NULL) {
        mf__buffer_print(&text, "On the %s rows that it had not seen: ",
                         mf__count_of(mf__look_count(root, "split.test_rows")).text);
        put_scores(story, test, &text);
        put_errors(root, &text);
    }
    if (folds != NULL) {
        mf__buffer_print(&text, "%sIn the mean of %zu folds: ", text.length > 0 ? ". " : "",
                         mf__look_length(root, "scores.folds"));
        put_scores(story, folds, &text);
    }
    if (oob != NULL)
        mf__buffer_print(
            &text, "%sOut of bag: %s %s", text.length > 0 ? ". " : "", mf__look_text(oob, "metric"),
            mf__score_show(mf__look_text(oob, "metric"), mf__look_real(oob, "score")).text);
    if (text.length == 0)
        mf__buffer_put(&text, "Not known: all rows were learnt from, so there are none to judge "
                              "it by");
    mf__story_answer(story, "How good is the forest?", "%s.", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void say_what_matters(struct mf__story *story, const json_t *root)
{
    const json_t *importances = mf__look(root, "importances");
    struct mf__buffer text = {0};
    mf__say_features(importances, &text);
    if (text.length > 0)
        mf__story_answer(story, "What matters most?", "It goes by %s most, of %zu features.",
                         mf__buffer_text(&text), json_array_size(importances));
    mf__text_done(story, &text);
}

static void say_size(struct mf__story *story, const json_t *root)
{
    mf__story_answer(
        story, "How large is it, and how long did it take?",
        "%s trees with %s leaves, %s levels deep at most, grown from %s rows in %s with %s, %llu "
        "worker%s.",
        mf__count_of(mf__look_count(root, "forest.trees")).text,
        mf__count_of(mf__look_count(root, "forest.leaves")).text,
        mf__count_of(mf__look_count(root, "forest.depth_max")).text,
        mf__count_of(mf__look_count(root, "split.train_rows")).text,
        mf__show_duration(mf__look_real(root, "times.grow_ns"), false).text,
        mf__look_text(root, "way"), (unsigned long long)mf__look_count(root, "workers"),
        mf__plural_of(mf__look_count(root, "workers")));
}

void mf__story_train_answers(struct mf__story *story, const json_t *root)
{
    say_how_good(story, root);
    say_what_matters(story, root);
    say_size(story, root);
}

/* ---- scores ---- */

/* The score names in the order of the document; a new reference. */
static json_t *names_of(struct mf__story *story, const json_t *root)
{
    const json_t *test = mf__look(root, "scores.test");
    return mf__copy_of(story, test != NULL ? test : mf__look(root, "scores.folds_mean"));
}

static void row_of_scores(struct mf__story *story, const char *name, const json_t *scores,
                          json_t *names)
{
    const char *metric = NULL;
    json_t *unused = NULL;
    mf__story_cell(story, "%s", name);
    json_object_foreach(names, metric, unused)
        mf__story_cell(story, "%s", mf__score_show(metric, mf__look_real(scores, metric)).text);
}

static void table_of_scores(struct mf__story *story, const json_t *root)
{
    const json_t *folds = mf__look(root, "scores.folds");
    json_t *names = names_of(story, root);
    const char *metric = NULL;
    json_t *unused = NULL;
    if (names == NULL)
        return;
    mf__story_table(story, "Scores");
    mf__story_column(story, false, "part");
    json_object_foreach(names, metric, unused) mf__story_column(story, true, metric);
    if (mf__look(root, "scores.test") != NULL)
        row_of_scores(story, "test part", mf__look(root, "scores.test"), names);
    for (size_t i = 0; i < json_array_size(folds); i++) {
        struct mf__buffer name = {0};
        mf__buffer_print(&name, "fold %zu", i + 1);
        row_of_scores(story, mf__buffer_text(&name), json_array_get(folds, i), names);
        mf__text_done(story, &name);
    }
    if (json_array_size(folds) > 0) {
        row_of_scores(story, "mean of the folds", mf__look(root, "scores.folds_mean"), names);
        row_of_scores(story, "their deviation", mf__look(root, "scores.folds_deviation"), names);
    }
    json_decref(names);
}

static void tell_oob(struct mf__story *story, const json_t *root)
{
    const json_t *oob = mf__look(root, "oob");
    uint64_t never = mf__look_count(oob, "rows_never_out");
    const char *metric = mf__look_text(oob, "metric");
    const char *first = json_string_value(json_array_get(mf__look(root, "classes"), 0));
    if (oob == NULL)
        return;
    mf__story_text(
        story,
        "Out of bag, where each training row is predicted by the trees that did not draw "
        "it, %s is %s.",
        metric, mf__score_show(metric, mf__look_real(oob, "score")).text);
    if (never > 0)
        mf__story_note(story,
                       "%llu rows were drawn by every tree and count as predicted %s; more "
                       "trees leave fewer of them.",
                       (unsigned long long)never, first != NULL ? first : "0");
}

static void tell_scores(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *test = mf__look(root, "scores.test");
    mf__story_section(story, level, "scores", "How good it is");
    table_of_scores(story, root);
    tell_oob(story, root);
    if (test == NULL)
        mf__story_note(story, "No rows were kept apart for a test (--test-size 0), so nothing is "
                              "predicted that the forest had not seen.");
    mf__tell_predictions(story, mf__look(root, "predictions"), mf__look_text(root, "target"));
    if (test != NULL)
        mf__tell_formulae(story, test, "", mf__look_count(root, "split.test_rows"));
}

/* ---- columns ---- */

/* The words of documents, and words for people; others stay as they are. */
static const char *words_for(const char *done)
{
    static const struct {
        const char *done, *words;
    } all[] = {{"kept", "as it is"},
               {"filled", "missing values filled"},
               {"label", "a code for each category"},
               {"onehot", "a column of 0 and 1 for each category"},
               {"target", "the target"},
               {"id", "left out, as --id"},
               {"dropped", "left out, as --drop"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].done, done) == 0)
            return all[i].words;
    return done;
}

static void put_done(const json_t *column, struct mf__buffer *out)
{
    double fill = mf__look_real(column, "fill");
    mf__buffer_put(out, words_for(mf__look_text(column, "done")));
    if (!isnan(fill))
        mf__buffer_print(out, " with %s", mf__score_show("rmse", fill).text);
}

static void tell_columns(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *columns = mf__look(root, "columns");
    size_t n = json_array_size(columns);
    mf__story_section(story, level, "columns", "What was done to the columns");
    mf__story_text(
        story, "%zu columns became %llu features: encoding %s, missing values %s.%s", n,
        (unsigned long long)mf__look_count(root, "preparation.features"),
        mf__look_text(root, "preparation.encode"), mf__look_text(root, "preparation.impute"),
        n > COLUMNS_MAX ? " The first 40 are listed; all are in the data of this report." : "");
    mf__story_table(story, "Columns");
    mf__story_column(story, false, "column");
    mf__story_column(story, false, "kind");
    mf__story_column(story, true, "missing");
    mf__story_column(story, true, "different values");
    mf__story_column(story, false, "what was done");
    for (size_t i = 0; i < n && i < COLUMNS_MAX; i++) {
        const json_t *column = json_array_get(columns, i);
        struct mf__buffer done = {0};
        put_done(column, &done);
        mf__story_cell(story, "%s", mf__look_text(column, "name"));
        mf__story_cell(story, "%s", mf__look_text(column, "kind"));
        mf__story_cell(story, "%s", mf__count_of(mf__look_count(column, "missing")).text);
        mf__story_cell(story, "%s", mf__count_of(mf__look_count(column, "distinct")).text);
        mf__story_cell(story, "%s", mf__buffer_text(&done));
        mf__text_done(story, &done);
    }
}

/* ---- how it was made ---- */

static void table_of_params(struct mf__story *story, const json_t *root)
{
    json_t *params = mf__copy_of(story, mf__look(root, "params"));
    const char *name = NULL;
    json_t *value = NULL;
    mf__begin_facts(story, "Parameters of the forest");
    json_object_foreach(params, name, value)
        mf__fact(story, name, "%s", mf__value_show(value).text);
    json_decref(params);
}

static void table_of_settings(struct mf__story *story, const json_t *root)
{
    mf__begin_facts(story, "Settings");
    mf__fact(story, "table", "%s: %s rows, %s columns", mf__look_text(root, "table.name"),
             mf__count_of(mf__look_count(root, "table.rows")).text,
             mf__count_of(mf__look_count(root, "table.columns")).text);
    mf__fact(story, "target", "%s (%s)", mf__look_text(root, "target"),
             mf__look_text(root, "task"));
    if (classifies(root))
        mf__fact(story, "classes", "%zu", mf__look_length(root, "classes"));
    mf__fact(story, "split", "%s rows to learn from, %s for the test",
             mf__count_of(mf__look_count(root, "split.train_rows")).text,
             mf__count_of(mf__look_count(root, "split.test_rows")).text);
    mf__fact(story, "seed", "%llu", (unsigned long long)mf__look_count(root, "split.seed"));
    mf__fact(story, "forest", "%s trees, %s nodes, %s leaves",
             mf__count_of(mf__look_count(root, "forest.trees")).text,
             mf__count_of(mf__look_count(root, "forest.nodes")).text,
             mf__count_of(mf__look_count(root, "forest.leaves")).text);
    mf__fact(story, "run with", "%s, %llu workers", mf__look_text(root, "way"),
             (unsigned long long)mf__look_count(root, "workers"));
}

static void table_of_time(struct mf__story *story, const json_t *root)
{
    static const struct {
        const char *key, *words;
    } parts[] = {
        {"read_ns", "reading the table"},  {"prepare_ns", "preparing it"},
        {"grow_ns", "growing the forest"}, {"score_ns", "predicting and scoring the test part"},
        {"folds_ns", "the folds"},         {"permutation_ns", "permuting features"}};
    const json_t *times = mf__look(root, "times");
    mf__begin_facts(story, "Time");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (mf__look_count(times, parts[i].key) > 0)
            mf__fact(story, parts[i].words, "%s",
                     mf__show_duration(mf__look_real(times, parts[i].key), false).text);
}

static void put_word(const char *word, struct mf__buffer *out)
{
    mf__buffer_print(out, "%s%s", out->length > 0 ? " " : "", word);
}

/* Documents of version 1.0 have the words alone. */
static void tell_command(struct mf__story *story, const json_t *root)
{
    const json_t *list = mf__look(root, "command_line");
    const char *command = mf__look_text(root, "command");
    struct mf__buffer text = {0};
    for (size_t i = 0; i < json_array_size(list); i++)
        put_word(mf__look_text(json_array_get(list, i), ""), &text);
    mf__story_command(story, "%s", command[0] != '\0' ? command : mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void tell_making(struct mf__story *story, const json_t *root, unsigned level)
{
    mf__story_section(story, level, "training-making", "How it was made");
    tell_command(story, root);
    table_of_settings(story, root);
    table_of_params(story, root);
    table_of_time(story, root);
    mf__story_timeline(story, mf__look(root, "ledger"), "training-timeline", "Trees on workers");
    mf__tell_remarks(story, root);
}

void mf__story_train(struct mf__story *story, const json_t *root, unsigned level)
{
    tell_scores(story, root, level);
    mf__story_section(story, level, "features", "What it goes by");
    mf__tell_importances(story, mf__look(root, "importances"), "the forest");
    mf__tell_falls(story, root);
    tell_columns(story, root, level);
    tell_making(story, root, level);
}
