/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/compare_ranks.h"
#include "cli/lab.h"
#include "cli/tuning.h"
#include "cli/ways.h"

#include <string.h>
#include <unistd.h>

static const char *const parts[] = {"both", "1", "2", NULL};

static const struct mf__option what_options[] = {
    {.name = "part",
     .kind = MF__CHOICE,
     .argument = "PART",
     .help = "1 is the sum, 2 the forest",
     .preset = "both",
     .choices = parts,
     .offset = offsetof(struct mf__lab_settings, part)},
    {.name = "quick",
     .kind = MF__FLAG,
     .help = "a first look in some seconds: smaller N, fewer rounds, a grid of 12 forests unless "
             "there is a recipe",
     .offset = offsetof(struct mf__lab_settings, quick)},
    {.name = "sum",
     .kind = MF__TEXT,
     .argument = "LAST",
     .help = "the last integer of part 1",
     .otherwise = "1e10; with --quick 1e9",
     .offset = offsetof(struct mf__lab_settings, sum)},
    {.name = "data",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "the table of part 2, a CSV file of your own; --recipe then says what to predict",
     .otherwise = "the file that the recipe names",
     .offset = offsetof(struct mf__lab_settings, data)},
    {.name = "recipe",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "what to search in part 2, as manyfold tune takes it",
     .otherwise = "the one that goes with the data set ames: 126 forests",
     .offset = offsetof(struct mf__lab_settings, recipe)},
    {0},
};

static const struct mf__option how_options[] = {
    {.name = "with",
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "the ways to compare; serial is always measured",
     .otherwise = "serial,threads,processes, and mpi where it is available, but not with --quick",
     .choices = mf__way_choices,
     .offset = offsetof(struct mf__lab_settings, ways)},
    {.name = "workers",
     .letter = 'j',
     .kind = MF__COUNT_LIST,
     .argument = "LIST",
     .help = "the worker counts; 1 is always measured",
     .otherwise = "1, 2, 4, ... up to what the machine grants, see manyfold doctor",
     .word = "auto",
     .offset = offsetof(struct mf__lab_settings, workers),
     .min = 1,
     .max = MF_WORKERS_MAX},
    {.name = "seed",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of all that is drawn, in every step",
     .otherwise = "what each step has by itself",
     .offset = offsetof(struct mf__lab_settings, seed),
     .max = UINT32_MAX},
    {.name = "budget",
     .kind = MF__DURATION,
     .argument = "TIME",
     .help = "when to end each of the two comparisons, once it has the rounds that it takes at "
             "least",
     .otherwise = "20s for the sum, 60s for the search",
     .offset = offsetof(struct mf__lab_settings, budget_ns),
     .min = MF__NS_PER_MS,
     .max = 7 * 24 * 3600 * MF__NS_PER_S},
    {0},
};

static const struct mf__option output_options[] = {
    {.name = "out",
     .kind = MF__FOLDER,
     .argument = "FOLDER",
     .help = "where the files go; made when it is not there",
     .preset = "results",
     .offset = offsetof(struct mf__lab_settings, out)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"What to do", what_options, 0},
    {"How to measure", how_options, 0},
    {"Outputs", output_options, 0},
    {"Common options", mf__common_options, offsetof(struct mf__lab_settings, common)},
    {0},
};

static const char *const synopsis[] = {"[OPTION]...", NULL};

static const char *const description[] = {
    "Threads or processes? The whole lab in one command, on data that is embedded, in under two "
    "minutes on two quiet cores. Part 1 adds the integers from 1 to N every way that is available "
    "here, with a fixed N and with one that grows with the workers. Part 2 trains a first random "
    "forest, searches for the best of 126, runs that search every way, and trains the best on all "
    "rows.",
    "At the end stand a table of both parts and a verdict. The folder then holds report.html, "
    "which opens offline in any browser; results.json, the documents of all steps; trials.csv; "
    "samples.csv; lab.ipynb, the report as a Jupyter notebook; best.model, for manyfold predict; "
    "and lab.db, the journal. Files of an earlier lab are replaced, other files are left alone.",
    "Each step is a command of its own, which the report names: compare sum, train, tune, compare "
    "tune. So that all fits into two minutes, the last one learns from 30 % of the rows in place "
    "of 70 %, and from 15 % where mpi takes part, unless there is a recipe, and its scores differ "
    "for that reason. A lab that was "
    "stopped has written what was finished; the same command takes the trials that were finished "
    "from the journal.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold lab", "both parts; the report is results/report.html"},
    {"manyfold lab --quick", "the same in some seconds, with less work"},
    {"manyfold lab --part 1 --sum 1e11 --out sum", "the sum alone, ten times as large"},
    {"manyfold lab --part 2 --data houses.csv --recipe houses.json", "a table of your own"},
    {0},
};

static const char *const see_also[] = {"manyfold-compare(1)", "manyfold-tune(1)",
                                       "manyfold-doctor(1)",  "manyfold-recipe(5)",
                                       "manyfold-results(5)", NULL};

