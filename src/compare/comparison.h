/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result of a comparison: everything measured, and everything worked out from it. It is filled
 * in this order, each step by a file of its own:
 *
 *     plan.h     which series there are
 *     measure.h  samples, round by round
 *     analyse.h  statistics; claims.h: which differences may be claimed; laws.h: the laws
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
#define MF__LEVEL      0.05 /* the chance of even one false claim in a comparison is at most this */
#define MF__NO_SERIES  SIZE_MAX
#define MF__WHY_BYTES  256

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
    const mf_way *launched;  /* a way that each sample starts anew by a command, whatever the
                                registry  says of it; its start-up is told apart. NULL: none */
    const unsigned *workers; /* rising, each once; 1 is always measured */
    size_t n_workers;
    unsigned cores;         /* more workers than these are marked and kept out of the fits */
    bool weak;              /* measure weak scaling as well */
    bool break_even;        /* look for the size from which parallel pays */
    uint64_t seed;          /* of the order in rounds and of resampling */
    double half_width;      /* stop when every speedup's interval is this narrow: 0.02 */
    uint64_t budget_ns;     /* ... or when this time is used up, after min_rounds: 30 s */
    uint64_t warmups;       /* rounds before the first that counts: at least 1 */
    uint64_t min_rounds;    /* 10; an interval takes 6, and many claims at once take more */
    uint64_t max_rounds;    /* 1000 */
    uint64_t min_sample_ns; /* shorter runs are repeated within a sample: 20 ms */
    size_t resamples;       /* of the bootstrap, for the intervals of the laws: 10,000 */
    const char *cure;       /* what takes more rounds, "a longer --budget"; NULL: as stopped */
};

/* One timed sample of a series. */
struct mf__sample {
    size_t place;     /* in its round: 0 was run first */
    uint64_t repeats; /* runs in it */
    double ns;        /* one run: opening, running, closing */
    double launch_ns; /* before the runs, and not in their time: until the command that takes the
                         sample was ready; 0 for ways that need none */
    uint64_t cpu_ns;  /* all runs of the sample with their workers */
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
    uint64_t repeats;    /* runs in the next sample: they become more when samples get short */

    struct mf__sample *samples; /* one per round, up to the round in which it failed */
    size_t n_samples;

    bool failed; /* it could not be run; it is left out of all rounds from then on */
    char failed_why[MF__WHY_BYTES];

    /* the answer */
    unsigned char digest[MF__DIGEST_BYTES];
    char answer[MF__ANSWER_BYTES];
    bool answered; /* there is an answer; false for MF__ROLE_CEILING */
    bool wrong;    /* differs from the series it has to agree with, or fails its own check */
    char wrong_why[160];

    /* statistics; those that compare need `compared` */
    struct mf__summary time;           /* of samples' ns */
    struct mf__interval time_interval; /* of their median */
    bool launched;             /* each sample was started by a command; the next two are set */
    struct mf__summary launch; /* of samples' launch_ns */
    struct mf__interval launch_interval; /* of their median */
    struct mf__interval launch_even; /* STRONG, workers > 1: work that takes the serial way longer
                                        than so many ns makes up for the launch, at this speedup;
                                        infinite: none does */
    struct mf__shares shares;
    bool compared;                  /* not the base; has not failed; no answer of its way and none
                                       of the base's is wrong */
    struct mf__ratio speedup;       /* base time over this one's, round by round. For WEAK: scaled
                                       efficiency. For CEILING: divide by workers (see scaled). */
    double p_adjusted;              /* STRONG: of the speedup, for all claims looked at together */
    enum mf__verdict verdict;       /* STRONG: whether a difference from the base may be claimed */
    struct mf__interval efficiency; /* STRONG: speedup / workers */
    struct mf__interval karp_flatt; /* STRONG, workers > 1 */
    struct mf__interval scaled;     /* WEAK: scaled speedup. CEILING: the highest speedup that the
                                       machine itself allows with that many workers */
    struct mf__interval gustafson;  /* WEAK: the scaled speedup that Gustafson's law predicts */
    struct mf__interval tax;        /* STRONG with one worker: its time over the base's */
    bool above_ceiling; /* STRONG, WEAK: its (scaled) speedup is above the machine's ceiling ... */
    bool above_workers; /* ... or above its number of workers, of which it has more than one */
};

#define MF__PREDICTED 6 /* 2, 4, 8, 16, 32, 64 workers */
extern const unsigned mf__predicted_workers[MF__PREDICTED];

#define MF__CURVE_MOST 64 /* points of a law's curve */

/* The scaling laws of one parallel way, fitted to its series that are not oversubscribed. */
struct mf__way_laws {
    const mf_way *way;
    size_t n_points; /* worker counts that went into the fits */
    bool fitted;     /* false: fewer than two points, or a wrong answer; nothing below is set */
    /* Predicted speedups for mf__predicted_workers, and behind them for `curve`. */
    struct mf__law_bands bands;
    size_t n_curve;
    unsigned curve[MF__CURVE_MOST]; /* worker counts for which the laws are drawn, rising from 1 */
    bool recommended;               /* there are rounds enough for it; the next is set */
    size_t recommended_series;      /* the fewest workers that are not told apart from the best */
    struct mf__recommendation recommendation;
};

