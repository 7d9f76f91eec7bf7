/* SPDX-License-Identifier: Apache-2.0 */
/* Single samples: what is asked of the sampler, how often a run is repeated, and warming up. */
#ifndef COMPARE_TAKING_H
#define COMPARE_TAKING_H

#include "compare/measure.h"

/* What is asked of the sampler for one sample of a series. */
struct mf__sample_request mf__request_of(const struct mf__comparison *comparison,
                                         const struct mf__series *series);

/* The time of one run, which is above 0 whatever the clock says. */
double mf__sample_ns(const struct mf__outcome *outcome);

/*
 * Repeats after a sample of `repeats` runs, each of `run_ns`: the same number when the sample took
 * at least `least_ns`, or when more are out of the question; else enough for it, and a little more.
 */
uint64_t mf__grow_repeats(uint64_t repeats, uint64_t run_ns, uint64_t least_ns);

#define MF__WARM_UP_TURNS 8 /* samples at most until one is long enough */

/* The least length of a sample: as asked for, and so long that the clock's steps do not matter. */
uint64_t mf__least_sample_ns(const struct mf__comparison *comparison, uint64_t asked_ns);

/* Marks a series that could not be run. */
void mf__call_failed(struct mf__series *series, const mf_error *reason);

/* The serial way's failure, for the `reason`, is that of the whole. Returns its code. */
int mf__fail_base(const mf_error *reason, mf_error *error);

/*
 * Runs the serial way at sizes that only weak scaling has, then every series until its samples are
 * long enough, request.warmups times. `start_ns` is when measuring began. Errors: MF_E_CANCELLED,
 * or what the serial way failed with.
 */
int mf__warm_up(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                uint64_t start_ns, mf_error *error);

#endif
