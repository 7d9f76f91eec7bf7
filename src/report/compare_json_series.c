/* SPDX-License-Identifier: Apache-2.0 */
/* One series as JSON: its answer, its statistics by name, its raw samples. */
#include "report/compare_json.h"
#include "report/names.h"

#include <math.h>

static json_t *digest(const struct mf__series *series)
{
    static const char digits[] = "0123456789abcdef";
    if (!series->answered)
        return json_null();
    char text[2 * MF__DIGEST_BYTES + 1] = {0};
    for (size_t i = 0; i < MF__DIGEST_BYTES; i++) {
        text[2 * i] = digits[series->digest[i] >> 4];
        text[2 * i + 1] = digits[series->digest[i] & 15];
    }
    return json_string(text);
}

/* ---- statistics ---- */

static void put_ranks(json_t **object, const char *key, const struct mf__interval *interval)
{
    mf__json_put(object, key, mf__json_interval(interval, MF__METHOD_RANKS));
}

static json_t *summary(const struct mf__summary *time, const struct mf__interval *median)
{
    json_t *object = json_object();
    mf__json_put(&object, "n", mf__json_count(time->n));
    mf__json_put(&object, "min", mf__json_real(time->min));
    mf__json_put(&object, "q1", mf__json_real(time->q1));
    mf__json_put(&object, "median", mf__json_real(time->median));
    mf__json_put(&object, "q3", mf__json_real(time->q3));
    mf__json_put(&object, "max", mf__json_real(time->max));
    mf__json_put(&object, "mean", mf__json_real(time->mean));
    mf__json_put(&object, "mad", mf__json_real(time->mad));
    mf__json_put(&object, "outliers", mf__json_count(time->outliers));
    put_ranks(&object, "interval", median);
    return object;
}

static json_t *shares(const struct mf__shares *part)
{
    json_t *object = json_object();
    mf__json_put(&object, "startup", mf__json_real(part->startup));
    mf__json_put(&object, "compute", mf__json_real(part->compute));
    mf__json_put(&object, "combine", mf__json_real(part->combine));
    mf__json_put(&object, "wait", mf__json_real(part->wait));
    mf__json_put(&object, "load_balance", mf__json_real(part->load_balance));
    return object;
}

/* Only what the role has: a statistic that is absent does not apply. */
static json_t *statistics(const struct mf__series *series)
{
    json_t *object = json_object();
    if (series->n_samples > 0)
        mf__json_put(&object, "time_ns", summary(&series->time, &series->time_interval));
    if (series->n_samples > 0 && series->role != MF__ROLE_CEILING)
        mf__json_put(&object, "shares", shares(&series->shares));
    if (series->launched)
        mf__json_put(&object, "launch_ns", summary(&series->launch, &series->launch_interval));
    if (!series->compared)
        return object;
    if (series->role == MF__ROLE_STRONG && series->launched && series->workers > 1)
        put_ranks(&object, "launch_even_ns", &series->launch_even);
    if (series->role == MF__ROLE_STRONG) {
        put_ranks(&object, "speedup", &series->speedup.speedup);
        put_ranks(&object, "efficiency", &series->efficiency);
        if (series->workers > 1)
            put_ranks(&object, "karp_flatt", &series->karp_flatt);
        else
            put_ranks(&object, "parallel_tax", &series->tax);
    } else if (series->role == MF__ROLE_WEAK) {
        put_ranks(&object, "scaled_speedup", &series->scaled);
        put_ranks(&object, "scaled_efficiency", &series->speedup.speedup);
        mf__json_put(&object, "gustafson",
                     mf__json_interval(&series->gustafson, MF__METHOD_BOOTSTRAP));
    } else {
        put_ranks(&object, "ceiling", &series->scaled);
    }
    mf__json_put(&object, "sign_test_p_value", mf__json_real(series->speedup.p_value));
    if (series->role == MF__ROLE_STRONG) {
        mf__json_put(&object, "p_adjusted", mf__json_real(series->p_adjusted));
        mf__json_put(&object, "claim", json_string(mf__claim_name(series->verdict)));
    }
    return object;
}

/* ---- samples ---- */

/* A sample's time is a duration, so it is finite, above 0 and far from the end of the integers. */
static json_t *sample_of(const struct mf__series *series, size_t round, bool with_spans)
{
    const struct mf__sample *sample = &series->samples[round];
    json_t *object = json_object();
    mf__json_put(&object, "round", mf__json_count(round));
    mf__json_put(&object, "place", mf__json_count(sample->place));
    mf__json_put(&object, "repeats", mf__json_count(sample->repeats));
    mf__json_put(&object, "ns", json_integer((json_int_t)llround(sample->ns)));
    if (series->launched)
        mf__json_put(&object, "launch_ns", mf__json_count((uint64_t)sample->launch_ns));
    mf__json_put(&object, "cpu_ns", mf__json_count(sample->cpu_ns));
    mf__json_put(&object, "peak_bytes", mf__json_count(sample->peak_bytes));
    mf__json_put(&object, "outlier", json_boolean(sample->outlier));
    mf__json_put(&object, "ledger",
                 with_spans && sample->ledger.n_spans > 0
                     ? mf__json_ledger_with_spans(&sample->ledger)
                     : mf__json_ledger(&sample->ledger));
    return object;
}

/* Of each series the spans of the last sample are known, and those of one are told: the parallel
 * one of which reports tell most, the fastest within the cores (story/compare_parts.c). */
static bool is_drawn(const struct mf__comparison *comparison, size_t at)
{
    const struct mf__series *best = NULL;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (mf__is_point(series, series->way) && series->workers > 1 &&
            (best == NULL || series->time.median < best->time.median))
            best = series;
    }
    return best == &comparison->series[at];
}

static json_t *samples(const struct mf__series *series, bool with_spans)
{
    json_t *array = json_array();
    for (size_t round = 0; round < series->n_samples; round++)
        mf__json_append(&array, sample_of(series, round, with_spans));
    return array;
}

json_t *mf__json_series(const struct mf__comparison *comparison, size_t i)
{
    const struct mf__series *series = &comparison->series[i];
    json_t *object = json_object();
    mf__json_put(&object, "role", json_string(mf__role_name(series->role)));
    mf__json_put(&object, "way",
                 mf__json_text(series->way != NULL ? mf_way_name(series->way) : NULL));
    mf__json_put(&object, "workers", mf__json_count(series->workers));
    mf__json_put(&object, "size", mf__json_digits(series->size));
    mf__json_put(&object, "oversubscribed", json_boolean(series->oversubscribed));
    mf__json_put(&object, "answer", mf__json_text(series->answered ? series->answer : NULL));
    mf__json_put(&object, "digest", digest(series));
    mf__json_put(&object, "wrong", json_boolean(series->wrong));
    mf__json_put(&object, "wrong_why", mf__json_text(series->wrong ? series->wrong_why : NULL));
    mf__json_put(&object, "failed", json_boolean(series->failed));
    mf__json_put(&object, "failed_why", mf__json_text(series->failed ? series->failed_why : NULL));
    mf__json_put(&object, "above_ceiling", json_boolean(series->above_ceiling));
    mf__json_put(&object, "above_workers", json_boolean(series->above_workers));
    mf__json_put(&object, "statistics", statistics(series));
    mf__json_put(&object, "samples", samples(series, is_drawn(comparison, i)));
    return object;
}
