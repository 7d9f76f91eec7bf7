/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Demonstrations: each shows one effect of running in parallel on this machine, within seconds, and
 * says what was seen, also when that was nothing.
 *
 * A demonstration is a constant struct in a file of its own. It runs in a forked child, so that
 * whatever it does to memory, threads or itself is gone afterwards.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <manyfold/machine.h>
#include <manyfold/work.h>

#include "stats/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MF__DEMO_ROWS        16
#define MF__DEMO_COLUMNS     5
#define MF__DEMO_RUNS_MAX    101
#define MF__DEMO_WORKERS_MAX 64
#define MF__DEMO_NAME        48  /* bytes of a row's name, with its 0 */
#define MF__DEMO_SENTENCE    480 /* of a sentence */
#define MF__DEMO_SENTENCES   3

/* What the figures of a column are. */
enum mf__demo_unit {
    MF__DEMO_NS,
    MF__DEMO_COUNT,
    MF__DEMO_SHARE, /* of 1 */
    MF__DEMO_BYTES,
    MF__DEMO_RATE,   /* bytes in a nanosecond, so GB in a second */
    MF__DEMO_FACTOR, /* one figure over another */
    MF__DEMO_FASTER, /* computed: how many times as quick as the row that it is compared with */
    MF__DEMO_SLOWER, /* computed: how many times as long as that one */
};

struct mf__demo_column {
    const char *name;   /* in JSON, with its unit: "time_ns" */
    const char *header; /* above the table */
    enum mf__demo_unit unit;
};

enum mf__demo_finding {
    MF__DEMO_SEEN,     /* the effect was seen here */
    MF__DEMO_NOT_SEEN, /* it was looked for and not found */
    MF__DEMO_NOT_HERE, /* this machine has nothing to show it with; there are no rows */
};

/* One thing that was measured, again in every round. samples[column][round] is not a number where
 * nothing could be measured, and has no meaning in columns that are computed. */
struct mf__demo_row {
    char name[MF__DEMO_NAME];
    size_t base;                                   /* the row that computed columns compare with */
    struct mf__interval figures[MF__DEMO_COLUMNS]; /* medians */
    double samples[MF__DEMO_COLUMNS][MF__DEMO_RUNS_MAX];
};

/* What was seen. It holds no pointer to what a child made: it travels as bytes. */
struct mf__demo_result {
    const struct mf__demo *demo;
    unsigned workers; /* that this machine grants, or that were asked for */
    size_t runs;
    const struct mf__demo_column *columns;
    size_t n_columns;
    struct mf__demo_row rows[MF__DEMO_ROWS];
    size_t n_rows;
    enum mf__demo_finding finding;
    char said[MF__DEMO_SENTENCES][MF__DEMO_SENTENCE];
    size_t n_said;
};

struct mf__stage;

struct mf__demo {
    const char *name;    /* "false-sharing" */
    const char *summary; /* a phrase for the list */
    const char *what;    /* what is done, in one or two sentences */
    int (*play)(struct mf__stage *stage, mf_error *error);
    /* What `play` says in the end, of rows that are measured; NULL where it is in no function of
     * its own. A test calls it with figures that it knows. */
    void (*say)(struct mf__stage *stage);
};

/* All of them, in the order of the guide; NULL past the end. */
const struct mf__demo *mf__demo_at(size_t index);

struct mf__demo_settings {
    const mf_machine *machine;
    unsigned workers;   /* 1 .. MF__DEMO_WORKERS_MAX */
    size_t runs;        /* 1 .. MF__DEMO_RUNS_MAX */
    uint64_t budget_ns; /* no round begins later, but for the first ones; 0: all are run */
    bool quick;         /* little of everything: to see that it runs, not what it shows */
};

/*
 * Runs one in a forked child. The caller's process should have one thread. Cancelling kills the
 * child. Free the result with mf__free. Errors: those of the demonstration; MF_E_WORKER when the
 * child died, as for want of memory; MF_E_DIFFER when ways that must agree did not; MF_E_CANCELLED,
 * MF_E_MEMORY, MF_E_SYSTEM.
 */
int mf__demo_play(const struct mf__demo *demo, const struct mf__demo_settings *settings,
                  const mf_cancel *cancel, struct mf__demo_result **ret_result, mf_error *error);

#endif
