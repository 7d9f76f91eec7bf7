/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/documents.h"
#include "cli/form_options.h"
#include "forms/forms.h"

#include <string.h>

#define MOST_RUNS 64

struct settings {
    struct mf__common common;
    struct mf__form_outputs forms;
    const char *json;
};

static const struct mf__option json_options[] = {
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "write the result itself, as it was kept; of one run; - is standard output",
     .offset = offsetof(struct settings, json)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"Forms of the report", mf__form_options, offsetof(struct settings, forms)},
    {"Forms of the report", json_options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const struct mf__positional positional[] = {
    {.name = "RUN", .help = MF__RUN_HELP, .kind = MF__FILE, .min = 1, .max = MOST_RUNS},
    {0},
};

static const char *const synopsis[] = {"RUN... [--html FILE] [--notebook FILE] [OPTION]...", NULL};

static const char *const description[] = {
    "Tells what results say: first the answers in a sentence each, then the charts, tables and "
    "formulae behind them, with the numbers of these runs and the commands that made them. Several "
    "runs become one report, in their order.",
    "Without an option the report is text, for a terminal. --html makes one page that opens "
    "without a network, --notebook a Jupyter notebook, --markdown tables for a README. All forms "
    "say the same, and nothing is measured or computed anew.",
    "A RUN is a file that compare, train, tune or lab have written with --json, a page that was "
    "made with --html of one result, which is inside it, or a run that one of them has kept with "
    "--journal, by its number or its tag. A file that is there is meant, even if its name has a "
    "colon.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold report result.json", "what a comparison says, as text"},
    {"manyfold report search.db:3 --html report.html", "a page with charts of a run that was kept"},
    {"manyfold report lab.db:before lab.db:after --notebook both.ipynb",
     "two runs that have tags, as a notebook"},
    {"manyfold compare sum 1e9 --json - | manyfold report - --markdown table.md",
     "a result that is nowhere kept"},
    {0},
};

static const char *const see_also[] = {"manyfold-runs(1)",
                                       "manyfold-compare(1)",
                                       "manyfold-tune(1)",
                                       "manyfold-lab(1)",
                                       "manyfold-results(5)",
                                       "manyfold-journal(5)",
                                       NULL};

const struct mf__verb mf__report_verb = {
    .name = "report",
    .command = "manyfold report",
    .summary = "make a report of results: text, a page with charts, a notebook, Markdown",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* What is reported on. */
struct run {
    const struct settings *settings;
    char *const *names;
    size_t n;
    struct mf__document *documents;
    struct mf__buffer text; /* of the first, as it was written */
};

/* ---- before anything is read ---- */

/* No output may take the place of a file or a journal that is read. */
static int check_places(const struct run *run, mf_error *error)
{
    struct mf__place written[1 + MF__FORM_OUTPUTS] = {{"--json", run->settings->json}};
    struct mf__place read[MOST_RUNS];
    struct mf__buffer rooms[MOST_RUNS] = {{0}};
    mf__form_places(&run->settings->forms, written + 1);
    int code = 0;
    for (size_t i = 0; i < run->n; i++) {
        read[i] = (struct mf__place){"a result", mf__document_file(run->names[i], &rooms[i])};
        if (rooms[i].failed)
            code = mf__buffer_check(&rooms[i], error);
    }
    if (code == 0)
        code = mf__places_check(&(struct mf__places){written, 1 + MF__FORM_OUTPUTS},
                                &(struct mf__places){read, run->n}, error);
    for (size_t i = 0; i < run->n; i++)
        mf__buffer_done(&rooms[i]);
    return code;
}

static int check(const struct run *run, mf_error *error)
{
    if (run->settings->json != NULL && run->n > 1)
        return mf__fail(error, MF_E_INPUT,
                        "--json writes one result, and %zu runs are named; name one of them",
                        run->n);
    int code = mf__forms_check(&run->settings->forms, error);
    return code == 0 ? check_places(run, error) : code;
}

static int read_all(struct run *run, mf_error *error)
{
    int code = 0;
    run->documents = mf__new(run->n, sizeof *run->documents);
    if (run->documents == NULL)
        return mf__fail_memory(error, run->n * sizeof *run->documents, "the results");
    for (size_t i = 0; code == 0 && i < run->n; i++)
        code = i == 0 ? mf__document_load(run->names[i], &run->text, &run->documents[i], error)
                      : mf__document_open(run->names[i], &run->documents[i], error);
    return code;
}

/* ---- the report ---- */

static int print_text(const struct run *run)
{
    const struct mf__common *common = &run->settings->common;
    const struct mf__style style = {
        .width = mf__columns(), .colour = mf__wants_colour(common), .ascii = mf__wants_ascii()};
    struct mf__story story = {0};
    struct mf__buffer text = {0};
    mf_error error;
    int code = mf__story_tell(run->documents, run->n, &story, &error);
    if (code == 0)
        code = mf__form_text(&story, &style, &text, &error);
    int status = code == 0 ? mf__print(&text) : mf__tell(&error);
    mf__buffer_done(&text);
    mf__story_done(&story);
    return status;
}

/* The terminal's form is what nobody asked another for. */
static int write_all(const struct run *run)
{
    const struct settings *settings = run->settings;
    int status = MF__EXIT_DONE;
    mf_error error;
    if (settings->json == NULL && !mf__forms_asked(&settings->forms))
        return print_text(run);
    if (settings->json != NULL) {
        int code =
            mf__output_write(settings->json, mf__buffer_text(&run->text), run->text.length, &error);
        if (code != 0 && mf__fail_within(&error, code, "--json") != 0)
            status = mf__tell(&error);
        else
            mf__say_wrote(&settings->common, settings->json);
    }
    if (mf__forms_write(run->documents, run->n, &settings->forms, &error) != 0)
        status = mf__tell(&error);
    else
        mf__forms_say_wrote(&settings->forms, &settings->common);
    return status;
}

int mf__report_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    int status = 0;
    mf_error error;
    if (!mf__begin(&mf__report_verb, arguments, &settings, &settings.common, &status))
        return status;
    struct run run = {.settings = &settings, .names = arguments->values, .n = arguments->n};
    int code = check(&run, &error);
    if (code == 0)
        code = read_all(&run, &error);
    if (code == 0)
        mf__documents_remark(run.documents, run.n, &settings.common);
    status = code == 0 ? write_all(&run) : mf__tell(&error);
    for (size_t i = 0; run.documents != NULL && i < run.n; i++)
        mf__document_done(&run.documents[i]);
    mf__free(run.documents);
    mf__buffer_done(&run.text);
    return status;
}
