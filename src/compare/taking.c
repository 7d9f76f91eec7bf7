/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A first run is cold: pages are not there yet, the clock of the core is low, and it may take
 * several times as long as those after it. How often a run has to be repeated can therefore not be
 * told from one. Samples are taken with more and more repeats, until one is long enough as a whole.
 */
#include "compare/taking.h"

#include "base/status.h"
#include "compare/answers.h"
#include "stats/real.h"

#include <stdio.h>

#define MOST_REPEATS      UINT64_C(1000000)
#define CLOCK_STEPS_LEAST UINT64_C(1000) /* a sample is at least so many steps of the clock */
#define SPARE             10             /* a tenth more, since later runs may be quicker still */

struct mf__sample_request mf__request_of(const struct mf__comparison *comparison,
                                         const struct mf__series *series)
{
    struct mf__sample_request request = {.job = comparison->request.job,
                                         .way = series->way,
                                         .workers = series->workers,
                                         .copies = series->role == MF__ROLE_CEILING,
                                         .repeats = series->repeats};
    request.job.size = series->size;
    return request;
}

double mf__sample_ns(const struct mf__outcome *outcome)
{
    return outcome->total_ns > 0 ? (double)outcome->total_ns : 1.0;
}

uint64_t mf__grow_repeats(uint64_t repeats, uint64_t run_ns, uint64_t least_ns)
{
    uint64_t taken_ns = 0;
    if (repeats >= MOST_REPEATS || __builtin_mul_overflow(repeats, run_ns, &taken_ns) ||
        taken_ns >= least_ns)
        return repeats;
    uint64_t wanted_ns = least_ns + least_ns / SPARE;
    uint64_t grown = run_ns > 0 ? wanted_ns / run_ns + 1 : MOST_REPEATS;
    grown = grown > repeats ? grown : repeats + 1;
    return grown < MOST_REPEATS ? grown : MOST_REPEATS;
}

uint64_t mf__least_sample_ns(const struct mf__comparison *comparison, uint64_t asked_ns)
{
    uint64_t least_ns = CLOCK_STEPS_LEAST * comparison->clock_step_ns;
    return least_ns > asked_ns ? least_ns : asked_ns;
}

void mf__call_failed(struct mf__series *series, const mf_error *reason)
{
    series->failed = true;
    snprintf(series->failed_why, sizeof series->failed_why, "%.*s", MF__WHY_BYTES - 1,
             reason->text);
}

int mf__fail_base(const mf_error *reason, mf_error *error)
{
    return mf__fail(error, reason->code, "the serial way, which all others are compared with: %s",
                    reason->text);
}

/* ---- warming up ---- */

struct warm_up {
    struct mf__comparison *comparison;
    const struct mf__measuring *measuring;
    uint64_t start_ns;
    size_t step;
    size_t steps;
};

/* Tells the progress, and asks whether to go on. */
static int begin_step(struct warm_up *warm, mf_error *error)
{
    const struct mf__measuring *measuring = warm->measuring;
    uint64_t elapsed_ns = measuring->clock->now(measuring->clock->user) - warm->start_ns;
    uint64_t left = warm->steps - warm->step;
    const struct mf__measure_progress progress = {
        .doing = "warming up",
        .step = warm->step,
        .steps = warm->steps,
        .elapsed_ns = elapsed_ns,
        .remaining_ns = warm->step > 0 ? elapsed_ns / warm->step * left : UINT64_MAX,
        .widest = MF__INFINITY};
    if (mf_cancel_requested(measuring->cancel))
        return mf__fail(error, MF_E_CANCELLED, "cancelled while warming up");
    if (measuring->progress != NULL)
        measuring->progress(measuring->progress_user, &progress);
    warm->step++;
    return 0;
}

static int take(const struct warm_up *warm, const struct mf__sample_request *request,
                struct mf__outcome *ret_outcome, mf_error *error)
{
    return warm->measuring->take(warm->measuring->take_user, request, ret_outcome, error);
}

/* Once at the size; where the serial way fails there, so do the series that it was to confirm. */
static int run_reference(struct warm_up *warm, struct mf__reference *reference, mf_error *error)
{
    struct mf__comparison *comparison = warm->comparison;
    struct mf__outcome outcome;
    struct mf__sample_request request = mf__request_of(comparison, &comparison->series[0]);
    request.job.size = reference->size;
    request.repeats = 1;
    mf_error reason = {0};
    int code = take(warm, &request, &outcome, &reason);
    if (code == 0) {
        mf__keep_reference(comparison, reference, &outcome);
        mf__outcome_done(&outcome);
        return 0;
    }
    if (code == MF_E_CANCELLED)
        return mf__fail(error, code, "%s", reason.text);
    mf__fail_within(&reason, code, "the serial way at this size");
    for (size_t i = 0; i < comparison->n_series; i++)
        if (comparison->series[i].size == reference->size)
            mf__call_failed(&comparison->series[i], &reason);
    return 0;
}

static int warm_up_series(struct warm_up *warm, struct mf__series *series, mf_error *error)
{
    uint64_t least_ns =
        mf__least_sample_ns(warm->comparison, warm->comparison->request.min_sample_ns);
    for (int turn = 0; turn < MF__WARM_UP_TURNS; turn++) {
        struct mf__outcome outcome;
        struct mf__sample_request request = mf__request_of(warm->comparison, series);
        int code = take(warm, &request, &outcome, error);
        if (code != 0)
            return code;
        mf__check_answer(warm->comparison, series, &outcome);
        uint64_t before = series->repeats;
        series->repeats = mf__grow_repeats(before, outcome.total_ns, least_ns);
        mf__outcome_done(&outcome);
        if (series->repeats == before)
            break;
    }
    return 0;
}

static int warm_up_round(struct warm_up *warm, mf_error *error)
{
    struct mf__comparison *comparison = warm->comparison;
    for (size_t i = 0; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        mf_error reason = {0};
        int code = begin_step(warm, &reason);
        if (code == 0 && !series->failed)
            code = warm_up_series(warm, series, &reason);
        if (code == MF_E_CANCELLED)
            return mf__fail(error, code, "%s", reason.text);
        if (code != 0 && i == 0)
            return mf__fail_base(&reason, error);
        if (code != 0)
            mf__call_failed(series, &reason);
    }
    return 0;
}

int mf__warm_up(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                uint64_t start_ns, mf_error *error)
{
    uint64_t rounds = comparison->request.warmups;
    struct warm_up warm = {.comparison = comparison,
                           .measuring = measuring,
                           .start_ns = start_ns,
                           .steps = comparison->n_series * rounds};
    int code = mf__list_references(comparison, error);
    warm.steps += comparison->n_references;
    for (size_t i = 0; i < comparison->n_references && code == 0; i++) {
        code = begin_step(&warm, error);
        if (code == 0)
            code = run_reference(&warm, &comparison->references[i], error);
    }
    for (uint64_t turn = 0; turn < rounds && code == 0; turn++)
        code = warm_up_round(&warm, error);
    return code;
}
