/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/comparison.h"

#include "base/memory.h"

#include <string.h>

const unsigned mf__predicted_workers[MF__PREDICTED] = {2, 4, 8, 16, 32, 64};

static void series_done(struct mf__series *series)
{
    for (size_t round = 0; round < series->n_samples; round++)
        mf_ledger_done(&series->samples[round].ledger);
    mf__free(series->samples);
}

void mf__laws_done(struct mf__comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_laws; i++)
        if (comparison->laws[i].fitted)
            mf__law_bands_done(&comparison->laws[i].bands);
    mf__free(comparison->laws);
    comparison->laws = NULL;
    comparison->n_laws = 0;
}

void mf__comparison_done(struct mf__comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        series_done(&comparison->series[i]);
    mf__laws_done(comparison);
    for (size_t i = 0; i < comparison->n_evens; i++)
        mf__free(comparison->evens[i].sizes);
    for (size_t i = 0; i < comparison->n_sentences; i++)
        mf__free(comparison->sentences[i].text);
    mf__free(comparison->series);
    mf__free(comparison->references);
    mf__free(comparison->evens);
    mf__free(comparison->sentences);
    *comparison = (struct mf__comparison){0};
}

size_t mf__comparison_find(const struct mf__comparison *comparison, enum mf__role role,
                           const mf_way *way, unsigned workers)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role == role && series->way == way && series->workers == workers)
            return i;
    }
    return MF__NO_SERIES;
}

const char *mf__series_name(const struct mf__series *series)
{
    return series->way != NULL ? mf_way_name(series->way) : "ceiling";
}

bool mf__is_serial(const mf_way *way)
{
    return way != NULL && strcmp(mf_way_name(way), "serial") == 0;
}

bool mf__is_point(const struct mf__series *series, const mf_way *way)
{
    return series->role == MF__ROLE_STRONG && series->way == way && series->compared &&
           !series->oversubscribed;
}

const struct mf__series *mf__ceiling_of(const struct mf__comparison *comparison,
                                        const struct mf__series *series)
{
    size_t i = mf__comparison_find(comparison, MF__ROLE_CEILING, NULL, series->workers);
    if ((series->role != MF__ROLE_STRONG && series->role != MF__ROLE_WEAK) || i == MF__NO_SERIES)
        return NULL;
    return comparison->series[i].compared ? &comparison->series[i] : NULL;
}

bool mf__is_wrong_way(const struct mf__comparison *comparison, const mf_way *way)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].way == way && comparison->series[i].wrong)
            return true;
    return false;
}
