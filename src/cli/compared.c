/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compared.h"

#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "report/tune.h"

#include <string.h>

static void tell(struct mf__compared *compared, const char *name, const char *value)
{
    compared->settings[compared->n_settings++] = (struct mf__job_setting){name, value};
}

void mf__compared_done(struct mf__compared *compared)
{
    mf__buffer_done(&compared->what);
    mf__buffer_done(&compared->space);
    mf__study_done(&compared->study);
    mf__tuning_done(&compared->tuning);
    mf__free(compared->configs);
}

/* ---- the sum ---- */

int mf__compared_sum(uint64_t from, const char *text, struct mf__compared *compared,
                     mf_error *error)
{
    const struct mf__limits limits = {"N", 1, UINT64_MAX};
    uint64_t to = 0;
    int code = mf__parse_count(text, &limits, &to, error);
    if (code != 0)
        return code;
    if (from > to)
        return mf__fail(error, MF_E_INPUT, "--from %llu is above N, which is %llu",
                        (unsigned long long)from, (unsigned long long)to);
    if (to - from == UINT64_MAX)
        return mf__fail(error, MF_E_INPUT,
                        "0..2^64-1 are 2^64 integers, one more than can be "
                        "counted; start from 1");
    compared->sum = (struct mf__sum_config){from, mf__sum_kernel_best()};
    compared->job = (struct mf__job){&mf__sum_job, &compared->sum, to - from + 1};
    compared->shown[0] = mf__show_count(from, 0);
    tell(compared, "from", compared->shown[0].text);
    tell(compared, "kernel", compared->sum.kernel->name);
    mf__buffer_print(&compared->what, "sum of %s..%s", mf__show_count(from, ',').text,
                     mf__show_count(to, ',').text);
    return mf__buffer_check(&compared->what, error);
}

int mf__compared_sum_grows(const struct mf__compared *compared, unsigned workers, mf_error *error)
{
    uint64_t integers = 0;
    uint64_t last = 0;
    if (!__builtin_mul_overflow(compared->job.size, (uint64_t)workers, &integers) &&
        !__builtin_add_overflow(integers - 1, compared->sum.from, &last))
        return 0;
    return mf__fail(error, MF_E_INPUT,
                    "--weak with %u workers needs %u times as many integers, which goes beyond "
                    "2^64 - 1; a smaller N would do",
                    workers, workers);
}

/* ---- the search ---- */

static int open_search(struct mf__tuning_settings *settings, const char *file,
                       struct mf__compared *compared, mf_error *error)
{
    if (settings->search == MF__HALVING)
        return mf__fail(error, MF_E_INPUT,
                        "--search halving is several jobs, each of which decides on the next; "
                        "compare a grid or a random search");
    int code = mf__tuning_open(settings, file, &compared->tuning, error);
    if (code != 0)
        return code;
    code = mf__study_open(&compared->tuning.request, &compared->study, error);
    return code == 0 ? 0 : mf__tuning_error(&compared->tuning, code, error);
}

static void tell_search(struct mf__compared *compared)
{
    const struct mf__study_request *request = &compared->tuning.request;
    for (size_t i = 0; i < request->space->n; i++) {
        const struct mf__dimension *dimension = &request->space->dimensions[i];
        mf__buffer_print(&compared->space, "%s%s=", i > 0 ? " " : "",
                         mf__parameter_name(dimension->parameter));
        mf__dimension_show(dimension, &compared->space);
    }
    compared->shown[0] = mf__show_count(compared->study.n_trials, 0);
    compared->shown[1] = mf__show_count(request->ground.seed, 0);
    compared->shown[2] = mf__show_real(request->ground.test_size);
    tell(compared, "table", mf_table_name(compared->tuning.table));
    tell(compared, "data_digest", compared->study.data_digest);
    tell(compared, "target", request->ground.preparing.target);
    tell(compared, "space", mf__buffer_text(&compared->space));
    tell(compared, "search", mf__strategy_name(request->strategy));
    tell(compared, "trials", compared->shown[0].text);
    tell(compared, "validation", mf__validation_name(request->ground.validation));
    if (request->ground.validation == MF__VALIDATE_SPLIT)
        tell(compared, "test_size", compared->shown[2].text);
    tell(compared, "score", mf_metric_name(request->metrics[0]));
    tell(compared, "seed", compared->shown[1].text);
    tell(compared, "shared", request->share ? "true" : "false");
    mf__buffer_print(&compared->what, "search of %s trial%s on %s",
                     mf__show_count(compared->study.n_trials, ',').text,
                     compared->study.n_trials == 1 ? "" : "s",
                     mf_table_name(compared->tuning.table));
}

int mf__compared_tune(struct mf__tuning_settings *settings, const char *file,
                      struct mf__compared *compared, mf_error *error)
{
    const struct mf__study *study = &compared->study;
    int code = open_search(settings, file, compared, error);
    if (code != 0)
        return code;
    compared->configs = mf__new(study->n_trials, sizeof *compared->configs);
    if (compared->configs == NULL)
        return mf__fail_memory(error, study->n_trials * sizeof *compared->configs, "the trials");
    for (size_t i = 0; i < study->n_trials; i++)
        compared->configs[i] = study->trials[i].config;
    compared->tune = (struct mf__tune_config){.ground = &study->request.ground,
                                              .configs = compared->configs,
                                              .n_configs = study->n_trials,
                                              .share = study->request.share,
                                              .metric = study->request.metrics[0]};
    compared->job = (struct mf__job){&mf__tune_job, &compared->tune, 1};
    tell_search(compared);
    code = mf__buffer_check(&compared->what, error);
    return code == 0 ? mf__buffer_check(&compared->space, error) : code;
}
