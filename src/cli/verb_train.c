/* SPDX-License-Identifier: Apache-2.0 */
#include <manyfold/machine.h>

#include "base/clock.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/form_options.h"
#include "cli/keeping.h"
#include "cli/launch.h"
#include "cli/learning_table.h"
#include "cli/places.h"
#include "cli/recipe.h"
#include "cli/scoring.h"
#include "cli/step.h"
#include "cli/training.h"
#include "cli/tuning.h"
#include "cli/ways.h"
#include "report/train_json.h"

#include <string.h>

struct settings {
    struct mf__common common;
    struct mf__reading reading;
    struct mf__preparing preparing;
    struct mf__forest_settings forest;
    double test_size;
    uint64_t seed;
    uint64_t folds;       /* 0: none */
    uint64_t permutation; /* 0: none */
    struct mf__counts scores;
    struct mf__running running;
    struct mf__hosts hosts;
    bool columns;
    const char *model;
    const char *export;
    const char *json;
    const char *journal;
    struct mf__form_outputs forms;
    struct mf__step *step; /* takes the results; NULL: they are written */
};

static const struct mf__option scoring_options[] = {
    {.name = "test-size",
     .kind = MF__REAL,
     .argument = "SHARE",
     .help = "rows to keep for the test, as train_test_split takes them; 0 learns from all",
     .preset = "0.3",
     .offset = offsetof(struct settings, test_size),
     .reals = {0, 1, .below = true}},
    {.name = "seed",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "of the split, the folds, the permutations and, without --random-state, the forest",
     .preset = "42",
     .offset = offsetof(struct settings, seed),
     .max = UINT32_MAX},
    {.name = "cv",
     .kind = MF__COUNT,
     .argument = "K",
     .help = "score by K folds of the training part as well",
     .otherwise = "no folds",
     .offset = offsetof(struct settings, folds),
     .min = 2,
     .max = 1000},
    {.name = "score",
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "which scores to show",
     .otherwise = "all of the task",
     .choices = mf__score_names,
     .former = mf__score_former,
     .offset = offsetof(struct settings, scores)},
    {.name = "permutation",
     .kind = MF__COUNT,
     .argument = "N",
     .help = "shuffle each feature N times and show how much worse the score gets",
     .otherwise = "not done",
     .offset = offsetof(struct settings, permutation),
     .min = 1,
     .max = 1000},
    {0},
};

static const struct mf__option output_options[] = {
    {.name = "model",
     .letter = 'm',
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the model, for manyfold predict",
     .offset = offsetof(struct settings, model)},
    {.name = "export",
     .kind = MF__TEXT,
     .argument = "json:FILE",
     .help = "write preparation and trees as JSON for other programs; json alone is standard "
             "output, in place of the text",
     .offset = offsetof(struct settings, export)},
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the result as JSON; - is standard output, in place of the text",
     .offset = offsetof(struct settings, json)},
    {.name = "columns",
     .kind = MF__FLAG,
     .help = "show what was done column by column",
     .offset = offsetof(struct settings, columns)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"The table", mf__reading_options, offsetof(struct settings, reading)},
    {"Preparing it", mf__preparing_options, offsetof(struct settings, preparing)},
    {"Testing", scoring_options, 0},
    {"The forest, as in scikit-learn", mf__forest_options, offsetof(struct settings, forest)},
    {"The forest, as in scikit-learn", mf__oob_options, offsetof(struct settings, forest)},
    {"Running", mf__running_options, offsetof(struct settings, running)},
    {"Running", mf__hosts_options, offsetof(struct settings, hosts)},
    {"Outputs", output_options, 0},
    {"Outputs", mf__keep_options, offsetof(struct settings, journal)},
    {"Outputs", mf__form_options, offsetof(struct settings, forms)},
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

static const char *const synopsis[] = {"[FILE] --target COLUMN [OPTION]...", NULL};

static const char *const description[] = {
    "Trains a random forest on a table: reads it, finds the types of its columns, prepares them, "
    "keeps a part for the test, grows the trees, and shows the scores, the features that matter "
    "most, and what was done to the columns.",
    "Parameters have scikit-learn's names (underscores may be typed too), meanings and defaults, "
    "and the same data, parameters and seed give the same trees. A target with fractions is "
    "rounded a little for finding splits, as a remark then says. Every way and number of workers "
    "gives the same model, byte for byte.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold train", "house prices, from the data set ames that is embedded"},
    {"manyfold train houses.csv --target price --id number --model houses.model",
     "a file of your own; the model is kept"},
    {"manyfold train --test-size 0 --cv 5 --n_estimators 400 --max_features sqrt",
     "five folds of all rows, 400 trees, other features in each node"},
    {0},
};

