/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A study: all trials of one search, run, scored and ranked.
 */
#ifndef TUNE_STUDY_H
#define TUNE_STUDY_H

#include <manyfold/model.h>
#include <manyfold/pool.h>
#include <manyfold/score.h>
#include <manyfold/table.h>

#include "base/clock.h"
#include "journal/journal.h"
#include "tune/plan.h"
#include "tune/space.h"

struct mf__parts;

enum mf__strategy { MF__GRID, MF__RANDOM, MF__HALVING };
enum mf__resource { MF__RESOURCE_ROWS, MF__RESOURCE_TREES };

/* How a halving goes on: all candidates with few rows or trees, the best of them with more. */
struct mf__halving {
    uint64_t factor;   /* 2 or more: how many times fewer candidates and more resource each rung */
    int resource;      /* an mf__resource */
    uint64_t smallest; /* of the first rung; 0: so that the last one has all */
};

struct mf__study_request {
    struct mf__ground ground; /* table, preparation, validation, seed: see plan.h */
    struct mf__config config; /* what is not searched */
    const struct mf__space *space;
    int strategy;      /* an mf__strategy */
    uint64_t n_trials; /* of a random search, and of the candidates of a halving that has
                          distributions; 0: all combinations */
    struct mf__halving halving;
    int metrics[MF_METRICS]; /* shown, each of the task; the first decides */
    size_t n_metrics;
    bool share;
    uint64_t max_ns;                 /* stop then; 0: never */
    uint64_t max_trials;             /* finished in this run; 0: all */
    const struct mf__setting *notes; /* for the journal: machine, version, command */
    size_t n_notes;
    const struct mf__clock *clock; /* NULL: the machine's */
};

enum mf__trial_state {
    MF__TRIAL_OPEN, /* not finished */
    MF__TRIAL_DONE, /* run now */
    MF__TRIAL_KEPT, /* taken from the journal */
};

struct mf__trial {
    const struct mf__value *values; /* one for each dimension of the space */
    struct mf__config config;
    int state;   /* an mf__trial_state */
    size_t rung; /* of a halving: the last one it was in, from 0; its scores are of that one */
    uint64_t resource;       /* of a halving: rows or trees of that rung */
    double *folds;           /* n_folds * MF_METRICS; NaN: not defined there, or not finished */
    double mean[MF_METRICS]; /* over the folds; NaN unless defined in all of them */
    double deviation[MF_METRICS]; /* as numpy.std */
    double seconds;               /* of work on its trees, also of those it shares */
    uint64_t never_out; /* rows that no tree left out, and that count as predicted 0; only where
                           out-of-bag rows are validated */
    size_t rank;        /* 1 is the best; 0: not finished, or its deciding score is not defined */
};

enum mf__study_end { MF__STUDY_DONE, MF__STUDY_TIME, MF__STUDY_TRIALS, MF__STUDY_CANCELLED };

/* One step of a halving. */
struct mf__rung {
    uint64_t resource;
    size_t n_trials;
    double agreement; /* of its ranks with those that the next rung gave the same trials: Spearman's
                         correlation; 0 where one of the two ranks all trials alike; NaN: not known
                       */
    double gap;       /* by how much the last trial that went on is better than the first that did
                         not; NaN: not known, or all went on */
    double gap_error; /* the standard error of this difference, over the folds; NaN with one fold.
                         A gap of less than twice its error is within the noise, and so is one of 0
                       */
};

struct mf__study {
    struct mf__study_request request;
    struct mf__combinations combinations;
    size_t n_trials;
    struct mf__trial *trials; /* in their order */
    size_t *order;            /* finished trials by rank, n_ranked of them */
    size_t n_ranked;
    size_t n_done; /* finished, also those kept; of a halving: in any rung */
    size_t n_kept;
    size_t n_steps; /* the trials; of a halving, those of each rung added up */
    size_t n_steps_done;
    size_t n_steps_kept;
    size_t n_units_run; /* results of this run: steps in folds, also of trials that lack others */
    int end;            /* an mf__study_end */
    struct mf__ground_facts facts;
    struct mf__plan_counts plan; /* of what was left to run */
    size_t n_rungs;              /* of a halving; 0 of other searches */
    struct mf__rung *rungs;
    mf_ledger ledger; /* of the (last) run */
    uint64_t prepare_ns;
    uint64_t run_ns;
    uint64_t journal_ns; /* inside run_ns */
    uint64_t trees_grown;
    char data_digest[2 * MF__KEY_BYTES + 1]; /* of the table, in hexadecimal */
    struct mf__resumed resumed; /* how the study stands to the journal, when there is one */
    struct mf__parts *parts;    /* private: of all rows */
    double *folds;              /* private: of all trials */
};

/* Told of trials that were finished now and whose results are safe, in a halving after each rung.
 * On the caller's thread or one of the pool's, never twice at once. */
struct mf__study_watcher {
    void (*finished)(void *user, const struct mf__study *study, size_t trial);
    void *user;
};

/* Checks all that can be checked before anything runs: every value of the space against rows,
 * columns and task; the metrics; folds; the sizes of a halving. Makes the trials. Free with
 * mf__study_done also when it fails. MF_E_INPUT names what is wrong. */
int mf__study_open(const struct mf__study_request *request, struct mf__study *ret_study,
                   mf_error *error);

/* Takes from the journal what is there, runs the rest, ranks. `journal` may be NULL. While
 * `options->progress` is called the study stands still, and no trial is told of. Stopped by a
 * limit or by `options->cancel`: 0 all the same, and `end` says so. What was finished before an
 * error is in the journal, unless it is the journal's. To be called once. */
int mf__study_run(struct mf__study *study, mf_pool *pool, const mf_run_options *options,
                  const struct mf__study_watcher *watcher, struct mf__journal *journal,
                  mf_error *error);

void mf__study_done(struct mf__study *study);

/* Fills `facts` and `plan` with what a run without a journal would do, of a halving in its first
 * rung, and runs nothing. */
int mf__study_plan(struct mf__study *study, mf_error *error);

/* The configuration of the best trial, grown on all rows with a target. Free with mf_model_free.
 * MF_E_INPUT: there is no best trial. */
int mf__study_refit(const struct mf__study *study, mf_pool *pool, const mf_run_options *options,
                    mf_model **ret_model, mf_error *error);

/* What the answers of two runs of one search are compared by: every trial's parameters and scores
 * in full, but no times. */
void mf__study_answer(const struct mf__study *study, struct mf__buffer *text);

#endif
