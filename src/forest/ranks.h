/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features as ranks: each value as its place among the different values of its column. A tree only
 * ever asks which of two values is larger, so growing needs nothing else, and small whole numbers
 * can be counted and sorted quickly. Made once, shared by all trees.
 */
#ifndef FOREST_RANKS_H
#define FOREST_RANKS_H

#include "forest/params.h"

/* Values nearer to each other than this are not told apart by a split. */
#define MF__CLOSE 1e-7F

/*
 * A code is 2 * rank, and 1 more when the next larger value of the column is too close to be told
 * apart. So codes have the order of the values, and where no code of a node is odd, neighbours in
 * that node are far enough from each other.
 */
struct mf__ranked_column {
    uint32_t *codes; /* one per row; part of a block of all columns */
    float *values;   /* by rank, rising */
    uint32_t n_values;
    uint64_t *close; /* by rank, a bit: its code is odd; NULL when none is */
};

struct mf__ranked {
    size_t rows;
    size_t n_columns;
    struct mf__ranked_column *columns;
    uint32_t *codes; /* of all columns */
    bool has_close;  /* some code is odd */
    /* The codes again, row after row, shifted as the lanes of a small node need them (lanes.h),
     * each row filled up with 0 to a whole number of groups; NULL where they were not asked for, or
     * do not fit. */
    int32_t *by_row;
    size_t row_lanes;
    /* For sheets (sheets.h): the place of each value among the bins of all columns, row after row;
     * NULL where it was not asked for, or there are too many bins. */
    uint16_t *slots;
    size_t row_slots; /* rounded up; what is left over is the last bin, which belongs to nobody */
    uint32_t *starts; /* where the bins of a column start */
    uint32_t n_slots;
};

/* MF_E_INPUT when a value is not finite, with its row and column; MF_E_MEMORY. */
int mf__ranked_new(const mf_matrix *matrix, struct mf__ranked **ret_ranked, mf_error *error);

/* The most different values that a column has. */
uint32_t mf__ranked_most_values(const struct mf__ranked *ranked);

/* Whether codes are small enough for the lanes of a small node (lanes.h). */
bool mf__ranked_fits_lanes(const struct mf__ranked *ranked);

/* Adds what makes growing with these parameters quicker, unless it is there. May be called again
 * for other parameters, as long as nobody grows from it meanwhile. MF_E_MEMORY. */
int mf__ranked_ready(struct mf__ranked *ranked, const struct mf__growth *growth, size_t n_classes,
                     mf_error *error);
void mf__ranked_free(struct mf__ranked *ranked); /* NULL allowed */

static inline uint32_t mf__rank_of(uint32_t code)
{
    return code >> 1;
}

/* Whether two values, low < high, differ enough to be told apart. */
static inline bool mf__apart(float low, float high)
{
    return high > low + MF__CLOSE;
}

/* The same for the values with two ranks. */
static inline bool mf__ranks_apart(const struct mf__ranked_column *column, uint32_t low,
                                   uint32_t high)
{
    return mf__apart(column->values[low], column->values[high]);
}

/* The same for two codes that differ. Looks at the values only where it has to. */
static inline bool mf__codes_apart(const struct mf__ranked_column *column, uint32_t low,
                                   uint32_t high)
{
    return (low & 1) == 0 || mf__ranks_apart(column, mf__rank_of(low), mf__rank_of(high));
}

/* The code of a rank, where some may be odd. */
static inline uint32_t mf__code_of(const struct mf__ranked_column *column, uint32_t rank)
{
    return rank << 1 |
           (uint32_t)(column->close != NULL && (column->close[rank / 64] >> rank % 64 & 1) != 0);
}

#endif
