/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/laws.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/real.h"
#include "stats/scaling.h"

#include <string.h>

#define CURVE_LEAST 16
#define CURVE_STEP  8

static double times(double x, double factor)
{
    return x * factor;
}

struct mf__interval mf__gustafson_of(const struct mf__law_bands *bands, unsigned workers)
{
    const struct mf__interval *fraction = &bands->of[MF__BAND_FRACTION];
    if (!(fraction->mid <= 1.0))
        return mf__interval_unknown(MF__NAN);
    struct mf__interval scaled = mf__gustafson_interval(fraction, workers);
    /* The law speaks of the way's own one worker; what is reported is against the base. */
    return mf__interval_map(&scaled, times, bands->base / bands->amdahl.t1);
}

static void gather(const struct mf__comparison *comparison, const mf_way *way, double *ret_times,
                   unsigned *ret_workers, size_t n_points)
{
    size_t column = 0;
    for (size_t i = 1; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (!mf__is_point(series, way))
            continue;
        ret_workers[column] = series->workers;
        for (size_t round = 0; round < comparison->n_rounds; round++)
            ret_times[round * n_points + column] = series->samples[round].ns;
        column++;
    }
}

/*
 * From 1 worker to four times the cores, at least to 16 and to as many as were measured: each
 * number while there are few, then steps of an eighth.
 */
static void choose_curve(const struct mf__comparison *comparison, struct mf__way_laws *laws)
{
    const struct mf__comparison_request *request = &comparison->request;
    unsigned most = request->cores < CURVE_LEAST / 4 ? CURVE_LEAST : 4 * request->cores;
    unsigned measured = request->workers[request->n_workers - 1];
    most = most < measured ? measured : most;
    laws->n_curve = 0;
    for (unsigned at = 1; at < most && laws->n_curve + 1 < MF__CURVE_MOST;
         at += 1 + at / CURVE_STEP)
        laws->curve[laws->n_curve++] = at;
    laws->curve[laws->n_curve++] = most;
}

static int fit_rounds(const struct mf__comparison *comparison, struct mf__way_laws *laws,
                      const struct mf__rounds *rounds, const double *base, mf_error *error)
{
    struct mf__bootstrap request = mf__bootstrap_defaults();
    choose_curve(comparison, laws);
    unsigned at[MF__PREDICTED + MF__CURVE_MOST];
    memcpy(at, mf__predicted_workers, sizeof mf__predicted_workers);
    memcpy(at + MF__PREDICTED, laws->curve, sizeof laws->curve);
    request.rounds = *rounds;
    request.base = base;
    request.at = at;
    request.n_at = MF__PREDICTED + laws->n_curve;
    request.confidence = MF__CONFIDENCE;
    request.resamples = comparison->request.resamples;
    request.seed = comparison->request.seed;
    int code = mf__bootstrap_laws(&request, &laws->bands, error);
    if (code != 0)
        return code;
    laws->fitted = true;
    code =
        mf__recommend(rounds, MF__CONFIDENCE, MF__RECOMMEND_MARGIN, &laws->recommendation, error);
    if (code != 0)
        return code;
    laws->recommended = laws->recommendation.ratio.known;
    laws->recommended_series = mf__comparison_find(comparison, MF__ROLE_STRONG, laws->way,
                                                   rounds->workers[laws->recommendation.column]);
    return 0;
}

static int fit_way(const struct mf__comparison *comparison, struct mf__way_laws *laws,
                   mf_error *error)
{
    size_t n = comparison->n_rounds;
    for (size_t i = 1; i < comparison->n_series; i++)
        laws->n_points += mf__is_point(&comparison->series[i], laws->way);
    if (laws->n_points < 2)
        return 0;
    /* One column for each point, and one for the base behind them. */
    double *room = mf__new(n, (laws->n_points + 1) * sizeof *room);
    unsigned *workers = mf__new(laws->n_points, sizeof *workers);
    int code = 0;
    if (room == NULL || workers == NULL) {
        code = mf__fail_memory(error, n * laws->n_points * sizeof *room, "the times of one way");
    } else {
        double *base = room + n * laws->n_points;
        gather(comparison, laws->way, room, workers, laws->n_points);
        for (size_t round = 0; round < n; round++)
            base[round] = comparison->series[0].samples[round].ns;
        const struct mf__rounds rounds = {room, workers, n, laws->n_points};
        code = fit_rounds(comparison, laws, &rounds, base, error);
    }
    mf__free(room);
    mf__free(workers);
    return code;
}

static void predict_scaled(struct mf__comparison *comparison, const struct mf__way_laws *laws)
{
    for (size_t i = 1; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        if (series->role == MF__ROLE_WEAK && series->way == laws->way)
            series->gustafson = laws->fitted ? mf__gustafson_of(&laws->bands, series->workers)
                                             : mf__interval_unknown(MF__NAN);
    }
}

int mf__fit_laws(struct mf__comparison *comparison, mf_error *error)
{
    const struct mf__comparison_request *request = &comparison->request;
    comparison->laws = mf__new(request->n_ways, sizeof *comparison->laws);
    if (comparison->laws == NULL)
        return mf__fail_memory(error, request->n_ways * sizeof *comparison->laws, "the laws");
    for (size_t i = 0; i < request->n_ways; i++) {
        if (mf__is_serial(request->ways[i]))
            continue;
        struct mf__way_laws *laws = &comparison->laws[comparison->n_laws++];
        laws->way = request->ways[i];
        int code = fit_way(comparison, laws, error);
        if (code != 0)
            return code;
        predict_scaled(comparison, laws);
    }
    return 0;
}
