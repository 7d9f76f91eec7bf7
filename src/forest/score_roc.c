/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The area under the ROC curve. It is the share of the pairs of a positive and a negative row in
 * which the positive one has the larger probability, where equal probabilities count one half: what
 * the trapezoids under scikit-learn's curve add up to (T. Fawcett, An introduction to ROC analysis,
 * 2006). Pairs are counted in whole numbers, so there is no rounding before the last division.
 */
#include "base/memory.h"
#include "base/status.h"
#include "forest/score_metrics.h"

#include <stdlib.h>

struct ranked {
    double probability;
    uint64_t is_positive; /* 0 or 1 */
};

static int by_probability(const void *left, const void *right)
{
    double a = ((const struct ranked *)left)->probability;
    double b = ((const struct ranked *)right)->probability;
    return (a > b) - (a < b);
}

/* Twice the number of pairs that are in order; rows rise. */
static uint64_t count_pairs(const struct ranked *rows, size_t n)
{
    uint64_t twice = 0;
    uint64_t below = 0; /* negative rows with smaller probabilities */
    for (size_t start = 0; start < n;) {
        uint64_t positive = 0;
        size_t end = start;
        while (end < n && rows[end].probability == rows[start].probability)
            positive += rows[end++].is_positive;
        uint64_t negative = end - start - positive;
        twice += positive * (2 * below + negative);
        below += negative;
        start = end;
    }
    return twice;
}

/* One class against the rest; `rows` is room for all rows. */
static int area(const mf_scored *scored, size_t class, struct ranked *rows, double *ret_area,
                mf_error *error)
{
    uint64_t positive = 0;
    for (size_t row = 0; row < scored->rows; row++) {
        rows[row] =
            (struct ranked){.probability = scored->predicted[row * scored->n_classes + class],
                            .is_positive = (size_t)scored->truth[row] == class};
        positive += rows[row].is_positive;
    }
    uint64_t negative = scored->rows - positive;
    if (positive == 0 || negative == 0)
        return mf__fail(error, MF_E_INPUT,
                        "roc_auc is not defined: %s row of the truth is of class %zu",
                        positive == 0 ? "no" : "every", class);
    qsort(rows, scored->rows, sizeof *rows, by_probability);
    *ret_area =
        (double)count_pairs(rows, scored->rows) / (2.0 * (double)positive * (double)negative);
    return 0;
}

int mf__score_roc_auc(const mf_scored *scored, double *ret_score, mf_error *error)
{
    if (scored->n_classes < 2)
        return mf__fail(error, MF_E_INPUT, "roc_auc needs at least two classes");
    struct ranked *rows = mf__new(scored->rows, sizeof *rows);
    if (rows == NULL)
        return mf__fail_memory(error, scored->rows * sizeof *rows, "a ROC curve");
    size_t first = scored->n_classes == 2 ? 1 : 0; /* of two classes, the second is "positive" */
    struct mf__running areas = {0};
    int code = 0;
    for (size_t c = first; c < scored->n_classes && code == 0; c++) {
        double of_class = 0;
        code = area(scored, c, rows, &of_class, error);
        mf__running_add(&areas, of_class);
    }
    mf__free(rows);
    if (code == 0)
        *ret_score = mf__total(&areas) / (double)(scored->n_classes - first);
    return code;
}
