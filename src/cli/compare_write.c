/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/compare_write.h"

#include "base/output.h"
#include "base/status.h"
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

int mf__compare_outputs_check(const struct mf__compare_outputs *outputs,
                              const struct mf__places *read, mf_error *error)
{
    const struct mf__place written[] = {{"--json", outputs->json}, {"--csv", outputs->csv}};
    return mf__places_check(&(struct mf__places){written, 2}, read, error);
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

int mf__compare_write(const struct mf__comparison *comparison, const struct mf__compare_told *told,
                      int status)
{
    const struct mf__compare_outputs *outputs = told->outputs;
    const char *what = mf__buffer_text(&told->compared->what);
    char created[TIMESTAMP];
    mf_error error;
    write_timestamp(created);
    const struct mf__compare_about about = {.what = what,
                                            .args = told->line->words,
                                            .n_args = told->line->n,
                                            .created = created[0] != '\0' ? created : NULL,
                                            .settings = told->compared->settings,
                                            .n_settings = told->compared->n_settings,
                                            .exit_status = status,
                                            .exit_reason = reason_of(status)};
    int written = MF__EXIT_DONE;
    /* Each output is tried even where another one failed: measuring took its time. */
    if (!is_stdout(outputs->json) && !is_stdout(outputs->csv))
        written = print_text(comparison, what, told->common);
    if (outputs->json != NULL && write_json(comparison, outputs->json, &about, &error) != 0)
        written = mf__tell(&error);
    if (outputs->csv != NULL && write_csv(comparison, outputs->csv, &error) != 0)
        written = mf__tell(&error);
    return written;
}