const struct mf__verb mf__lab_verb = {
    .name = "lab",
    .command = "manyfold lab",
    .summary = "both parts of the lab, every way, and a report",
    .synopsis = synopsis,
    .description = description,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
    .misplaced = "a table of your own is given with --data FILE",
};

/* ---- what is shown ---- */

static struct mf__style style_of(const struct mf__lab *lab)
{
    return (struct mf__style){.width = mf__columns(),
                              .colour = mf__wants_colour(&lab->settings->common),
                              .ascii = mf__wants_ascii()};
}

/* Where standard output is gone, the files are made all the same. */
static void print(struct mf__lab *lab, const struct mf__buffer *text)
{
    int status = lab->mute ? MF__EXIT_DONE : mf__print(text);
    lab->mute = lab->mute || status != MF__EXIT_DONE;
    mf__lab_failed(lab, status);
}

static void show(struct mf__lab *lab,
                 void (*put)(const struct mf__lab *lab, const struct mf__style *style,
                             struct mf__buffer *out))
{
    const struct mf__style style = style_of(lab);
    struct mf__buffer text = {0};
    put(lab, &style, &text);
    print(lab, &text);
    mf__buffer_done(&text);
}

static void show_machine(struct mf__lab *lab)
{
    int status = mf__doctor_show(true, &lab->settings->common);
    lab->mute = status != MF__EXIT_DONE;
    mf__lab_failed(lab, status);
}

static void show_step(struct mf__lab *lab, enum mf__lab_step step,
                      void (*put)(const struct mf__lab *lab, enum mf__lab_step step,
                                  const struct mf__style *style, struct mf__buffer *out))
{
    const struct mf__style style = style_of(lab);
    struct mf__buffer text = {0};
    put(lab, step, &style, &text);
    print(lab, &text);
    mf__buffer_done(&text);
}

/* For those who do not see the page. */
static void tell_interrupted(const struct mf__lab *lab, bool is_written)
{
    struct mf__buffer line = {0};
    struct mf__buffer command = {0};
    mf__shell_words(lab->line, mf__wants_ascii(), &command);
    mf__buffer_print(&line, "manyfold: interrupted; %s, to go on: ",
                     is_written ? "what was finished is written" : "nothing was finished");
    mf__escape(&line, mf__buffer_text(&command), command.length);
    mf__buffer_put(&line, "\n");
    if (!line.failed && !command.failed)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&command);
    mf__buffer_done(&line);
}

/* ---- the run ---- */

/* A step without a result ends the lab; one whose answers differ, say, does not. */
static bool go(struct mf__lab *lab, enum mf__lab_step step)
{
    bool quiet = lab->settings->common.quiet;
    if (!quiet)
        show_step(lab, step, mf__lab_say_before);
    mf__lab_failed(lab, mf__lab_go(lab, step));
    if (!quiet)
        show_step(lab, step, mf__lab_say_after);
    return lab->results[step].document.root != NULL && mf__interrupted_by() == 0;
}

static void run_steps(struct mf__lab *lab)
{
    bool goes_on = true;
    mf__interruptible();
    if (!lab->settings->common.quiet)
        show_machine(lab);
    for (enum mf__lab_step step = 0; step < MF__LAB_STEPS && goes_on; step++)
        goes_on = !mf__lab_wants(lab, step) || go(lab, step);
}

static void finish(struct mf__lab *lab)
{
    bool any = false;
    for (size_t i = 0; i < MF__LAB_STEPS; i++)
        any = any || lab->results[i].document.root != NULL;
    if (any) {
        mf__lab_write(lab);
        show(lab, lab->settings->common.quiet ? mf__lab_say_brief : mf__lab_say_end);
    }
    if (mf__interrupted_by() != 0)
        tell_interrupted(lab, any);
}

static int run(struct mf__lab_settings *settings, const struct mf__command_line *line)
{
    struct mf__lab lab = {.settings = settings, .line = line};
    mf_error error;
    int code = mf__lab_settle(settings, &error);
    if (code == 0)
        code = mf__lab_open_folder(&lab, &error);
    int status = code == 0 ? mf__lab_check(&lab) : mf__tell(&error);
    if (status == MF__EXIT_DONE) {
        run_steps(&lab);
        finish(&lab);
        status = lab.status;
    }
    mf__lab_leave_folder(&lab);
    mf__lab_done(&lab);
    mf__end_interrupted();
    return status;
}

int mf__lab_run(struct mf__arguments *arguments)
{
    struct mf__command_line line;
    struct mf__lab_settings settings = {.seed = MF__LAB_NO_SEED};
    int status = 0;
    mf__command_line_keep(&line, "lab", arguments);
    if (mf__begin(&mf__lab_verb, arguments, &settings, &settings.common, &status) &&
        (status = mf__ranks_refuse("lab")) == MF__EXIT_DONE)
        status = run(&settings, &line);
    return status;
}
