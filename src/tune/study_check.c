/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/study_check.h"

#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "tune/parts.h"
#include "tune/study_key.h"

#include <string.h>

/* ---- the request ---- */

static bool searches(const struct mf__space *space, const char *name)
{
    for (size_t i = 0; i < space->n; i++)
        if (strcmp(mf__parameter_name(space->dimensions[i].parameter), name) == 0)
            return true;
    return false;
}

/* A random search has to know how many, unless it can draw all. */
static int check_drawing(const struct mf__study_request *request, mf_error *error)
{
    bool drawn = mf__space_is_drawn(request->space);
    if (request->strategy == MF__GRID || request->n_trials > 0)
        return 0;
    if (drawn)
        return mf__fail(error, MF_E_INPUT,
                        "--trials is missing: how many trials to draw from the distributions");
    return 0;
}

static int check_halving(const struct mf__study_request *request, mf_error *error)
{
    if (request->strategy == MF__HALVING && request->halving.resource == MF__RESOURCE_TREES &&
        searches(request->space, "n_estimators"))
        return mf__fail(error, MF_E_INPUT,
                        "n_estimators is searched and also what the halving divides; expected one "
                        "of the two, or a halving that divides the rows");
    return 0;
}

int mf__study_check_request(const struct mf__study_request *request, mf_error *error)
{
    int code = 0;
    if (request->n_metrics == 0 || request->n_metrics > MF_METRICS)
        code = mf__fail(error, MF_E_INPUT, "--score: no score is named that decides");
    for (size_t i = 0; i < request->n_metrics && code == 0; i++)
        if (mf_metric_name(request->metrics[i]) == NULL)
            code = mf__fail(error, MF_E_INPUT, "--score: %d is no score", request->metrics[i]);
    if (code == 0)
        code = check_drawing(request, error);
    if (code == 0)
        code = check_halving(request, error);
    return code;
}

/* ---- trials ---- */

/* Puts "trial 3 (max_depth=5 max_features=80): " in front of an error. */
static int within_trial(const struct mf__study *study, size_t trial, int code, mf_error *error)
{
    struct mf__buffer shown = {0};
    mf__trial_show(study, study->trials[trial].values, &shown);
    mf__fail_within(error, code, "trial %zu%s%.300s%s", trial + 1, shown.length > 0 ? " (" : "",
                    mf__buffer_text(&shown), shown.length > 0 ? ")" : "");
    mf__buffer_done(&shown);
    return code;
}

int mf__study_check_bags(const struct mf__study *study, mf_error *error)
{
    for (size_t i = 0; study->request.ground.validation == MF__VALIDATE_OOB && i < study->n_trials;
         i++)
        if (!study->trials[i].config.forest.bootstrap)
            return within_trial(
                study, i,
                mf__fail(error, MF_E_INPUT,
                         "bootstrap is false, so that every tree sees all rows and --oob has none "
                         "to score; expected bootstrap=true, or --cv or --test-size"),
                error);
    return 0;
}

/* A value that was drawn is none that anybody typed: says what it was drawn from. */
static int drawn_value(const struct mf__study *study, int code, mf_error *error)
{
    const struct mf__space *space = study->request.space;
    struct mf__buffer shown = {0};
    size_t length = strcspn(error->text, " ");
    for (size_t i = 0; i < space->n && code == MF_E_INPUT; i++) {
        const struct mf__dimension *dimension = &space->dimensions[i];
        const char *name = mf__parameter_name(dimension->parameter);
        if (dimension->spread == MF__SPREAD_LIST || strlen(name) != length ||
            strncmp(name, error->text, length) != 0)
            continue;
        const mf_error plain = *error;
        mf__dimension_show(dimension, &shown);
        mf__fail(error, code, "%s; it was drawn from %s", plain.text, mf__buffer_text(&shown));
    }
    mf__buffer_done(&shown);
    return code;
}

int mf__study_check_trials(const struct mf__study *study, const struct mf__parts *parts,
                           mf_error *error)
{
    for (size_t i = 0; i < study->n_trials; i++) {
        int code = mf__parts_check(parts, &study->trials[i].config, error);
        if (code != 0)
            return within_trial(study, i, drawn_value(study, code, error), error);
    }
    return 0;
}

/* ---- metrics ---- */

int mf__study_check_metrics(const struct mf__study *study, mf_error *error)
{
    bool classes = study->facts.n_classes > 0;
    struct mf__buffer names = {0};
    for (int metric = 0; metric < MF_METRICS; metric++)
        if (mf_metric_is_classification(metric) == classes)
            mf__buffer_print(&names, "%s%s", names.length > 0 ? ", " : "", mf_metric_name(metric));
    int code = 0;
    for (size_t i = 0; i < study->request.n_metrics && code == 0; i++) {
        int metric = study->request.metrics[i];
        if (mf_metric_is_classification(metric) != classes)
            code = mf__fail(error, MF_E_INPUT,
                            "--score: %s is a score of %s, and %s is learnt by %s; expected some "
                            "of %s",
                            mf_metric_name(metric), classes ? "regression" : "classification",
                            mf__quote(study->request.ground.preparing.target).text,
                            classes ? "classification" : "regression", mf__buffer_text(&names));
    }
    mf__buffer_done(&names);
    return code;
}