#define MF__EVEN_ROUNDS 9 /* the interval at 95 % is then between the 2nd and the 8th ratio */

/* One size at which serial and parallel were compared. */
struct mf__even_size {
    uint64_t size;
    struct mf__interval speedup; /* serial over parallel */
    size_t n;                    /* rounds; 0: the job's own size, whose samples are the series' */
    double base_ns[MF__EVEN_ROUNDS];
    double ns[MF__EVEN_ROUNDS];
};

/* From which size on a parallel way pays. */
struct mf__even {
    const mf_way *way;
    unsigned workers;
    size_t n;                    /* sizes tried */
    struct mf__even_size *sizes; /* rising */
    struct mf__break_even result;
};

/* Why no further size was tried. */
enum mf__even_end {
    MF__EVEN_NOT_LOOKED, /* it was not asked for, or there is nothing to look at */
    MF__EVEN_PAID,       /* every way had paid at several sizes in a row */
    MF__EVEN_SIZE,       /* the job's own size was reached */
    MF__EVEN_BUDGET,     /* its part of the time was used up */
    MF__EVEN_CANCELLED,
    MF__EVEN_PROBLEM, /* `even_problem` says which */
};

enum mf__stop {
    MF__STOP_PRECISE,   /* every speedup's interval is narrow enough */
    MF__STOP_BUDGET,    /* the time was used up first */
    MF__STOP_ROUNDS,    /* max_rounds */
    MF__STOP_CANCELLED, /* the rounds that were complete are kept */
    MF__STOP_FAILED,    /* the serial way failed, after rounds that were complete */
};

/* What the serial way answers at a size that only weak scaling has. */
struct mf__reference {
    uint64_t size;
    bool known; /* it was run */
    unsigned char digest[MF__DIGEST_BYTES];
    char answer[MF__ANSWER_BYTES];
};

/* One finding in words: a plain sentence or two. */
struct mf__sentence {
    const char *topic; /* "answer", "winner", "sure", "why", "workers", "start-up", "break-even",
                          "warning", "next" */
    char *text;
};

struct mf__comparison {
    struct mf__comparison_request request; /* its arrays stay the caller's */
    size_t n_series;
    struct mf__series *series;
    size_t n_references;
    struct mf__reference *references;
    size_t needed_rounds; /* with fewer not every claim that could be made can be */
    size_t n_rounds;
    enum mf__stop stop;
    /* The widest relative half-width of the speedups it aimed at, or of the base's time where there
     * is none; infinite: not known. */
    double widest;
    uint64_t clock_step_ns;
    uint64_t elapsed_ns; /* warm-up and rounds */
    bool scripted;       /* times come from a script (script.h): nothing was measured */

    mf_machine machine;
    mf_worker_bounds bounds;
    struct mf__load load_before;
    struct mf__load_change load_change;
    struct mf__doubts doubts;

    bool wrong;  /* some answer is */
    bool failed; /* some series has, or the search for the break-even */
    size_t n_laws;
    struct mf__way_laws *laws;
    size_t n_evens;
    struct mf__even *evens;
    enum mf__even_end even_end;
    char even_problem[MF__WHY_BYTES];

    /* The series with the smallest median among the base and those compared STRONG ones that the
     * cores can hold; and the next one of another way. One of a single worker is the first only
     * when it is surely above the base, the second only when there is no other. MF__NO_SERIES:
     * there is none. */
    size_t fastest;
    size_t runner_up;
    size_t n_claims;       /* looked at together: every STRONG speedup, and the lead */
    struct mf__ratio lead; /* runner_up's time over fastest's, when there is a runner_up */
    double lead_p_adjusted;
    enum mf__verdict lead_verdict;

    size_t n_sentences;
    struct mf__sentence *sentences;
};

/* Frees the laws; there are none then. */
void mf__laws_done(struct mf__comparison *comparison);

/* Frees what the comparison holds and zeroes it; also one that is filled half way. */
void mf__comparison_done(struct mf__comparison *comparison);

/* The series with this role, way and worker count, or MF__NO_SERIES. `way` NULL for the ceiling. */
size_t mf__comparison_find(const struct mf__comparison *comparison, enum mf__role role,
                           const mf_way *way, unsigned workers);

/* "threads", "ceiling": what a series is called in tables. */
const char *mf__series_name(const struct mf__series *series);

bool mf__is_serial(const mf_way *way);

/* Whether the series is a point of its way's laws: compared, STRONG, within the cores. */
bool mf__is_point(const struct mf__series *series, const mf_way *way);

/* The ceiling beside a STRONG or WEAK series, when it is known; else NULL. */
const struct mf__series *mf__ceiling_of(const struct mf__comparison *comparison,
                                        const struct mf__series *series);

/* Whether an answer of this way is wrong, at any worker count and size. */
bool mf__is_wrong_way(const struct mf__comparison *comparison, const mf_way *way);

#endif
