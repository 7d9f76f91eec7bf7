/* SPDX-License-Identifier: Apache-2.0 */
/* How sure the figures of the scaling laws are: fitted again and again to resampled rounds. */
#ifndef STATS_BOOTSTRAP_H
#define STATS_BOOTSTRAP_H

#include "stats/amdahl.h"
#include "stats/interval.h"
#include "stats/rounds.h"
#include "stats/usl.h"

#include <stdint.h>

struct mf__bootstrap {
    struct mf__rounds rounds; /* of the way whose laws are fitted */
    const double *base;       /* base[r]: the base time of round r, for the predicted speedups */
    const unsigned *at;       /* the worker counts to predict for */
    size_t n_at;
    size_t resamples;  /* default 10,000; at most 10,000,000 */
    double confidence; /* default 0.95 */
    uint64_t seed;     /* default 1; the same seed gives the same bands to the last bit */
};

/* Everything default; `rounds`, `base`, `at` and `n_at` are left empty. */
struct mf__bootstrap mf__bootstrap_defaults(void);

enum mf__band {
    MF__BAND_FRACTION, /* Amdahl's f */
    MF__BAND_LIMIT,    /* the speedup with infinitely many workers, by Amdahl; may be infinite */
    MF__BAND_SIGMA,    /* USL */
    MF__BAND_KAPPA,    /* USL */
    MF__BAND_PEAK,     /* USL: the worker count of the highest speedup; may be infinite */
    MF__BAND_PEAK_SPEEDUP, /* USL: the highest speedup; may be infinite */
    MF__BAND_COUNT
};

/*
 * The fits to the medians over all rounds, and an interval for each figure. The mid of an interval
 * is the figure of the fit; `coverage` is the nominal confidence. Intervals are not known where the
 * law has too few points, and with so few rounds that the interval of a median is not known either
 * (below 6 at 0.95).
 */
struct mf__law_bands {
    struct mf__amdahl amdahl;
    struct mf__usl usl;
    double base; /* median of the base times */
    struct mf__interval of[MF__BAND_COUNT];
    size_t n_at;
    struct mf__interval *amdahl_at; /* predicted speedups, in the order of `at` */
    struct mf__interval *usl_at;
};

/*
 * Errors: MF_E_INPUT (no time, one that is not above 0, a worker count of 0, resamples, a
 * confidence that is not in (0, 1)), MF_E_MEMORY.
 */
int mf__bootstrap_laws(const struct mf__bootstrap *request, struct mf__law_bands *ret_bands,
                       mf_error *error);

void mf__law_bands_done(struct mf__law_bands *bands);

#endif
