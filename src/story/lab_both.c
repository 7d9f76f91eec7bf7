/* SPDX-License-Identifier: Apache-2.0 */
/* Both parts side by side: what threads and processes cost, and what the two laws say of them. */
#include "base/memory.h"
#include "base/text.h"
#include "report/json.h"
#include "story/chart.h"
#include "story/compare_parts.h"
#include "story/lab_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- which series ---- */

/* The n-th series that is shown: the serial way, and each way with as many workers as the telling
 * one; NULL: there are fewer. */
static const json_t *shown(const json_t *comparison, size_t n)
{
    const json_t *telling = mf__told_telling(comparison);
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(comparison, i)) != NULL; i++) {
        bool is_one = mf__told_is(series, "base") ||
                      (telling != NULL && mf__told_is(series, "strong") &&
                       mf__look_count(series, "workers") == mf__look_count(telling, "workers"));
        if (is_one && mf__look_length(series, "samples") > 0 && n-- == 0)
            return series;
    }
    return NULL;
}

static const json_t *comparison_at(const json_t *root, size_t i)
{
    return mf__lab_document(root, mf__lab_comparisons[i].name);
}

/* ---- the chart ---- */

static json_t *row_of(const char *title, const char *name, const char *who,
                      const struct mf__interval *speedup)
{
    struct mf__buffer series = {0};
    mf__buffer_print(&series, "%s: %s", title, name);
    json_t *row = json_object();
    mf__json_put(&row, "series", series.failed ? NULL : json_string(mf__buffer_text(&series)));
    mf__json_put(&row, "who", json_string(who));
    mf__told_put(&row, "speedup", speedup, 1);
    mf__buffer_done(&series);
    return row;
}

static void add_rows(const json_t *root, size_t at, json_t **rows)
{
    const json_t *comparison = comparison_at(root, at);
    const char *title = mf__lab_comparisons[at].title;
    const json_t *telling = mf__told_telling(comparison);
    const json_t *ceiling = telling != NULL ? mf__told_ceiling(comparison, telling) : NULL;
    const json_t *series = NULL;
    for (size_t i = 0; (series = shown(comparison, i)) != NULL; i++) {
        const struct mf__interval speedup = mf__told_interval(series, "statistics.speedup");
        if (mf__told_has(series, "speedup"))
            mf__json_append(rows,
                            row_of(title, mf__told_way(series), mf__told_way(series), &speedup));
    }
    if (ceiling != NULL) {
        const struct mf__interval limit = mf__told_interval(ceiling, "statistics.ceiling");
        mf__json_append(rows, row_of(title, "ceiling", "machine's ceiling", &limit));
    }
}

static json_t *make_chart(const json_t *root)
{
    json_t *chart = mf__chart("lab_both");
    json_t *rows = json_array();
    json_t *ideal = json_array();
    json_t *serial = json_array();
    uint64_t most = 0;
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        uint64_t workers = mf__look_count(mf__told_telling(comparison_at(root, i)), "workers");
        add_rows(root, i, &rows);
        most = workers > most ? workers : most;
    }
    json_t *line = json_object();
    json_t *one = json_object();
    mf__json_put(&line, "workers", mf__json_count(most));
    mf__json_put(&one, "speedup", mf__json_count(1));
    mf__json_append(&ideal, line);
    mf__json_append(&serial, one);
    mf__chart_rows(&chart, "ways", rows);
    mf__chart_rows(&chart, "serial", serial);
    mf__chart_rows(&chart, "ideal", ideal);
    return chart;
}

/* Adds the cells of a series behind the first two, which name it. */
typedef void (*celler)(struct mf__story *story, const json_t *series);

static void add_rows_of(struct mf__story *story, const json_t *root, celler add)
{
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        const json_t *series = NULL;
        for (size_t k = 0; (series = shown(comparison_at(root, i), k)) != NULL; k++) {
            mf__story_cell(story, "%s", mf__lab_comparisons[i].title);
            mf__story_cell(story, "%s", mf__told_name(series).text);
            add(story, series);
        }
    }
}

