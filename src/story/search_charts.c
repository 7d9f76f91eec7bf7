/* SPDX-License-Identifier: Apache-2.0 */
/* Charts of a search in which every trial is a point. */
#include "report/json.h"
#include "report/style.h"
#include "story/chart.h"
#include "story/searched.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SPREADS       20 /* from so many times the smallest value on, an axis is logarithmic */
#define SCORES_SPREAD 8  /* the same for scores, which are read more often than compared */
#define TICKS_MAX     12
#define TABLE_TRIALS  20 /* that a table lists */
#define BEST          "best of all"

/* ---- what all of them have ---- */

/* A trial as a point; `kind` says how it is marked. */
static json_t *point(const struct mf__searched *searched, const json_t *trial)
{
    struct mf__buffer values = {0};
    double score = mf__searched_score(searched, trial);
    json_t *row = json_object();
    mf__searched_say_values(searched, trial, &values);
    mf__json_put(&row, "trial", mf__json_count(mf__look_count(trial, "trial")));
    mf__json_put(&row, "values", values.failed ? NULL : mf__json_text(mf__buffer_text(&values)));
    mf__json_put(&row, "score", mf__json_real(score));
    mf__json_put(&row, "shown", json_string(mf__searched_show(searched, score).text));
    mf__json_put(&row, "rank", mf__json_count(mf__look_count(trial, "rank")));
    mf__json_put(&row, "kind", json_string(trial == searched->ranked[0] ? BEST : "a trial"));
    mf__buffer_done(&values);
    return row;
}

/* Whether numbers are above 0 and the largest is so many times the smallest. */
static bool spreads(double least, double most, double factor)
{
    return least > 0 && isfinite(most) && most >= factor * least;
}

/* Names the score; an axis of scores that spread is logarithmic. */
static void name_score(const struct mf__searched *searched, size_t n, json_t **chart)
{
    double first = mf__searched_score(searched, searched->ranked[0]);
    double last = mf__searched_score(searched, searched->ranked[n - 1]);
    char title[64];
    snprintf(title, sizeof title, "%.32s, %s is better", searched->metric,
             mf__searched_good(searched));
    mf__chart_say(chart, "@SCORE@", title);
    mf__chart_say(chart, "@METRIC@", searched->metric);
    mf__chart_scale(chart, "@YSCALE@",
                    spreads(fmin(first, last), fmax(first, last), SCORES_SPREAD));
}

/* ---- a parameter ---- */

/* A parameter under way. */
struct axis {
    const struct mf__searched *searched;
    size_t parameter;
    const json_t *values; /* of a list; empty for a distribution */
    size_t n_values;
    bool is_number; /* all values are */
    double least, most;
};

static struct axis axis_of(const struct mf__searched *searched, size_t parameter)
{
    const json_t *dimension = json_array_get(searched->space, parameter);
    struct axis axis = {.searched = searched,
                        .parameter = parameter,
                        .values = mf__look(dimension, "values"),
                        .n_values = mf__look_length(dimension, "values"),
                        .is_number = true,
                        .least = (double)INFINITY,
                        .most = -(double)INFINITY};
    for (size_t i = 0; i < searched->n_alike; i++) {
        const json_t *value = mf__searched_value(searched, searched->ranked[i], parameter);
        axis.is_number = axis.is_number && json_is_number(value);
        axis.least = fmin(axis.least, json_number_value(value));
        axis.most = fmax(axis.most, json_number_value(value));
    }
    return axis;
}

/* The place of a value in the list; their number when it is not there. */
static size_t place_of(const struct axis *axis, const json_t *value)
{
    size_t at = 0;
    while (at < axis->n_values) {
        const json_t *other = json_array_get(axis->values, at);
        if (json_is_null(other) ? value == NULL : json_equal(other, value))
            break;
        at++;
    }
    return at;
}

/* The best trial with a value of the list; NULL: none was tried. */
static const json_t *best_with(const struct axis *axis, size_t place)
{
    const struct mf__searched *searched = axis->searched;
    for (size_t i = 0; i < searched->n_alike; i++)
        if (place_of(axis, mf__searched_value(searched, searched->ranked[i], axis->parameter)) ==
            place)
            return searched->ranked[i];
    return NULL;
}

