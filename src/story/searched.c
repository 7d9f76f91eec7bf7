/* SPDX-License-Identifier: Apache-2.0 */
#include "story/searched.h"

#include "base/memory.h"
#include "base/real.h"
#include "report/json.h"
#include "report/train.h"
#include "story/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define POINTS_MAX   500 /* of a chart, so that a page stays small */
#define AXIS_PADDING 8   /* pixels at its ends, for points that lie there */

/* ---- opening ---- */

static size_t n_alike(const struct mf__searched *searched)
{
    size_t n = 0;
    while (n < searched->n_ranked && mf__look_count(searched->ranked[n], "rung") ==
                                         mf__look_count(searched->ranked[0], "rung"))
        n++;
    return n;
}

/* Ranks are 1, 2 ... without a gap; what a damaged document says beyond is left out. */
static void list_ranked(struct mf__searched *searched)
{
    const json_t *trials = mf__look(searched->root, "trials");
    for (size_t i = 0; i < searched->n_trials; i++) {
        const json_t *trial = json_array_get(trials, i);
        uint64_t rank = mf__look_count(trial, "rank");
        if (rank > 0 && rank <= searched->n_trials)
            searched->ranked[rank - 1] = trial;
    }
    while (searched->n_ranked < searched->n_trials && searched->ranked[searched->n_ranked] != NULL)
        searched->n_ranked++;
    searched->n_alike = n_alike(searched);
    searched->every = searched->n_ranked / POINTS_MAX + 1;
}

bool mf__searched_open(struct mf__story *story, const json_t *root, struct mf__searched *ret)
{
    const char *metric = mf__look_text(root, "study.scores.0");
    int id = mf_metric_find(metric);
    const char *end = mf__look_text(root, "end");
    *ret = (struct mf__searched){
        .root = root,
        .metric = metric,
        .metric_id = id,
        .larger = id >= 0 && mf_metric_larger_is_better(id),
        .n_trials = mf__look_length(root, "trials"),
        .n_folds = mf__look_count(root, "study.validation.folds"),
        .space = mf__look(root, "study.space"),
        .is_whole = strcmp(end, "done") == 0,
        .is_planned = strcmp(end, "planned") == 0,
    };
    ret->ranked = mf__new(ret->n_trials, sizeof *ret->ranked);
    if (ret->ranked == NULL) {
        story->failed = true;
        return false;
    }
    list_ranked(ret);
    return true;
}

void mf__searched_done(struct mf__searched *searched)
{
    mf__free(searched->ranked);
}

/* ---- scores and values ---- */

double mf__searched_score(const struct mf__searched *searched, const json_t *trial)
{
    const json_t *score = json_object_get(mf__look(trial, "scores"), searched->metric);
    return mf__look_real(score, "mean");
}

static struct mf__shown shown_text(const char *text)
{
    struct mf__shown shown;
    snprintf(shown.text, sizeof shown.text, "%s", text);
    return shown;
}

struct mf__shown mf__score_show(const char *metric, double score)
{
    struct mf__shown shown = {{0}};
    /* A score is shorter than this, so the buffer never grows, and nothing can fail. */
    struct mf__buffer text = {.bytes = shown.text, .room = sizeof shown.text};
    if (isnan(score))
        return shown_text("-");
    mf__say_score(mf_metric_find(metric), score, &text);
    return shown;
}

struct mf__shown mf__searched_show(const struct mf__searched *searched, double score)
{
    return mf__score_show(searched->metric, score);
}

/* Three digits, the first of which is not 0. */
static struct mf__shown three_digits(double value)
{
    int decimals = 2;
    for (double limit = 9.995; decimals > 0 && fabs(value) >= limit; limit *= 10)
        decimals--;
    return mf__show_fixed(value, fabs(value) < 0.9995 ? 3 : decimals);
}

