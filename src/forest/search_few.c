/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best split of two or three rows by means. More than half of the nodes that are searched have
 * no more. Any split of two rows is the same, so the first feature that varies wins. Three can be
 * parted in three ways, one row from the others: what these are worth is computed once, exactly,
 * and a feature is worth the better one of those that it has.
 */
#include "forest/lanes.h"
#include "forest/search_parts.h"

#define PLACE_BITS 28 /* of a place among the features that were drawn */

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

/* The code of a row in a lane. */
static uint32_t code_of(const struct mf__lanes *lanes, uint32_t row, uint32_t lane)
{
    return (uint32_t)lanes->rows[row][lane] >> MF__LANES_SHIFT;
}

/* Gets the lanes ready for the rows of the group. Of two rows, the last one is there twice. */
static void begin(struct mf__search *search, const struct mf__group *group)
{
    struct mf__lanes *lanes = &search->small.lanes;
    const struct mf__ranked *ranked = search->ranked;
    const struct mf__sample *samples = group->samples;
    lanes->rows[0] = ranked->by_row + samples[0].row * ranked->row_lanes;
    lanes->rows[1] = ranked->by_row + samples[1].row * ranked->row_lanes;
    lanes->rows[2] = ranked->by_row + samples[group->n - 1].row * ranked->row_lanes;
    lanes->n_lanes = search->draw.n_features;
}

/* What parting a row from the two others is worth. */
static double proxy_of(const struct mf__group *group, uint32_t row)
{
    const struct mf__sample *sample = &group->samples[row];
    double weight = sample->weight;
    double left = (double)((int64_t)sample->weight * sample->y);
    double right = group->y - left;
    return left * left / weight + right * right / (group->weight - weight);
}

/* The same for each of three rows, as 1 to 3; what is worth the same has the same number. */
static void rank_worths(const struct mf__group *group, int32_t ret_worth[3])
{
    double a = proxy_of(group, 0);
    double b = proxy_of(group, 1);
    double c = proxy_of(group, 2);
    ret_worth[0] = 1 + (a > b) + (a > c);
    ret_worth[1] = 1 + (b > a) + (b > c);
    ret_worth[2] = 1 + (c > a) + (c > b);
}

/* Settles the lanes in which some code is odd. False when there are neighbours that are too close.
 */
static bool settle(struct mf__search *search)
{
    const struct mf__lanes *lanes = &search->small.lanes;
    for (uint32_t f = 0; f < lanes->n_lanes; f++) {
        if ((lanes->seen[f] & MF__LANE_CLOSE) == 0)
            continue;
        const struct mf__ranked_column *column = &search->ranked->columns[f];
        uint32_t a = code_of(lanes, 0, f);
        uint32_t b = code_of(lanes, 1, f);
        uint32_t c = code_of(lanes, 2, f);
        uint32_t low = smaller(smaller(a, b), c);
        uint32_t high = larger(larger(a, b), c);
        uint32_t middle = a ^ b ^ c ^ low ^ high;
        if (low == high || !mf__codes_apart(column, low, high))
            lanes->seen[f] = lanes->best[f] = 0;
        else if ((low < middle && !mf__codes_apart(column, low, middle)) ||
                 (middle < high && !mf__codes_apart(column, middle, high)))
            return false;
    }
    return true;
}

static void draw(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    uint32_t max_features = search->soil->growth.max_features;
    const int32_t *seen = small->lanes.seen;
    if (small->all) {
        small->n_features = mf__draw_all(&search->draw, group->n_constant, seen, small->features);
        group->n_constant = search->draw.n_features - small->n_features;
    } else {
        small->n_features =
            mf__draw_some(&search->draw, max_features, &group->n_constant, seen, small->features);
    }
}

/* The feature that is worth most, of several the one that was drawn first. */
static uint32_t best_feature(const struct mf__search *search)
{
    const struct mf__small *small = &search->small;
    if (small->all)
        return small->features[small->kernel->first(&small->lanes, search->draw.order)];
    int32_t most = 0;
    for (uint32_t i = 0; i < small->n_features; i++) {
        int32_t worth = small->lanes.best[small->features[i]];
        int32_t key = (worth << PLACE_BITS) - (int32_t)i;
        most = key > most ? key : most;
    }
    return small->features[(0U - (uint32_t)most) & ((1U << PLACE_BITS) - 1)];
}

static void take(struct mf__search *search, uint32_t feature, uint32_t low, uint32_t high)
{
    search->best.proxy = 0;
    search->best.split.feature = feature;
    search->best.split.low = mf__rank_of(low);
    search->best.split.high = mf__rank_of(high);
}

/* Takes the split of a feature that is worth most, the one with the smaller values first. */
static void take_best(struct mf__search *search, uint32_t feature, const int32_t worth[3])
{
    const struct mf__lanes *lanes = &search->small.lanes;
    uint32_t a = code_of(lanes, 0, feature);
    uint32_t b = code_of(lanes, 1, feature);
    uint32_t c = code_of(lanes, 2, feature);
    uint32_t low = smaller(smaller(a, b), c);
    uint32_t high = larger(larger(a, b), c);
    uint32_t middle = a ^ b ^ c ^ low ^ high;
    int32_t below = low == a ? worth[0] : low == b ? worth[1] : worth[2];
    bool is_below = low < middle && below == lanes->best[feature];
    take(search, feature, is_below ? low : middle, is_below ? middle : high);
}

static void split_two(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    const struct mf__lanes *lanes = &small->lanes;
    if (small->kernel->look_at_two(lanes))
        settle(search);
    draw(search, group);
    if (small->n_features == 0)
        return;
    uint32_t feature = small->features[0];
    uint32_t a = code_of(lanes, 0, feature);
    uint32_t b = code_of(lanes, 1, feature);
    take(search, feature, smaller(a, b), larger(a, b));
}

bool mf__few_split(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    int32_t worth[3];
    begin(search, group);
    if (group->n == 2) {
        split_two(search, group);
        return true;
    }
    rank_worths(group, worth);
    if (small->kernel->look_at_three(&small->lanes, worth) && !settle(search))
        return false;
    draw(search, group);
    if (small->n_features > 0)
        take_best(search, best_feature(search), worth);
    return true;
}
