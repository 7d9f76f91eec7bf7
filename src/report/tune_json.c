/* SPDX-License-Identifier: Apache-2.0 */
#include "report/compare_json.h"
#include "report/predictions.h"
#include "report/train_json.h"
#include "report/tune.h"
#include "report/tune_margins.h"

#include <math.h>
#include <string.h>

/* ---- values ---- */

/* As Python has it: None, True and False are null, true and false. */
static json_t *value(const struct mf__value *one)
{
    switch (one->kind) {
    case MF__VALUE_COUNT:
        return mf__json_count(one->count);
    case MF__VALUE_REAL:
        return mf__json_real(one->real);
    case MF__VALUE_NONE:
        return json_null();
    default:
        return strcmp(one->text, "true") == 0    ? json_true()
               : strcmp(one->text, "false") == 0 ? json_false()
                                                 : json_string(one->text);
    }
}

static json_t *params(const struct mf__study *study, const struct mf__trial *trial)
{
    const struct mf__space *space = study->request.space;
    json_t *object = json_object();
    for (size_t i = 0; i < space->n; i++)
        mf__json_put(&object, mf__parameter_name(space->dimensions[i].parameter),
                     value(&trial->values[i]));
    return object;
}

static bool is_searched(const struct mf__space *space, const struct mf__parameter *parameter)
{
    for (size_t i = 0; i < space->n; i++)
        if (space->dimensions[i].parameter == parameter)
            return true;
    return false;
}

/* The parameters that are the same in all trials. */
static json_t *fixed(const struct mf__study_request *request)
{
    const struct mf__parameter *parameter = NULL;
    json_t *object = json_object();
    for (size_t i = 0; (parameter = mf__parameter_at(i)) != NULL; i++) {
        struct mf__value own;
        if (is_searched(request->space, parameter))
            continue;
        mf__parameter_get(parameter, &request->config, &own);
        mf__json_put(&object, mf__parameter_name(parameter), value(&own));
    }
    return object;
}

static json_t *space(const struct mf__space *searched)
{
    json_t *array = json_array();
    for (size_t i = 0; i < searched->n; i++) {
        const struct mf__dimension *dimension = &searched->dimensions[i];
        bool is_list = dimension->spread == MF__SPREAD_LIST;
        json_t *values = json_array();
        for (size_t k = 0; k < dimension->n_values; k++)
            mf__json_append(&values, value(&dimension->values[k]));
        json_t *object = json_object();
        mf__json_put(&object, "name", json_string(mf__parameter_name(dimension->parameter)));
        mf__json_put(&object, "kind", json_string(mf__spread_name(dimension->spread)));
        mf__json_put(&object, "values", values);
        mf__json_put(&object, "low", is_list ? json_null() : mf__json_real(dimension->low));
        mf__json_put(&object, "high", is_list ? json_null() : mf__json_real(dimension->high));
        mf__json_append(&array, object);
    }
    return array;
}

/* ---- trials ---- */

static json_t *folds(const struct mf__study *study, const struct mf__trial *trial, int metric)
{
    bool is_open = trial->state == MF__TRIAL_OPEN;
    json_t *array = json_array();
    for (size_t fold = 0; fold < study->facts.n_folds; fold++) {
        double score = trial->folds[fold * MF_METRICS + (size_t)metric];
        mf__json_append(&array, is_open ? json_null() : mf__json_real(score));
    }
    return array;
}

/* Of an open trial every score is there, as null, so that all trials have the same form. A single
 * score deviates from nothing. */
static json_t *scores(const struct mf__study *study, const struct mf__trial *trial)
{
    bool is_open = trial->state == MF__TRIAL_OPEN;
    bool deviates = !is_open && study->facts.n_folds > 1;
    json_t *object = json_object();
    for (size_t i = 0; i < study->request.n_metrics; i++) {
        int metric = study->request.metrics[i];
        json_t *score = json_object();
        mf__json_put(&score, "mean", is_open ? json_null() : mf__json_real(trial->mean[metric]));
        mf__json_put(&score, "std",
                     deviates ? mf__json_real(trial->deviation[metric]) : json_null());
        mf__json_put(&score, "folds", folds(study, trial, metric));
        mf__json_put(&object, mf_metric_name(metric), score);
    }
    return object;
}

static json_t *trial(const struct mf__study *study, size_t at)
{
    const struct mf__trial *one = &study->trials[at];
    bool is_open = one->state == MF__TRIAL_OPEN;
    bool halves = study->request.strategy == MF__HALVING;
    json_t *object = json_object();
    mf__json_put(&object, "trial", mf__json_count(at + 1));
    mf__json_put(&object, "params", params(study, one));
    mf__json_put(&object, "scores", scores(study, one));
    mf__json_put(&object, "seconds", is_open ? json_null() : mf__json_real(one->seconds));
    mf__json_put(&object, "rank", one->rank > 0 ? mf__json_count(one->rank) : json_null());
    mf__json_put(&object, "state", json_string(mf__trial_state_name(one->state)));
    mf__json_put(&object, "rung", halves ? mf__json_count(one->rung + 1) : json_null());
    mf__json_put(&object, "resource", halves ? mf__json_count(one->resource) : json_null());
    return object;
}

