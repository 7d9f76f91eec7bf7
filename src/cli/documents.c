/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/documents.h"

#include "base/packed.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "forms/html_text.h"
#include "journal/runs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)256 << 20)

/* ---- files ---- */

static bool is_journal(const struct mf__buffer *bytes)
{
    static const char mark[16] = "SQLite format 3"; /* with its 0 */
    return bytes->length >= sizeof mark && memcmp(bytes->bytes, mark, sizeof mark) == 0;
}

/* ---- pages ---- */

#define PAGE      "<!doctype html>"
#define SOURCE    "<div class=\"source\""
#define DATA      "<script type=\""
#define DATA_ENDS "</script>"

static bool is_page(const char *text)
{
    return strncasecmp(text + strspn(text, " \t\r\n"), PAGE, strlen(PAGE)) == 0;
}

/* A document within a page. */
struct data {
    const char *bytes;
    size_t length;
    bool is_packed;
};

/* The first one of a page of ours from here on, which no markup can be in; false: none. The first
 * pages of manyfold held them as they are. */
static bool find_data(const char *from, struct data *ret_data)
{
    static const char packed[] = MF__HTML_DATA_TYPE "\">";
    static const char plain[] = "application/json\">";
    const char *place = strstr(from, SOURCE);
    const char *type = place != NULL ? strstr(place, DATA) : NULL;
    if (type == NULL)
        return false;
    type += strlen(DATA);
    ret_data->is_packed = strncmp(type, packed, strlen(packed)) == 0;
    if (!ret_data->is_packed && strncmp(type, plain, strlen(plain)) != 0)
        return false;
    ret_data->bytes = type + strlen(ret_data->is_packed ? packed : plain);
    const char *end = strstr(ret_data->bytes, DATA_ENDS);
    ret_data->length = end != NULL ? (size_t)(end - ret_data->bytes) : 0;
    return end != NULL;
}

static int add_data(const struct data *data, struct mf__buffer *out, mf_error *error)
{
    if (data->is_packed)
        return mf__unpack_text(data->bytes, data->length, MOST_BYTES, out, error);
    mf__buffer_add(out, data->bytes, data->length);
    return mf__buffer_check(out, error);
}

/* A report is read back: the result that it was made of is inside it. `bytes` becomes that. */
static int parse_page(struct mf__buffer *bytes, const char *name, struct mf__document *ret_document,
                      mf_error *error)
{
    struct data data;
    struct data other;
    if (!find_data(mf__buffer_text(bytes), &data))
        return mf__fail(error, MF_E_FORMAT,
                        "%s is a page and no report of manyfold; give the file that --json wrote",
                        name);
    if (find_data(data.bytes + data.length, &other))
        return mf__fail(error, MF_E_FORMAT,
                        "%s is a report of several results; give one that --json wrote, or that "
                        "its buttons save",
                        name);
    struct mf__buffer text = {0};
    int code = add_data(&data, &text, error);
    mf__buffer_done(bytes);
    *bytes = text;
    if (code == MF_E_FORMAT)
        return mf__fail(error, code,
                        "%s: the result inside of this page is damaged or was cut short; give the "
                        "file that --json wrote",
                        name);
    return code == 0 ? mf__document_parse(mf__buffer_text(bytes), bytes->length, name, ret_document,
                                          error)
                     : code;
}

static int parse(struct mf__buffer *bytes, const char *name, struct mf__document *ret_document,
                 mf_error *error)
{
    if (is_journal(bytes))
        return mf__fail(error, MF_E_INPUT,
                        "%s is a journal, which keeps many runs; name one, %s:1 (\"manyfold runs "
                        "list %s\" lists them)",
                        name, name, name);
    if (bytes->length > MOST_BYTES)
        return mf__fail(error, MF_E_FORMAT,
                        "%s is no result of manyfold: it is larger than %zu bytes", name,
                        MOST_BYTES);
    if (is_page(mf__buffer_text(bytes)))
        return parse_page(bytes, name, ret_document, error);
    return mf__document_parse(mf__buffer_text(bytes), bytes->length, name, ret_document, error);
}

