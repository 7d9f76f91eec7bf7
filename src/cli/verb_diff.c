/* SPDX-License-Identifier: Apache-2.0 */
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/differing.h"
#include "cli/documents.h"
#include "cli/places.h"

#include <string.h>

struct settings {
    struct mf__common common;
    uint64_t threshold_ppb;
    bool strict;
    const char *json;
};

static const struct mf__option judging[] = {
    {.name = "threshold",
     .kind = MF__SHARE,
     .argument = "SHARE",
     .help = "smaller changes do not count: slower is what takes more than this much longer, for "
             "certain",
     .preset = "5%",
     .offset = offsetof(struct settings, threshold_ppb),
     .max = MF__WHOLE_PPB},
    {.name = "strict",
     .kind = MF__FLAG,
     .help = "end with status 4 when the runs cannot tell whether a series is slower",
     .offset = offsetof(struct settings, strict)},
    {0},
};

static const struct mf__option outputs[] = {
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the differences as JSON; - is standard output, in place of the text",
     .offset = offsetof(struct settings, json)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Judging", judging, 0},
    {"Outputs", outputs, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "OLD", .help = MF__RUN_HELP, .kind = MF__FILE, .min = 1, .max = 1},
    {.name = "NEW", .help = "the same, of a later run", .kind = MF__FILE, .min = 1, .max = 1},
    {0},
};

static const char *const synopsis[] = {"OLD NEW [OPTION]...", NULL};

static const char *const description[] = {
    "Says whether a new run of the same question is slower than an old one: of each series that "
    "both have, the ratio of the times with its 95 % interval. Slower is a series whose whole "
    "interval lies above the threshold, and that is not one of so many that chance explains it. "
    "Where the interval lies on both sides of the threshold, nothing is claimed.",
    "Answers and scores have to be equal to the last bit. Searches and trainings are run once, so "
    "of their times nothing can be told for certain; a comparison of the same job can.",
    "Where all series and the machine's ceilings moved one way and about as far, it was hardly the "
    "program: the verdict begins with that. The status stays 1 then, since a gate should not pass "
    "what nobody could measure.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold diff old.json new.json", "is the new run slower?"},
    {"manyfold diff old.json new.json --threshold 2% --strict",
     "a gate: slower by 2 % fails, and so does what is too noisy to say"},
    {"manyfold diff lab.db:1 lab.db:2", "two runs that a journal keeps"},
    {0},
};

static const struct mf__pair exits[] = {
    {"0", "nothing is slower and no answer differs, as far as the runs can tell"},
    {"1", "a series is slower, or an answer or score differs"},
    {"2", "wrong usage, bad input, or results that cannot be compared"},
    {"3", "it failed, as for want of memory"},
    {"4", "with --strict: of some series the runs cannot tell whether it is slower"},
    {"6", "an output could not be written"},
    {"128+N", "ended by signal N; 130 after Ctrl-C"},
    {0},
};

static const char *const see_also[] = {"manyfold-compare(1)", "manyfold-runs(1)",
                                       "manyfold-results(5)", NULL};

const struct mf__verb mf__diff_verb = {
    .name = "diff",
    .command = "manyfold diff",
    .summary = "whether a new run is slower than an old one",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = exits,
    .see_also = see_also,
    .misplaced = "a run of a journal is named FILE.db:RUN",
};

/* ---- running ---- */

static int exit_of(const struct settings *settings, const struct mf__diff *diff)
{
    bool unsure = mf__diff_count(diff, MF__CHANGE_UNKNOWN) > 0 ||
                  mf__diff_count(diff, MF__CHANGE_BY_CHANCE) > 0;
    if (mf__diff_count(diff, MF__CHANGE_SLOWER) > 0 || mf__diff_count_different(diff) > 0)
        return MF__EXIT_NO;
    return settings->strict && unsure ? MF__EXIT_NOISY : MF__EXIT_DONE;
}

