/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The break-even is measured, not worked out from a law: at each size the serial way and every
 * parallel way are run in turn, in random order within a round, and the interval of their ratio
 * says whether parallel pays there. Sizes double, so the answer is a bracket of two sizes.
 */
#include "compare/even.h"

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "stats/real.h"

#include <string.h>

#define SMALLEST_SIZE    UINT64_C(1024)
#define MOST_SIZES       54 /* doublings from the smallest size that 64 bits hold */
#define ROUNDS           9  /* the interval at 95 % is then between the 2nd and the 8th ratio */
#define MIN_SAMPLE_NS    UINT64_C(2000000)
#define BUDGET_PART      6
#define PAYS_IN_A_ROW    3
#define MOST_CONTESTANTS 16 /* the serial way and the parallel ones */

struct contestant {
    const mf_way *way;
    unsigned workers;
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
    double times[MOST_CONTESTANTS][ROUNDS];
    uint64_t start_ns;
};

static uint64_t elapsed_ns(const struct search *search)
{
    return search->measuring->clock->now(search->measuring->clock->user) - search->start_ns;
}

static int time_one(const struct search *search, const struct contestant *contestant, uint64_t size,
                    double *ret_ns, mf_error *error)
{
    struct mf__outcome outcome;
    struct mf__sample_request request = {.job = search->comparison->request.job,
                                         .way = contestant->way,
                                         .workers = contestant->workers,
                                         .repeats = contestant->repeats};
    request.job.size = size;
    int code = search->measuring->take(search->measuring->take_user, &request, &outcome, error);
    if (code != 0)
        return code;
    *ret_ns = outcome.total_ns > 0 ? (double)outcome.total_ns : 1.0;
    mf__outcome_done(&outcome);
    return 0;
}

