/* SPDX-License-Identifier: Apache-2.0 */
/* Speedup against workers, with what the laws make of it; and efficiency. */
#include "report/json.h"
#include "story/chart.h"
#include "story/compare_curves.h"

#include <math.h>
#include <string.h>

/* ---- curves ---- */

/* The points of a way's curve: the closer ones, or those that older documents have. */
static const json_t *curve_of(const json_t *laws)
{
    const json_t *curve = mf__look(laws, "curve");
    return json_array_size(curve) > 0 ? curve : mf__look(laws, "predicted_speedups");
}

/* The largest worker count of a way's points. */
static unsigned measured_by(const json_t *root, const char *way)
{
    uint64_t most = 0;
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is_point(series, way) && mf__look_count(series, "workers") > most)
            most = mf__look_count(series, "workers");
    return (unsigned)most;
}

struct curve {
    const char *law;   /* "amdahl": its key in the document */
    const char *title; /* "Amdahl's law" */
    unsigned most;     /* it is drawn up to so many workers */
    bool is_share;     /* what it finds is a share of the work, so 100 % at most */
    struct {
        const char *key;  /* of what it finds, within the law; NULL: no more */
        const char *name; /* "a serial fraction of" */
    } found[2];
};

static void add_point(json_t **rows, const json_t *at, const struct curve *curve, const char *way,
                      const char *part)
{
    const struct mf__interval speedup = mf__told_interval(at, curve->law);
    struct mf__buffer name = {0};
    if (!isfinite(speedup.mid))
        return;
    mf__buffer_print(&name, "%s, %s", curve->title, way);
    json_t *row = mf__worker_row(name.failed ? NULL : mf__buffer_text(&name), way,
                                 (unsigned)mf__look_count(at, "workers"));
    mf__json_put(&row, "part", json_string(part));
    mf__told_put(&row, "speedup", &speedup, 1.0);
    mf__json_append(rows, row);
    mf__buffer_done(&name);
}

/* The last point of the measured part begins the predicted one, so that the line has no gap. */
static void add_curve(json_t **rows, const json_t *root, const json_t *laws,
                      const struct curve *curve)
{
    const char *way = mf__look_text(laws, "way");
    const json_t *points = curve_of(laws);
    unsigned measured = measured_by(root, way);
    for (size_t i = 0; i < json_array_size(points); i++) {
        const json_t *at = json_array_get(points, i);
        uint64_t workers = mf__look_count(at, "workers");
        uint64_t next = mf__look_count(json_array_get(points, i + 1), "workers");
        if (workers > curve->most || mf__look(at, curve->law) == NULL)
            break;
        if (workers <= measured)
            add_point(rows, at, curve, mf__told_way(laws), "measured");
        if (workers > measured || next > measured)
            add_point(rows, at, curve, mf__told_way(laws), "predicted");
    }
}

/* A band is one shape: the point that both parts have is in it once. */
static json_t *bands_of(const json_t *curves)
{
    json_t *bands = json_array();
    for (size_t i = 0; i < json_array_size(curves); i++) {
        json_t *row = json_array_get(curves, i);
        const json_t *before = i > 0 ? json_array_get(curves, i - 1) : NULL;
        bool again =
            before != NULL &&
            json_equal(json_object_get(before, "workers"), json_object_get(row, "workers")) &&
            json_equal(json_object_get(before, "who"), json_object_get(row, "who"));
        if (!again && json_object_get(row, "speedup_low") != NULL)
            mf__json_append(&bands, json_incref(row));
    }
    return bands;
}

static json_t *make_chart(const json_t *root, const struct curve *curve)
{
    static const struct mf__point_source source = {"strong", "speedup", "speedup", 1.0};
    const struct mf__worker_axis axis = mf__worker_axis(root, "strong", curve->most);
    json_t *chart = mf__chart("compare_speedup");
    json_t *points = mf__worker_points(root, &source);
    json_t *ceilings = mf__worker_ceilings(root);
    json_t *names = mf__worker_names(points, json_array_size(ceilings) > 0, true);
    json_t *curves = json_array();
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++)
        add_curve(&curves, root, json_array_get(mf__look(root, "laws"), i), curve);
    mf__chart_keep(&chart, names);
    mf__worker_axis_set(&chart, &axis, true);
    mf__chart_rows(&chart, "bands", bands_of(curves));
    mf__chart_rows(&chart, "ideal", mf__worker_ideal(&axis, "speedup", (double)NAN));
    mf__chart_rows(&chart, "curves", curves);
    mf__chart_rows(&chart, "ceiling", ceilings);
    mf__chart_rows(&chart, "points", points);
    json_decref(names);
    return chart;
}

/* ---- words ---- */

