/* SPDX-License-Identifier: Apache-2.0 */
/* A training, finished: for people and for programs. */
#ifndef REPORT_TRAIN_H
#define REPORT_TRAIN_H

#include <manyfold/forest.h>
#include <manyfold/prepare.h>
#include <manyfold/score.h>

#include "report/columns.h"
#include "report/predictions.h"

#define MF__REMARKS_MAX 16

/* The scores of one set of predictions. */
struct mf__scores {
    size_t rows;
    bool known[MF_METRICS]; /* false for those that were not asked for or are not defined here */
    double values[MF_METRICS];
};

/* The scores of folds, and their mean and standard deviation (as numpy.std). */
struct mf__folds {
    size_t n; /* 0: none */
    struct mf__scores *list;
    struct mf__scores mean;
    struct mf__scores deviation;
};

/* Which scores, in the order in which they are shown. */
struct mf__metrics {
    int list[MF_METRICS];
    size_t n;
};

/* Sentences without a newline. */
struct mf__remarks {
    size_t n;
    struct mf__buffer list[MF__REMARKS_MAX];
};

/* Where the time went. */
struct mf__train_times {
    uint64_t read_ns;
    uint64_t prepare_ns;
    uint64_t grow_ns;
    uint64_t folds_ns;
    uint64_t score_ns; /* predictions of the test part, and what is made of them */
    uint64_t permutation_ns;
};

/* What was learnt by whom from what. Everything is the caller's. */
struct mf__train_report {
    const char *source; /* what the table is called */
    size_t table_rows;
    size_t table_columns;
    size_t rows_without_target;
    struct mf__fates fates;
    const mf_preparation *preparation;
    int encode;
    double test_size;
    uint32_t seed;
    size_t n_train;
    size_t n_test;
    size_t filled_train; /* fields */
    size_t filled_test;

    const mf_forest *forest;
    const mf_way *way;
    unsigned workers;
    mf_ledger ledger;
    struct mf__train_times times;

    struct mf__metrics metrics;
    bool has_test; /* there is a test part, so that `test` holds its scores */
    struct mf__scores test;
    struct mf__predictions predictions; /* of the test part */
    struct mf__folds folds;
    bool has_oob;
    double oob;
    size_t never_out; /* rows that every tree drew */

    double *importances;     /* one for each feature */
    double *permutation;     /* mean, or NULL when not asked for */
    double *permutation_dev; /* standard deviation */
    mf_permutation permuted; /* its settings */
    struct mf__remarks remarks;
};

/* Adds a formatted remark; one too many is dropped. */
void mf__remark(struct mf__remarks *remarks, const char *format, ...) MF_PRINTF(2, 3);
void mf__remarks_done(struct mf__remarks *remarks);

/* Adds the section "Remarks", when there is one. */
void mf__remarks_text(const struct mf__remarks *remarks, const struct mf__style *style,
                      struct mf__buffer *out);

/* Adds the page; `all_columns` lists what was done column by column. */
void mf__train_text(const struct mf__train_report *report, bool all_columns,
                    const struct mf__style *style, struct mf__buffer *out);

/* Adds the scores alone, one a line, in full: "rmse 27383.82033414494" of the test part,
 * "folds_mean_rmse ..." of the folds, "oob ..." out of bag. */
void mf__train_brief(const struct mf__train_report *report, struct mf__buffer *out);

/* Adds a score as people read it. */
void mf__say_score(int metric, double value, struct mf__buffer *out);

/* A row of scores in a table: what it is called, and the scores. */
struct mf__scored_part {
    const char *name;
    const struct mf__scores *scores;
};

/* Adds a table of scores with a row for each part. */
void mf__scores_text(const struct mf__metrics *metrics, const struct mf__scored_part *parts,
                     size_t n_parts, const struct mf__style *style, struct mf__buffer *out);

#endif
