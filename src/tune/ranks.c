/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/ranks.h"

#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>

void mf__folds_mean(const double *scores, size_t n_folds, double *ret_mean, double *ret_deviation)
{
    double sum = 0;
    double squares = 0;
    for (size_t fold = 0; fold < n_folds; fold++)
        sum += scores[fold * MF_METRICS];
    double mean = sum / (double)n_folds;
    for (size_t fold = 0; fold < n_folds; fold++) {
        double off = scores[fold * MF_METRICS] - mean;
        squares += off * off;
    }
    *ret_mean = mean;
    *ret_deviation = sqrt(squares / (double)n_folds);
}

/* ---- order ---- */

/* Smaller scores first; those of larger ones were negated. */
static int compare(const void *a, const void *b)
{
    const struct mf__ranked_score *x = a, *y = b;
    if (isnan(x->score) != isnan(y->score))
        return isnan(x->score) ? 1 : -1;
    if (x->stage != y->stage)
        return x->stage > y->stage ? -1 : 1;
    if (x->score < y->score || x->score > y->score)
        return x->score < y->score ? -1 : 1;
    return x->trial < y->trial ? -1 : 1;
}

void mf__ranks_sort(struct mf__ranked_score *list, size_t n, bool larger_is_better)
{
    double sign = larger_is_better ? -1 : 1;
    for (size_t i = 0; i < n; i++)
        list[i].score *= sign;
    qsort(list, n, sizeof *list, compare);
    for (size_t i = 0; i < n; i++)
        list[i].score *= sign;
}

void mf__study_rank(struct mf__study *study, struct mf__ranked_score *room)
{
    int metric = study->request.metrics[0];
    size_t n = 0;
    for (size_t i = 0; i < study->n_trials; i++) {
        struct mf__trial *trial = &study->trials[i];
        trial->rank = 0;
        if (trial->state != MF__TRIAL_OPEN && !isnan(trial->mean[metric]))
            room[n++] = (struct mf__ranked_score){trial->mean[metric], trial->rung, i};
    }
    mf__ranks_sort(room, n, mf_metric_larger_is_better(metric));
    for (size_t i = 0; i < n; i++) {
        study->order[i] = room[i].trial;
        study->trials[room[i].trial].rank = i + 1;
    }
    study->n_ranked = n;
}

/* ---- Spearman's correlation ---- */

/* Replaces scores by their ranks. */
static void rank(const double *scores, size_t n, struct mf__ranked_score *room, double *ret)
{
    for (size_t i = 0; i < n; i++)
        room[i] = (struct mf__ranked_score){scores[i], 0, i};
    qsort(room, n, sizeof *room, compare);
    for (size_t i = 0, end = 0; i < n; i = end) {
        while (end < n && !(room[end].score > room[i].score))
            end++;
        for (size_t k = i; k < end; k++)
            ret[room[k].trial] = (double)(i + end - 1) / 2;
    }
}

static double correlation(const double *x, const double *y, size_t n)
{
    double mean = (double)(n - 1) / 2; /* of ranks, also when some are shared */
    double xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mean) * (x[i] - mean);
        yy += (y[i] - mean) * (y[i] - mean);
        xy += (x[i] - mean) * (y[i] - mean);
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : (double)NAN;
}

int mf__spearman(const double *x, const double *y, size_t n, double *ret, mf_error *error)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] + y[i];
    if (n < 2 || isnan(sum)) {
        *ret = (double)NAN;
        return 0;
    }
    struct mf__ranked_score *room = mf__new(n, sizeof *room);
    double *ranks = mf__new(2 * n, sizeof *ranks);
    int code = 0;
    if (room == NULL || ranks == NULL) {
        code = mf__fail_memory(error, n * (sizeof *room + 2 * sizeof *ranks), "ranks");
    } else {
        rank(x, n, room, ranks);
        rank(y, n, room, ranks + n);
        *ret = correlation(ranks, ranks + n, n);
    }
    mf__free(ranks);
    mf__free(room);
    return code;
}
