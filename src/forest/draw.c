/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/draw.h"

#include "base/memory.h"
#include "forest/lanes.h"

bool mf__draw_init(struct mf__draw *draw, uint32_t n_features)
{
    size_t n = (size_t)n_features + 1;
    *draw = (struct mf__draw){.features = mf__new(n, sizeof *draw->features),
                              .n_features = n_features,
                              .places = mf__new(n, sizeof *draw->places),
                              .order = mf__new(n + MF__LANES_GROUP, sizeof *draw->order),
                              .reciprocals = mf__new(n, sizeof *draw->reciprocals)};
    if (draw->features == NULL || draw->places == NULL || draw->order == NULL ||
        draw->reciprocals == NULL)
        return false;
    /* For 1 it is 2^64, which is 0 here: then what mf__draw_all makes of it is right, too. */
    for (uint32_t width = 1; width <= n_features; width++)
        draw->reciprocals[width] = UINT64_MAX / width + 1;
    return true;
}

void mf__draw_start(struct mf__draw *draw, uint32_t random)
{
    draw->random = random != 0 ? random : 1;
    for (uint32_t f = 0; f < draw->n_features; f++)
        draw->features[f] = f;
}

void mf__draw_done(struct mf__draw *draw)
{
    mf__free(draw->features);
    mf__free(draw->places);
    mf__free(draw->order);
    mf__free(draw->reciprocals);
}

/* Draws until every feature that is not known to be constant came: their places in the array as it
 * would be without the constants that are found. */
static void draw_places(struct mf__draw *draw, uint32_t known)
{
    uint32_t width = draw->n_features;
    uint32_t wanted = draw->n_features - known;
    uint32_t skipped = 0;
    uint32_t random = draw->random;
    for (uint32_t n = 0; n < wanted; width--) {
        uint32_t place = skipped + mf__draw_below(draw, &random, width);
        uint32_t constant = place < known;
        draw->places[n] = place;
        n += !constant;
        skipped += constant;
    }
    draw->random = random;
}

uint32_t mf__draw_all(struct mf__draw *draw, uint32_t known, const int32_t *varies,
                      uint32_t *ret_features)
{
    uint32_t *features = draw->features;
    uint32_t left = draw->n_features;
    uint32_t constants = known;
    uint32_t n = 0;
    draw_places(draw, known);
    for (uint32_t i = 0; i < draw->n_features - known; i++) {
        uint32_t place = draw->places[i] + constants - known;
        uint32_t feature = features[place];
        /* Guessing that it varies lets the processor go on before it knows. */
        if (__builtin_expect(varies[feature] != 0, 1)) {
            left--;
            features[place] = features[left];
            features[left] = feature;
            draw->order[feature] = n;
            ret_features[n++] = feature;
        } else {
            features[place] = features[constants];
            features[constants++] = feature;
        }
    }
    return n;
}

/*
 * A known constant that is drawn changes nothing. It is taken for the first place behind the
 * constants, which is then swapped with itself.
 */
uint32_t mf__draw_some(struct mf__draw *draw, uint32_t max_features, uint32_t *known,
                       const int32_t *varies, uint32_t *ret_features)
{
    uint32_t *features = draw->features;
    uint32_t width = draw->n_features;
    uint32_t fewest = width > max_features ? width - max_features : 0; /* when enough were drawn */
    uint32_t left = width;
    uint32_t constants = *known;
    uint32_t skipped_less_known = 0 - constants;
    uint32_t random = draw->random;
    uint32_t n = 0;
    for (; left > constants && (width > fewest || n == 0); width--) {
        uint32_t beyond = skipped_less_known + mf__draw_below(draw, &random, width);
        uint32_t is_new = ~beyond >> 31;
        uint32_t place = constants + (beyond & (0U - is_new));
        uint32_t feature = features[place];
        uint32_t is_varying = (uint32_t)varies[feature] & is_new;
        left -= is_varying;
        uint32_t to = constants + ((left - constants) & (0U - is_varying));
        features[place] = features[to];
        features[to] = feature;
        ret_features[n] = feature;
        n += is_varying;
        constants += is_new ^ is_varying;
        skipped_less_known += 1 - is_new;
    }
    draw->random = random;
    *known = constants;
    return n;
}
