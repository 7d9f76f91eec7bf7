/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_write.h"

#include "base/output.h"
#include "base/status.h"
#include "cli/places.h"
#include "jobs/sum.h"
#include "report/compare_csv.h"
#include "report/compare_json.h"
#include "report/compare_text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

int mf__compare_outputs_check(const struct mf__compare_outputs *outputs, mf_error *error)
{
    const struct mf__place written[] = {{"--json", outputs->json}, {"--csv", outputs->csv}};
    return mf__places_check(&(struct mf__places){written, 2}, &(struct mf__places){0}, error);
}

static void say_what(const struct mf__comparison *comparison, struct mf__buffer *what)
{
    const struct mf__job *job = &comparison->request.job;
    const struct mf__sum_config *config = job->config;
    mf__buffer_print(what, "%s of %s..%s", job->kind->name, mf__show_count(config->from, ',').text,
                     mf__show_count(config->from + job->size - 1, ',').text);
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

#define TIMESTAMP 32

/* The wall clock, or SOURCE_DATE_EPOCH where somebody wants the same bytes again. */
static void write_timestamp(char text[TIMESTAMP])
{
    const struct mf__limits limits = {"SOURCE_DATE_EPOCH", 0, INT64_MAX / 4};
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t told = 0;
    struct tm parts;
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    time_t seconds = now.tv_sec;
    if (epoch != NULL && mf__parse_count(epoch, &limits, &told, NULL) == 0)
        seconds = (time_t)told;
    if (gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, TIMESTAMP, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        text[0] = '\0';
}

static int write_file(const char *path, const char *option, const struct mf__buffer *text,
                      mf_error *error)
{
    int code = mf__buffer_check(text, error);
    if (code == 0)
        code = mf__output_write(path, mf__buffer_text(text), text->length, error);
    return code == 0 ? 0 : mf__fail_within(error, code, "%s", option);
}

static int write_json(const struct mf__comparison *comparison, const char *path,
                      const struct mf__compare_about *about, mf_error *error)
{
    struct mf__buffer text = {0};
    int code = mf__compare_json(comparison, about, &text, error);
    if (code == 0)
        code = write_file(path, "--json", &text, error);
    mf__buffer_done(&text);
    return code;
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

int mf__compare_write(const struct mf__comparison *comparison,
                      const struct mf__compare_outputs *outputs, const struct mf__common *common,
                      const struct mf__command_line *line, int status)
{
    struct mf__buffer what = {0};
    char created[TIMESTAMP];
    mf_error error;
    say_what(comparison, &what);
    write_timestamp(created);
    const struct mf__sum_config *config = comparison->request.job.config;
    const struct mf__shown from = mf__show_count(config->from, 0);
    const struct mf__job_setting settings[] = {{"from", from.text},
                                               {"kernel", config->kernel->name}};
    const struct mf__compare_about about = {.what = mf__buffer_text(&what),
                                            .args = line->words,
                                            .n_args = line->n,
                                            .created = created[0] != '\0' ? created : NULL,
                                            .settings = settings,
                                            .n_settings = sizeof settings / sizeof settings[0],
                                            .exit_status = status,
                                            .exit_reason = reason_of(status)};
    int written = MF__EXIT_DONE;
    /* Each output is tried even where another one failed: measuring took its time. */
    if (!is_stdout(outputs->json) && !is_stdout(outputs->csv))
        written = print_text(comparison, mf__buffer_text(&what), common);
    if (outputs->json != NULL && write_json(comparison, outputs->json, &about, &error) != 0)
        written = mf__tell(&error);
    if (outputs->csv != NULL && write_csv(comparison, outputs->csv, &error) != 0)
        written = mf__tell(&error);
    mf__buffer_done(&what);
    return written;
}
