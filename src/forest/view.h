/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views: the rows of a node, with ranks of their own.
 *
 * In a large matrix the rows of a small node lie far apart, and most ranks are not present in it. A
 * view brings them together: its rows are numbered from 0, its ranks have no gaps, and the subtree
 * under the node is then grown from memory that fits the processor's cache. Ranks are all that is
 * looked at, so the tree is the same.
 */
#ifndef FOREST_VIEW_H
#define FOREST_VIEW_H

#include "forest/search.h"

/* Room for one view at a time, made once for a tree. */
struct mf__views {
    const struct mf__soil *soil;
    uint32_t most;     /* rows of a view; 0: views are of no use for this forest */
    uint64_t *present; /* by rank of the whole matrix, a bit; all 0 between uses */
    uint32_t *before;  /* by word of these: how many bits there are in the words before it */
    double *given;     /* the target as given, by row of the view; where leaves need it */
    struct mf__ranked ranked;
};

/* False when there is no memory; mf__views_done frees what there is. */
bool mf__views_init(struct mf__views *views, const struct mf__soil *soil);
void mf__views_done(struct mf__views *views);

/* Turns the view to a node of at most `most` rows of the whole matrix, and numbers its samples
 * anew. */
void mf__view_turn(struct mf__views *views, struct mf__sample *samples, uint32_t n);

#endif
