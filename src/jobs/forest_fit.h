/* SPDX-License-Identifier: Apache-2.0 */
/* Growing a forest as work for the engine. */
#ifndef JOBS_FOREST_FIT_H
#define JOBS_FOREST_FIT_H

#include <manyfold/forest.h>

/* What each row is predicted as by the trees that left it out. */
struct mf__oob {
    double *predicted; /* for each row as mf_forest_predict; 0 where no tree left it out */
    size_t never;      /* rows that no tree left out */
};

/* Predicts the rows that a forest was trained on. Free `predicted` with mf__free. `options` may be
 * NULL; no progress is told. Errors: those of mf_pool_run. */
int mf__forest_oob_predict(const mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                           const mf_run_options *options, struct mf__oob *ret_oob, mf_error *error);

/* Fills forest->oob_score and oob_never. */
int mf__forest_oob_fill(mf_forest *forest, mf_pool *pool, const mf_matrix *matrix,
                        const mf_target *target, const mf_run_options *options, mf_error *error);

#endif