/* "With 2 workers threads reach 1.51 [1.35, 1.85] and processes 1.68 [1.52, 1.84]; ..." */
static void say_reached(const json_t *root, unsigned workers, struct mf__buffer *out)
{
    const json_t *series = NULL;
    const json_t *ceiling = NULL;
    struct mf__buffer list = {0};
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        if (!mf__told_is_point(series, mf__look_text(series, "way")) ||
            mf__look_count(series, "workers") != workers)
            continue;
        ceiling = mf__told_ceiling(root, series);
        mf__buffer_print(&list, "%s%s %s", list.length > 0 ? ", " : "", mf__told_way(series),
                         mf__told_factor(series, "statistics.speedup").text);
    }
    mf__buffer_print(out, "With %u worker%s: %s", workers, workers == 1 ? "" : "s",
                     mf__buffer_text(&list));
    if (ceiling != NULL)
        mf__buffer_print(out, "; the machine's own ceiling, copies that share nothing, is %s",
                         mf__told_factor(ceiling, "statistics.ceiling").text);
    mf__buffer_put(out, ".");
    out->failed = out->failed || list.failed;
    mf__buffer_done(&list);
}

/* "It finds a serial fraction of 28 % [12, 44] for threads, ..." */
static void say_found(const json_t *root, const struct curve *curve, struct mf__buffer *out)
{
    const char *before = " finds ";
    mf__buffer_print(out, " Fitted to these times, %s", curve->title);
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++) {
        const json_t *laws = json_array_get(mf__look(root, "laws"), i);
        const json_t *law = mf__look(laws, curve->law);
        if (law == NULL)
            continue;
        for (size_t k = 0; k < sizeof curve->found / sizeof curve->found[0]; k++) {
            if (curve->found[k].key == NULL)
                continue;
            const struct mf__interval share = mf__told_interval(law, curve->found[k].key);
            const char *beyond = curve->is_share ? mf__beyond_serial(&share) : NULL;
            if (beyond != NULL)
                mf__buffer_print(out, "%sno serial fraction, as more workers are %s,", before,
                                 beyond);
            else
                mf__buffer_print(out, "%s%s %s", before, curve->found[k].name,
                                 mf__show_sure_percent(&share).text);
            before = " and ";
        }
        mf__buffer_print(out, " for %s", mf__told_way(laws));
        before = ", ";
    }
    mf__buffer_put(out, ".");
}

static bool has_bands(const json_t *root, const struct curve *curve)
{
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++) {
        const json_t *laws = json_array_get(mf__look(root, "laws"), i);
        if (mf__told_interval(mf__look(laws, curve->law), curve->found[0].key).known)
            return true;
    }
    return false;
}

/* For those who see the chart. */
static void say_curves(struct mf__story *story, const json_t *root, const struct curve *curve)
{
    unsigned cores = (unsigned)mf__look_count(root, "settings.cores");
    struct mf__buffer text = {0};
    mf__buffer_print(&text,
                     "The lines are %s of each way%s: solid as far as was measured, dashed where "
                     "they predict. Beyond %u workers they would be guesses, and are not drawn.",
                     curve->title, has_bands(root, curve) ? ", with 95 % bands" : "", curve->most);
    if (curve->most > cores)
        mf__buffer_print(&text,
                         " Shaded: more workers than the %u core%s; the law takes no point from "
                         "there, and knows nothing of cores.",
                         cores, cores == 1 ? "" : "s");
    mf__story_drawn(story, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void add_row(struct mf__story *story, const json_t *root, const json_t *series)
{
    const json_t *ceiling = mf__told_ceiling(root, series);
    const char *missing = mf__told_missing(series);
    mf__story_cell(story, "%s", mf__told_way(series));
    mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(series, "workers"));
    mf__story_cell(story, "%s",
                   missing != NULL ? missing : mf__told_factor(series, "statistics.speedup").text);
    mf__story_cell(story, "%s",
                   ceiling != NULL ? mf__told_factor(ceiling, "statistics.ceiling").text : "");
    mf__story_cell(story, "%s", mf__look_true(series, "oversubscribed") ? "yes" : "");
}

static void draw(struct mf__story *story, const json_t *root, const struct curve *curve,
                 bool is_fitted)
{
    struct mf__buffer caption = {0};
    struct mf__buffer title = {0};
    struct mf__buffer id = {0};
    const json_t *series = NULL;
    say_reached(root, mf__told_most_workers(root), &caption);
    if (is_fitted)
        say_found(root, curve, &caption);
    mf__buffer_print(&title, "Speedup against workers%s%s", is_fitted ? ", and " : "",
                     is_fitted ? curve->title : "");
    mf__buffer_print(&id, "speedup-%s", is_fitted ? curve->law : "points");
    mf__story_chart(story, mf__buffer_text(&id), mf__buffer_text(&title), make_chart(root, curve),
                    "%s", mf__buffer_text(&caption));
    if (is_fitted)
        say_curves(story, root, curve);
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "workers");
    mf__story_column(story, true, "speedup [95 %]");
    mf__story_column(story, true, "machine's ceiling [95 %]");
    mf__story_column(story, false, "more workers than cores");
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, "strong"))
            add_row(story, root, series);
    mf__text_done(story, &caption);
    mf__text_done(story, &title);
    mf__text_done(story, &id);
}

