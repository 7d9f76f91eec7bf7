/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tuning_progress.h"

#include "base/clock.h"
#include "base/output.h"
#include "base/real.h"
#include "report/tune.h"

#include <math.h>
#include <unistd.h>

#define NONE SIZE_MAX

void mf__tuning_progress_start(struct mf__tuning_progress *progress, const struct mf__study *study,
                               const struct mf__common *common, bool verbose)
{
    progress->study = study;
    progress->verbose = verbose && !common->quiet;
    progress->start_ns = mf__now_ns();
    progress->n_announced = 0;
    progress->best = NONE;
    progress->n_kept = 0;
    mf__progress_start(&progress->progress, common);
}

/* A trial that went further in a halving is ahead of all that did not. */
static bool is_better(const struct mf__study *study, size_t one, size_t other)
{
    int metric = study->request.metrics[0];
    const struct mf__trial *a = &study->trials[one];
    if (isnan(a->mean[metric]))
        return false;
    if (other == NONE)
        return true;
    const struct mf__trial *b = &study->trials[other];
    if (a->rung != b->rung)
        return a->rung > b->rung;
    return mf_metric_larger_is_better(metric) ? a->mean[metric] > b->mean[metric]
                                              : a->mean[metric] < b->mean[metric];
}

static void say_trial(const struct mf__tuning_progress *progress, size_t at)
{
    const struct mf__study *study = progress->study;
    const struct mf__trial *trial = &study->trials[at];
    int metric = study->request.metrics[0];
    struct mf__buffer line = {0};
    mf__buffer_print(&line, "trial %zu", at + 1);
    if (study->request.strategy != MF__HALVING) /* each of whose rungs has its own number */
        mf__buffer_print(&line, " (%zu of %zu)", progress->n_announced + study->n_kept,
                         study->n_trials);
    mf__buffer_put(&line, ": ");
    mf__tune_say_values(study, trial, " ", &line);
    mf__buffer_print(&line, ": %s %s\n", mf_metric_name(metric),
                     isnan(trial->mean[metric]) ? "-" : mf__show_real(trial->mean[metric]).text);
    /* In one piece, and where nobody can see it that is no failure. */
    mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
}

void mf__tuning_progress_finished(void *user, const struct mf__study *study, size_t trial)
{
    struct mf__tuning_progress *progress = user;
    if (is_better(study, trial, progress->best))
        progress->best = trial;
    progress->n_announced++;
    if (progress->verbose)
        say_trial(progress, trial);
}

/* Trials that were in the journal are not announced, and may be better than all that are. */
static void look_at_kept(struct mf__tuning_progress *progress)
{
    const struct mf__study *study = progress->study;
    if (study->n_kept == progress->n_kept)
        return;
    progress->n_kept = study->n_kept;
    for (size_t i = 0; i < study->n_trials; i++)
        if (study->trials[i].state == MF__TRIAL_KEPT && is_better(study, i, progress->best))
            progress->best = i;
}

static void put_best(const struct mf__study *study, size_t best, struct mf__buffer *line)
{
    int metric = study->request.metrics[0];
    if (best == NONE)
        return;
    mf__buffer_print(line, ", best %s ", mf_metric_name(metric));
    mf__say_score(metric, study->trials[best].mean[metric], line);
}

void mf__tuning_progress_show(void *user, uint64_t done, uint64_t total)
{
    struct mf__tuning_progress *progress = user;
    const struct mf__study *study = progress->study;
    bool halves = study->request.strategy == MF__HALVING;
    if (!mf__progress_due(&progress->progress))
        return;
    struct mf__buffer line = {0};
    double elapsed_ns = (double)(mf__now_ns() - progress->start_ns);
    look_at_kept(progress);
    mf__buffer_print(&line, "%s", mf__show_count(progress->n_announced + study->n_kept, ',').text);
    if (!halves) /* each of whose rungs has its own number of trials */
        mf__buffer_print(&line, " of %s", mf__show_count(study->n_trials, ',').text);
    mf__buffer_put(&line, " trials done");
    put_best(study, progress->best, &line);
    if (done > 0 && !halves)
        mf__buffer_print(
            &line, ", %s left",
            mf__show_duration(elapsed_ns * (double)(total - done) / (double)done, true).text);
    mf__progress_line(&progress->progress, mf__buffer_text(&line));
    mf__buffer_done(&line);
}
