/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking one timed sample of a job: open a pool, run, close it, all of it timed by one clock, as
 * often as it takes for the sum to be long beside the clock's step. The outcome can travel as
 * bytes, since a sample is taken in a child process, or by a command of its own.
 */
#ifndef EXEC_SAMPLE_H
#define EXEC_SAMPLE_H

#include <manyfold/pool.h>

#include "exec/command.h"
#include "exec/job.h"

#include <stdbool.h>

#define MF__DIGEST_BYTES 16
#define MF__ANSWER_BYTES                                                                           \
    64 /* of the answer's first line travel with the outcome; the digest has all */

struct mf__sample_request {
    struct mf__job job;
    const mf_way *way;
    unsigned workers;
    bool copies;      /* not one job shared by the workers, but one whole serial job for each: what
                         the machine can do at best; `way` is not looked at */
    uint64_t repeats; /* runs in one sample, at least 1; the times of the outcome are per run */
};

struct mf__outcome {
    uint64_t total_ns;  /* open, run and close; for copies: the slowest copy's run */
    uint64_t launch_ns; /* before all that: until a command that takes the sample was ready; 0:
                           there is none */
    uint64_t cpu_ns;    /* all runs and their workers, in the process that ran them */
    uint64_t peak_bytes;
    unsigned char digest[MF__DIGEST_BYTES]; /* of the answer's text: XXH3, 128 bits */
    char answer[MF__ANSWER_BYTES];          /* the first line of it, cut when it is longer */
    bool wrong;                             /* the job's own check says so ... */
    char wrong_why[160];                    /* ... for this reason */
    mf_ledger ledger;                       /* of the last run */
};

void mf__outcome_done(struct mf__outcome *outcome);

/* The digest of any bytes. */
void mf__digest(const void *bytes, size_t length, unsigned char ret_digest[MF__DIGEST_BYTES]);

/* As bytes, for the same version on the same kind of machine; decoding checks every length. */
void mf__outcome_encode(const struct mf__outcome *outcome, struct mf__buffer *bytes);
int mf__outcome_decode(const void *bytes, size_t length, struct mf__outcome *ret_outcome,
                       mf_error *error);

/* Takes the sample in this process. */
int mf__sample_here(const struct mf__sample_request *request, struct mf__outcome *ret_outcome,
                    mf_error *error);

/* Takes it in a forked child. Errors as mf__isolate. */
int mf__sample_apart(const struct mf__sample_request *request, const mf_cancel *cancel,
                     struct mf__outcome *ret_outcome, mf_error *error);

/* Has it taken by a command, for a way that only another program can start. The command joins what
 * was started with it, calls mf__command_ready and then mf__sample_tell. Errors as mf__command_run.
 */
int mf__sample_by_command(const struct mf__command *command, const mf_cancel *cancel,
                          struct mf__outcome *ret_outcome, mf_error *error);

/* In the command: takes the sample, tells its outcome or why there is none. MF_E_OUTPUT. */
int mf__sample_tell(const struct mf__sample_request *request, int channel);

#endif
