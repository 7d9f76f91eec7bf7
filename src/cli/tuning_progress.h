/* SPDX-License-Identifier: Apache-2.0 */
/* What is shown of a search while it runs. */
#ifndef CLI_TUNING_PROGRESS_H
#define CLI_TUNING_PROGRESS_H

#include "cli/cli.h"
#include "tune/study.h"

/* Trials are announced on any thread, the line is shown on the caller's; never at the same time. */
struct mf__tuning_progress {
    struct mf__progress progress;
    const struct mf__study *study;
    bool verbose;
    uint64_t start_ns;
    size_t n_announced;
    size_t best;   /* the number of a trial, or SIZE_MAX */
    size_t n_kept; /* how many were kept when these were looked at last */
};

void mf__tuning_progress_start(struct mf__tuning_progress *progress, const struct mf__study *study,
                               const struct mf__common *common, bool verbose);

/* For struct mf__study_watcher and mf_run_options. */
void mf__tuning_progress_finished(void *user, const struct mf__study *study, size_t trial);
void mf__tuning_progress_show(void *user, uint64_t done, uint64_t total);

#endif
