/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the search share; nobody else includes it. */
#ifndef FOREST_SEARCH_PARTS_H
#define FOREST_SEARCH_PARTS_H

#include "forest/draw.h"
#include "forest/lanes.h"
#include "forest/search.h"

/* The best split so far of the node that is searched. */
struct mf__best {
    double proxy; /* what scikit-learn compares; -INFINITY: none yet */
    struct mf__split split;
};

/* Sums of the target and of the weight. Both are whole numbers, and exact (goal.c). One addition of
 * vectors adds up the two. */
typedef double mf__tally __attribute__((vector_size(16)));

/* Columns of up to 64 values are counted in several sets of bins. */
#define MF__BIN_SETS 4
#define MF__FEW_BINS (64 * MF__BIN_SETS)

/* Regression: what is known of the node. */
struct mf__means {
    double y; /* the sums of the node */
    double weight;
    double mean;
    double y_error;    /* a bound of the rounding error of y - mean * weight */
    double limit;      /* see search_means.c */
    mf__tally *items;  /* one per sample */
    mf__tally *bins;   /* one per rank, at least MF__FEW_BINS; all zero between searches */
    uint64_t *present; /* one bit per rank; likewise */
    uint32_t *rows;    /* one per rank, and used where sides must have several rows; likewise */
};

/* Regression, nodes of up to most_rows rows. */
struct mf__small {
    struct mf__lanes lanes;
    const struct mf__lanes_kernel *kernel;
    uint32_t most_rows; /* 0 where codes do not fit a key */
    int32_t *keys;      /* lanes of the features that were drawn, `stride` for each row */
    size_t stride;
    uint32_t *features; /* drawn and not constant, in that order */
    uint32_t n_features;
    bool all;    /* a lane for each feature, in their order; else those that were drawn */
    double size; /* of the target in the node: the sum of what lanes.y holds, without signs */
    bool close;  /* some neighbouring values in the node are too close to be told apart */
};

/* Classification: sums of the two sides while a column is gone through. */
struct mf__sides {
    uint32_t *left; /* n_classes each */
    uint32_t *right;
    uint32_t *total;
    double left_squares; /* of the weights by class, added up */
    double right_squares;
    double total_squares;
    double weight;
};

struct mf__search {
    const struct mf__soil *soil;
    const struct mf__ranked *ranked; /* the whole matrix, or a view of it */
    struct mf__draw draw;
    struct mf__best best;
    uint64_t *keys; /* code << 32 | sample, room for two per sample */
    struct mf__means means;
    struct mf__small small;
    struct mf__sides sides;
};

/* Gets a node ready to be searched. */
void mf__means_begin(struct mf__search *search, const struct mf__group *group);
void mf__sides_begin(struct mf__search *search, const struct mf__group *group);

/* Tries every split of a node by a feature. False when it is constant there. */
bool mf__means_try(struct mf__search *search, const struct mf__group *group, uint32_t feature);
bool mf__sides_try(struct mf__search *search, const struct mf__group *group, uint32_t feature);

/* Draws the features of a node that is small enough for the kernel, and tries every split by them.
 * Adds the constants that it finds to group->n_constant. */
void mf__small_split(struct mf__search *search, struct mf__group *group);

/* Sorts a group by a column: the keys, valid until the next call. */
const uint64_t *mf__keys_sorted(struct mf__search *search, const struct mf__group *group,
                                const struct mf__ranked_column *column);

#endif
