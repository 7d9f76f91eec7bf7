/* SPDX-License-Identifier: Apache-2.0 */
/* Weak scaling: a problem that grows with the workers. */
#include "report/json.h"
#include "story/chart.h"
#include "story/compare_curves.h"

#include <math.h>
#include <string.h>

/* What Gustafson's law says beside a series, as far as an axis of speedups can have it: where the
 * serial fraction is not known well its interval goes below 0, and it is left without one. */
static struct mf__interval law_of(const json_t *series)
{
    struct mf__interval scaled = mf__told_interval(series, "statistics.gustafson");
    scaled.known = scaled.known && scaled.low > 0;
    return scaled;
}

/* Whether there is an interval that is not drawn. */
static bool has_hidden(const json_t *root)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_interval(series, "statistics.gustafson").known && !law_of(series).known)
            return true;
    return false;
}

/* Whether the law says something of a series that its axis can have. */
static bool has_law(const json_t *series)
{
    double scaled = law_of(series).mid;
    return mf__told_is(series, "weak") && isfinite(scaled) && scaled > 0;
}

/* A line needs two worker counts of its way. */
static bool has_line(const json_t *root, const char *way)
{
    const json_t *series = NULL;
    size_t n = 0;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        n += has_law(series) && strcmp(mf__look_text(series, "way"), way) == 0;
    return n > 1;
}

static bool has_lines(const json_t *root)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (has_law(series) && has_line(root, mf__look_text(series, "way")))
            return true;
    return false;
}

/* What Gustafson's law says of each worker count that was measured. */
static json_t *gustafson(const json_t *root)
{
    json_t *rows = json_array();
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        const struct mf__interval scaled = law_of(series);
        struct mf__buffer name = {0};
        if (!has_law(series) || !has_line(root, mf__look_text(series, "way")))
            continue;
        mf__buffer_print(&name, "Gustafson's law, %s", mf__told_way(series));
        json_t *row =
            mf__worker_row(name.failed ? NULL : mf__buffer_text(&name), mf__told_way(series),
                           (unsigned)mf__look_count(series, "workers"));
        mf__told_put(&row, "speedup", &scaled, 1.0);
        mf__json_append(&rows, row);
        mf__buffer_done(&name);
    }
    return rows;
}

static json_t *make_chart(const json_t *root)
{
    static const struct mf__point_source source = {"weak", "scaled_speedup", "speedup", 1.0};
    const struct mf__worker_axis axis = mf__worker_axis(root, "weak", 1);
    json_t *chart = mf__chart("compare_weak");
    json_t *points = mf__worker_points(root, &source);
    json_t *ceilings = mf__worker_ceilings(root);
    json_t *names = mf__worker_names(points, json_array_size(ceilings) > 0, true);
    mf__chart_keep(&chart, names);
    mf__chart_say(&chart, "@SIZE@", mf__look_text(root, "job.size_name"));
    mf__worker_axis_set(&chart, &axis, true);
    mf__chart_rows(&chart, "laws", gustafson(root));
    mf__chart_rows(&chart, "ideal", mf__worker_ideal(&axis, "speedup", (double)NAN));
    mf__chart_rows(&chart, "ceiling", ceilings);
    mf__chart_rows(&chart, "points", points);
    json_decref(names);
    return chart;
}

static void add_row(struct mf__story *story, const json_t *root, const json_t *series)
{
    const json_t *ceiling = mf__told_ceiling(root, series);
    const char *missing = mf__told_missing(series);
    const struct mf__interval scaled = mf__told_interval(series, "statistics.scaled_speedup");
    const struct mf__interval share = mf__told_interval(series, "statistics.scaled_efficiency");
    const struct mf__interval law = mf__told_interval(series, "statistics.gustafson");
    mf__story_cell(story, "%s", mf__told_way(series));
    mf__story_cell(story, "%llu", (unsigned long long)mf__look_count(series, "workers"));
    mf__story_cell(story, "%s", mf__show_count(mf__look_count(series, "size"), ',').text);
    mf__story_cell(story, "%s", mf__told_has(series, "time_ns") ? mf__told_time(series).text : "");
    mf__story_cell(story, "%s", missing != NULL ? missing : mf__show_sure(&scaled).text);
    mf__story_cell(story, "%s",
                   ceiling != NULL ? mf__told_factor(ceiling, "statistics.ceiling").text : "");
    mf__story_cell(story, "%s", missing != NULL ? "" : mf__show_sure_percent(&share).text);
    mf__story_cell(story, "%s", isfinite(law.mid) ? mf__show_sure(&law).text : "");
}

/* The largest series of each way that the cores can hold, "threads with 2 workers reach ...". */
static void say_caption(const json_t *root, struct mf__buffer *out)
{
    const char *size = mf__look_text(root, "job.size_name");
    const json_t *series = NULL;
    const json_t *last = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_has(series, "scaled_speedup") && !mf__look_true(series, "oversubscribed") &&
            (last == NULL || mf__look_count(series, "workers") > mf__look_count(last, "workers")))
            last = series;
    for (size_t i = 0; last != NULL && (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_has(series, "scaled_speedup") &&
            mf__look_count(series, "workers") == mf__look_count(last, "workers"))
            mf__buffer_print(out,
                             "%s%s get %s times as much done as the serial way does in the "
                             "same time (%s = %s in %s)",
                             out->length > 0 ? "; " : "",
                             (out->length > 0 ? mf__told_name : mf__told_begin)(series).text,
                             mf__told_factor(series, "statistics.scaled_speedup").text, size,
                             mf__show_count(mf__look_count(series, "size"), ',').text,
                             mf__told_time(series).text);
    mf__told_next(out, ". ");
    mf__buffer_print(out, "%s grows with the workers.", size);
    if (mf__told_any(root, "weak", "gustafson"))
        mf__buffer_print(out,
                         " Gustafson's law, which the table has beside each figure, follows from "
                         "the serial fraction and takes the serial part to be as long at any %s.",
                         size);
}

/* For those who see the chart. */
static void say_lines(struct mf__story *story, const json_t *root)
{
    if (has_lines(root))
        mf__story_drawn(story, "Dashed: Gustafson's law, with its 95 %% band.%s",
                        has_hidden(root) ? " Where the serial fraction is so uncertain that the "
                                           "band would reach below 0, it is not drawn."
                                         : "");
    else if (mf__told_any(root, "weak", "gustafson"))
        mf__story_drawn(story, "One worker count makes no line, so the law is not drawn.");
}

void mf__compare_weak(struct mf__story *story, const json_t *root, unsigned level)
{
    struct mf__buffer caption = {0};
    const json_t *series = NULL;
    if (!mf__told_any(root, "weak", "scaled_speedup"))
        return;
    mf__story_section(story, level, "weak", "Weak scaling: a problem that grows with the workers");
    say_caption(root, &caption);
    mf__story_chart(story, "weak-chart", "Weak scaling", make_chart(root), "%s",
                    mf__buffer_text(&caption));
    mf__text_done(story, &caption);
    say_lines(story, root);
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "workers");
    mf__story_column(story, true, mf__look_text(root, "job.size_name"));
    mf__story_column(story, true, "median time [95 %]");
    mf__story_column(story, true, "scaled speedup [95 %]");
    mf__story_column(story, true, "machine's ceiling [95 %]");
    mf__story_column(story, true, "efficiency [95 %]");
    mf__story_column(story, true, "Gustafson [95 %]");
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, "weak"))
            add_row(story, root, series);
}
