/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best split of a small node by means: all features that it draws are screened at once
 * (lanes.h), then what comes near the best is compared exactly, in the order in which it was drawn.
 *
 * Screening is in single precision, and coarser where it divides. With y centred on the mean of the
 * node, the sum of any rows is off by a share of the sum of all absolute values; the threshold
 * below leaves room for that and for the division, so the split that is truly best is always among
 * those compared. In small nodes many features part the rows in the same way, or in the opposite
 * one; such a split is worth the same to the bit, and is not computed again.
 */
#include "forest/lanes.h"
#include "forest/search_parts.h"

#include <math.h>
#include <string.h>

#define SINGLE 0x1p-22 /* some units in the last place of a float */
#define DOUBLE 0x1p-46 /* ... and of a double */
#define GAIN   0x1p-10 /* how far a gain of the kernel may be off, as a share of it */

/* What a column that has values too close to be told apart looks like in a node. */
enum closeness { CONSTANT, CLEAR, CLOSE };

static enum closeness look_closely(struct mf__search *search, const struct mf__group *group,
                                   const struct mf__ranked_column *column)
{
    const uint64_t *keys = mf__keys_sorted(search, group, column);
    uint32_t n = group->n;
    if (!mf__codes_apart(column, (uint32_t)(keys[0] >> 32), (uint32_t)(keys[n - 1] >> 32)))
        return CONSTANT;
    for (uint32_t i = 0; i + 1 < n; i++) {
        uint32_t low = (uint32_t)(keys[i] >> 32);
        uint32_t high = (uint32_t)(keys[i + 1] >> 32);
        if (low != high && !mf__codes_apart(column, low, high))
            return CLOSE;
    }
    return CLEAR;
}

/* Whether a feature that is seen in a lane varies; notes when it needs a closer look. */
static inline bool settle_lane(struct mf__search *search, const struct mf__group *group,
                               uint32_t feature, int32_t seen)
{
    if (seen < MF__LANE_CLOSE)
        return seen != 0;
    enum closeness closeness = look_closely(search, group, &search->ranked->columns[feature]);
    search->small.close = search->small.close || closeness == CLOSE;
    return closeness != CONSTANT;
}

/* Reads a feature into a lane: what is seen of it. */
static int32_t fill_lane(struct mf__search *search, const struct mf__group *group, uint32_t feature,
                         uint32_t lane)
{
    const uint32_t *codes = search->ranked->columns[feature].codes;
    const struct mf__small *small = &search->small;
    int32_t *keys = small->keys + lane;
    uint32_t first = codes[group->samples[0].row];
    uint32_t differ = 0;
    uint32_t any = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t code = codes[group->samples[i].row];
        differ |= code ^ first;
        any |= code;
        keys[i * small->stride] = (int32_t)(code << MF__LANES_SHIFT);
    }
    return (differ != 0 ? MF__LANE_VARIES : 0) | ((any & 1) != 0 ? MF__LANE_CLOSE : 0);
}

/* The rows of a group that go left in a split that the kernel found. */
struct side {
    const struct mf__group *group;
    const uint32_t *codes; /* of the feature's column */
    uint32_t left;         /* as the kernel gives it */
};

static inline bool goes_left(const struct side *side, uint32_t i)
{
    if (side->group->n <= MF__LANES_BITS)
        return (side->left >> i & 1) != 0;
    return side->codes[side->group->samples[i].row] <= side->left >> MF__LANES_SHIFT;
}

/* Exactly what a split is worth. */
static double proxy_of(const struct mf__search *search, const struct side *side)
{
    const struct mf__means *means = &search->means;
    mf__tally left = {0, 0};
    for (uint32_t i = 0; i < side->group->n; i++)
        left += goes_left(side, i) ? means->items[i] : (mf__tally){0, 0};
    double right = means->y - left[0];
    return left[0] * left[0] / left[1] + right * right / (means->weight - left[1]);
}