static json_t *points_along(const struct axis *axis)
{
    const struct mf__searched *searched = axis->searched;
    json_t *rows = json_array();
    for (size_t i = 0; i < searched->n_alike; i++) {
        const json_t *trial = searched->ranked[i];
        const json_t *value = mf__searched_value(searched, trial, axis->parameter);
        size_t place = place_of(axis, value);
        bool is_best = axis->n_values > 0 && best_with(axis, place) == trial;
        if (i % searched->every != 0 && !is_best)
            continue;
        json_t *row = point(searched, trial);
        mf__json_put(&row, "label", mf__json_text(mf__value_show(value).text));
        mf__json_put(&row, "value", mf__json_real(json_number_value(value)));
        mf__json_put(&row, "order", mf__json_count(place));
        mf__json_put(&row, "is_best_of_value", json_boolean(is_best));
        mf__json_append(&rows, row);
    }
    return rows;
}

/* A few values of a list are the ticks. */
static json_t *ticks_of(const struct axis *axis)
{
    json_t *ticks = json_object();
    if (axis->n_values > 0 && axis->n_values <= TICKS_MAX)
        mf__json_put(&ticks, "values", json_deep_copy(axis->values));
    mf__json_put(&ticks, "labelOverlap", json_string("greedy"));
    mf__json_put(&ticks, "labelSeparation", json_integer(6));
    mf__json_put(&ticks, "labelFlush", json_integer(12)); /* pixels from the ends */
    return ticks;
}

static json_t *chart_along(const struct axis *axis)
{
    const struct mf__searched *searched = axis->searched;
    json_t *chart = mf__chart(axis->is_number ? "search_numbers" : "search_words");
    json_t *kinds = json_array();
    mf__chart_say(&chart, "@PARAMETER@", mf__searched_name(searched, axis->parameter));
    name_score(searched, searched->n_alike, &chart);
    if (axis->is_number) {
        mf__chart_scale(&chart, "@XSCALE@", spreads(axis->least, axis->most, SPREADS));
        mf__chart_set(&chart, "@XAXIS@", ticks_of(axis));
    }
    mf__json_append(&kinds, json_string("a trial"));
    mf__json_append(&kinds, json_string(BEST));
    if (axis->n_values > 0)
        mf__json_append(&kinds, json_string("best of its value"));
    mf__chart_keep(&chart, kinds);
    json_decref(kinds);
    mf__chart_rows(&chart, "trials", points_along(axis));
    return chart;
}

/* The value whose best trial is the worst. */
static const json_t *poorest(const struct axis *axis)
{
    const json_t *found = NULL;
    for (size_t i = 0; i < axis->n_values; i++) {
        const json_t *best = best_with(axis, i);
        if (best != NULL &&
            (found == NULL || mf__look_count(best, "rank") > mf__look_count(found, "rank")))
            found = best;
    }
    return found;
}

static void put_value(const struct axis *axis, const json_t *trial, struct mf__buffer *out)
{
    const struct mf__searched *searched = axis->searched;
    mf__buffer_print(out, "%s=%s", mf__searched_name(searched, axis->parameter),
                     mf__value_show(mf__searched_value(searched, trial, axis->parameter)).text);
}

static void put_effect(const struct axis *axis, struct mf__buffer *out)
{
    const char *name = mf__searched_name(axis->searched, axis->parameter);
    double effect = mf__searched_effect(axis->searched, name);
    if (!isnan(effect))
        mf__buffer_print(out,
                         " %s alone explains %s of the variance of %s between these trials; the "
                         "rest lies between trials whose %s is the same or near.",
                         name, mf__show_percent(effect, effect < 0.1 ? 1 : 0).text,
                         axis->searched->metric, name);
}

static void put_caption(const struct axis *axis, struct mf__buffer *out)
{
    const struct mf__searched *searched = axis->searched;
    const json_t *best = searched->ranked[0];
    const json_t *worst = poorest(axis);
    double score = mf__searched_score(searched, best);
    mf__buffer_print(out, "%s of %s trial%s. The best has ", searched->metric,
                     mf__count_of(searched->n_alike).text, mf__plural_of(searched->n_alike));
    put_value(axis, best, out);
    mf__buffer_print(out, ", %s %s", searched->metric, mf__searched_show(searched, score).text);
    if (worst != NULL && worst != best) {
        mf__buffer_put(out, "; with ");
        put_value(axis, worst, out);
        score = mf__searched_score(searched, worst);
        mf__buffer_print(out, " none is better than %s", mf__searched_show(searched, score).text);
    }
    mf__buffer_put(out, ".");
    put_effect(axis, out);
}

