/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two or three parameters at once: a map of the best score for each pair of values, one map for
 * each value of a third. Of numbers that were drawn there are no cells, so trials are points whose
 * colour is the score.
 */
#include "report/json.h"
#include "story/chart.h"
#include "story/searched.h"

#include <math.h>
#include <string.h>

#define VALUES_MAX  30 /* of an axis */
#define TRIALS_MIN  6  /* from which on a map says more than a list */
#define MAPS_MAX    16
#define NUMBERS_MAX 4 /* columns, up to which cells of several maps show numbers */
#define NUMBERS_ONE 8 /* the same of a single map */
#define NONE        SIZE_MAX

/* Which parameter is what. */
struct map {
    const struct mf__searched *searched;
    size_t x, y, facet; /* NONE: there is none */
    double least, most; /* scores of cells */
};

static const json_t *dimension(const struct mf__searched *searched, size_t i)
{
    return json_array_get(searched->space, i);
}

static size_t n_values(const struct mf__searched *searched, size_t i)
{
    return mf__look_length(dimension(searched, i), "values");
}

static size_t find(const struct mf__searched *searched, const char *name)
{
    for (size_t i = 0; i < json_array_size(searched->space); i++)
        if (strcmp(mf__searched_name(searched, i), name) == 0)
            return i;
    return NONE;
}

/* ---- which parameters ---- */

/* The parameter of the largest known effect that is not one of the others. */
static size_t strongest(const struct mf__searched *searched, bool listed, size_t not_this,
                        size_t nor_this)
{
    size_t found = NONE;
    double most = -1;
    for (size_t i = 0; i < json_array_size(searched->space); i++) {
        double effect = mf__searched_effect(searched, mf__searched_name(searched, i));
        size_t n = n_values(searched, i);
        bool fits =
            listed ? n <= VALUES_MAX && n > 0 && mf__searched_tried(searched, i) > 1 : n == 0;
        effect = isnan(effect) ? 0 : effect;
        if (i == not_this || i == nor_this || !fits || effect <= most)
            continue;
        most = effect;
        found = i;
    }
    return found;
}

static bool fits(const struct mf__searched *searched, size_t i)
{
    return i != NONE && n_values(searched, i) <= VALUES_MAX && n_values(searched, i) > 0 &&
           mf__searched_tried(searched, i) > 1;
}

/* The three that most people search stand where most people look for them. */
static bool choose_usual(const struct mf__searched *searched, struct map *map)
{
    map->y = find(searched, "max_depth");
    map->x = find(searched, "max_features");
    map->facet = find(searched, "n_estimators");
    return fits(searched, map->x) && fits(searched, map->y) && fits(searched, map->facet);
}

static bool choose(const struct mf__searched *searched, struct map *map)
{
    *map = (struct map){.searched = searched, .least = (double)INFINITY, .most = -(double)INFINITY};
    if (!choose_usual(searched, map)) {
        map->y = strongest(searched, true, NONE, NONE);
        map->x = strongest(searched, true, map->y, NONE);
        map->facet = strongest(searched, true, map->y, map->x);
    }
    if (map->facet != NONE && n_values(searched, map->facet) > MAPS_MAX)
        map->facet = NONE;
    return map->y != NONE && map->x != NONE;
}

/* ---- cells ---- */

static bool has(const struct map *map, const json_t *trial, size_t parameter, size_t place)
{
    if (parameter == NONE)
        return true;
    const json_t *value = mf__searched_value(map->searched, trial, parameter);
    const json_t *other =
        json_array_get(mf__look(dimension(map->searched, parameter), "values"), place);
    return json_is_null(other) ? value == NULL : json_equal(other, value);
}

/* The best trial of a cell; NULL: there is none. */
static const json_t *best_of(const struct map *map, size_t x, size_t y, size_t facet)
{
    for (size_t i = 0; i < map->searched->n_alike; i++) {
        const json_t *trial = map->searched->ranked[i];
        if (has(map, trial, map->x, x) && has(map, trial, map->y, y) &&
            has(map, trial, map->facet, facet))
            return trial;
    }
    return NULL;
}

static struct mf__shown label(const struct map *map, size_t parameter, size_t place)
{
    return mf__value_show(
        json_array_get(mf__look(dimension(map->searched, parameter), "values"), place));
}

static void put_place(json_t **row, const char *key, const struct map *map, size_t parameter,
                      size_t place)
{
    struct mf__buffer order = {0};
    if (parameter == NONE)
        return;
    mf__buffer_print(&order, "%s_order", key);
    mf__json_put(row, key, mf__json_text(label(map, parameter, place).text));
    mf__json_put(row, mf__buffer_text(&order), order.failed ? NULL : mf__json_count(place));
    mf__buffer_done(&order);
}

/* Where a score lies between the worst and the best of the map decides how bright it is. */
static bool is_bright(const struct map *map, double score)
{
    double share = (score - map->least) / (map->most - map->least);
    return (map->searched->larger ? share : 1 - share) > 0.6;
}