/* Sets the kernel to the rows of the group. */
static void set_rows(struct mf__search *search, const struct mf__group *group)
{
    const struct mf__ranked *ranked = search->ranked;
    struct mf__small *small = &search->small;
    struct mf__lanes *lanes = &small->lanes;
    for (uint32_t i = 0; i < group->n; i++)
        lanes->rows[i] = ranked->by_row != NULL
                             ? ranked->by_row + group->samples[i].row * ranked->row_lanes
                             : small->keys + i * small->stride;
    lanes->n = group->n;
    lanes->n_lanes = search->draw.n_features;
}

/* Brings the features that were drawn from the rows' own lanes into as many lanes. */
static void pick_lanes(struct mf__search *search)
{
    struct mf__small *small = &search->small;
    struct mf__lanes *lanes = &small->lanes;
    for (uint32_t i = 0; i < lanes->n; i++) {
        int32_t *keys = small->keys + i * small->stride;
        for (uint32_t l = 0; l < small->n_features; l++)
            keys[l] = lanes->rows[i][small->features[l]];
        lanes->rows[i] = keys;
    }
}

/* Has the kernel try the splits of the first lanes. */
static void screen(struct mf__search *search, uint32_t n_lanes)
{
    const struct mf__means *means = &search->means;
    struct mf__small *small = &search->small;
    struct mf__lanes *lanes = &small->lanes;
    uint32_t n = lanes->n;
    uint32_t rows = n <= 4 ? 4 : 2U << (31 - __builtin_clz(n - 1));
    small->size = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double weight = i < n ? means->items[i][1] : 0;
        double y = i < n ? means->items[i][0] - weight * means->mean : 0;
        lanes->y[i] = (float)y;
        lanes->weight[i] = (float)weight;
        small->size += fabs(y);
    }
    lanes->least = search->soil->growth.min_samples_leaf;
    lanes->total = (float)means->weight;
    lanes->n_lanes = n_lanes;
    small->kernel->work(lanes);
}

/* The gain, in the kernel's terms, below which no split can be the best. */
static double threshold_of(const struct mf__search *search, double most)
{
    const struct mf__means *means = &search->means;
    double off = search->small.size * (search->small.lanes.n + 1) * SINGLE + means->y_error;
    off /= sqrt(means->weight - 1);
    double root = sqrt(most) * (1 - GAIN) - 2 * off;
    double rest = means->y * means->y / means->weight;
    double rounding = DOUBLE * (rest / means->weight + most);
    return root > 0 ? root * root - rounding : 0;
}

static float gain_at(const int32_t *bits, uint32_t lane)
{
    float gain = 0;
    memcpy(&gain, bits + lane, sizeof gain);
    return gain;
}

/* The ranks on both sides of a split. */
static struct mf__split split_of(const struct side *side, uint32_t feature)
{
    struct mf__split split = {.feature = feature, .low = 0, .high = UINT32_MAX};
    for (uint32_t i = 0; i < side->group->n; i++) {
        uint32_t rank = mf__rank_of(side->codes[side->group->samples[i].row]);
        if (goes_left(side, i))
            split.low = rank > split.low ? rank : split.low;
        else
            split.high = rank < split.high ? rank : split.high;
    }
    return split;
}

/* Compares a split exactly with the best so far. */
static void compare(struct mf__search *search, const struct mf__group *group, uint32_t feature,
                    uint32_t left)
{
    const struct side side = {group, search->ranked->columns[feature].codes, left};
    double proxy = proxy_of(search, &side);
    if (proxy > search->best.proxy)
        search->best = (struct mf__best){proxy, split_of(&side, feature)};
}

