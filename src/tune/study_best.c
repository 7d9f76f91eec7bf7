/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/study_best.h"

#include "base/memory.h"
#include "base/status.h"
#include "tune/parts.h"
#include "tune/unit.h"

#include <math.h>
#include <string.h>

/* The best under way. */
struct work {
    const struct mf__study *study;
    const struct mf__trial *trial;
    struct mf__config config; /* as it was in its rung */
    const struct mf__parts *parts;
    mf_pool *pool;
    const mf_run_options *options;
    struct mf__study_best *best;
    size_t rows_done;
};

/* A trial that did not reach the last rung of a halving was validated with less. */
static int find_parts(struct work *work, mf_error *error)
{
    const struct mf__study *study = work->study;
    struct mf__ground ground = study->request.ground;
    bool was_last = study->n_rungs == 0 || work->trial->rung + 1 == study->n_rungs;
    bool rows = study->request.halving.resource == MF__RESOURCE_ROWS;
    work->parts = study->parts;
    if (study->n_rungs > 0 && !rows)
        work->config.forest.n_estimators = work->trial->resource;
    if (was_last || !rows)
        return 0;
    ground.max_rows = work->trial->resource;
    int code = mf__parts_new(&ground, &work->config, 1, &work->best->parts, error);
    work->parts = work->best->parts;
    return code;
}

static size_t part_of(const struct work *work, size_t fold)
{
    return mf__parts_find(work->parts, &work->config, fold);
}

static int make_room(struct work *work, mf_error *error)
{
    struct mf__study_best *best = work->best;
    const struct mf__fold_part *first = mf__parts_at(work->parts, part_of(work, 0));
    for (size_t fold = 0; fold < work->study->facts.n_folds; fold++)
        best->rows += mf__part_valid_rows(work->parts, part_of(work, fold));
    best->n_classes = first->train.n_classes;
    best->preparation = first->preparation;
    best->agrees = true;
    size_t outputs = best->n_classes > 0 ? best->n_classes : 1;
    best->numbers = mf__new(best->rows, sizeof *best->numbers);
    best->truth = mf__new(best->rows, sizeof *best->truth);
    best->predicted = mf__new(best->rows, outputs * sizeof *best->predicted);
    best->importances = mf__new(first->train.columns, sizeof *best->importances);
    return best->numbers != NULL && best->truth != NULL && best->predicted != NULL &&
                   best->importances != NULL
               ? 0
               : mf__fail_memory(error, best->rows * outputs * sizeof *best->predicted,
                                 "the predictions of the best forest");
}

/* Whether a fold has the features of the first. */
static bool is_alike(const mf_preparation *first, const mf_preparation *other)
{
    size_t n = mf_preparation_features(first);
    bool same = mf_preparation_features(other) == n;
    for (size_t i = 0; i < n && same; i++)
        same = strcmp(mf_preparation_feature(first, i), mf_preparation_feature(other, i)) == 0;
    return same;
}

static int add_importances(const struct work *work, const mf_forest *forest,
                           const mf_preparation *preparation, mf_error *error)
{
    struct mf__study_best *best = work->best;
    size_t n = mf_forest_features(forest);
    if (best->importances != NULL && !is_alike(best->preparation, preparation)) {
        mf__free(best->importances);
        best->importances = NULL;
    }
    if (best->importances == NULL)
        return 0;
    double *own = mf__new(n, sizeof *own);
    if (own == NULL)
        return mf__fail_memory(error, n * sizeof *own, "importances");
    mf_forest_importances(forest, own);
    for (size_t i = 0; i < n; i++)
        best->importances[i] += own[i] / (double)work->study->facts.n_folds;
    mf__free(own);
    return 0;
}

/* Undefined scores are equal where both are undefined. */
static bool are_equal(const double *a, const double *b)
{
    for (size_t metric = 0; metric < MF_METRICS; metric++)
        if (isnan(a[metric]) != isnan(b[metric]) || a[metric] < b[metric] || a[metric] > b[metric])
            return false;
    return true;
}

static int keep(struct work *work, const struct mf__unit *unit, mf_error *error)
{
    struct mf__study_best *best = work->best;
    const struct mf__fold_part *part = mf__parts_at(work->parts, unit->part);
    size_t n = mf__part_valid_rows(work->parts, unit->part);
    size_t outputs = best->n_classes > 0 ? best->n_classes : 1;
    size_t at = work->rows_done;
    memcpy(best->numbers + at, part->valid_rows, n * sizeof *best->numbers);
    memcpy(best->truth + at, mf__part_truth(work->parts, unit->part), n * sizeof *best->truth);
    memcpy(best->predicted + at * outputs, unit->predicted, n * outputs * sizeof *best->predicted);
    best->never_out += unit->never_out;
    work->rows_done += n;
    return add_importances(work, unit->forest, part->preparation, error);
}

static int run_fold(struct work *work, size_t fold, mf_error *error)
{
    struct mf__unit unit = {.parts = work->parts,
                            .part = part_of(work, fold),
                            .config = &work->config,
                            .pool = work->pool,
                            .options =
                                work->options != NULL ? *work->options : (mf_run_options){0}};
    double scores[MF_METRICS];
    int code = mf__unit_run(&unit, scores, error);
    if (code == 0 && !are_equal(scores, work->trial->folds + fold * MF_METRICS))
        work->best->agrees = false;
    if (code == 0)
        code = keep(work, &unit, error);
    mf__unit_done(&unit);
    return code;
}

int mf__study_best(const struct mf__study *study, mf_pool *pool, const mf_run_options *options,
                   struct mf__study_best *ret, mf_error *error)
{
    if (study->n_ranked == 0)
        return mf__fail(error, MF_E_INPUT, "no trial has a score, so there is no best one to grow");
    const struct mf__trial *trial = &study->trials[study->order[0]];
    struct work work = {.study = study,
                        .trial = trial,
                        .config = trial->config,
                        .pool = pool,
                        .options = options,
                        .best = ret};
    int code = find_parts(&work, error);
    if (code == 0)
        code = make_room(&work, error);
    for (size_t fold = 0; fold < study->facts.n_folds && code == 0; fold++)
        code = run_fold(&work, fold, error);
    return code;
}

void mf__study_best_done(struct mf__study_best *best)
{
    mf__free(best->numbers);
    mf__free(best->truth);
    mf__free(best->predicted);
    mf__free(best->importances);
    mf__parts_free(best->parts);
    *best = (struct mf__study_best){0};
}
