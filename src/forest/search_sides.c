/* SPDX-License-Identifier: Apache-2.0 */
/* The best split of a node by the weights of its classes: Gini impurity or entropy. */
#include "forest/impurity.h"
#include "forest/search_parts.h"

#include <string.h>

void mf__sides_begin(struct mf__search *search, const struct mf__group *group)
{
    struct mf__sides *sides = &search->sides;
    const struct mf__goal *goal = search->soil->goal;
    struct mf__sums sums = {.counts = sides->total};
    mf__sums_of(goal, group->samples, group->n, &sums);
    sides->weight = (double)sums.weight;
    sides->total_squares = 0;
    for (size_t c = 0; c < goal->n_classes; c++)
        sides->total_squares += (double)sides->total[c] * sides->total[c];
}

/* Moves a row from the right to the left. Squares are whole numbers, and so exact below 2^53: a
 * class would have to weigh 9e7 for more. */
static void move(struct mf__sides *sides, const struct mf__sample *sample)
{
    double weight = sample->weight;
    double left = sides->left[sample->y];
    double right = sides->right[sample->y];
    sides->left_squares += weight * (2 * left + weight);
    sides->right_squares -= weight * (2 * right - weight);
    sides->left[sample->y] += sample->weight;
    sides->right[sample->y] -= sample->weight;
}

static double proxy_of(const struct mf__search *search, double left_weight)
{
    const struct mf__sides *sides = &search->sides;
    double right_weight = sides->weight - left_weight;
    double left = 0;
    double right = 0;
    if (search->soil->growth.criterion == MF_CRITERION_GINI) {
        left = mf__gini(sides->left_squares, left_weight);
        right = mf__gini(sides->right_squares, right_weight);
    } else {
        left = mf__entropy(sides->left, search->soil->goal->n_classes, left_weight);
        right = mf__entropy(sides->right, search->soil->goal->n_classes, right_weight);
    }
    return -right_weight * right - left_weight * left;
}

static void start_right(struct mf__sides *sides, size_t n_classes)
{
    memset(sides->left, 0, n_classes * sizeof *sides->left);
    memcpy(sides->right, sides->total, n_classes * sizeof *sides->right);
    sides->left_squares = 0;
    sides->right_squares = sides->total_squares;
}

bool mf__sides_try(struct mf__search *search, const struct mf__group *group, uint32_t feature)
{
    const struct mf__ranked_column *column = &search->ranked->columns[feature];
    const uint64_t *keys = mf__keys_sorted(search, group, column);
    uint32_t n = group->n;
    uint32_t lowest = (uint32_t)(keys[0] >> 32);
    uint32_t highest = (uint32_t)(keys[n - 1] >> 32);
    if (lowest == highest || !mf__codes_apart(column, lowest, highest))
        return false;
    uint32_t least = search->soil->growth.min_samples_leaf;
    double left_weight = 0;
    start_right(&search->sides, search->soil->goal->n_classes);
    for (uint32_t i = 0; i + 1 < n; i++) {
        const struct mf__sample *sample = &group->samples[(uint32_t)keys[i]];
        uint32_t low = (uint32_t)(keys[i] >> 32);
        uint32_t high = (uint32_t)(keys[i + 1] >> 32);
        move(&search->sides, sample);
        left_weight += sample->weight;
        if (low == high || i + 1 < least || n - i - 1 < least ||
            !mf__codes_apart(column, low, high))
            continue;
        double proxy = proxy_of(search, left_weight);
        if (proxy > search->best.proxy)
            search->best =
                (struct mf__best){proxy, {feature, mf__rank_of(low), mf__rank_of(high)}, 0};
    }
    return true;
}
