/* SPDX-License-Identifier: Apache-2.0 */
/* The program as a whole: its verbs and what is said of it in its help and manual. */
#include "base/options_render.h"
#include "base/output.h"
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

static const char *const synopsis[] = {"VERB [ARGUMENT]... [OPTION]...", "--help | --version",
                                       NULL};

static const char *const description[] = {
    "manyfold runs one data-parallel job every way that a machine can run it: on one core, with "
    "threads, with processes. It proves that every way gave the same answer, times each honestly, "
    "and says in plain words which to use and why.",
    "It also grows random forests from tables: the forests of scikit-learn, seed for seed.",
    "Results go to standard output, everything else to standard error.",
    NULL,
};

struct settings {
    bool help;
    bool version;
};

static const struct mf__option options[] = {
    {.name = "help",
     .letter = 'h',
     .kind = MF__STOP,
     .help = "show this help and do nothing else",
     .offset = offsetof(struct settings, help)},
    {.name = "version",
     .letter = 'V',
     .kind = MF__STOP,
     .help = "show the version, as \"manyfold version\" does",
     .offset = offsetof(struct settings, version)},
    {0},
};

static const struct mf__option_group groups[] = {{"Options", options, 0}, {0}};

static const struct mf__pair examples[] = {
    {"manyfold lab --quick", "a first look at both parts of the lab; it leaves a report to open"},
    {"manyfold sum 1e10", "the sum of 1..10,000,000,000, the quickest way"},
    {"manyfold compare sum 1e10", "the same sum every way: speedup, laws, verdict"},
    {"manyfold train houses.csv --target price --model houses.model",
     "a random forest: scores, the features that matter, what was done to the columns"},
    {"manyfold predict --model houses.model new.csv > prices.csv", "predictions of new rows"},
    {"manyfold tune houses.csv --target price --grid max_depth=5,10,none",
     "a search for the best parameters"},
    {"manyfold report search.db:1 --html report.html", "a page with charts of a run that was kept"},
    {"manyfold demo false-sharing", "an effect of running in parallel, seen on this machine"},
    {"manyfold doctor", "what this machine is, and whether it can be trusted to time anything"},
    {0},
};

static const char *const see_also[] = {
    "manyfold-lab(1)",     "manyfold-compare(1)", "manyfold-tune(1)",
    "manyfold-results(5)", "manyfold-recipe(5)",  "manyfold-journal(5)",
    "manyfold-model(5)",   "manyfold-table(5)",   NULL};

static const struct mf__verb self = {
    .name = "manyfold",
    .command = "manyfold",
    .summary = "one job, every way: the same answer, timed honestly",
    .synopsis = synopsis,
    .description = description,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

static const struct mf__verb *const verbs[] = {
    &mf__sum_verb,
    &mf__compare_verb,
    &mf__train_verb,
    &mf__predict_verb,
    &mf__tune_verb,
    &mf__lab_verb,
    &mf__report_verb,
    &mf__data_verb,
    &mf__runs_verb,
    &mf__diff_verb,
    &mf__demo_verb,
    &mf__init_verb,
    &mf__remote_verb,
    &mf__sbatch_verb,
    &mf__doctor_verb,
    &mf__completion_verb,
    &mf__man_verb_table,
    &mf__help_verb_table,
    NULL,
};

/* In the order of `verbs`. */
static int (*const runs[])(struct mf__arguments *arguments) = {
    mf__sum_run,    mf__compare_run, mf__train_run,  mf__predict_run,    mf__tune_run, mf__lab_run,
    mf__report_run, mf__data_run,    mf__runs_run,   mf__diff_run,       mf__demo_run, mf__init_run,
    mf__remote_run, mf__sbatch_run,  mf__doctor_run, mf__completion_run, mf__man_run,  mf__help_run,
};

const struct mf__program mf__program = {MF_VERSION, &self, verbs};

static int print_version(void)
{
    struct mf__buffer text = {0};
    mf__buffer_print(&text, "manyfold %s\n", mf_version());
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

/* Help was asked for, or nothing at all: then it goes to standard error, and is wrong usage. */
static int show_help(bool asked)
{
    struct mf__buffer text = {0};
    mf__help_program(&mf__program, mf__columns(), &text);
    int status = MF__EXIT_USAGE;
    if (asked)
        status = mf__print(&text);
    else
        mf__write_all(STDERR_FILENO, mf__buffer_text(&text), text.length, "standard error", NULL);
    mf__buffer_done(&text);
    return status;
}

static int run_options(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    mf_error error;
    int code = mf__options_parse(&self, arguments, &settings, &error);
    if (code != 0)
        return mf__tell(&error);
    return settings.version ? print_version() : show_help(settings.help);
}

/* Many programs have a verb for it, so it is understood, but it is not listed among ours. */
static bool asks_version(const struct mf__arguments *arguments)
{
    return arguments->n == 1 && strcmp(arguments->values[0], "version") == 0;
}

int mf__run_program(struct mf__arguments *arguments)
{
    if (arguments->n == 0 || arguments->values[0][0] == '-')
        return run_options(arguments);
    if (asks_version(arguments))
        return print_version();
    const struct mf__verb *verb = NULL;
    mf_error error;
    if (mf__verb_find(&mf__program, arguments->values[0], &verb, &error) != 0)
        return mf__tell(&error);
    struct mf__arguments rest = {arguments->n - 1, arguments->values + 1};
    for (size_t i = 0; verbs[i] != NULL; i++)
        if (verbs[i] == verb)
            return runs[i](&rest);
    return MF__EXIT_USAGE;
}