/* ---- chapters ---- */

static bool has_law(const json_t *root, const char *law)
{
    for (size_t i = 0; i < mf__look_length(root, "laws"); i++)
        if (mf__look(json_array_get(mf__look(root, "laws"), i), law) != NULL)
            return true;
    return false;
}

/* Worker counts of a main series that was compared: with one alone there is no curve. */
static bool has_counts(const json_t *root)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, "strong") && mf__told_has(series, "speedup") &&
            mf__look_count(series, "workers") > 1)
            return true;
    return false;
}

void mf__compare_speedup(struct mf__story *story, const json_t *root, unsigned level)
{
    const unsigned far = MF__FAR * mf__told_most_workers(root);
    const struct curve laws[] = {
        {"amdahl", "Amdahl's law", far, true, {{"serial_fraction", "a serial fraction of"}}},
        {"usl",
         "the universal scalability law",
         far,
         false,
         {{"sigma", "a contention of"}, {"kappa", "a coherency of"}}},
    };
    size_t drawn = 0;
    mf__story_section(story, level, "speedup", "Speedup against workers");
    if (!has_counts(root)) {
        mf__story_note(story,
                       "No run with more than one worker could be compared with the serial "
                       "way, so there is no speedup to draw, and no law to fit. Give several "
                       "worker counts, --workers 1,2,4, to see how speed grows with them.");
        return;
    }
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++)
        if (has_law(root, laws[i].law)) {
            draw(story, root, &laws[i], true);
            drawn++;
        }
    if (drawn == 0) {
        const struct curve none = {.law = "", .title = "", .most = mf__told_most_workers(root)};
        draw(story, root, &none, false);
    }
    mf__compare_laws(story, root, level + 1);
}

/* ---- efficiency ---- */

static json_t *make_efficiency(const json_t *root)
{
    static const struct mf__point_source source = {"strong", "efficiency", "efficiency", 0.01};
    const struct mf__worker_axis axis = mf__worker_axis(root, "strong", 1);
    json_t *chart = mf__chart("compare_efficiency");
    json_t *points = mf__worker_points(root, &source);
    json_t *names = mf__worker_names(points, false, true);
    mf__chart_keep(&chart, names);
    mf__worker_axis_set(&chart, &axis, false);
    mf__chart_rows(&chart, "ideal", mf__worker_ideal(&axis, "efficiency", 100.0));
    mf__chart_rows(&chart, "points", points);
    json_decref(names);
    return chart;
}

static void add_efficiency(struct mf__story *story, const json_t *series)
{
    const struct mf__interval share = mf__told_interval(series, "statistics.efficiency");
    const struct mf__interval serial = mf__told_interval(series, "statistics.karp_flatt");
    const char *beyond = mf__beyond_serial(&serial);
    mf__story_cell(story, "%s", mf__told_way(series));
    mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(series, "workers"));
    mf__story_cell(story, "%s", mf__show_sure_percent(&share).text);
    if (mf__look(series, "statistics.karp_flatt") == NULL)
        mf__story_cell(story, "%s", "");
    else if (beyond != NULL)
        mf__story_cell(story, "–, %s than the serial way", beyond);
    else
        mf__story_cell(story, "%s", mf__show_sure_percent(&serial).text);
}

void mf__compare_efficiency(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *telling = mf__told_telling(root);
    const json_t *series = NULL;
    if (telling == NULL)
        return;
    const struct mf__interval share = mf__told_interval(telling, "statistics.efficiency");
    mf__story_section(story, level, "efficiency", "Efficiency");
    mf__story_chart(
        story, "efficiency-chart", "Efficiency against workers", make_efficiency(root),
        "%s make use of %s of what so many workers could do at best: that is their "
        "speedup over their number. Where the points fall, each further worker adds less "
        "than the one before. Karp and Flatt's serial fraction asks one worker count alone, "
        "against the serial way; Amdahl's is fitted to all counts of a way together, its own one "
        "worker among them, so the two differ.",
        mf__told_begin(telling).text, mf__show_sure_percent(&share).text);
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "workers");
    mf__story_column(story, true, "efficiency [95 %]");
    mf__story_column(story, true, "Karp-Flatt serial fraction [95 %]");
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, "strong") && mf__told_has(series, "efficiency"))
            add_efficiency(story, series);
}
