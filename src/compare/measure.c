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
#include "compare/answers.h"
#include "compare/taking.h"
#include "stats/real.h"

#include <string.h>

/* Of a long comparison not every round is looked at: the next look is a 16th of the rounds away. */
#define LOOK_PART 16

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

static uint64_t now(const struct round *round)
{
    return round->measuring->clock->now(round->measuring->clock->user);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The time that is left by the budget, or by the least number of rounds if that is longer, or until
 * the last round that is allowed if that is sooner. */
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
    return smaller(by_rounds_ns > by_budget_ns ? by_rounds_ns : by_budget_ns,
                   (request->max_rounds - rounds_done) * each_ns);
}

static void tell(const struct round *round, size_t step)
{
    const struct mf__comparison *comparison = round->comparison;
    if (round->measuring->progress == NULL)
        return;
    const struct mf__measure_progress progress = {
        .doing = "measuring",
        .rounds_done = comparison->n_rounds,
        .step = step,
        .steps = comparison->n_series,
        .elapsed_ns = now(round) - round->start_ns,
        .remaining_ns = remaining_ns(round, comparison->n_rounds),
        .widest = comparison->widest,
    };
    round->measuring->progress(round->measuring->progress_user, &progress);
}

static int measure_one(struct round *round, struct mf__series *series, size_t place,
                       mf_error *error)
{
    const struct mf__measuring *measuring = round->measuring;
    struct mf__outcome outcome;
    struct mf__sample_request request = mf__request_of(round->comparison, series);
    int code = measuring->take(measuring->take_user, &request, &outcome, error);
    if (code != 0)
        return code;
    mf__check_answer(round->comparison, series, &outcome);
    series->samples[round->comparison->n_rounds] =
        (struct mf__sample){.place = place,
                            .repeats = series->repeats,
                            .ns = mf__sample_ns(&outcome),
                            .launch_ns = (double)outcome.launch_ns,
                            .cpu_ns = outcome.cpu_ns,
                            .peak_bytes = outcome.peak_bytes,
                            .ledger = outcome.ledger};
    uint64_t least_ns =
        mf__least_sample_ns(round->comparison, round->comparison->request.min_sample_ns);
    series->repeats = mf__grow_repeats(series->repeats, outcome.total_ns, least_ns);
    return 0;
}

static void forget_spans(mf_ledger *ledger)
{
    mf__free(ledger->spans);
    ledger->spans = NULL;
    ledger->n_spans = 0;
}

static int make_room(struct mf__comparison *comparison, mf_error *error)
{
    size_t n = comparison->n_rounds;
    for (size_t i = 0; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        if (series->failed)
            continue;
        struct mf__sample *samples = mf__resize(series->samples, n + 1, sizeof *samples);
        if (samples == NULL)
            return mf__fail_memory(error, (n + 1) * sizeof *samples, "samples");
        series->samples = samples;
        samples[n] = (struct mf__sample){0};
    }
    return 0;
}

/* Takes the next sample of a series. One that fails is marked, and no error, unless it is the base.
 */
static int measure_next(struct round *round, size_t i, size_t *place, mf_error *error)
{
    struct mf__series *series = &round->comparison->series[i];
    if (series->failed)
        return 0;
    tell(round, *place);
    if (mf_cancel_requested(round->measuring->cancel))
        return mf__fail(error, MF_E_CANCELLED, "cancelled while measuring");
    mf_error reason = {0};
    int code = measure_one(round, series, *place, &reason);
    if (code == MF_E_CANCELLED)
        return mf__fail(error, code, "%s", reason.text);
    if (code != 0) {
        mf__call_failed(series, &reason);
        return i == 0 ? mf__fail_base(&reason, error) : 0;
    }
    ++*place;
    return 0;
}

/* When workers computed is kept of the last sample only: it may be many times larger than all
 * else. */
static void count_sample(struct mf__series *series)
{
    if (series->n_samples > 0)
        forget_spans(&series->samples[series->n_samples - 1].ledger);
    series->n_samples++;
}

