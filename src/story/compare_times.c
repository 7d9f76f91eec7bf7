/* SPDX-License-Identifier: Apache-2.0 */
/* How long each way takes: all samples, and their medians. */
#include "report/json.h"
#include "story/chart.h"
#include "story/compare_parts.h"

#include <math.h>

/* Where a sample stands across its row, so that samples do not hide each other: multiples of the
 * golden ratio spread evenly however many there are. */
#define GOLDEN_RATIO 0.61803398874989485

#define ROW_PIXELS          34
#define ROUNDS_FOR_INTERVAL 6 /* at 95 % */

static bool is_told(const json_t *series)
{
    return mf__told_is_main(series) && mf__told_has(series, "time_ns");
}

/* What a row of the chart is called. */
static void name_row(const json_t *series, struct mf__buffer *out)
{
    const char *missing = mf__told_missing(series);
    mf__buffer_print(out, "%s %llu%s", mf__told_way(series),
                     (unsigned long long)mf__look_count(series, "workers"),
                     missing == NULL ? "" : " !");
}

static const char *remark_on(const json_t *sample, const char *missing)
{
    if (missing != NULL)
        return missing;
    return mf__look_true(sample, "outlier") ? "an outlier, kept" : "";
}

static void add_samples(json_t **rows, const json_t *series, const char *name, double unit_ns)
{
    size_t n = mf__look_length(series, "samples");
    for (size_t i = 0; i < n; i++) {
        const json_t *sample = json_array_get(mf__look(series, "samples"), i);
        json_t *row = json_object();
        mf__json_put(&row, "series", mf__json_text(name));
        mf__json_put(&row, "who", mf__json_text(mf__told_way(series)));
        mf__json_put(&row, "round", mf__json_count(mf__look_count(sample, "round") + 1));
        mf__json_put(&row, "time", mf__json_real(mf__look_real(sample, "ns") / unit_ns));
        mf__json_put(&row, "spread", mf__json_real(fmod((double)i * GOLDEN_RATIO, 1.0)));
        mf__json_put(&row, "remark", mf__json_text(remark_on(sample, mf__told_missing(series))));
        mf__json_append(rows, row);
    }
}

static void add_median(json_t **rows, const json_t *series, const char *name, double unit_ns)
{
    struct mf__interval time = mf__told_interval(series, "statistics.time_ns.interval");
    json_t *row = json_object();
    time.mid = mf__look_real(series, "statistics.time_ns.median");
    mf__json_put(&row, "series", mf__json_text(name));
    mf__json_put(&row, "who", mf__json_text(mf__told_way(series)));
    mf__json_put(&row, "samples", mf__json_count(mf__look_length(series, "samples")));
    mf__told_put(&row, "time", &time, unit_ns);
    mf__json_append(rows, row);
}

static json_t *make_chart(struct mf__story *story, const json_t *root)
{
    json_t *chart = mf__chart("compare_times");
    json_t *samples = json_array();
    json_t *medians = json_array();
    const json_t *series = NULL;
    double most_ns = 0;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (is_told(series))
            most_ns = fmax(most_ns, mf__look_real(series, "statistics.time_ns.median"));
    struct mf__time_unit unit = mf__told_unit(most_ns);
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        struct mf__buffer name = {0};
        if (!is_told(series))
            continue;
        name_row(series, &name);
        add_samples(&samples, series, mf__buffer_text(&name), unit.ns);
        add_median(&medians, series, mf__buffer_text(&name), unit.ns);
        mf__text_done(story, &name);
    }
    mf__chart_say(&chart, "@UNIT@", unit.name);
    mf__chart_set(&chart, "@HEIGHT@",
                  mf__json_count(ROW_PIXELS * (uint64_t)json_array_size(medians)));
    mf__chart_rows(&chart, "samples", samples);
    mf__chart_rows(&chart, "medians", medians);
    return chart;
}

