/* SPDX-License-Identifier: Apache-2.0 */
/* A search as a job that can be compared. */
#ifndef TUNE_TUNE_JOB_H
#define TUNE_TUNE_JOB_H

#include "exec/job.h"
#include "tune/plan.h"

/* The job's settings: the trials of a grid or of a random search, all of them run, without a
 * journal. Ground and configurations must stay. */
struct mf__tune_config {
    const struct mf__ground *ground;
    const struct mf__config *configs;
    size_t n_configs; /* at least 1 */
    bool share;
    int metric; /* of the task: names the best trial */
};

/* Of one size. The table is prepared, and the features are ranked, when the job is made; a run does
 * the rest. The answer begins with a line for people, "best trial 57 of 126, rmse 26812.701234",
 * and has all scores of every trial in every fold in full. */
extern const struct mf__job_kind mf__tune_job;

#endif
