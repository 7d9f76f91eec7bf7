/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/output.h"
#include "base/shell.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/documents.h"
#include "cli/places.h"
#include "journal/runs.h"
#include "report/runs.h"

#include <stdio.h>
#include <string.h>

#define WAIT_NS MF__NS_PER_S /* for another process that is about to end */

struct settings {
    struct mf__common common;
    const char *json;
    bool untag;
};

static const struct mf__option options[] = {
    {.name = "json",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "for list and show: write what is shown as JSON, of a search with all results; - is "
             "standard output, in place of the text",
     .offset = offsetof(struct settings, json)},
    {.name = "untag",
     .kind = MF__FLAG,
     .help = "for tag: take the tag away",
     .offset = offsetof(struct settings, untag)},
    {0},
};

static const struct mf__option_group groups[] = {
    {"What to do", options, 0},
    {"Common options", mf__common_options, offsetof(struct settings, common)},
    {0},
};

static const char *const actions[] = {"list", "show", "tag", "delete", NULL};

static const struct mf__positional positional[] = {
    {.name = "ACTION",
     .help = "what to do: list all runs, show one, give one a tag, delete some",
     .kind = MF__CHOICE,
     .choices = actions,
     .min = 1,
     .max = 1},
    {.name = "FILE.db",
     .help = "a journal, as --journal of tune, train and compare writes it, or results/lab.db of "
             "lab; FILE.db:RUN names a run of it, too",
     .kind = MF__FILE,
     .max = 1},
    {.name = "RUN",
     .help = "the number of a run, or its tag; for tag the word comes behind it",
     .kind = MF__TEXT,
     .max = MF__KEPT_ARGUMENTS},
    {0},
};

static const char *const synopsis[] = {
    "list FILE.db [--json FILE]", "show FILE.db RUN [--json FILE]", "tag FILE.db RUN WORD|--untag",
    "delete FILE.db RUN...", NULL}; /* in the order of actions */

static const char *const description[] = {
    "A journal keeps runs: results of compare, train and tune, each with a number and, if you "
    "like, a tag. list shows them all: when each was begun, what it was, and of a search whether "
    "it is done, stopped or open, how many of its trials are finished, and the first letters of "
    "the digest of its data.",
    "show tells one in full, of a search with its settings, what is noted beside them, and its "
    "best trials. manyfold report FILE.db:RUN makes a report of it.",
    "A search has its number from its beginning; its result is kept under the same number when it "
    "ends. One that is open though nobody writes was ended from outside: the command that began it "
    "goes on with it. A journal can be read while a search writes it; who that is is shown then.",
    "A tag is a word that no other run of the journal has, and can be given wherever a number can. "
    "delete removes runs for good, of a search also the trials that no other search needs, and "
    "says what it removed; the file keeps its size and reuses the room. Numbers are not given "
    "again.",
    NULL,
};

static const struct mf__pair examples[] = {
    {"manyfold runs list search.db", "all runs"},
    {"manyfold runs show search.db 2", "the second one; of a search the ten best trials"},
    {"manyfold runs show search.db:2", "the same, as report and diff take it"},
    {"manyfold runs show search.db 2 --json -", "all results of a search, for other programs"},
    {"manyfold runs tag search.db 2 before", "from now on search.db:before is that run"},
    {"manyfold runs delete search.db 1 3", "two runs are removed"},
    {0},
};

static const char *const see_also[] = {"manyfold-report(1)", "manyfold-tune(1)",
                                       "manyfold-compare(1)", "manyfold-journal(5)", NULL};

const struct mf__verb mf__runs_verb = {
    .name = "runs",
    .command = "manyfold runs",
    .summary = "list, show, tag and delete the runs that a journal keeps",
    .synopsis = synopsis,
    .description = description,
    .positional = positional,
    .groups = groups,
    .examples = examples,
    .exits = mf__exits,
    .see_also = see_also,
};

/* What was asked for. */
struct asked {
    const struct settings *settings;
    const char *path;
    char *const *names; /* of runs; for tag the word is the last of them */
    size_t n;
};

/* ---- list and show ---- */

static int print_page(const struct settings *settings, const struct mf__runs *runs)
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
        else
            mf__say_wrote(&settings->common, settings->json);
    }
    mf__buffer_done(&text);
    return code == 0 ? MF__EXIT_DONE : mf__tell(&error);
}

static int show_it(const struct settings *settings, const struct mf__runs *runs)
{
    int status = print_page(settings, runs);
    /* The file is written also when the page has found no reader. */
    if (settings->json != NULL && (status == MF__EXIT_DONE || status == MF__EXIT_OUTPUT)) {
        int written = write_json(settings, runs);
        status = written != MF__EXIT_DONE ? written : status;
    }
    return status;
}