static void table_of_values(struct mf__story *story, const struct axis *axis)
{
    const struct mf__searched *searched = axis->searched;
    mf__story_column(story, true, mf__searched_name(searched, axis->parameter));
    mf__story_column(story, true, "best trial");
    mf__story_column(story, true, searched->metric);
    mf__story_column(story, true, "rank");
    size_t n = axis->n_values > 0 ? axis->n_values : searched->n_alike;
    for (size_t i = 0; i < n && (axis->n_values > 0 || i < TABLE_TRIALS); i++) {
        const json_t *trial = axis->n_values > 0 ? best_with(axis, i) : searched->ranked[i];
        const json_t *value = axis->n_values > 0
                                  ? json_array_get(axis->values, i)
                                  : mf__searched_value(searched, trial, axis->parameter);
        double score = mf__searched_score(searched, trial);
        mf__story_cell(story, "%s", mf__value_show(value).text);
        mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(trial, "trial"));
        mf__story_cell(story, "%s", mf__searched_show(searched, score).text);
        mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(trial, "rank"));
    }
}

static void tell_parameter(struct mf__story *story, const struct axis *axis)
{
    const char *name = mf__searched_name(axis->searched, axis->parameter);
    struct mf__buffer caption = {0}, id = {0};
    put_caption(axis, &caption);
    mf__buffer_print(&id, "score-by-%s", name);
    for (char *at = id.bytes; at != NULL && *at != '\0'; at++)
        *at = *at == '_' ? '-' : *at;
    mf__story_chart(story, mf__buffer_text(&id), name, chart_along(axis), "%s",
                    mf__buffer_text(&caption));
    table_of_values(story, axis);
    mf__text_done(story, &caption);
    mf__text_done(story, &id);
}

void mf__search_parameters(struct mf__story *story, const struct mf__searched *searched)
{
    for (size_t i = 0; i < json_array_size(searched->space) && searched->n_alike > 1; i++) {
        const struct axis axis = axis_of(searched, i);
        if (mf__searched_tried(searched, i) > 1)
            tell_parameter(story, &axis);
    }
}

/* ---- ranks ---- */

static void table_of_ranks(struct mf__story *story, const struct mf__searched *searched)
{
    mf__story_column(story, true, "rank");
    mf__story_column(story, true, "trial");
    mf__story_column(story, false, "parameters");
    mf__story_column(story, true, searched->metric);
    mf__story_column(story, true, searched->n_folds > 1 ? "deviation" : "work");
    for (size_t i = 0; i < searched->n_ranked && i < TABLE_TRIALS; i++) {
        const json_t *trial = searched->ranked[i];
        const json_t *score = json_object_get(mf__look(trial, "scores"), searched->metric);
        struct mf__buffer values = {0};
        mf__searched_say_values(searched, trial, &values);
        mf__story_cell(story, "%zu", i + 1);
        mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(trial, "trial"));
        mf__story_cell(story, "%s", mf__buffer_text(&values));
        mf__story_cell(story, "%s",
                       mf__searched_show(searched, mf__searched_score(searched, trial)).text);
        mf__story_cell(story, "%s",
                       searched->n_folds > 1
                           ? mf__searched_show(searched, mf__look_real(score, "std")).text
                           : mf__show_duration(1e9 * mf__look_real(trial, "seconds"), false).text);
        mf__text_done(story, &values);
    }
}

static json_t *rows_of_ranks(const struct mf__searched *searched)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < searched->n_alike; i += searched->every)
        mf__json_append(&rows, point(searched, searched->ranked[i]));
    return rows;
}

static struct mf__shown score_at(const struct mf__searched *searched, size_t place)
{
    return mf__searched_show(searched, mf__searched_score(searched, searched->ranked[place]));
}

void mf__search_ranks(struct mf__story *story, const struct mf__searched *searched)
{
    size_t n = searched->n_alike;
    json_t *chart = mf__chart("search_ranks");
    if (n < 2) {
        json_decref(chart);
        return;
    }
    name_score(searched, n, &chart);
    mf__chart_set(&chart, "@TICKS@", mf__json_count(n <= TICKS_MAX ? n - 1 : TICKS_MAX));
    mf__chart_rows(&chart, "trials", rows_of_ranks(searched));
    mf__story_chart(story, "ranks", "The trials in their order", chart,
                    "%s trials from the best, %s %s, by the one in the middle, %s, to the last, "
                    "%s.%s",
                    mf__count_of(n).text, searched->metric, score_at(searched, 0).text,
                    score_at(searched, n / 2).text, score_at(searched, n - 1).text,
                    n > TABLE_TRIALS ? " The table lists the first of them." : "");
    table_of_ranks(story, searched);
}

