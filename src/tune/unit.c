/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/unit.h"

#include "base/memory.h"
#include "base/status.h"
#include "forest/predict.h"
#include "jobs/forest_fit.h"
#include "tune/parts.h"

#include <math.h>

int mf__scores_of(const mf_scored *scored, double ret_scores[MF_METRICS], mf_error *error)
{
    for (int metric = 0; metric < MF_METRICS; metric++) {
        ret_scores[metric] = (double)NAN;
        if (mf_metric_is_classification(metric) != (scored->n_classes > 0))
            continue;
        int code = mf_score(metric, scored, &ret_scores[metric], error);
        if (code != 0 && code != MF_E_INPUT)
            return code;
    }
    return 0;
}

static mf_matrix matrix_of(const mf_dataset *dataset)
{
    return (mf_matrix){dataset->values, dataset->rows, dataset->columns};
}

static int fit(struct mf__unit *unit, mf_error *error)
{
    const mf_dataset *train = &mf__parts_at(unit->parts, unit->part)->train;
    const mf_matrix matrix = matrix_of(train);
    const mf_target target = {train->target, train->n_classes};
    mf_forest_params params = unit->config->forest;
    params.oob_score = false; /* all scores are wanted, not its one */
    return mf_forest_fit(unit->pool, &matrix, &target, &params, &unit->options, NULL, &unit->forest,
                         error);
}

static int predict_valid(struct mf__unit *unit, mf_error *error)
{
    const mf_dataset *valid = &mf__parts_at(unit->parts, unit->part)->valid;
    const mf_matrix matrix = matrix_of(valid);
    size_t n = valid->rows * mf__outputs(unit->forest);
    unit->predicted = mf__new(n, sizeof *unit->predicted);
    if (unit->predicted == NULL)
        return mf__fail_memory(error, n * sizeof *unit->predicted, "predictions");
    return mf_forest_predict(unit->forest, unit->pool, &matrix, &unit->options, unit->predicted,
                             error);
}

static int predict_out_of_bag(struct mf__unit *unit, mf_error *error)
{
    const mf_matrix matrix = matrix_of(&mf__parts_at(unit->parts, unit->part)->train);
    struct mf__oob oob;
    int code =
        mf__forest_oob_predict(unit->forest, unit->pool, &matrix, &unit->options, &oob, error);
    if (code == 0) {
        unit->predicted = oob.predicted;
        unit->never_out = oob.never;
    }
    return code;
}

int mf__unit_run(struct mf__unit *unit, double ret_scores[MF_METRICS], mf_error *error)
{
    int code = fit(unit, error);
    if (code == 0)
        code = mf__parts_out_of_bag(unit->parts) ? predict_out_of_bag(unit, error)
                                                 : predict_valid(unit, error);
    if (code != 0)
        return code;
    const mf_scored scored = {.rows = mf__part_valid_rows(unit->parts, unit->part),
                              .n_classes = mf_forest_classes(unit->forest),
                              .truth = mf__part_truth(unit->parts, unit->part),
                              .predicted = unit->predicted};
    return mf__scores_of(&scored, ret_scores, error);
}

void mf__unit_done(struct mf__unit *unit)
{
    mf__free(unit->predicted);
    mf_forest_free(&unit->forest);
}
