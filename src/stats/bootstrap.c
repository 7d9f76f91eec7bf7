/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A law's figures come from medians by way of a fit; no formula gives their intervals. The
 * bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentile
 * intervals) does: draw as many rounds as there are, with replacement, fit again, and repeat; the
 * middle 95 % of the figures found is the interval.
 *
 * What is drawn are whole rounds, never single times. The times of one round share the machine's
 * state of that moment, and a resample must keep what they share; drawing each column on its own
 * would break the pairs up and make speedups look less sure than they are.
 *
 * A resample is a count for each round, how often it was drawn. With every column sorted once
 * before the loop, its median in a resample is found by walking up the column until half of the
 * counts have been passed: no copying, no sorting, no allocation inside the loop.
 */
#include "stats/bootstrap.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "stats/binomial.h"
#include "stats/order.h"
#include "stats/real.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RESAMPLES_DEFAULT  10000
#define RESAMPLES_MAX      10000000 /* about a gigabyte of figures; no interval needs as many */
#define CONFIDENCE_DEFAULT 0.95

/* One time and the round that it came from. */
struct timed {
    double time;
    size_t round;
};

/* Everything that the loop works on. Column number `columns` is the base. */
struct workspace {
    const struct mf__bootstrap *request;
    struct timed *sorted; /* [columns + 1][rounds], each column upwards */
    size_t *counts;       /* [rounds]: how often the round was drawn */
    double *medians;      /* [columns + 1] of the resample */
    double *figures;      /* [figures of one fit][resamples] */
};

/* The fits to one set of medians. */
struct laws {
    struct mf__amdahl amdahl;
    struct mf__usl usl;
    double base;
};

struct mf__bootstrap mf__bootstrap_defaults(void)
{
    return (struct mf__bootstrap){
        .resamples = RESAMPLES_DEFAULT, .confidence = CONFIDENCE_DEFAULT, .seed = 1};
}

static size_t figures_per_fit(const struct mf__bootstrap *request)
{
    return MF__BAND_COUNT + 2 * request->n_at;
}

static int check(const struct mf__bootstrap *request, mf_error *error)
{
    int status = mf__rounds_check(&request->rounds, error);
    if (status == 0)
        status = mf__check_durations(request->base, request->rounds.rounds, error);
    if (status == 0)
        status = mf__check_confidence(request->confidence, error);
    if (status == 0 && (request->resamples == 0 || request->resamples > RESAMPLES_MAX))
        status = mf__fail(error, MF_E_INPUT, "%zu resamples; the bootstrap takes 1 to %d",
                          request->resamples, RESAMPLES_MAX);
    for (size_t i = 0; i < request->n_at && status == 0; i++)
        if (request->at[i] == 0)
            status = mf__fail(error, MF_E_INPUT, "a speedup of 0 workers cannot be predicted");
    return status;
}

/* By time; equal times by round, so that the order does not depend on the sorting method. */
static int compare(const void *left, const void *right)
{
    const struct timed *a = left;
    const struct timed *b = right;
    if (a->time < b->time || a->time > b->time)
        return a->time < b->time ? -1 : 1;
    return (a->round > b->round) - (a->round < b->round);
}

static void sort_columns(struct workspace *space)
{
    const struct mf__rounds *rounds = &space->request->rounds;
    for (size_t column = 0; column <= rounds->columns; column++) {
        struct timed *sorted = space->sorted + column * rounds->rounds;
        for (size_t round = 0; round < rounds->rounds; round++) {
            bool is_base = column == rounds->columns;
            sorted[round].time = is_base ? space->request->base[round]
                                         : rounds->times[round * rounds->columns + column];
            sorted[round].round = round;
        }
        qsort(sorted, rounds->rounds, sizeof *sorted, compare);
    }
}

/* The median of n times, in which each time of the column stands as often as it was drawn. */
static double drawn_median(const struct timed *sorted, const size_t *counts, size_t n)
{
    size_t at = 0;
    size_t passed = counts[sorted[0].round];
    while (passed <= (n - 1) / 2)
        passed += counts[sorted[++at].round];
    double low = sorted[at].time;
    while (passed <= n / 2)
        passed += counts[sorted[++at].round];
    double high = sorted[at].time;
    return high > low ? 0.5 * low + 0.5 * high : low;
}

static void draw(struct workspace *space, struct mf__random *random)
{
    size_t n = space->request->rounds.rounds;
    memset(space->counts, 0, n * sizeof *space->counts);
    for (size_t i = 0; i < n; i++)
        space->counts[mf__random_below(random, n)]++;
}

/* Fits both laws to the medians of what was drawn. */
static int fit(struct workspace *space, struct laws *ret_laws, mf_error *error)
{
    const struct mf__rounds *rounds = &space->request->rounds;
    for (size_t column = 0; column <= rounds->columns; column++)
        space->medians[column] =
            drawn_median(space->sorted + column * rounds->rounds, space->counts, rounds->rounds);
    struct mf__points points = {rounds->workers, space->medians, rounds->columns};
    ret_laws->base = space->medians[rounds->columns];
    int status = mf__amdahl_fit(&points, &ret_laws->amdahl, error);
    return status == 0 ? mf__usl_fit(&points, &ret_laws->usl, error) : status;
}

