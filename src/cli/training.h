/* SPDX-License-Identifier: Apache-2.0 */
/* What `manyfold train` does between reading its table and writing its results. */
#ifndef CLI_TRAINING_H
#define CLI_TRAINING_H

#include <manyfold/model.h>

#include "cli/cli.h"
#include "cli/forest_options.h"
#include "cli/table_options.h"
#include "report/train.h"
#include "table/division.h"

struct mf__training {
    const mf_table *table;
    const struct mf__preparing *preparing; /* its target is a column */
    const struct mf__forest_settings *forest;
    double test_size;
    uint32_t seed;
    size_t folds;             /* 0: none */
    size_t repeats;           /* of permutations; 0: none */
    struct mf__counts scores; /* mf_metric; none: all of the task */
    mf_pool *pool;
    struct mf__progress *progress;
};

/* What came of it. `report` points into the rest, and into the table. */
struct mf__trained {
    struct mf__train_report report;
    mf_model *model;

    /* Until the model is joined: */
    mf_preparation *preparation;
    mf_forest *forest;

    struct mf__column_fate *fates;
    struct mf__division division; /* into the training part and the test part */
    mf_dataset train;
    mf_dataset test;
    double *numbers;   /* importances, and what permutation gives */
    double *predicted; /* for the test part */
};

/* Trains, scores, and joins the model. `ret` can be given to mf__trained_done also when it failed.
 * The report lacks what the training cannot know: the source and the time of reading. */
int mf__train(const struct mf__training *asked, struct mf__trained *ret, mf_error *error);

void mf__trained_done(struct mf__trained *trained);

#endif