static json_t *cell(const struct map *map, const json_t *trial)
{
    const struct mf__searched *searched = map->searched;
    double score = mf__searched_score(searched, trial);
    struct mf__buffer values = {0};
    json_t *row = json_object();
    mf__searched_say_values(searched, trial, &values);
    mf__json_put(&row, "score", mf__json_real(score));
    mf__json_put(&row, "shown", json_string(mf__searched_show(searched, score).text));
    mf__json_put(&row, "short", json_string(mf__short_number(score).text));
    mf__json_put(&row, "trial", mf__json_count(mf__look_count(trial, "trial")));
    mf__json_put(&row, "rank", mf__json_count(mf__look_count(trial, "rank")));
    mf__json_put(&row, "values", values.failed ? NULL : mf__json_text(mf__buffer_text(&values)));
    mf__json_put(&row, "is_best", json_boolean(trial == searched->ranked[0]));
    mf__json_put(&row, "is_bright", json_boolean(is_bright(map, score)));
    mf__buffer_done(&values);
    return row;
}

/* How many maps there are. */
static size_t n_maps(const struct map *map)
{
    return map->facet != NONE ? n_values(map->searched, map->facet) : 1;
}

/* Calls for each cell that has a trial. */
static void each_cell(struct map *map, void *user,
                      void (*call)(void *, struct map *, const size_t *, const json_t *))
{
    for (size_t facet = 0; facet < n_maps(map); facet++)
        for (size_t y = 0; y < n_values(map->searched, map->y); y++)
            for (size_t x = 0; x < n_values(map->searched, map->x); x++) {
                const size_t at[] = {x, y, facet};
                const json_t *trial = best_of(map, x, y, facet);
                if (trial != NULL)
                    call(user, map, at, trial);
            }
}

static void widen(void *user, struct map *map, const size_t *at, const json_t *trial)
{
    double score = mf__searched_score(map->searched, trial);
    (void)user;
    (void)at;
    map->least = fmin(map->least, score);
    map->most = fmax(map->most, score);
}

static void add_cell(void *user, struct map *map, const size_t *at, const json_t *trial)
{
    json_t **rows = user;
    json_t *row = cell(map, trial);
    put_place(&row, "x", map, map->x, at[0]);
    put_place(&row, "y", map, map->y, at[1]);
    put_place(&row, "facet", map, map->facet, at[2]);
    mf__json_append(rows, row);
}

static void add_line(void *user, struct map *map, const size_t *at, const json_t *trial)
{
    const struct mf__searched *searched = map->searched;
    struct mf__story *story = user;
    if (map->facet != NONE)
        mf__story_cell(story, "%s", label(map, map->facet, at[2]).text);
    mf__story_cell(story, "%s", label(map, map->y, at[1]).text);
    mf__story_cell(story, "%s", label(map, map->x, at[0]).text);
    mf__story_cell(story, "%s",
                   mf__searched_show(searched, mf__searched_score(searched, trial)).text);
    mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(trial, "rank"));
}

/* ---- the chart ---- */

static void name_score(const struct mf__searched *searched, json_t **chart)
{
    mf__chart_say(chart, "@SCORE@", searched->metric);
    mf__chart_say(chart, "@METRIC@", searched->metric);
    mf__chart_set(
        chart, "@FORMAT@",
        json_string(fabs(mf__searched_score(searched, searched->ranked[0])) < 10 ? ".3f" : ",.0f"));
    mf__chart_set(chart, "@REVERSE@", json_boolean(!searched->larger)); /* bright is good */
}

static json_t *chart_of(struct map *map)
{
    const struct mf__searched *searched = map->searched;
    bool many = map->facet != NONE;
    size_t columns = n_values(searched, map->x);
    json_t *chart = mf__chart(many ? "search_maps" : "search_map");
    json_t *rows = json_array();
    mf__chart_say(&chart, "@X@", mf__searched_name(searched, map->x));
    mf__chart_say(&chart, "@Y@", mf__searched_name(searched, map->y));
    if (many)
        mf__chart_say(&chart, "@FACET@", mf__searched_name(searched, map->facet));
    name_score(searched, &chart);
    mf__chart_set(&chart, "@OPACITY@", json_integer(columns <= (many ? NUMBERS_MAX : NUMBERS_ONE)));
    each_cell(map, &rows, add_cell);
    mf__chart_rows(&chart, "cells", rows);
    return chart;
}

