/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/impurity.h"

#include <math.h>
#include <string.h>

void mf__sums_of(const struct mf__goal *goal, const struct mf__sample *samples, uint32_t n,
                 struct mf__sums *sums)
{
    *sums = (struct mf__sums){.counts = sums->counts};
    if (goal->n_classes > 0) {
        memset(sums->counts, 0, goal->n_classes * sizeof *sums->counts);
        for (uint32_t i = 0; i < n; i++) {
            sums->weight += samples[i].weight;
            sums->counts[samples[i].y] += samples[i].weight;
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        mf__sums_add(sums, &samples[i], true);
}

double mf__entropy(const uint32_t *counts, size_t n_classes, double weight)
{
    double entropy = 0;
    for (size_t c = 0; c < n_classes; c++) {
        if (counts[c] == 0)
            continue;
        double share = counts[c] / weight;
        entropy -= share * (log(share) / log(2.0));
    }
    return entropy;
}

static double gini_of(const uint32_t *counts, size_t n_classes, double weight)
{
    double squares = 0;
    for (size_t c = 0; c < n_classes; c++)
        squares += (double)counts[c] * counts[c];
    return mf__gini(squares, weight);
}

/* Of targets whose squares are too large for the formula below: exact but for the last two steps.
 * The products stay below 2^107, as the sum of all targets does below 2^53. */
static double large_variance(const struct mf__sums *sums)
{
    mf__product sum = sums->y;
    mf__squares spread = sums->weight * sums->y_squared - (mf__squares)(sum * sum);
    return (double)spread / (double)sums->weight / (double)sums->weight;
}

double mf__impurity(const struct mf__soil *soil, const struct mf__sums *sums)
{
    double weight = (double)(int64_t)sums->weight;
    size_t n_classes = soil->goal->n_classes;
    if (soil->growth.criterion == MF_CRITERION_GINI)
        return gini_of(sums->counts, n_classes, weight);
    if (soil->growth.criterion == MF_CRITERION_ENTROPY)
        return mf__entropy(sums->counts, n_classes, weight);
    double mean = (double)sums->y / weight;
    double variance = soil->goal->exact_squares
                          ? mf__squares_of(soil->goal, sums->y_squared) / weight - mean * mean
                          : large_variance(sums);
    /* A power of two: nothing is rounded. */
    return variance * (soil->goal->unit * soil->goal->unit);
}

double mf__improvement(const struct mf__change *change)
{
    double right = change->right_weight / change->weight * change->right_impurity;
    double left = change->left_weight / change->weight * change->left_impurity;
    return change->weight / change->root_weight * (change->impurity - right - left);
}
