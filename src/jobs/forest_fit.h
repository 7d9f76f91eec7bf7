/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a forest as work for the engine. */
#ifndef JOBS_FOREST_FIT_H
#define JOBS_FOREST_FIT_H

#include <manyfold/forest.h>

/* Fills forest->oob_score and oob_never. */
int mf__forest_oob_fill(mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                        const mf_target *target, const mf_run_options *options, mf_error *error);

#endif