static void add_row(struct mf__story *story, const json_t *root, const json_t *series)
{
    const char *missing = mf__told_missing(series);
    const json_t *ceiling = mf__told_ceiling(root, series);
    bool strong = mf__told_has(series, "speedup");
    size_t n = mf__look_length(series, "samples");
    const struct mf__interval ceiled = mf__told_interval(ceiling, "statistics.ceiling");
    mf__story_cell(story, "%s", mf__told_name(series).text);
    mf__story_cell(story, "%s", n > 0 ? mf__told_time(series).text : "");
    mf__story_cell(story, "%s",
                   missing != NULL ? missing
                   : strong        ? mf__told_factor(series, "statistics.speedup").text
                                   : "1.00");
    mf__story_cell(story, "%s", ceiling != NULL ? mf__show_sure(&ceiled).text : "");
    mf__story_cell(story, "%llu of %zu",
                   (unsigned long long)mf__look_count(series, "statistics.time_ns.outliers"), n);
}

static bool is_sure(const json_t *series)
{
    return mf__told_interval(series, "statistics.time_ns.interval").known;
}

/* "threads with 2 workers take 38.2 ms [36.1 ms, 41.0 ms], the serial way 74.0 ms [...]" */
static void say_caption(const json_t *root, struct mf__buffer *out)
{
    const json_t *base = mf__told_base(root);
    const json_t *telling = mf__told_telling(root);
    if (telling != NULL)
        mf__buffer_print(out, "%s take %s; the serial way takes %s.", mf__told_begin(telling).text,
                         mf__told_time(telling).text, mf__told_time(base).text);
    else
        mf__buffer_print(out, "The serial way takes %s.", mf__told_time(base).text);
    if (telling != NULL)
        mf__buffer_put(out, " A speedup in the table is the median of the ratios within rounds, so "
                            "it need not be the ratio of these medians.");
    if (mf__told_any(root, "strong", "launch_ns"))
        mf__buffer_put(out, " The times of mpi begin when its ranks are there; what starting them "
                            "took stands with where the time went.");
}

static void say_wrong(struct mf__story *story, const json_t *root)
{
    struct mf__buffer list = {0};
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        const char *missing = mf__told_missing(series);
        if (!mf__told_is_main(series) || missing == NULL)
            continue;
        mf__told_next(&list, "; ");
        mf__buffer_print(&list, "%s: %s", mf__told_name(series).text, missing);
    }
    if (list.length > 0)
        mf__story_note(story,
                       "No speedup is shown for these, whatever their times are (a mark ! stands "
                       "behind their names): %s.",
                       mf__buffer_text(&list));
    mf__text_done(story, &list);
}

void mf__compare_times(struct mf__story *story, const json_t *root, unsigned level)
{
    unsigned long long rounds = mf__look_count(root, "rounds");
    struct mf__buffer caption = {0};
    const json_t *series = NULL;
    mf__story_section(story, level, "time", "How long each way takes");
    say_wrong(story, root);
    if (!mf__told_has(mf__told_base(root), "time_ns")) {
        mf__story_note(story, "There are no samples, so there is nothing to show.");
        return;
    }
    if (!is_sure(mf__told_base(root)))
        mf__story_note(story,
                       "After %llu round%s no interval can be given; it takes %d. So [?] stands in "
                       "place of intervals, and nothing can be claimed.",
                       rounds, rounds == 1 ? "" : "s", ROUNDS_FOR_INTERVAL);
    say_caption(root, &caption);
    mf__story_chart(story, "time-chart", "Time per way", make_chart(story, root), "%s",
                    mf__buffer_text(&caption));
    mf__text_done(story, &caption);
    mf__story_drawn(story,
                    "Each small dot is one sample of a way, with its number of workers behind its "
                    "name; the large sign below them is the median%s.",
                    is_sure(mf__told_base(root)) ? ", and the bar its 95 % interval" : "");
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "median time [95 %]");
    mf__story_column(story, true, "speedup [95 %]");
    mf__story_column(story, true, "machine's ceiling [95 %]");
    mf__story_column(story, true, "outliers");
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is_main(series))
            add_row(story, root, series);
}