/* The run is the one that is named, or all are. */
static int run_show(const struct asked *asked)
{
    struct mf__runs runs = {.path = asked->path};
    const struct mf__place written[] = {{"--json", asked->settings->json}};
    const struct mf__place read[] = {{"the journal", asked->path}};
    mf_error error;
    int code =
        mf__places_check(&(struct mf__places){written, 1}, &(struct mf__places){read, 1}, &error);
    if (code == 0)
        code = mf__journal_read(asked->path, &runs.journal, &error);
    if (code == 0 && asked->n > 0)
        code = mf__journal_find_run(runs.journal, asked->names[0], &runs.run, &error);
    int status = code == 0 ? show_it(asked->settings, &runs) : mf__tell(&error);
    mf__journal_close(&runs.journal, NULL);
    return status;
}

/* ---- tag and delete ---- */

/* The journal to write to, which is there, and the number of each run. */
static int open_for(const struct asked *asked, size_t n, struct mf__journal **ret_journal,
                    int64_t *ret_numbers, mf_error *error)
{
    struct mf__journal *journal = NULL;
    int code = mf__journal_read(asked->path, &journal, error);
    mf__journal_close(&journal, NULL);
    if (code == 0)
        code = mf__journal_open(asked->path, WAIT_NS, ret_journal, error);
    for (size_t i = 0; code == 0 && i < n; i++)
        code = mf__journal_find_run(*ret_journal, asked->names[i], &ret_numbers[i], error);
    return code;
}

/* Says what was done, once it cannot be lost. */
static int end(const struct asked *asked, int code, const struct mf__buffer *said,
               const mf_error *error)
{
    if (code != 0)
        return mf__tell(error);
    return asked->settings->common.quiet ? MF__EXIT_DONE : mf__print(said);
}

/* The tag that a run has had so far. */
struct tagged {
    int64_t number;
    char tag[MF__TAG_BYTES + 1]; /* empty: none */
};

static int note_tag(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct tagged *tagged = user;
    (void)error;
    if (run->number == tagged->number)
        snprintf(tagged->tag, sizeof tagged->tag, "%s", run->tag != NULL ? run->tag : "");
    return 0;
}

/* A tag that was there is named, as whoever has lost it may want it back. */
static void say_tagged(const struct tagged *before, const char *tag, struct mf__buffer *out)
{
    const struct mf__style style = {.ascii = mf__wants_ascii()};
    struct mf__buffer text = {0};
    bool had_one = before->tag[0] != '\0';
    if (tag == NULL && had_one)
        mf__buffer_print(&text, "run %lld no longer has the tag %s", (long long)before->number,
                         before->tag);
    else if (tag == NULL)
        mf__buffer_print(&text, "run %lld had no tag", (long long)before->number);
    else
        mf__buffer_print(&text, "run %lld has the tag %s", (long long)before->number, tag);
    if (tag != NULL && had_one && strcmp(before->tag, tag) != 0)
        mf__buffer_print(&text, " in place of %s", before->tag);
    mf__say(&style, mf__buffer_text(&text), out);
    mf__buffer_put(out, "\n");
    out->failed = out->failed || text.failed;
    mf__buffer_done(&text);
}

static int run_tag(const struct asked *asked)
{
    const char *tag = asked->settings->untag ? NULL : asked->names[1];
    struct mf__journal *journal = NULL;
    struct mf__buffer said = {0};
    struct tagged before = {0};
    mf_error error;
    int code = open_for(asked, 1, &journal, &before.number, &error);
    if (code == 0)
        code = mf__journal_runs(journal, note_tag, &before, &error);
    if (code == 0)
        code = mf__journal_tag(journal, before.number, tag, &error);
    mf__journal_close(&journal, NULL); /* nothing waits in it */
    say_tagged(&before, tag, &said);
    int status = end(asked, code, &said, &error);
    mf__buffer_done(&said);
    return status;
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void say_deleted(const int64_t *numbers, size_t n, const struct mf__deleted *deleted,
                        struct mf__buffer *out)
{
    mf__buffer_print(out, "deleted run%s", plural(n));
    for (size_t i = 0; i < n; i++)
        mf__buffer_print(out, "%s %lld", i > 0 ? "," : "", (long long)numbers[i]);
    if (deleted->n_studies > 0)
        mf__buffer_print(out, "; with %s went %s result%s of trials that no other search needs",
                         n == 1 ? "it" : "them", mf__show_count(deleted->n_results, ',').text,
                         plural(deleted->n_results));
    mf__buffer_put(out, "\n");
}

/* A run that is named twice is deleted once. */
static size_t leave_out_repeated(int64_t *numbers, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < kept && numbers[k] != numbers[i])
            k++;
        if (k == kept)
            numbers[kept++] = numbers[i];
    }
    return kept;
}