/* Writes the figures of a fit to out[0], out[stride], ...: the bands, then the predictions. */
static void list_figures(const struct mf__bootstrap *request, const struct laws *laws, double *out,
                         size_t stride)
{
    const struct mf__amdahl *amdahl = &laws->amdahl;
    const struct mf__usl *usl = &laws->usl;
    const double bands[MF__BAND_COUNT] = {
        [MF__BAND_FRACTION] = amdahl->fraction,
        [MF__BAND_LIMIT] = mf__amdahl_speedup(amdahl, laws->base, MF__INFINITY),
        [MF__BAND_SIGMA] = usl->sigma,
        [MF__BAND_KAPPA] = usl->kappa,
        [MF__BAND_PEAK] = usl->peak,
        [MF__BAND_PEAK_SPEEDUP] = mf__usl_speedup(usl, laws->base, usl->peak),
    };
    for (size_t i = 0; i < MF__BAND_COUNT; i++, out += stride)
        *out = bands[i];
    for (size_t i = 0; i < request->n_at; i++, out += stride)
        *out = mf__amdahl_speedup(amdahl, laws->base, request->at[i]);
    for (size_t i = 0; i < request->n_at; i++, out += stride)
        *out = mf__usl_speedup(usl, laws->base, request->at[i]);
}

/* The percentile interval of one figure; sorts its values. A figure without a fit is NaN. */
static struct mf__interval band(const struct mf__bootstrap *request, double *values, double mid)
{
    double coverage = 0.0;
    size_t rank = mf__sign_rank(request->rounds.rounds, request->confidence, &coverage);
    if (isnan(mid) || rank == 0)
        return mf__interval_unknown(mid);
    mf__sort(values, request->resamples);
    return (struct mf__interval){
        .low = mf__quantile(values, request->resamples, (1.0 - request->confidence) / 2.0),
        .mid = mid,
        .high = mf__quantile(values, request->resamples, (1.0 + request->confidence) / 2.0),
        .coverage = request->confidence,
        .known = true,
    };
}

static int resample(struct workspace *space, mf_error *error)
{
    const struct mf__bootstrap *request = space->request;
    struct mf__random random = {request->seed};
    for (size_t i = 0; i < request->resamples; i++) {
        draw(space, &random);
        struct laws laws;
        int status = fit(space, &laws, error);
        if (status != 0)
            return status;
        list_figures(request, &laws, space->figures + i, request->resamples);
    }
    return 0;
}

/* Fits to all rounds, then to resamples; one interval per figure goes to `intervals`. */
static int run(struct workspace *space, struct laws *ret_laws, struct mf__interval *intervals,
               mf_error *error)
{
    const struct mf__bootstrap *request = space->request;
    sort_columns(space);
    for (size_t i = 0; i < request->rounds.rounds; i++)
        space->counts[i] = 1;
    int status = fit(space, ret_laws, error);
    if (status == 0)
        status = resample(space, error);
    if (status != 0)
        return status;
    size_t figures = figures_per_fit(request);
    double *mids = space->figures + figures * request->resamples;
    list_figures(request, ret_laws, mids, 1);
    for (size_t i = 0; i < figures; i++)
        intervals[i] = band(request, space->figures + i * request->resamples, mids[i]);
    return 0;
}

static void workspace_done(struct workspace *space)
{
    mf__free(space->sorted);
    mf__free(space->counts);
    mf__free(space->medians);
    mf__free(space->figures);
}

static bool workspace_init(struct workspace *space, const struct mf__bootstrap *request)
{
    size_t n = request->rounds.rounds;
    size_t columns = request->rounds.columns + 1;
    size_t figures = figures_per_fit(request);
    *space = (struct workspace){
        .request = request,
        .sorted = mf__new(columns, n * sizeof *space->sorted),
        .counts = mf__new(n, sizeof *space->counts),
        .medians = mf__new(columns, sizeof *space->medians),
        /* One more column for the figures of the fit to all rounds. */
        .figures = mf__new(request->resamples + 1, figures * sizeof *space->figures),
    };
    if (space->sorted != NULL && space->counts != NULL && space->medians != NULL &&
        space->figures != NULL)
        return true;
    workspace_done(space);
    return false;
}

int mf__bootstrap_laws(const struct mf__bootstrap *request, struct mf__law_bands *ret_bands,
                       mf_error *error)
{
    int status = check(request, error);
    if (status != 0)
        return status;
    size_t figures = figures_per_fit(request);
    struct workspace space;
    struct mf__interval *intervals = mf__new(figures, sizeof *intervals);
    if (intervals == NULL || !workspace_init(&space, request)) {
        mf__free(intervals);
        return mf__fail_memory(error, request->resamples * figures * sizeof(double),
                               "the bootstrap");
    }
    struct laws laws;
    status = run(&space, &laws, intervals, error);
    workspace_done(&space);
    if (status != 0) {
        mf__free(intervals);
        return status;
    }
    *ret_bands = (struct mf__law_bands){
        .amdahl = laws.amdahl, .usl = laws.usl, .base = laws.base, .n_at = request->n_at};
    memcpy(ret_bands->of, intervals, sizeof ret_bands->of);
    /* The predictions move to the front of the block that now belongs to the bands. */
    memmove(intervals, intervals + MF__BAND_COUNT, 2 * request->n_at * sizeof *intervals);
    ret_bands->amdahl_at = intervals;
    ret_bands->usl_at = intervals + request->n_at;
    return 0;
}

void mf__law_bands_done(struct mf__law_bands *bands)
{
    mf__free(bands->amdahl_at);
    *bands = (struct mf__law_bands){0};
}
