/* SPDX-License-Identifier: Apache-2.0 */
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/places.h"
#include "report/runs.h"

#include <string.h>

struct settings {
    struct mf__common common;
    const char *json;
};

static const struct mf__option options[] = {
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the studies as JSON, of one study with all results; - is standard output, in "
             "place of the text",
     .offset = offsetof(struct settings, json)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Outputs", options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "FILE.db",
     .help = "a journal that manyfold tune has written",
     .kind = MF__FILE,
     .min = 1,
     .max = 1},
    {.name = "STUDY", .help = "the number of one study", .kind = MF__TEXT, .max = 1},
    {0},
};

static const char *const synopsis[] = {"FILE.db [STUDY] [OPTION]...", NULL};

static const char *const description[] = {
    "Lists the studies that a journal holds: when each was begun, what it is and of which table, "
    "whether it is done, stopped or open, how many of its trials are finished, and the first "
    "letters of the digest of its data. With the number of a study, shows its settings, what is "
    "noted beside them, and its best trials.",
    "A journal can be read while a search writes it; who that is is shown then. A study that is "
    "open though nobody writes was ended from outside: the command that began it goes on with it.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold runs search.db", "all studies"},
    {"manyfold runs search.db 2", "the second study, with its ten best trials"},
    {"manyfold runs search.db 2 --json -", "all of its results, for other programs"},
    {0},
};

static const char *const see_also[] = {"manyfold-tune(1)", NULL};

const struct mf__verb mf__runs_verb = {
    .name = "runs",
    .command = "manyfold runs",
    .summary = "list the studies that a journal holds",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* ---- running ---- */

static int show(const struct settings *settings, const struct mf__runs *runs)
{
    struct mf__buffer text = {0};
    const struct mf__style style = {.width = mf__columns(),
                                    .colour = mf__wants_colour(&settings->common),
                                    .ascii = mf__wants_ascii()};
    int status = MF__EXIT_DONE;
    mf_error error;
    if (settings->json == NULL || strcmp(settings->json, "-") != 0)
        status =
            mf__runs_text(runs, &style, &text, &error) == 0 ? mf__print(&text) : mf__tell(&error);
    mf__buffer_done(&text);
    return status;
}

static int write_json(const struct settings *settings, const struct mf__runs *runs)
{
    struct mf__buffer text = {0};
    mf_error error;
    int code = mf__runs_json(runs, &text, &error);
    if (code == 0) {
        code = mf__output_write(settings->json, mf__buffer_text(&text), text.length, &error);
        if (code != 0)
            mf__fail_within(&error, code, "--json");
    }
    mf__buffer_done(&text);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

static int run(const struct settings *settings, struct mf__runs *runs)
{
    mf_error error;
    if (mf__journal_read(runs->path, &runs->journal, &error) != 0)
        return mf__tell(&error);
    int status = show(settings, runs);
    /* The file is written also when the page has found no reader. */
    if (settings->json != NULL && (status == MF__EXIT_DONE || status == MF__EXIT_OUTPUT)) {
        int written = write_json(settings, runs);
        status = written != MF__EXIT_DONE ? written : status;
    }
    mf__journal_close(&runs->journal, NULL);
    return status;
}

static int check(const struct settings *settings, const struct mf__arguments *arguments,
                 struct mf__runs *runs, mf_error *error)
{
    static const struct mf__limits limits = {"STUDY", 1, INT64_MAX};
    const struct mf__place written[] = {{"--json", settings->json}};
    const struct mf__place read[] = {{"the journal", runs->path}};
    if (arguments->n > 1) {
        int code = mf__parse_count(arguments->values[1], &limits, &runs->study, error);
        if (code != 0)
            return code;
    }
    return mf__places_check(&(struct mf__places){written, 1}, &(struct mf__places){read, 1}, error);
}

int mf__runs_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    int status = 0;
    mf_error error;
    if (!mf__begin(&mf__runs_verb, arguments, &settings, &settings.common, &status))
        return status;
    struct mf__runs runs = {.path = arguments->values[0]};
    if (check(&settings, arguments, &runs, &error) != 0)
        return mf__tell(&error);
    return run(&settings, &runs);
}
