/* SPDX-License-Identifier: Apache-2.0 */
/* What a training shows: the data, the forest, how well it predicts, and from what. */
#include "base/real.h"
#include "report/bar.h"
#include "report/forest_size.h"
#include "report/params.h"
#include "report/table.h"
#include "report/train.h"

#include <math.h>
#include <stdio.h>

#define LABEL_WIDTH     12
#define FOLDS_SHOWN     10 /* of more, mean and deviation alone */
#define FEATURES_SHOWN  10
#define FEATURE_COLUMNS 36
#define ROUNDING        1e-12 /* of sums of scores, beside the largest of them */

/* A page under way. */
struct page {
    const struct mf__train_report *report;
    const struct mf__style *style;
    struct mf__buffer *out;
};

static struct mf__label label_of(const char *text)
{
    return (struct mf__label){.text = text, .column = 2, .width = LABEL_WIDTH};
}

static struct mf__shown count_of(uint64_t n)
{
    return mf__show_count(n, ',');
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static struct mf__shown time_of(const struct page *page, uint64_t ns)
{
    return mf__show_duration((double)ns, page->style->ascii);
}

/* ---- what was read and how it was divided ---- */

static void say_task(const struct page *page)
{
    const mf_preparation *preparation = page->report->preparation;
    const struct mf__label label = label_of("target");
    const char *target = mf_preparation_target(preparation);
    size_t n = mf_preparation_classes(preparation);
    if (n == 0)
        mf__say_lines(page->style, &label, page->out, "%s, a number: regression", target);
    else if (n == 2)
        mf__say_lines(page->style, &label, page->out, "%s, %s or %s: classification", target,
                      mf_preparation_class(preparation, 0), mf_preparation_class(preparation, 1));
    else
        mf__say_lines(page->style, &label, page->out, "%s, %zu classes: classification", target, n);
}

static void say_split(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    const struct mf__label label = label_of("split");
    if (report->n_test > 0)
        mf__say_lines(page->style, &label, page->out,
                      "%s row%s to learn from, %s to test (--test-size %s, --seed %lu)",
                      count_of(report->n_train).text, plural(report->n_train),
                      count_of(report->n_test).text, mf__show_real(report->test_size).text,
                      (unsigned long)report->seed);
    else
        mf__say_lines(page->style, &label, page->out, "none: all %s rows are learnt from",
                      count_of(report->n_train).text);
}

static void say_data(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    const struct mf__label label = label_of("read");
    struct mf__buffer title = {0};
    mf__buffer_print(&title, "%s of %s:", mf_preparation_target(report->preparation),
                     report->source);
    const struct mf__label head = {.text = mf__buffer_text(&title), .tint = MF__TINT_STRONG};
    size_t trees = mf_forest_trees(report->forest);
    size_t features = mf_forest_features(report->forest);
    mf__say_lines(page->style, &head, page->out, "%s tree%s from %s row%s and %s feature%s in %s",
                  count_of(trees).text, plural(trees), count_of(report->n_train).text,
                  plural(report->n_train), count_of(features).text, plural(features),
                  time_of(page, report->times.grow_ns).text);
    page->out->failed = page->out->failed || title.failed;
    mf__buffer_done(&title);
    mf__say_heading(page->style, "Data", page->out);
    mf__say_lines(page->style, &label, page->out,
                  "%s row%s, %s column%s: %zu of numbers, %zu of categories",
                  count_of(report->table_rows).text, plural(report->table_rows),
                  count_of(report->table_columns).text, plural(report->table_columns),
                  report->fates.n - mf__fates_categories(&report->fates),
                  mf__fates_categories(&report->fates));
    say_task(page);
    say_split(page);
}

/* ---- the forest ---- */

static void say_params(const struct page *page)
{
    struct mf__param params[MF__PARAMS];
    const mf_forest_params own = mf_forest_get_params(page->report->forest);
    const struct mf__label label = label_of("parameters");
    struct mf__buffer words = {0};
    mf__params_show(&own, mf_forest_classes(page->report->forest), params);
    for (size_t i = 0; i < MF__PARAMS; i++)
        if (!params[i].is_default)
            mf__buffer_print(&words, "%s%s=%s", words.length > 0 ? ", " : "", params[i].name,
                             params[i].text.text);
    mf__say_lines(page->style, &label, page->out, "%s; the others as scikit-learn has them",
                  mf__buffer_text(&words));
    page->out->failed = page->out->failed || words.failed;
    mf__buffer_done(&words);
}

static void say_grown(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    const struct mf__label label = label_of("grown");
    const struct mf__forest_size size = mf__forest_size(report->forest);
    page->out->failed = page->out->failed || size.failed;
    mf__say_lines(page->style, &label, page->out,
                  "%s node%s, %s of them leaves; trees %zu to %zu levels deep",
                  count_of(size.nodes).text, plural(size.nodes), count_of(size.leaves).text,
                  size.least_depth, size.most_depth);
}

static void say_time(const struct page *page)
{
    const struct mf__train_times *times = &page->report->times;
    const struct {
        const char *what;
        uint64_t ns;
    } parts[] = {
        {"reading", times->read_ns},  {"preparing", times->prepare_ns},
        {"growing", times->grow_ns},  {"folds", times->folds_ns},
        {"scoring", times->score_ns}, {"permuting", times->permutation_ns},
    };
    const struct mf__label label = label_of("time");
    struct mf__buffer words = {0};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].ns > 0)
            mf__buffer_print(&words, "%s%s %s", words.length > 0 ? ", " : "", parts[i].what,
                             time_of(page, parts[i].ns).text);
    mf__say_lines(page->style, &label, page->out, "%s; %s, %u worker%s", mf__buffer_text(&words),
                  mf_way_name(page->report->way), page->report->workers,
                  plural(page->report->workers));
    page->out->failed = page->out->failed || words.failed;
    mf__buffer_done(&words);
}

