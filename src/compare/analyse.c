/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/analyse.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/order.h"
#include "stats/scaling.h"

#include <string.h>

/* Within this, fewer workers are preferred. */
#define MARGIN 0.02

/* Room that every step uses: one number per round. */
struct scratch {
    double *base;
    double *other;
    bool *flags;
};

static void times_of(const struct mf__comparison *comparison, size_t i, double *ret_times)
{
    for (size_t round = 0; round < comparison->n_rounds; round++)
        ret_times[round] = comparison->series[i].samples[round].ns;
}

/* ---- where the time went ---- */

enum part { STARTUP, COMPUTE, COMBINE, PARTS };

static uint64_t sum_of(const mf_ledger *ledger, enum part part)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < ledger->n_workers; i++)
        sum += part == STARTUP ? ledger->workers[i].startup_ns : ledger->workers[i].compute_ns;
    return sum;
}

/* The share of workers * (open + run) that went into one part. */
static double share_of(const mf_ledger *ledger, enum part part)
{
    double whole = (double)ledger->n_workers * (double)(ledger->open_ns + ledger->wall_ns);
    double spent = part == COMBINE ? (double)ledger->combine_ns : (double)sum_of(ledger, part);
    if (part == STARTUP)
        spent += (double)ledger->n_workers * (double)ledger->open_ns;
    return whole > 0 && spent < whole ? spent / whole : whole > 0 ? 1.0 : 0.0;
}

static double median_in_place(double *values, size_t n)
{
    mf__sort(values, n);
    return mf__quantile(values, n, 0.5);
}

static double median_share(const struct mf__series *series, size_t n_rounds, enum part part,
                           double *values)
{
    for (size_t round = 0; round < n_rounds; round++)
        values[round] = share_of(&series->samples[round].ledger, part);
    return median_in_place(values, n_rounds);
}

static void fill_shares(struct mf__series *series, size_t n_rounds, double *values)
{
    struct mf__shares *shares = &series->shares;
    shares->startup = median_share(series, n_rounds, STARTUP, values);
    shares->compute = median_share(series, n_rounds, COMPUTE, values);
    shares->combine = median_share(series, n_rounds, COMBINE, values);
    double rest = 1.0 - shares->startup - shares->compute - shares->combine;
    shares->wait = rest > 0 ? rest : 0;
    for (size_t round = 0; round < n_rounds; round++)
        values[round] = series->samples[round].ledger.load_balance;
    shares->load_balance = median_in_place(values, n_rounds);
}

/* ---- one series ---- */

static double inverse(double x, double unused)
{
    (void)unused;
    return 1.0 / x;
}

static int summarize(struct mf__comparison *comparison, size_t i, struct scratch *scratch,
                     mf_error *error)
{
    struct mf__series *series = &comparison->series[i];
    times_of(comparison, i, scratch->other);
    int code = mf__summarize(scratch->other, comparison->n_rounds, &series->time, error);
    if (code != 0)
        return code;
    mf__flag_outliers(scratch->other, &series->time, scratch->flags);
    for (size_t round = 0; round < comparison->n_rounds; round++)
        series->samples[round].outlier = scratch->flags[round];
    fill_shares(series, comparison->n_rounds, scratch->base);
    return 0;
}

/* What follows from the speedup, by role. */
static void derive(struct mf__series *series)
{
    const struct mf__interval *speedup = &series->speedup.speedup;
    if (series->role == MF__ROLE_STRONG) {
        series->efficiency = mf__efficiency(speedup, series->workers);
        series->karp_flatt = mf__karp_flatt(speedup, series->workers);
        series->tax = mf__interval_map(speedup, inverse, 0);
        series->above_workers = speedup->known && speedup->low > (double)series->workers;
    } else {
        series->scaled = mf__scaled_speedup(speedup, series->workers);
    }
}

static int compare_with_base(struct mf__comparison *comparison, size_t i, struct scratch *scratch,
                             mf_error *error)
{
    struct mf__series *series = &comparison->series[i];
    if (i == 0 || series->wrong || comparison->series[0].wrong)
        return 0;
    times_of(comparison, 0, scratch->base);
    times_of(comparison, i, scratch->other);
    const struct mf__pairs pairs = {scratch->base, scratch->other, comparison->n_rounds};
    int code = mf__ratio(&pairs, MF__CONFIDENCE, &series->speedup, error);
    if (code != 0)
        return code;
    series->compared = true;
    derive(series);
    return 0;
}

/* A speedup that the machine cannot give is an error of measuring, and is said to be one. */
static void check_ceilings(struct mf__comparison *comparison)
{
    for (size_t i = 1; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        size_t k = mf__comparison_find(comparison, MF__ROLE_CEILING, NULL, series->workers);
        if (series->role != MF__ROLE_STRONG || !series->compared || k == MF__NO_SERIES)
            continue;
        const struct mf__series *ceiling = &comparison->series[k];
        series->above_ceiling = ceiling->compared && ceiling->scaled.known &&
                                series->speedup.speedup.known &&
                                series->speedup.speedup.low > ceiling->scaled.high;
    }
}

/* ---- laws ---- */

static bool fits(const struct mf__series *series, const mf_way *way)
{
    return series->role == MF__ROLE_STRONG && series->way == way && series->compared &&
           !series->oversubscribed;
}

static void gather(const struct mf__comparison *comparison, const mf_way *way, double *ret_times,
                   unsigned *ret_workers, size_t n_points)
{
    size_t column = 0;
    for (size_t i = 1; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (!fits(series, way))
            continue;
        ret_workers[column] = series->workers;
        for (size_t round = 0; round < comparison->n_rounds; round++)
            ret_times[round * n_points + column] = series->samples[round].ns;
        column++;
    }
}

