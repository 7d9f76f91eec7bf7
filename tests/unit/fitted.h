/* SPDX-License-Identifier: Apache-2.0 */
/* The small forests of tests/oracle/score_reference.py, grown by us. */
#ifndef TESTS_FITTED_H
#define TESTS_FITTED_H

#include <manyfold/forest.h>

#include "tests/oracle/score_reference.h"
#include "tests/unit/jobs.h"
#include "tests/unit/unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static inline mf_matrix fitted_matrix(const struct reference_forest *reference)
{
    return (mf_matrix){reference->values, reference->rows, reference->columns};
}

static inline mf_forest *fitted_forest(const struct reference_forest *reference, mf_pool *pool)
{
    const mf_matrix matrix = fitted_matrix(reference);
    const mf_target target = {reference->target, reference->n_classes};
    mf_forest_params params = mf_forest_defaults(reference->n_classes);
    mf_forest *forest = NULL;
    mf_error error = {0};
    params.n_estimators = reference->n_estimators;
    params.random_state = reference->random_state;
    params.has_max_samples = reference->max_samples > 0;
    params.max_samples = (mf_amount){.is_share = true, .share = reference->max_samples};
    params.oob_score = true;
    if (mf_forest_fit(pool, &matrix, &target, &params, NULL, NULL, &forest, &error) != 0)
        fail_msg("%s: %s", reference->name, error.text);
    return forest;
}

/* Calls `check` with a pool of every way and of 1 to 8 workers. */
static inline void with_every_pool(void (*check)(mf_pool *pool))
{
    const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t w = 0; w < COUNT(ways); w++) {
        for (unsigned workers = 1; workers <= (w == 0 ? 1 : 8); workers++) {
            mf_pool *pool = open_pool(ways[w], workers);
            assert_non_null(pool);
            check(pool);
            mf_pool_close(&pool);
        }
    }
}

#endif
