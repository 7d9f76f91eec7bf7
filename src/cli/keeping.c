/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keeping.h"

#include "base/clock.h"
#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/tuning.h"
#include "journal/runs.h"
#include "story/document.h"

#include <string.h>
#include <unistd.h>

/* For another process that is about to end; when the work is done, for one that keeps a run. */
#define CHECK_WAIT_NS MF__NS_PER_S
#define KEEP_WAIT_NS  (20 * MF__NS_PER_S)

const struct mf__option mf__keep_options[] = {
    {.name = "journal",
     .kind = MF__FILE,
     .argument = "FILE",
     .help = "keep the result as a run in this SQLite file, for manyfold runs and manyfold report",
     .offset = 0},
    {0},
};

void mf__keep_places(const char *journal, struct mf__buffer *room,
                     struct mf__place places[MF__KEEP_PLACES])
{
    mf__buffer_print(room, "%s-journal", journal != NULL ? journal : "");
    places[0] = (struct mf__place){"--journal", journal};
    places[1] = (struct mf__place){"--journal", journal != NULL ? mf__buffer_text(room) : NULL};
}

int mf__keep_check(const char *journal, mf_error *error)
{
    struct mf__journal *opened = NULL;
    if (journal == NULL)
        return 0;
    int code = mf__journal_open(journal, CHECK_WAIT_NS, &opened, error);
    if (code == 0)
        code = mf__journal_close(&opened, error);
    return code == 0 ? 0 : mf__fail_within(error, code, "--journal");
}

/* ---- what is told of a run in lists ---- */

/* As it was typed. */
static void put_command(const struct mf__document *document, struct mf__buffer *out)
{
    struct mf__command_line line = {0};
    const json_t *words = mf__look(document->root, "command_line");
    for (size_t i = 0; i < json_array_size(words) && line.n < MF__KEPT_ARGUMENTS; i++)
        line.words[line.n++] = json_string_value(json_array_get(words, i));
    mf__shell_words(&line, mf__wants_ascii(), out);
}

/* What it was made of, in short. */
static void put_subject(const struct mf__document *document, struct mf__buffer *out)
{
    const char *what = mf__look_text(document->root, "what");
    const char *target = mf__look_text(document->root, "target");
    const char *path = mf__look_text(document->root, "table.name");
    const char *slash = strrchr(path, '/');
    const char *table = slash != NULL ? slash + 1 : path;
    if (document->kind == MF__DOCUMENT_TRAIN)
        mf__buffer_print(out, "%s of %s", target, table);
    else if (document->kind == MF__DOCUMENT_LAB)
        mf__buffer_put(out, "the whole lab");
    else
        mf__buffer_put(out, what[0] != '\0' ? what : table);
}

static int keep_document(struct mf__journal *journal, const struct mf__document *document,
                         struct mf__new_run *run, int64_t *ret_number, mf_error *error)
{
    struct mf__buffer title = {0};
    struct mf__buffer command = {0};
    char now[MF__TIMESTAMP];
    const char *created = mf__look_text(document->root, "created");
    mf__timestamp(now);
    put_subject(document, &title);
    put_command(document, &command);
    int code = mf__buffer_check(&title, error);
    if (code == 0)
        code = mf__buffer_check(&command, error);
    run->created = created[0] != '\0' ? created : now;
    run->kind = mf__document_kind_name(document->kind);
    run->title = mf__buffer_text(&title);
    run->command = mf__buffer_text(&command);
    if (code == 0)
        code = mf__journal_keep(journal, run, ret_number, error);
    mf__buffer_done(&title);
    mf__buffer_done(&command);
    return code;
}

int mf__keep_run(const char *journal, const struct mf__buffer *json, int64_t study,
                 int64_t *ret_number, mf_error *error)
{
    struct mf__document document = {0};
    struct mf__journal *opened = NULL;
    struct mf__new_run run = {
        .document = mf__buffer_text(json), .length = json->length, .study = study};
    int code = mf__document_parse(run.document, run.length, "the result", &document, error);
    if (code == 0)
        code = mf__journal_open(journal, KEEP_WAIT_NS, &opened, error);
    if (code == 0)
        code = keep_document(opened, &document, &run, ret_number, error);
    mf__journal_close(&opened, NULL); /* nothing waits in it */
    mf__document_done(&document);
    return code == 0 ? 0 : mf__fail_within(error, code, "--journal");
}

/* ---- for a verb ---- */

static bool write_line(int fd, const char *before, const struct mf__buffer *line)
{
    struct mf__buffer whole = {0};
    mf__buffer_print(&whole, "%s%s", before, mf__buffer_text(line));
    bool written = !whole.failed && !line->failed &&
                   mf__write_all(fd, mf__buffer_text(&whole), whole.length, "a line", NULL) == 0;
    mf__buffer_done(&whole);
    return written;
}

/* Where standard output takes nothing, the page in front of it has failed there and told why; the
 * number is then said on standard error. */
static int tell_kept(const struct mf__keeping *keeping, int64_t number)
{
    struct mf__buffer run = {0};
    struct mf__buffer line = {0};
    mf__buffer_print(&run, "%s:%lld", keeping->journal, (long long)number);
    const struct mf__command_line command = {
        .n = 3, .words = {"manyfold", "report", mf__buffer_text(&run)}};
    mf__buffer_print(&line, "kept as run %lld: ", (long long)number);
    mf__shell_words(&command, mf__wants_ascii(), &line);
    mf__buffer_put(&line, "\n");
    bool said = !keeping->takes_stdout && write_line(STDOUT_FILENO, "\n", &line);
    if (!said)
        write_line(STDERR_FILENO, "manyfold: ", &line);
    mf__buffer_done(&line);
    mf__buffer_done(&run);
    return said || keeping->takes_stdout ? MF__EXIT_DONE : MF__EXIT_OUTPUT;
}

/* Whether the journal has a document of all of the search already. */
static bool is_kept(const struct mf__keeping *keeping)
{
    struct mf__journal *journal = NULL;
    struct mf__buffer text = {0};
    struct mf__document document = {0};
    bool whole =
        mf__journal_read(keeping->journal, &journal, NULL) == 0 &&
        mf__journal_document(journal, keeping->study, &text, NULL) == 0 &&
        mf__document_parse(mf__buffer_text(&text), text.length, "", &document, NULL) == 0 &&
        strcmp(mf__look_text(document.root, "end"), "done") == 0;
    mf__document_done(&document);
    mf__buffer_done(&text);
    mf__journal_close(&journal, NULL);
    return whole;
}

int mf__keep(const struct mf__keeping *keeping, const struct mf__buffer *json)
{
    int64_t number = keeping->study;
    mf_error error;
    if (keeping->journal == NULL)
        return MF__EXIT_DONE;
    bool stays = keeping->study > 0 && keeping->nothing_new && is_kept(keeping);
    if (!stays && mf__keep_run(keeping->journal, json, keeping->study, &number, &error) != 0)
        return error.code == MF_E_FORMAT ? mf__tell(&error), MF__EXIT_FAILED : mf__tell(&error);
    return keeping->quiet ? MF__EXIT_DONE : tell_kept(keeping, number);
}
