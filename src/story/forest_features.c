/* SPDX-License-Identifier: Apache-2.0 */
/* Which features a forest went by. */
#include "base/memory.h"
#include "report/json.h"
#include "story/chart.h"
#include "story/forest_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FEATURES_MAX 20 /* of a chart by name */
#define TABLE_MAX    60 /* rows of a table of features */

/* ---- features in order ---- */

static struct mf__shown percent(double share)
{
    return mf__show_percent(share, share < 0.0995 ? 1 : 0);
}

/* Features with a number each, the largest first; equal ones in the order of the columns. */
struct feature {
    const json_t *row;
    double value;
    size_t at;
};

static int compare(const void *a, const void *b)
{
    const struct feature *x = a, *y = b;
    if (x->value < y->value || x->value > y->value)
        return x->value > y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* For mf__free; NULL when there is no memory. */
static struct feature *in_order(const json_t *rows, const char *key)
{
    size_t n = json_array_size(rows);
    struct feature *list = mf__new(n, sizeof *list);
    for (size_t i = 0; i < n && list != NULL; i++) {
        const json_t *row = json_array_get(rows, i);
        double value = mf__look_real(row, key);
        list[i] = (struct feature){row, isnan(value) ? 0 : value, i};
    }
    if (list != NULL)
        qsort(list, n, sizeof *list, compare);
    return list;
}

static const char *name_of(const struct feature *feature)
{
    return mf__look_text(feature->row, "feature");
}

void mf__say_features(const json_t *importances, struct mf__buffer *out)
{
    size_t n = json_array_size(importances);
    struct feature *list = in_order(importances, "importance");
    out->failed = out->failed || list == NULL;
    for (size_t i = 0; i < n && i < 3 && list != NULL; i++)
        mf__buffer_print(out, "%s%s (%s)",
                         i == 0                 ? ""
                         : i + 1 == n || i == 2 ? " and "
                                                : ", ",
                         name_of(&list[i]), percent(list[i].value).text);
    mf__free(list);
}

/* ---- importances ---- */

static json_t *bar(const char *name, double share, size_t order, const char *kind)
{
    json_t *row = json_object();
    mf__json_put(&row, "name", mf__json_text(name));
    mf__json_put(&row, "share", mf__json_real(100 * share));
    mf__json_put(&row, "order", mf__json_count(order));
    mf__json_put(&row, "kind", json_string(kind));
    return row;
}

static double sum_from(const struct feature *list, size_t first, size_t n)
{
    double sum = 0;
    for (size_t i = first; i < n; i++)
        sum += list[i].value;
    return sum;
}

static json_t *bars(const struct feature *list, size_t n)
{
    char others[48];
    json_t *rows = json_array();
    for (size_t i = 0; i < n && i < FEATURES_MAX; i++)
        mf__json_append(&rows, bar(name_of(&list[i]), list[i].value, i, "a feature"));
    snprintf(others, sizeof others, "%zu others", n > FEATURES_MAX ? n - FEATURES_MAX : 0);
    if (n > FEATURES_MAX)
        mf__json_append(&rows,
                        bar(others, sum_from(list, FEATURES_MAX, n), FEATURES_MAX, "the others"));
    return rows;
}

static void table_of_features(struct mf__story *story, const struct feature *list, size_t n)
{
    mf__story_column(story, false, "feature");
    mf__story_column(story, true, "share");
    for (size_t i = 0; i < n && i < TABLE_MAX; i++) {
        mf__story_cell(story, "%s", name_of(&list[i]));
        mf__story_cell(story, "%s", mf__show_percent(list[i].value, 2).text);
    }
    if (n <= TABLE_MAX)
        return;
    mf__story_cell(story, "%zu others", n - TABLE_MAX);
    mf__story_cell(story, "%s", mf__show_percent(sum_from(list, TABLE_MAX, n), 2).text);
}

void mf__tell_importances(struct mf__story *story, const json_t *importances, const char *of)
{
    size_t n = json_array_size(importances);
    struct feature *list = in_order(importances, "importance");
    struct mf__buffer caption = {0};
    story->failed = story->failed || list == NULL;
    if (n == 0 || list == NULL) {
        mf__free(list);
        return;
    }
    mf__buffer_print(&caption, "Of all that the splits of %s gained, ", of);
    mf__say_features(importances, &caption);
    mf__buffer_put(&caption, n > 3 ? " have the most." : " have all of it.");
    if (n > FEATURES_MAX)
        mf__buffer_print(&caption, " The %zu features below the first %d have %s together.",
                         n - FEATURES_MAX, FEATURES_MAX,
                         percent(sum_from(list, FEATURES_MAX, n)).text);
    mf__buffer_put(&caption, " It says what this forest went by, not what causes the target; of "
                             "features that tell the same, each gets a part.");
    json_t *chart = mf__chart("forest_importances");
    mf__chart_rows(&chart, "features", bars(list, n));
    mf__story_chart(story, "importances", "What the forest went by", chart, "%s",
                    mf__buffer_text(&caption));
    table_of_features(story, list, n);
    mf__text_done(story, &caption);
    mf__free(list);
}

/* ---- permutation ---- */

static json_t *fall_row(const struct feature *feature, size_t order)
{
    double deviation = mf__look_real(feature->row, "fall_deviation");
    json_t *row = json_object();
    mf__json_put(&row, "name", mf__json_text(name_of(feature)));
    mf__json_put(&row, "fall", mf__json_real(feature->value));
    mf__json_put(&row, "low", mf__json_real(feature->value - deviation));
    mf__json_put(&row, "high", mf__json_real(feature->value + deviation));
    mf__json_put(&row, "deviation", mf__json_real(deviation));
    mf__json_put(&row, "order", mf__json_count(order));
    return row;
}

static void table_of_falls(struct mf__story *story, const struct feature *list, size_t n)
{
    mf__story_column(story, false, "feature");
    mf__story_column(story, true, "fall");
    mf__story_column(story, true, "deviation");
    for (size_t i = 0; i < n && i < TABLE_MAX; i++) {
        mf__story_cell(story, "%s", name_of(&list[i]));
        mf__story_cell(story, "%s", mf__short_number(list[i].value).text);
        mf__story_cell(story, "%s",
                       mf__short_number(mf__look_real(list[i].row, "fall_deviation")).text);
    }
}

void mf__tell_falls(struct mf__story *story, const json_t *root)
{
    const json_t *importances = mf__look(root, "importances");
    const json_t *permutation = mf__look(root, "permutation");
    size_t n = json_array_size(importances);
    struct feature *list = in_order(importances, "fall_mean");
    const char *metric = mf__look_text(permutation, "metric");
    story->failed = story->failed || list == NULL;
    if (n == 0 || list == NULL || permutation == NULL) {
        mf__free(list);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < n && i < FEATURES_MAX; i++)
        mf__json_append(&rows, fall_row(&list[i], i));
    json_t *chart = mf__chart("forest_falls");
    mf__chart_say(&chart, "@METRIC@", metric);
    mf__chart_rows(&chart, "features", rows);
    mf__story_chart(story, "permutation", "What happens without a feature", chart,
                    "Each feature was shuffled %llu times on the %s part, and it is told how much "
                    "worse %s got. Without %s it gets worst, by %s in the mean.",
                    (unsigned long long)mf__look_count(permutation, "repeats"),
                    mf__look_text(permutation, "part"), metric, name_of(&list[0]),
                    mf__short_number(list[0].value).text);
    mf__story_drawn(story, "Points are means, and lines one standard deviation.%s",
                    n > FEATURES_MAX ? " The first 20 are drawn." : "");
    table_of_falls(story, list, n);
    mf__free(list);
}
