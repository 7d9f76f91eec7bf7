/* SPDX-License-Identifier: Apache-2.0 */
/* What a journal holds: for people and for programs. */
#ifndef REPORT_RUNS_H
#define REPORT_RUNS_H

#include <manyfold/score.h>

#include "journal/journal.h"
#include "report/style.h"

#define MF__RUNS_SCHEMA         "manyfold-runs-1"
#define MF__RUNS_SCHEMA_VERSION "1.1"

#define MF__RUNGS_SHOWN 64 /* each has at least twice as much as the one before */

/* What is asked for. */
struct mf__runs {
    struct mf__journal *journal;
    const char *path;
    int64_t run; /* one that is there, in full; 0: all runs, in a list */
};

/* Both return what the journal fails with. The second adds JSON as schema/runs-1.schema.json
 * describes it. */
int mf__runs_text(const struct mf__runs *runs, const struct mf__style *style,
                  struct mf__buffer *out, mf_error *error);
int mf__runs_json(const struct mf__runs *runs, struct mf__buffer *out, mf_error *error);

/* ---- the trials of a study (runs_trials.c) ---- */

/* Results with the same label: a trial, with a result for each fold. */
struct mf__run_trial {
    char *label;
    size_t order; /* of its first result */
    size_t folds;
    double scores[MF_METRICS]; /* means over the folds; NaN: not defined in all of them */
    uint64_t resource;         /* of a halving: that of the last rung it was in; else 0 */
};

/* Start with {0}; free with mf__run_trials_done, also after a failure. */
struct mf__run_trials {
    size_t n;
    struct mf__run_trial *list; /* the best first */
    size_t room;
    size_t n_ranked; /* of them; the others lack folds or the score that decides */
    size_t n_results;
};

/* Reads the results of the study. `metric` decides; -1 takes the first one that a result has and
 * sets it; it stays -1 when there is none. Of a halving `resource` is "rows" or "trees": a trial is
 * shown as it was in the last rung that it finished, and is ahead of all that did not go so far. */
int mf__run_trials_read(const struct mf__runs *runs, const char *resource, int *metric,
                        struct mf__run_trials *trials, mf_error *error);
void mf__run_trials_done(struct mf__run_trials *trials);

/* How far a study came, and what of its settings tells that. */
struct mf__run_extent {
    int64_t study;
    size_t folds;
    uint64_t n_trials;               /* 0: it has none, as it is no search */
    const char *resource;            /* of a halving "rows" or "trees", else NULL */
    size_t n_rungs;                  /* of a halving */
    uint64_t rungs[MF__RUNGS_SHOWN]; /* their resources */
    size_t n_done;                   /* trials that are finished, of a halving in one rung */
    size_t rung; /* of a halving: the last one that a trial has finished, from 1; 0: none */
};

/* What the settings tell, and what the results tell of it. */
void mf__run_extent_of(const struct mf__listed *study, struct mf__run_extent *ret_extent);
int mf__run_extent_count(const struct mf__runs *runs, struct mf__run_extent *extent,
                         mf_error *error);

#endif
