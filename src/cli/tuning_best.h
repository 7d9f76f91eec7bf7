/* SPDX-License-Identifier: Apache-2.0 */
/* What is done with the best trial when a search is over. */
#ifndef CLI_TUNING_BEST_H
#define CLI_TUNING_BEST_H

#include <manyfold/model.h>

#include "cli/cli.h"
#include "tune/study_best.h"

/* Of a study that was run. */
struct mf__best_work {
    const struct mf__study *study;
    mf_pool *pool;
    const struct mf__common *common;
};

/* Both show their progress and do nothing after an interruption: the study is shown, but nothing
 * more is begun. `ret_ns` is how long it took. */

/* Trains the best on all rows. MF_E_INPUT names --model: there is no best. */
int mf__tuning_refit(const struct mf__best_work *work, mf_model **ret_model, uint64_t *ret_ns,
                     mf_error *error);

/* Grows the best once more as it was validated; nothing when there is no best. `ret` starts as {0}
 * and keeps no rows when nothing was done. */
int mf__tuning_look_at_best(const struct mf__best_work *work, struct mf__study_best *ret,
                            uint64_t *ret_ns, mf_error *error);

/* How a study ended before it was whole. */
const char *mf__tuning_end_words(int end);

#endif
