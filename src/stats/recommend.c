/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/recommend.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/order.h"
#include "stats/ratio.h"
#include "stats/real.h"

struct search {
    const struct mf__rounds *rounds;
    double confidence;
    double *best_times; /* room for one column each */
    double *times;
};

static size_t find_best(const struct search *search)
{
    const struct mf__rounds *rounds = search->rounds;
    size_t best = 0;
    double smallest = MF__INFINITY;
    for (size_t column = 0; column < rounds->columns; column++) {
        mf__rounds_column(rounds, column, search->times);
        mf__sort(search->times, rounds->rounds);
        double median = mf__quantile(search->times, rounds->rounds, 0.5);
        if (median < smallest) {
            smallest = median;
            best = column;
        }
    }
    return best;
}

/* The speedup of a column over the one whose times are in `best_times`. */
static int compare(const struct search *search, size_t column, struct mf__interval *ret_speedup,
                   mf_error *error)
{
    struct mf__pairs pairs = {search->best_times, search->times, search->rounds->rounds};
    struct mf__ratio ratio;
    mf__rounds_column(search->rounds, column, search->times);
    int status = mf__ratio(&pairs, search->confidence, &ratio, error);
    if (status == 0)
        *ret_speedup = ratio.speedup;
    return status;
}

/* MF__FEWER_NONE: not good enough. */
static enum mf__fewer judge(const struct mf__interval *speedup, double margin)
{
    if (!speedup->known)
        return MF__FEWER_NONE;
    if (speedup->high >= 1.0)
        return MF__FEWER_EQUAL;
    return speedup->low >= 1.0 / (1.0 + margin) ? MF__FEWER_MARGIN : MF__FEWER_NONE;
}

/* How sure each pair has to be, so that all pairs of columns hold with `confidence`. */
static double confidence_of_a_pair(double confidence, size_t columns)
{
    return columns > 2 ? 1.0 - (1.0 - confidence) / (double)mf__recommend_pairs(columns)
                       : confidence;
}

/* Starts from the best column and moves on to every good one that has fewer workers. */
static int find_smallest(const struct search *search, double margin,
                         struct mf__recommendation *ret_found, mf_error *error)
{
    const unsigned *workers = search->rounds->workers;
    size_t best = find_best(search);
    struct mf__recommendation found = {.best = best, .column = best};
    mf__rounds_column(search->rounds, best, search->best_times);
    int status = compare(search, best, &found.ratio, error);
    for (size_t i = 0; i < search->rounds->columns && status == 0; i++) {
        if (workers[i] >= workers[found.column])
            continue;
        struct mf__interval speedup = mf__interval_unknown(MF__NAN);
        status = compare(search, i, &speedup, error);
        enum mf__fewer fewer = judge(&speedup, margin);
        if (fewer != MF__FEWER_NONE) {
            found.column = i;
            found.fewer = fewer;
            found.ratio = speedup;
        }
    }
    if (status == 0)
        *ret_found = found;
    return status;
}

size_t mf__recommend_pairs(size_t columns)
{
    return columns * (columns - 1) / 2;
}

int mf__recommend(const struct mf__rounds *rounds, double confidence, double margin,
                  struct mf__recommendation *ret_recommendation, mf_error *error)
{
    int status = mf__rounds_check(rounds, error);
    if (status == 0)
        status = mf__check_confidence(confidence, error);
    if (status != 0)
        return status;
    double *room = mf__new(rounds->rounds, 2 * sizeof *room);
    if (room == NULL)
        return mf__fail_memory(error, rounds->rounds * 2 * sizeof *room, "the recommendation");
    struct search search = {rounds, confidence_of_a_pair(confidence, rounds->columns), room,
                            room + rounds->rounds};
    status = find_smallest(&search, margin, ret_recommendation, error);
    mf__free(room);
    return status;
}
