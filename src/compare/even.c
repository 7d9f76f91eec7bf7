/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The break-even is measured, not worked out from a law: at each size the serial way and every
 * parallel way are run in turn, in random order within a round, and the interval of their ratio
 * says whether parallel pays there. Sizes double, so the answer is a bracket of two sizes.
 *
 * A way that a launcher starts takes no part: there the launch decides, which takes as long at
 * every size, and hundreds of them would use up the time; from how long a serial time on it pays
 * follows from the launch and the speedup (series->launch_even).
 */
#include "compare/even.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "base/status.h"
#include "compare/taking.h"
#include "stats/real.h"

#include <stdio.h>
#include <string.h>

#define SMALLEST_SIZE    UINT64_C(1024)
#define MOST_SIZES       55 /* doublings from the smallest size that 64 bits hold, and the job's own */
#define MIN_SAMPLE_NS    UINT64_C(2000000)
#define BUDGET_PART      6
#define PAYS_IN_A_ROW    3
#define MOST_CONTESTANTS 16 /* the serial way and the parallel ones */

struct contestant {
    size_t series; /* that stands for the way; 0 is the serial way */
    uint64_t repeats;
    struct mf__even *even; /* NULL for the serial way */
    unsigned paid;         /* sizes in a row at which it paid */
};

struct search {
    struct mf__comparison *comparison;
    const struct mf__measuring *measuring;
    struct mf__random random;
    struct contestant contestants[MOST_CONTESTANTS];
    size_t n;
    double times[MOST_CONTESTANTS][MF__EVEN_ROUNDS];
    struct mf__outcome serial; /* the first serial answer at this size */
    uint64_t start_ns;
};

static uint64_t elapsed_ns(const struct search *search)
{
    return search->measuring->clock->now(search->measuring->clock->user) - search->start_ns;
}

/* ---- samples ---- */

/* One sample of a contestant; an error is given its name and the size. */
static int take(const struct search *search, const struct contestant *contestant, uint64_t size,
                struct mf__outcome *ret_outcome, mf_error *error)
{
    const struct mf__comparison *comparison = search->comparison;
    const struct mf__series *series = &comparison->series[contestant->series];
    struct mf__sample_request request = mf__request_of(comparison, series);
    request.job.size = size;
    request.repeats = contestant->repeats;
    if (mf_cancel_requested(search->measuring->cancel))
        return mf__fail(error, MF_E_CANCELLED, "cancelled");
    int code = search->measuring->take(search->measuring->take_user, &request, ret_outcome, error);
    if (code == 0)
        mf__outcome_done(ret_outcome); /* nobody looks at the ledger */
    else if (code != MF_E_CANCELLED)
        mf__fail_within(error, code, "%s with %u worker%s at %s = %s", mf__series_name(series),
                        series->workers, series->workers == 1 ? "" : "s",
                        comparison->request.job.kind->size_name, mf__show_count(size, ',').text);
    return code;
}

/* An answer that is wrong condemns its series, in the words that are there for that. */
static int check_answer(const struct search *search, const struct contestant *contestant,
                        uint64_t size, const struct mf__outcome *outcome, mf_error *error)
{
    struct mf__series *series = &search->comparison->series[contestant->series];
    struct mf__shown shown = mf__show_count(size, ',');
    const char *name = search->comparison->request.job.kind->size_name;
    size_t room = sizeof series->wrong_why;
    if (!outcome->wrong && memcmp(outcome->digest, search->serial.digest, MF__DIGEST_BYTES) == 0)
        return 0;
    series->wrong = true;
    if (outcome->wrong)
        snprintf(series->wrong_why, room, "at %.8s = %.26s: %.110s", name, shown.text,
                 outcome->wrong_why);
    else
        snprintf(series->wrong_why, room, "at %.8s = %.26s it gave %.40s, serial gave %.40s", name,
                 shown.text, outcome->answer, search->serial.answer);
    return mf__fail(error, MF_E_DIFFER, "wrong answer from %s %s", mf__series_name(series),
                    series->wrong_why);
}

static int take_right(const struct search *search, const struct contestant *contestant,
                      uint64_t size, struct mf__outcome *ret_outcome, mf_error *error)
{
    int code = take(search, contestant, size, ret_outcome, error);
    return code == 0 ? check_answer(search, contestant, size, ret_outcome, error) : code;
}