static int run_delete(const struct asked *asked)
{
    struct mf__journal *journal = NULL;
    struct mf__buffer said = {0};
    struct mf__deleted deleted = {0};
    int64_t numbers[MF__KEPT_ARGUMENTS];
    size_t n = 0;
    mf_error error;
    int code = open_for(asked, asked->n, &journal, numbers, &error);
    if (code == 0) {
        n = leave_out_repeated(numbers, asked->n);
        code = mf__journal_delete(journal, numbers, n, &deleted, &error);
    }
    mf__journal_close(&journal, NULL); /* nothing waits in it */
    say_deleted(numbers, n, &deleted, &said);
    int status = end(asked, code, &said, &error);
    mf__buffer_done(&said);
    return status;
}

/* ---- which of them ---- */

/* What each action takes. */
static const struct action {
    int (*run)(const struct asked *asked);
    size_t min; /* words behind the journal */
    size_t max;
    bool json;
} table[] = {
    {run_show, 0, 0, true}, /* list */
    {run_show, 1, 1, true},
    {run_tag, 1, 2, false},
    {run_delete, 1, MF__KEPT_ARGUMENTS, false},
};

static int refuse(const struct asked *asked, size_t action, mf_error *error)
{
    const struct action *takes = &table[action];
    const char *usage = synopsis[action];
    struct mf__buffer file = {0};
    if (asked->n > takes->max)
        return mf__fail(error, MF_E_INPUT, "%s is one argument too many%s; usage: manyfold runs %s",
                        mf__quote(asked->names[takes->max]).text,
                        takes->max == 0 ? ", as all runs are listed; to see one take show" : "",
                        usage);
    mf__shell_word(asked->path, true, &file);
    int code =
        mf__fail(error, MF_E_INPUT,
                 "a run is missing; usage: manyfold runs %s (\"manyfold runs list %s\" lists "
                 "them)",
                 usage, mf__buffer_text(&file));
    mf__buffer_done(&file);
    return code;
}

static int check(const struct asked *asked, size_t action, mf_error *error)
{
    const struct settings *settings = asked->settings;
    const struct action *takes = &table[action];
    bool tags = takes->run == run_tag;
    if (settings->json != NULL && !takes->json)
        return mf__fail(error, MF_E_INPUT,
                        "--json: runs %s has nothing to write; list and show have",
                        actions[action]);
    if (settings->untag && !tags)
        return mf__fail(error, MF_E_INPUT, "--untag is for runs tag alone");
    if (asked->n < takes->min || asked->n > takes->max)
        return refuse(asked, action, error);
    if (tags && (asked->n == 2) == settings->untag)
        return mf__fail(error, MF_E_INPUT,
                        "expected either a word or --untag; usage: manyfold runs %s",
                        synopsis[action]);
    return 0;
}

/* A run behind the journal's name and a colon is that run, also where the name is repeated. */
static char *run_in(const struct asked *asked, char *word)
{
    size_t length = strlen(asked->path);
    bool repeats = strncmp(word, asked->path, length) == 0 && word[length] == ':';
    return repeats ? word + length + 1 : word;
}

/* The words behind the action: "FILE.db RUN..." or "FILE.db:RUN ...". */
static int run_words(struct asked *asked, size_t action, const struct mf__arguments *words,
                     mf_error *error)
{
    struct mf__buffer path = {0};
    char *runs[MF__KEPT_ARGUMENTS + 1];
    char *first = words->values[0];
    asked->path = mf__document_file(first, &path);
    asked->names = runs;
    if (mf__document_run(first) != NULL)
        runs[asked->n++] = run_in(asked, first);
    for (size_t i = 1; i < words->n; i++)
        runs[asked->n++] = run_in(asked, words->values[i]);
    int code = mf__buffer_check(&path, error);
    if (code == 0)
        code = check(asked, action, error);
    int status = code == 0 ? table[action].run(asked) : mf__tell(error);
    mf__buffer_done(&path);
    return status;
}

int mf__runs_run(struct mf__arguments *arguments)
{
    struct settings settings = {0};
    int status = 0;
    size_t action = 0;
    mf_error error;
    if (!mf__begin(&mf__runs_verb, arguments, &settings, &settings.common, &status))
        return status;
    while (strcmp(actions[action], arguments->values[0]) != 0)
        action++;
    if (arguments->n < 2) {
        mf__fail(&error, MF_E_INPUT, "FILE.db is missing; usage: manyfold runs %s",
                 synopsis[action]);
        return mf__tell(&error);
    }
    struct asked asked = {.settings = &settings};
    const struct mf__arguments words = {arguments->n - 1, arguments->values + 1};
    return run_words(&asked, action, &words, &error);
}
