/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/compare_options.h"
#include "cli/compare_ranks.h"
#include "cli/recipe.h"
#include "cli/ways.h"
#include "compare/compare.h"
#include "compare/plan.h"
#include "compare/script.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/* What a request points to. */
struct request {
    struct mf__comparison_request request;
    const mf_way *ways[MF__LIST_LIMIT];
    unsigned workers[MF__LIST_LIMIT];
    struct mf__compared compared;
};

/* 1, 2, 4, ... and the number that the machine grants. */
static void set_workers(struct request *asked, const struct mf__counts *given, unsigned granted)
{
    size_t n = 0;
    for (size_t i = 0; i < given->n; i++)
        asked->workers[n++] = (unsigned)given->values[i];
    for (unsigned workers = 1; given->n == 0 && workers < granted; workers *= 2)
        asked->workers[n++] = workers;
    if (given->n == 0)
        asked->workers[n++] = granted;
    for (size_t i = 1; i < n; i++) /* put in order: a list is short */
        for (size_t k = i; k > 0 && asked->workers[k] < asked->workers[k - 1]; k--) {
            unsigned kept = asked->workers[k];
            asked->workers[k] = asked->workers[k - 1];
            asked->workers[k - 1] = kept;
        }
    asked->request.workers = asked->workers;
    asked->request.n_workers = n;
    asked->request.cores = granted;
}

static void set_measuring(struct mf__comparison_request *request,
                          const struct mf__compare_settings *settings)
{
    request->weak = settings->weak;
    request->break_even = !settings->no_break_even;
    request->seed = settings->seed;
    request->half_width = (double)settings->precision_ppb / MF__WHOLE_PPB;
    request->budget_ns = settings->budget_ns;
    request->warmups = settings->warmups;
    uint64_t usual = request->min_rounds;
    request->max_rounds = settings->runs > 0 ? settings->runs : settings->max_runs;
    request->min_rounds = settings->runs > 0           ? settings->runs
                          : settings->min_runs > 0     ? settings->min_runs
                          : usual < settings->max_runs ? usual
                                                       : settings->max_runs;
    request->min_sample_ns = settings->min_sample_ns;
}

static int set_sum(struct request *asked, const struct mf__compare_settings *settings,
                   const char *text, mf_error *error)
{
    unsigned most = asked->workers[asked->request.n_workers - 1];
    int code = mf__compared_sum(settings->from, text, &asked->compared, error);
    if (code == 0 && settings->weak)
        code = mf__compared_sum_grows(&asked->compared, most, error);
    return code;
}

/* Of one size: what needs others is not looked for, or is refused where it was asked for. */
static int set_tune(struct request *asked, struct mf__compare_settings *settings, const char *file,
                    mf_error *error)
{
    asked->request.break_even = false;
    asked->request.seed = settings->tuning.seed;
    if (settings->weak)
        return mf__fail(error, MF_E_INPUT,
                        "--weak: a search has one size, so it cannot grow with the workers; sum "
                        "can");
    return mf__compared_tune(&settings->tuning, file, &asked->compared, error);
}

/* The way among those asked for that a launcher starts; NULL: there is none. */
static const mf_way *launched_way(const struct mf__compare_settings *settings)
{
    const mf_way *mpi = mf_way_find("mpi");
    for (size_t i = 0; i < settings->ways.n; i++)
        if (mf__chosen_way((size_t)settings->ways.values[i]) == mpi)
            return mpi;
    return NULL;
}

static int make_request(struct request *asked, struct mf__compare_settings *settings,
                        enum mf__compared_job job, const char *argument, mf_error *error)
{
    unsigned granted = 1;
    asked->request = mf__comparison_defaults();
    for (size_t i = 0; i < settings->ways.n; i++)
        asked->ways[i] = mf__chosen_way((size_t)settings->ways.values[i]);
    asked->request.ways = asked->ways;
    asked->request.n_ways = settings->ways.n;
    asked->request.launched = launched_way(settings);
    set_measuring(&asked->request, settings);
    asked->request.cure = settings->step != NULL ? settings->step->cure : NULL;
    if (settings->runs == 0 && settings->min_runs > settings->max_runs)
        return mf__fail(error, MF_E_INPUT, "--min-runs %llu is above --max-runs, which is %llu",
                        (unsigned long long)settings->min_runs,
                        (unsigned long long)settings->max_runs);
    int code = mf_default_workers(&granted, error);
    if (code != 0)
        return code;
    set_workers(asked, &settings->workers, granted);
    code = job == MF__COMPARE_SUM ? set_sum(asked, settings, argument, error)
                                  : set_tune(asked, settings, argument, error);
    asked->request.job = asked->compared.job;
    return code == 0 ? mf__comparison_check(&asked->request, error) : code;
}

/* Where it is shown how far it is. */
struct shown {
    struct mf__progress progress;
    const struct mf__compare_settings *settings;
    bool warned;
};

/* The budget ends no comparison before its least rounds, which is said where these take much
 * longer, unless their number was typed. Only a search takes minutes for a round unawares. */