static const char *const see_also[] = {"manyfold-predict(1)", "manyfold-data(1)",
                                       "manyfold-doctor(1)",  "manyfold-table(5)",
                                       "manyfold-model(5)",   NULL};

const struct mf__verb mf__train_verb = {
    .name = "train",
    .command = "manyfold train",
    .summary = "grow a random forest from a table: scores, features that matter, a model",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* ---- outputs ---- */

/* The file behind "json:"; standard output for "json" alone. */
static const char *export_path(const char *export)
{
    if (export == NULL)
        return NULL;
    return strcmp(export, "json") == 0 ? "-" : export + strlen("json:");
}

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

#define N_PLACES (3 + MF__FORM_OUTPUTS + MF__KEEP_PLACES)

static int check_places(const struct settings *settings, const char *file, mf_error *error)
{
    const char *export = settings->export;
    if (export != NULL && strcmp(export, "json") != 0 &&
        (strncmp(export, "json:", 5) != 0 || export[5] == '\0'))
        return mf__fail(error, MF_E_INPUT,
                        "--export: %s is not known; expected json:FILE, or json for standard "
                        "output",
                        mf__quote(export).text);
    struct mf__buffer room = {0};
    struct mf__place written[N_PLACES] = {{"--model", settings->model},
                                          {"--export", export_path(export)},
                                          {"--json", settings->json}};
    const struct mf__place read[] = {{"the table", file}, {"the recipe", settings->running.recipe}};
    mf__form_places(&settings->forms, written + 3);
    mf__keep_places(settings->journal, &room, written + 3 + MF__FORM_OUTPUTS);
    int code = mf__buffer_check(&room, error);
    if (code == 0)
        code = mf__forms_check(&settings->forms, error);
    if (code == 0)
        code = mf__places_check(&(struct mf__places){written, N_PLACES},
                                &(struct mf__places){read, 2}, error);
    if (code == 0)
        code = mf__keep_check(settings->journal, error);
    mf__buffer_done(&room);
    return code;
}

static int print_text(const struct settings *settings, const struct mf__train_report *report)
{
    struct mf__buffer text = {0};
    const struct mf__style style = {.width = mf__columns(),
                                    .colour = mf__wants_colour(&settings->common),
                                    .ascii = mf__wants_ascii()};
    if (settings->common.quiet)
        mf__train_brief(report, &text);
    else
        mf__train_text(report, settings->columns, &style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int make_json(const struct mf__train_report *report, const struct mf__command_line *line,
                     struct mf__buffer *out, mf_error *error)
{
    struct mf__buffer command = {0};
    mf__shell_words(line, mf__wants_ascii(), &command);
    const struct mf__train_about about = {line->words, line->n, mf__buffer_text(&command)};
    int code = mf__buffer_check(&command, error);
    if (code == 0)
        code = mf__train_json(report, &about, out, error);
    mf__buffer_done(&command);
    return code;
}

static bool takes_stdout(const struct settings *settings)
{
    return is_stdout(settings->json) || is_stdout(export_path(settings->export)) ||
           is_stdout(settings->model) || mf__forms_take_stdout(&settings->forms);
}

static int keep(const struct settings *settings, const struct mf__buffer *json)
{
    const struct mf__keeping keeping = {.journal = settings->journal,
                                        .quiet = settings->common.quiet || settings->step != NULL,
                                        .takes_stdout = takes_stdout(settings)};
    return mf__keep(&keeping, json);
}

/* JSON, and what is made of it. */
static int write_json(const struct settings *settings, const struct mf__train_report *report,
                      const struct mf__command_line *line)
{
    struct mf__buffer text = {0};
    mf_error error;
    if (settings->json == NULL && settings->journal == NULL && !mf__forms_asked(&settings->forms))
        return MF__EXIT_DONE;
    int code = make_json(report, line, &text, &error);
    int status = code == 0
                     ? mf__result_write(&text, settings->json, &settings->forms, &settings->common)
                     : mf__tell(&error);
    int kept = code == 0 ? keep(settings, &text) : MF__EXIT_DONE;
    mf__buffer_done(&text);
    return kept != MF__EXIT_DONE ? kept : status;
}

static int hand_over(const struct settings *settings, const struct mf__train_report *report,
                     const struct mf__command_line *line)
{
    struct mf__buffer *json = &settings->step->json;
    mf_error error;
    int code = make_json(report, line, json, &error);
    return code == 0 ? keep(settings, json) : mf__tell(&error);
}

/* Each output is tried even where another one failed: growing took its time. */
static int write_outputs(const struct settings *settings, const struct mf__trained *trained,
                         const struct mf__command_line *line)
{
    const char *export = export_path(settings->export);
    int status = MF__EXIT_DONE;
    mf_error error;
    if (settings->step != NULL)
        return hand_over(settings, &trained->report, line);
    if (!takes_stdout(settings))
        status = print_text(settings, &trained->report);
    if (settings->model != NULL) {
        int code = mf_model_save(trained->model, settings->model, &error);
        if (code != 0 && mf__fail_within(&error, code, "--model") != 0)
            status = mf__tell(&error);
        else
            mf__say_wrote(&settings->common, settings->model);
    }
    if (export != NULL) {
        int code = mf_model_export_json(trained->model, export, &error);
        if (code != 0 && mf__fail_within(&error, code, "--export") != 0)
            status = mf__tell(&error);
        else
            mf__say_wrote(&settings->common, export);
    }
    int written = write_json(settings, &trained->report, line);
    return written != MF__EXIT_DONE ? written : status;
}

/* ---- the run ---- */

static int train(const struct settings *settings, const struct mf__training *asked,
                 const struct mf__command_line *line, uint64_t read_ns)
{
    struct mf__trained trained;
    mf_error error;
    int code = mf__train(asked, &trained, &error);
    mf__progress_end(asked->progress);
    trained.report.source = mf_table_name(asked->table);
    trained.report.times.read_ns = read_ns;
    bool leaves = code == MF_E_CANCELLED && settings->step != NULL;
    int status = code == 0 ? write_outputs(settings, &trained, line)
                 : leaves  ? MF__EXIT_SIGNAL + mf__interrupted_by()
                           : mf__tell(&error);
    mf__trained_done(&trained);
    if (code == MF_E_CANCELLED && !leaves)
        mf__end_interrupted();
    return status;
}

static int run(struct settings *settings, const char *file, const struct mf__command_line *line)
{
    uint64_t start_ns = mf__now_ns();
    struct mf__progress progress;
    mf_table *table = NULL;
    mf_pool *pool = NULL;
    mf_error error;
    int code = check_places(settings, file, &error);
    if (code == 0)
        code =
            mf__learning_table_open(&settings->reading, file, &settings->preparing, &table, &error);
    uint64_t read_ns = mf__now_ns() - start_ns;
    if (code == 0)
        code = mf__pool_open(settings->running.way, settings->running.workers, &pool, &error);
    int status = code == 0 ? MF__EXIT_DONE : mf__tell(&error);
    if (code == 0 && (settings->step == NULL || !settings->step->check)) {
        mf__progress_start(&progress, &settings->common);
        const struct mf__training asked = {.table = table,
                                           .preparing = &settings->preparing,
                                           .forest = &settings->forest,
                                           .test_size = settings->test_size,
                                           .seed = (uint32_t)settings->seed,
                                           .folds = settings->folds,
                                           .repeats = settings->permutation,
                                           .scores = settings->scores,
                                           .pool = pool,
                                           .progress = &progress};
        status = train(settings, &asked, line, read_ns);
    }
    mf_pool_close(&pool);
    mf_table_free(&table);
    return status;
}

static int run_words(struct mf__arguments *arguments, struct mf__step *step)
{
    struct settings settings = {.forest = {.random_state = MF__NO_STATE}, .step = step};
    struct mf__recipe recipe = {0};
    struct mf__command_line line;
    const struct mf__begun begun = {
        &mf__train_verb,          &settings, sizeof settings, &settings.common,
        &settings.running.recipe, NULL,      &mf__tune_verb};
    int status = 0;
    mf__command_line_keep(&line, "train", arguments);
    bool go_on = mf__begin_with_recipe(&begun, arguments, &recipe, &status);
    settings.preparing.recipe = &recipe;
    if (step != NULL)
        settings.common = *step->common;
    if (go_on)
        status = run(&settings, arguments->n > 0 ? arguments->values[0] : recipe.file, &line);
    mf__recipe_done(&recipe);
    return status;
}

int mf__train_run(struct mf__arguments *arguments)
{
    return run_words(arguments, NULL);
}

int mf__train_step(struct mf__arguments *arguments, struct mf__step *step)
{
    return run_words(arguments, step);
}
