/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of a table, one by one: for people and for programs. */
#ifndef REPORT_DESCRIBE_H
#define REPORT_DESCRIBE_H

#include "report/columns.h"
#include "report/json.h"
#include "report/train.h"

#define MF__BINS 8

#define MF__DESCRIBE_SCHEMA         "manyfold-describe-1"
#define MF__DESCRIBE_SCHEMA_VERSION "1.0"

/* What a column holds. */
struct mf__column_summary {
    bool has_numbers; /* there is at least one */
    double least;
    double median;
    double most;
    /* Of numbers: how many lie in each of MF__BINS equal parts from the least to the most. Of
     * categories: how often the most frequent ones occur, falling; `top` are their indexes. */
    size_t bins[MF__BINS];
    size_t top[MF__BINS];
    size_t n_bins;
};

struct mf__description {
    const char *source;
    size_t rows;
    struct mf__fates fates;
    const struct mf__column_summary *summaries; /* one for each column */
    struct mf__remarks remarks;
};

/* Summarises a column of `rows` rows. MF_E_MEMORY. */
int mf__column_summarise(const mf_column *column, size_t rows, struct mf__column_summary *ret,
                         mf_error *error);

/* Adds one sign for each bin, as high as it is full; blanks stand for empty ones. */
void mf__bins_draw(const struct mf__style *style, const size_t *bins, size_t n,
                   struct mf__buffer *out);

void mf__describe_text(const struct mf__description *description, const struct mf__style *style,
                       struct mf__buffer *out);

/* Adds the description and a newline. Errors: MF_E_MEMORY. */
int mf__describe_json(const struct mf__description *description, struct mf__buffer *out,
                      mf_error *error);

#endif
