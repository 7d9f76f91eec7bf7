/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/search_parts.h"

#include "base/memory.h"

#include <math.h>

/* The most rows of a node for the kernels where only some features are drawn: lanes stay unused,
 * unless they are folded. */
#define FEW_ROWS 64U

/* Where few features are drawn of rows that have their lanes, each can have several. */
static const struct mf__fold_kernel *fold_for(const struct mf__soil *soil)
{
    bool useful = soil->ranked->by_row != NULL && soil->growth.min_samples_leaf == 1 &&
                  soil->growth.max_features < soil->ranked->n_columns &&
                  soil->ranked->row_lanes <= (size_t)MF__FOLD_VECTORS * MF__LANES_GROUP;
    return useful ? mf__fold_for(soil->growth.max_features) : NULL;
}

static uint32_t most_rows_for(const struct mf__small *small, bool some)
{
    if (small->fold != NULL)
        return small->fold->most_rows;
    uint32_t most = some ? FEW_ROWS : MF__LANES_ROWS;
    return most < small->kernel->most_rows ? most : small->kernel->most_rows;
}

/* Room for small nodes. */
static bool make_lanes(struct mf__search *search)
{
    struct mf__small *small = &search->small;
    const struct mf__ranked *ranked = search->soil->ranked;
    size_t n_lanes = (search->draw.n_features / MF__LANES_GROUP + 1) * MF__LANES_GROUP;
    if (!mf__ranked_fits_lanes(ranked))
        return true;
    small->kernel = mf__lanes_best();
    small->fold = fold_for(search->soil);
    small->most_rows =
        most_rows_for(small, search->soil->growth.max_features < search->draw.n_features);
    small->stride = n_lanes;
    small->lanes.has_close = ranked->has_close;
    small->keys = mf__new(n_lanes * MF__LANES_ROWS, sizeof *small->keys);
    small->features = mf__new(n_lanes, sizeof *small->features);
    small->lanes.low = mf__new(n_lanes, sizeof *small->lanes.low);
    small->lanes.high = mf__new(n_lanes, sizeof *small->lanes.high);
    small->lanes.best = mf__new(n_lanes, sizeof *small->lanes.best);
    small->lanes.second = mf__new(n_lanes, sizeof *small->lanes.second);
    small->lanes.left = mf__new(n_lanes, sizeof *small->lanes.left);
    small->lanes.seen = mf__new(n_lanes, sizeof *small->lanes.seen);
    return small->features != NULL && small->lanes.low != NULL && small->lanes.high != NULL &&
           small->keys != NULL && small->lanes.best != NULL && small->lanes.second != NULL &&
           small->lanes.left != NULL && small->lanes.seen != NULL;
}

static bool make_room(struct mf__search *search)
{
    const struct mf__soil *soil = search->soil;
    size_t rows = soil->ranked->rows;
    size_t n_classes = soil->goal->n_classes;
    search->keys = mf__new(rows, 2 * sizeof *search->keys);
    bool made = search->keys != NULL;
    if (n_classes > 0) {
        struct mf__sides *sides = &search->sides;
        sides->left = mf__new(3 * n_classes, sizeof *sides->left);
        if (sides->left == NULL)
            return false;
        sides->right = sides->left + n_classes;
        sides->total = sides->right + n_classes;
        return made;
    }
    struct mf__means *means = &search->means;
    means->items = mf__new(rows, sizeof *means->items);
    return made && make_lanes(search) && mf__bins_init(search) && means->items != NULL;
}

struct mf__search *mf__search_new(const struct mf__soil *soil)
{
    struct mf__search *search = mf__aligned_room(sizeof *search);
    if (search == NULL)
        return NULL;
    *search = (struct mf__search){.soil = soil};
    if (!mf__draw_init(&search->draw, (uint32_t)soil->ranked->n_columns) || !make_room(search)) {
        mf__search_free(search);
        return NULL;
    }
    return search;
}

void mf__search_free(struct mf__search *search)
{
    if (search == NULL)
        return;
    mf__draw_done(&search->draw);
    mf__free(search->keys);
    mf__free(search->means.items);
    mf__bins_done(search);
    mf__free(search->small.features);
    mf__free(search->small.lanes.low);
    mf__free(search->small.lanes.high);
    mf__free(search->small.keys);
    mf__free(search->small.lanes.seen);
    mf__free(search->small.lanes.best);
    mf__free(search->small.lanes.second);
    mf__free(search->small.lanes.left);
    mf__free(search->sides.left);
    mf__free(search);
}

void mf__search_start(struct mf__search *search, uint32_t random)
{
    mf__draw_start(&search->draw, random);
    search->ranked = search->soil->ranked;
}

void mf__search_in(struct mf__search *search, const struct mf__ranked *ranked)
{
    search->ranked = ranked;
}

typedef bool try_function(struct mf__search *search, const struct mf__group *group,
                          uint32_t feature);

/* Tries one feature after another. */
static void split_in_turn(struct mf__search *search, struct mf__group *group, try_function *try)
{
    struct mf__draws draws = {.known = group->n_constant, .left = search->draw.n_features};
    uint32_t place = 0;
    while (mf__draw_next(&search->draw, &draws, search->soil->growth.max_features, &place)) {
        uint32_t feature = search->draw.features[place];
        bool varies = try(search, group, feature);
        mf__draw_settle(&search->draw, &draws, place, !varies);
    }
    group->n_constant += draws.found;
}

const struct mf__split *mf__search_split(struct mf__search *search, struct mf__group *group)
{
    bool classes = search->soil->goal->n_classes > 0;
    search->best.proxy = -HUGE_VAL;
    search->best.left = 0;
    if (group->n <= search->small.most_rows) {
        mf__small_split(search, group);
    } else if (classes) {
        mf__sides_begin(search, group);
        split_in_turn(search, group, mf__sides_try);
    } else if (search->binned.packing.shift > 0) {
        mf__bins_begin(search, group);
        split_in_turn(search, group, mf__bins_try);
        mf__bins_end(search, group);
    } else {
        mf__means_begin(search, group);
        split_in_turn(search, group, mf__means_try);
    }
    return search->best.proxy > -HUGE_VAL ? &search->best.split : NULL;
}

uint32_t mf__search_left(const struct mf__search *search)
{
    return search->best.left;
}

double mf__split_threshold(const struct mf__ranked *ranked, const struct mf__split *split)
{
    const float *values = ranked->columns[split->feature].values;
    double low = (double)values[split->low];
    double high = (double)values[split->high];
    double middle = low / 2.0 + high / 2.0;
    return middle == high ? low : middle;
}
