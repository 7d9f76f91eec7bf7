/* SPDX-License-Identifier: Apache-2.0 */
#include <manyfold/model.h>

#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/places.h"
#include "cli/predicting.h"
#include "cli/recipe.h"
#include "cli/scoring.h"
#include "cli/table_options.h"
#include "cli/ways.h"
#include "report/predict.h"

#include <string.h>
#include <unistd.h>

struct settings {
    struct mf__common common;
    struct mf__reading reading;
    struct mf__texts ids;
    struct mf__counts scores;
    const char *model;
    const char *out;
    bool probabilities;
    struct mf__running running;
};

static const struct mf__option predicting_options[] = {
    {.name = "model",
     .letter = 'm',
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "the model, as manyfold train writes it; required",
     .offset = offsetof(struct settings, model)},
    {.name = "out",
     .letter = 'o',
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "where the predictions go, as CSV; - is standard output, in place of the text",
     .preset = "-",
     .offset = offsetof(struct settings, out)},
    {.name = "id",
     .kind = MF__TEXT_LIST,
     .argument = "COLUMN",
     .help = "a column to carry along in front of the predictions",
     .offset = offsetof(struct settings, ids)},
    {.name = "proba",
     .kind = MF__FLAG,
     .help = "also write the probability of each class",
     .offset = offsetof(struct settings, probabilities)},
    {.name = "score",
     .kind = MF__CHOICE_LIST,
     .argument = "LIST",
     .help = "which scores to show when the table holds the target",
     .otherwise = "all of the task",
     .choices = mf__score_names,
     .former = mf__score_former,
     .offset = offsetof(struct settings, scores)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Predicting", predicting_options, 0},
    {"The table", mf__reading_options, offsetof(struct settings, reading)},
    {"Running", mf__running_options, offsetof(struct settings, running)},
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

static const char *const synopsis[] = {"--model FILE [FILE] [OPTION]...", NULL};

static const char *const description[] = {
    "Predicts every row of a table by a model that manyfold train wrote, and writes the "
    "predictions as CSV. The table must have the columns that the model learnt from, in any order; "
    "others are ignored. It goes through the preparation that the model carries.",
    "Categories that the model never saw are taken as missing and counted in a remark. When the "
    "table holds the target as well, the predictions are scored.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold predict --model houses.model new.csv --id number --out prices.csv",
     "a file with the columns number and prediction"},
    {"manyfold predict -m iris.model flowers.csv.gz --proba > species.csv",
     "the probability of each class as well"},
    {0},
};

static const char *const see_also[] = {"manyfold-train(1)", "manyfold-data(1)", "manyfold-table(5)",
                                       "manyfold-model(5)", NULL};

const struct mf__verb mf__predict_verb = {
    .name = "predict",
    .command = "manyfold predict",
    .summary = "predict the rows of a table by a trained model",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

static bool is_stdout(const struct settings *settings)
{
    return strcmp(settings->out, "-") == 0;
}

/* What cannot be part of the output is told on standard error. */
static int tell_remarks(const struct mf__remarks *remarks)
{
    struct mf__buffer line = {0};
    for (size_t i = 0; i < remarks->n; i++) {
        mf__buffer_put(&line, "manyfold: ");
        mf__escape(&line, mf__buffer_text(&remarks->list[i]), remarks->list[i].length);
        mf__buffer_put(&line, "\n");
    }
    if (line.length > 0)
        mf__write_all(STDERR_FILENO, mf__buffer_text(&line), line.length, "standard error", NULL);
    mf__buffer_done(&line);
    return MF__EXIT_DONE;
}

static int print_text(const struct settings *settings, const struct mf__predict_report *report)
{
    struct mf__buffer text = {0};
    const struct mf__style style = {.width = mf__columns(),
                                    .colour = mf__wants_colour(&settings->common),
                                    .ascii = mf__wants_ascii()};
    mf__predict_text(report, &style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int write_outputs(const struct settings *settings, const struct mf__predicted *predicted)
{
    struct mf__buffer csv = {0};
    mf_error error;
    mf__predictions_csv(predicted, settings->probabilities, &csv);
    int code = mf__buffer_check(&csv, &error);
    if (code == 0)
        code = mf__output_write(settings->out, mf__buffer_text(&csv), csv.length, &error);
    mf__buffer_done(&csv);
    int status = code == 0 ? MF__EXIT_DONE : MF__EXIT_OUTPUT;
    if (code != 0) {
        mf__fail_within(&error, code, "--out");
        status = mf__tell(&error);
    }
    if (settings->common.quiet || (code != 0 && is_stdout(settings)))
        return status;
    int said = is_stdout(settings) ? tell_remarks(&predicted->report.remarks)
                                   : print_text(settings, &predicted->report);
    return status != MF__EXIT_DONE ? status : said;
}

/* Finds out what can be known to be wrong before anything large is read. */
static int check(const struct settings *settings, const char *file, mf_read_options *ret_options,
                 mf_error *error)
{
    if (settings->model == NULL)
        return mf__fail(error, MF_E_INPUT,
                        "--model is missing: name a file that \"manyfold train --model FILE\" "
                        "wrote");
    for (size_t i = 0; i < settings->ids.n; i++)
        if (strcmp(settings->ids.values[i], "prediction") == 0)
            return mf__fail(error, MF_E_INPUT,
                            "--id: \"prediction\" is what the column of predictions is called; "
                            "rename the one in the table to carry it along");
    const struct mf__place written[] = {{"--out", settings->out}};
    const struct mf__place read[] = {{"the table", file},
                                     {"the model", settings->model},
                                     {"the recipe", settings->running.recipe}};
    int code =
        mf__places_check(&(struct mf__places){written, 1}, &(struct mf__places){read, 3}, error);
    return code == 0 ? mf__reading_get(&settings->reading, ret_options, error) : code;
}

static int load_model(const struct settings *settings, mf_model **ret_model, mf_error *error)
{
    int code = mf_model_load(settings->model, ret_model, error);
    if (code == MF_E_SYSTEM) /* a wrong name is wrong usage */
        error->code = code = MF_E_INPUT;
    if (code != 0)
        return mf__fail_within(error, code, "--model");
    if (settings->probabilities && mf_forest_classes(mf_model_forest(*ret_model)) == 0)
        return mf__fail(error, MF_E_INPUT,
                        "--proba: this model predicts a number, so there are no classes with "
                        "probabilities");
    return 0;
}

static int run(const struct settings *settings, const char *file)
{
    struct mf__predicted predicted = {.report.out = settings->out};
    struct mf__progress progress;
    mf_model *model = NULL;
    mf_pool *pool = NULL;
    mf_read_options options;
    mf_error error;
    int code = check(settings, file, &options, &error);
    if (code == 0)
        code = load_model(settings, &model, &error);
    if (code == 0)
        code = mf__pool_open(settings->running.way, settings->running.workers, &pool, &error);
    if (code == 0) {
        mf__progress_start(&progress, &settings->common);
        const struct mf__predicting asked = {.model = model,
                                             .file = file,
                                             .options = &options,
                                             .ids = &settings->ids,
                                             .scores = &settings->scores,
                                             .pool = pool,
                                             .progress = &progress};
        code = mf__predictions_make(&asked, &predicted, &error);
        mf__progress_end(&progress);
    }
    int status = code == 0 ? write_outputs(settings, &predicted) : mf__tell(&error);
    mf__predicted_done(&predicted);
    mf_pool_close(&pool);
    mf_model_free(&model);
    if (code == MF_E_CANCELLED)
        mf__end_interrupted();
    return status;
}

int mf__predict_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct mf__recipe recipe = {0};
    const struct mf__begun begun = {&mf__predict_verb,
                                    &settings,
                                    sizeof settings,
                                    &settings.common,
                                    &settings.running.recipe,
                                    NULL,
                                    NULL};
    int status = 0;
    if (mf__begin_with_recipe(&begun, arguments, &recipe, &status))
        status = run(&settings, arguments->n > 0 ? arguments->values[0] : recipe.file);
    mf__recipe_done(&recipe);
    return status;
}
