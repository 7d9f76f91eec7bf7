/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round measures every series once, in random order, so that drift of the machine hits all of
 * them alike and cancels in the ratios within a round (docs/method.md). Rounds go on until the
 * interval of every speedup is narrow enough: precision decides how many, not a fixed number, and
 * never what the speedup is.
 */
#include "compare/measure.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "stats/real.h"

#include <stdio.h>
#include <string.h>

#define MOST_REPEATS      UINT64_C(1000000)
#define CLOCK_STEPS_LEAST UINT64_C(1000) /* a sample is at least so many steps of the clock */

struct round {
    struct mf__comparison *comparison;
    const struct mf__measuring *measuring;
    struct mf__random random;
    size_t *order;
    double *base; /* times of the base and of one other series, for ratios */
    double *other;
    uint64_t start_ns;
    uint64_t rounds_start_ns; /* after warming up */
};

uint64_t mf__repeats_for(uint64_t once_ns, uint64_t least_ns)
{
    uint64_t repeats = once_ns > 0 ? (least_ns + once_ns - 1) / once_ns : MOST_REPEATS;
    repeats = repeats > MOST_REPEATS ? MOST_REPEATS : repeats;
    return repeats > 0 ? repeats : 1;
}

static uint64_t now(const struct round *round)
{
    return round->measuring->clock->now(round->measuring->clock->user);
}

/* The time that is left by the budget, or by the least number of rounds if that is longer. */
static uint64_t remaining_ns(const struct round *round, size_t rounds_done)
{
    const struct mf__comparison_request *request = &round->comparison->request;
    if (rounds_done == 0)
        return UINT64_MAX;
    uint64_t elapsed_ns = now(round) - round->rounds_start_ns;
    uint64_t each_ns = elapsed_ns / rounds_done;
    uint64_t by_rounds_ns =
        rounds_done < request->min_rounds ? (request->min_rounds - rounds_done) * each_ns : 0;
    uint64_t by_budget_ns = request->budget_ns > elapsed_ns ? request->budget_ns - elapsed_ns : 0;
    return by_rounds_ns > by_budget_ns ? by_rounds_ns : by_budget_ns;
}

static void tell(const struct round *round, const char *doing, size_t step)
{
    const struct mf__comparison *comparison = round->comparison;
    if (round->measuring->progress == NULL)
        return;
    const struct mf__measure_progress progress = {
        .doing = doing,
        .rounds_done = comparison->n_rounds,
        .step = step,
        .steps = comparison->n_series,
        .elapsed_ns = now(round) - round->start_ns,
        .remaining_ns = remaining_ns(round, comparison->n_rounds),
        .widest = comparison->widest,
    };
    round->measuring->progress(round->measuring->progress_user, &progress);
}

static int take(const struct round *round, const struct mf__series *series, uint64_t repeats,
                struct mf__outcome *ret_outcome, mf_error *error)
{
    struct mf__sample_request request = {.job = round->comparison->request.job,
                                         .way = series->way,
                                         .workers = series->workers,
                                         .copies = series->role == MF__ROLE_CEILING,
                                         .repeats = repeats};
    request.job.size = series->size;
    int code = round->measuring->take(round->measuring->take_user, &request, ret_outcome, error);
    if (code != 0 && code != MF_E_CANCELLED)
        mf__fail_within(error, code, "%s with %u worker%s", mf__series_name(series),
                        series->workers, series->workers == 1 ? "" : "s");
    return code;
}

/* The series whose answer this one's must be: the base, or the first of the same weak size. */
static const struct mf__series *reference_of(const struct mf__comparison *comparison,
                                             const struct mf__series *series)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *other = &comparison->series[i];
        if (other->answered && other->size == series->size)
            return other;
    }
    return series;
}

