/* SPDX-License-Identifier: Apache-2.0 */
/* What parts are made of; for parts.c, and for travel.c, which sends them to other machines. */
#ifndef TUNE_PARTS_HELD_H
#define TUNE_PARTS_HELD_H

#include "tune/parts.h"

#define IMPUTES      (MF_IMPUTE_NONE + 1)
#define PREPARATIONS ((MF_ENCODE_ONEHOT + 1) * IMPUTES)

/* Goals of one part. They differ with the number of rows that a tree draws only in how far the
 * target is rounded, so there are a few, however many numbers are asked for. */
struct goals {
    struct mf__goal **list;
    size_t n;
    uint32_t asked; /* the number of rows asked for last; 0: none yet */
    struct mf__goal *last;
};

struct held_part {
    struct mf__fold_part shown;
    float *falling;
    struct goals goals;
};

struct mf__parts {
    struct mf__ground ground;
    size_t n_folds;
    size_t n_preparations;
    size_t places[PREPARATIONS]; /* of each encode and impute: 1 + its place, or 0 */
    struct held_part *list;      /* preparation after preparation, each with its folds */
    struct mf__ground_facts facts;
};

#endif
