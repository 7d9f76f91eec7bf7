/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growers that wait for their next tree. What growing takes besides the tree itself, some hundred
 * kilobytes for a thousand rows, is then made once by each worker; making it anew for each tree
 * takes the system longer than one thinks, as it hands out every page afresh.
 *
 * Threads may take and give at the same time. A forked worker starts from what was waiting at the
 * fork, in its own copy.
 */
#ifndef FOREST_GROWERS_H
#define FOREST_GROWERS_H

#define MF__GROWERS 64 /* that wait at most; others are freed */

struct mf__soil;
struct mf__grower;

/* Of one soil; zeroed, none waits. */
struct mf__growers {
    struct mf__grower *waiting[MF__GROWERS];
};

void mf__growers_done(struct mf__growers *growers);

/* One that waits, or a new one. NULL when there is no memory. */
struct mf__grower *mf__grower_take(const struct mf__soil *soil);

/* Lets it wait for the next tree, if its soil has room for that. Only after a tree that was grown
 * to its end: everything is then as it was found. */
void mf__grower_give(struct mf__grower *grower);

void mf__grower_free(struct mf__grower *grower); /* NULL allowed */

#endif