/* Keeps the first answer, and compares every one: with the series' own and with its reference. */
static void check_answer(const struct mf__comparison *comparison, struct mf__series *series,
                         const struct mf__outcome *outcome)
{
    if (series->role == MF__ROLE_CEILING)
        return;
    if (!series->answered) {
        memcpy(series->digest, outcome->digest, sizeof series->digest);
        memcpy(series->answer, outcome->answer, sizeof series->answer);
        series->answered = true;
    }
    const struct mf__series *reference = reference_of(comparison, series);
    if (series->wrong)
        return;
    if (outcome->wrong) {
        series->wrong = true;
        memcpy(series->wrong_why, outcome->wrong_why, sizeof series->wrong_why);
    } else if (memcmp(outcome->digest, reference->digest, MF__DIGEST_BYTES) != 0) {
        series->wrong = true;
        snprintf(series->wrong_why, sizeof series->wrong_why, "it gave %.50s, %s gave %.50s",
                 outcome->answer, mf__series_name(reference), reference->answer);
    }
}

static int warm_up(struct round *round, struct mf__series *series, uint64_t least_ns,
                   mf_error *error)
{
    struct mf__outcome outcome;
    int code = take(round, series, series->repeats, &outcome, error);
    if (code != 0)
        return code;
    check_answer(round->comparison, series, &outcome);
    series->repeats = mf__repeats_for(outcome.total_ns, least_ns);
    mf__outcome_done(&outcome);
    return 0;
}

static int warm_up_all(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    uint64_t least_ns = CLOCK_STEPS_LEAST * comparison->clock_step_ns;
    if (least_ns < comparison->request.min_sample_ns)
        least_ns = comparison->request.min_sample_ns;
    for (uint64_t turn = 0; turn < comparison->request.warmups; turn++) {
        for (size_t i = 0; i < comparison->n_series; i++) {
            if (mf_cancel_requested(round->measuring->cancel))
                return mf__fail(error, MF_E_CANCELLED, "cancelled while warming up");
            tell(round, "warming up", i);
            int code = warm_up(round, &comparison->series[i], least_ns, error);
            if (code != 0)
                return code;
        }
    }
    return 0;
}

static int measure_one(struct round *round, struct mf__series *series, size_t place,
                       mf_error *error)
{
    struct mf__outcome outcome;
    int code = take(round, series, series->repeats, &outcome, error);
    if (code != 0)
        return code;
    check_answer(round->comparison, series, &outcome);
    series->samples[round->comparison->n_rounds] =
        (struct mf__sample){.place = place,
                            .ns = outcome.total_ns > 0 ? (double)outcome.total_ns : 1.0,
                            .cpu_ns = outcome.cpu_ns,
                            .peak_bytes = outcome.peak_bytes,
                            .ledger = outcome.ledger};
    return 0;
}

static int make_room(struct mf__comparison *comparison, mf_error *error)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        struct mf__sample *samples =
            mf__resize(series->samples, comparison->n_rounds + 1, sizeof *samples);
        if (samples == NULL)
            return mf__fail_memory(error, comparison->n_rounds * sizeof *samples, "samples");
        series->samples = samples;
        samples[comparison->n_rounds] = (struct mf__sample){0};
    }
    return 0;
}

/* The samples of a round that was not finished go. */
static void forget_round(struct mf__comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_series; i++)
        mf_ledger_done(&comparison->series[i].samples[comparison->n_rounds].ledger);
}

static int measure_round(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    int code = make_room(comparison, error);
    if (code != 0)
        return code;
    mf__random_order(&round->random, round->order, comparison->n_series);
    for (size_t place = 0; place < comparison->n_series && code == 0; place++) {
        tell(round, "measuring", place);
        code = mf_cancel_requested(round->measuring->cancel)
                   ? mf__fail(error, MF_E_CANCELLED, "cancelled while measuring")
                   : measure_one(round, &comparison->series[round->order[place]], place, error);
    }
    if (code == 0)
        comparison->n_rounds++;
    else
        forget_round(comparison);
    return code;
}

/* Whether the width of this series' interval decides when to stop. */
static bool aimed_at(const struct mf__comparison *comparison, size_t i)
{
    const struct mf__series *series = &comparison->series[i];
    if (comparison->n_series == 1)
        return true;
    return !series->oversubscribed && !series->wrong && series->workers > 1 &&
           (series->role == MF__ROLE_STRONG || series->role == MF__ROLE_WEAK);
}