/* A round that was not finished leaves nothing behind. */
static void end_round(struct mf__comparison *comparison, bool complete)
{
    for (size_t i = 0; i < comparison->n_series; i++) {
        struct mf__series *series = &comparison->series[i];
        if (complete && !series->failed)
            count_sample(series);
        else if (!complete && series->samples != NULL && !series->failed)
            mf_ledger_done(&series->samples[comparison->n_rounds].ledger);
    }
    comparison->n_rounds += complete;
}

static int measure_round(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    int code = make_room(comparison, error);
    if (code != 0)
        return code;
    size_t place = 0;
    mf__random_order(&round->random, round->order, comparison->n_series);
    for (size_t k = 0; k < comparison->n_series && code == 0; k++)
        code = measure_next(round, round->order[k], &place, error);
    end_round(comparison, code == 0);
    return code;
}

/* ---- when to stop ---- */

/* Whether the width of this series' interval may decide when to stop. */
static bool is_aim(const struct mf__comparison *comparison, const struct mf__series *series)
{
    return (series->role == MF__ROLE_STRONG || series->role == MF__ROLE_WEAK) && !series->failed &&
           !comparison->series[0].wrong && !mf__is_wrong_way(comparison, series->way);
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

/* Series that the cores can hold are aimed at; where there is none, the others; else the base. */
static int update_widest(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    bool within = false;
    bool any = false;
    for (size_t i = 0; i < comparison->n_series; i++) {
        bool aim = is_aim(comparison, &comparison->series[i]);
        any = any || aim;
        within = within || (aim && !comparison->series[i].oversubscribed);
    }
    double widest = 0;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        double width = 0;
        bool chosen = any ? is_aim(comparison, series) && within != series->oversubscribed : i == 0;
        int code = chosen ? width_of(round, i, &width, error) : 0;
        if (code != 0)
            return code;
        widest = width > widest ? width : widest;
    }
    comparison->widest = widest;
    return 0;
}

static bool is_precise(const struct mf__comparison *comparison)
{
    return comparison->n_rounds >= comparison->request.min_rounds &&
           comparison->n_rounds >= comparison->needed_rounds &&
           comparison->widest <= comparison->request.half_width;
}

static bool is_at_limit(const struct round *round, enum mf__stop *ret_stop)
{
    const struct mf__comparison *comparison = round->comparison;
    const struct mf__comparison_request *request = &comparison->request;
    if (comparison->n_rounds < request->min_rounds)
        return false;
    if (comparison->n_rounds >= request->max_rounds) {
        *ret_stop = MF__STOP_ROUNDS;
        return true;
    }
    uint64_t elapsed_ns = now(round) - round->rounds_start_ns;
    *ret_stop = MF__STOP_BUDGET;
    return elapsed_ns + elapsed_ns / comparison->n_rounds > request->budget_ns;
}

/* Takes rounds until the intervals are narrow or a limit is reached; says which in `stop`. */
static int take_rounds(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    size_t next_look = comparison->request.min_rounds;
    do {
        int code = measure_round(round, error);
        if (code == 0 && comparison->n_rounds >= next_look) {
            code = update_widest(round, error);
            next_look = comparison->n_rounds + 1 + comparison->n_rounds / LOOK_PART;
            if (code == 0 && is_precise(comparison))
                break;
        }
        if (code != 0)
            return code;
    } while (!is_at_limit(round, &comparison->stop));
    return 0;
}

static int measure_rounds(struct round *round, mf_error *error)
{
    struct mf__comparison *comparison = round->comparison;
    int code = take_rounds(round, error);
    bool ended = code == MF_E_CANCELLED || comparison->series[0].failed;
    if (code != 0 && !(ended && comparison->n_rounds > 0))
        return code;
    if (code != 0)
        comparison->stop = code == MF_E_CANCELLED ? MF__STOP_CANCELLED : MF__STOP_FAILED;
    int updated = update_widest(round, error);
    if (updated == 0 && code == 0 && is_precise(comparison))
        comparison->stop = MF__STOP_PRECISE;
    return updated;
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
        code = mf__warm_up(comparison, measuring, round.start_ns, error);
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