/* Compares, in the order in which they were drawn, the features whose gain is near the most. */
static void choose(struct mf__search *search, const struct mf__group *group)
{
    const struct mf__small *small = &search->small;
    const struct mf__lanes *lanes = &small->lanes;
    bool all = search->small.all;
    bool bits = group->n <= MF__LANES_BITS;
    uint32_t every = bits ? UINT32_MAX >> (32 - group->n) : 0;
    uint32_t compared = 0;
    int32_t most = 0;
    for (uint32_t i = 0; i < small->n_features; i++) {
        int32_t gain = lanes->best[all ? small->features[i] : i];
        most = gain > most ? gain : most;
    }
    double threshold = threshold_of(search, (double)gain_at(&most, 0));
    for (uint32_t i = 0; i < small->n_features; i++) {
        uint32_t feature = small->features[i];
        uint32_t lane = all ? feature : i;
        uint32_t left = lanes->left[lane];
        if ((double)gain_at(lanes->best, lane) < threshold)
            continue;
        if ((double)gain_at(lanes->second, lane) >= threshold) {
            mf__means_try(search, group, feature);
        } else if (!bits || (left != compared && left != (compared ^ every))) {
            compare(search, group, feature, left);
            compared = left;
        }
    }
}

/* Two rows: every feature that is not constant parts them, and the first one wins. */
static void part_two(struct mf__search *search, const struct mf__group *group)
{
    uint32_t feature = search->small.features[0];
    const uint32_t *codes = search->ranked->columns[feature].codes;
    uint32_t a = mf__rank_of(codes[group->samples[0].row]);
    uint32_t b = mf__rank_of(codes[group->samples[1].row]);
    search->best = (struct mf__best){0, {feature, a < b ? a : b, a < b ? b : a}};
}

/* Draws until the node has seen enough. Where rows have no lanes of their own, a feature is read
 * when it is drawn. */
static uint32_t draw_some(struct mf__search *search, const struct mf__group *group,
                          uint32_t n_constant)
{
    struct mf__small *small = &search->small;
    struct mf__draws draws = {.known = n_constant, .left = search->draw.n_features};
    bool own = search->ranked->by_row != NULL;
    uint32_t place = 0;
    while (mf__draw_next(&search->draw, &draws, search->soil->growth.max_features, &place)) {
        uint32_t feature = search->draw.features[place];
        int32_t seen =
            own ? small->lanes.seen[feature] : fill_lane(search, group, feature, small->n_features);
        bool varies = settle_lane(search, group, feature, seen);
        small->features[small->n_features] = feature;
        small->n_features += varies;
        mf__draw_settle(&search->draw, &draws, place, !varies);
    }
    return draws.found;
}

/* Draws all features, of which the kernel has seen what there is to see. */
static uint32_t draw_all(struct mf__search *search, const struct mf__group *group,
                         uint32_t n_constant)
{
    struct mf__small *small = &search->small;
    uint32_t n = search->draw.n_features;
    for (uint32_t f = 0; f < n && search->ranked->has_close; f++)
        small->lanes.seen[f] = settle_lane(search, group, f, small->lanes.seen[f]);
    small->n_features = mf__draw_all(&search->draw, n_constant, small->lanes.seen, small->features);
    return n - n_constant - small->n_features;
}

void mf__small_split(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    bool own = search->ranked->by_row != NULL;
    small->all = own && search->soil->growth.max_features == search->draw.n_features;
    small->n_features = 0;
    small->close = false;
    set_rows(search, group);
    if (group->n > 2)
        mf__means_begin(search, group);
    if (small->all && group->n > 2)
        screen(search, search->draw.n_features);
    else if (own)
        small->kernel->look(&small->lanes);
    group->n_constant += small->all ? draw_all(search, group, group->n_constant)
                                    : draw_some(search, group, group->n_constant);
    if (small->n_features == 0)
        return;
    if (group->n == 2) {
        part_two(search, group);
    } else if (small->close) {
        for (uint32_t i = 0; i < small->n_features; i++)
            mf__means_try(search, group, small->features[i]);
    } else {
        if (own && !small->all)
            pick_lanes(search);
        if (!small->all)
            screen(search, small->n_features);
        choose(search, group);
    }
}
