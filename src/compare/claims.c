/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A comparison looks at many ratios and speaks of the most striking ones. Each by itself shows a
 * difference that is not there in one of twenty comparisons; the most striking of ten does so far
 * more often. So the sign tests of all ratios that could be claimed are adjusted together (Holm),
 * and a difference is claimed only where both its interval and its adjusted p value say so: then
 * the chance of even one false claim in a comparison of equal ways is 5 % at most.
 *
 * Speedups above the number of workers or above the machine's ceiling are no claims but warnings;
 * they are a family of their own, so that they do not make the claims weaker.
 */
#include "compare/claims.h"

#include "base/memory.h"
#include "base/status.h"
#include "stats/holm.h"

/* p values looked at together, and where each came from. */
struct family {
    size_t n;
    double *p;
    double *adjusted;
    size_t *series;
};

static bool family_init(struct family *family, size_t most)
{
    *family = (struct family){.p = mf__new(most, sizeof(double)),
                              .adjusted = mf__new(most, sizeof(double)),
                              .series = mf__new(most, sizeof(size_t))};
    return family->p != NULL && family->adjusted != NULL && family->series != NULL;
}

static void family_done(struct family *family)
{
    mf__free(family->p);
    mf__free(family->adjusted);
    mf__free(family->series);
}

static void family_add(struct family *family, size_t series, double p)
{
    family->series[family->n] = series;
    family->p[family->n++] = p;
}

/* ---- the fastest ---- */

/* A parallel way with one worker is there for what it costs, not for the choice. */
static bool is_alone(const struct mf__series *series)
{
    return series->role == MF__ROLE_STRONG && series->workers == 1;
}

/* The quickest of the base and those within the cores, other than those of the way `but`, and, if
 * only `several`, than those of one worker. */
static size_t quickest(const struct mf__comparison *comparison, const mf_way *but, bool several)
{
    size_t best = MF__NO_SERIES;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        bool stands = i == 0 ? !series->wrong : mf__is_point(series, series->way);
        if (!stands || series->way == but || (several && is_alone(series)))
            continue;
        if (best == MF__NO_SERIES || series->time.median < comparison->series[best].time.median)
            best = i;
    }
    return best;
}

/* The ratio of two series' times, the first one's divided by `divisor`. */
static int ratio_of(const struct mf__comparison *comparison, const size_t pair[2], double divisor,
                    struct mf__ratio *ret_ratio, mf_error *error)
{
    size_t n = comparison->n_rounds;
    double *times = mf__new(n, 2 * sizeof *times);
    if (times == NULL)
        return mf__fail_memory(error, 2 * n * sizeof *times, "the times of two series");
    for (size_t round = 0; round < n; round++) {
        times[round] = comparison->series[pair[0]].samples[round].ns / divisor;
        times[n + round] = comparison->series[pair[1]].samples[round].ns;
    }
    const struct mf__pairs pairs = {times, times + n, n};
    int code = mf__ratio(&pairs, MF__CONFIDENCE, ret_ratio, error);
    mf__free(times);
    return code;
}

/*
 * One worker of a parallel way does the work of the serial way, so a race between these two tells
 * nobody which to use: it is the fastest only where its whole interval says so, and the runner-up
 * only where nothing else was measured.
 */
static void find_first_two(struct mf__comparison *comparison)
{
    size_t first = quickest(comparison, NULL, false);
    if (first != MF__NO_SERIES && is_alone(&comparison->series[first]) &&
        !(comparison->series[first].speedup.speedup.low > 1.0))
        first = quickest(comparison, NULL, true);
    comparison->fastest = first;
    comparison->runner_up = MF__NO_SERIES;
    if (first == MF__NO_SERIES)
        return;
    const mf_way *but = comparison->series[first].way;
    comparison->runner_up = quickest(comparison, but, true);
    if (comparison->runner_up == MF__NO_SERIES)
        comparison->runner_up = quickest(comparison, but, false);
}

static int find_fastest(struct mf__comparison *comparison, mf_error *error)
{
    find_first_two(comparison);
    if (comparison->runner_up == MF__NO_SERIES)
        return 0;
    const size_t pair[] = {comparison->runner_up, comparison->fastest};
    return ratio_of(comparison, pair, 1.0, &comparison->lead, error);
}

/* ---- claims ---- */

/* With the base in it, the lead is the speedup of the other one, which is there already. */
static size_t same_as_lead(const struct mf__comparison *comparison)
{
    if (comparison->fastest == 0)
        return comparison->runner_up;
    return comparison->runner_up == 0 ? comparison->fastest : MF__NO_SERIES;
}