static void add_speedup(struct mf__story *story, const json_t *series)
{
    mf__story_cell(story, "%s", mf__told_time(series).text);
    mf__story_cell(
        story, "%s",
        mf__told_has(series, "speedup") ? mf__told_factor(series, "statistics.speedup").text : "1");
}

static void add_speedups(struct mf__story *story, const json_t *root)
{
    mf__story_column(story, false, "part");
    mf__story_column(story, false, "way");
    mf__story_column(story, true, "time of a run [95 %]");
    mf__story_column(story, true, "speedup [95 %]");
    add_rows_of(story, root, add_speedup);
}

/* ---- what it costs ---- */

/* Until the last worker had its first item, after the pool was open. */
static double last_start(const json_t *sample)
{
    const json_t *workers = mf__look(sample, "ledger.workers");
    double last = 0;
    for (size_t i = 0; i < json_array_size(workers); i++)
        last = fmax(last, mf__look_real(json_array_get(workers, i), "startup_ns"));
    return last;
}

/* The cost of one sample by name. */
static double cost_of(const json_t *sample, const char *path)
{
    return path[0] == '\0' ? last_start(sample) : mf__look_real(sample, path);
}

static int by_size(const void *one, const void *other)
{
    const double *a = one;
    const double *b = other;
    return (*a > *b) - (*a < *b);
}

/* The median of a cost over all rounds. */
static double median_cost(struct mf__story *story, const json_t *series, const char *path)
{
    const json_t *samples = mf__look(series, "samples");
    size_t n = json_array_size(samples);
    double *costs = mf__new(n, sizeof *costs);
    if (costs == NULL || n == 0) {
        story->failed = story->failed || costs == NULL;
        mf__free(costs);
        return (double)NAN;
    }
    for (size_t i = 0; i < n; i++)
        costs[i] = cost_of(json_array_get(samples, i), path);
    qsort(costs, n, sizeof *costs, by_size);
    double median = (costs[(n - 1) / 2] + costs[n / 2]) / 2;
    mf__free(costs);
    return median;
}

static struct mf__shown bytes_of(double bytes)
{
    return mf__show_bytes(bytes > 0 ? (uint64_t)bytes : 0);
}

static void add_cost(struct mf__story *story, const json_t *series)
{
    const char *way = mf__look_text(series, "way");
    bool others = strcmp(way, "processes") == 0 || strcmp(way, "mpi") == 0;
    static const char *const times[] = {"ledger.wall_ns", "ledger.cpu_ns", "ledger.open_ns", ""};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        mf__story_cell(story, "%s",
                       mf__show_duration(median_cost(story, series, times[i]), false).text);
    mf__story_cell(story, "%s", bytes_of(median_cost(story, series, "ledger.peak_bytes")).text);
    mf__story_cell(story, "%s",
                   others ? bytes_of(median_cost(story, series, "ledger.workers_peak_bytes")).text
                          : "");
}

static void add_cost_with_launch(struct mf__story *story, const json_t *series)
{
    double launch_ns = median_cost(story, series, "launch_ns");
    add_cost(story, series);
    mf__story_cell(story, "%s", launch_ns > 0 ? mf__show_duration(launch_ns, false).text : "");
}

/* Whether ranks took part, in either part. */
static bool has_ranks(const json_t *root)
{
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++)
        if (mf__told_any(comparison_at(root, i), "strong", "launch_ns"))
            return true;
    return false;
}

static void say_cost_table(struct mf__story *story, const json_t *root)
{
    static const char *const columns[] = {
        "time",          "processor time", "opening", "until all began", "memory of the caller",
        "of its workers"};
    bool ranks = has_ranks(root);
    mf__story_table(story, "What a run of each way took: medians over all rounds");
    mf__story_column(story, false, "part");
    mf__story_column(story, false, "way");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        mf__story_column(story, true, columns[i]);
    if (ranks)
        mf__story_column(story, true, "before: starting ranks");
    add_rows_of(story, root, ranks ? add_cost_with_launch : add_cost);
}