static int time_round(struct search *search, uint64_t size, size_t round, mf_error *error)
{
    size_t order[MOST_CONTESTANTS];
    mf__random_order(&search->random, order, search->n);
    for (size_t place = 0; place < search->n; place++) {
        size_t k = order[place];
        struct mf__outcome outcome;
        int code = take_right(search, &search->contestants[k], size, &outcome, error);
        if (code != 0)
            return code;
        search->times[k][round] = mf__sample_ns(&outcome);
    }
    return 0;
}

/* Warms up, and finds out how often to repeat a run. */
static int prepare(struct search *search, size_t k, uint64_t size, mf_error *error)
{
    struct contestant *contestant = &search->contestants[k];
    uint64_t least_ns = mf__least_sample_ns(search->comparison, MIN_SAMPLE_NS);
    contestant->repeats = 1;
    for (int turn = 0; turn < MF__WARM_UP_TURNS; turn++) {
        struct mf__outcome outcome;
        int code = take_right(search, contestant, size, &outcome, error);
        if (code != 0)
            return code;
        uint64_t before = contestant->repeats;
        contestant->repeats = mf__grow_repeats(before, outcome.total_ns, least_ns);
        if (contestant->repeats == before)
            break;
    }
    return 0;
}

/* Asks the serial way first, as the others are compared with its answer. */
static int prepare_size(struct search *search, uint64_t size, mf_error *error)
{
    const struct contestant serial = {.repeats = 1};
    int code = take(search, &serial, size, &search->serial, error);
    for (size_t k = 0; k < search->n && code == 0; k++)
        code = prepare(search, k, size, error);
    return code;
}

/* Notes what this size said about each parallel way. */
static int note_size(struct search *search, uint64_t size, mf_error *error)
{
    for (size_t k = 1; k < search->n; k++) {
        struct contestant *contestant = &search->contestants[k];
        struct mf__even *even = contestant->even;
        const struct mf__pairs pairs = {search->times[0], search->times[k], MF__EVEN_ROUNDS};
        struct mf__ratio ratio;
        int code = mf__ratio(&pairs, MF__CONFIDENCE, &ratio, error);
        if (code != 0)
            return code;
        struct mf__even_size *noted = &even->sizes[even->n++];
        *noted =
            (struct mf__even_size){.size = size, .speedup = ratio.speedup, .n = MF__EVEN_ROUNDS};
        memcpy(noted->base_ns, search->times[0], sizeof noted->base_ns);
        memcpy(noted->ns, search->times[k], sizeof noted->ns);
        bool pays = ratio.speedup.known && ratio.speedup.low > 1.0;
        contestant->paid = pays ? contestant->paid + 1 : 0;
    }
    return 0;
}

/* ---- sizes ---- */

static bool all_pay(const struct search *search)
{
    for (size_t k = 1; k < search->n; k++)
        if (search->contestants[k].paid < PAYS_IN_A_ROW)
            return false;
    return true;
}

static uint64_t budget_ns(const struct search *search)
{
    return search->comparison->request.budget_ns / BUDGET_PART;
}

static size_t doublings_to(uint64_t size)
{
    size_t n = 0;
    for (uint64_t at = SMALLEST_SIZE; at < size && n < MOST_SIZES - 1; at *= 2)
        n++;
    return n;
}

static void tell(const struct search *search, size_t step)
{
    const struct mf__comparison *comparison = search->comparison;
    uint64_t spent_ns = elapsed_ns(search);
    const struct mf__measure_progress progress = {
        .doing = "looking for the break-even",
        .rounds_done = comparison->n_rounds,
        .step = step,
        .steps = doublings_to(comparison->request.job.size),
        .elapsed_ns = spent_ns,
        .remaining_ns = budget_ns(search) > spent_ns ? budget_ns(search) - spent_ns : 0,
        .widest = comparison->widest};
    if (search->measuring->progress != NULL)
        search->measuring->progress(search->measuring->progress_user, &progress);
}

static int try_size(struct search *search, uint64_t size, mf_error *error)
{
    int code = prepare_size(search, size, error);
    for (size_t round = 0; round < MF__EVEN_ROUNDS && code == 0; round++)
        code = time_round(search, size, round, error);
    return code == 0 ? note_size(search, size, error) : code;
}

static enum mf__even_end try_sizes(struct search *search, mf_error *error)
{
    uint64_t own = search->comparison->request.job.size;
    size_t sizes = doublings_to(own);
    uint64_t last_ns = 0; /* what the last size took; the next is twice as large */
    for (size_t step = 0; step < sizes; step++) {
        uint64_t begin_ns = elapsed_ns(search);
        if (all_pay(search))
            return MF__EVEN_PAID;
        if (begin_ns + 2 * last_ns > budget_ns(search))
            return MF__EVEN_BUDGET;
        tell(search, step);
        int code = try_size(search, SMALLEST_SIZE << step, error);
        if (code != 0)
            return code == MF_E_CANCELLED ? MF__EVEN_CANCELLED : MF__EVEN_PROBLEM;
        last_ns = elapsed_ns(search) - begin_ns;
    }
    return MF__EVEN_SIZE;
}

