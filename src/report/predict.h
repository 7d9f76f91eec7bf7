/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions, made: for people. */
#ifndef REPORT_PREDICT_H
#define REPORT_PREDICT_H

#include "report/train.h"

struct mf__predict_report {
    const char *source; /* what the table is called */
    const char *target;
    const char *out; /* where the predictions went */
    size_t rows;
    size_t trees;
    size_t filled; /* fields */
    uint64_t predict_ns;
    bool has_scores; /* the table holds the target */
    struct mf__metrics metrics;
    struct mf__scores scores;
    struct mf__remarks remarks;
};

void mf__predict_text(const struct mf__predict_report *report, const struct mf__style *style,
                      struct mf__buffer *out);

#endif
