/* SPDX-License-Identifier: Apache-2.0 */
#include "story/timeline.h"

#include "base/number.h"
#include "report/json.h"
#include "story/chart.h"
#include "story/document.h"

#include <math.h>
#include <string.h>

#define ROWS_MOST   32 /* more workers than these do not fit into a chart that is still read */
#define ROW_PIXELS  48
#define LEAST_PIXEL 64
#define MOST_PIXEL  420

/* One unit for the whole axis. */
struct unit {
    const char *name;
    double ns;
};

static struct unit unit_of(double wall_ns)
{
    static const struct unit units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof units[0] && wall_ns < units[i].ns)
        i++;
    return units[i];
}

/* What the chart and its caption are made from. */
struct timeline {
    const json_t *spans;
    const json_t *workers;
    double wall_ns;
    struct unit unit;
    size_t n_workers;
    size_t n_rows;
    json_t *rows;
    json_t *bars;
    json_t *deaths;
};

/* ---- the chart's rows ---- */

static json_t *name_of(uint64_t worker)
{
    return mf__json_text(mf__show_count(worker + 1, 0).text);
}

static json_t *duration(double ns)
{
    return mf__json_text(mf__show_duration(ns, false).text);
}

static json_t *bar(const struct timeline *line, uint64_t worker, double from_ns, double to_ns)
{
    json_t *row = json_object();
    mf__json_put(&row, "worker", name_of(worker));
    mf__json_put(&row, "from", mf__json_real(from_ns / line->unit.ns));
    mf__json_put(&row, "to", mf__json_real(to_ns / line->unit.ns));
    return row;
}

static void add_row(struct timeline *line, uint64_t worker, const char *what, double to_ns,
                    double sum_ns)
{
    json_t *row = bar(line, worker, 0, to_ns);
    mf__json_put(&row, "what", json_string(what));
    mf__json_put(&row, "sum", duration(sum_ns));
    mf__json_append(&line->rows, row);
}

/* The whole run, and over it the start-up: what is not computing shows between the bars. */
static void add_worker(struct timeline *line, size_t i)
{
    const json_t *worker = json_array_get(line->workers, i);
    double startup_ns = mf__look_real(worker, "startup_ns");
    add_row(line, i, "waiting or combining", line->wall_ns,
            mf__look_real(worker, "wait_ns") + mf__look_real(worker, "combine_ns"));
    if (startup_ns > 0)
        add_row(line, i, "start-up", startup_ns, startup_ns);
}

static json_t *items_of(const json_t *span)
{
    struct mf__buffer text = {0};
    uint64_t items = mf__look_count(span, "items");
    uint64_t first = mf__look_count(span, "first_item");
    uint64_t last = mf__look_count(span, "last_item");
    if (first == last)
        mf__buffer_print(&text, "item %s", mf__show_count(first, ',').text);
    else
        mf__buffer_print(&text, "%s of items %s to %s", mf__show_count(items, ',').text,
                         mf__show_count(first, ',').text, mf__show_count(last, ',').text);
    json_t *value = text.failed ? NULL : mf__json_text(mf__buffer_text(&text));
    mf__buffer_done(&text);
    return value;
}

static void add_span(struct timeline *line, const json_t *span, size_t number)
{
    uint64_t worker = mf__look_count(span, "worker");
    double start_ns = mf__look_real(span, "start_ns");
    double end_ns = mf__look_real(span, "end_ns");
    json_t *row = bar(line, worker, start_ns, end_ns);
    mf__json_put(&row, "what", json_string("computing"));
    mf__json_put(&row, "shade", mf__json_count(number % 2)); /* tells neighbours apart */
    mf__json_put(&row, "items", items_of(span));
    mf__json_put(&row, "begin", duration(start_ns));
    mf__json_put(&row, "end", duration(end_ns));
    mf__json_put(&row, "computed", duration(mf__look_real(span, "compute_ns")));
    mf__json_append(&line->bars, row);
    if (mf__look_count(span, "deaths") == 0)
        return;
    json_t *death = bar(line, worker, start_ns, end_ns);
    mf__json_put(&death, "what", json_string("died and was replaced"));
    mf__json_put(&death, "end", duration(end_ns));
    mf__json_append(&line->deaths, death);
}