/* "The sum: threads 1.9 [...], processes 1.8 [...]." */
static void put_speedups(const json_t *root, size_t at, struct mf__buffer *out)
{
    const json_t *comparison = comparison_at(root, at);
    const json_t *series = NULL;
    bool first = true;
    for (size_t i = 0; (series = shown(comparison, i)) != NULL; i++) {
        if (!mf__told_has(series, "speedup"))
            continue;
        if (first)
            mf__lab_begin_item(root, at, out);
        mf__buffer_print(out, "%s%s %s times", first ? "" : ", ", mf__told_name(series).text,
                         mf__told_factor(series, "statistics.speedup").text);
        first = false;
    }
    mf__buffer_put(out, first ? "" : " as fast as the serial way.");
}

static void say_chart(struct mf__story *story, const json_t *root)
{
    struct mf__buffer caption = {0};
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++)
        put_speedups(root, i, &caption);
    mf__told_next(&caption, " ");
    if (caption.length > 0)
        mf__capitalise(caption.bytes);
    mf__story_chart(
        story, "both-chart",
        has_ranks(root) ? "Threads, processes and MPI in both parts"
                        : "Threads and processes in both parts",
        make_chart(root),
        "%sThe ceiling is what copies of the serial work that share nothing reach here.",
        mf__buffer_text(&caption));
    mf__story_drawn(story,
                    "The line at 1 is the serial way; the dashed one is where as many workers "
                    "would be as many times as fast.");
    add_speedups(story, root);
    mf__text_done(story, &caption);
}

/* The series of a way with as many workers as the telling one; NULL: it has no speedup. */
static const json_t *with_speedup(const json_t *comparison, const char *way)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = shown(comparison, i)) != NULL; i++)
        if (strcmp(mf__look_text(series, "way"), way) == 0 && mf__told_has(series, "speedup"))
            return series;
    return NULL;
}

/* Adds whether the speedups of both ways were told apart; nothing where one of them has none. */
static void put_difference(const json_t *comparison, struct mf__buffer *out)
{
    const json_t *threads = with_speedup(comparison, "threads");
    const json_t *processes = with_speedup(comparison, "processes");
    if (threads == NULL || processes == NULL)
        return;
    const struct mf__interval one = mf__told_interval(threads, "statistics.speedup");
    const struct mf__interval other = mf__told_interval(processes, "statistics.speedup");
    if (!one.known || !other.known)
        mf__buffer_put(out, "what one gains over the other is not known.");
    else if (one.low <= other.high && other.low <= one.high)
        mf__buffer_put(out, "the intervals of the speedups of both overlap, so no difference was "
                            "seen.");
    else
        mf__buffer_print(out,
                         "%s have the larger speedup, and the intervals of both do not overlap.",
                         one.low > other.high ? "threads" : "processes");
}

static void say_differences(struct mf__story *story, const json_t *root)
{
    struct mf__buffer text = {0};
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        struct mf__buffer one = {0};
        put_difference(comparison_at(root, i), &one);
        if (one.length > 0) {
            mf__lab_begin_item(root, i, &text);
            mf__buffer_put(&text, mf__buffer_text(&one));
        }
        mf__text_done(story, &one);
    }
    if (text.length > 0) {
        mf__capitalise(text.bytes);
        mf__story_text(story, "Was the difference seen here? %s", mf__buffer_text(&text));
    }
    mf__text_done(story, &text);
}

static void say_costs(struct mf__story *story, const json_t *root)
{
    say_cost_table(story, root);
    mf__story_text(
        story,
        "In general: threads are made when a pool is opened and share everything: the table, the "
        "trees, one heap. Processes are forked when a run begins and share with the caller only "
        "what nobody writes, so each has memory of its own, most often takes longer to begin, and "
        "sends its results through a window of memory that all of them map. That is the price of "
        "a wall between them: one that crashes takes none of the others along. The shorter the "
        "work, the more of it is starting. What processes share is counted in each of them, so "
        "their memory looks larger than it is.");
    if (has_ranks(root))
        mf__story_text(
            story,
            "The ranks of mpi are processes too, but share nothing at all: what each needs travels "
            "to it as messages, on one machine as between several. A launcher has to start them, "
            "which most often takes far longer than threads or a fork, and is shown apart from all "
            "other times. It is the price of the way that can use many machines.");
    say_differences(story, root);
}

