/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing over mpi: a sample cannot be taken in a fork of this process, since mpirun has to start
 * the ranks. So mpirun starts this very command again, with two more options that tell rank 0 to
 * take one sample and to send what comes of it; that takes the job's settings from the same words,
 * so it is the same job.
 */
#ifndef CLI_COMPARE_RANKS_H
#define CLI_COMPARE_RANKS_H

#include "cli/cli.h"
#include "exec/sample.h"

/* The command line of the comparison, which it is started with again. */
struct mf__rank_samples {
    const struct mf__command_line *line;
    const mf_cancel *cancel;
};

/* Takes a sample, over ranks for the way mpi, else in a forked child; for struct mf__measuring. */
int mf__rank_samples_take(void *user, const struct mf__sample_request *request,
                          struct mf__outcome *ret_outcome, mf_error *error);

/* Whether that can be done: mpirun is there, the words can be given again, and what they name can
 * be read again. MF_E_UNAVAILABLE, MF_E_INPUT. */
int mf__rank_samples_check(const struct mf__command_line *line, const char *const read[2],
                           mf_error *error);

/* In rank 0, first of all: says that the ranks are there. *ret_channel is for the other one.
 * MF_E_INPUT: this is no rank. */
int mf__rank_sample_begin(int *ret_channel, mf_error *error);

/* ... and then: takes the sample and tells it. An exit status. */
int mf__rank_sample_tell(const struct mf__job *job, uint64_t repeats, int channel);

/* What was started by mpirun and starts it by itself: one line. An exit status, MF__EXIT_DONE for
 * what was not. */
int mf__ranks_refuse(const char *verb);

#endif
