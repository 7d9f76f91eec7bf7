/* SPDX-License-Identifier: Apache-2.0 */
/* The ways as choices of options. */
#ifndef CLI_WAYS_H
#define CLI_WAYS_H

#include <manyfold/pool.h>

#include "base/options.h"

/* "serial", ... as in the registry, but for those made for tests; ends with NULL. */
extern const char *const mf__way_choices[];

/* The same with "auto" in front. */
extern const char *const mf__auto_way_choices[];

/* The way of a choice; NULL for "auto". */
const mf_way *mf__auto_way(size_t choice);
const mf_way *mf__chosen_way(size_t choice);

/* How a verb that takes recipes is to be run. */
struct mf__running {
    size_t way;         /* 0: auto, then as in mf__way_choices */
    uint64_t workers;   /* 0: auto */
    const char *recipe; /* NULL: none */
};

extern const struct mf__option mf__running_options[];

/* Where ranks are here, the way mpi with all of their workers, unless something else was chosen: a
 * NULL way and 0 workers stand for nothing chosen. */
void mf__ranks_way(const mf_way **way, unsigned *workers);

/* Opens a pool of the chosen way, "auto" among them, and as many workers; 0 is what the machine
 * grants. By itself it takes threads, or the serial way for one worker. */
int mf__pool_open(size_t auto_choice, uint64_t workers, mf_pool **ret_pool, mf_error *error);

#endif