/* ---- times ---- */

struct unit {
    const char *name;
    double ns;
};

static struct unit unit_of(double most_ns)
{
    static const struct unit units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && most_ns < 2 * units[i].ns)
        i++;
    return units[i];
}

static double ns_of(const json_t *trial)
{
    return 1e9 * mf__look_real(trial, "seconds");
}

/* The ends of the times, and which trial is the quickest of those about as good as the best. */
struct times {
    double least_ns, most_ns;
    const json_t *quickest; /* not worse by more than a hundredth of the best's score */
};

static struct times times_of(const struct mf__searched *searched)
{
    struct times times = {(double)INFINITY, 0, searched->ranked[0]};
    double best = mf__searched_score(searched, searched->ranked[0]);
    for (size_t i = 0; i < searched->n_alike; i++) {
        const json_t *trial = searched->ranked[i];
        double off = fabs(mf__searched_score(searched, trial) - best);
        times.least_ns = fmin(times.least_ns, ns_of(trial));
        times.most_ns = fmax(times.most_ns, ns_of(trial));
        if (off <= fabs(best) / 100 && ns_of(trial) < ns_of(times.quickest))
            times.quickest = trial;
    }
    return times;
}

static json_t *rows_of_times(const struct mf__searched *searched, const struct unit *unit)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < searched->n_alike; i += searched->every) {
        const json_t *trial = searched->ranked[i];
        json_t *row = point(searched, trial);
        mf__json_put(&row, "time", mf__json_real(ns_of(trial) / unit->ns));
        mf__json_put(&row, "took", json_string(mf__show_duration(ns_of(trial), false).text));
        mf__json_append(&rows, row);
    }
    return rows;
}

static void put_times(const struct mf__searched *searched, const struct times *times,
                      struct mf__buffer *out)
{
    const json_t *best = searched->ranked[0];
    mf__buffer_print(out,
                     "Growing and scoring the trees of a trial, also of those that it shares, took "
                     "from %s to %s of work; of the best, %s.",
                     mf__show_duration(times->least_ns, false).text,
                     mf__show_duration(times->most_ns, false).text,
                     mf__show_duration(ns_of(best), false).text);
    if (times->quickest == best) {
        mf__buffer_put(out, " No quicker trial comes within 1 % of its score.");
        return;
    }
    mf__buffer_print(
        out, " Within 1 %% of its score, trial %llu is the quickest: %s, %s %s, with ",
        (unsigned long long)mf__look_count(times->quickest, "trial"),
        mf__show_duration(ns_of(times->quickest), false).text, searched->metric,
        mf__searched_show(searched, mf__searched_score(searched, times->quickest)).text);
    mf__searched_say_values(searched, times->quickest, out);
    mf__buffer_put(out, ".");
}

static void table_of_times(struct mf__story *story, const struct mf__searched *searched)
{
    mf__story_column(story, true, "trial");
    mf__story_column(story, true, searched->metric);
    mf__story_column(story, true, "work");
    for (size_t i = 0; i < searched->n_alike && i < TABLE_TRIALS; i++) {
        const json_t *trial = searched->ranked[i];
        mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(trial, "trial"));
        mf__story_cell(story, "%s", score_at(searched, i).text);
        mf__story_cell(story, "%s", mf__show_duration(ns_of(trial), false).text);
    }
}

void mf__search_times(struct mf__story *story, const struct mf__searched *searched)
{
    if (searched->n_alike < 2)
        return;
    const struct times times = times_of(searched);
    const struct unit unit = unit_of(times.most_ns);
    struct mf__buffer caption = {0};
    if (!(times.most_ns > 0))
        return;
    json_t *chart = mf__chart("search_times");
    mf__chart_say(&chart, "@UNIT@", unit.name);
    name_score(searched, searched->n_alike, &chart);
    mf__chart_scale(&chart, "@XSCALE@", spreads(times.least_ns, times.most_ns, SPREADS));
    mf__chart_rows(&chart, "trials", rows_of_times(searched, &unit));
    put_times(searched, &times, &caption);
    mf__story_chart(story, "score-by-work", "What a trial costs, and what it gives", chart, "%s",
                    mf__buffer_text(&caption));
    table_of_times(story, searched);
    mf__text_done(story, &caption);
}