struct mf__shown mf__short_number(double value)
{
    static const struct {
        double from, unit;
        const char *sign;
    } units[] = {{999500000, 1e9, "G"}, {999500, 1e6, "M"}, {9999.5, 1e3, "k"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (fabs(value) >= units[i].from && fabs(value) < 1e12) {
            struct mf__shown shown;
            snprintf(shown.text, sizeof shown.text, "%.32s%s",
                     three_digits(value / units[i].unit).text, units[i].sign);
            return shown;
        }
    if (fabs(value) < 1e-3 || fabs(value) >= 1e12)
        return mf__show_real(value);
    return three_digits(value);
}

static struct mf__shown show_share(double value)
{
    struct mf__shown shown = mf__show_real(value);
    return strpbrk(shown.text, ".e") == NULL ? mf__show_fixed(value, 1) : shown;
}

struct mf__shown mf__value_show(const json_t *value)
{
    if (json_is_string(value))
        return shown_text(json_string_value(value));
    if (json_is_boolean(value))
        return shown_text(json_is_true(value) ? "true" : "false");
    if (json_is_integer(value))
        return mf__show_real((double)json_integer_value(value));
    return json_is_real(value) ? show_share(json_real_value(value)) : shown_text("none");
}

const char *mf__searched_name(const struct mf__searched *searched, size_t parameter)
{
    return mf__look_text(json_array_get(searched->space, parameter), "name");
}

const json_t *mf__searched_value(const struct mf__searched *searched, const json_t *trial,
                                 size_t parameter)
{
    const json_t *value =
        json_object_get(mf__look(trial, "params"), mf__searched_name(searched, parameter));
    return json_is_null(value) ? NULL : value;
}

static bool is_tried(const struct mf__searched *searched, size_t parameter, const json_t *value)
{
    for (size_t i = 0; i < searched->n_alike; i++) {
        const json_t *own = mf__searched_value(searched, searched->ranked[i], parameter);
        if (json_is_null(value) ? own == NULL : json_equal(value, own))
            return true;
    }
    return false;
}

size_t mf__searched_tried(const struct mf__searched *searched, size_t parameter)
{
    const json_t *values = mf__look(json_array_get(searched->space, parameter), "values");
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(values); i++)
        n += is_tried(searched, parameter, json_array_get(values, i));
    return json_array_size(values) > 0 ? n : searched->n_alike < 2 ? searched->n_alike : 2;
}

void mf__searched_say_values(const struct mf__searched *searched, const json_t *trial,
                             struct mf__buffer *out)
{
    size_t n = json_array_size(searched->space);
    if (n == 0)
        mf__buffer_put(out, "the only trial");
    for (size_t i = 0; i < n; i++)
        mf__buffer_print(out, "%s%s=%s", i > 0 ? ", " : "", mf__searched_name(searched, i),
                         mf__value_show(mf__searched_value(searched, trial, i)).text);
}

const char *mf__searched_good(const struct mf__searched *searched)
{
    return searched->larger ? "higher" : "lower";
}

double mf__searched_effect(const struct mf__searched *searched, const char *parameter)
{
    const json_t *effects = mf__look(searched->root, "effects");
    for (size_t i = 0; i < json_array_size(effects); i++) {
        const json_t *effect = json_array_get(effects, i);
        if (strcmp(mf__look_text(effect, "parameter"), parameter) == 0)
            return mf__look_real(effect, "share");
    }
    return (double)NAN;
}

/* ---- texts and charts ---- */

json_t *mf__copy_of(struct mf__story *story, const json_t *from)
{
    json_t *copy = json_deep_copy(from);
    story->failed = story->failed || (from != NULL && copy == NULL);
    return copy;
}

const char *mf__plural_of(uint64_t n)
{
    return n == 1 ? "" : "s";
}

struct mf__shown mf__count_of(uint64_t n)
{
    return mf__show_count(n, ',');
}

void mf__chart_scale(json_t **chart, const char *mark, bool is_log)
{
    json_t *scale = json_object();
    mf__json_put(&scale, is_log ? "type" : "zero", is_log ? json_string("log") : json_false());
    mf__json_put(&scale, "padding", json_integer(AXIS_PADDING));
    mf__json_put(&scale, "nice", json_false()); /* there is room at the ends */
    mf__chart_set(chart, mark, scale);
}