static json_t *trials(const struct mf__study *study)
{
    json_t *array = json_array();
    for (size_t i = 0; i < study->n_trials; i++)
        mf__json_append(&array, trial(study, i));
    return array;
}

/* ---- the best ---- */

static json_t *best_model(const struct mf__tune_report *report)
{
    const struct mf__study *study = report->study;
    const struct mf__study_best *best = report->best;
    if (best == NULL)
        return json_null();
    const struct mf__predictions predictions = {
        .part = study->request.ground.validation == MF__VALIDATE_SPLIT
                    ? "test"
                    : mf__validation_name(study->request.ground.validation),
        .rows = best->rows,
        .n_classes = best->n_classes,
        .numbers = best->numbers,
        .truth = best->truth,
        .predicted = best->predicted,
        .preparation = best->preparation};
    json_t *object = json_object();
    mf__json_put(&object, "trial", mf__json_count(study->order[0] + 1));
    mf__json_put(&object, "forests", mf__json_count(study->facts.n_folds));
    mf__json_put(&object, "agrees", json_boolean(best->agrees));
    mf__json_put(&object, "rows_never_out", mf__json_count(best->never_out));
    mf__json_put(&object, "importances",
                 mf__json_importances(best->preparation, best->importances));
    mf__json_put(&object, "predictions", mf__json_predictions(&predictions));
    return object;
}

/* ---- the study ---- */

static json_t *validation(const struct mf__study *study)
{
    const struct mf__ground *ground = &study->request.ground;
    const struct mf__ground_facts *facts = &study->facts;
    bool is_split = ground->validation == MF__VALIDATE_SPLIT;
    json_t *object = json_object();
    mf__json_put(&object, "kind", json_string(mf__validation_name(ground->validation)));
    mf__json_put(&object, "test_size", is_split ? mf__json_real(ground->test_size) : json_null());
    mf__json_put(&object, "folds", mf__json_count(facts->n_folds));
    mf__json_put(&object, "train_rows", mf__json_count(facts->train));
    mf__json_put(&object, "validated_rows", mf__json_count(facts->validated));
    return object;
}

static json_t *search(const struct mf__study_request *request)
{
    bool halves = request->strategy == MF__HALVING;
    json_t *object = json_object();
    mf__json_put(&object, "kind", json_string(mf__strategy_name(request->strategy)));
    mf__json_put(&object, "trials_asked",
                 request->n_trials > 0 ? mf__json_count(request->n_trials) : json_null());
    mf__json_put(&object, "factor", halves ? mf__json_count(request->halving.factor) : json_null());
    mf__json_put(&object, "resource",
                 halves ? json_string(mf__resource_name(request->halving.resource)) : json_null());
    return object;
}

static json_t *metrics(const struct mf__study_request *request)
{
    json_t *array = json_array();
    for (size_t i = 0; i < request->n_metrics; i++)
        mf__json_append(&array, json_string(mf_metric_name(request->metrics[i])));
    return array;
}

static json_t *about_study(const struct mf__tune_report *report)
{
    const struct mf__study *study = report->study;
    const struct mf__study_request *request = &study->request;
    json_t *object = json_object();
    mf__json_put(&object, "data_digest", json_string(study->data_digest));
    mf__json_put(&object, "seed", mf__json_count(request->ground.seed));
    mf__json_put(&object, "validation", validation(study));
    mf__json_put(&object, "search", search(request));
    mf__json_put(&object, "space", space(request->space));
    mf__json_put(&object, "fixed", fixed(request));
    mf__json_put(&object, "scores", metrics(request));
    mf__json_put(&object, "machine", mf__json_machine(report->machine));
    mf__json_put(&object, "version", json_string(mf_version()));
    mf__json_put(&object, "command", mf__json_text(report->command));
    return object;
}

static json_t *table(const struct mf__tune_report *report)
{
    const struct mf__ground_facts *facts = &report->study->facts;
    json_t *object = json_object();
    mf__json_put(&object, "name", mf__json_text(report->source));
    mf__json_put(&object, "rows", mf__json_count(report->table_rows));
    mf__json_put(&object, "columns", mf__json_count(report->table_columns));
    mf__json_put(&object, "rows_without_target", mf__json_count(facts->without_target));
    mf__json_put(&object, "features", mf__json_count(facts->columns));
    return object;
}

