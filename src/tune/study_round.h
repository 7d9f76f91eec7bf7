/* SPDX-License-Identifier: Apache-2.0 */
/* The running of a study: its trials, or those of one rung of a halving, are a round. */
#ifndef TUNE_STUDY_ROUND_H
#define TUNE_STUDY_ROUND_H

#include "tune/batch.h"
#include "tune/study.h"

#include <pthread.h>

/* What the rounds of one run share. */
struct mf__study_run {
    struct mf__study *study;
    mf_pool *pool;
    const mf_run_options *options;           /* or NULL */
    const struct mf__study_watcher *watcher; /* or NULL */
    struct mf__journal *journal;             /* or NULL */
    const struct mf__clock *clock;
    uint64_t begun_ns;
    uint64_t written_ns;  /* when the journal was written last */
    uint64_t pause_ns;    /* how long not to write it again */
    bool waits;           /* results wait to be written */
    bool ended;           /* the study's end is written */
    size_t n_finished;    /* trials, of all rounds */
    mf_error failure;     /* of the journal: it ends the run */
    mf_cancel cancel;     /* of the run itself */
    pthread_mutex_t lock; /* a pool's thread combines while the caller's shows progress */
};

struct mf__round {
    struct mf__study_run *run;
    size_t rung; /* 0 of other searches */
    bool is_last;
    size_t n;                   /* trials */
    size_t *trials;             /* their numbers in the study, rising */
    struct mf__config *configs; /* of each, with the resource of the rung */
    uint64_t max_rows;
    double *scores;        /* n * n_folds * MF_METRICS */
    double *seconds;       /* of each */
    uint64_t *never_out;   /* of each */
    size_t *left;          /* folds that each waits for */
    unsigned char *wanted; /* n * n_folds: not in the journal */
    size_t n_left;         /* trials that wait */
    size_t *unsafe;        /* places of finished trials that are not told of yet */
    size_t n_unsafe;
};

/* Makes a round of `n` trials, whose numbers stand in `trials` and must stay. Free with
 * mf__round_done also when it fails. */
int mf__round_open(struct mf__study_run *run, size_t rung, size_t *trials, size_t n,
                   struct mf__round *ret_round, mf_error *error);
void mf__round_done(struct mf__round *round);

/* Takes what is in the journal and runs the rest. A limit or a request to stop sets the study's
 * `end`; it is 0 then all the same. */
int mf__round_run(struct mf__round *round, mf_error *error);

#endif
