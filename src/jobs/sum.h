/* SPDX-License-Identifier: Apache-2.0 */
/* The sum as a job that can be compared. */
#ifndef JOBS_SUM_H
#define JOBS_SUM_H

#include <manyfold/sum.h>

#include "exec/job.h"
#include "jobs/sum_kernel.h"

/* The job's settings. Its size is how many integers are added, from `from` on. */
struct mf__sum_config {
    uint64_t from;
    const struct mf__sum_kernel *kernel;
};

extern const struct mf__job_kind mf__sum_job;

/*
 * How many of up to `workers` threads add `count` integers soonest; 1 means the serial way. Times
 * one block to know this core's speed, which takes some ten microseconds.
 */
unsigned mf__sum_quickest(const struct mf__sum_config *config, uint64_t count, unsigned workers);

/*
 * The rule behind it: the number n for which serial_ns / n, and what n threads cost to start and to
 * end, are least together.
 */
unsigned mf__sum_worth(uint64_t serial_ns, unsigned workers);

/* mf_sum with a kernel of choice. */
int mf__sum(mf_pool *pool, const struct mf__sum_config *config, uint64_t to,
            const mf_run_options *options, mf_ledger *ret_ledger, mf_u128 *ret_sum,
            mf_error *error);

#endif
