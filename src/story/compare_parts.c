/* SPDX-License-Identifier: Apache-2.0 */
#include "story/compare_parts.h"

#include "base/text.h"
#include "report/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WAY_BYTES 32 /* longer names than ours are not shown in full sentences */

/* ---- series ---- */

const json_t *mf__told_series(const json_t *root, size_t n)
{
    return json_array_get(mf__look(root, "series"), n);
}

const json_t *mf__told_base(const json_t *root)
{
    return mf__told_series(root, 0);
}

bool mf__told_is(const json_t *series, const char *role)
{
    return strcmp(mf__look_text(series, "role"), role) == 0;
}

bool mf__told_is_main(const json_t *series)
{
    return mf__told_is(series, "base") || mf__told_is(series, "strong");
}

bool mf__told_has(const json_t *series, const char *statistic)
{
    return mf__look(mf__look(series, "statistics"), statistic) != NULL;
}

bool mf__told_is_point(const json_t *series, const char *way)
{
    return mf__told_is(series, "strong") && mf__told_has(series, "speedup") &&
           !mf__look_true(series, "oversubscribed") &&
           strcmp(mf__look_text(series, "way"), way) == 0;
}

/* Whether a series of the way is marked so: "wrong", "failed". */
static bool is_marked(const json_t *root, const char *way, const char *mark)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (strcmp(mf__look_text(series, "way"), way) == 0 && mf__look_true(series, mark))
            return true;
    return false;
}

bool mf__told_is_wrong(const json_t *root, const char *way)
{
    return mf__look_true(mf__told_base(root), "wrong") || is_marked(root, way, "wrong");
}

bool mf__told_has_failed(const json_t *root, const char *way)
{
    return is_marked(root, way, "failed");
}

const json_t *mf__told_ceiling(const json_t *root, const json_t *series)
{
    const json_t *other = NULL;
    for (size_t i = 0; (other = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_has(other, "ceiling") &&
            mf__look_count(other, "workers") == mf__look_count(series, "workers"))
            return other;
    return NULL;
}

const json_t *mf__told_telling(const json_t *root)
{
    const json_t *best = NULL;
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is_point(series, mf__look_text(series, "way")) &&
            mf__look_count(series, "workers") > 1 &&
            (best == NULL || mf__look_real(series, "statistics.time_ns.median") <
                                 mf__look_real(best, "statistics.time_ns.median")))
            best = series;
    return best;
}

const json_t *mf__told_laws(const json_t *root, const char *way)
{
    const json_t *laws = mf__look(root, "laws");
    for (size_t i = 0; i < json_array_size(laws); i++) {
        const json_t *one = json_array_get(laws, i);
        if (strcmp(mf__look_text(one, "way"), way) == 0 && mf__look(one, "amdahl") != NULL)
            return one;
    }
    return NULL;
}

unsigned mf__told_most_workers(const json_t *root)
{
    uint64_t most = 0;
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is_point(series, mf__look_text(series, "way")) &&
            mf__look_count(series, "workers") > most)
            most = mf__look_count(series, "workers");
    return (unsigned)most;
}

bool mf__told_doubles(const json_t *root)
{
    const json_t *workers = mf__look(root, "settings.workers");
    for (size_t i = 1; i < json_array_size(workers); i++)
        if (json_integer_value(json_array_get(workers, i)) !=
            2 * json_integer_value(json_array_get(workers, i - 1)))
            return false;
    return true;
}

bool mf__told_any(const json_t *root, const char *role, const char *statistic)
{
    const json_t *series = NULL;
    for (size_t i = 0; (series = mf__told_series(root, i)) != NULL; i++)
        if (mf__told_is(series, role) && mf__told_has(series, statistic))
            return true;
    return false;
}

/* ---- words ---- */

const char *mf__told_way(const json_t *series)
{
    const char *way = mf__look_text(series, "way");
    if (mf__told_is(series, "ceiling"))
        return "machine's ceiling";
    return strlen(way) <= WAY_BYTES ? way : "another way";
}

