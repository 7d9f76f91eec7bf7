/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a search tries: parameters of the forest and of the preparation, each with a list of values
 * or, for a random search, a distribution.
 *
 *     n_estimators=10,25,50     max_features=sqrt,log2,none,0.3     encode=label,onehot
 *     max_depth=int(2,30)       max_features=float(0.1,1) min_impurity_decrease=log(1e-6,1)
 */
#ifndef TUNE_SPACE_H
#define TUNE_SPACE_H

#include <manyfold/forest.h>
#include <manyfold/prepare.h>

#include "base/buffer.h"

#define MF__DIMENSIONS_MAX 32
#define MF__TRIALS_MAX     UINT64_C(1000000)
#define MF__VALUE_BYTES    32

enum mf__value_kind {
    MF__VALUE_COUNT,
    MF__VALUE_REAL,
    MF__VALUE_WORD, /* sqrt, label, true */
    MF__VALUE_NONE,
};

/* One value of a parameter. */
struct mf__value {
    int kind;       /* an mf__value_kind */
    uint64_t count; /* of a word: its place among the parameter's words */
    double real;
    char text[MF__VALUE_BYTES]; /* its one spelling: "25", "0.3", "sqrt", "none"; but a word as it
                                   was typed, where two mean the same: "log_loss", "entropy" */
};

/* Everything that one trial is made with, and a search may vary. */
struct mf__config {
    mf_forest_params forest;
    int encode; /* an mf_encode */
    int impute; /* an mf_impute */
};

/* A parameter that can be searched: an entry of a constant table. */
struct mf__parameter;

const char *mf__parameter_name(const struct mf__parameter *parameter);
bool mf__parameter_is_preparation(const struct mf__parameter *parameter);

/* The table, for help and completion; NULL past the end. */
const struct mf__parameter *mf__parameter_at(size_t index);

/* Puts a value into a configuration; it must have been read for this parameter. */
void mf__parameter_set(const struct mf__parameter *parameter, const struct mf__value *value,
                       struct mf__config *config);

/* The value that a configuration has, for keys and reports. */
void mf__parameter_get(const struct mf__parameter *parameter, const struct mf__config *config,
                       struct mf__value *ret_value);

enum mf__spread { MF__SPREAD_LIST, MF__SPREAD_INT, MF__SPREAD_FLOAT, MF__SPREAD_LOG };

/* One parameter of a space. */
struct mf__dimension {
    const struct mf__parameter *parameter;
    int spread;               /* an mf__spread */
    size_t n_values;          /* of MF__SPREAD_LIST */
    struct mf__value *values; /* in the order given, each once */
    bool whole;               /* of the others: whole numbers are drawn, else real ones */
    double low;               /* both ends belong to it */
    double high;
};

struct mf__space {
    size_t n;
    struct mf__dimension dimensions[MF__DIMENSIONS_MAX]; /* in the order given */
};

/* Adds "name=values", as after --grid. MF_E_INPUT: no such parameter (the nearest is suggested), an
 * empty list, a value that is no value of it or out of its range, a value or a parameter given
 * twice, a distribution that makes no sense. `space` starts as {0}. */
int mf__space_add(struct mf__space *space, const char *text, mf_error *error);
void mf__space_done(struct mf__space *space);

/* One dimension as it could be typed, in one spelling: its values "1,2,none" or "int(2,30)". */
void mf__dimension_show(const struct mf__dimension *dimension, struct mf__buffer *text);

/* The space in one spelling, "max_depth=1,2,none" a line each. */
void mf__space_show(const struct mf__space *space, struct mf__buffer *text);

/* Whether a dimension is a distribution. */
bool mf__space_is_drawn(const struct mf__space *space);

/* Values of trials: n rows of space->n values. Free with mf__combinations_done. */
struct mf__combinations {
    size_t n;
    struct mf__value *values; /* trial after trial */
};
void mf__combinations_done(struct mf__combinations *combinations); /* NULL allowed */

/* How many combinations a space has; UINT64_MAX when they are that many or more, and when real
 * numbers are drawn. */
uint64_t mf__space_size(const struct mf__space *space);

/* All combinations, the last dimension changing fastest. MF_E_INPUT: a distribution among them,
 * more than MF__TRIALS_MAX; MF_E_MEMORY. */
int mf__space_grid(const struct mf__space *space, struct mf__combinations *ret, mf_error *error);

/* `n` combinations drawn by a seed, each once: ret->n is less than n where the space has fewer.
 * The first m of n are those that a draw of m gives. Real numbers are drawn with some six digits,
 * so that they can be typed again. MF_E_INPUT: more than MF__TRIALS_MAX; MF_E_MEMORY. */
int mf__space_random(const struct mf__space *space, uint64_t n, uint32_t seed,
                     struct mf__combinations *ret, mf_error *error);

#endif