static void say_forest(const struct page *page)
{
    mf__say_heading(page->style, "Forest", page->out);
    say_params(page);
    say_grown(page);
    say_time(page);
}

/* ---- scores ---- */

static void say_oob(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    const struct mf__label label = label_of("out of bag");
    struct mf__buffer score = {0};
    mf__say_number(report->oob, &score);
    mf__say_lines(page->style, &label, page->out,
                  "%s %s, each row predicted by the trees that did not draw it",
                  mf_forest_classes(report->forest) > 0 ? "accuracy" : "r2",
                  mf__buffer_text(&score));
    page->out->failed = page->out->failed || score.failed;
    mf__buffer_done(&score);
}

static void say_scores(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    const struct mf__folds *folds = &report->folds;
    struct mf__scored_part parts[FOLDS_SHOWN + 3];
    char names[FOLDS_SHOWN][32];
    size_t n = 0;
    if (report->has_test)
        parts[n++] = (struct mf__scored_part){"test part", &report->test};
    for (size_t i = 0; i < folds->n && folds->n <= FOLDS_SHOWN; i++) {
        snprintf(names[i], sizeof names[i], "fold %zu", i + 1);
        parts[n++] = (struct mf__scored_part){names[i], &folds->list[i]};
    }
    if (folds->n > 0) {
        parts[n++] = (struct mf__scored_part){"mean of folds", &folds->mean};
        parts[n++] = (struct mf__scored_part){"± deviation", &folds->deviation};
    }
    if (n == 0 && !report->has_oob)
        return;
    mf__say_heading(page->style, "Scores", page->out);
    if (n > 0)
        mf__scores_text(&report->metrics, parts, n, page->style, page->out);
    if (report->has_oob)
        say_oob(page);
}

/* ---- features ---- */

/* The features, the most important first; equal ones as they stand in the matrix. */
struct ranking {
    const struct mf__train_report *report;
    const struct mf__style *style;
    size_t order[FEATURES_SHOWN];
    size_t n;
};

static void rank(struct ranking *ranking)
{
    const double *importances = ranking->report->importances;
    size_t n = mf_forest_features(ranking->report->forest);
    for (size_t i = 0; i < n; i++) {
        size_t at = ranking->n;
        while (at > 0 && importances[ranking->order[at - 1]] < importances[i])
            at--;
        if (at == FEATURES_SHOWN)
            continue;
        if (ranking->n < FEATURES_SHOWN)
            ranking->n++;
        for (size_t k = ranking->n - 1; k > at; k--)
            ranking->order[k] = ranking->order[k - 1];
        ranking->order[at] = i;
    }
}

static void draw_importance(const void *user, size_t row, size_t width, struct mf__buffer *out)
{
    const struct ranking *ranking = user;
    const double *importances = ranking->report->importances;
    double largest = importances[ranking->order[0]];
    if (largest > 0.0)
        mf__bar(ranking->style, importances[ranking->order[row]] / largest, width, out);
}

/* What is next to nothing beside the largest of the column came of rounding. */
static double without_rounding(const struct mf__train_report *report, double value)
{
    double largest = 0;
    for (size_t i = 0; i < mf_forest_features(report->forest); i++)
        largest = fmax(largest, fabs(report->permutation[i]) + report->permutation_dev[i]);
    return fabs(value) < ROUNDING * largest ? 0 : value;
}

