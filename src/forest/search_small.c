/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best split of a small node by means: all features that it draws are screened at once
 * (lanes.h). Mostly everything that comes near the best parts the rows in the same way, and the
 * feature that was drawn first wins. Else it is compared exactly, in the order of the draws.
 *
 * Screening is in single precision, and coarser where it divides. With y centred on the mean of the
 * node, the sum of any rows is off by a share of the sum of all absolute values; the threshold
 * below leaves room for that and for the division, so the split that is truly best is always near
 * the best. In small nodes many features part the rows in the same way, or in the opposite
 * one; such a split is worth the same to the bit, and is not computed again.
 */
#include "forest/lanes.h"
#include "forest/search_parts.h"

#include <math.h>
#include <string.h>

#define SINGLE 0x1p-22 /* some units in the last place of a float */
#define DOUBLE 0x1p-46 /* ... and of a double */
#define GAIN   0x1p-10 /* how far a gain of the kernel may be off, as a share of it */
#define SLACK  0x1p-12 /* see off_of */

/* What a column that has values too close to be told apart looks like in a node. */
enum closeness { CONSTANT, CLEAR, CLOSE };

/* The least code of the node above one. */
static uint32_t next_above(const struct mf__group *group, const uint32_t *codes, uint32_t code)
{
    uint32_t next = UINT32_MAX;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t other = codes[group->samples[i].row];
        uint32_t above = other > code ? other : UINT32_MAX;
        next = above < next ? above : next;
    }
    return next;
}

static enum closeness look_closely(const struct mf__group *group,
                                   const struct mf__ranked_column *column)
{
    const uint32_t *codes = column->codes;
    uint32_t low = UINT32_MAX;
    uint32_t high = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t code = codes[group->samples[i].row];
        low = code < low ? code : low;
        high = code > high ? code : high;
    }
    if (!mf__codes_apart(column, low, high))
        return CONSTANT;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t code = codes[group->samples[i].row];
        if ((code & 1) == 0 || code == high)
            continue;
        if (!mf__codes_apart(column, code, next_above(group, codes, code)))
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
    enum closeness closeness = look_closely(group, &search->ranked->columns[feature]);
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

/*
 * The `off` of MF__LANES_NEAR.
 *
 * With s the deviations of the target from its mean, added up without signs, the kernel's sums are
 * off by at most (n + 1) * SINGLE * s, and those that are compared exactly by DOUBLE times the same
 * sum of the target itself; both sums are at most the root of the weight times that of the squares.
 * The root of a gain is then off by that, divided by the root of weight - 1. Of three rows or more
 * that is at most the 3 below: the square of a sum is at most twice that of the squares, and
 * weight / (weight - 1) at most 3/2. What is compared exactly are doubles of the size of the
 * squared mean and the gain, so they are off by DOUBLE times that.
 *
 * So the root of a gain that can be the best is at least a - b, with a the root of the most but for
 * GAIN, and b twice of what roots are off. That is squared without a root, as
 * (a - b)^2 >= a^2 (1 - SLACK) - b^2 / SLACK: nothing has to wait for one then. MF__LANES_NEAR is
 * 1 - 2 * GAIN - SLACK; what GAIN times SLACK leaves over is more than all rounding of this itself.
 */
static float off_of(const struct mf__group *group, double mean)
{
    double squares = group->y_squared - group->y * mean;
    double deviations = (squares > 0 ? squares : 0) + DOUBLE * group->y_squared;
    double single = (group->n + 1) * SINGLE;
    double off_squared = 3 * (single * single * deviations + DOUBLE * DOUBLE * group->y_squared);
    return (float)((4 / SLACK * off_squared + DOUBLE * mean * mean) * (1 + SINGLE));
}