/* ---- rungs ---- */

/* "rung 2: 615 rows" */
static void put_rung(const struct mf__searched *searched, size_t rung, struct mf__buffer *out)
{
    const json_t *found = json_array_get(mf__look(searched->root, "rungs"), rung);
    mf__buffer_print(out, "%s %s", mf__count_of(mf__look_count(found, "resource")).text,
                     mf__look_text(searched->root, "study.search.resource"));
}

/* Points of one rung are spread, so that they do not cover one another: by the golden ratio, which
 * puts each far from those before it. */
static double spread_of(size_t i)
{
    double at = (double)i * 0.6180339887498949;
    return 2 * (at - floor(at)) - 1;
}

static json_t *rows_of_rungs(const struct mf__searched *searched)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < searched->n_ranked; i += searched->every) {
        const json_t *trial = searched->ranked[i];
        uint64_t rung = mf__look_count(trial, "rung");
        struct mf__buffer label = {0};
        json_t *row = point(searched, trial);
        put_rung(searched, rung - 1, &label);
        mf__json_put(&row, "rung", label.failed ? NULL : mf__json_text(mf__buffer_text(&label)));
        mf__json_put(&row, "order", mf__json_count(rung));
        mf__json_put(&row, "spread", mf__json_real(i > 0 ? spread_of(i) : 0));
        mf__json_append(&rows, row);
        mf__buffer_done(&label);
    }
    return rows;
}

static void cell_of(struct mf__story *story, const struct mf__searched *searched, double value)
{
    mf__story_cell(story, "%s", isnan(value) ? "-" : mf__searched_show(searched, value).text);
}

static void table_of_rungs(struct mf__story *story, const struct mf__searched *searched)
{
    const json_t *rungs = mf__look(searched->root, "rungs");
    mf__story_column(story, true, "rung");
    mf__story_column(story, true, mf__look_text(searched->root, "study.search.resource"));
    mf__story_column(story, true, "trials");
    mf__story_column(story, true, "ranks agree with the next rung's");
    mf__story_column(story, true, "gap between the last that went on and the first that did not");
    mf__story_column(story, true, "standard error of the gap");
    for (size_t i = 0; i < json_array_size(rungs); i++) {
        const json_t *rung = json_array_get(rungs, i);
        double agreement = mf__look_real(rung, "agreement");
        mf__story_cell(story, "%zu", i + 1);
        mf__story_cell(story, "%s", mf__count_of(mf__look_count(rung, "resource")).text);
        mf__story_cell(story, "%s", mf__count_of(mf__look_count(rung, "trials")).text);
        mf__story_cell(story, "%s", isnan(agreement) ? "-" : mf__show_fixed(agreement, 2).text);
        cell_of(story, searched, mf__look_real(rung, "gap"));
        cell_of(story, searched, mf__look_real(rung, "gap_error"));
    }
}

void mf__search_rungs(struct mf__story *story, const struct mf__searched *searched)
{
    size_t n = mf__look_length(searched->root, "rungs");
    struct mf__buffer caption = {0};
    if (n == 0 || searched->n_ranked == 0)
        return;
    json_t *chart = mf__chart("search_rungs");
    name_score(searched, searched->n_ranked, &chart);
    mf__chart_rows(&chart, "trials", rows_of_rungs(searched));
    mf__buffer_print(&caption, "%zu trials began with ", searched->n_trials);
    put_rung(searched, 0, &caption);
    mf__buffer_print(&caption, "; %zu got as far as ", searched->n_alike);
    put_rung(searched, mf__look_count(searched->ranked[0], "rung") - 1, &caption);
    mf__buffer_put(&caption, ". A trial has the score of the last rung that it was in; scores of "
                             "different rungs were made with different means, so compare those of "
                             "one rung.");
    mf__story_chart(story, "rungs", "Who went on", chart, "%s", mf__buffer_text(&caption));
    mf__story_drawn(story, "Each point is a trial.");
    table_of_rungs(story, searched);
    mf__text_done(story, &caption);
}