static void add_permutation(struct mf__table *table, const struct mf__train_report *report,
                            size_t feature)
{
    struct mf__buffer mean = {0}, deviation = {0};
    mf__say_number(without_rounding(report, report->permutation[feature]), &mean);
    mf__say_number(without_rounding(report, report->permutation_dev[feature]), &deviation);
    mf__table_add(table, MF__TINT_PLAIN, "%s", mf__buffer_text(&mean));
    mf__table_add(table, MF__TINT_FAINT, "± %s", mf__buffer_text(&deviation));
    table->failed = table->failed || mean.failed || deviation.failed;
    mf__buffer_done(&mean);
    mf__buffer_done(&deviation);
}

static void show_features(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    struct ranking ranking = {.report = report, .style = page->style};
    rank(&ranking);
    char worse[48];
    snprintf(worse, sizeof worse, "%s worse by", mf_metric_name(report->permuted.metric));
    const struct mf__column columns[] = {{.header = "feature"},
                                         {.header = "importance", .right = true, .gap = 2},
                                         {.header = worse, .right = true, .gap = 2},
                                         {.gap = 1}};
    struct mf__table table = {
        .style = page->style,
        .columns = columns,
        .n_columns = report->permutation != NULL ? 4 : 2,
        .picture = {.draw = draw_importance, .user = &ranking, .least = 8, .most = 30}};
    struct mf__buffer name = {0};
    for (size_t i = 0; i < ranking.n; i++) {
        size_t feature = ranking.order[i];
        mf__buffer_clear(&name);
        mf__say_short(mf_preparation_feature(report->preparation, feature), FEATURE_COLUMNS, &name);
        mf__table_add(&table, MF__TINT_PLAIN, "%s", mf__buffer_text(&name));
        mf__table_add(&table, MF__TINT_PLAIN, "%s",
                      mf__show_percent(report->importances[feature], 1).text);
        if (report->permutation != NULL)
            add_permutation(&table, report, feature);
        table.failed = table.failed || name.failed;
    }
    mf__buffer_done(&name);
    mf__table_finish(&table, page->out);
}

static void say_features(const struct page *page)
{
    const struct mf__train_report *report = page->report;
    const struct mf__label note = {.text = "", .column = 2};
    size_t n = mf_forest_features(report->forest);
    struct mf__buffer title = {0};
    mf__buffer_put(&title, "Most important features");
    if (n > FEATURES_SHOWN)
        mf__buffer_print(&title, ", %d of %s", FEATURES_SHOWN, count_of(n).text);
    mf__say_heading(page->style, mf__buffer_text(&title), page->out);
    page->out->failed = page->out->failed || title.failed;
    mf__buffer_done(&title);
    show_features(page);
    if (report->permutation != NULL)
        mf__say_lines(page->style, &note, page->out,
                      "worse by: how much worse %s of the %s part gets when the feature is "
                      "shuffled, %zu time%s",
                      mf_metric_name(report->permuted.metric),
                      report->has_test ? "test" : "training", report->permuted.n_repeats,
                      plural(report->permuted.n_repeats));
}

void mf__train_text(const struct mf__train_report *report, bool all_columns,
                    const struct mf__style *style, struct mf__buffer *out)
{
    const struct page page = {report, style, out};
    say_data(&page);
    mf__fates_text(&report->fates, all_columns, style, out);
    say_forest(&page);
    say_scores(&page);
    say_features(&page);
    mf__remarks_text(&report->remarks, style, out);
}

/* Adds the scores that are known, each behind its name. */
static void put_scores(const struct mf__metrics *metrics, const char *prefix,
                       const struct mf__scores *scores, struct mf__buffer *out)
{
    for (size_t i = 0; i < metrics->n; i++) {
        int metric = metrics->list[i];
        if (scores->known[metric])
            mf__buffer_print(out, "%s%s %s\n", prefix, mf_metric_name(metric),
                             mf__show_real(scores->values[metric]).text);
    }
}

void mf__train_brief(const struct mf__train_report *report, struct mf__buffer *out)
{
    if (report->has_test)
        put_scores(&report->metrics, "", &report->test, out);
    if (report->folds.n > 0)
        put_scores(&report->metrics, "folds_mean_", &report->folds.mean, out);
    if (report->has_oob)
        mf__buffer_print(out, "oob %s\n", mf__show_real(report->oob).text);
}
