/* SPDX-License-Identifier: Apache-2.0 */
/* Where the workers' time went: of each series, and of each worker of the fastest one. */
#include "report/json.h"
#include "story/chart.h"
#include "story/compare_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROW_PIXELS   26
#define MANY_WORKERS 12
#define WIDE_PIXELS  24 /* of one worker's bar ... */
#define SLIM_PIXELS  10 /* ... where there are many */

static const struct {
    const char *name;
    const char *share; /* of a series */
    const char *ns;    /* of a worker */
} parts[] = {
    {"start-up", "statistics.shares.startup", "startup_ns"},
    {"computing", "statistics.shares.compute", "compute_ns"},
    {"combining", "statistics.shares.combine", "combine_ns"},
    {"waiting", "statistics.shares.wait", "wait_ns"},
};

#define N_PARTS (sizeof parts / sizeof parts[0])

static bool is_told(const json_t *series)
{
    return mf__told_is_main(series) && mf__told_has(series, "shares");
}

/* ---- of each series ---- */

static json_t *make_shares(const json_t *root)
{
    json_t *chart = mf__chart("compare_where");
    json_t *rows = json_array();
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        struct mf__buffer name = {0};
        if (!is_told(series))
            continue;
        mf__buffer_print(&name, "%s %llu", mf__told_way(series),
                         (unsigned long long)mf__look_count(series, "workers"));
        for (size_t k = 0; k < N_PARTS; k++) {
            json_t *row = json_object();
            mf__json_put(&row, "series", name.failed ? NULL : json_string(mf__buffer_text(&name)));
            mf__json_put(&row, "part", json_string(parts[k].name));
            mf__json_put(&row, "order", mf__json_count(k));
            mf__json_put(&row, "share", mf__json_real(100 * mf__look_real(series, parts[k].share)));
            mf__json_append(&rows, row);
        }
        mf__buffer_done(&name);
    }
    mf__chart_set(&chart, "@HEIGHT@",
                  mf__json_count(ROW_PIXELS * (uint64_t)json_array_size(rows) / N_PARTS));
    mf__chart_rows(&chart, "parts", rows);
    return chart;
}

static void say_shares(struct mf__story *story, const json_t *root)
{
    const json_t *telling = mf__told_telling(root);
    const json_t *series = telling != NULL ? telling : mf__told_base(root);
    struct mf__buffer list = {0};
    for (size_t k = 0; k < N_PARTS; k++)
        mf__buffer_print(&list, "%s%s %s", k == 0 ? "" : ", ",
                         mf__show_percent(mf__look_real(series, parts[k].share), 1).text,
                         parts[k].name);
    mf__story_chart(story, "where-chart", "Where the workers' time went", make_shares(root),
                    "Of the time of all its workers together, from opening to closing, %s spent: "
                    "%s. Medians over the samples.",
                    telling != NULL ? mf__told_name(series).text : "the serial way",
                    mf__buffer_text(&list));
    mf__text_done(story, &list);
    mf__story_column(story, false, "way");
    for (size_t k = 0; k < N_PARTS; k++)
        mf__story_column(story, true, parts[k].name);
    mf__story_column(story, true, "balance");
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        if (!is_told(series))
            continue;
        mf__story_cell(story, "%s", mf__told_name(series).text);
        for (size_t k = 0; k < N_PARTS; k++)
            mf__story_cell(story, "%s",
                           mf__show_percent(mf__look_real(series, parts[k].share), 1).text);
        mf__story_cell(
            story, "%s",
            mf__look_count(series, "workers") > 1
                ? mf__show_fixed(mf__look_real(series, "statistics.shares.load_balance"), 3).text
                : "");
    }
}

/* ---- before all that: a launcher ---- */

static bool is_launched(const json_t *series)
{
    return mf__told_is(series, "strong") && mf__told_has(series, "launch_ns");
}

/* Documents have no infinite numbers: an end without one is that of work that is never enough. */
static struct mf__shown time_or_never(double ns)
{
    struct mf__shown never = {"never"};
    return isfinite(ns) ? mf__show_duration(ns, false) : never;
}

static struct mf__shown show_times(const struct mf__interval *times)
{
    struct mf__shown shown = time_or_never(times->mid);
    size_t length = strlen(shown.text);
    if (times->known && isfinite(times->low))
        snprintf(shown.text + length, sizeof shown.text - length, " [%.16s, %.16s]",
                 time_or_never(times->low).text, time_or_never(times->high).text);
    return shown;
}

