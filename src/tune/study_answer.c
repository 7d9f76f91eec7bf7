/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of a study that ran: its answer as a text, and the forest of its best trial. */
#include "base/real.h"
#include "base/status.h"
#include "table/division.h"
#include "tune/study.h"
#include "tune/study_key.h"

static void answer_trial(const struct mf__study *study, size_t index, struct mf__buffer *text)
{
    const struct mf__trial *trial = &study->trials[index];
    bool classes = study->facts.n_classes > 0;
    mf__buffer_print(text, "trial %zu: ", index + 1);
    mf__trial_show(study, trial->values, text);
    if (trial->state == MF__TRIAL_OPEN) {
        mf__buffer_put(text, ": not finished\n");
        return;
    }
    if (study->n_rungs > 0)
        mf__buffer_print(text, ", rung %zu", trial->rung + 1);
    mf__buffer_print(text, ": rank %zu", trial->rank);
    for (int metric = 0; metric < MF_METRICS; metric++) {
        if (mf_metric_is_classification(metric) != classes)
            continue;
        mf__buffer_print(text, ", %s", mf_metric_name(metric));
        for (size_t fold = 0; fold < study->facts.n_folds; fold++)
            mf__buffer_print(text, " %s",
                             mf__show_real(trial->folds[fold * MF_METRICS + (size_t)metric]).text);
    }
    mf__buffer_put(text, "\n");
}

void mf__study_answer(const struct mf__study *study, struct mf__buffer *text)
{
    for (size_t i = 0; i < study->n_trials; i++)
        answer_trial(study, i, text);
}

/* ---- the best forest ---- */

static int grow(const mf_dataset *train, const mf_forest_params *params, mf_pool *pool,
                const mf_run_options *options, mf_forest **ret_forest, mf_error *error)
{
    const mf_matrix matrix = {train->values, train->rows, train->columns};
    const mf_target target = {train->target, train->n_classes};
    mf_ledger ledger = {0};
    int code = mf_forest_fit(pool, &matrix, &target, params, options, &ledger, ret_forest, error);
    mf_ledger_done(&ledger);
    return code;
}

int mf__study_refit(const struct mf__study *study, mf_pool *pool, const mf_run_options *options,
                    mf_model **ret_model, mf_error *error)
{
    if (study->n_ranked == 0)
        return mf__fail(error, MF_E_INPUT, "no trial has a score, so there is no best one to grow");
    const struct mf__config *best = &study->trials[study->order[0]].config;
    const struct mf__ground *ground = &study->request.ground;
    mf_prepare_options preparing = ground->preparing;
    preparing.encode = best->encode;
    preparing.impute = best->impute;
    struct mf__division division = {0};
    struct mf__divided divided = {0};
    mf_forest *forest = NULL;
    int code = mf__division_new(ground->table, preparing.target, &division, error);
    if (code == 0)
        code = mf__division_prepare(ground->table, &preparing, &division, &divided, error);
    if (code == 0)
        code = grow(&divided.train, &best->forest, pool, options, &forest, error);
    if (code == 0)
        code = mf_model_join(&divided.preparation, &forest, ret_model, error);
    mf_forest_free(&forest);
    mf__divided_done(&divided);
    mf__division_done(&division);
    return code;
}
