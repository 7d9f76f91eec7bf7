/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the search share; nobody else includes it. */
#ifndef FOREST_SEARCH_PARTS_H
#define FOREST_SEARCH_PARTS_H

#include "forest/bins.h"
#include "forest/draw.h"
#include "forest/lanes.h"
#include "forest/search.h"
#include "forest/sheets.h"

/* The best split so far of the node that is searched. */
struct mf__best {
    double proxy; /* what scikit-learn compares; -INFINITY: none yet */
    struct mf__split split;
    uint32_t left; /* which rows go left, a bit for each; 0: not known */
};

/* Sums of the target and of the weight. Both are whole numbers, and exact (goal.c). One addition of
 * vectors adds up the two. */
typedef double mf__tally __attribute__((vector_size(16)));

/* Regression: what is known of the node. */
struct mf__means {
    double y; /* the sums of the node */
    double weight;
    double mean;
    double y_error;   /* a bound of the rounding error of y - mean * weight */
    double limit;     /* see search_means.c */
    mf__tally *items; /* one per sample */
};

/* A column by groups of ranks (search_groups.c). */
struct mf__groups {
    const struct mf__ranked_column *column;
    uint32_t feature;
    uint32_t turn;   /* as which one it was drawn */
    uint32_t *codes; /* one per sample */
    uint32_t base;   /* the least code, made even */
    uint32_t largest;
    unsigned shift; /* a group is so many bits of codes wide; 1: one rank */
    uint32_t n;     /* groups, in whole groups of bins */
    uint64_t *bins; /* by group */
    uint32_t *rows; /* by group: how many rows it and those below have; where `several` */
};

#define MF__HELD 8 /* columns at a time */

/* Columns whose borders were tried, and what helps with one of them. */
struct mf__held {
    struct mf__groups columns[MF__HELD];
    uint32_t most;
    uint32_t n;
    bool has_spans;
    uint32_t *lows;  /* by group: the least and the largest code that is present; */
    uint32_t *highs; /* lows > highs: none */
    struct mf__doubts doubts;
};

#define MF__BINS_MOST 2048U      /* of a column, so that they stay in the nearest cache */
#define MF__UNKNOWN   UINT32_MAX /* a split whose ranks are settled at the end (mf__bins_end) */

/* Regression, large nodes. */
struct mf__binned {
    struct mf__scan scan; /* the first member: what it hands out finds the rest */
    struct mf__search *search;
    const struct mf__scan_kernel *kernel;
    struct mf__packing packing;    /* shift 0: bins are of no use for this forest */
    const struct mf__group *group; /* the node */
    uint32_t n_drawn;              /* features so far */
    uint32_t best_turn;            /* as which one that of the best split was drawn */
    uint32_t turn;                 /* the same of the feature that is gone through */
    uint32_t feature;
    const struct mf__ranked_column *column;
    uint64_t *packs;  /* one per sample */
    uint32_t *places; /* the same: its row */
    uint64_t *bins;   /* of the column, unless they are in a sheet */
    uint32_t *rows;   /* by bin: how many rows it and those below have; where `several` */
    bool several;     /* sides must have several rows */
    struct mf__held held;
    struct mf__sheets sheets;
};

/* Regression, nodes of up to most_rows rows. */
struct mf__small {
    struct mf__lanes lanes;
    const struct mf__lanes_kernel *kernel;
    const struct mf__fold_kernel *fold; /* NULL where it is of no use */
    uint32_t most_rows;                 /* 0 where codes do not fit a key */
    int32_t *keys; /* lanes of the features that were drawn, `stride` for each row */
    size_t stride;
    uint32_t *features; /* drawn and not constant, in that order */
    uint32_t n_features;
    bool all;   /* a lane for each feature, in their order; else those that were drawn */
    bool close; /* some neighbouring values in the node are too close to be told apart */
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
    struct mf__binned binned;
    struct mf__small small;
    struct mf__sides sides;
};

/* Gets a node ready to be searched. */
void mf__means_begin(struct mf__search *search, const struct mf__group *group);
void mf__sides_begin(struct mf__search *search, const struct mf__group *group);

/* A few units in the last place of a double, with room. */
#define MF__ERROR 0x1p-46

/* The limit of the essay in search_means.c, for a best split with this proxy. */
double mf__means_limit(const struct mf__means *means, double proxy);

/* Room for bins; mf__bins_done frees what there is. False when there is no memory. */
bool mf__bins_init(struct mf__search *search);
void mf__bins_done(struct mf__search *search);

/* Gets a large node ready; where it pays, gives it a sheet. */
void mf__bins_begin(struct mf__search *search, struct mf__group *group);

/* Settles which ranks the best split of the node lies between. */
void mf__bins_end(struct mf__search *search, const struct mf__group *group);

/* What a split is worth whose left side holds `left`, exactly as scikit-learn computes it. */
double mf__bins_proxy(const struct mf__binned *binned, uint64_t left);

/* Whether a split of the present feature behind rank `low` wins: it is worth more than the best so
 * far, or as much as one that comes after it. */
bool mf__bins_is_better(const struct mf__binned *binned, double proxy, uint32_t low);
void mf__bins_take(struct mf__binned *binned, double proxy, uint32_t low, uint32_t high);

/* Whether both sides have enough rows when the left one has so many. */
bool mf__bins_has_rows(const struct mf__binned *binned, uint32_t left);

/* Room for groups; mf__groups_done frees what there is. False when there is no memory. */
bool mf__groups_init(struct mf__held *held, const struct mf__soil *soil);
void mf__groups_done(struct mf__held *held);

/* Tries the splits by the present feature that are borders of groups. False when it is constant. */
bool mf__groups_try(struct mf__binned *binned);

/* Tries the others, of all features that are held. */
void mf__groups_settle(struct mf__binned *binned);

/* Tries every split of a node by a feature. False when it is constant there. */
bool mf__means_try(struct mf__search *search, const struct mf__group *group, uint32_t feature);
bool mf__bins_try(struct mf__search *search, const struct mf__group *group, uint32_t feature);
bool mf__sides_try(struct mf__search *search, const struct mf__group *group, uint32_t feature);

/* Draws the features of a node that is small enough for the kernel, and tries every split by them.
 * Adds the constants that it finds to group->n_constant. */
void mf__small_split(struct mf__search *search, struct mf__group *group);

#define MF__FEW_ROWS 3U

/* The same for two or three rows that have lanes of their own. False when some values are too
 * close; then nothing was drawn. */
bool mf__few_split(struct mf__search *search, struct mf__group *group);

/* Sorts n of search->keys by their codes, the largest of which is at most `largest`: the keys,
 * valid until the next call. */
const uint64_t *mf__keys_sort(struct mf__search *search, uint32_t n, uint32_t largest);

/* Sorts a group by a column: the keys, valid until the next call. */
const uint64_t *mf__keys_sorted(struct mf__search *search, const struct mf__group *group,
                                const struct mf__ranked_column *column);

#endif
