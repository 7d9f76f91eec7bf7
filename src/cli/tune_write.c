/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tune_write.h"

#include "base/output.h"
#include "base/status.h"
#include "cli/keeping.h"

#include <string.h>

const struct mf__option mf__tune_output_options[] = {
    {.name = "model",
     .letter = 'm',
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "train the best on all rows and write the model, for manyfold predict",
     .offset = offsetof(struct mf__tune_outputs, model)},
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write everything as JSON, all trials included; - is standard output, in place of the "
             "text",
     .offset = offsetof(struct mf__tune_outputs, json)},
    {.name = "csv",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the trials as CSV; - is standard output, in place of the text",
     .offset = offsetof(struct mf__tune_outputs, csv)},
    {0},
};

#define N_PLACES (3 + MF__FORM_OUTPUTS + MF__KEEP_PLACES)

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

int mf__tune_outputs_check(const struct mf__tune_outputs *outputs, bool plan,
                           const struct mf__places *read, mf_error *error)
{
    if (is_stdout(outputs->journal))
        return mf__fail(error, MF_E_INPUT,
                        "--journal: standard output cannot be a journal; expected the name of a "
                        "file, such as search.db");
    if (plan && outputs->model != NULL)
        return mf__fail(error, MF_E_INPUT,
                        "--plan runs nothing, so there is no model to write; leave out --model");
    if (plan && mf__forms_asked(&outputs->forms))
        return mf__fail(error, MF_E_INPUT,
                        "--plan runs nothing, so there is nothing to report; leave out --html, "
                        "--notebook and --markdown");
    struct mf__buffer room = {0};
    struct mf__place written[N_PLACES] = {
        {"--model", outputs->model}, {"--json", outputs->json}, {"--csv", outputs->csv}};
    mf__form_places(&outputs->forms, written + 3);
    mf__keep_places(outputs->journal, &room, written + 3 + MF__FORM_OUTPUTS);
    int code = mf__buffer_check(&room, error);
    if (code == 0)
        code = mf__forms_check(&outputs->forms, error);
    if (code == 0)
        code = mf__places_check(&(struct mf__places){written, N_PLACES}, read, error);
    mf__buffer_done(&room);
    return code;
}

/* ---- outputs ---- */

static int print_text(const struct mf__tune_report *report, const struct mf__tune_told *told)
{
    const struct mf__common *common = told->common;
    const struct mf__style style = {
        .width = mf__columns(), .colour = mf__wants_colour(common), .ascii = mf__wants_ascii()};
    struct mf__buffer text = {0};
    if (common->quiet)
        mf__tune_brief(report, &text);
    else
        mf__tune_text(report, &style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int make_csv(const struct mf__tune_report *report, struct mf__buffer *out, mf_error *error)
{
    mf__tune_csv(report, out);
    return mf__buffer_check(out, error);
}

static int write_csv(const struct mf__tune_report *report, const struct mf__tune_told *told)
{
    const char *path = told->outputs->csv;
    struct mf__buffer text = {0};
    mf_error error;
    if (path == NULL)
        return MF__EXIT_DONE;
    int code = make_csv(report, &text, &error);
    if (code == 0)
        code = mf__output_write(path, mf__buffer_text(&text), text.length, &error);
    mf__buffer_done(&text);
    if (code == 0) {
        mf__say_wrote(told->common, path);
        return MF__EXIT_DONE;
    }
    mf__fail_within(&error, code, "--csv");
    return mf__tell(&error);
}

static bool takes_stdout(const struct mf__tune_outputs *outputs)
{
    return is_stdout(outputs->json) || is_stdout(outputs->csv) || is_stdout(outputs->model) ||
           mf__forms_take_stdout(&outputs->forms);
}

/* What was interrupted goes on with the same command, and is no result yet. Where standard output
 * is JSON, that says under which number it is kept. */
static int keep(const struct mf__tune_report *report, const struct mf__tune_told *told,
                const struct mf__buffer *json)
{
    const struct mf__tune_outputs *outputs = told->outputs;
    const struct mf__study *study = report->study;
    bool is_result =
        !report->only_planned && study->end != MF__STUDY_CANCELLED && study->n_done > 0;
    const struct mf__keeping keeping = {.journal = is_result ? outputs->journal : NULL,
                                        .study = study->resumed.study,
                                        .nothing_new = study->n_units_run == 0,
                                        .quiet = told->common->quiet || told->step != NULL ||
                                                 takes_stdout(outputs)};
    return mf__keep(&keeping, json);
}

/* JSON, and what is made of it. */
static int write_json(const struct mf__tune_report *report, const struct mf__tune_told *told)
{
    const struct mf__tune_outputs *outputs = told->outputs;
    struct mf__buffer text = {0};
    mf_error error;
    if (outputs->json == NULL && outputs->journal == NULL && !mf__forms_asked(&outputs->forms))
        return MF__EXIT_DONE;
    int code = mf__tune_json(report, &text, &error);
    int status = code == 0 ? mf__result_write(&text, outputs->json, &outputs->forms, told->common)
                           : mf__tell(&error);
    int kept = code == 0 ? keep(report, told, &text) : MF__EXIT_DONE;
    mf__buffer_done(&text);
    return kept != MF__EXIT_DONE ? kept : status;
}

static int write_model(const struct mf__tune_told *told)
{
    mf_error error;
    if (told->model == NULL)
        return MF__EXIT_DONE;
    int code = mf_model_save(told->model, told->outputs->model, &error);
    if (code == 0) {
        mf__say_wrote(told->step == NULL ? told->common : NULL, told->outputs->model);
        return MF__EXIT_DONE;
    }
    mf__fail_within(&error, code, "--model");
    return mf__tell(&error);
}

static int later_of(int status, int later)
{
    return later != MF__EXIT_DONE ? later : status;
}

/* What was asked for is written also of a step. */
static int hand_over(const struct mf__tune_report *report, const struct mf__tune_told *told)
{
    struct mf__step *step = told->step;
    mf_error error;
    int status = write_model(told);
    int code = mf__tune_json(report, &step->json, &error);
    if (code == 0)
        code = make_csv(report, &step->csv, &error);
    if (code == 0)
        status = later_of(status, keep(report, told, &step->json));
    return code == 0 ? status : mf__tell(&error);
}

int mf__tune_write(const struct mf__tune_report *report, const struct mf__tune_told *told)
{
    const struct mf__tune_outputs *outputs = told->outputs;
    if (told->step != NULL)
        return hand_over(report, told);
    int status = takes_stdout(outputs) ? MF__EXIT_DONE : print_text(report, told);
    status = later_of(status, write_model(told));
    status = later_of(status, write_json(report, told));
    return later_of(status, write_csv(report, told));
}
