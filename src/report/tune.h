/* SPDX-License-Identifier: Apache-2.0 */
/* A search, finished, stopped or only planned: for people and for programs. */
#ifndef REPORT_TUNE_H
#define REPORT_TUNE_H

#include <manyfold/machine.h>

#include "report/train.h"
#include "tune/study.h"
#include "tune/study_best.h"

#define MF__TUNE_SCHEMA         "manyfold-tune-1"
#define MF__TUNE_SCHEMA_VERSION "1.2"

/* What the study does not know. Everything is the caller's. */
struct mf__tune_report {
    const struct mf__study *study;
    const char *source; /* what the table is called */
    size_t table_rows;
    size_t table_columns;
    const char *target;
    const mf_way *way;
    unsigned workers;
    bool only_planned;
    uint64_t read_ns;
    uint64_t refit_ns;                 /* training the best on all rows; 0: not done */
    uint64_t best_ns;                  /* growing the best again as it was validated; 0: not done */
    const struct mf__study_best *best; /* what came of that, or NULL */
    const char *journal;               /* a path, or NULL */
    const char *model;                 /* where the best was written to, or NULL */
    const char *command;               /* as it was typed, for a shell */
    const char *const *args;
    size_t n_args;
    const mf_machine *machine;
    struct mf__remarks remarks;
    struct mf__remarks edges; /* of the remarks, those that say that others may be better still */
};

/* The words for programs. They are part of the formats, so they do not change. */
const char *mf__strategy_name(int strategy);     /* "grid", "random", "halving" */
const char *mf__resource_name(int resource);     /* "rows", "trees" */
const char *mf__validation_name(int validation); /* "split", "folds", "oob" */
const char *mf__trial_state_name(int state);     /* "open", "done", "kept" */
const char *mf__study_end_name(int end);         /* "done", "time", "trials", "interrupted" */
const char *mf__spread_name(int spread);         /* "list", "int", "float", "log" */

/* The best trial; NULL when none has a rank. */
const struct mf__trial *mf__tune_best(const struct mf__study *study);

/* Adds "max_depth=5, n_estimators=10" with what stands between them. */
void mf__tune_say_values(const struct mf__study *study, const struct mf__trial *trial,
                         const char *between, struct mf__buffer *out);

/* Adds "25 of 126 trials"; of a halving, which scores some of them again and again, "20 of 26
 * trials in 3 rungs". */
void mf__tune_say_steps(const struct mf__study *study, size_t n, struct mf__buffer *out);

/* Adds the page. */
void mf__tune_text(const struct mf__tune_report *report, const struct mf__style *style,
                   struct mf__buffer *out);

/* Adds one line: the best parameters and their scores in full, "max_depth=5 rmse=27383.82", of a
 * search that was stopped also why, "end=time"; or the numbers of a plan. */
void mf__tune_brief(const struct mf__tune_report *report, struct mf__buffer *out);

/*
 * Adds a header and a row for each trial, in their order; lines end as RFC 4180 wants them. What is
 * not known is empty.
 */
void mf__tune_csv(const struct mf__tune_report *report, struct mf__buffer *out);

/* Adds JSON as schema/tune-1.schema.json describes it. Within a major version fields are only
 * added. MF_E_MEMORY; `out` then holds a part at most. */
int mf__tune_json(const struct mf__tune_report *report, struct mf__buffer *out, mf_error *error);

#endif
