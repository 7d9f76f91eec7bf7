/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best split of a node by means: the one with the largest
 *
 *     proxy = left^2 / left_weight + right^2 / right_weight
 *
 * of the sums of the target on its sides. scikit-learn compares these as doubles, and so must we,
 * but two divisions for every split would take most of the time. With d = left - mean *
 * left_weight,
 *
 *     proxy = sum^2 / weight + d^2 * weight / (left_weight * right_weight)
 *
 * but for rounding. So a split whose d^2 is below limit * left_weight * right_weight cannot be
 * better than the best one so far, and is passed over without a division; the limit leaves room for
 * every rounding error, so what is passed over is never needed. What is left, a few per node, is
 * compared exactly.
 */
#include "forest/search_parts.h"

#include <math.h>

void mf__means_begin(struct mf__search *search, const struct mf__group *group)
{
    struct mf__means *means = &search->means;
    mf__tally total = {0, 0};
    double size = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        const struct mf__sample *sample = &group->samples[i];
        double weight = sample->weight;
        double y = (double)sample->y * weight;
        means->items[i] = (mf__tally){y, weight};
        total += means->items[i];
        size += fabs(y);
    }
    means->y = total[0];
    means->weight = total[1];
    means->mean = means->y / means->weight;
    means->y_error = MF__ERROR * size;
    means->limit = 0;
}

double mf__means_limit(const struct mf__means *means, double proxy)
{
    double rest = means->y * means->y / means->weight;
    double gain = (proxy - rest - MF__ERROR * (proxy + rest)) / means->weight;
    double root = gain > 0 ? sqrt(gain) - means->y_error : 0;
    return root > 0 ? root * root * (1 - MF__ERROR) : 0;
}

static inline bool can_be_best(const struct mf__means *means, mf__tally left)
{
    double d = left[0] - means->mean * left[1];
    return d * d >= means->limit * (left[1] * (means->weight - left[1]));
}

/* Compares a split that can be the best. */
static void compare(struct mf__search *search, mf__tally left, struct mf__split split)
{
    struct mf__means *means = &search->means;
    double right = means->y - left[0];
    double proxy = left[0] * left[0] / left[1] + right * right / (means->weight - left[1]);
    if (proxy > search->best.proxy) {
        search->best = (struct mf__best){proxy, split, 0};
        means->limit = mf__means_limit(means, proxy);
    }
}

bool mf__means_try(struct mf__search *search, const struct mf__group *group, uint32_t feature)
{
    const struct mf__ranked_column *column = &search->ranked->columns[feature];
    const struct mf__means *means = &search->means;
    const uint64_t *keys = mf__keys_sorted(search, group, column);
    uint32_t least = search->soil->growth.min_samples_leaf;
    uint32_t n = group->n;
    uint32_t low = (uint32_t)(keys[0] >> 32);
    mf__tally left = {0, 0};
    if (low == keys[n - 1] >> 32 || !mf__codes_apart(column, low, (uint32_t)(keys[n - 1] >> 32)))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t code = (uint32_t)(keys[i] >> 32);
        if (code != low && can_be_best(means, left) && i >= least && n - i >= least &&
            mf__codes_apart(column, low, code))
            compare(search, left, (struct mf__split){feature, mf__rank_of(low), mf__rank_of(code)});
        left += means->items[(uint32_t)keys[i]];
        low = code;
    }
    return true;
}