static int fit_rounds(struct mf__comparison *comparison, struct mf__way_laws *laws,
                      const struct mf__rounds *rounds, const double *base, mf_error *error)
{
    struct mf__bootstrap request = mf__bootstrap_defaults();
    request.rounds = *rounds;
    request.base = base;
    request.at = mf__predicted_workers;
    request.n_at = MF__PREDICTED;
    request.confidence = MF__CONFIDENCE;
    request.seed = comparison->request.seed;
    int code = mf__bootstrap_laws(&request, &laws->bands, error);
    if (code != 0)
        return code;
    laws->fitted = true;
    code = mf__recommend(rounds, MF__CONFIDENCE, MARGIN, &laws->recommendation, error);
    if (code != 0)
        return code;
    laws->recommended_series = mf__comparison_find(comparison, MF__ROLE_STRONG, laws->way,
                                                   rounds->workers[laws->recommendation.column]);
    laws->recommended = laws->recommended_series != MF__NO_SERIES;
    return 0;
}

static int fit_way(struct mf__comparison *comparison, struct mf__way_laws *laws,
                   struct scratch *scratch, mf_error *error)
{
    for (size_t i = 1; i < comparison->n_series; i++)
        laws->n_points += fits(&comparison->series[i], laws->way);
    if (laws->n_points < 2)
        return 0;
    double *times = mf__new(comparison->n_rounds * laws->n_points, sizeof *times);
    unsigned *workers = mf__new(laws->n_points, sizeof *workers);
    int code = 0;
    if (times == NULL || workers == NULL) {
        code = mf__fail_memory(error, comparison->n_rounds * laws->n_points * sizeof *times,
                               "the times of one way");
    } else {
        gather(comparison, laws->way, times, workers, laws->n_points);
        times_of(comparison, 0, scratch->base);
        const struct mf__rounds rounds = {times, workers, comparison->n_rounds, laws->n_points};
        code = fit_rounds(comparison, laws, &rounds, scratch->base, error);
    }
    mf__free(times);
    mf__free(workers);
    return code;
}

static int fit_laws(struct mf__comparison *comparison, struct scratch *scratch, mf_error *error)
{
    const struct mf__comparison_request *request = &comparison->request;
    comparison->laws = mf__new(request->n_ways, sizeof *comparison->laws);
    if (comparison->laws == NULL)
        return mf__fail_memory(error, request->n_ways * sizeof *comparison->laws, "the laws");
    for (size_t i = 0; i < request->n_ways; i++) {
        if (strcmp(mf_way_name(request->ways[i]), "serial") == 0)
            continue;
        struct mf__way_laws *laws = &comparison->laws[comparison->n_laws++];
        laws->way = request->ways[i];
        int code = fit_way(comparison, laws, scratch, error);
        if (code != 0)
            return code;
    }
    return 0;
}

/* ---- the fastest ---- */

/* The quickest right series among base and strong, other than those of the way `but`. */
static size_t quickest(const struct mf__comparison *comparison, const mf_way *but)
{
    size_t best = MF__NO_SERIES;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if ((series->role != MF__ROLE_BASE && series->role != MF__ROLE_STRONG) || series->wrong ||
            series->way == but)
            continue;
        if (best == MF__NO_SERIES || series->time.median < comparison->series[best].time.median)
            best = i;
    }
    return best;
}

static int find_fastest(struct mf__comparison *comparison, struct scratch *scratch, mf_error *error)
{
    comparison->fastest = quickest(comparison, NULL);
    comparison->runner_up = MF__NO_SERIES;
    if (comparison->fastest == MF__NO_SERIES)
        return 0;
    comparison->runner_up = quickest(comparison, comparison->series[comparison->fastest].way);
    if (comparison->runner_up == MF__NO_SERIES)
        return 0;
    times_of(comparison, comparison->runner_up, scratch->base);
    times_of(comparison, comparison->fastest, scratch->other);
    const struct mf__pairs pairs = {scratch->base, scratch->other, comparison->n_rounds};
    return mf__ratio(&pairs, MF__CONFIDENCE, &comparison->lead, error);
}

static int analyse(struct mf__comparison *comparison, struct scratch *scratch, mf_error *error)
{
    int code = 0;
    for (size_t i = 0; i < comparison->n_series && code == 0; i++)
        code = summarize(comparison, i, scratch, error);
    for (size_t i = 0; i < comparison->n_series && code == 0; i++) {
        comparison->wrong = comparison->wrong || comparison->series[i].wrong;
        code = compare_with_base(comparison, i, scratch, error);
    }
    if (code != 0)
        return code;
    check_ceilings(comparison);
    code = fit_laws(comparison, scratch, error);
    return code == 0 ? find_fastest(comparison, scratch, error) : code;
}

int mf__analyse(struct mf__comparison *comparison, mf_error *error)
{
    size_t n = comparison->n_rounds;
    struct scratch scratch = {.base = mf__new(n, sizeof(double)),
                              .other = mf__new(n, sizeof(double)),
                              .flags = mf__new(n, sizeof(bool))};
    int code = scratch.base == NULL || scratch.other == NULL || scratch.flags == NULL
                   ? mf__fail_memory(error, n * sizeof(double), "one number per round")
                   : analyse(comparison, &scratch, error);
    mf__free(scratch.base);
    mf__free(scratch.other);
    mf__free(scratch.flags);
    return code;
}
