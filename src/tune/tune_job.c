/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/tune_job.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "tune/batch.h"
#include "tune/parts.h"

#include <math.h>

struct tuning {
    const struct mf__tune_config *config;
    struct mf__parts *parts;
    struct mf__plan *plan;
    struct mf__tune_batch *batch;
    size_t n_folds;
    double *scores; /* of each trial, in each fold: MF_METRICS */
};

static size_t unit_of(const struct tuning *tuning, size_t trial, size_t fold)
{
    return (trial * tuning->n_folds + fold) * MF_METRICS;
}

static int keep(void *user, const struct mf__unit_result *result, mf_error *error)
{
    struct tuning *tuning = user;
    double *scores = tuning->scores + unit_of(tuning, result->trial, result->fold);
    (void)error;
    for (int metric = 0; metric < MF_METRICS; metric++)
        scores[metric] = result->scores[metric];
    return 0;
}

static void done(void *user)
{
    struct tuning *tuning = user;
    if (tuning == NULL)
        return;
    mf__batch_free(tuning->batch);
    mf__plan_free(tuning->plan);
    mf__parts_free(tuning->parts);
    mf__free(tuning->scores);
    mf__free(tuning);
}

static int prepare(struct tuning *tuning, mf_error *error)
{
    const struct mf__tune_config *config = tuning->config;
    const struct mf__unit_watcher watcher = {keep, tuning};
    int code =
        mf__parts_new(config->ground, config->configs, config->n_configs, &tuning->parts, error);
    if (code != 0)
        return code;
    const struct mf__plan_request request = {.configs = config->configs,
                                             .n_trials = config->n_configs,
                                             .parts = tuning->parts,
                                             .share = config->share};
    tuning->n_folds = mf__parts_facts(tuning->parts).n_folds;
    size_t n = unit_of(tuning, config->n_configs, 0);
    tuning->scores = mf__new(n, sizeof *tuning->scores);
    if (tuning->scores == NULL)
        return mf__fail_memory(error, n * sizeof *tuning->scores, "the scores of trials");
    code = mf__plan_new(&request, &tuning->plan, error);
    return code == 0 ? mf__batch_new(tuning->plan, &watcher, &tuning->batch, error) : code;
}

static void reset(void *user)
{
    struct tuning *tuning = user;
    size_t n = unit_of(tuning, tuning->config->n_configs, 0);
    for (size_t i = 0; i < n; i++)
        tuning->scores[i] = (double)NAN;
    mf__batch_reset(tuning->batch);
}

static int make(const void *settings, uint64_t size, void **ret_user, mf_work *ret_work,
                mf_error *error)
{
    (void)size;
    struct tuning *tuning = mf__new(1, sizeof *tuning);
    if (tuning == NULL)
        return mf__fail_memory(error, sizeof *tuning, "a search");
    tuning->config = settings;
    int code = prepare(tuning, error);
    if (code != 0) {
        done(tuning);
        return code;
    }
    reset(tuning);
    *ret_work = mf__batch_work(tuning->batch);
    *ret_user = tuning;
    return 0;
}

static double mean_of(const struct tuning *tuning, size_t trial)
{
    double sum = 0;
    for (size_t fold = 0; fold < tuning->n_folds; fold++)
        sum += tuning->scores[unit_of(tuning, trial, fold) + (size_t)tuning->config->metric];
    return sum / (double)tuning->n_folds;
}

static void name_best(const struct tuning *tuning, struct mf__buffer *text)
{
    const struct mf__tune_config *config = tuning->config;
    bool larger = mf_metric_larger_is_better(config->metric);
    const char *name = mf_metric_name(config->metric);
    size_t best = SIZE_MAX;
    double of_best = 0;
    for (size_t trial = 0; trial < config->n_configs; trial++) {
        double mean = mean_of(tuning, trial);
        if (!isnan(mean) && (best == SIZE_MAX || (larger ? mean > of_best : mean < of_best))) {
            best = trial;
            of_best = mean;
        }
    }
    if (best == SIZE_MAX)
        mf__buffer_print(text, "%zu trials, %s of none\n", config->n_configs, name);
    else
        mf__buffer_print(text, "best trial %zu of %zu, %s %s\n", best + 1, config->n_configs, name,
                         mf__show_fixed(of_best, 6).text);
}

static void show_unit(const double *scores, struct mf__buffer *text)
{
    for (int metric = 0; metric < MF_METRICS; metric++)
        mf__buffer_print(text, " %s",
                         isnan(scores[metric]) ? "nan" : mf__show_real(scores[metric]).text);
    mf__buffer_put(text, "\n");
}

static void answer(const void *user, struct mf__buffer *text)
{
    const struct tuning *tuning = user;
    name_best(tuning, text);
    for (size_t trial = 0; trial < tuning->config->n_configs; trial++) {
        for (size_t fold = 0; fold < tuning->n_folds; fold++) {
            mf__buffer_print(text, "%zu %zu", trial + 1, fold + 1);
            show_unit(tuning->scores + unit_of(tuning, trial, fold), text);
        }
    }
}

const struct mf__job_kind mf__tune_job = {
    .name = "tune",
    .make = make,
    .reset = reset,
    .answer = answer,
    .done = done,
};