static json_t *chart_of(struct timeline *line)
{
    size_t pixels = line->n_rows * ROW_PIXELS;
    pixels = pixels < LEAST_PIXEL ? LEAST_PIXEL : pixels > MOST_PIXEL ? MOST_PIXEL : pixels;
    json_t *chart = mf__chart("timeline");
    mf__chart_set(&chart, "@HEIGHT@", mf__json_count(pixels));
    mf__chart_say(&chart, "@UNIT@", line->unit.name);
    for (size_t i = 0; i < line->n_rows; i++)
        add_worker(line, i);
    for (size_t i = 0; i < json_array_size(line->spans); i++) {
        const json_t *span = json_array_get(line->spans, i);
        if (mf__look_count(span, "worker") < line->n_rows)
            add_span(line, span, i);
    }
    mf__chart_rows(&chart, "rows", line->rows);
    mf__chart_rows(&chart, "spans", line->bars);
    mf__chart_rows(&chart, "deaths", line->deaths);
    return chart;
}

/* ---- the caption ---- */

/* When a worker's last span ended; 0 when it had none. */
static double end_of(const struct timeline *line, size_t worker)
{
    double end_ns = 0;
    for (size_t i = 0; i < json_array_size(line->spans); i++) {
        const json_t *span = json_array_get(line->spans, i);
        if (mf__look_count(span, "worker") == worker)
            end_ns = fmax(end_ns, mf__look_real(span, "end_ns"));
    }
    return end_ns;
}

static void say_shares(const struct timeline *line, struct mf__buffer *out)
{
    double low = (double)INFINITY;
    double high = 0;
    for (size_t i = 0; i < line->n_workers; i++) {
        double share =
            mf__look_real(json_array_get(line->workers, i), "compute_ns") / line->wall_ns;
        low = fmin(low, share);
        high = fmax(high, share);
    }
    const struct mf__shown least = mf__show_percent(low, 0);
    const struct mf__shown most = mf__show_percent(high, 0);
    if (line->n_workers == 1)
        mf__buffer_put(out, "The one worker");
    else if (line->n_workers == 2)
        mf__buffer_put(out, "Both workers");
    else
        mf__buffer_print(out, "All %zu workers", line->n_workers);
    mf__buffer_print(out, " computed for %s", most.text);
    if (strcmp(least.text, most.text) != 0) {
        mf__buffer_clear(out);
        mf__buffer_print(out, "The %zu workers computed for %s to %s", line->n_workers, least.text,
                         most.text);
    }
    mf__buffer_print(out, " of the %s that the run took",
                     mf__show_duration(line->wall_ns, false).text);
}

/* Who was done first, and how long before the last. */
static void say_ends(const struct timeline *line, struct mf__buffer *out)
{
    size_t first = 0;
    double first_ns = (double)INFINITY;
    double last_ns = 0;
    for (size_t i = 0; i < line->n_workers; i++) {
        double end_ns = end_of(line, i);
        last_ns = fmax(last_ns, end_ns);
        if (end_ns < first_ns) {
            first_ns = end_ns;
            first = i;
        }
    }
    if (line->n_workers == 1 || !(last_ns > first_ns))
        return;
    if (first_ns == 0)
        mf__buffer_print(out, "; worker %zu found nothing left to do", first + 1);
    else
        mf__buffer_print(out, "; worker %zu was done first, %s before the last", first + 1,
                         mf__show_duration(last_ns - first_ns, false).text);
}

