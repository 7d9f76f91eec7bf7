/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views: the rows of a node, brought together.
 *
 * In a large matrix the rows of a small node lie far apart. In a view they are numbered from 0, and
 * the subtree under the node is then grown from memory that fits the processor's cache. Ranks stay
 * what they are.
 */
#ifndef FOREST_VIEW_H
#define FOREST_VIEW_H

#include "forest/search.h"

/* Room for one view at a time, made once for a tree. */
struct mf__views {
    const struct mf__soil *soil;
    uint32_t most; /* rows of a view; 0: views are of no use for this forest */
    double *given; /* the target as given, by row of the view; NULL where leaves do not need it */
    struct mf__ranked ranked; /* codes of its own, the values of the whole */
};

/* False when there is no memory; mf__views_done frees what there is. */
bool mf__views_init(struct mf__views *views, const struct mf__soil *soil);
void mf__views_done(struct mf__views *views);

/* Turns the view to a node of at most `most` rows of the whole matrix, and numbers its samples
 * anew. */
void mf__view_turn(struct mf__views *views, struct mf__sample *samples, uint32_t n);

#endif
