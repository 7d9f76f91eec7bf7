/* SPDX-License-Identifier: Apache-2.0 */
/* The chapters of a search. */
#include "story/forest_parts.h"
#include "story/timeline.h"

#include <math.h>
#include <string.h>

/* ---- the best ---- */

static void table_of_scores(struct mf__story *story, const struct mf__searched *searched)
{
    const json_t *scores = mf__look(searched->root, "study.scores");
    const json_t *best = searched->ranked[0];
    bool folds = searched->n_folds > 1;
    mf__story_table(story, folds ? "Scores of the best forest over the folds"
                                 : "Scores of the best forest");
    mf__story_column(story, false, "score");
    mf__story_column(story, true, folds ? "mean" : "value");
    if (folds)
        mf__story_column(story, true, "deviation");
    for (size_t i = 0; i < json_array_size(scores); i++) {
        const char *name = mf__look_text(json_array_get(scores, i), "");
        const json_t *score = json_object_get(mf__look(best, "scores"), name);
        mf__story_cell(story, "%s", name);
        mf__story_cell(story, "%s", mf__score_show(name, mf__look_real(score, "mean")).text);
        if (folds)
            mf__story_cell(story, "%s", mf__score_show(name, mf__look_real(score, "std")).text);
    }
}

static void say_agreement(struct mf__story *story, const json_t *model)
{
    uint64_t forests = mf__look_count(model, "forests");
    uint64_t never = mf__look_count(model, "rows_never_out");
    if (mf__look_true(model, "agrees"))
        mf__story_text(story,
                       "For this chapter the best forest was grown once more%s. The scores of its "
                       "predictions are those of the trial to the last bit.",
                       forests > 1 ? ", once for each fold" : "");
    else
        mf__story_note(story, "For this chapter the best forest was grown once more, and the "
                              "scores of its predictions are NOT those of the trial. Do not trust "
                              "this result; please report it with its command.");
    if (never > 0)
        mf__story_note(
            story,
            "%llu rows were drawn by every tree, so no tree could predict them; they "
            "count as predicted 0, or as the first class. More trees leave fewer of them.",
            (unsigned long long)never);
}

static void tell_best(struct mf__story *story, const struct mf__searched *searched, unsigned level)
{
    const json_t *model = mf__look(searched->root, "best_model");
    const json_t *predictions = mf__look(model, "predictions");
    mf__story_section(story, level, "best-forest", "The best forest");
    table_of_scores(story, searched);
    if (model == NULL) {
        mf__story_note(story, "Which features the best forest goes by and what it predicts was not "
                              "looked at in this run; --json and --html do.");
        return;
    }
    say_agreement(story, model);
    if (searched->n_ranked > 1)
        mf__story_text(story,
                       "It was chosen among others for this very score, so expect a slightly "
                       "worse one on rows that took no part in the search.");
    mf__tell_importances(story, mf__look(model, "importances"),
                         searched->n_folds > 1 ? "the best forests" : "the best forest");
    mf__tell_predictions(story, predictions, mf__look_text(searched->root, "target"));
}

/* ---- the trials ---- */

static void tell_trials(struct mf__story *story, const struct mf__searched *searched,
                        unsigned level)
{
    mf__story_section(story, level, "trials", "The trials");
    if (searched->n_alike < 2)
        mf__story_text(story, "Only one trial has a score that can be shown, so there is nothing "
                              "to compare it with.");
    if (searched->n_alike < searched->n_ranked)
        mf__story_text(story,
                       "Only the %zu trials that were scored by as much as the best are compared "
                       "here; the others left the search before, with fewer %s.",
                       searched->n_alike, mf__look_text(searched->root, "study.search.resource"));
    if (searched->every > 1)
        mf__story_text(story, "Charts show the best and one trial in %zu, in the order of ranks.",
                       searched->every);
    mf__search_ranks(story, searched);
    mf__search_parameters(story, searched);
    mf__search_map(story, searched);
    mf__search_rungs(story, searched);
}

/* ---- time ---- */

static void table_of_time(struct mf__story *story, const json_t *root)
{
    static const struct {
        const char *key, *words;
    } parts[] = {{"read_ns", "reading the table"},
                 {"prepare_ns", "preparing it"},
                 {"run_ns", "the search"},
                 {"journal_ns", "of it, the journal"},
                 {"refit_ns", "training the best on all rows"},
                 {"best_ns", "growing the best once more, for this report"}};
    const json_t *times = mf__look(root, "times");
    mf__story_table(story, "Time");
    mf__story_column(story, false, "what");
    mf__story_column(story, true, "time");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (mf__look_count(times, parts[i].key) == 0)
            continue;
        mf__story_cell(story, "%s", parts[i].words);
        mf__story_cell(story, "%s",
                       mf__show_duration(mf__look_real(times, parts[i].key), false).text);
    }
}

static void tell_sharing(struct mf__story *story, const struct mf__searched *searched)
{
    const json_t *root = searched->root;
    uint64_t asked = mf__look_count(root, "plan.trees_asked");
    uint64_t grown = mf__look_count(root, "plan.trees_grown");
    struct mf__buffer tex = {0};
    if (grown >= asked || !searched->is_whole)
        return;
    mf__buffer_print(&tex,
                     "1 - \\frac{\\text{trees grown}}{\\text{trees asked for}} = 1 - "
                     "\\frac{%llu}{%llu} = %s",
                     (unsigned long long)grown, (unsigned long long)asked,
                     mf__show_fixed(1 - (double)grown / (double)asked, 3).text);
    mf__story_formula(story, "What sharing saved", mf__buffer_text(&tex),
                      "Forests that differ in the number of trees are the beginning of one forest, "
                      "and trees that a limit of depth did not touch are the same tree.");
    mf__text_done(story, &tex);
}

