/* SPDX-License-Identifier: Apache-2.0 */
/* What a forest predicted for rows whose truth is known, and what it went by, for programs. */
#ifndef REPORT_PREDICTIONS_H
#define REPORT_PREDICTIONS_H

#include <manyfold/forest.h>
#include <manyfold/prepare.h>

#include "report/json.h"

#define MF__PREDICTIONS_MAX 2000 /* rows that are listed */
#define MF__CONFUSION_MAX                                                                          \
    50 /* classes, above which there is no table of who was taken for whom                         \
        */

/* Everything is the caller's. */
struct mf__predictions {
    const char *part; /* "test", "folds", "oob" */
    size_t rows;
    size_t n_classes;        /* 0 for regression */
    const size_t *numbers;   /* of the rows in the table, from 0 on; in any order */
    const double *truth;     /* numbers or classes */
    const double *predicted; /* numbers, or probabilities: rows * n_classes */
    const mf_preparation *preparation;
};

/* {part, rows_total, every_nth, row, truth, predicted, probability, errors, classes, confusion}:
 * the rows in their order in the table; of more than MF__PREDICTIONS_MAX, each so many-th. */
json_t *mf__json_predictions(const struct mf__predictions *predictions);

/* [{feature, importance}]; null for NULL. */
json_t *mf__json_importances(const mf_preparation *preparation, const double *importances);

#endif
