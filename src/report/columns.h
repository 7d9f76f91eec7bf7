/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the columns of a table, in words. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include <manyfold/prepare.h>

#include "base/buffer.h"
#include "report/style.h"

enum mf__fate {
    MF__FATE_KEPT,   /* numbers, as they are */
    MF__FATE_FILLED, /* numbers; what is missing gets a value */
    MF__FATE_LABEL,
    MF__FATE_ONEHOT,
    MF__FATE_TARGET,
    MF__FATE_ID,
    MF__FATE_DROPPED,
    MF__FATES
};

struct mf__column_fate {
    const mf_column *column;
    enum mf__fate fate;
    size_t features; /* columns of the matrix that are made from it */
    double fill;     /* what a missing number becomes; NaN where it is not one value, or unknown */
};

/* All columns of a table, in their order. */
struct mf__fates {
    const struct mf__column_fate *list;
    size_t n;
    int impute; /* an mf_impute */
};

const char *mf__fate_name(enum mf__fate fate); /* "label", for programs */
const char *mf__kind_name(int kind);           /* "number", "boolean", "category" */
const char *mf__impute_words(int impute);      /* "the median of the training part" */
size_t mf__fate_count(const struct mf__fates *fates, enum mf__fate fate);
size_t mf__fates_categories(const struct mf__fates *fates); /* columns of categories */

/* Adds what is done to one column, in a few words: "missing: median 68". */
void mf__fate_say(const struct mf__fates *fates, size_t index, struct mf__buffer *out);

/* Adds the section "Columns" of a page: in sums, or column by column. */
void mf__fates_text(const struct mf__fates *fates, bool all, const struct mf__style *style,
                    struct mf__buffer *out);

/* Adds a number as people read it: from 10,000 on whole and thousands apart, below with five
 * significant digits. */
void mf__say_number(double value, struct mf__buffer *out);

/* Adds at most `columns` columns of a text; where something was cut there is a "…". */
void mf__say_short(const char *text, size_t columns, struct mf__buffer *out);

#endif