/* Gets the lanes ready for the rows of the group. From the last row on, the first one stands in. */
static void begin(struct mf__search *search, const struct mf__group *group)
{
    const struct mf__ranked *ranked = search->ranked;
    struct mf__small *small = &search->small;
    struct mf__lanes *lanes = &small->lanes;
    bool own = ranked->by_row != NULL;
    double mean = group->y / group->weight;
    lanes->n = group->n;
    lanes->row_lanes = own ? (uint32_t)ranked->row_lanes : 0; /* else rows are set below */
    small->kernel->fill(lanes, own ? ranked->by_row : small->keys, group->samples, mean);
    for (uint32_t i = 0; i < mf__lanes_size(group->n) && !own; i++)
        lanes->rows[i] = small->keys + (i < group->n ? i : 0) * small->stride;
    lanes->n_lanes = search->draw.n_features;
    lanes->least = search->soil->growth.min_samples_leaf;
    lanes->total = (float)group->weight;
    lanes->off = off_of(group, mean);
}

/* Brings the features that were drawn from the rows' own lanes into as many lanes. */
static void pick_lanes(struct mf__search *search)
{
    struct mf__small *small = &search->small;
    struct mf__lanes *lanes = &small->lanes;
    const uint32_t *features = small->features;
    int32_t *keys = small->keys;
    /* The same number each time, which the processor foretells. */
    uint32_t n = (search->soil->growth.max_features + 3) / 4 * 4;
    for (uint32_t i = 0; i < lanes->n; i++, keys += small->stride) {
        const int32_t *row = lanes->rows[i];
        for (uint32_t l = 0; l < n; l += 4) {
            keys[l] = row[features[l]];
            keys[l + 1] = row[features[l + 1]];
            keys[l + 2] = row[features[l + 2]];
            keys[l + 3] = row[features[l + 3]];
        }
        lanes->rows[i] = keys;
    }
}

static float as_gain(int32_t bits)
{
    float gain = 0;
    memcpy(&gain, &bits, sizeof gain);
    return gain;
}

static int32_t as_bits(float gain)
{
    int32_t bits = 0;
    memcpy(&bits, &gain, sizeof bits);
    return bits;
}

/* The split that the kernel found in a lane. */
static struct mf__best best_of(const struct mf__search *search, uint32_t lane, double proxy)
{
    const struct mf__small *small = &search->small;
    return (struct mf__best){
        .proxy = proxy,
        .split = {.feature = small->all ? lane : small->features[lane],
                  .low = mf__rank_of((uint32_t)small->lanes.low[lane] >> MF__LANES_SHIFT),
                  .high = mf__rank_of((uint32_t)small->lanes.high[lane] >> MF__LANES_SHIFT)},
        .left = small->lanes.left[lane],
    };
}

/* Exactly what it is worth. Whether a row goes left cannot be foretold: no branches. */
static double proxy_of(const struct mf__search *search, const struct mf__group *group,
                       uint32_t lane)
{
    const struct mf__lanes *lanes = &search->small.lanes;
    int32_t low = lanes->low[lane] | (MF__LANES_ROWS - 1);
    uint32_t place = search->small.fold != NULL ? search->small.features[lane] : lane;
    int64_t y = 0;
    int64_t weight = 0;
    for (uint32_t i = 0; i < group->n; i++) {
        uint32_t is_left = lanes->rows[i][place] <= low;
        int64_t counted = group->samples[i].weight & (0U - is_left);
        weight += counted;
        y += counted * group->samples[i].y;
    }
    double left = (double)y;
    double right = group->y - left;
    return left * left / (double)weight + right * right / (group->weight - (double)weight);
}

static void try_in_turn(struct mf__search *search, const struct mf__group *group)
{
    mf__means_begin(search, group);
    for (uint32_t i = 0; i < search->small.n_features; i++)
        mf__means_try(search, group, search->small.features[i]);
}

/* The lane of the feature that was drawn as the n-th one. */
static uint32_t lane_of(const struct mf__small *small, uint32_t n)
{
    return small->all ? small->features[n] : n;
}