static void say_items(const struct timeline *line, struct mf__buffer *out)
{
    uint64_t items = 0;
    for (size_t i = 0; i < json_array_size(line->spans); i++)
        items += mf__look_count(json_array_get(line->spans, i), "items");
    if (items == 1)
        mf__buffer_put(out, ". There was 1 item");
    else
        mf__buffer_print(out, ". There were %s items", mf__show_count(items, ',').text);
}

/* For those who see the chart. */
static void say_bars(struct mf__story *story, const struct timeline *line)
{
    struct mf__buffer text = {0};
    uint64_t most = 0;
    for (size_t i = 0; i < json_array_size(line->spans); i++) {
        uint64_t of_span = mf__look_count(json_array_get(line->spans, i), "items");
        most = of_span > most ? of_span : most;
    }
    if (most == 1)
        mf__buffer_put(&text, "Each item is a bar.");
    else
        mf__buffer_print(&text, "A bar stands for up to %s items.", mf__show_count(most, ',').text);
    if (line->n_rows < line->n_workers)
        mf__buffer_print(&text, " Drawn are the first %zu of %zu workers.", line->n_rows,
                         line->n_workers);
    mf__story_drawn(story, "%s", mf__buffer_text(&text));
    mf__text_done(story, &text);
}

static void say_deaths(const json_t *ledger, struct mf__buffer *out)
{
    uint64_t deaths = mf__look_count(ledger, "deaths");
    if (deaths > 0)
        mf__buffer_print(out, " %s worker%s died and %s replaced.",
                         mf__show_count(deaths, ',').text, deaths == 1 ? "" : "s",
                         deaths == 1 ? "was" : "were");
}

static void say_caption(const struct timeline *line, const json_t *ledger, struct mf__buffer *out)
{
    say_shares(line, out);
    say_ends(line, out);
    say_items(line, out);
    mf__buffer_put(out, ".");
    say_deaths(ledger, out);
}

/* ---- the table ---- */

static void add_table(struct mf__story *story, const struct timeline *line)
{
    static const struct {
        const char *name;
        const char *field;
    } times[] = {{"start-up", "startup_ns"},
                 {"computing", "compute_ns"},
                 {"combining", "combine_ns"},
                 {"waiting", "wait_ns"}};
    const size_t n_times = sizeof times / sizeof times[0];
    mf__story_column(story, true, "worker");
    mf__story_column(story, true, "items");
    for (size_t k = 0; k < n_times; k++)
        mf__story_column(story, true, times[k].name);
    for (size_t i = 0; i < line->n_workers; i++) {
        const json_t *worker = json_array_get(line->workers, i);
        mf__story_cell(story, "%zu", i + 1);
        mf__story_cell(story, "%s", mf__show_count(mf__look_count(worker, "items"), ',').text);
        for (size_t k = 0; k < n_times; k++)
            mf__story_cell(story, "%s",
                           mf__show_duration(mf__look_real(worker, times[k].field), false).text);
    }
}

bool mf__story_timeline(struct mf__story *story, const json_t *ledger, const char *id,
                        const char *title)
{
    struct timeline line = {.spans = mf__look(ledger, "spans"),
                            .workers = mf__look(ledger, "workers"),
                            .wall_ns = mf__look_real(ledger, "wall_ns")};
    line.n_workers = json_array_size(line.workers);
    line.n_rows = line.n_workers < ROWS_MOST ? line.n_workers : ROWS_MOST;
    if (json_array_size(line.spans) == 0 || line.n_workers == 0 || !(line.wall_ns > 0))
        return false;
    line.unit = unit_of(line.wall_ns);
    line.rows = json_array();
    line.bars = json_array();
    line.deaths = json_array();
    struct mf__buffer caption = {0};
    say_caption(&line, ledger, &caption);
    if (caption.failed)
        story->failed = true;
    mf__story_chart(story, id, title, chart_of(&line), "%s", mf__buffer_text(&caption));
    say_bars(story, &line);
    add_table(story, &line);
    mf__buffer_done(&caption);
    return true;
}
