/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_write.h"

#include "base/output.h"
#include "base/status.h"
#include "cli/keeping.h"
#include "report/compare_csv.h"
#include "report/compare_json.h"
#include "report/compare_text.h"

#include <string.h>

const struct mf__option mf__compare_output_options[] = {
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write everything as JSON, all samples included; - is standard output, in place of "
             "the text",
     .offset = offsetof(struct mf__compare_outputs, json)},
    {.name = "csv",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the samples as CSV; - is standard output, in place of the text",
     .offset = offsetof(struct mf__compare_outputs, csv)},
    {0},
};

#define N_PLACES (2 + MF__FORM_OUTPUTS + MF__KEEP_PLACES)

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

int mf__compare_outputs_check(const struct mf__compare_outputs *outputs,
                              const struct mf__places *read, mf_error *error)
{
    struct mf__buffer room = {0};
    struct mf__place written[N_PLACES] = {{"--json", outputs->json}, {"--csv", outputs->csv}};
    mf__form_places(&outputs->forms, written + 2);
    mf__keep_places(outputs->journal, &room, written + 2 + MF__FORM_OUTPUTS);
    int code = mf__buffer_check(&room, error);
    if (code == 0)
        code = mf__forms_check(&outputs->forms, error);
    if (code == 0)
        code = mf__places_check(&(struct mf__places){written, N_PLACES}, read, error);
    if (code == 0)
        code = mf__keep_check(outputs->journal, error);
    mf__buffer_done(&room);
    return code;
}

static const char *reason_of(int status)
{
    switch (status) {
    case MF__EXIT_DONE:
        return "done";
    case MF__EXIT_NO:
        return "answers differ";
    case MF__EXIT_NOISY:
        return "too noisy to conclude";
    case MF__EXIT_FAILED:
        return "failed";
    default:
        return "interrupted";
    }
}

static int write_file(const char *path, const char *option, const struct mf__buffer *text,
                      mf_error *error)
{
    int code = mf__buffer_check(text, error);
    if (code == 0)
        code = mf__output_write(path, mf__buffer_text(text), text->length, error);
    return code == 0 ? 0 : mf__fail_within(error, code, "%s", option);
}

static bool takes_stdout(const struct mf__compare_outputs *outputs)
{
    return is_stdout(outputs->json) || is_stdout(outputs->csv) ||
           mf__forms_take_stdout(&outputs->forms);
}

static int keep(const struct mf__compare_told *told, const struct mf__buffer *json)
{
    const struct mf__keeping keeping = {.journal = told->outputs->journal,
                                        .quiet = told->common->quiet || told->step != NULL,
                                        .takes_stdout = takes_stdout(told->outputs)};
    return mf__keep(&keeping, json);
}

/* JSON, and what is made of it. */
static int write_json(const struct mf__comparison *comparison, const struct mf__compare_told *told,
                      const struct mf__compare_about *about)
{
    const struct mf__compare_outputs *outputs = told->outputs;
    struct mf__buffer text = {0};
    mf_error error;
    if (outputs->json == NULL && outputs->journal == NULL && !mf__forms_asked(&outputs->forms))
        return MF__EXIT_DONE;
    int code = mf__compare_json(comparison, about, &text, &error);
    int status = code == 0 ? mf__result_write(&text, outputs->json, &outputs->forms, told->common)
                           : mf__tell(&error);
    int kept = code == 0 ? keep(told, &text) : MF__EXIT_DONE;
    mf__buffer_done(&text);
    return kept != MF__EXIT_DONE ? kept : status;
}

static int write_csv(const struct mf__comparison *comparison, const char *path, mf_error *error)
{
    struct mf__buffer text = {0};
    mf__compare_csv(comparison, &text);
    int code = write_file(path, "--csv", &text, error);
    mf__buffer_done(&text);
    return code;
}

static int print_text(const struct mf__comparison *comparison, const char *what,
                      const struct mf__common *common)
{
    struct mf__buffer text = {0};
    const struct mf__style style = {
        .width = mf__columns(), .colour = mf__wants_colour(common), .ascii = mf__wants_ascii()};
    for (size_t i = 0; common->quiet && i < comparison->n_sentences; i++) {
        mf__say(&style, comparison->sentences[i].text, &text);
        mf__buffer_put(&text, "\n");
    }
    if (!common->quiet)
        mf__compare_text(comparison, what, &style, &text);
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int hand_over(const struct mf__comparison *comparison, const struct mf__compare_about *about,
                     const struct mf__compare_told *told)
{
    struct mf__step *step = told->step;
    mf_error error;
    mf__compare_csv(comparison, &step->csv);
    int code = mf__compare_json(comparison, about, &step->json, &error);
    if (code == 0)
        code = mf__buffer_check(&step->csv, &error);
    return code == 0 ? keep(told, &step->json) : mf__tell(&error);
}

int mf__compare_write(const struct mf__comparison *comparison, const struct mf__compare_told *told,
                      int status)
{
    const struct mf__compare_outputs *outputs = told->outputs;
    const char *what = mf__buffer_text(&told->compared->what);
    char created[MF__TIMESTAMP];
    mf_error error;
    mf__timestamp(created);
    const struct mf__compare_about about = {.what = what,
                                            .args = told->line->words,
                                            .n_args = told->line->n,
                                            .created = created[0] != '\0' ? created : NULL,
                                            .settings = told->compared->settings,
                                            .n_settings = told->compared->n_settings,
                                            .exit_status = status,
                                            .exit_reason = reason_of(status)};
    int written = MF__EXIT_DONE;
    if (told->step != NULL)
        return hand_over(comparison, &about, told);
    /* Each output is tried even where another one failed: measuring took its time. */
    if (!takes_stdout(outputs))
        written = print_text(comparison, what, told->common);
    int made = write_json(comparison, told, &about);
    written = made != MF__EXIT_DONE ? made : written;
    if (outputs->csv != NULL && write_csv(comparison, outputs->csv, &error) != 0)
        written = mf__tell(&error);
    else
        mf__say_wrote(told->common, outputs->csv);
    return written;
}