static json_t *plan(const struct mf__tune_report *report)
{
    const struct mf__study *study = report->study;
    const struct mf__plan_counts *counts = &study->plan;
    json_t *object = json_object();
    mf__json_put(&object, "trials", mf__json_count(counts->trials));
    mf__json_put(&object, "trees_asked", mf__json_count(counts->trees_asked));
    mf__json_put(&object, "trees_planned", mf__json_count(counts->trees_planned));
    mf__json_put(&object, "trees_grown",
                 report->only_planned ? json_null() : mf__json_count(study->trees_grown));
    mf__json_put(&object, "items", mf__json_count(counts->items));
    mf__json_put(&object, "result_bytes", mf__json_count(counts->result_bytes));
    mf__json_put(&object, "shared", json_boolean(study->request.share));
    return object;
}

/* ---- how it went ---- */

static json_t *rungs(const struct mf__study *study)
{
    json_t *array = json_array();
    for (size_t i = 0; i < study->n_rungs; i++) {
        const struct mf__rung *rung = &study->rungs[i];
        json_t *object = json_object();
        mf__json_put(&object, "resource", mf__json_count(rung->resource));
        mf__json_put(&object, "trials", mf__json_count(rung->n_trials));
        mf__json_put(&object, "agreement", mf__json_real(rung->agreement));
        mf__json_put(&object, "gap", mf__json_real(rung->gap));
        mf__json_put(&object, "gap_error", mf__json_real(rung->gap_error));
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *journal(const struct mf__tune_report *report)
{
    const struct mf__resumed *resumed = &report->study->resumed;
    if (report->journal == NULL || report->only_planned)
        return json_null();
    json_t *differences = json_array();
    for (size_t i = 0; i < mf__differences_told(resumed); i++)
        mf__json_append(&differences, mf__json_text(resumed->differences[i]));
    json_t *object = json_object();
    mf__json_put(&object, "file", mf__json_text(report->journal));
    mf__json_put(&object, "study", json_integer(resumed->study));
    mf__json_put(&object, "known", json_boolean(resumed->known));
    mf__json_put(&object, "differences", differences);
    mf__json_put(&object, "settings_changed", mf__json_count(resumed->n_differences));
    mf__json_put(&object, "trials_kept", mf__json_count(report->study->n_kept));
    return object;
}

static json_t *times(const struct mf__tune_report *report)
{
    json_t *object = json_object();
    mf__json_put(&object, "read_ns", mf__json_count(report->read_ns));
    mf__json_put(&object, "prepare_ns", mf__json_count(report->study->prepare_ns));
    mf__json_put(&object, "run_ns", mf__json_count(report->study->run_ns));
    mf__json_put(&object, "journal_ns", mf__json_count(report->study->journal_ns));
    mf__json_put(&object, "refit_ns", mf__json_count(report->refit_ns));
    mf__json_put(&object, "best_ns", mf__json_count(report->best_ns));
    return object;
}

static json_t *end_of(const struct mf__tune_report *report)
{
    return json_string(report->only_planned ? "planned" : mf__study_end_name(report->study->end));
}

static json_t *command_line(const struct mf__tune_report *report)
{
    json_t *array = json_array();
    for (size_t i = 0; i < report->n_args; i++)
        mf__json_append(&array, mf__json_text(report->args[i]));
    return array;
}

int mf__tune_json(const struct mf__tune_report *report, struct mf__buffer *out, mf_error *error)
{
    const struct mf__study *study = report->study;
    int grid = study->facts.grid;
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__TUNE_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__TUNE_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "command_line", command_line(report));
    mf__json_put(&root, "table", table(report));
    mf__json_put(&root, "target", mf__json_text(report->target));
    mf__json_put(&root, "task",
                 json_string(study->facts.n_classes > 0 ? "classification" : "regression"));
    mf__json_put(&root, "target_grid", grid != 0 ? json_integer(grid) : json_null());
    mf__json_put(&root, "study", about_study(report));
    mf__json_put(&root, "end", end_of(report));
    mf__json_put(&root, "best", study->n_ranked > 0 ? trial(study, study->order[0]) : json_null());
    mf__json_put(&root, "margins", mf__json_margins(study));
    mf__json_put(&root, "best_model", best_model(report));
    mf__json_put(&root, "effects", mf__json_effects(study));
    mf__json_put(&root, "trials", trials(study));
    mf__json_put(&root, "rungs", rungs(study));
    mf__json_put(&root, "plan", plan(report));
    mf__json_put(&root, "journal", journal(report));
    mf__json_put(&root, "model", mf__json_text(report->model));
    mf__json_put(&root, "remarks", mf__json_remarks(&report->remarks));
    mf__json_put(&root, "edges", mf__json_remarks(&report->edges));
    mf__json_put(&root, "way", json_string(mf_way_name(report->way)));
    mf__json_put(&root, "workers", mf__json_count(report->workers));
    mf__json_put(&root, "times", times(report));
    mf__json_put(&root, "ledger", mf__json_ledger_with_spans(&study->ledger));
    return mf__json_write_exactly(root, out, error);
}