static int open_file(const char *path, struct mf__buffer *bytes, struct mf__document *ret_document,
                     mf_error *error)
{
    bool is_input = strcmp(path, "-") == 0;
    const struct mf__shown_path shown = mf__show_path(is_input ? "standard input" : path);
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int code = fd < 0 ? mf__fail_errno(error, errno, "cannot open %s", shown.text)
                      : mf__read_all(fd, shown.text, MOST_BYTES, bytes, error);
    if (fd >= 0 && !is_input)
        close(fd);
    if (code == 0)
        code = parse(bytes, shown.text, ret_document, error);
    if (code == MF_E_SYSTEM && error != NULL) /* a wrong name is wrong usage */
        error->code = MF_E_INPUT;
    return code == MF_E_SYSTEM ? MF_E_INPUT : code;
}

/* ---- runs ---- */

/* Which run of which journal. */
struct place {
    const char *path;
    const char *run;
};

static int read_run(struct mf__journal *journal, const struct place *place, struct mf__buffer *text,
                    struct mf__document *ret_document, mf_error *error)
{
    struct mf__buffer name = {0};
    int64_t number = 0;
    int code = mf__journal_find_run(journal, place->run, &number, error);
    if (code == 0)
        code = mf__journal_document(journal, number, text, error);
    mf__buffer_print(&name, "run %lld of %s", (long long)number, mf__show_path(place->path).text);
    if (code == 0)
        code = mf__buffer_check(&name, error);
    if (code == 0)
        code = mf__document_parse(text->bytes, text->length, mf__buffer_text(&name), ret_document,
                                  error);
    mf__buffer_done(&name);
    return code;
}

static int open_run(const struct place *place, struct mf__buffer *text,
                    struct mf__document *ret_document, mf_error *error)
{
    const struct mf__shown_path shown = mf__show_path(place->path);
    struct mf__journal *journal = NULL;
    if (place->run[0] == '\0')
        return mf__fail(error, MF_E_INPUT,
                        "%s: a run is missing behind the colon; expected its number or tag, %s:1",
                        shown.text, shown.text);
    int code = mf__journal_read(place->path, &journal, error);
    if (code == 0)
        code = read_run(journal, place, text, ret_document, error);
    mf__journal_close(&journal, NULL);
    return code;
}

/* ---- which of them ---- */

const char *mf__document_run(const char *where)
{
    struct stat about;
    const char *colon = strrchr(where, ':');
    bool is_file = strcmp(where, "-") == 0 || stat(where, &about) == 0;
    return is_file || colon == NULL || colon == where ? NULL : colon + 1;
}

const char *mf__document_file(const char *where, struct mf__buffer *room)
{
    const char *run = mf__document_run(where);
    if (run == NULL)
        return where;
    mf__buffer_clear(room);
    mf__buffer_add(room, where, (size_t)(run - 1 - where));
    return mf__buffer_text(room);
}

int mf__document_load(const char *where, struct mf__buffer *text, struct mf__document *ret_document,
                      mf_error *error)
{
    struct mf__buffer path = {0};
    const char *run = mf__document_run(where);
    const char *file = mf__document_file(where, &path);
    int code = mf__buffer_check(&path, error);
    if (code == 0 && run == NULL)
        code = open_file(file, text, ret_document, error);
    else if (code == 0)
        code = open_run(&(struct place){file, run}, text, ret_document, error);
    mf__buffer_done(&path);
    return code;
}

void mf__documents_remark(const struct mf__document *documents, size_t n,
                          const struct mf__common *common)
{
    for (size_t i = 0; i < n; i++)
        if (documents[i].is_newer)
            mf__say_remark(
                common,
                "%s was written by a newer version of manyfold: what only that one knows "
                "is left out",
                documents[i].name);
}

int mf__document_open(const char *where, struct mf__document *ret_document, mf_error *error)
{
    struct mf__buffer text = {0};
    int code = mf__document_load(where, &text, ret_document, error);
    mf__buffer_done(&text);
    return code;
}
