/* SPDX-License-Identifier: Apache-2.0 */
/* What workers do of a plan; nobody but batch.c, travel.c and tests include it. */
#ifndef TUNE_BATCH_ITEMS_H
#define TUNE_BATCH_ITEMS_H

#include "forest/goal.h"
#include "tune/plan.h"

/* A plan with what growing needs. */
struct mf__planned {
    const struct mf__plan *plan;
    const struct mf__goal **goals; /* of each bundle; NULL when nothing is shared */
};

/* The `run` of work whose user begins with a struct mf__planned: trees of a bundle into struct
 * mf__slot, or a whole unit into a struct mf__alone. */
int mf__run_trees(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                  mf_error *error);
int mf__run_alone(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
                  mf_error *error);

/* How many bytes of the result of such an item are filled: most bundles need fewer than the one
 * that needs the most. */
size_t mf__trees_used(const void *user, uint64_t item, const void *result);

#endif
