/* SPDX-License-Identifier: Apache-2.0 */
/* What `manyfold predict` does between its options and its outputs. */
#ifndef CLI_PREDICTING_H
#define CLI_PREDICTING_H

#include <manyfold/model.h>

#include "cli/carry.h"
#include "cli/cli.h"
#include "report/predict.h"

struct mf__predicting {
    const mf_model *model;
    const char *file; /* NULL: the embedded data set */
    const mf_read_options *options;
    const struct mf__texts *ids;
    const struct mf__counts *scores;
    mf_pool *pool;
    struct mf__progress *progress;
};

/* What came of it. Start with {0}; `report.out` is the caller's. */
struct mf__predicted {
    struct mf__predict_report report;
    const mf_model *model;
    mf_table *table;
    struct mf__carried carried;
    double *numbers; /* one for each row, or one for each row and class */
};

/* MF_E_CANCELLED, and what makes a table or a model wrong. `ret` can be given to mf__predicted_done
 * also when it failed. */
int mf__predictions_make(const struct mf__predicting *asked, struct mf__predicted *ret,
                         mf_error *error);
void mf__predicted_done(struct mf__predicted *predicted);

/* Adds the predictions as CSV with a header: the columns carried along, "prediction", and with
 * `probabilities` a column "probability_CLASS" for each class. Numbers read back as they are. */
void mf__predictions_csv(const struct mf__predicted *predicted, bool probabilities,
                         struct mf__buffer *out);

#endif