/* The job's own size was measured with everything else. */
static void add_own_size(struct search *search)
{
    for (size_t k = 1; k < search->n; k++) {
        struct mf__even *even = search->contestants[k].even;
        const struct mf__series *series =
            &search->comparison->series[search->contestants[k].series];
        even->sizes[even->n++] =
            (struct mf__even_size){.size = series->size, .speedup = series->speedup.speedup};
    }
}

/* ---- who takes part ---- */

/* The series that stands for a way: the recommended one, or else the largest that the cores hold.
 */
static size_t champion(const struct mf__comparison *comparison, const struct mf__way_laws *laws)
{
    if (laws->recommended && comparison->series[laws->recommended_series].workers > 1)
        return laws->recommended_series;
    size_t best = MF__NO_SERIES;
    for (size_t i = 0; i < comparison->n_series; i++)
        if (mf__is_point(&comparison->series[i], laws->way) && comparison->series[i].workers > 1)
            best = i;
    return best;
}

static int add_even(struct search *search, size_t k, mf_error *error)
{
    const struct mf__series *series = &search->comparison->series[k];
    struct mf__even *even = &search->comparison->evens[search->comparison->n_evens];
    *even = (struct mf__even){.way = series->way, .workers = series->workers};
    even->sizes = mf__new(MOST_SIZES, sizeof *even->sizes);
    if (even->sizes == NULL)
        return mf__fail_memory(error, MOST_SIZES * sizeof *even->sizes, "the break-even");
    search->comparison->n_evens++;
    search->contestants[search->n++] = (struct contestant){.series = k, .even = even};
    return 0;
}

static int add_contestants(struct search *search, mf_error *error)
{
    struct mf__comparison *comparison = search->comparison;
    comparison->evens = mf__new(comparison->n_laws, sizeof *comparison->evens);
    if (comparison->evens == NULL)
        return mf__fail_memory(error, comparison->n_laws * sizeof *comparison->evens,
                               "break-evens");
    search->contestants[search->n++] = (struct contestant){.series = 0};
    for (size_t i = 0; i < comparison->n_laws && search->n < MOST_CONTESTANTS; i++) {
        size_t k = comparison->laws[i].way == comparison->request.launched
                       ? MF__NO_SERIES
                       : champion(comparison, &comparison->laws[i]);
        int code = k == MF__NO_SERIES ? 0 : add_even(search, k, error);
        if (code != 0)
            return code;
    }
    return 0;
}

static void look(struct search *search, mf_error *error)
{
    struct mf__comparison *comparison = search->comparison;
    comparison->even_end = MF__EVEN_PROBLEM;
    if (add_contestants(search, error) != 0)
        return;
    comparison->even_end = search->n > 1 ? try_sizes(search, error) : MF__EVEN_NOT_LOOKED;
    add_own_size(search);
}

static struct mf__break_even conclude(const struct mf__even *even)
{
    struct mf__interval speedups[MOST_SIZES];
    for (size_t i = 0; i < even->n; i++)
        speedups[i] = even->sizes[i].speedup;
    return mf__break_even(speedups, even->n);
}

void mf__find_even(struct mf__comparison *comparison, const struct mf__measuring *measuring)
{
    mf_error error = {0};
    struct search *search = mf__new(1, sizeof *search);
    if (search == NULL) {
        mf__fail_memory(&error, sizeof *search, "looking for the break-even");
        comparison->even_end = MF__EVEN_PROBLEM;
    } else {
        search->comparison = comparison;
        search->measuring = measuring;
        search->random = (struct mf__random){comparison->request.seed};
        search->start_ns = measuring->clock->now(measuring->clock->user);
        look(search, &error);
    }
    if (comparison->even_end == MF__EVEN_PROBLEM) {
        comparison->failed = comparison->failed || error.code != MF_E_DIFFER;
        snprintf(comparison->even_problem, sizeof comparison->even_problem, "%.*s",
                 MF__WHY_BYTES - 1, error.text);
    }
    for (size_t i = 0; i < comparison->n_evens; i++)
        comparison->evens[i].result = conclude(&comparison->evens[i]);
    mf__free(search);
}