/* The times of a way that a launcher starts begin when it is done, so what it took stands here. */
static void say_launches(struct mf__story *story, const json_t *root)
{
    const json_t *series = NULL;
    struct mf__buffer words = {0};
    if (!mf__told_any(root, "strong", "launch_ns"))
        return;
    mf__told_sentences(root, "start-up", &words);
    mf__story_text(story,
                   "The ranks of mpi are started by a launcher, for every sample anew. That is no "
                   "part of the times above, since who works for an hour starts once. %s",
                   mf__buffer_text(&words));
    mf__text_done(story, &words);
    mf__story_table(story, "What starting the ranks took");
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "starting [95 %]");
    mf__story_column(story, true, "made up for by serial work of [95 %]");
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++) {
        if (!is_launched(series))
            continue;
        struct mf__interval launch = mf__told_interval(series, "statistics.launch_ns.interval");
        const struct mf__interval even = mf__told_interval(series, "statistics.launch_even_ns");
        launch.mid = mf__look_real(series, "statistics.launch_ns.median");
        mf__story_cell(story, "%s", mf__told_name(series).text);
        mf__story_cell(story, "%s", show_times(&launch).text);
        mf__story_cell(story, "%s",
                       mf__told_has(series, "launch_even_ns") ? show_times(&even).text : "");
    }
}

/* ---- of each worker ---- */

static double whole_of(const json_t *worker)
{
    double sum = 0;
    for (size_t k = 0; k < N_PARTS; k++)
        sum += mf__look_real(worker, parts[k].ns);
    return sum;
}

static json_t *make_workers(const json_t *workers)
{
    json_t *chart = mf__chart("compare_workers");
    json_t *rows = json_array();
    size_t n = json_array_size(workers);
    double most_ns = 0;
    for (size_t i = 0; i < n; i++)
        most_ns = fmax(most_ns, whole_of(json_array_get(workers, i)));
    struct mf__time_unit unit = mf__told_unit(most_ns);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < N_PARTS; k++) {
            const json_t *worker = json_array_get(workers, i);
            json_t *row = json_object();
            mf__json_put(&row, "worker", mf__json_count(i + 1));
            mf__json_put(&row, "items", mf__json_count(mf__look_count(worker, "items")));
            mf__json_put(&row, "part", json_string(parts[k].name));
            mf__json_put(&row, "order", mf__json_count(k));
            mf__json_put(&row, "time", mf__json_real(mf__look_real(worker, parts[k].ns) / unit.ns));
            mf__json_append(&rows, row);
        }
    mf__chart_say(&chart, "@UNIT@", unit.name);
    mf__chart_set(&chart, "@HEIGHT@",
                  mf__json_count((n > MANY_WORKERS ? SLIM_PIXELS : WIDE_PIXELS) * n));
    mf__chart_rows(&chart, "parts", rows);
    return chart;
}

static double computing_ns(const json_t *workers, size_t i)
{
    return mf__look_real(json_array_get(workers, i), "compute_ns");
}

/* The worker that computed longest, and the one that did so shortest. */
static void find_ends(const json_t *workers, size_t *ret_least, size_t *ret_most)
{
    *ret_least = *ret_most = 0;
    for (size_t i = 1; i < json_array_size(workers); i++) {
        if (computing_ns(workers, i) < computing_ns(workers, *ret_least))
            *ret_least = i;
        if (computing_ns(workers, i) > computing_ns(workers, *ret_most))
            *ret_most = i;
    }
}

static void say_workers(struct mf__story *story, const json_t *series)
{
    size_t n_samples = mf__look_length(series, "samples");
    const json_t *last = json_array_get(mf__look(series, "samples"), n_samples - 1);
    const json_t *workers = mf__look(last, "ledger.workers");
    size_t least = 0;
    size_t most = 0;
    find_ends(workers, &least, &most);
    struct mf__shown shortest = mf__show_duration(computing_ns(workers, least), false);
    struct mf__shown longest = mf__show_duration(computing_ns(workers, most), false);
    struct mf__buffer words = {0};
    if (strcmp(shortest.text, longest.text) == 0)
        mf__buffer_print(&words, "Each worker computed for %s.", longest.text);
    else
        mf__buffer_print(&words,
                         "Worker %zu computed longest, for %s, and worker %zu shortest, for %s.",
                         most + 1, longest.text, least + 1, shortest.text);
    mf__story_chart(story, "workers-chart", "What each worker did", make_workers(workers),
                    "One run of %s, the last that was measured: in each run other items fall to a "
                    "worker, so its times are those of a run and no medians. %s",
                    mf__told_name(series).text, mf__buffer_text(&words));
    mf__text_done(story, &words);
    mf__story_column(story, true, "worker");
    mf__story_column(story, true, "items");
    for (size_t k = 0; k < N_PARTS; k++)
        mf__story_column(story, true, parts[k].name);
    for (size_t i = 0; i < json_array_size(workers); i++) {
        const json_t *worker = json_array_get(workers, i);
        mf__story_cell(story, "%zu", i + 1);
        mf__story_cell(story, "%s", mf__show_count(mf__look_count(worker, "items"), ',').text);
        for (size_t k = 0; k < N_PARTS; k++)
            mf__story_cell(story, "%s",
                           mf__show_duration(mf__look_real(worker, parts[k].ns), false).text);
    }
}

void mf__compare_where(struct mf__story *story, const json_t *root, unsigned level)
{
    const json_t *telling = mf__told_telling(root);
    if (!is_told(mf__told_base(root)))
        return;
    mf__story_section(story, level, "where", "Where the time went");
    say_shares(story, root);
    say_launches(story, root);
    if (telling != NULL && mf__look_length(telling, "samples") > 0)
        say_workers(story, telling);
}