static void warn_of_rounds(struct shown *shown, const struct mf__measure_progress *told)
{
    const struct mf__compare_settings *settings = shown->settings;
    struct mf__buffer line = {0};
    if (shown->warned || settings->common.quiet || settings->tuning.grid.n == 0 ||
        settings->runs > 0 || settings->min_runs > 0 || told->rounds_done == 0 ||
        told->remaining_ns == UINT64_MAX || told->remaining_ns / 2 <= settings->budget_ns)
        return;
    shown->warned = true;
    mf__progress_end(&shown->progress); /* so that the line stands alone */
    mf__progress_start(&shown->progress, &settings->common);
    mf__buffer_print(&line,
                     "manyfold: the rounds that are taken at least need some %s more, much longer "
                     "than --budget; --runs 6 or fewer --workers take less\n",
                     mf__show_duration((double)told->remaining_ns, true).text);
    if (!line.failed)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
}

static void show_progress(void *user, const struct mf__measure_progress *told)
{
    struct shown *shown = user;
    struct mf__progress *progress = &shown->progress;
    warn_of_rounds(shown, told);
    if (!mf__progress_due(progress))
        return;
    struct mf__buffer line = {0};
    bool rounds = strcmp(told->doing, "measuring") == 0;
    mf__buffer_print(&line, "%s: ", told->doing);
    if (rounds)
        mf__buffer_print(&line, "round %zu, ", told->rounds_done + 1);
    mf__buffer_print(&line, "%zu of %zu", told->step + 1, told->steps);
    if (rounds && isfinite(told->widest))
        mf__buffer_print(&line, ", +-%s so far", mf__show_percent(told->widest, 1).text);
    if (told->remaining_ns != UINT64_MAX)
        mf__buffer_print(&line, ", about %s left",
                         mf__show_duration((double)told->remaining_ns, true).text);
    mf__progress_line(progress, mf__buffer_text(&line));
    mf__buffer_done(&line);
}

/* A wrong answer is worse than a way that failed, and that is worse than noise. */
static int exit_status(const struct mf__comparison *comparison, bool strict)
{
    int number = mf__interrupted_by();
    if (comparison->stop == MF__STOP_CANCELLED && number != 0)
        return MF__EXIT_SIGNAL + number;
    if (comparison->wrong)
        return MF__EXIT_NO;
    if (comparison->failed)
        return MF__EXIT_FAILED;
    if (strict && !(comparison->widest <= comparison->request.half_width))
        return MF__EXIT_NOISY;
    return MF__EXIT_DONE;
}

/* The report tells all; whoever reads standard error alone is told the first. */
static void tell_failure(const struct mf__comparison *comparison)
{
    mf_error error;
    for (size_t i = 0; i < comparison->n_series; i++) {
        const struct mf__series *series = &comparison->series[i];
        if (!series->failed)
            continue;
        mf__fail(&error, MF_E_ITEM, "%s with %u worker%s: %s", mf__series_name(series),
                 series->workers, series->workers == 1 ? "" : "s", series->failed_why);
        mf__tell(&error);
        return;
    }
    mf__fail(&error, MF_E_ITEM, "%s", comparison->even_problem);
    mf__tell(&error);
}

/* There is no comparison. */
static int tell_nothing(const struct mf__compare_settings *settings, mf_error *error)
{
    if (error->code != MF_E_CANCELLED)
        return mf__tell(error);
    if (settings->step != NULL)
        return MF__EXIT_SIGNAL + mf__interrupted_by();
    mf__fail(error, MF_E_CANCELLED, "cancelled before one round was complete: nothing to report");
    int failed = mf__tell(error);
    mf__end_interrupted();
    return failed;
}

static int compare(const struct request *asked, const struct mf__compare_settings *settings,
                   const struct mf__measuring *measuring, const struct mf__command_line *line)
{
    struct mf__comparison comparison;
    struct shown shown = {.settings = settings};
    struct mf__measuring told = *measuring;
    mf_error error;
    mf__progress_start(&shown.progress, &settings->common);
    told.progress = show_progress;
    told.progress_user = &shown;
    int code = mf__compare(&asked->request, &told, &comparison, &error);
    mf__progress_end(&shown.progress);
    if (code != 0) {
        return tell_nothing(settings, &error);
    }
    int status = exit_status(&comparison, settings->strict);
    const struct mf__compare_told written_with = {&settings->outputs, &settings->common, line,
                                                  &asked->compared, settings->step};
    int written = mf__compare_write(&comparison, &written_with, status);
    bool cancelled = comparison.stop == MF__STOP_CANCELLED;
    if (comparison.failed)
        tell_failure(&comparison);
    mf__comparison_done(&comparison);
    if (cancelled && settings->step == NULL)
        mf__end_interrupted();
    return written != MF__EXIT_DONE ? written : status;
}