/* Compares, in the order in which they were drawn, the features whose gain is at least `gain`. */
static void compare(struct mf__search *search, const struct mf__group *group, int32_t gain)
{
    const struct mf__small *small = &search->small;
    const struct mf__lanes *lanes = &small->lanes;
    bool bits = group->n <= MF__LANES_BITS;
    uint32_t every = bits ? UINT32_MAX >> (32 - group->n) : 0;
    uint32_t compared = 0;
    bool begun = false;
    for (uint32_t i = 0; i < small->n_features; i++) {
        uint32_t feature = small->features[i];
        uint32_t lane = lane_of(small, i);
        uint32_t left = lanes->left[lane];
        if (lanes->best[lane] < gain)
            continue;
        if (lanes->second[lane] >= gain) {
            if (!begun)
                mf__means_begin(search, group);
            begun = true;
            mf__means_try(search, group, feature);
        } else if (!bits || (left != compared && left != (compared ^ every))) {
            double proxy = proxy_of(search, group, lane);
            if (proxy > search->best.proxy)
                search->best = best_of(search, lane, proxy);
            compared = left;
        }
    }
}

/* Which lanes are near the best. All features that vary have been drawn. */
static struct mf__near near_of(const struct mf__search *search, int32_t most)
{
    const struct mf__small *small = &search->small;
    int32_t gain = as_bits(as_gain(most) * MF__LANES_NEAR - small->lanes.off);
    const uint32_t *order = small->all ? search->draw.order : NULL;
    return (struct mf__near){gain, gain > 0 ? small->kernel->agreed(&small->lanes, gain, order)
                                            : MF__NO_LANE};
}

/* Chooses among the features whose gain is near the most. */
static void choose(struct mf__search *search, const struct mf__group *group, struct mf__near near)
{
    if (near.gain <= 0)
        try_in_turn(search, group);
    else if (near.first == MF__NO_LANE)
        compare(search, group, near.gain);
    else
        search->best = best_of(search, lane_of(&search->small, near.first), 0);
}

/* Two rows: every feature that is not constant parts them, and the first one wins. */
static void part_two(struct mf__search *search, const struct mf__group *group)
{
    uint32_t feature = search->small.features[0];
    const uint32_t *codes = search->ranked->columns[feature].codes;
    uint32_t a = mf__rank_of(codes[group->samples[0].row]);
    uint32_t b = mf__rank_of(codes[group->samples[1].row]);
    search->best = (struct mf__best){0, {feature, a < b ? a : b, a < b ? b : a}, 0};
}

/* Draws until the node has seen enough, where features have to be looked at as they are drawn: rows
 * have no lanes of their own, or some values are too close. */
static void draw_in_turn(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    struct mf__draws draws = {.known = group->n_constant, .left = search->draw.n_features};
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
    group->n_constant += draws.found;
}

/* Whether the values on both sides of the best split that was found in a lane can be told apart. */
static bool is_lane_clear(const struct mf__search *search, uint32_t feature, uint32_t lane)
{
    const struct mf__lanes *lanes = &search->small.lanes;
    uint32_t low = (uint32_t)lanes->low[lane] >> MF__LANES_SHIFT;
    uint32_t high = (uint32_t)lanes->high[lane] >> MF__LANES_SHIFT;
    return lanes->best[lane] > 0 && mf__codes_apart(&search->ranked->columns[feature], low, high);
}

/* Settles the lanes of all features, and takes out those that do not vary. The largest gain. */
static int32_t settle_all(struct mf__search *search, const struct mf__group *group)
{
    struct mf__lanes *lanes = &search->small.lanes;
    int32_t most = 0;
    for (uint32_t f = 0; f < lanes->n_lanes; f++) {
        lanes->seen[f] =
            is_lane_clear(search, f, f) || settle_lane(search, group, f, lanes->seen[f]);
        lanes->best[f] = lanes->seen[f] ? lanes->best[f] : 0;
        most = lanes->best[f] > most ? lanes->best[f] : most;
    }
    return most;
}

