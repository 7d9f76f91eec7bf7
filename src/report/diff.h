/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two results of the same question: for people, and as JSON. */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "compare/difference.h"
#include "report/style.h"
#include "report/train.h"

#define MF__DIFF_SCHEMA         "manyfold-diff-1"
#define MF__DIFF_SCHEMA_VERSION "1.0"

enum mf__sameness { MF__SAMENESS_UNKNOWN, MF__SAME, MF__DIFFERENT };

/* Times that both results have. The texts live in the documents. */
struct mf__diff_series {
    const char *part; /* of a lab: "sum"; else NULL */
    const char *role; /* "base", "strong", "weak", "ceiling"; "search", "training" */
    const char *way;  /* NULL for a ceiling */
    uint64_t workers;
    const char *size; /* digits; NULL where there is one size only */
    double *times_ns; /* the old ones, and behind them the new ones; owned */
    size_t n_old;
    size_t n_new;
    enum mf__sameness answer;
    struct mf__changed changed;
};

/* A figure that has to be equal: a score. */
struct mf__diff_answer {
    const char *part;
    char what[64];
    char old[64];
    char new[64];
    bool same;
};

/* Where one of the results came from; NULL or 0: not recorded. */
struct mf__diff_source {
    const char *name;
    const char *created;
    const char *version;
    const char *cpu_model;
    const char *kernel; /* of the operating system */
    uint64_t cores;
};

/* Start with {0}; free with mf__diff_done. */
struct mf__diff {
    const char *kind; /* "compare", "tune", "train", "lab" */
    struct mf__diff_source old;
    struct mf__diff_source new;
    double threshold;
    size_t n_series; /* the ceilings, on which nothing is judged, are the last ones */
    size_t n_judged;
    struct mf__diff_series *series;
    size_t n_answers;
    struct mf__diff_answer *answers;
    struct mf__buffer apart; /* what else changed and may change times: "manyfold 0.1, now 0.2" */
    struct mf__remarks remarks;
    const char *const *args; /* the command line */
    size_t n_args;
    int exit_status;
};

void mf__diff_done(struct mf__diff *diff);

/* How many of the judged series changed so; how many answers differ, of series and others. */
size_t mf__diff_count(const struct mf__diff *diff, enum mf__change change);
size_t mf__diff_count_different(const struct mf__diff *diff);

/*
 * Whether all series moved one way and about as far, the machine's ceilings too, so that it was
 * hardly the program: MF__CHANGE_SLOWER or MF__CHANGE_FASTER; MF__CHANGE_NONE: no.
 */
enum mf__change mf__diff_moved(const struct mf__diff *diff);

/* Adds the verdict, a sentence or two. */
void mf__diff_verdict(const struct mf__diff *diff, struct mf__buffer *out);

/* "5 %", "2.50 %". */
struct mf__shown mf__diff_threshold(const struct mf__diff *diff);

/* Adds "threads, 2 workers". */
void mf__diff_name(const struct mf__diff_series *series, struct mf__buffer *out);

const char *mf__change_name(enum mf__change change);     /* "slower", "no difference", ... */
const char *mf__sameness_name(enum mf__sameness answer); /* "same", "different", "unknown" */

void mf__diff_text(const struct mf__diff *diff, const struct mf__style *style,
                   struct mf__buffer *out);

/* JSON as schema/diff-1.schema.json describes it. MF_E_MEMORY. */
int mf__diff_json(const struct mf__diff *diff, struct mf__buffer *out, mf_error *error);

#endif
