/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs of `manyfold compare`, made from what was typed. */
#ifndef CLI_COMPARED_H
#define CLI_COMPARED_H

#include "cli/tuning.h"
#include "exec/job.h"
#include "jobs/sum.h"
#include "report/compare_json.h"
#include "tune/tune_job.h"

#define MF__JOB_SETTINGS 12

/* A job with what is told of it. It points into itself, so it stays where it is. Start with {0}. */
struct mf__compared {
    struct mf__job job;
    struct mf__buffer what; /* "sum of 1..10" */
    struct mf__job_setting settings[MF__JOB_SETTINGS];
    size_t n_settings;

    /* What they point to. */
    struct mf__shown shown[3];
    struct mf__buffer space;
    struct mf__sum_config sum;
    struct mf__tuning tuning;
    struct mf__study study;
    struct mf__config *configs;
    struct mf__tune_config tune;
};

/* The sum of from..N; `text` is N. MF_E_INPUT. */
int mf__compared_sum(uint64_t from, const char *text, struct mf__compared *compared,
                     mf_error *error);

/* Weak scaling goes on from N, as far as `workers` times as many integers reach. MF_E_INPUT. */
int mf__compared_sum_grows(const struct mf__compared *compared, unsigned workers, mf_error *error);

/* A search of a grid, or of trials that are drawn. MF_E_INPUT. */
int mf__compared_tune(struct mf__tuning_settings *settings, const char *file,
                      struct mf__compared *compared, mf_error *error);

void mf__compared_done(struct mf__compared *compared);

#endif
