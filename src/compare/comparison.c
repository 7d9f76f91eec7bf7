/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/comparison.h"

#include "base/memory.h"

const unsigned mf__predicted_workers[MF__PREDICTED] = {2, 4, 8, 16, 32, 64};

static void series_done(struct mf__series *series, size_t n_rounds)
{
    for (size_t round = 0; series->samples != NULL && round < n_rounds; round++)
        mf_ledger_done(&series->samples[round].ledger);
    mf__free(series->samples);
}

void mf__comparison_done(struct mf__comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        series_done(&comparison->series[i], comparison->n_rounds);
    for (size_t i = 0; i < comparison->n_laws; i++)
        if (comparison->laws[i].fitted)
            mf__law_bands_done(&comparison->laws[i].bands);
    for (size_t i = 0; i < comparison->n_evens; i++) {
        mf__free(comparison->evens[i].sizes);
        mf__free(comparison->evens[i].speedups);
    }
    for (size_t i = 0; i < comparison->n_sentences; i++)
        mf__free(comparison->sentences[i].text);
    mf__free(comparison->series);
    mf__free(comparison->laws);
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
