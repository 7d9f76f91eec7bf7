/* SPDX-License-Identifier: Apache-2.0 */
#include <manyfold/model.h>

#include "base/clock.h"
#include "base/output.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/launch.h"
#include "cli/recipe.h"
#include "cli/tune_write.h"
#include "cli/tuning.h"
#include "cli/tuning_best.h"
#include "cli/tuning_progress.h"
#include "cli/tuning_remarks.h"
#include "cli/ways.h"
#include "journal/journal.h"

#include <string.h>
#include <unistd.h>

#define JOURNAL_WAIT_NS MF__NS_PER_S /* for another process that is about to end */

struct settings {
    struct mf__common common;
    struct mf__tuning_settings tuning;
    struct mf__running running;
    struct mf__hosts hosts;
    bool plan;
    bool verbose;
    uint64_t max_ns;
    uint64_t max_trials;
    struct mf__tune_outputs outputs;
    struct mf__step *step; /* takes the results; NULL: they are written */
};

static const struct mf__option going_options[] = {
    {.name = "plan",
     .kind = MF__FLAG,
     .help = "show what would be run, and run nothing",
     .offset = offsetof(struct settings, plan)},
    {.name = "journal",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "keep every finished trial in this SQLite file; the same command goes on from there",
     .offset = offsetof(struct settings, outputs.journal)},
    {.name = "max-time",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "stop after this time, with the best so far",
     .otherwise = "all trials are run",
     .offset = offsetof(struct settings, max_ns),
     .min = 1,
     .max = 366 * 24 * 3600 * MF__NS_PER_S},
    {.name = "max-trials",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "stop after so many trials that were not in the journal",
     .otherwise = "all trials are run",
     .offset = offsetof(struct settings, max_trials),
     .min = 1,
     .max = MF__TRIALS_MAX},
    {.name = "verbose",
     .kind = MF__FLAG,
     .help = "show a line for each finished trial on standard error",
     .offset = offsetof(struct settings, verbose)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"What to search", mf__space_options, offsetof(struct settings, tuning)},
    {"How to score", mf__validating_options, offsetof(struct settings, tuning)},
    {"How to score", mf__tuning_seed_options, offsetof(struct settings, tuning)},
    {"The table", mf__reading_options, offsetof(struct settings, tuning.reading)},
    {"Preparing it", mf__preparing_options, offsetof(struct settings, tuning.preparing)},
    {"The forest, where it is not searched", mf__forest_options,
     offsetof(struct settings, tuning.forest)},
    {"Running", going_options, 0},
    {"Running", mf__running_options, offsetof(struct settings, running)},
    {"Running", mf__hosts_options, offsetof(struct settings, hosts)},
    {"Outputs", mf__tune_output_options, offsetof(struct settings, outputs)},
    {"Outputs", mf__form_options, offsetof(struct settings, outputs.forms)},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "FILE",
     .help = "a CSV file, also compressed with gzip or Zstandard, or the name of an embedded data "
             "set; the data set ames without it",
     .kind = MF__FILE,
     .max = 1},
    {0},
};

static const char *const synopsis[] = {"[FILE] --target COLUMN --grid NAME=VALUES... [OPTION]...",
                                       NULL};

static const char *const description[] = {
    "Searches for the parameters with which a random forest predicts best: every combination of a "
    "grid, some that are drawn, or all of them with little at first. Shows the best trial, those "
    "behind it, and what it took.",
    "Work that trials have in common is done once: forests that differ in the number of trees are "
    "one forest, and trees that a limit of depth did not touch are the same tree. --plan shows how "
    "much that is. Every way, number of workers and --no-share give the same scores to the last "
    "bit.",
    "With --journal every finished trial is kept before it is announced. The same command goes on "
    "where an earlier one ended, however that was.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold tune --grid max_depth=5,10,none --grid max_features=sqrt,0.3,none",
     "nine forests for house prices, from the data set ames that is embedded"},
    {"manyfold tune a.csv -t price -g max_depth=5,10,none --cv 5 --journal a.db",
     "five folds; stopped and started again, it goes on"},
    {"manyfold tune a.csv -t price --search random -g 'max_depth=int(2,30)' -m best",
     "100 draws; the best is trained on all rows and written"},
    {0},
};

static const char *const see_also[] = {"manyfold-train(1)",   "manyfold-compare(1)",
                                       "manyfold-predict(1)", "manyfold-recipe(5)",
                                       "manyfold-journal(5)", NULL};

