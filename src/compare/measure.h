/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring the series of a comparison, round by round. */
#ifndef COMPARE_MEASURE_H
#define COMPARE_MEASURE_H

#include "base/clock.h"
#include "compare/comparison.h"

struct mf__measure_progress {
    const char *doing; /* "warming up", "measuring", "looking for the break-even" */
    size_t rounds_done;
    size_t step; /* samples taken in this round, in the warm-up; sizes tried */
    size_t steps;
    uint64_t elapsed_ns;
    uint64_t remaining_ns; /* an estimate; UINT64_MAX when there is none yet */
    double widest;         /* as in struct mf__comparison; infinite when not known yet */
};

/* What measuring needs from outside; with a script in its place, nothing is timed. */
struct mf__measuring {
    int (*take)(void *user, const struct mf__sample_request *request,
                struct mf__outcome *ret_outcome, mf_error *error);
    void *take_user;
    const struct mf__clock *clock; /* of budgets and progress only; samples bring their own times */
    void (*progress)(void *user, const struct mf__measure_progress *progress); /* or NULL */
    void *progress_user;
    const mf_cancel *cancel; /* or NULL */
    bool scripted;           /* times come from a script, which the result has to say */
};

/* The real thing: samples in forked children, the machine's clock. `cancel` may be NULL. */
struct mf__measuring mf__measuring_real(const mf_cancel *cancel);

/*
 * Warms up, then takes rounds: each measures every series once, in a random order drawn from the
 * seed. Ends when the speedups' intervals are narrow, or by the limits of the request. A series
 * that fails is marked and left out from then on. When cancelled, and when the serial way fails,
 * the rounds that are complete are kept and 0 is returned.
 * Errors: without any complete round MF_E_CANCELLED, or what the serial way failed with.
 */
int mf__measure(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                mf_error *error);

#endif