/* ---- the laws ---- */

static void put_amdahl(const json_t *comparison, struct mf__buffer *out)
{
    const json_t *list = mf__look(comparison, "laws");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *laws = json_array_get(list, i);
        const struct mf__interval fraction = mf__told_interval(laws, "amdahl.serial_fraction");
        if (mf__look(laws, "amdahl") == NULL)
            continue;
        mf__told_next(out, ", ");
        mf__buffer_print(out, "%s %s", mf__told_way(laws), mf__show_sure_percent(&fraction).text);
    }
}

/* The scaled speedups with the most workers. */
static void put_scaled(const json_t *comparison, struct mf__buffer *out)
{
    uint64_t most = mf__look_count(mf__told_telling(comparison), "workers");
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(comparison, i)) != NULL; i++) {
        if (!mf__told_is(series, "weak") || mf__look_count(series, "workers") != most ||
            !mf__told_has(series, "scaled_speedup"))
            continue;
        mf__told_next(out, ", ");
        mf__buffer_print(out, "%s %s", mf__told_name(series).text,
                         mf__told_factor(series, "statistics.scaled_speedup").text);
    }
}

static void say_amdahl(struct mf__story *story, const json_t *root)
{
    struct mf__buffer text = {0};
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++) {
        struct mf__buffer one = {0};
        put_amdahl(comparison_at(root, i), &one);
        if (one.length > 0) {
            mf__lab_begin_item(root, i, &text);
            mf__buffer_print(&text, "%s.", mf__buffer_text(&one));
        }
        mf__text_done(story, &one);
    }
    if (text.length > 0)
        mf__story_text(story,
                       "Amdahl asks: the work stays as it is, how much sooner is it done? What "
                       "cannot be shared, the serial fraction, sets the limit; above 100 %% more "
                       "workers are slower. Measured here: %s "
                       "That is the question of part 2: a search has the size that it has.",
                       mf__buffer_text(&text));
    else
        mf__story_note(story, "Amdahl's law is fitted to at least two worker counts; there were "
                              "not as many here, so nothing is said of it.");
    mf__text_done(story, &text);
}

static void say_gustafson(struct mf__story *story, const json_t *root)
{
    struct mf__buffer text = {0};
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++)
        put_scaled(comparison_at(root, i), &text);
    if (text.length > 0)
        mf__story_text(story,
                       "Gustafson asks: the time stays as it is, how much more is done? The sum "
                       "can grow with the workers, so part 1 measured that too. With as many times "
                       "the integers as workers, so many times the work was done in the time of "
                       "one: %s. Who has more to do whenever there are more workers, say a finer "
                       "grid or more trees, should read this figure and not Amdahl's limit. Both "
                       "laws leave out what workers do to each other: shared caches, memory and "
                       "power, which the ceiling of the chart above holds.",
                       mf__buffer_text(&text));
    mf__text_done(story, &text);
}

void mf__lab_both(struct mf__story *story, const json_t *root, unsigned level)
{
    bool has_workers = false;
    for (size_t i = 0; i < MF__LAB_COMPARISONS; i++)
        has_workers = has_workers || mf__told_telling(comparison_at(root, i)) != NULL;
    if (mf__lab_n_compared(root) == 0)
        return;
    mf__story_section(story, level, "both-parts",
                      has_ranks(root) ? "Threads, processes and MPI side by side"
                                      : "Threads and processes side by side");
    if (!has_workers) {
        mf__story_note(story, "No way with more than one worker could be compared. So nothing can "
                              "be said of what threads and processes gain; what they cost stands "
                              "in the parts.");
        return;
    }
    say_chart(story, root);
    say_costs(story, root);
    say_amdahl(story, root);
    say_gustafson(story, root);
}