static int run(struct mf__compare_settings *settings, enum mf__compared_job job,
               const char *argument, const struct mf__command_line *line)
{
    struct request asked = {0};
    struct mf__script script = {0};
    mf_error error;
    const struct mf__place read[] = {{"the table", job == MF__COMPARE_TUNE ? argument : NULL},
                                     {"the recipe", settings->recipe}};
    int code = mf__compare_outputs_check(&settings->outputs, &(struct mf__places){read, 2}, &error);
    if (code == 0 && settings->pretend == NULL && launched_way(settings) != NULL)
        code =
            mf__rank_samples_check(line, (const char *const[]){read[0].path, read[1].path}, &error);
    if (code == 0)
        code = make_request(&asked, settings, job, argument, &error);
    if (code == 0 && settings->pretend != NULL)
        code = mf__script_parse(settings->pretend, asked.request.cores, &script, &error);
    int status = MF__EXIT_DONE;
    if (code != 0) {
        status = mf__tell(&error);
    } else if (settings->step == NULL || !settings->step->check) {
        const mf_cancel *cancel = mf__interruptible();
        struct mf__rank_samples samples = {line, cancel};
        struct mf__measuring measuring = mf__measuring_real(cancel);
        if (settings->pretend != NULL) {
            measuring = mf__script_measuring(&script);
        } else if (asked.request.launched != NULL) {
            measuring.take = mf__rank_samples_take;
            measuring.take_user = &samples;
        }
        status = compare(&asked, settings, &measuring, line);
    }
    mf__compared_done(&asked.compared);
    return status;
}

/* In rank 0 of a sample. */
static int run_rank(struct mf__compare_settings *settings, enum mf__compared_job job,
                    const char *argument)
{
    struct request asked = {0};
    mf_error error;
    int channel = -1;
    int code = mf__rank_sample_begin(&channel, &error);
    if (code == 0)
        code = make_request(&asked, settings, job, argument, &error);
    int status = MF__EXIT_DONE;
    if (code != 0) {
        status = mf__tell(&error);
    } else {
        asked.request.job.size = settings->sample_size;
        status = mf__rank_sample_tell(&asked.request.job, settings->sample_repeats, channel);
    }
    mf__compared_done(&asked.compared);
    return status;
}

static void recipe_read(void *settings)
{
    mf__tuning_recipe_read(&((struct mf__compare_settings *)settings)->tuning);
}

static enum mf__compared_job job_called(const char *name)
{
    enum mf__compared_job job = MF__COMPARE_SUM;
    while (job < MF__COMPARE_JOBS && strcmp(mf__compared_jobs[job], name) != 0)
        job++;
    return job;
}

/* Which job is meant: mostly the first word says so. Otherwise the options of all jobs tell what is
 * an option and what is the job. MF__COMPARE_JOBS: *ret_exit is what to end with. */
static enum mf__compared_job find_job(struct mf__arguments *arguments, int *ret_exit)
{
    struct mf__compare_settings settings = {.tuning = MF__TUNING_START};
    enum mf__compared_job job =
        arguments->n > 0 ? job_called(arguments->values[0]) : MF__COMPARE_JOBS;
    if (job == MF__COMPARE_JOBS &&
        mf__begin(&mf__compare_verb, arguments, &settings, &settings.common, ret_exit))
        job = job_called(arguments->values[0]);
    return job;
}

static int run_job(enum mf__compared_job job, struct mf__arguments *arguments,
                   const struct mf__command_line *line, struct mf__step *step)
{
    struct mf__compare_settings settings = {.tuning = MF__TUNING_START, .step = step};
    struct mf__recipe recipe = {0};
    const struct mf__verb verb = mf__compare_verb_of(job);
    const struct mf__begun begun = {
        &verb, &settings, sizeof settings, &settings.common, &settings.recipe, recipe_read, NULL};
    int status = 0;
    settings.tuning.line = line;
    bool go_on = mf__begin_with_recipe(&begun, arguments, &recipe, &status);
    settings.tuning.preparing.recipe = &recipe;
    if (step != NULL)
        settings.common = *step->common;
    const char *argument = arguments->n > 1 ? arguments->values[1] : recipe.file;
    if (go_on && settings.sample_repeats > 0)
        status = run_rank(&settings, job, argument);
    else if (go_on && (status = mf__ranks_refuse("compare")) == MF__EXIT_DONE)
        status = run(&settings, job, argument, line);
    mf__recipe_done(&recipe);
    return status;
}

static int run_words(struct mf__arguments *arguments, struct mf__step *step)
{
    struct mf__command_line line;
    int status = 0;
    size_t n = arguments->n;
    mf_error error;
    mf__command_line_keep(&line, "compare", arguments);
    char **words = mf__new(n + 1, sizeof *words); /* since finding the job changes their order */
    if (words == NULL) {
        mf__fail_memory(&error, n * sizeof *words, "the arguments");
        return mf__tell(&error);
    }
    for (size_t i = 0; i < n; i++)
        words[i] = arguments->values[i];
    enum mf__compared_job job = find_job(arguments, &status);
    struct mf__arguments typed = {n, words};
    if (job != MF__COMPARE_JOBS)
        status = run_job(job, &typed, &line, step);
    mf__free(words);
    return status;
}

int mf__compare_run(struct mf__arguments *arguments)
{
    return run_words(arguments, NULL);
}

int mf__compare_step(struct mf__arguments *arguments, struct mf__step *step)
{
    return run_words(arguments, step);
}