static int width_of(struct round *round, size_t i, double *ret_width, mf_error *error)
{
    const struct mf__comparison *comparison = round->comparison;
    size_t n = comparison->n_rounds;
    for (size_t r = 0; r < n; r++) {
        round->base[r] = comparison->series[0].samples[r].ns;
        round->other[r] = comparison->series[i].samples[r].ns;
    }
    struct mf__ratio ratio;
    struct mf__interval median;
    int code = i == 0 ? mf__median_interval(round->base, n, MF__CONFIDENCE, &median, error)
                      : mf__ratio(&(struct mf__pairs){round->base, round->other, n}, MF__CONFIDENCE,
                                  &ratio, error);
    if (code == 0)
        *ret_width = mf__relative_half_width(i == 0 ? &median : &ratio.speedup);
    return code;
}

static int update_widest(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    double widest = 0;
    for (size_t i = 0; i < comparison->n_series; i++) {
        double width = 0;
        int code = aimed_at(comparison, i) ? width_of(round, i, &width, error) : 0;
        if (code != 0)
            return code;
        widest = width > widest ? width : widest;
    }
    comparison->widest = widest;
    return 0;
}

/* Whether to stop after the rounds so far, and why. */
static bool enough(const struct round *round, enum mf__stop *ret_stop)
{
    const struct mf__comparison *comparison = round->comparison;
    const struct mf__comparison_request *request = &comparison->request;
    if (comparison->n_rounds < request->min_rounds)
        return false;
    if (comparison->widest <= request->half_width) {
        *ret_stop = MF__STOP_PRECISE;
        return true;
    }
    if (comparison->n_rounds >= request->max_rounds) {
        *ret_stop = MF__STOP_ROUNDS;
        return true;
    }
    uint64_t elapsed_ns = now(round) - round->rounds_start_ns;
    *ret_stop = MF__STOP_BUDGET;
    return elapsed_ns + elapsed_ns / comparison->n_rounds > request->budget_ns;
}

static int measure_rounds(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    do {
        int code = measure_round(round, error);
        if (code == MF_E_CANCELLED && comparison->n_rounds > 0) {
            comparison->stop = MF__STOP_CANCELLED;
            return 0;
        }
        if (code == 0)
            code = update_widest(round, error);
        if (code != 0)
            return code;
    } while (!enough(round, &comparison->stop));
    return 0;
}

int mf__measure(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                mf_error *error)
{
    const struct mf__comparison_request *request = &comparison->request;
    struct round round = {.comparison = comparison,
                          .measuring = measuring,
                          .random = {request->seed},
                          .order = mf__new(comparison->n_series, sizeof(size_t)),
                          .base = mf__new(request->max_rounds, sizeof(double)),
                          .other = mf__new(request->max_rounds, sizeof(double))};
    int code = round.order == NULL || round.base == NULL || round.other == NULL
                   ? mf__fail_memory(error, request->max_rounds * sizeof(double), "rounds")
                   : 0;
    comparison->widest = MF__INFINITY;
    comparison->clock_step_ns = mf__clock_resolution_ns(measuring->clock);
    round.start_ns = now(&round);
    if (code == 0)
        code = warm_up_all(&round, error);
    round.rounds_start_ns = now(&round);
    if (code == 0)
        code = measure_rounds(&round, error);
    comparison->elapsed_ns = now(&round) - round.start_ns;
    mf__free(round.order);
    mf__free(round.base);
    mf__free(round.other);
    return code;
}

static int take_apart(void *user, const struct mf__sample_request *request,
                      struct mf__outcome *ret_outcome, mf_error *error)
{
    return mf__sample_apart(request, user, ret_outcome, error);
}

struct mf__measuring mf__measuring_real(const mf_cancel *cancel)
{
    /* `take_user` has no const for samplers that write theirs; this one only reads. */
    union {
        const mf_cancel *cancel;
        void *user;
    } passed = {.cancel = cancel};
    return (struct mf__measuring){
        .take = take_apart, .take_user = passed.user, .clock = &mf__real_clock, .cancel = cancel};
}