const struct mf__verb mf__tune_verb = {
    .name = "tune",
    .command = "manyfold tune",
    .summary = "search for the best parameters of a random forest",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* A search under way. */
struct run {
    struct settings *settings;
    const struct mf__command_line *line;
    struct mf__buffer command;
    mf_machine machine;
    struct mf__shown cores;
    struct mf__setting notes[4];
    struct mf__tuning tuning;
    struct mf__study study;
    struct mf__journal *journal;
    mf_pool *pool;
    mf_model *model;
    struct mf__study_best best;
    struct mf__tune_report report;
};

/* ---- before anything runs ---- */

static bool only_checks(const struct settings *settings)
{
    return settings->step != NULL && settings->step->check;
}

/* As it was typed, but for --plan: what is shown then runs what was planned. */
static void put_command(struct run *run)
{
    struct mf__command_line line = *run->line;
    bool options = true;
    line.n = 0;
    for (size_t i = 0; i < run->line->n; i++) {
        const char *word = run->line->words[i];
        options = options && strcmp(word, "--") != 0;
        if (!options || strcmp(word, "--plan") != 0)
            line.words[line.n++] = word;
    }
    mf__shell_words(&line, mf__wants_ascii(), &run->command);
}

/* What a journal keeps beside a study. */
static int make_notes(struct run *run, mf_error *error)
{
    int code = mf_machine_read(&run->machine, error);
    put_command(run);
    if (code == 0)
        code = mf__buffer_check(&run->command, error);
    run->cores = mf__show_count(run->machine.cores, 0);
    run->notes[0] = (struct mf__setting){"machine", run->machine.cpu_model};
    run->notes[1] = (struct mf__setting){"cores", run->cores.text};
    run->notes[2] = (struct mf__setting){"version", mf_version()};
    run->notes[3] = (struct mf__setting){"command", mf__buffer_text(&run->command)};
    run->tuning.request.notes = run->notes;
    run->tuning.request.n_notes = sizeof run->notes / sizeof run->notes[0];
    return code;
}

static int open_all(struct run *run, const char *file, mf_error *error)
{
    struct settings *settings = run->settings;
    const struct mf__place read[] = {{"the table", file}, {"the recipe", settings->running.recipe}};
    int code = mf__tune_outputs_check(&settings->outputs, settings->plan,
                                      &(struct mf__places){read, 2}, error);
    if (code == 0)
        code = mf__tuning_open(&settings->tuning, file, &run->tuning, error);
    if (code == 0)
        code = make_notes(run, error);
    if (code == 0)
        code = mf__pool_open(settings->running.way, settings->running.workers, &run->pool, error);
    if (code != 0)
        return code;
    run->tuning.request.max_ns = settings->max_ns;
    run->tuning.request.max_trials = settings->max_trials;
    code = mf__study_open(&run->tuning.request, &run->study, error);
    if (code != 0)
        return mf__tuning_error(&run->tuning, code, error);
    if (settings->outputs.journal == NULL || settings->plan || only_checks(settings))
        return 0;
    return mf__journal_open(settings->outputs.journal, JOURNAL_WAIT_NS, &run->journal, error);
}

/* ---- the search ---- */

static int search(struct run *run, mf_error *error)
{
    struct mf__tuning_progress progress;
    if (run->settings->plan)
        return mf__study_plan(&run->study, error);
    mf__tuning_progress_start(&progress, &run->study, &run->settings->common,
                              run->settings->verbose);
    const mf_run_options options = {.progress = mf__tuning_progress_show,
                                    .progress_user = &progress,
                                    .cancel = mf__interruptible()};
    const struct mf__study_watcher watcher = {mf__tuning_progress_finished, &progress};
    int code = mf__study_run(&run->study, run->pool, &options, &watcher, run->journal, error);
    mf__progress_end(&progress.progress);
    return code;
}

/* Whether somebody will see which features the best went by, and what it predicted. */
static bool shows_best(const struct settings *settings)
{
    return settings->outputs.json != NULL || settings->step != NULL ||
           settings->outputs.journal != NULL || mf__forms_asked(&settings->outputs.forms);
}

static int grow_best(struct run *run, mf_error *error)
{
    const struct settings *settings = run->settings;
    const struct mf__best_work work = {&run->study, run->pool, &settings->common};
    int code = 0;
    if (settings->outputs.model != NULL)
        code = mf__tuning_refit(&work, &run->model, &run->report.refit_ns, error);
    if (code != 0 || !shows_best(settings))
        return code;
    code = mf__tuning_look_at_best(&work, &run->best, &run->report.best_ns, error);
    run->report.best = code == 0 && run->best.rows > 0 ? &run->best : NULL;
    return code;
}

static void make_report(struct run *run)
{
    const struct settings *settings = run->settings;
    struct mf__tune_report *report = &run->report;
    report->study = &run->study;
    report->source = mf_table_name(run->tuning.table);
    report->table_rows = mf_table_rows(run->tuning.table);
    report->table_columns = mf_table_columns(run->tuning.table);
    report->target = settings->tuning.preparing.target;
    report->way = mf_pool_way(run->pool);
    report->workers = mf_pool_workers(run->pool);
    report->only_planned = settings->plan;
    report->read_ns = run->tuning.read_ns;
    report->journal = settings->outputs.journal;
    report->model = run->model != NULL ? settings->outputs.model : NULL;
    report->command = mf__buffer_text(&run->command);
    report->args = run->line->words;
    report->n_args = run->line->n;
    report->machine = &run->machine;
    mf__tuning_remark(report);
}

/* For those who do not see the page. The command is not cut, as a message of an error would be. */
static void tell_interrupted(const struct run *run)
{
    const struct mf__study *study = &run->study;
    bool keeps = run->settings->outputs.journal != NULL;
    struct mf__buffer line = {0};
    mf__buffer_put(&line, "manyfold: interrupted; ");
    if (study->n_done == 0)
        mf__buffer_put(&line, "no trial was finished");
    else {
        mf__tune_say_steps(study, study->n_steps_done, &line);
        bool one = study->n_steps_done == 1;
        mf__buffer_print(&line, " %s",
                         keeps ? (one ? "is kept" : "are kept")
                               : (one ? "was finished" : "were finished"));
    }
    if (run->settings->outputs.model != NULL)
        mf__buffer_put(&line, ", no model was written");
    if (keeps)
        mf__buffer_put(&line, ", to go on: ");
    if (keeps)
        mf__escape(&line, mf__buffer_text(&run->command), run->command.length);
    mf__buffer_put(&line, "\n");
    if (!line.failed)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
}

/* The one line of --quiet looks like that of a search that is whole, or is not there at all. */
static void tell_stopped(const struct run *run)
{
    const struct mf__study *study = &run->study;
    struct mf__buffer line = {0};
    if (!run->settings->common.quiet || run->settings->plan || study->end == MF__STUDY_DONE)
        return;
    mf__buffer_print(&line, "manyfold: %s ", mf__tuning_end_words(study->end));
    if (study->n_done == 0)
        mf__buffer_print(&line, "before one of %zu trials was finished\n", study->n_trials);
    else {
        mf__buffer_put(&line, "when ");
        mf__tune_say_steps(study, study->n_steps_done, &line);
        mf__buffer_print(&line, " %s finished, so this is the best so far\n",
                         study->n_steps_done == 1 ? "was" : "were");
    }
    if (!line.failed)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
}

/* ---- all of it ---- */

static void close_all(struct run *run)
{
    mf_model_free(&run->model);
    mf__study_best_done(&run->best);
    mf__remarks_done(&run->report.remarks);
    mf__remarks_done(&run->report.edges);
    mf__study_done(&run->study);
    mf_pool_close(&run->pool);
    mf__tuning_done(&run->tuning);
    mf__buffer_done(&run->command);
}

/* A search that was run is shown, whatever became of the journal or the model after it. */
static int run_verb(struct run *run, const char *file)
{
    mf_error error;
    int status = MF__EXIT_DONE;
    int code = open_all(run, file, &error);
    bool goes_on = code == 0 && !only_checks(run->settings);
    if (goes_on)
        code = search(run, &error);
    bool searched = goes_on && code == 0;
    mf_error closing;
    int closed = mf__journal_close(&run->journal, &closing);
    if (code == 0 && closed != 0)
        code = mf__fail(&error, closed, "%s", closing.text);
    if (code == 0 && goes_on)
        code = grow_best(run, &error);
    bool cancelled = run->study.end == MF__STUDY_CANCELLED || code == MF_E_CANCELLED;
    if (searched && !(cancelled && run->study.n_done == 0)) {
        make_report(run);
        const struct mf__tune_told written_with = {&run->settings->outputs, &run->settings->common,
                                                   run->model, run->settings->step};
        status = mf__tune_write(&run->report, &written_with);
    }
    bool tells = run->settings->step == NULL;
    /* Memory that was short once more when the result was written. */
    bool told_already = code == MF_E_MEMORY && status != MF__EXIT_DONE;
    if (searched && cancelled && !tells)
        status = MF__EXIT_SIGNAL + mf__interrupted_by();
    else if (searched && cancelled)
        tell_interrupted(run);
    else if (code == 0 && searched)
        tell_stopped(run);
    else if (code != 0 && !told_already)
        status = mf__tell(&error);
    close_all(run);
    if (cancelled && tells)
        mf__end_interrupted();
    return status;
}

static void recipe_read(void *settings)
{
    mf__tuning_recipe_read(&((struct settings *)settings)->tuning);
}

static int run_words(struct mf__arguments *arguments, struct mf__step *step)
{
    struct mf__command_line line;
    struct settings settings = {.tuning = MF__TUNING_START, .step = step};
    struct mf__recipe recipe = {0};
    const struct mf__begun begun = {
        &mf__tune_verb, &settings, sizeof settings, &settings.common, &settings.running.recipe,
        recipe_read,    NULL};
    struct run run = {.settings = &settings, .line = &line};
    int status = 0;
    settings.tuning.line = &line;
    mf__command_line_keep(&line, "tune", arguments);
    bool go_on = mf__begin_with_recipe(&begun, arguments, &recipe, &status);
    settings.tuning.preparing.recipe = &recipe;
    if (step != NULL)
        settings.common = *step->common;
    if (go_on)
        status = run_verb(&run, arguments->n > 0 ? arguments->values[0] : recipe.file);
    mf__recipe_done(&recipe);
    return status;
}

int mf__tune_run(struct mf__arguments *arguments)
{
    return run_words(arguments, NULL);
}

int mf__tune_step(struct mf__arguments *arguments, struct mf__step *step)
{
    return run_words(arguments, step);
}
