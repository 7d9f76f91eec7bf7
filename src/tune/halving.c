/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Successive halving (K. Jamieson, A. Talwalkar: Non-stochastic best arm identification and
 * hyperparameter optimization, AISTATS 2016), in the words of scikit-learn's HalvingGridSearchCV:
 * with a factor of 3, the best third of the candidates goes on with three times the resource, until
 * there are fewer candidates than the factor.
 *
 * Here the last rung always gets all of the resource, so that the scores of the best trials are
 * those that a grid would give them. Where the step to it would be a small one, the rung before is
 * left out. Without a smallest resource, the first rung gets what a whole number of steps leaves of
 * all ("exhaust").
 */
#include "tune/halving.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "tune/ranks.h"

#include <math.h>

#define RUNGS_MOST 64 /* a factor of at least 2, and numbers of 64 bits */

static int check(const struct mf__halving *halving, const struct mf__halving_size *size,
                 mf_error *error)
{
    if (halving->factor < 2)
        return mf__fail(error, MF_E_INPUT, "--factor is %llu; expected at least 2",
                        (unsigned long long)halving->factor);
    uint64_t least = size->least < size->most ? size->least : size->most; /* all is enough */
    if (halving->smallest == 0 || (halving->smallest >= least && halving->smallest <= size->most))
        return 0;
    return mf__fail(error, MF_E_INPUT, "--min-resource is %s %s%s; expected %s to %s",
                    mf__show_count(halving->smallest, ',').text,
                    halving->resource == MF__RESOURCE_ROWS ? "row" : "tree",
                    halving->smallest == 1 ? "" : "s", mf__show_count(least, ',').text,
                    mf__show_count(size->most, ',').text);
}

/* How many rungs there are until the candidates are fewer than the factor. */
static size_t rungs_wanted(size_t n_candidates, uint64_t factor)
{
    size_t n = 1;
    for (; n_candidates >= factor; n_candidates /= factor)
        n++;
    return n;
}

/* How many rungs there is resource for. */
static size_t rungs_possible(uint64_t smallest, uint64_t most, uint64_t factor)
{
    size_t n = 1;
    uint64_t resource = smallest;
    for (; resource <= most / factor; resource *= factor)
        n++;
    bool is_first = n == 1 && resource < most;
    return is_first || resource <= most / 2 ? n + 1 : n;
}

static uint64_t smallest_of(const struct mf__halving *halving, const struct mf__halving_size *size,
                            size_t n_rungs)
{
    if (halving->smallest > 0)
        return halving->smallest;
    uint64_t smallest = size->most;
    for (size_t rung = 1; rung < n_rungs; rung++)
        smallest /= halving->factor;
    return smallest > size->least ? smallest : size->least;
}

int mf__halving_plan(const struct mf__halving *halving, const struct mf__halving_size *size,
                     struct mf__rung **ret_rungs, size_t *ret_n, mf_error *error)
{
    int code = check(halving, size, error);
    if (code != 0)
        return code;
    size_t n = rungs_wanted(size->n_candidates, halving->factor);
    uint64_t resource = smallest_of(halving, size, n);
    size_t possible =
        resource < size->most ? rungs_possible(resource, size->most, halving->factor) : 1;
    n = n < possible ? n : possible;
    struct mf__rung *rungs = mf__new(n, sizeof *rungs);
    if (rungs == NULL)
        return mf__fail_memory(error, n * sizeof *rungs, "the rungs of a halving");
    size_t n_trials = size->n_candidates;
    for (size_t i = 0; i < n; i++) {
        rungs[i] = (struct mf__rung){.resource = i + 1 < n ? resource : size->most,
                                     .n_trials = n_trials,
                                     .agreement = (double)NAN,
                                     .gap = (double)NAN,
                                     .gap_error = (double)NAN};
        resource *= halving->factor;
        n_trials = n_trials / halving->factor + (n_trials % halving->factor != 0);
    }
    *ret_rungs = rungs;
    *ret_n = n;
    return 0;
}

/* ---- choosing ---- */

static const double *scores_of(const struct mf__contest *contest, size_t place)
{
    return contest->scores + place * contest->n_folds * MF_METRICS + contest->metric;
}

/* By how much one is better than another, and how sure that is: folds are pairs. */
static void measure_gap(const struct mf__contest *contest, size_t better, size_t worse,
                        struct mf__rung *rung)
{
    const double *a = scores_of(contest, better), *b = scores_of(contest, worse);
    double sign = mf_metric_larger_is_better(contest->metric) ? 1 : -1;
    double n = (double)contest->n_folds;
    double sum = 0, squares = 0;
    for (size_t fold = 0; fold < contest->n_folds; fold++)
        sum += sign * (a[fold * MF_METRICS] - b[fold * MF_METRICS]);
    rung->gap = sum / n;
    for (size_t fold = 0; fold < contest->n_folds; fold++) {
        double off = sign * (a[fold * MF_METRICS] - b[fold * MF_METRICS]) - rung->gap;
        squares += off * off;
    }
    rung->gap_error = contest->n_folds > 1 ? sqrt(squares / (n - 1) / n) : (double)NAN;
}

int mf__halving_choose(const struct mf__contest *contest, size_t n_next, struct mf__rung *rung,
                       mf_error *error)
{
    struct mf__ranked_score *list = mf__new(contest->n, sizeof *list);
    bool *goes_on = mf__new(contest->n, sizeof *goes_on);
    if (list == NULL || goes_on == NULL) {
        mf__free(list);
        mf__free(goes_on);
        return mf__fail_memory(error, contest->n * sizeof *list, "the order of a rung");
    }
    for (size_t i = 0; i < contest->n; i++) {
        double deviation;
        list[i].trial = i;
        mf__folds_mean(scores_of(contest, i), contest->n_folds, &list[i].score, &deviation);
    }
    mf__ranks_sort(list, contest->n, mf_metric_larger_is_better(contest->metric));
    if (n_next < contest->n)
        measure_gap(contest, list[n_next - 1].trial, list[n_next].trial, rung);
    for (size_t i = 0; i < n_next; i++)
        goes_on[list[i].trial] = true;
    size_t at = 0;
    for (size_t i = 0; i < contest->n; i++)
        if (goes_on[i])
            contest->trials[at++] = contest->trials[i];
    mf__free(goes_on);
    mf__free(list);
    return 0;
}