static int show(const struct settings *settings, const struct mf__diff *diff)
{
    struct mf__buffer text = {0};
    const struct mf__style style = {.width = mf__columns(),
                                    .colour = mf__wants_colour(&settings->common),
                                    .ascii = mf__wants_ascii()};
    if (settings->json != NULL && strcmp(settings->json, "-") == 0)
        return MF__EXIT_DONE;
    if (settings->common.quiet) {
        struct mf__buffer verdict = {0};
        const struct mf__style plain = {.ascii = style.ascii};
        mf__diff_verdict(diff, &verdict);
        mf__say(&plain, mf__buffer_text(&verdict), &text);
        mf__buffer_put(&text, "\n");
        text.failed = text.failed || verdict.failed;
        mf__buffer_done(&verdict);
    } else {
        mf__diff_text(diff, &style, &text);
    }
    int status = mf__print(&text);
    mf__buffer_done(&text);
    return status;
}

static int write_json(const struct settings *settings, const struct mf__diff *diff)
{
    struct mf__buffer text = {0};
    mf_error error;
    int code = settings->json != NULL ? mf__diff_json(diff, &text, &error) : 0;
    if (code == 0 && settings->json != NULL) {
        code = mf__output_write(settings->json, mf__buffer_text(&text), text.length, &error);
        if (code != 0)
            mf__fail_within(&error, code, "--json");
        else
            mf__say_wrote(&settings->common, settings->json);
    }
    mf__buffer_done(&text);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

/* An output that was not written counts for more than what was found. */
static int report(const struct settings *settings, const struct mf__command_line *line,
                  struct mf__diff *diff)
{
    diff->args = line->words;
    diff->n_args = line->n;
    diff->exit_status = exit_of(settings, diff);
    int shown = show(settings, diff);
    int written = write_json(settings, diff);
    if (shown != MF__EXIT_DONE)
        return shown;
    return written != MF__EXIT_DONE ? written : diff->exit_status;
}

static int check_places(const struct settings *settings, char *const *files, mf_error *error)
{
    struct mf__buffer rooms[2] = {{0}, {0}};
    const struct mf__place written[] = {{"--json", settings->json}};
    const struct mf__place read[] = {{"the old result", mf__document_file(files[0], &rooms[0])}};
    const struct mf__place also[] = {{"the new result", mf__document_file(files[1], &rooms[1])}};
    int code = 0;
    /* Both may be in one journal, or even be the same run; only - can be read once. */
    if (strcmp(files[0], "-") == 0 && strcmp(files[1], "-") == 0)
        code = mf__fail(error, MF_E_INPUT, "standard input can be read once only; give one file");
    if (code == 0)
        code = mf__places_check(&(struct mf__places){written, 1}, &(struct mf__places){read, 1},
                                error);
    if (code == 0)
        code = mf__places_check(&(struct mf__places){written, 1}, &(struct mf__places){also, 1},
                                error);
    mf__buffer_done(&rooms[0]);
    mf__buffer_done(&rooms[1]);
    return code;
}

static int run(const struct settings *settings, const struct mf__command_line *line,
               const struct mf__document *documents)
{
    struct mf__diff diff = {.threshold = (double)settings->threshold_ppb / (double)MF__WHOLE_PPB};
    mf_error error;
    int code = mf__diff_documents(&documents[0], &documents[1], &diff, &error);
    int status = code == 0 ? report(settings, line, &diff) : mf__tell(&error);
    mf__diff_done(&diff);
    return status;
}

int mf__diff_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    struct mf__command_line line;
    struct mf__document documents[2] = {0};
    int status = 0;
    mf_error error;
    mf__command_line_keep(&line, "diff", arguments);
    if (!mf__begin(&mf__diff_verb, arguments, &settings, &settings.common, &status))
        return status;
    int code = check_places(&settings, arguments->values, &error);
    for (size_t i = 0; i < 2 && code == 0; i++)
        code = mf__document_open(arguments->values[i], &documents[i], &error);
    if (code == 0)
        mf__documents_remark(documents, 2, &settings.common);
    status = code == 0 ? run(&settings, &line, documents) : mf__tell(&error);
    mf__document_done(&documents[0]);
    mf__document_done(&documents[1]);
    return status;
}