struct mf__shown mf__told_name(const json_t *series)
{
    struct mf__shown name = {"the serial way"};
    uint64_t workers = mf__look_count(series, "workers");
    if (!mf__told_is(series, "base"))
        snprintf(name.text, sizeof name.text, "%s with %llu worker%s", mf__told_way(series),
                 (unsigned long long)workers, workers == 1 ? "" : "s");
    return name;
}

struct mf__shown mf__told_begin(const json_t *series)
{
    struct mf__shown name = mf__told_name(series);
    mf__capitalise(name.text);
    return name;
}

const char *mf__told_missing(const json_t *series)
{
    bool is_base = mf__told_is(series, "base");
    bool is_compared = mf__told_has(series, "speedup") || mf__told_has(series, "scaled_speedup");
    if (mf__look_true(series, "wrong"))
        return "wrong answer";
    if (mf__look_true(series, "failed"))
        return "failed";
    return is_base || is_compared ? NULL : "not compared";
}

void mf__told_next(struct mf__buffer *list, const char *separator)
{
    if (list->length > 0)
        mf__buffer_put(list, separator);
}

void mf__told_sentences(const json_t *root, const char *topic, struct mf__buffer *out)
{
    const json_t *sentences = mf__look(root, "verdict.sentences");
    for (size_t i = 0; i < json_array_size(sentences); i++) {
        const json_t *sentence = json_array_get(sentences, i);
        if (strcmp(mf__look_text(sentence, "topic"), topic) != 0)
            continue;
        mf__told_next(out, " ");
        mf__buffer_put(out, mf__look_text(sentence, "text"));
    }
}

/* ---- figures ---- */

/* JSON has no word for infinite, so it has null there. */
static double end_of(const json_t *interval, const char *key, double without)
{
    double end = mf__look_real(interval, key);
    return isnan(end) ? without : end;
}

struct mf__interval mf__told_interval(const json_t *from, const char *path)
{
    const json_t *found = mf__look(from, path);
    bool known = mf__look_true(found, "known");
    return (struct mf__interval){
        .low = end_of(found, "low", -(double)INFINITY),
        .mid = end_of(found, "mid", known ? (double)INFINITY : (double)NAN),
        .high = end_of(found, "high", (double)INFINITY),
        .coverage = mf__look_real(found, "coverage"),
        .known = known,
    };
}

struct mf__shown mf__told_time(const json_t *series)
{
    const struct mf__interval sure = mf__told_interval(series, "statistics.time_ns.interval");
    struct mf__shown time =
        mf__show_duration(mf__look_real(series, "statistics.time_ns.median"), false);
    struct mf__shown shown = time;
    if (sure.known)
        snprintf(shown.text, sizeof shown.text, "%.18s [%.18s, %.18s]", time.text,
                 mf__show_duration(sure.low, false).text, mf__show_duration(sure.high, false).text);
    return shown;
}

struct mf__shown mf__told_factor(const json_t *from, const char *path)
{
    const struct mf__interval factor = mf__told_interval(from, path);
    return mf__show_sure(&factor);
}

void mf__told_put(json_t **row, const char *key, const struct mf__interval *interval, double unit)
{
    char end[32];
    mf__json_put(row, key, mf__json_real(interval->mid / unit));
    if (!interval->known || !isfinite(interval->low) || !isfinite(interval->high))
        return;
    snprintf(end, sizeof end, "%.24s_low", key);
    mf__json_put(row, end, mf__json_real(interval->low / unit));
    snprintf(end, sizeof end, "%.24s_high", key);
    mf__json_put(row, end, mf__json_real(interval->high / unit));
}

struct mf__time_unit mf__told_unit(double most_ns)
{
    static const struct mf__time_unit units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof units[0] && !(most_ns >= units[i].ns))
        i++;
    return units[i];
}

const char *mf__told_ceiling_means(const json_t *ceiling)
{
    const struct mf__interval found = mf__told_interval(ceiling, "statistics.ceiling");
    return mf__is_sure_ceiling(&found)
               ? "more than that is hardly to be had from this machine"
               : "what this machine could give at most, that does not tell, as it was too busy or "
                 "the rounds too few";
}
