/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/draw.h"

#include "base/memory.h"
#include "forest/lanes.h"
#include "forest/wide.h"

#include <math.h>
#include <string.h>

extern mf__draw_ahead mf__draw_portable;
#ifdef MF_X86_KERNELS
extern mf__draw_ahead mf__draw_avx2;
extern mf__draw_ahead mf__draw_avx512;
#endif

mf__draw_ahead *mf__draw_ahead_at(unsigned index)
{
    static mf__draw_ahead *const kernels[] = {
        mf__draw_portable,
#ifdef MF_X86_KERNELS
        mf__draw_avx2,
        mf__draw_avx512,
#endif
    };
    return index < mf__wide_kinds() ? kernels[index] : NULL;
}

static void make_leaps(struct mf__leaps *leaps)
{
    uint32_t bits[32]; /* what each bit alone has become */
    for (unsigned bit = 0; bit < 32; bit++)
        bits[bit] = UINT32_C(1) << bit;
    for (unsigned step = 0; step < MF__DRAW_GROUP; step++) {
        for (unsigned bit = 0; bit < 32; bit++)
            mf__draw_bits(&bits[bit]);
        for (unsigned i = 0; i < 8 * 16; i++) {
            uint32_t *four = &bits[i / 16 * 4];
            leaps->of[i / 16][i % 16][step] = (i & 1 ? four[0] : 0) ^ (i & 2 ? four[1] : 0) ^
                                              (i & 4 ? four[2] : 0) ^ (i & 8 ? four[3] : 0);
        }
    }
}

/* Gets ready for making the draws of mf__draw_all ahead. */
static bool init_ahead(struct mf__draw *draw)
{
    size_t n = (size_t)draw->n_features + MF__DRAW_GROUP;
    struct mf__ahead *ahead = &draw->ahead;
    *ahead = (struct mf__ahead){.leaps = mf__aligned_room(sizeof *ahead->leaps),
                                .widths = mf__new(n, sizeof *ahead->widths),
                                .inverses = mf__new(n, sizeof *ahead->inverses),
                                .states = mf__new(n, sizeof *ahead->states),
                                .drawn = mf__new(n, sizeof *ahead->drawn)};
    if (ahead->leaps == NULL || ahead->widths == NULL || ahead->inverses == NULL ||
        ahead->states == NULL || ahead->drawn == NULL)
        return false;
    make_leaps(ahead->leaps);
    for (uint32_t i = 0; i < n; i++) {
        ahead->widths[i] = i < draw->n_features ? draw->n_features - i : 1;
        ahead->inverses[i] = nextafter(1.0 / ahead->widths[i], 2);
    }
    draw->draw_ahead = mf__draw_ahead_at(mf__wide_kinds() - 1);
    return true;
}

bool mf__draw_init(struct mf__draw *draw, uint32_t n_features)
{
    size_t n = (size_t)n_features + 1;
    *draw = (struct mf__draw){.features = mf__new(n, sizeof *draw->features),
                              .n_features = n_features,
                              .kept = mf__new(n, sizeof *draw->kept),
                              .places = mf__new(n, sizeof *draw->places),
                              .order = mf__new(n + MF__LANES_GROUP, sizeof *draw->order),
                              .reciprocals = mf__new(n, sizeof *draw->reciprocals)};
    if (draw->features == NULL || draw->kept == NULL || draw->places == NULL ||
        draw->order == NULL || draw->reciprocals == NULL)
        return false;
    /* For 1 it is 2^64, which is 0 here, and so is every remainder. */
    for (uint32_t width = 1; width <= n_features; width++)
        draw->reciprocals[width] = UINT64_MAX / width + 1;
    return init_ahead(draw);
}

void mf__draw_start(struct mf__draw *draw, uint32_t random)
{
    draw->random = random != 0 ? random : 1;
    for (uint32_t f = 0; f < draw->n_features; f++)
        draw->features[f] = f;
}

void mf__draw_keep(struct mf__draw *draw)
{
    memcpy(draw->kept, draw->features, draw->n_features * sizeof *draw->kept);
    draw->kept[draw->n_features] = draw->random;
}

void mf__draw_back(struct mf__draw *draw)
{
    memcpy(draw->features, draw->kept, draw->n_features * sizeof *draw->kept);
    draw->random = draw->kept[draw->n_features];
}

void mf__draw_done(struct mf__draw *draw)
{
    mf__free(draw->features);
    mf__free(draw->kept);
    mf__free(draw->places);
    mf__free(draw->order);
    mf__free(draw->reciprocals);
    mf__free(draw->ahead.leaps);
    mf__free(draw->ahead.widths);
    mf__free(draw->ahead.inverses);
    mf__free(draw->ahead.states);
    mf__free(draw->ahead.drawn);
}

/* Draws until every feature that is not known to be constant came: their places in the array as it
 * would be without the constants that are found. */
static void draw_places(struct mf__draw *draw, uint32_t known)
{
    uint32_t wanted = draw->n_features - known;
    uint32_t skipped = 0;
    uint32_t i = 0;
    draw->draw_ahead(&draw->ahead, draw->random, draw->n_features);
    for (uint32_t n = 0; n < wanted; i++) {
        uint32_t place = skipped + draw->ahead.drawn[i];
        uint32_t constant = place < known;
        draw->places[n] = place;
        n += !constant;
        skipped += constant;
    }
    if (i > 0)
        draw->random = draw->ahead.states[i - 1];
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
