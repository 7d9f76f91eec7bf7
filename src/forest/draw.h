/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawing features without replacement, as scikit-learn's splitter does.
 *
 * The array of features lives as long as its tree. A node's known constants stand in its first
 * places and keep them; drawing one of them counts, but leads to nothing. Constants that a node
 * finds are put behind those, others to the end.
 */
#ifndef FOREST_DRAW_H
#define FOREST_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#define MF__DRAW_GROUP 16 /* draws that are made side by side */

/* What a state of the generator becomes in each of the next steps. A step is linear in the bits of
 * the state, so that is the exclusive or of what each four of its bits become. */
struct mf__leaps {
    _Alignas(64) uint32_t of[8][16][MF__DRAW_GROUP]; /* by which four bits, and by their value */
};

/* The next n draws from all features, the first of them from `widths[0]` features. Everything has
 * room for whole groups. */
struct mf__ahead {
    struct mf__leaps *leaps;
    uint32_t *widths;
    double *inverses; /* of the widths, rounded up */
    uint32_t *states; /* out: of the generator after each draw */
    uint32_t *drawn;  /* out: the random numbers, as remainders */
};

/* Compiled for each width of vector registers. */
typedef void mf__draw_ahead(const struct mf__ahead *ahead, uint32_t random, uint32_t n);

/* The kernels of this build that run on this processor, the portable one first; NULL past the end.
 * All find the same. */
mf__draw_ahead *mf__draw_ahead_at(unsigned index);

struct mf__draw {
    uint32_t *features;
    uint32_t n_features;
    uint32_t random;       /* the state of the generator */
    uint32_t *kept;        /* by mf__draw_keep: the features, then the state */
    uint32_t *places;      /* room for mf__draw_all: n_features, as in the next */
    uint32_t *order;       /* by feature: as which one mf__draw_all drew it; in whole lane groups */
    uint64_t *reciprocals; /* by n, from 1 to n_features: 2^64 / n, rounded up */
    mf__draw_ahead *draw_ahead;
    struct mf__ahead ahead; /* for mf__draw_all */
};

/* Makes the array. False when there is no memory; mf__draw_done frees what there is. */
bool mf__draw_init(struct mf__draw *draw, uint32_t n_features);
void mf__draw_done(struct mf__draw *draw);

/* Starts a tree, with the features in order. A `random` of 0 starts as 1 does. */
void mf__draw_start(struct mf__draw *draw, uint32_t random);

/* Keeps how things stand; goes back to that. */
void mf__draw_keep(struct mf__draw *draw);
void mf__draw_back(struct mf__draw *draw);

/* Where a node's draws stand. Start with known constants, n_features left, and 0. */
struct mf__draws {
    uint32_t known;
    uint32_t left;    /* features[left ...] were drawn and are not constant */
    uint32_t found;   /* constants, behind the known ones */
    uint32_t skipped; /* known constants that were drawn */
    uint32_t visited;
};

/* xorshift with 13, 17, 5 (G. Marsaglia, Xorshift RNGs, 2003): 31 bits. The state is never 0. */
static inline uint32_t mf__draw_bits(uint32_t *state)
{
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return x & INT32_MAX;
}

__extension__ typedef unsigned __int128 mf__wide;

/* A whole number below `width`, as the remainder of a division. That is the upper half of `width`
 * times the fraction that the reciprocal leaves (D. Lemire and others, Faster remainder by direct
 * computation, 2019); exact for 32 bits. */
static inline uint32_t mf__draw_below(const struct mf__draw *draw, uint32_t *state, uint32_t width)
{
    uint64_t fraction = draw->reciprocals[width] * mf__draw_bits(state);
    return (uint32_t)((mf__wide)fraction * width >> 64);
}

/* Draws on until a feature comes that is not known to be constant: its place in the array. False
 * when the node has seen enough. */
static inline bool mf__draw_next(struct mf__draw *draw, struct mf__draws *draws,
                                 uint32_t max_features, uint32_t *ret_place)
{
    while (draws->left > draws->known + draws->found &&
           (draws->visited < max_features || draws->visited <= draws->found + draws->skipped)) {
        uint32_t width = draws->left - draws->found - draws->skipped;
        uint32_t place = draws->skipped + mf__draw_below(draw, &draw->random, width);
        draws->visited++;
        if (place >= draws->known) {
            *ret_place = place + draws->found;
            return true;
        }
        draws->skipped++;
    }
    return false;
}

static inline void mf__draw_swap(struct mf__draw *draw, uint32_t a, uint32_t b)
{
    uint32_t kept = draw->features[a];
    draw->features[a] = draw->features[b];
    draw->features[b] = kept;
}

/* What became of the feature at a place that was drawn. */
static inline void mf__draw_settle(struct mf__draw *draw, struct mf__draws *draws, uint32_t place,
                                   bool constant)
{
    if (constant)
        mf__draw_swap(draw, place, draws->known + draws->found++);
    else
        mf__draw_swap(draw, place, --draws->left);
}

/*
 * Draws all features of a node of which `varies` tells, by feature, whether they are constant: 0 or
 * 1. Those that vary go to ret_features in the order in which they were drawn; how many they are.
 *
 * It leaves everything as the functions above do, only quicker: one draw after another, the number
 * of features to draw from falls by one, whatever becomes of them. So the draws can be made first,
 * without a division, and known constants skipped without a branch that could not be foretold.
 */
uint32_t mf__draw_all(struct mf__draw *draw, uint32_t known, const int32_t *varies,
                      uint32_t *ret_features);

/*
 * Draws until a node has seen max_features, in the same way; adds the constants that it finds to
 * *known. What becomes of a draw cannot be foretold, so there is no branch on it.
 */
uint32_t mf__draw_some(struct mf__draw *draw, uint32_t max_features, uint32_t *known,
                       const int32_t *varies, uint32_t *ret_features);

#endif
