/* SPDX-License-Identifier: Apache-2.0 */
/* Prediction as work for the engine. */
#ifndef JOBS_FOREST_PREDICT_H
#define JOBS_FOREST_PREDICT_H

#include <manyfold/pool.h>

#include "forest/predict.h"

/* What is predicted. The matrix has been checked. */
struct mf__prediction {
    const mf_forest *forest;
    const mf_matrix *matrix;
    const uint8_t *left_out; /* NULL: every tree predicts every row. Otherwise the bits of each
                                tree (forest/oob.h), and it predicts those that it left out. */
    double *ret;             /* for each row the mean over these trees; 0 where there is none */
};

/* Items are blocks of rows. On failure `ret` holds nothing defined. Errors: those of mf_pool_run.
 */
int mf__predict(const struct mf__prediction *prediction, mf_pool *pool,
                const mf_run_options *options, mf_error *error);

#endif
