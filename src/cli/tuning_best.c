/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tuning_best.h"

#include "base/clock.h"
#include "base/status.h"
#include "report/tune.h"

const char *mf__tuning_end_words(int end)
{
    return end == MF__STUDY_TIME ? "--max-time was used up" : "--max-trials was reached";
}

static int refuse_refit(const struct mf__study *study, mf_error *error)
{
    const char *score = mf_metric_name(study->request.metrics[0]);
    if (study->n_done > 0)
        return mf__fail(error, MF_E_INPUT,
                        "--model: no trial has a rank, as %s is not defined for its predictions, "
                        "so none can be trained",
                        score);
    return mf__fail(error, MF_E_INPUT,
                    "--model: %s before one of %zu trials was finished, so none can be trained",
                    mf__tuning_end_words(study->end), study->n_trials);
}

/* A run of the pool, with its progress told under a name. */
struct shown_run {
    struct mf__items_progress items;
    struct mf__progress progress;
    mf_run_options options;
    uint64_t start_ns;
};

static void start_run(struct shown_run *run, const struct mf__best_work *work, const char *doing)
{
    run->start_ns = mf__now_ns();
    mf__progress_start(&run->progress, work->common);
    mf__items_progress_start(&run->items, &run->progress, doing);
    run->options = (mf_run_options){.progress = mf__items_progress_show,
                                    .progress_user = &run->items,
                                    .cancel = mf__interruptible()};
}

static void end_run(struct shown_run *run, uint64_t *ret_ns)
{
    mf__progress_end(&run->progress);
    *ret_ns = mf__now_ns() - run->start_ns;
}

int mf__tuning_refit(const struct mf__best_work *work, mf_model **ret_model, uint64_t *ret_ns,
                     mf_error *error)
{
    struct shown_run run;
    if (work->study->end == MF__STUDY_CANCELLED)
        return 0;
    if (mf__tune_best(work->study) == NULL)
        return refuse_refit(work->study, error);
    start_run(&run, work, "training the best on all rows");
    int code = mf__study_refit(work->study, work->pool, &run.options, ret_model, error);
    end_run(&run, ret_ns);
    return code;
}

int mf__tuning_look_at_best(const struct mf__best_work *work, struct mf__study_best *ret,
                            uint64_t *ret_ns, mf_error *error)
{
    struct shown_run run;
    if (work->study->end == MF__STUDY_CANCELLED || mf__tune_best(work->study) == NULL)
        return 0;
    start_run(&run, work, "growing the best once more");
    int code = mf__study_best(work->study, work->pool, &run.options, ret, error);
    end_run(&run, ret_ns);
    return code;
}
