/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab shows on a terminal: all of it from the documents of its steps. */
#include <manyfold/score.h>

#include "base/real.h"
#include "base/text.h"
#include "cli/lab.h"
#include "forms/forms.h"
#include "report/figures.h"
#include "report/table.h"
#include "report/train.h"
#include "story/compare_parts.h"
#include "story/lab_parts.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH  14
#define TOP_FEATURES 5

/* Where texts go, and how they look. */
struct page {
    const struct mf__lab *lab;
    const struct mf__style *style;
    struct mf__buffer *out;
};

static json_t *document(const struct page *page, enum mf__lab_step step)
{
    return page->lab->results[step].document.root;
}

static struct mf__label label(const char *text)
{
    return (struct mf__label){text, 2, LABEL_WIDTH, MF__TINT_PLAIN};
}

static void say(const struct page *page, const char *name, const struct mf__buffer *text)
{
    const struct mf__label at = label(name);
    mf__say_lines(page->style, &at, page->out, "%s", mf__buffer_text(text));
    page->out->failed = page->out->failed || text->failed;
}

/* ---- sentences of comparisons ---- */

static void say_compared(const struct page *page, enum mf__lab_step step, const char *name)
{
    const json_t *comparison = document(page, step);
    struct mf__buffer text = {0};
    struct mf__buffer answer = {0};
    uint64_t rounds = mf__look_count(comparison, "rounds");
    mf__told_sentences(comparison, "answer", &answer);
    mf__buffer_print(&text, "%s: %s round%s in %s. %s", mf__look_text(comparison, "what"),
                     mf__show_count(rounds, ',').text, rounds == 1 ? "" : "s",
                     mf__show_duration(mf__look_real(comparison, "elapsed_ns"), false).text,
                     mf__buffer_text(&answer));
    text.failed = text.failed || answer.failed;
    if (step == MF__LAB_COMPARED && mf__lab_learns_less(document(page, MF__LAB_SEARCH), comparison))
        mf__buffer_put(&text, " It learns from fewer rows than the search above, so that enough "
                              "rounds fit into a minute; so its scores are others.");
    say(page, name, &text);
    mf__buffer_done(&answer);
    mf__buffer_done(&text);
}

/* ---- forests ---- */

static void put_score(const char *name, double value, struct mf__buffer *out)
{
    int metric = mf_metric_find(name);
    mf__buffer_print(out, "%s ", name);
    if (metric < 0 || isnan(value))
        mf__buffer_put(out, "?");
    else
        mf__say_score(metric, value, out);
}

static void put_scores(json_t *scores, struct mf__buffer *out)
{
    const char *name;
    json_t *value;
    bool first = true;
    json_object_foreach(scores, name, value)
    {
        mf__buffer_put(out, first ? "" : ", ");
        put_score(name, json_is_number(value) ? json_number_value(value) : (double)NAN, out);
        first = false;
    }
}

static void put_value(const json_t *value, struct mf__buffer *out)
{
    if (json_is_string(value))
        mf__buffer_put(out, json_string_value(value));
    else if (json_is_number(value))
        mf__buffer_put(out, mf__show_real(json_number_value(value)).text);
    else
        mf__buffer_put(out,
                       json_is_boolean(value) ? (json_is_true(value) ? "true" : "false") : "none");
}

static void put_params(json_t *params, struct mf__buffer *out)
{
    const char *name;
    json_t *value;
    bool first = true;
    json_object_foreach(params, name, value)
    {
        mf__buffer_print(out, "%s%s=", first ? "" : ", ", name);
        put_value(value, out);
        first = false;
    }
}

/* The feature with the largest importance that is not taken yet; NULL: there is none. */
static const json_t *next_feature(const json_t *list, const json_t **taken, size_t n_taken)
{
    const json_t *best = NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *feature = json_array_get(list, i);
        bool is_taken = false;
        for (size_t k = 0; k < n_taken; k++)
            is_taken = is_taken || taken[k] == feature;
        if (!is_taken && (best == NULL ||
                          mf__look_real(feature, "importance") > mf__look_real(best, "importance")))
            best = feature;
    }
    return best;
}

static void say_features(const struct page *page, const json_t *training)
{
    const json_t *list = mf__look(training, "importances");
    const json_t *taken[TOP_FEATURES];
    struct mf__buffer text = {0};
    for (size_t i = 0; i < TOP_FEATURES; i++) {
        taken[i] = next_feature(list, taken, i);
        if (taken[i] == NULL)
            break;
        mf__buffer_print(&text, "%s%s %s", i > 0 ? ", " : "", mf__look_text(taken[i], "feature"),
                         mf__show_percent(mf__look_real(taken[i], "importance"), 1).text);
    }
    say(page, "goes by", &text);
    mf__buffer_done(&text);
}

