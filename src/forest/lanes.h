/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splits of a small node by many features at once, one feature in each lane of a vector.
 *
 * Most nodes of a tree are small, and going through them one feature at a time is mostly overhead.
 * The kernel screens: it computes in single precision how much each split gains, and leaves it to
 * the caller to compare exactly what comes near the best. It is compiled once for each width of
 * vector registers (src/forest/meson.build).
 */
#ifndef FOREST_LANES_H
#define FOREST_LANES_H

#include <stdbool.h>
#include <stdint.h>

#define MF__LANES_ROWS  128 /* the most rows of a node, for the widest kernel */
#define MF__LANES_BITS  32  /* up to so many rows, the left side is known by its rows */
#define MF__LANES_GROUP 16  /* lanes are worked on in groups of so many */
#define MF__LANES_SHIFT 7   /* a key is code << 7 | row; below 2^31 */

#define MF__NO_LANE UINT32_MAX

/* Whatever can be the best gains at least this share of the most, less the lanes' `off`. */
#define MF__LANES_NEAR (1 - 0x1p-9F - 0x1p-12F)

/* What is seen of a lane. */
#define MF__LANE_VARIES 1 /* its codes are not all the same */
#define MF__LANE_CLOSE  2 /* some code is odd: see ranks.h */

struct mf__lanes {
    uint32_t n;     /* rows, 2 .. MF__LANES_ROWS */
    uint32_t least; /* rows that each side must have */
    uint32_t n_lanes;
    uint32_t row_lanes; /* of each row, in whole groups: n_lanes or more */
    /* By row: weight * (y - mean), and the weight. */
    _Alignas(64) float y[MF__LANES_ROWS];
    _Alignas(64) float weight[MF__LANES_ROWS];
    bool has_close; /* some code may be odd */
    float total;    /* of the weights */
    float off;      /* see MF__LANES_NEAR; for the caller, and where lanes are folded */
    /* The codes of each row, shifted, one per lane; with room for a whole number of groups. From
     * row n on, up to mf__lanes_size(n), any other rows of the node, with weights of 0. */
    const int32_t *rows[MF__LANES_ROWS];
    /* Out, for each lane, with room for whole groups: the largest d^2 / (left_weight *
     * right_weight), as the bits of a float, which have the order of positive floats; the next one
     * after it; of the best split, the keys on both sides, and of up to MF__LANES_BITS rows, a bit
     * for each that goes left, else 0. 0 where a lane has no split. */
    int32_t *best;
    int32_t *second;
    int32_t *low;
    int32_t *high;
    uint32_t *left;
    int32_t *seen; /* MF__LANE_..., of what the lanes held when it was filled */
};

/* As many rows as are worked on where there are n: loops of few different lengths, which the
 * processor foretells. */
static inline uint32_t mf__lanes_size(uint32_t n)
{
    return n <= 2 ? 2 : 2U << (31 - __builtin_clz(n - 1));
}

struct mf__sample;

struct mf__lanes_kernel {
    const char *name;
    /* Fills `y`, `weight` and `rows` with those of the first n samples, up to mf__lanes_size(n);
     * those of a row start row_lanes after those of the row before in `by_row`. */
    void (*fill)(struct mf__lanes *lanes, const int32_t *by_row, const struct mf__sample *samples,
                 double mean);
    /* Fills `seen` alone; takes two rows, too. */
    void (*look)(const struct mf__lanes *lanes);
    /* Fills everything; the largest gain of the first n_lanes lanes. The others have none. */
    int32_t (*work)(const struct mf__lanes *lanes);
    /* Of the lanes that gain at least `gain`, which is more than 0 and not more than the most: the
     * least that `order` has for one of them (its place where `order` is NULL), if each of them has
     * one such split, and all part the rows in the same way or in the opposite one. Else, and where
     * that cannot be told, MF__NO_LANE. Room as for `best`; below 2^31. */
    uint32_t (*agreed)(const struct mf__lanes *lanes, int32_t gain, const uint32_t *order);
    /* Fill `seen` of two and of three rows; whether some code is odd. What the split that parts one
     * of three rows from the others is worth, worth[row], 1 to 3, says the best one of each lane,
     * in `best`. What is seen does not wait for it. */
    bool (*look_at_two)(const struct mf__lanes *lanes);
    bool (*look_at_three)(const struct mf__lanes *lanes, const int32_t worth[3]);
    /* The place that `order` has for the first one of the lanes with the largest worth. */
    uint32_t (*first)(const struct mf__lanes *lanes, const uint32_t *order);
    uint32_t most_rows; /* above, going through features in turn is quicker */
};

#define MF__FOLD_VECTORS 8 /* the most groups of lanes of a row below */

/* What is near the best gains at least `gain`; 0 or less: everything is. `first` is what `agreed`
 * above says of it; of no meaning when everything is near. */
struct mf__near {
    int32_t gain;
    uint32_t first;
};

struct mf__fold_kernel {
    /* As `work` above, for features of which each row has the code at row[feature]: the first
     * n_lanes, at most most_features, of `features`, where there is room for most_features, all
     * below row_lanes; three rows or more. What is found of each is in the lane of its place in
     * `features`; of `seen` nothing. `least` is 1, and row_lanes at most MF__FOLD_VECTORS groups.
     */
    struct mf__near (*work)(const struct mf__lanes *lanes, const uint32_t *features);
    uint32_t most_features;
    uint32_t most_rows; /* as above */
};

/* The kernels of this build that run on this processor, the portable one first; NULL past the end.
 * Each finds the same gains but for rounding. */
const struct mf__lanes_kernel *mf__lanes_at(unsigned index);

/* The widest one. */
const struct mf__lanes_kernel *mf__lanes_best(void);

/* The same where few features are drawn, each of which has several lanes; and the best one for so
 * many features, NULL where there are too many. */
const struct mf__fold_kernel *mf__fold_at(unsigned index);
const struct mf__fold_kernel *mf__fold_for(uint32_t features);

#endif