/* Draws all features, after trying them. */
static struct mf__near try_and_draw(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    uint32_t n = search->draw.n_features;
    int32_t most = small->kernel->work(&small->lanes);
    if (search->ranked->has_close)
        most = settle_all(search, group);
    small->n_features =
        mf__draw_all(&search->draw, group->n_constant, small->lanes.seen, small->features);
    group->n_constant = n - small->n_features;
    return near_of(search, most);
}

/* Tries the features that were drawn. */
static struct mf__near try_drawn(struct mf__search *search)
{
    struct mf__small *small = &search->small;
    small->lanes.n_lanes = small->n_features;
    if (small->fold != NULL)
        return small->fold->work(&small->lanes, small->features);
    if (search->ranked->by_row != NULL)
        pick_lanes(search);
    return near_of(search, small->kernel->work(&small->lanes));
}

/* Whether some code of a feature that was drawn is odd. */
static bool has_close(const struct mf__small *small)
{
    int32_t any = 0;
    for (uint32_t i = 0; i < small->n_features; i++)
        any |= small->lanes.seen[small->features[i]];
    return any >= MF__LANE_CLOSE;
}

/* Whether values that cannot be told apart matter among the features that were drawn, of which some
 * have odd codes (`close`). They do where the best split of a feature lies between two of them, so
 * also in a feature that is constant but for them; and they may where a feature has no split that
 * gains anything. Elsewhere the best split has values on both sides that can be told apart, so the
 * feature varies, and what is nearly as good is looked at when it is compared. */
static bool is_misled(const struct mf__search *search, bool close)
{
    const struct mf__small *small = &search->small;
    bool misled = false;
    for (uint32_t i = 0; i < small->n_features && close; i++)
        misled = misled || !is_lane_clear(search, small->features[i], i);
    return misled;
}

/* Draws some features as if all values could be told apart, and tries them. False where that was
 * wrong; then nothing was drawn. */
static bool draw_clear(struct mf__search *search, struct mf__group *group,
                       struct mf__near *ret_near)
{
    struct mf__small *small = &search->small;
    uint32_t n_constant = group->n_constant;
    if (search->ranked->has_close)
        mf__draw_keep(&search->draw);
    small->n_features = mf__draw_some(&search->draw, search->soil->growth.max_features,
                                      &group->n_constant, small->lanes.seen, small->features);
    bool close = search->ranked->has_close && has_close(small);
    if (small->n_features > 0)
        *ret_near = try_drawn(search);
    if (!is_misled(search, close))
        return true;
    mf__draw_back(&search->draw);
    group->n_constant = n_constant;
    small->n_features = 0;
    return false;
}

/* Draws some features, then tries them. */
static struct mf__near draw_and_try(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    struct mf__near near = {0};
    if (search->ranked->by_row != NULL) {
        small->kernel->look(&small->lanes);
        if (draw_clear(search, group, &near))
            return near;
        begin(search, group); /* trying took the rows, and what was seen of them */
        small->kernel->look(&small->lanes);
    }
    draw_in_turn(search, group);
    if (group->n > 2 && small->n_features > 0 && !small->close)
        near = try_drawn(search);
    return near;
}

void mf__small_split(struct mf__search *search, struct mf__group *group)
{
    struct mf__small *small = &search->small;
    small->all = search->ranked->by_row != NULL &&
                 search->soil->growth.max_features == search->draw.n_features;
    small->n_features = 0;
    if (group->n <= MF__FEW_ROWS && search->ranked->by_row != NULL && mf__few_split(search, group))
        return;
    small->close = false;
    begin(search, group);
    struct mf__near near = small->all ? try_and_draw(search, group) : draw_and_try(search, group);
    if (small->n_features == 0)
        return;
    if (group->n == 2)
        part_two(search, group);
    else if (small->close)
        try_in_turn(search, group);
    else
        choose(search, group, near);
}