static int time_round(struct search *search, uint64_t size, size_t round, mf_error *error)
{
    size_t order[MOST_CONTESTANTS];
    mf__random_order(&search->random, order, search->n);
    for (size_t place = 0; place < search->n; place++) {
        size_t k = order[place];
        if (mf_cancel_requested(search->measuring->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        int code = time_one(search, &search->contestants[k], size, &search->times[k][round], error);
        if (code != 0)
            return code;
    }
    return 0;
}

/* One run of each, to know how often to repeat it, and to warm up. */
static int prepare_size(struct search *search, uint64_t size, mf_error *error)
{
    for (size_t k = 0; k < search->n; k++) {
        double ns = 0;
        search->contestants[k].repeats = 1;
        int code = time_one(search, &search->contestants[k], size, &ns, error);
        if (code != 0)
            return code;
        search->contestants[k].repeats = mf__repeats_for((uint64_t)ns, MIN_SAMPLE_NS);
    }
    return 0;
}

/* Notes what this size said about each parallel way. */
static int note_size(struct search *search, uint64_t size, mf_error *error)
{
    for (size_t k = 1; k < search->n; k++) {
        struct contestant *contestant = &search->contestants[k];
        struct mf__even *even = contestant->even;
        const struct mf__pairs pairs = {search->times[0], search->times[k], ROUNDS};
        struct mf__ratio ratio;
        int code = mf__ratio(&pairs, MF__CONFIDENCE, &ratio, error);
        if (code != 0)
            return code;
        even->sizes[even->n] = size;
        even->speedups[even->n] = ratio.speedup;
        even->n++;
        bool pays = ratio.speedup.known && ratio.speedup.low > 1.0;
        contestant->paid = pays ? contestant->paid + 1 : 0;
    }
    return 0;
}

static bool all_pay(const struct search *search)
{
    for (size_t k = 1; k < search->n; k++)
        if (search->contestants[k].paid < PAYS_IN_A_ROW)
            return false;
    return true;
}

static void tell(const struct search *search, size_t step, size_t steps)
{
    const struct mf__measure_progress progress = {.doing = "looking for the break-even",
                                                  .rounds_done = search->comparison->n_rounds,
                                                  .step = step,
                                                  .steps = steps,
                                                  .elapsed_ns = elapsed_ns(search),
                                                  .remaining_ns = UINT64_MAX,
                                                  .widest = search->comparison->widest};
    if (search->measuring->progress != NULL)
        search->measuring->progress(search->measuring->progress_user, &progress);
}

static int try_size(struct search *search, uint64_t size, mf_error *error)
{
    int code = prepare_size(search, size, error);
    for (size_t round = 0; round < ROUNDS && code == 0; round++)
        code = time_round(search, size, round, error);
    return code == 0 ? note_size(search, size, error) : code;
}

static int try_sizes(struct search *search, mf_error *error)
{
    const struct mf__comparison_request *request = &search->comparison->request;
    uint64_t budget_ns = request->budget_ns / BUDGET_PART;
    size_t step = 0;
    int code = 0;
    for (uint64_t size = SMALLEST_SIZE; code == 0 && step < MOST_SIZES; size *= 2, step++) {
        if (size > request->job.size || all_pay(search) || elapsed_ns(search) > budget_ns)
            break;
        tell(search, step, MOST_SIZES);
        code = try_size(search, size, error);
    }
    return code == MF_E_CANCELLED ? 0 : code;
}

static int add_even(struct search *search, const struct mf__series *series, mf_error *error)
{
    struct mf__even *even = &search->comparison->evens[search->comparison->n_evens++];
    *even = (struct mf__even){.way = series->way, .workers = series->workers};
    even->sizes = mf__new(MOST_SIZES, sizeof *even->sizes);
    even->speedups = mf__new(MOST_SIZES, sizeof *even->speedups);
    if (even->sizes == NULL || even->speedups == NULL)
        return mf__fail_memory(error, MOST_SIZES * sizeof *even->speedups, "the break-even");
    search->contestants[search->n++] =
        (struct contestant){.way = series->way, .workers = series->workers, .even = even};
    return 0;
}

/* The series that stands for a way: the recommended one, or else the largest that the cores hold.
 */
static size_t champion(const struct mf__comparison *comparison, const struct mf__way_laws *laws)
{
    if (laws->recommended && comparison->series[laws->recommended_series].workers > 1)
        return laws->recommended_series;
    size_t best = MF__NO_SERIES;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (series->role == MF__ROLE_STRONG && series->way == laws->way && series->workers > 1 &&
            !series->oversubscribed && !series->wrong)
            best = i;
    }
    return best;
}

static int add_contestants(struct search *search, mf_error *error)
{
    struct mf__comparison *comparison = search->comparison;
    comparison->evens = mf__new(comparison->n_laws, sizeof *comparison->evens);
    if (comparison->evens == NULL)
        return mf__fail_memory(error, comparison->n_laws * sizeof *comparison->evens,
                               "break-evens");
    search->contestants[search->n++] =
        (struct contestant){.way = mf_way_find("serial"), .workers = 1};
    for (size_t i = 0; i < comparison->n_laws && search->n < MOST_CONTESTANTS; i++) {
        size_t k = champion(comparison, &comparison->laws[i]);
        int code = k == MF__NO_SERIES ? 0 : add_even(search, &comparison->series[k], error);
        if (code != 0)
            return code;
    }
    return 0;
}

int mf__find_even(struct mf__comparison *comparison, const struct mf__measuring *measuring,
                  mf_error *error)
{
    struct search *search = mf__new(1, sizeof *search);
    if (search == NULL)
        return mf__fail_memory(error, sizeof *search, "looking for the break-even");
    search->comparison = comparison;
    search->measuring = measuring;
    search->random = (struct mf__random){comparison->request.seed};
    search->start_ns = measuring->clock->now(measuring->clock->user);
    int code = add_contestants(search, error);
    if (code == 0 && search->n > 1)
        code = try_sizes(search, error);
    for (size_t i = 0; i < comparison->n_evens; i++) {
        struct mf__even *even = &comparison->evens[i];
        even->result = mf__break_even(even->speedups, even->n);
    }
    mf__free(search);
    return code;
}