static void put_caption(const struct map *map, struct mf__buffer *out)
{
    const struct mf__searched *searched = map->searched;
    double best = searched->larger ? map->most : map->least;
    double worst = searched->larger ? map->least : map->most;
    size_t shown = map->facet != NONE ? 3 : 2;
    mf__buffer_print(out, "%s for each %s and %s", searched->metric,
                     mf__searched_name(searched, map->y), mf__searched_name(searched, map->x));
    if (map->facet != NONE)
        mf__buffer_print(out, ", one map for each %s", mf__searched_name(searched, map->facet));
    mf__buffer_print(out, ": from %s to %s, bright is better. The best, framed, has ",
                     mf__searched_show(searched, worst).text,
                     mf__searched_show(searched, best).text);
    mf__searched_say_values(searched, searched->ranked[0], out);
    mf__buffer_put(out, ".");
    if (json_array_size(searched->space) > shown)
        mf__buffer_put(out, " Of the trials that fall into one cell, the best is shown.");
}

static void tell_map(struct mf__story *story, struct map *map)
{
    const struct mf__searched *searched = map->searched;
    struct mf__buffer caption = {0}, title = {0};
    each_cell(map, NULL, widen);
    put_caption(map, &caption);
    mf__buffer_print(&title, "%s and %s together", mf__searched_name(searched, map->y),
                     mf__searched_name(searched, map->x));
    mf__story_chart(story, "map", mf__buffer_text(&title), chart_of(map), "%s",
                    mf__buffer_text(&caption));
    if (map->facet != NONE)
        mf__story_column(story, true, mf__searched_name(searched, map->facet));
    mf__story_column(story, true, mf__searched_name(searched, map->y));
    mf__story_column(story, true, mf__searched_name(searched, map->x));
    mf__story_column(story, true, searched->metric);
    mf__story_column(story, true, "rank");
    each_cell(map, story, add_line);
    mf__text_done(story, &caption);
    mf__text_done(story, &title);
}

/* ---- drawn numbers ---- */

static json_t *rows_of_pairs(const struct mf__searched *searched, size_t x, size_t y)
{
    const struct map map = {.searched = searched, .most = 1};
    json_t *rows = json_array();
    for (size_t i = 0; i < searched->n_alike; i += searched->every) {
        const json_t *trial = searched->ranked[i];
        json_t *row = cell(&map, trial);
        mf__json_put(&row, "x",
                     mf__json_real(mf__look_real(mf__searched_value(searched, trial, x), "")));
        mf__json_put(&row, "y",
                     mf__json_real(mf__look_real(mf__searched_value(searched, trial, y), "")));
        mf__json_put(&row, "kind", json_string(i == 0 ? "best of all" : "a trial"));
        mf__json_append(&rows, row);
    }
    return rows;
}

static bool is_log(const struct mf__searched *searched, size_t parameter)
{
    return strcmp(mf__look_text(dimension(searched, parameter), "kind"), "log") == 0;
}

static void tell_pair(struct mf__story *story, const struct mf__searched *searched, size_t x,
                      size_t y)
{
    struct mf__buffer title = {0}, caption = {0};
    json_t *chart = mf__chart("search_pair");
    const char *names[] = {mf__searched_name(searched, x), mf__searched_name(searched, y)};
    mf__chart_say(&chart, "@X@", names[0]);
    mf__chart_say(&chart, "@Y@", names[1]);
    name_score(searched, &chart);
    mf__chart_scale(&chart, "@XSCALE@", is_log(searched, x));
    mf__chart_scale(&chart, "@YSCALE@", is_log(searched, y));
    mf__chart_rows(&chart, "trials", rows_of_pairs(searched, x, y));
    mf__buffer_print(&title, "%s and %s together", names[1], names[0]);
    mf__buffer_print(&caption,
                     "%s trials, each at its %s and %s; the brighter, the better its %s. The "
                     "best, framed, has ",
                     mf__count_of(searched->n_alike).text, names[0], names[1], searched->metric);
    mf__searched_say_values(searched, searched->ranked[0], &caption);
    mf__buffer_put(&caption, ".");
    mf__story_chart(story, "map", mf__buffer_text(&title), chart, "%s", mf__buffer_text(&caption));
    mf__story_column(story, true, names[0]);
    mf__story_column(story, true, names[1]);
    mf__story_column(story, true, searched->metric);
    for (size_t i = 0; i < searched->n_alike && i < VALUES_MAX; i++) {
        const json_t *trial = searched->ranked[i];
        double score = mf__searched_score(searched, trial);
        mf__story_cell(story, "%s", mf__value_show(mf__searched_value(searched, trial, x)).text);
        mf__story_cell(story, "%s", mf__value_show(mf__searched_value(searched, trial, y)).text);
        mf__story_cell(story, "%s", mf__searched_show(searched, score).text);
    }
    mf__text_done(story, &title);
    mf__text_done(story, &caption);
}

void mf__search_map(struct mf__story *story, const struct mf__searched *searched)
{
    struct map map;
    if (searched->n_alike < TRIALS_MIN)
        return;
    if (choose(searched, &map)) {
        tell_map(story, &map);
        return;
    }
    size_t y = strongest(searched, false, NONE, NONE);
    size_t x = strongest(searched, false, y, NONE);
    if (x != NONE && y != NONE)
        tell_pair(story, searched, x, y);
}