static void say_training(const struct page *page)
{
    json_t *training = document(page, MF__LAB_TRAIN);
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "%s of %s, %s trees in %s: ", mf__look_text(training, "target"),
                     mf__look_text(training, "table.name"),
                     mf__show_count(mf__look_count(training, "forest.trees"), ',').text,
                     mf__show_duration(mf__look_real(training, "times.grow_ns"), false).text);
    put_scores(json_object_get(json_object_get(training, "scores"), "test"), &text);
    mf__buffer_print(&text, " on the %s rows that it has not seen",
                     mf__show_count(mf__look_count(training, "split.test_rows"), ',').text);
    say(page, "first forest", &text);
    say_features(page, training);
    mf__buffer_done(&text);
}

static void say_search(const struct page *page)
{
    const json_t *search = document(page, MF__LAB_SEARCH);
    struct mf__buffer text = {0};
    uint64_t kept = mf__look_count(search, "journal.trials_kept");
    mf__buffer_print(&text, "%s trials in %s",
                     mf__show_count(mf__look_length(search, "trials"), ',').text,
                     mf__show_duration(mf__look_real(search, "times.run_ns"), false).text);
    if (kept > 0)
        mf__buffer_print(&text,
                         "; %s of them were finished by an earlier lab and are in its "
                         "journal",
                         mf__show_count(kept, ',').text);
    say(page, "search", &text);
    mf__buffer_done(&text);
}

static void put_first_score(const struct page *page, const char *name, struct mf__buffer *out)
{
    double score =
        mf__lab_first_score(document(page, MF__LAB_TRAIN), document(page, MF__LAB_SEARCH), name);
    if (!isfinite(score))
        return;
    mf__buffer_put(out, "; the first forest had ");
    put_score(name, score, out);
    mf__buffer_put(out, " on the same rows");
}

static void say_best(const struct page *page)
{
    json_t *best = json_object_get(document(page, MF__LAB_SEARCH), "best");
    const char *name = mf__look_text(document(page, MF__LAB_SEARCH), "study.scores.0");
    struct mf__buffer text = {0};
    struct mf__buffer path = {0};
    if (!json_is_object(best))
        return;
    mf__buffer_print(&path, "scores.%s.mean", name);
    put_params(json_object_get(best, "params"), &text);
    mf__buffer_put(&text, ": ");
    put_score(name, mf__look_real(best, mf__buffer_text(&path)), &text);
    put_first_score(page, name, &text);
    mf__buffer_print(&text,
                     ". It was chosen by this very score, so rows that are new will fit a little "
                     "worse.");
    mf__lab_say_worse(document(page, MF__LAB_TRAIN), document(page, MF__LAB_SEARCH), &text);
    mf__lab_say_edges(document(page, MF__LAB_SEARCH), &text);
    say(page, "best forest", &text);
    mf__buffer_done(&path);
    mf__buffer_done(&text);
}

/* ---- before and after a step ---- */

void mf__lab_say_before(const struct mf__lab *lab, enum mf__lab_step step,
                        const struct mf__style *style, struct mf__buffer *out)
{
    static const char *const headings[] = {NULL, "Part 1: the sum", "Part 2: the forest"};
    unsigned part = mf__lab_step_names[step].part;
    (void)lab;
    if (step != 0 && mf__lab_step_names[step - 1].part == part)
        return;
    mf__buffer_put(out, "\n");
    mf__say_tinted(style, MF__TINT_STRONG, headings[part], out);
    mf__buffer_put(out, "\n");
}

void mf__lab_say_after(const struct mf__lab *lab, enum mf__lab_step step,
                       const struct mf__style *style, struct mf__buffer *out)
{
    const struct page page = {lab, style, out};
    if (document(&page, step) == NULL)
        return;
    if (step == MF__LAB_TRAIN)
        say_training(&page);
    else if (step == MF__LAB_SEARCH)
        say_search(&page);
    else
        say_compared(&page, step, "every way");
}

/* ---- the end ---- */

/* Why a series has no speedup; NULL where it has one, or is what others are measured by. */
static const char *missing_words(const json_t *series)
{
    return mf__look_true(series, "wrong")    ? "wrong answer"
           : mf__look_true(series, "failed") ? "failed"
                                             : NULL;
}

static void add_series(struct mf__table *table, const json_t *series, const char *part)
{
    const char *missing = missing_words(series);
    double median = mf__look_real(series, "statistics.time_ns.median");
    mf__table_add(table, MF__TINT_PLAIN, "%s", part);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__look_text(series, "way"));
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  mf__show_count(mf__look_count(series, "workers"), 0).text);
    mf__table_add(table, MF__TINT_PLAIN, "%s",
                  isfinite(median) ? mf__show_duration(median, false).text : "");
    if (missing != NULL)
        mf__table_add(table, MF__TINT_WRONG, "%s", missing);
    else
        mf__table_add(table, MF__TINT_STRONG, "%s",
                      mf__told_has(series, "speedup")
                          ? mf__told_factor(series, "statistics.speedup").text
                          : "1");
    mf__table_add(table, MF__TINT_FAINT, "%s",
                  mf__look_true(series, "oversubscribed") ? "more workers than cores" : "");
}

