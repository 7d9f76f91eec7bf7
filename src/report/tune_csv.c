/* SPDX-License-Identifier: Apache-2.0 */
#include "base/real.h"
#include "report/tune.h"
#include "stats/real.h"

#include <math.h>

#define LINE_END "\r\n"

/* Names and values are words and numbers, so no field needs quotes. */
static void put_header(const struct mf__study_request *request, struct mf__buffer *out)
{
    mf__buffer_put(out, "trial");
    for (size_t i = 0; i < request->space->n; i++)
        mf__buffer_print(out, ",%s", mf__parameter_name(request->space->dimensions[i].parameter));
    for (size_t i = 0; i < request->n_metrics; i++) {
        const char *name = mf_metric_name(request->metrics[i]);
        mf__buffer_print(out, ",%s_mean,%s_std", name, name);
    }
    mf__buffer_put(out, ",seconds,rank,state");
    if (request->strategy == MF__HALVING)
        mf__buffer_put(out, ",rung,resource");
    mf__buffer_put(out, LINE_END);
}

static void put_real(double value, struct mf__buffer *out)
{
    mf__buffer_print(out, ",%s", isfinite(value) ? mf__show_real(value).text : "");
}

/* What folds deviate by; of a single score there is nothing to deviate. */
static double deviation_of(const struct mf__study *study, const struct mf__trial *trial, int metric)
{
    bool is_known = trial->state != MF__TRIAL_OPEN && study->facts.n_folds > 1;
    return is_known ? trial->deviation[metric] : MF__NAN;
}

static void put_trial(const struct mf__study *study, size_t at, struct mf__buffer *out)
{
    const struct mf__study_request *request = &study->request;
    const struct mf__trial *trial = &study->trials[at];
    bool is_open = trial->state == MF__TRIAL_OPEN;
    mf__buffer_print(out, "%zu", at + 1);
    for (size_t i = 0; i < request->space->n; i++)
        mf__buffer_print(out, ",%s", trial->values[i].text);
    for (size_t i = 0; i < request->n_metrics; i++) {
        put_real(is_open ? MF__NAN : trial->mean[request->metrics[i]], out);
        put_real(deviation_of(study, trial, request->metrics[i]), out);
    }
    put_real(is_open ? MF__NAN : trial->seconds, out);
    mf__buffer_print(out, ",%s,%s", trial->rank > 0 ? mf__show_count(trial->rank, 0).text : "",
                     mf__trial_state_name(trial->state));
    if (request->strategy == MF__HALVING)
        mf__buffer_print(out, ",%zu,%s", trial->rung + 1, mf__show_count(trial->resource, 0).text);
    mf__buffer_put(out, LINE_END);
}

void mf__tune_csv(const struct mf__tune_report *report, struct mf__buffer *out)
{
    put_header(&report->study->request, out);
    for (size_t i = 0; i < report->study->n_trials; i++)
        put_trial(report->study, i, out);
}