static void tell_time(struct mf__story *story, const struct mf__searched *searched, unsigned level)
{
    mf__story_section(story, level, "search-time", "What it took");
    table_of_time(story, searched->root);
    tell_sharing(story, searched);
    mf__search_times(story, searched);
    mf__story_timeline(story, mf__look(searched->root, "ledger"), "search-timeline",
                       "Items on workers");
}

/* ---- how it was made ---- */

static void put_validation(const json_t *root, struct mf__buffer *out)
{
    const json_t *validation = mf__look(root, "study.validation");
    const char *kind = mf__look_text(validation, "kind");
    const struct mf__shown train = mf__count_of(mf__look_count(validation, "train_rows"));
    const struct mf__shown valid = mf__count_of(mf__look_count(validation, "validated_rows"));
    if (strcmp(kind, "split") == 0)
        mf__buffer_print(out, "trained on %s rows, scored by %s others (a share of %s)", train.text,
                         valid.text, mf__value_show(mf__look(validation, "test_size")).text);
    else if (strcmp(kind, "folds") == 0)
        mf__buffer_print(out, "%llu folds; in the first, trained on %s rows, scored by %s others",
                         (unsigned long long)mf__look_count(validation, "folds"), train.text,
                         valid.text);
    else
        mf__buffer_print(out, "trained on %s rows, each scored by the trees that did not draw it",
                         train.text);
}

static void put_values(const json_t *dimension, struct mf__buffer *out)
{
    const json_t *values = mf__look(dimension, "values");
    const char *kind = mf__look_text(dimension, "kind");
    if (strcmp(kind, "list") != 0)
        mf__buffer_print(out, "%s(%s, %s)", kind,
                         mf__short_number(mf__look_real(dimension, "low")).text,
                         mf__short_number(mf__look_real(dimension, "high")).text);
    for (size_t i = 0; i < json_array_size(values); i++)
        mf__buffer_print(out, "%s%s", i > 0 ? ", " : "",
                         mf__value_show(json_array_get(values, i)).text);
}

static void table_of_space(struct mf__story *story, const struct mf__searched *searched)
{
    json_t *fixed = mf__copy_of(story, mf__look(searched->root, "study.fixed"));
    const char *name = NULL;
    json_t *value = NULL;
    mf__story_table(story, "Parameters");
    mf__story_column(story, false, "parameter");
    mf__story_column(story, false, "values");
    for (size_t i = 0; i < json_array_size(searched->space); i++) {
        struct mf__buffer text = {0};
        put_values(json_array_get(searched->space, i), &text);
        mf__story_cell(story, "%s", mf__searched_name(searched, i));
        mf__story_cell(story, "%s", mf__buffer_text(&text));
        mf__text_done(story, &text);
    }
    json_object_foreach(fixed, name, value)
    {
        mf__story_cell(story, "%s", name);
        mf__story_cell(story, "%s (all trials)", mf__value_show(value).text);
    }
    json_decref(fixed);
}

static void table_of_settings(struct mf__story *story, const json_t *root)
{
    struct mf__buffer validation = {0};
    put_validation(root, &validation);
    mf__begin_facts(story, "Settings");
    mf__fact(story, "table", "%s: %s rows, %s columns, %s features",
             mf__look_text(root, "table.name"),
             mf__count_of(mf__look_count(root, "table.rows")).text,
             mf__count_of(mf__look_count(root, "table.columns")).text,
             mf__count_of(mf__look_count(root, "table.features")).text);
    mf__fact(story, "digest of the table", "%s", mf__look_text(root, "study.data_digest"));
    mf__fact(story, "target", "%s (%s)", mf__look_text(root, "target"),
             mf__look_text(root, "task"));
    mf__fact(story, "search", "%s", mf__look_text(root, "study.search.kind"));
    mf__fact(story, "validation", "%s", mf__buffer_text(&validation));
    mf__fact(story, "seed", "%llu", (unsigned long long)mf__look_count(root, "study.seed"));
    mf__fact(story, "run with", "%s, %llu workers", mf__look_text(root, "way"),
             (unsigned long long)mf__look_count(root, "workers"));
    mf__text_done(story, &validation);
}

static void tell_making(struct mf__story *story, const struct mf__searched *searched,
                        unsigned level)
{
    const json_t *root = searched->root;
    const json_t *validation = mf__look(root, "study.validation");
    uint64_t rows = mf__look_count(root, "best_model.predictions.rows_total");
    mf__story_section(story, level, "search-making", "How it was made");
    mf__story_command(story, "%s", mf__look_text(root, "study.command"));
    table_of_settings(story, root);
    table_of_space(story, searched);
    if (searched->n_ranked > 0 && searched->n_folds < 2)
        mf__tell_formulae(story, mf__look(root, "best.scores"), "mean",
                          rows > 0 ? rows : mf__look_count(validation, "validated_rows"));
    mf__tell_remarks(story, root);
}

void mf__story_tune(struct mf__story *story, const json_t *root, unsigned level)
{
    struct mf__searched searched;
    if (!mf__searched_open(story, root, &searched))
        return;
    if (searched.n_ranked > 0) {
        tell_best(story, &searched, level);
        tell_trials(story, &searched, level);
    }
    if (!searched.is_planned)
        tell_time(story, &searched, level);
    tell_making(story, &searched, level);
    mf__searched_done(&searched);
}
