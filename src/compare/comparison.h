/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result of a comparison: everything measured, and everything worked out from it. It is filled
 * in this order, each step by a file of its own:
 *
 *     plan.h     which series there are
 *     measure.h  samples, round by round
 *     analyse.h  statistics, laws, agreement
 *     even.h     the break-even size
 *     verdict.h  sentences
 *
 * Reports only read it. Times are nanoseconds; in statistics they are doubles.
 */
#ifndef COMPARE_COMPARISON_H
#define COMPARE_COMPARISON_H

#include <manyfold/machine.h>

#include "exec/doubts.h"
#include "exec/load.h"
#include "exec/sample.h"
#include "stats/bootstrap.h"
#include "stats/break_even.h"
#include "stats/interval.h"
#include "stats/ratio.h"
#include "stats/recommend.h"
#include "stats/summary.h"
#include "stats/verdict.h"

#include <stdbool.h>

#define MF__CONFIDENCE 0.95
#define MF__NO_SERIES  SIZE_MAX

enum mf__role {
    MF__ROLE_BASE,    /* the serial way: what speedup is measured against. Always series 0. */
    MF__ROLE_STRONG,  /* the same problem with some workers */
    MF__ROLE_CEILING, /* that many independent copies of the serial work: the machine's own limit */
    MF__ROLE_WEAK,    /* a problem that grew with the workers */
};

/* What is to be compared. */
struct mf__comparison_request {
    struct mf__job job;
    const mf_way *const *ways; /* as asked for, each once; serial is always measured */
    size_t n_ways;
    const unsigned *workers; /* rising, each once; 1 is always measured */
    size_t n_workers;
    unsigned cores;         /* more workers than these are marked and kept out of the fits */
    bool weak;              /* measure weak scaling as well */
    bool break_even;        /* look for the size from which parallel pays */
    uint64_t seed;          /* of the order in rounds and of resampling */
    double half_width;      /* stop when every speedup's interval is this narrow: 0.02 */
    uint64_t budget_ns;     /* ... or when this time is used up, after min_rounds: 30 s */
    uint64_t warmups;       /* rounds before the first that counts: at least 1 */
    uint64_t min_rounds;    /* 6 is the least for an interval at 95 % */
    uint64_t max_rounds;    /* 1000 */
    uint64_t min_sample_ns; /* shorter runs are repeated within a sample: 20 ms */
};

/* One timed sample of a series. */
struct mf__sample {
    size_t place;    /* in its round: 0 was run first */
    double ns;       /* one run: opening, running, closing */
    uint64_t cpu_ns; /* all runs of the sample with their workers */
    uint64_t peak_bytes;
    bool outlier;     /* told, never dropped */
    mf_ledger ledger; /* of the sample's last run */
};

/* Where the time of a run went, in shares of workers * run; medians over the samples. */
struct mf__shares {
    double startup; /* opening the pool, and until each worker's first item */
    double compute;
    double combine;
    double wait;
    double load_balance; /* mean of the workers' computing over the largest */
};

struct mf__series {
    enum mf__role role;
    const mf_way *way; /* NULL for MF__ROLE_CEILING */
    unsigned workers;
    uint64_t size;
    bool oversubscribed; /* more workers than cores */
    uint64_t repeats;    /* runs in one sample */

    struct mf__sample *samples; /* one per round */

    /* the answer */
    unsigned char digest[MF__DIGEST_BYTES];
    char answer[MF__ANSWER_BYTES];
    bool answered; /* there is an answer; false for MF__ROLE_CEILING */
    bool wrong;    /* differs from the series it has to agree with, or fails its own check */
    char wrong_why[160];

    /* statistics; those that compare need `compared` */
    struct mf__summary time; /* of samples' ns */
    struct mf__shares shares;
    bool compared;                  /* not the base itself, not wrong */
    struct mf__ratio speedup;       /* base time over this one's, round by round. For WEAK: scaled
                                       efficiency. For CEILING: divide by workers (see scaled). */
    struct mf__interval efficiency; /* STRONG: speedup / workers */
    struct mf__interval karp_flatt; /* STRONG, workers > 1 */
    struct mf__interval scaled;     /* WEAK: scaled speedup. CEILING: the highest speedup that the
                                       machine itself allows with that many workers */
    struct mf__interval tax;        /* STRONG with one worker: its time over the base's */
    bool above_ceiling; /* its whole interval lies above that of the machine's ceiling */
    bool above_workers; /* its whole interval lies above the number of workers */
};

/* The scaling laws of one parallel way, fitted to its series that are not oversubscribed. */
struct mf__way_laws {
    const mf_way *way;
    size_t n_points; /* worker counts that went into the fits */
    bool fitted;     /* false: fewer than two points, or a wrong answer; nothing below is set */
    struct mf__law_bands bands; /* predicted speedups at `at` */
    bool recommended;           /* the next two are set */
    size_t recommended_series;  /* the fewest workers that are not told apart from the best */
    struct mf__recommendation recommendation;
};

#define MF__PREDICTED 6 /* 2, 4, 8, 16, 32, 64 workers */
extern const unsigned mf__predicted_workers[MF__PREDICTED];

/* From which size on a parallel way pays. */
struct mf__even {
    const mf_way *way;
    unsigned workers;
    size_t n;                      /* sizes tried */
    uint64_t *sizes;               /* rising */
    struct mf__interval *speedups; /* serial over parallel, at each size */
    struct mf__break_even result;
};

enum mf__stop {
    MF__STOP_PRECISE,   /* every speedup's interval is narrow enough */
    MF__STOP_BUDGET,    /* the time was used up first */
    MF__STOP_ROUNDS,    /* max_rounds */
    MF__STOP_CANCELLED, /* the rounds that were complete are kept */
};

/* One finding in words: a plain sentence or two. */
struct mf__sentence {
    const char
        *topic; /* "answer", "winner", "sure", "ceiling", "why", "workers", "next", "warning" */
    char *text;
};

struct mf__comparison {
    struct mf__comparison_request request; /* its arrays stay the caller's */
    size_t n_series;
    struct mf__series *series;
    size_t n_rounds;
    enum mf__stop stop;
    double
        widest; /* the widest relative half-width of the speedups it aimed at; infinite: unknown */
    uint64_t clock_step_ns;
    uint64_t elapsed_ns; /* warm-up and rounds */

    mf_machine machine;
    mf_worker_bounds bounds;
    struct mf__load load_before;
    struct mf__load_change load_change;
    struct mf__doubts doubts;

    bool wrong; /* some series is */
    size_t n_laws;
    struct mf__way_laws *laws;
    size_t n_evens;
    struct mf__even *evens;

    size_t fastest;        /* the series with the smallest median among BASE and STRONG */
    size_t runner_up;      /* the next one of another way; MF__NO_SERIES when there is none */
    struct mf__ratio lead; /* runner_up's time over fastest's, when there is a runner_up */

    size_t n_sentences;
    struct mf__sentence *sentences;
};

/* Frees what the comparison holds and zeroes it; also one that is filled half way. */
void mf__comparison_done(struct mf__comparison *comparison);

/* The series with this role, way and worker count, or MF__NO_SERIES. `way` NULL for the ceiling. */
size_t mf__comparison_find(const struct mf__comparison *comparison, enum mf__role role,
                           const mf_way *way, unsigned workers);

/* "threads", "the ceiling": what a series is called in tables. */
const char *mf__series_name(const struct mf__series *series);

#endif
