/* SPDX-License-Identifier: Apache-2.0 */
#include "compare/plan.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/status.h"
#include "stats/binomial.h"
#include "stats/recommend.h"

#define RESAMPLES 10000

struct mf__comparison_request mf__comparison_defaults(void)
{
    return (struct mf__comparison_request){.seed = 1,
                                           .half_width = 0.02,
                                           .budget_ns = 30 * MF__NS_PER_S,
                                           .warmups = 1,
                                           .min_rounds = 10,
                                           .max_rounds = 1000,
                                           .min_sample_ns = 20 * MF__NS_PER_MS,
                                           .resamples = RESAMPLES};
}

static int check_ways(const struct mf__comparison_request *request, mf_error *error)
{
    for (size_t i = 0; i < request->n_ways; i++) {
        const char *why = mf_way_unavailable(request->ways[i]);
        if (why != NULL && request->ways[i] != request->launched)
            return mf__fail(error, MF_E_UNAVAILABLE, "the way \"%s\" is not available here: %s",
                            mf_way_name(request->ways[i]), why);
        for (size_t j = 0; j < i; j++)
            if (request->ways[i] == request->ways[j])
                return mf__fail(error, MF_E_INPUT, "the way \"%s\" is asked for twice",
                                mf_way_name(request->ways[i]));
    }
    return 0;
}

static int check_workers(const struct mf__comparison_request *request, mf_error *error)
{
    for (size_t i = 0; i < request->n_workers; i++) {
        unsigned workers = request->workers[i];
        if (workers < 1 || workers > MF_WORKERS_MAX)
            return mf__fail(error, MF_E_INPUT, "%u workers; the range is 1 to %d", workers,
                            MF_WORKERS_MAX);
        if (i > 0 && workers <= request->workers[i - 1])
            return mf__fail(error, MF_E_INPUT, "worker counts must rise, %u does not", workers);
    }
    return 0;
}

int mf__comparison_check(const struct mf__comparison_request *request, mf_error *error)
{
    int code = check_ways(request, error);
    if (code == 0)
        code = check_workers(request, error);
    if (code != 0)
        return code;
    if (request->n_ways == 0 || request->n_workers == 0)
        return mf__fail(error, MF_E_INPUT, "a comparison needs a way and a worker count");
    if (request->warmups < 1 || request->min_rounds < 1 ||
        request->max_rounds < request->min_rounds)
        return mf__fail(error, MF_E_INPUT,
                        "a comparison needs a warm-up, a round, and a largest number of rounds "
                        "that is not below the smallest");
    if ((request->weak || request->break_even) && request->job.kind->size_name == NULL)
        return mf__fail(error, MF_E_INPUT,
                        "the job \"%s\" has one size only, so it cannot grow with the workers",
                        request->job.kind->name);
    return 0;
}

/* Adds a series; there is room for it. */
static struct mf__series *add(struct mf__comparison *comparison, enum mf__role role,
                              const mf_way *way, unsigned workers)
{
    struct mf__series *series = &comparison->series[comparison->n_series++];
    *series = (struct mf__series){.role = role,
                                  .way = way,
                                  .workers = workers,
                                  .size = comparison->request.job.size,
                                  .oversubscribed = workers > comparison->request.cores,
                                  .repeats = 1};
    return series;
}

static void add_strong(struct mf__comparison *comparison, const mf_way *way)
{
    const struct mf__comparison_request *request = &comparison->request;
    add(comparison, MF__ROLE_STRONG, way, 1);
    for (size_t i = 0; i < request->n_workers; i++)
        if (request->workers[i] > 1)
            add(comparison, MF__ROLE_STRONG, way, request->workers[i]);
}

static void add_ceilings(struct mf__comparison *comparison)
{
    const struct mf__comparison_request *request = &comparison->request;
    for (size_t i = 0; i < request->n_workers; i++)
        if (request->workers[i] > 1 && request->workers[i] <= request->cores)
            add(comparison, MF__ROLE_CEILING, NULL, request->workers[i]);
}

static int add_weak(struct mf__comparison *comparison, const mf_way *way, mf_error *error)
{
    const struct mf__comparison_request *request = &comparison->request;
    for (size_t i = 0; i < request->n_workers; i++) {
        if (request->workers[i] == 1)
            continue;
        struct mf__series *series = add(comparison, MF__ROLE_WEAK, way, request->workers[i]);
        if (__builtin_mul_overflow(series->size, (uint64_t)series->workers, &series->size))
            return mf__fail(
                error, MF_E_INPUT,
                "%s times %u workers is above the limit; weak scaling needs a smaller %s",
                request->job.kind->size_name, series->workers, request->job.kind->size_name);
    }
    return 0;
}

/* Claims are looked at together: each speedup of another way and the lead of the fastest, or, for
 * the number of workers, all pairs of worker counts. */
static size_t needed_rounds(const struct mf__comparison *comparison)
{
    size_t strong = 0;
    size_t counts = 0;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        bool is_strong = series->role == MF__ROLE_STRONG;
        strong += is_strong;
        counts += is_strong && !series->oversubscribed && series->way == comparison->series[1].way;
    }
    size_t pairs = counts > 0 ? mf__recommend_pairs(counts) : 0;
    return mf__sign_rounds(strong + 1 > pairs ? strong + 1 : pairs, MF__LEVEL);
}

int mf__plan(struct mf__comparison *comparison, mf_error *error)
{
    const struct mf__comparison_request *request = &comparison->request;
    size_t most = 1 + (request->n_ways * 2 + 1) * (request->n_workers + 1);
    comparison->series = mf__new(most, sizeof *comparison->series);
    if (comparison->series == NULL)
        return mf__fail_memory(error, most * sizeof *comparison->series, "the series");
    add(comparison, MF__ROLE_BASE, mf_way_find("serial"), 1);
    for (size_t i = 0; i < request->n_ways; i++)
        if (!mf__is_serial(request->ways[i]))
            add_strong(comparison, request->ways[i]);
    /* Without a parallel way there is nothing that a ceiling would be beside. */
    if (comparison->n_series > 1)
        add_ceilings(comparison);
    int code = 0;
    for (size_t i = 0; request->weak && i < request->n_ways && code == 0; i++)
        if (!mf__is_serial(request->ways[i]))
            code = add_weak(comparison, request->ways[i], error);
    comparison->needed_rounds = needed_rounds(comparison);
    return code;
}