static void judge(struct mf__comparison *comparison, struct family *family)
{
    size_t same = same_as_lead(comparison);
    bool lead = comparison->runner_up != MF__NO_SERIES && same == MF__NO_SERIES;
    for (size_t i = 1; i < comparison->n_series; i++)
        if (comparison->series[i].role == MF__ROLE_STRONG && comparison->series[i].compared)
            family_add(family, i, comparison->series[i].speedup.p_value);
    if (lead)
        family_add(family, MF__NO_SERIES, comparison->lead.p_value);
    comparison->n_claims = family->n;
    mf__holm(family->p, family->n, family->adjusted);
    for (size_t k = 0; k < family->n; k++) {
        if (family->series[k] == MF__NO_SERIES || family->series[k] == same)
            comparison->lead_p_adjusted = family->adjusted[k];
        if (family->series[k] == MF__NO_SERIES)
            continue;
        struct mf__series *series = &comparison->series[family->series[k]];
        series->p_adjusted = family->adjusted[k];
        series->verdict = mf__verdict(&series->speedup.speedup, series->p_adjusted, MF__LEVEL);
    }
    comparison->lead_verdict =
        mf__verdict(&comparison->lead.speedup, comparison->lead_p_adjusted, MF__LEVEL);
}

/* ---- speedups that cannot be ---- */

/* Its scaled speedup for WEAK, its speedup for STRONG. */
static const struct mf__interval *gain_of(const struct mf__series *series)
{
    return series->role == MF__ROLE_WEAK ? &series->scaled : &series->speedup.speedup;
}

static bool is_above(const struct mf__series *series, double bound)
{
    return gain_of(series)->known && gain_of(series)->low > bound;
}

/* The test that belongs to it, in pairs of the same round: against `other`, the base or a ceiling.
 */
static int add_test(struct mf__comparison *comparison, struct family *family, size_t i,
                    size_t other, mf_error *error)
{
    const struct mf__series *series = &comparison->series[i];
    struct mf__ratio ratio;
    const size_t pair[] = {other, i};
    int code = ratio_of(comparison, pair, series->role == MF__ROLE_STRONG ? series->workers : 1.0,
                        &ratio, error);
    if (code == 0)
        family_add(family, i, ratio.p_value);
    return code;
}

static bool may_be_flagged(const struct mf__series *series)
{
    return (series->role == MF__ROLE_STRONG || series->role == MF__ROLE_WEAK) && series->compared &&
           series->workers > 1;
}

/* Two entries for each series that has a ceiling, one for each that has none. */
static int gather_flags(struct mf__comparison *comparison, struct family *family, mf_error *error)
{
    int code = 0;
    for (size_t i = 1; i < comparison->n_series && code == 0; i++) {
        const struct mf__series *series = &comparison->series[i];
        const struct mf__series *ceiling = mf__ceiling_of(comparison, series);
        if (!may_be_flagged(series))
            continue;
        code = add_test(comparison, family, i, 0, error);
        if (code == 0 && ceiling != NULL)
            code = add_test(comparison, family, i, (size_t)(ceiling - comparison->series), error);
    }
    return code;
}

static void flag(struct mf__comparison *comparison, const struct family *family)
{
    for (size_t k = 0; k < family->n; k++) {
        struct mf__series *series = &comparison->series[family->series[k]];
        const struct mf__series *ceiling = mf__ceiling_of(comparison, series);
        bool second = k > 0 && family->series[k] == family->series[k - 1];
        if (family->adjusted[k] > MF__LEVEL)
            continue;
        if (!second)
            series->above_workers = is_above(series, series->workers);
        else if (ceiling != NULL && ceiling->scaled.known)
            series->above_ceiling = is_above(series, ceiling->scaled.high);
    }
}

static int find_flags(struct mf__comparison *comparison, struct family *family, mf_error *error)
{
    int code = gather_flags(comparison, family, error);
    if (code != 0)
        return code;
    mf__holm(family->p, family->n, family->adjusted);
    flag(comparison, family);
    return 0;
}

int mf__find_claims(struct mf__comparison *comparison, mf_error *error)
{
    struct family claims = {0};
    struct family flags = {0};
    size_t most = 2 * comparison->n_series;
    int code = 0;
    if (!family_init(&claims, most) || !family_init(&flags, most))
        code = mf__fail_memory(error, most * sizeof(double), "the claims");
    if (code == 0)
        code = find_fastest(comparison, error);
    if (code == 0) {
        judge(comparison, &claims);
        code = find_flags(comparison, &flags, error);
    }
    family_done(&claims);
    family_done(&flags);
    return code;
}
