/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/analyse.h"

#include "base/memory.h"
#include "base/status.h"
#include "compare/claims.h"
#include "compare/laws.h"
#include "stats/order.h"
#include "stats/real.h"
#include "stats/scaling.h"

/* Room that every step uses: one number per round. */
struct scratch {
    double *base;
    double *other;
    bool *flags;
};

static void times_of(const struct mf__comparison *comparison, size_t i, double *ret_times)
{
    for (size_t round = 0; round < comparison->series[i].n_samples; round++)
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

static double median_share(const struct mf__series *series, enum part part, double *values)
{
    for (size_t round = 0; round < series->n_samples; round++)
        values[round] = share_of(&series->samples[round].ledger, part);
    return median_in_place(values, series->n_samples);
}

static void fill_shares(struct mf__series *series, double *values)
{
    struct mf__shares *shares = &series->shares;
    shares->startup = median_share(series, STARTUP, values);
    shares->compute = median_share(series, COMPUTE, values);
    shares->combine = median_share(series, COMBINE, values);
    double rest = 1.0 - shares->startup - shares->compute - shares->combine;
    shares->wait = rest > 0 ? rest : 0;
    for (size_t round = 0; round < series->n_samples; round++)
        values[round] = series->samples[round].ledger.load_balance;
    shares->load_balance = median_in_place(values, series->n_samples);
}

/* ---- one series ---- */

static double inverse(double x, double unused)
{
    (void)unused;
    return 1.0 / x;
}

/* How long it took to start what takes the samples. */
static int summarize_launch(struct mf__series *series, struct scratch *scratch, mf_error *error)
{
    for (size_t round = 0; round < series->n_samples; round++)
        scratch->other[round] = series->samples[round].launch_ns;
    series->launched = true;
    int code = mf__summarize(scratch->other, series->n_samples, &series->launch, error);
    return code != 0 ? code
                     : mf__median_interval(scratch->other, series->n_samples, MF__CONFIDENCE,
                                           &series->launch_interval, error);
}

static int summarize(struct mf__comparison *comparison, size_t i, struct scratch *scratch,
                     mf_error *error)
{
    struct mf__series *series = &comparison->series[i];
    if (series->n_samples == 0) /* it failed at once */
        return 0;
    times_of(comparison, i, scratch->other);
    int code = mf__summarize(scratch->other, series->n_samples, &series->time, error);
    if (code != 0)
        return code;
    code = mf__median_interval(scratch->other, series->n_samples, MF__CONFIDENCE,
                               &series->time_interval, error);
    if (code != 0)
        return code;
    mf__flag_outliers(scratch->other, &series->time, scratch->flags);
    for (size_t round = 0; round < series->n_samples; round++)
        series->samples[round].outlier = scratch->flags[round];
    fill_shares(series, scratch->base);
    bool launched = series->way != NULL && series->way == comparison->request.launched;
    return launched ? summarize_launch(series, scratch, error) : 0;
}

/* With a speedup S and a launch that takes L, T is as long as L + T / S when T = L / (1 - 1/S). */
static double launch_even(double launch_ns, double speedup)
{
    return speedup > 1.0 ? launch_ns / (1.0 - 1.0 / speedup) : MF__INFINITY;
}

/* Its ends are those of the two intervals that are worst together. */
static struct mf__interval find_launch_even(const struct mf__series *series)
{
    const struct mf__interval *launch = &series->launch_interval;
    const struct mf__interval *speedup = &series->speedup.speedup;
    struct mf__interval even = {.mid = launch_even(launch->mid, speedup->mid)};
    if (!launch->known || !speedup->known)
        return mf__interval_unknown(even.mid);
    even.low = launch_even(launch->low, speedup->high);
    even.high = launch_even(launch->high, speedup->low);
    even.coverage = launch->coverage + speedup->coverage - 1.0; /* at least (Bonferroni) */
    even.known = true;
    return even;
}

/* What follows from the speedup, by role. */
static void derive(struct mf__series *series)
{
    const struct mf__interval *speedup = &series->speedup.speedup;
    if (series->role == MF__ROLE_STRONG) {
        series->efficiency = mf__efficiency(speedup, series->workers);
        series->karp_flatt = mf__karp_flatt(speedup, series->workers);
        series->tax = mf__interval_map(speedup, inverse, 0);
        if (series->launched && series->workers > 1)
            series->launch_even = find_launch_even(series);
    } else {
        series->scaled = mf__scaled_speedup(speedup, series->workers);
    }
}

/* One wrong answer condemns all worker counts of its way: they run the same program. */
static bool is_comparable(const struct mf__comparison *comparison, size_t i)
{
    const struct mf__series *series = &comparison->series[i];
    return i > 0 && !series->failed && !comparison->series[0].wrong &&
           !(series->way != NULL && mf__is_wrong_way(comparison, series->way));
}

static int compare_with_base(struct mf__comparison *comparison, size_t i, struct scratch *scratch,
                             mf_error *error)
{
    struct mf__series *series = &comparison->series[i];
    if (!is_comparable(comparison, i))
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

static int analyse(struct mf__comparison *comparison, struct scratch *scratch, mf_error *error)
{
    int code = 0;
    for (size_t i = 0; i < comparison->n_series && code == 0; i++) {
        comparison->wrong = comparison->wrong || comparison->series[i].wrong;
        comparison->failed = comparison->failed || comparison->series[i].failed;
        code = summarize(comparison, i, scratch, error);
    }
    for (size_t i = 0; i < comparison->n_series && code == 0; i++)
        code = compare_with_base(comparison, i, scratch, error);
    if (code == 0)
        code = mf__find_claims(comparison, error);
    return code == 0 ? mf__fit_laws(comparison, error) : code;
}

/* What an analysis before this one concluded. */
static void forget(struct mf__comparison *comparison)
{
    mf__laws_done(comparison);
    for (size_t i = 0; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        series->compared = series->above_ceiling = series->above_workers = false;
    }
}

int mf__analyse(struct mf__comparison *comparison, mf_error *error)
{
    size_t n = comparison->n_rounds;
    forget(comparison);
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
