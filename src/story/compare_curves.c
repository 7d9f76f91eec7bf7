/* SPDX-License-Identifier: Apache-2.0 */
#include "story/compare_curves.h"

#include "report/json.h"
#include "story/chart.h"

#include <math.h>
#include <string.h>

#define TICKS_MOST    9 /* more numbers along an axis are too many for a narrow page */
#define SHIFT_PIXELS  5
#define SMALLEST_TICK 0.0009765625

/* ---- the axis ---- */

struct mf__worker_axis mf__worker_axis(const json_t *root, const char *role, unsigned least)
{
    struct mf__worker_axis axis = {least, (unsigned)mf__look_count(root, "settings.cores"),
                                   mf__told_doubles(root)};
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, role) && mf__look_count(series, "workers") > axis.most)
            axis.most = (unsigned)mf__look_count(series, "workers");
    axis.most = axis.most < 2 ? 2 : axis.most;
    return axis;
}

static json_t *scale_of(const struct mf__worker_axis *axis, bool is_x)
{
    json_t *scale = json_object();
    mf__json_put(&scale, "type", json_string(axis->doubles ? "log" : "linear"));
    if (axis->doubles)
        mf__json_put(&scale, "base", json_integer(2));
    else if (!is_x)
        mf__json_put(&scale, "zero", json_true());
    if (is_x) {
        json_t *domain = json_array();
        mf__json_append(&domain, json_integer(1));
        mf__json_append(&domain, mf__json_count(axis->most));
        mf__json_put(&scale, "domain", domain);
        mf__json_put(&scale, "nice", json_false());
        mf__json_put(&scale, "padding", json_integer(14));
    }
    return scale;
}

static json_t *ticks_of(const struct mf__worker_axis *axis)
{
    json_t *ticks = json_array();
    unsigned step = 1 + (axis->most - 1) / TICKS_MOST;
    if (axis->doubles)
        for (unsigned at = 1; at <= axis->most && at > 0; at *= 2)
            mf__json_append(&ticks, mf__json_count(at));
    else
        for (unsigned at = 1; at <= axis->most; at += at == 1 && step > 1 ? step - 1 : step)
            mf__json_append(&ticks, mf__json_count(at));
    return ticks;
}

/* Axes that double have no ticks between the powers of two. */
static json_t *value_axis(const struct mf__worker_axis *axis)
{
    json_t *object = json_object();
    mf__json_put(&object, "format", json_string("~g"));
    if (axis->doubles) {
        json_t *ticks = json_array();
        for (double at = SMALLEST_TICK; at <= 2 * (double)axis->most; at *= 2)
            mf__json_append(&ticks, json_real(at));
        mf__json_put(&object, "values", ticks);
    } else {
        mf__json_put(&object, "tickCount", json_integer(5));
    }
    return object;
}

static json_t *beyond(const struct mf__worker_axis *axis)
{
    json_t *rows = json_array();
    struct mf__buffer label = {0};
    if (axis->cores >= axis->most)
        return rows;
    mf__buffer_print(&label, "beyond %u core%s", axis->cores, axis->cores == 1 ? "" : "s");
    json_t *row = json_object();
    mf__json_put(&row, "from", mf__json_count(axis->cores));
    mf__json_put(&row, "to", mf__json_count(axis->most));
    mf__json_put(&row, "label", label.failed ? NULL : json_string(mf__buffer_text(&label)));
    mf__json_append(&rows, row);
    mf__buffer_done(&label);
    return rows;
}

void mf__worker_axis_set(json_t **chart, const struct mf__worker_axis *axis, bool values)
{
    mf__chart_set(chart, "@XSCALE@", scale_of(axis, true));
    mf__chart_set(chart, "@XTICKS@", ticks_of(axis));
    if (values) {
        mf__chart_set(chart, "@YSCALE@", scale_of(axis, false));
        mf__chart_set(chart, "@YAXIS@", value_axis(axis));
    }
    mf__chart_rows(chart, "beyond", beyond(axis));
}

/* ---- rows ---- */

json_t *mf__worker_row(const char *series, const char *who, unsigned workers)
{
    json_t *row = json_object();
    mf__json_put(&row, "series", series != NULL ? mf__json_text(series) : NULL);
    mf__json_put(&row, "who", mf__json_text(who));
    mf__json_put(&row, "workers", mf__json_count(workers));
    return row;
}

/* The first way goes to the left, the second to the right: the middle is the ceiling's, or that of
 * the only way. */
static int shift_of(const json_t *root, const char *way)
{
    static const int shifts[] = {-1, 1, 2, -2};
    const size_t n_shifts = sizeof shifts / sizeof shifts[0];
    const json_t *ways = mf__look(root, "settings.ways");
    size_t n = 0;
    int shift = 0;
    for (size_t i = 0; i < json_array_size(ways) && n < n_shifts; i++) {
        const char *name = json_string_value(json_array_get(ways, i));
        if (name == NULL || strcmp(name, "serial") == 0)
            continue;
        if (strcmp(name, way) == 0)
            shift = SHIFT_PIXELS * shifts[n];
        n++;
    }
    return n > 1 ? shift : 0;
}

json_t *mf__worker_points(const json_t *root, const struct mf__point_source *source)
{
    json_t *rows = json_array();
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        const json_t *statistic = mf__look(mf__look(series, "statistics"), source->statistic);
        if (!mf__told_is(series, source->role) || statistic == NULL)
            continue;
        const struct mf__interval figure = mf__told_interval(statistic, "");
        json_t *row = mf__worker_row(mf__told_name(series).text, mf__told_way(series),
                                     (unsigned)mf__look_count(series, "workers"));
        mf__json_put(&row, "size",
                     mf__json_text(mf__show_count(mf__look_count(series, "size"), ',').text));
        mf__json_put(&row, "shift", json_integer(shift_of(root, mf__look_text(series, "way"))));
        mf__told_put(&row, source->key, &figure, source->unit);
        mf__json_append(&rows, row);
    }
    return rows;
}

json_t *mf__worker_ideal(const struct mf__worker_axis *axis, const char *key, double flat)
{
    json_t *rows = json_array();
    const unsigned ends[] = {1, axis->most};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        json_t *row = mf__worker_row("ideal: as many times as workers", "ideal", ends[i]);
        mf__json_put(&row, key, mf__json_real(isnan(flat) ? (double)ends[i] : flat));
        mf__json_append(&rows, row);
    }
    return rows;
}

json_t *mf__worker_ceilings(const json_t *root)
{
    const struct mf__point_source source = {"ceiling", "ceiling", "speedup", 1.0};
    return mf__worker_points(root, &source);
}

json_t *mf__worker_names(const json_t *points, bool ceiling, bool ideal)
{
    json_t *names = json_array();
    for (size_t i = 0; i < json_array_size(points); i++)
        mf__json_append(&names, json_incref(json_object_get(json_array_get(points, i), "who")));
    if (ceiling)
        mf__json_append(&names, json_string("machine's ceiling"));
    if (ideal)
        mf__json_append(&names, json_string("ideal"));
    return names;
}