static void add_comparison(struct mf__table *table, const json_t *comparison, const char *part)
{
    const json_t *list = mf__look(comparison, "series");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *series = json_array_get(list, i);
        const char *role = mf__look_text(series, "role");
        if (strcmp(role, "base") == 0)
            add_series(table, series, part);
        else if (strcmp(role, "strong") == 0)
            add_series(table, series, "");
    }
}

static void say_table(const struct page *page)
{
    static const struct mf__column columns[] = {
        {.header = ""},
        {.header = "way", .gap = 2},
        {.header = "workers", .right = true, .gap = 2},
        {.header = "time", .right = true, .gap = 2},
        {.header = "speedup [95 %]", .right = true, .gap = 2},
        {.header = "", .gap = 2, .rank = 1},
    };
    struct mf__table table = {
        .style = page->style, .columns = columns, .n_columns = sizeof columns / sizeof columns[0]};
    add_comparison(&table, document(page, MF__LAB_SUM), "the sum");
    add_comparison(&table, document(page, MF__LAB_COMPARED), "the search");
    if (table.n_cells == 0)
        return;
    mf__say_tinted(page->style, MF__TINT_STRONG, "Every way", page->out);
    mf__buffer_put(page->out, "\n");
    mf__table_finish(&table, page->out);
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    mf__say_lines(page->style, &plain, page->out,
                  "time: median; speedup: median of ratios within rounds");
}

static void say_verdicts(const struct page *page)
{
    static const struct {
        enum mf__lab_step step;
        const char *name;
    } compared[] = {{MF__LAB_SUM, "the sum"}, {MF__LAB_COMPARED, "the search"}};
    static const char *const topics[] = {"warning", "winner", "workers"};
    for (size_t i = 0; i < sizeof compared / sizeof compared[0]; i++) {
        struct mf__buffer text = {0};
        for (size_t k = 0; k < sizeof topics / sizeof topics[0]; k++)
            mf__told_sentences(document(page, compared[i].step), topics[k], &text);
        if (text.length > 0)
            say(page, compared[i].name, &text);
        mf__buffer_done(&text);
    }
}

static void say_files(const struct page *page)
{
    static const char *const words[MF__LAB_FILES] = {
        [MF__LAB_REPORT] = "the report: open it in a browser",
        [MF__LAB_RESULTS] = "all results, for programs",
        [MF__LAB_TRIALS] = "the trials of the search",
        [MF__LAB_SAMPLES] = "every time that was taken",
        [MF__LAB_NOTEBOOK] = "the report as a Jupyter notebook",
        [MF__LAB_MODEL] = "the best forest, of all rows, for manyfold predict",
        [MF__LAB_JOURNAL] = "the journal, from which the same lab goes on",
    };
    mf__say_heading(page->style, "Files", page->out);
    size_t widest = 0;
    for (size_t i = 0; i < MF__LAB_FILES; i++) {
        size_t width = mf__text_width(mf__buffer_text(&page->lab->paths[i]));
        widest = page->lab->written[i] && width > widest ? width : widest;
    }
    for (size_t i = 0; i < MF__LAB_FILES; i++) {
        const struct mf__label at = {mf__buffer_text(&page->lab->paths[i]), 2, (unsigned)widest + 2,
                                     MF__TINT_PLAIN};
        if (page->lab->written[i])
            mf__say_lines(page->style, &at, page->out, "%s", words[i]);
    }
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    if (!mf__has_html())
        mf__say_lines(page->style, &plain, page->out,
                      "report.html is left out: this manyfold was built without it");
}

void mf__lab_say_end(const struct mf__lab *lab, const struct mf__style *style,
                     struct mf__buffer *out)
{
    const struct page page = {lab, style, out};
    const struct mf__label plain = {"", 2, 0, MF__TINT_PLAIN};
    mf__buffer_put(out, "\n");
    say_table(&page);
    mf__say_heading(style, "Verdict", out);
    say_verdicts(&page);
    say_best(&page);
    struct mf__buffer quick = {0};
    if (lab->settings->quick)
        mf__lab_say_quick(document(&page, MF__LAB_SUM), document(&page, MF__LAB_SEARCH), &quick);
    if (quick.length > 0)
        mf__say_lines(style, &plain, out, "%s%s", mf__buffer_text(&quick),
                      mf__lab_leaves_mpi(lab->settings)
                          ? " MPI took no part: its ranks take their time to start."
                          : "");
    out->failed = out->failed || quick.failed;
    mf__buffer_done(&quick);
    say_files(&page);
}

void mf__lab_say_brief(const struct mf__lab *lab, const struct mf__style *style,
                       struct mf__buffer *out)
{
    const struct page page = {lab, style, out};
    say_verdicts(&page);
    say_best(&page);
}
