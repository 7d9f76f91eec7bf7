/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader of a search wants first. */
#include "story/forest_parts.h"

#include <math.h>
#include <string.h>

#define WHICH  "Which forest is best?"
#define MARGIN "By how much?"
#define TIME   "How long did it take, and what did sharing save?"
#define MATTER "What matters most?"

static struct mf__shown time_of(const json_t *root, const char *path)
{
    return mf__show_duration(mf__look_real(root, path), false);
}

/* ---- which ---- */

static void say_which(struct mf__story *story, const struct mf__searched *searched)
{
    const json_t *best = searched->ranked[0];
    struct mf__buffer text = {0};
    mf__searched_say_values(searched, best, &text);
    mf__buffer_print(&text, ": its %s for %s is %s", searched->metric,
                     mf__look_text(searched->root, "target"),
                     mf__searched_show(searched, mf__searched_score(searched, best)).text);
    if (searched->n_folds > 1)
        mf__buffer_print(&text, " in the mean of %zu folds", searched->n_folds);
    if (searched->n_trials == 1)
        mf__buffer_put(&text, ". It is the only trial.");
    else if (searched->is_whole)
        mf__buffer_print(&text, ", the %s of %s trial%s.", searched->larger ? "highest" : "lowest",
                         mf__count_of(searched->n_trials).text, mf__plural_of(searched->n_trials));
    else
        mf__buffer_print(&text,
                         ". That is the best so far: the search ended with %zu of %zu trials.",
                         searched->n_ranked, searched->n_trials);
    mf__story_answer(story, WHICH, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void say_none(struct mf__story *story, const struct mf__searched *searched)
{
    if (searched->is_planned)
        mf__story_answer(story, WHICH,
                         "Nothing was run: %zu trial%s planned, for which %s trees "
                         "are asked and at most %s would be grown.",
                         searched->n_trials, mf__plural_of(searched->n_trials),
                         mf__count_of(mf__look_count(searched->root, "plan.trees_asked")).text,
                         mf__count_of(mf__look_count(searched->root, "plan.trees_planned")).text);
    else if (searched->is_whole)
        mf__story_answer(story, WHICH,
                         "Not known: %s is not defined for the predictions of any of "
                         "%zu trial%s.",
                         searched->metric, searched->n_trials, mf__plural_of(searched->n_trials));
    else
        mf__story_answer(story, WHICH,
                         "Not known: the search was stopped before one of %zu "
                         "trials had a score.",
                         searched->n_trials);
}

/* ---- by how much ---- */

static const json_t *margin_to(const struct mf__searched *searched, const char *to)
{
    const json_t *margins = mf__look(searched->root, "margins");
    for (size_t i = 0; i < json_array_size(margins); i++)
        if (strcmp(mf__look_text(json_array_get(margins, i), "to"), to) == 0)
            return json_array_get(margins, i);
    return NULL;
}

/* With as many digits as the scores have that are compared. */
static struct mf__shown show_difference(const struct mf__searched *searched, const json_t *margin)
{
    double difference = mf__look_real(margin, "difference");
    bool is_whole = fabs(mf__look_real(margin, "score")) >= 9999.5 && difference >= 0.5;
    return is_whole ? mf__count_of((uint64_t)(difference + 0.5))
                    : mf__searched_show(searched, difference);
}

static void put_margin(const struct mf__searched *searched, const json_t *margin, const char *over,
                       struct mf__buffer *out)
{
    double share = mf__look_real(margin, "share");
    mf__buffer_put(out, out->length > 0 ? ", " : "");
    if (mf__look_real(margin, "difference") > 0)
        mf__buffer_print(out, "by %s", show_difference(searched, margin).text);
    else
        mf__buffer_put(out, "by nothing");
    if (share > 0 && share < 0.0005)
        mf__buffer_put(out, " (less than 0.1 %)");
    else if (share > 0)
        mf__buffer_print(out, " (%s)", mf__show_percent(share, share < 0.0995 ? 1 : 0).text);
    mf__buffer_print(out, " over %s", over);
}

/* What one score cannot tell, and what folds do. */
static void put_doubt(const struct mf__searched *searched, struct mf__buffer *out)
{
    const json_t *next = margin_to(searched, "next");
    if (searched->n_folds < 2) {
        mf__buffer_put(out,
                       " One score for each trial cannot tell how much of this is chance: with "
                       "other rows to validate, close ones may change places. --cv 5 would "
                       "tell.");
        return;
    }
    mf__buffer_print(out,
                     " Over the next trial it is better in %llu of %zu folds, and the difference "
                     "deviates by %s from fold to fold.",
                     (unsigned long long)mf__look_count(next, "folds_better"), searched->n_folds,
                     mf__searched_show(searched, mf__look_real(next, "difference_std")).text);
}

static const struct {
    const char *to, *words;
} others[] = {{"next", "the next trial"},
              {"default", "scikit-learn's default forest"},
              {"median", "the one in the middle"},
              {"last", "the last"}};

/* Whether a margin is to the best itself or to a trial that was named before. */
static bool was_said(const struct mf__searched *searched, size_t n, const json_t *margin)
{
    uint64_t trial = mf__look_count(margin, "trial");
    for (size_t i = 0; i < n; i++)
        if (mf__look_count(margin_to(searched, others[i].to), "trial") == trial)
            return true;
    return mf__look_count(searched->ranked[0], "trial") == trial;
}

static void say_margin(struct mf__story *story, const struct mf__searched *searched)
{
    struct mf__buffer text = {0};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const json_t *margin = margin_to(searched, others[i].to);
        if (margin != NULL && !was_said(searched, i, margin))
            put_margin(searched, margin, others[i].words, &text);
    }
    if (text.length > 0) {
        struct mf__buffer doubt = {0};
        put_doubt(searched, &doubt);
        mf__story_answer(story, MARGIN, "In %s %s.%s", searched->metric, mf__buffer_text(&text),
                         mf__buffer_text(&doubt));
        mf__text_done(story, &doubt);
    } else {
        mf__story_answer(story, MARGIN, "There is no other trial to compare it with.");
    }
    mf__text_done(story, &text);
}

/* ---- time ---- */

/* What a search that was stopped did not grow was not saved. */
static void put_sharing(const struct mf__searched *searched, struct mf__buffer *out)
{
    const json_t *plan = mf__look(searched->root, "plan");
    uint64_t asked = mf__look_count(plan, "trees_asked");
    uint64_t grown = mf__look_count(plan, "trees_grown");
    if (asked == 0) {
        mf__buffer_put(out, " Nothing was left to grow: all came from the journal.");
        return;
    }
    if (!searched->is_whole) {
        mf__buffer_print(out,
                         " It was stopped when %s trees were grown, so what sharing saved "
                         "cannot be said.",
                         mf__count_of(grown).text);
        return;
    }
    mf__buffer_print(out, " The trials asked for %s trees; ", mf__count_of(asked).text);
    if (grown < asked)
        mf__buffer_print(out, "%s were grown, as trials that are alike share trees: %s less.",
                         mf__count_of(grown).text,
                         mf__show_percent(1 - (double)grown / (double)asked, 0).text);
    else
        mf__buffer_put(out, mf__look_true(plan, "shared")
                                ? "all were grown, as no two trials have trees in common."
                                : "all were grown, as --no-share asks.");
}

static void say_time(struct mf__story *story, const struct mf__searched *searched)
{
    const json_t *root = searched->root;
    uint64_t workers = mf__look_count(root, "workers");
    uint64_t kept = mf__look_count(root, "journal.trials_kept");
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "The search took %s with %s, %llu worker%s.",
                     time_of(root, "times.run_ns").text, mf__look_text(root, "way"),
                     (unsigned long long)workers, mf__plural_of(workers));
    put_sharing(searched, &text);
    if (kept > 0)
        mf__buffer_print(&text, " %s trial%s came from the journal.", mf__count_of(kept).text,
                         mf__plural_of(kept));
    mf__story_answer(story, TIME, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

/* ---- what matters ---- */

/* The parameter with the largest effect. */
static void put_strongest(const struct mf__searched *searched, struct mf__buffer *out)
{
    const char *strongest = NULL;
    double most = -1;
    for (size_t i = 0; i < json_array_size(searched->space); i++) {
        double effect = mf__searched_effect(searched, mf__searched_name(searched, i));
        if (!isnan(effect) && effect > most) {
            most = effect;
            strongest = mf__searched_name(searched, i);
        }
    }
    if (strongest != NULL)
        mf__buffer_print(out,
                         "%sOf the parameters, %s: it alone explains %s of the variance of %s "
                         "between the trials; the rest lies between trials whose %s is the same "
                         "or near.",
                         out->length > 0 ? " " : "", strongest, mf__show_percent(most, 0).text,
                         searched->metric, strongest);
}

static void say_what_matters(struct mf__story *story, const struct mf__searched *searched)
{
    const json_t *importances = mf__look(searched->root, "best_model.importances");
    struct mf__buffer text = {0};
    if (json_array_size(importances) > 0) {
        mf__buffer_put(&text, "Of the features, the best forest goes by ");
        mf__say_features(importances, &text);
        mf__buffer_put(&text, " most.");
    }
    put_strongest(searched, &text);
    if (text.length > 0)
        mf__story_answer(story, MATTER, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

void mf__story_tune_answers(struct mf__story *story, const json_t *root)
{
    struct mf__searched searched;
    if (!mf__searched_open(story, root, &searched))
        return;
    if (searched.n_ranked > 0) {
        say_which(story, &searched);
        say_margin(story, &searched);
    } else {
        say_none(story, &searched);
    }
    if (!searched.is_planned)
        say_time(story, &searched);
    if (searched.n_ranked > 0)
        say_what_matters(story, &searched);
    mf__searched_done(&searched);
}
