/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/carry.h"

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/embedded.h"
#include "table/csv.h"

#include <string.h>
#include <unistd.h>

#define FIRST_ROOM 256 /* rows */

void mf__csv_put(const char *bytes, size_t length, struct mf__buffer *out)
{
    bool quoted = false;
    for (size_t i = 0; i < length && !quoted; i++)
        quoted = bytes[i] != '\0' && strchr(",\"\r\n", bytes[i]) != NULL;
    if (!quoted) {
        mf__buffer_add(out, bytes, length);
        return;
    }
    mf__buffer_put(out, "\"");
    for (size_t i = 0; i < length; i++)
        mf__buffer_add(out, bytes[i] == '"' ? "\"\"" : &bytes[i], bytes[i] == '"' ? 2 : 1);
    mf__buffer_put(out, "\"");
}

/* ---- the bytes ---- */

static int read_whole(struct mf__source *source, struct mf__buffer *into, mf_error *error)
{
    char piece[1 << 14];
    size_t n = 1;
    while (n > 0) {
        int code = mf__source_read(source, piece, sizeof piece, &n, error);
        if (code != 0)
            return code;
        mf__buffer_add(into, piece, n);
    }
    return mf__buffer_check(into, error);
}

int mf__content_open(const char *file, struct mf__content *ret, mf_error *error)
{
    const struct mf__embedded *set = mf__embedded_meant(file);
    struct mf__source *source = NULL;
    *ret = (struct mf__content){0};
    if (set != NULL) {
        ret->bytes = set->bytes;
        ret->length = *set->length;
        return 0;
    }
    int code = 0;
    if (mf__is_input(file)) {
        code = mf__read_all(STDIN_FILENO, MF__INPUT_NAME, SIZE_MAX, &ret->read, error);
    } else {
        code = mf__source_open(file, &source, error);
        if (code == 0)
            code = read_whole(source, &ret->read, error);
        mf__source_close(source);
    }
    ret->bytes = mf__buffer_text(&ret->read);
    ret->length = ret->read.length;
    if (code != 0)
        mf__content_done(ret);
    return code;
}

void mf__content_done(struct mf__content *content)
{
    mf__buffer_done(&content->read);
    *content = (struct mf__content){0};
}

/* ---- the rows ---- */

/* A reading under way. */
struct carrying {
    struct mf__carried *carried;
    size_t columns[MF__LIST_LIMIT]; /* where the carried columns stand */
    size_t n;
    bool skip; /* the record is the header */
};

static int make_room(struct mf__carried *carried, mf_error *error)
{
    if (carried->rows < carried->room)
        return 0;
    size_t room = carried->room > 0 ? 2 * carried->room : FIRST_ROOM;
    size_t *ends = mf__resize(carried->ends, room, sizeof *ends);
    if (ends == NULL)
        return mf__fail_memory(error, room * sizeof *ends, "the columns to carry along");
    carried->ends = ends;
    carried->room = room;
    return 0;
}

static int take(void *user, const struct mf__record *record, mf_error *error)
{
    struct carrying *carrying = user;
    struct mf__carried *carried = carrying->carried;
    if (carrying->skip) {
        carrying->skip = false;
        return 0;
    }
    int code = make_room(carried, error);
    if (code != 0)
        return code;
    for (size_t i = 0; i < carrying->n; i++) {
        size_t column = carrying->columns[i];
        if (column < record->n)
            mf__csv_put(record->fields[column].bytes, record->fields[column].length,
                        &carried->text);
        mf__buffer_put(&carried->text, ",");
    }
    carried->ends[carried->rows++] = carried->text.length;
    return mf__buffer_check(&carried->text, error);
}

/* The table was made from the same bytes, so this is not expected. */
static int complain(void *user, const struct mf__csv_fault *fault, mf_error *error)
{
    (void)user;
    return mf__fail(error, MF_E_FORMAT, "line %llu: %s", (unsigned long long)fault->line,
                    fault->what);
}

int mf__carry(const struct mf__content *content, const mf_read_options *options,
              const mf_table *table, const struct mf__texts *names, struct mf__carried *carried,
              mf_error *error)
{
    struct carrying carrying = {.carried = carried, .n = names->n, .skip = options->header};
    const struct mf__csv_sink sink = {options->delimiter, take, complain, &carrying};
    struct mf__source *source = NULL;
    for (size_t i = 0; i < names->n; i++) {
        carrying.columns[i] = mf_table_find(table, names->values[i]);
        mf__csv_put(names->values[i], strlen(names->values[i]), &carried->head);
        mf__buffer_put(&carried->head, ",");
    }
    int code = mf__source_of(content->bytes, content->length, mf_table_name(table), &source, error);
    if (code == 0)
        code = mf__csv_read(source, &sink, error);
    mf__source_close(source);
    if (code == 0 && carried->rows != mf_table_rows(table))
        code = mf__fail(error, MF_E_FORMAT, "%s: %zu records for %zu rows",
                        mf__quote(mf_table_name(table)).text, carried->rows, mf_table_rows(table));
    return code == 0 ? mf__buffer_check(&carried->head, error) : code;
}

void mf__carried_done(struct mf__carried *carried)
{
    mf__buffer_done(&carried->head);
    mf__buffer_done(&carried->text);
    mf__free(carried->ends);
    *carried = (struct mf__carried){0};
}

void mf__carried_put(const struct mf__carried *carried, size_t row, struct mf__buffer *out)
{
    size_t start = row > 0 && row < carried->rows ? carried->ends[row - 1] : 0;
    if (row < carried->rows)
        mf__buffer_add(out, mf__buffer_text(&carried->text) + start, carried->ends[row] - start);
}
