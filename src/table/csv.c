/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotes decide everything in a CSV file: within them, delimiters and ends of lines are letters.
 * libcsv knows the rules, and looks at each byte in turn. But most lines of most tables leave
 * nothing to decide: a field that does not begin with a quote ends at the next delimiter, and so
 * does one with a quote at each end and none within. The fields of such a line are found with
 * memchr(), several times as fast. All others go to libcsv: lines with a doubled quote, with text
 * behind a closing quote, and those of a record that goes on in the next line.
 *
 * Lines are cut here also for libcsv, so that a mistake is told with the line it is in.
 *
 * libcsv is strict about text behind a closing quote, which we want, and about a quote within a
 * field that does not begin with one (5" nail), which spreadsheets write and pandas takes. So when
 * it complains of the latter, that one byte is given to it again while it is not strict. It would
 * take blanks off fields, and is told that there are no blanks.
 */
#include "table/csv.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/status.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#define BLOCK_ROOM   ((size_t)1 << 18) /* at first; grows with the longest line */
#define PARSER_GROWS ((size_t)1 << 12) /* libcsv's own buffer, each time */
#define STRICT       (CSV_STRICT | CSV_STRICT_FINI)

static const char nul_byte[] = "a NUL byte; expected text in UTF-8 (is this UTF-16, or no CSV?)";
static const char stray_text[] =
    "text behind a closing quote; expected a delimiter (a quote within quotes is written twice)";
static const char open_quote[] = "a quote that is opened here is never closed";

struct reader {
    struct mf__source *source;
    const struct mf__csv_sink *sink;
    mf_error *error;

    char *block;
    size_t room;
    size_t length; /* bytes in the block, ... */
    size_t whole;  /* ... those up to the end of the last whole line, ... */
    size_t nul;    /* ... and those before the first NUL; `length` without one */
    bool ended;    /* nothing comes behind the block */

    uint64_t line; /* of the file, the one being taken */
    uint64_t record_line;

    struct mf__text *fields; /* of the record being taken */
    size_t n_fields;
    size_t fields_room;

    struct csv_parser parser;
    bool inside;            /* a record has begun and goes on in the next line */
    uint64_t field_line;    /* where the field begins that libcsv is in */
    struct mf__buffer text; /* the record's fields so far, one behind the other */
    int code;               /* what went wrong while libcsv called us */
};

/* ---- the block of lines ---- */

static int grow_block(struct reader *reader)
{
    char *block = mf__resize(reader->block, reader->room, 2);
    if (block == NULL)
        return mf__fail_memory(reader->error, reader->room, "a line of a CSV file");
    reader->block = block;
    reader->room *= 2;
    return 0;
}

/* Reads on until the block ends with a whole line or there is no more. A NUL is an error as soon as
 * it is seen, so that a device full of them is not read for ever. */
static int fill_block(struct reader *reader)
{
    reader->length -= reader->whole;
    memmove(reader->block, reader->block + reader->whole, reader->length);
    for (;;) {
        if (reader->length == reader->room && grow_block(reader) != 0)
            return MF_E_MEMORY;
        char *into = reader->block + reader->length;
        size_t n = 0;
        int code =
            mf__source_read(reader->source, into, reader->room - reader->length, &n, reader->error);
        if (code != 0)
            return code;
        reader->ended = n == 0;
        reader->length += n;
        const char *nul = memchr(into, '\0', n);
        const char *last = memrchr(into, '\n', n);
        reader->nul = nul != NULL ? (size_t)(nul - reader->block) : reader->length;
        reader->whole = reader->ended || nul != NULL ? reader->length
                        : last != NULL               ? (size_t)(last - reader->block) + 1
                                                     : 0;
        if (reader->ended || reader->whole > 0)
            return 0;
    }
}

/* ---- records ---- */

static int give_record(struct reader *reader)
{
    const struct mf__record record = {reader->fields, reader->n_fields, reader->record_line};
    reader->n_fields = 0;
    return reader->sink->take(reader->sink->user, &record, reader->error);
}

static int fail_at(struct reader *reader, const char *what, uint64_t line)
{
    const struct mf__csv_fault fault = {what, reader->n_fields, line};
    return reader->sink->complain(reader->sink->user, &fault, reader->error);
}

static int grow_fields(struct reader *reader)
{
    size_t room = reader->fields_room > 0 ? reader->fields_room * 2 : 64;
    struct mf__text *fields = mf__resize(reader->fields, room, sizeof *fields);
    if (fields == NULL)
        return mf__fail_memory(reader->error, room * sizeof *fields, "a record of a CSV file");
    reader->fields = fields;
    reader->fields_room = room;
    return 0;
}

static int add_field(struct reader *reader, const char *bytes, size_t length)
{
    if (reader->n_fields == reader->fields_room && grow_fields(reader) != 0)
        return MF_E_MEMORY;
    reader->fields[reader->n_fields++] = (struct mf__text){bytes, length};
    return 0;
}

/* Cuts the first field off a line without its end, and moves *at to the next, or to NULL behind the
 * last. False when it takes libcsv to tell where the field ends. */
static bool cut_field(const char **at, const char *end, char delimiter, struct mf__text *ret_field)
{
    const char *from = *at, *stop = NULL;
    bool quoted = from < end && *from == CSV_QUOTE;
    if (quoted) {
        from++;
        stop = memchr(from, CSV_QUOTE, (size_t)(end - from));
        if (stop == NULL || (stop + 1 < end && stop[1] != delimiter))
            return false;
    } else {
        stop = memchr(from, delimiter, (size_t)(end - from));
        stop = stop != NULL ? stop : end;
    }
    *ret_field = (struct mf__text){from, (size_t)(stop - from)};
    stop += quoted;
    *at = stop < end ? stop + 1 : NULL;
    return true;
}

/* Takes a line without its end as a record, unless it is too hard: then the line is to be parsed.
 */
static int split_line(struct reader *reader, const char *at, const char *end, bool *ret_hard)
{
    *ret_hard = false;
    while (at != NULL) {
        struct mf__text field;
        if (!cut_field(&at, end, reader->sink->delimiter, &field)) {
            reader->n_fields = 0;
            *ret_hard = true;
            return 0;
        }
        if (add_field(reader, field.bytes, field.length) != 0)
            return MF_E_MEMORY;
    }
    return give_record(reader);
}

/* ---- lines for libcsv ---- */

static int no_blank(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void *resize_for_libcsv(void *old, size_t bytes)
{
    return mf__resize(old, bytes, 1);
}

static int begin_parser(struct reader *reader)
{
    if (csv_init(&reader->parser, STRICT) != 0)
        return mf__fail_memory(reader->error, sizeof reader->parser, "reading a CSV file");
    csv_set_delim(&reader->parser, (unsigned char)reader->sink->delimiter);
    csv_set_space_func(&reader->parser, no_blank);
    csv_set_realloc_func(&reader->parser, resize_for_libcsv);
    csv_set_free_func(&reader->parser, mf__free);
    csv_set_blk_size(&reader->parser, PARSER_GROWS);
    return 0;
}

/* Fields point to their bytes only when the record is complete, for the text moves as it grows. */
static void on_field(void *bytes, size_t length, void *user)
{
    struct reader *reader = user;
    mf__buffer_add(&reader->text, bytes, length);
    reader->field_line = reader->line;
    if (reader->code == 0)
        reader->code = add_field(reader, NULL, length);
}

static void on_record(int end, void *user)
{
    (void)end;
    struct reader *reader = user;
    reader->inside = false;
    if (reader->code == 0)
        reader->code = mf__buffer_check(&reader->text, reader->error);
    if (reader->code != 0)
        return;
    const char *at = mf__buffer_text(&reader->text);
    for (size_t i = 0; i < reader->n_fields; i++) {
        reader->fields[i].bytes = at;
        at += reader->fields[i].length;
    }
    reader->code = give_record(reader);
    mf__buffer_clear(&reader->text);
}

/* libcsv stopped before the end. After a quote that is a letter it can go on. */
static int explain(struct reader *reader)
{
    if (csv_error(&reader->parser) != CSV_EPARSE)
        return mf__fail_memory(reader->error, csv_get_buffer_size(&reader->parser),
                               "a field of a CSV file");
    return reader->parser.quoted ? fail_at(reader, stray_text, reader->line) : 0;
}

static int parse(struct reader *reader, const char *at, size_t length)
{
    while (length > 0) {
        size_t n = csv_parse(&reader->parser, at, length, on_field, on_record, reader);
        if (reader->code != 0 || n == length)
            return reader->code;
        int code = explain(reader);
        if (code != 0)
            return code;
        csv_set_opts(&reader->parser, 0);
        n += csv_parse(&reader->parser, at + n, 1, on_field, on_record, reader);
        csv_set_opts(&reader->parser, STRICT);
        at += n;
        length -= n;
    }
    return 0;
}

static int end_parser(struct reader *reader)
{
    if (csv_fini(&reader->parser, on_field, on_record, reader) != 0)
        return fail_at(reader, open_quote, reader->field_line);
    return reader->code;
}

/* ---- lines ---- */

/* Behind the end of the line at `at`: a CR that stands alone, or the LF at `newline`. */
static const char *line_end(const char *at, const char *newline, const char *end)
{
    const char *last = newline != NULL ? newline : end;
    const char *cr = memchr(at, '\r', (size_t)(last - at));
    if (cr != NULL && cr + 1 != newline)
        return cr + 1;
    return newline != NULL ? newline + 1 : end;
}

static bool is_blank(const char *at, const char *end, char delimiter)
{
    for (; at < end; at++)
        if ((*at != ' ' && *at != '\t') || *at == delimiter)
            return false;
    return true;
}

static int take_line(struct reader *reader, const char *at, const char *end)
{
    reader->line++;
    if (!reader->inside)
        reader->record_line = reader->field_line = reader->line;
    const char *nul = reader->block + reader->nul;
    if (nul < end) {
        int code = parse(reader, at, (size_t)(nul - at));
        return code != 0 ? code : fail_at(reader, nul_byte, reader->line);
    }
    const char *last = end;
    last -= last > at && last[-1] == '\n';
    last -= last > at && last[-1] == '\r';
    if (!reader->inside) {
        if (is_blank(at, last, reader->sink->delimiter))
            return 0;
        bool is_hard = false;
        int code = split_line(reader, at, last, &is_hard);
        if (code != 0 || !is_hard)
            return code;
        reader->inside = true;
    }
    return parse(reader, at, (size_t)(end - at));
}

static int take_block(struct reader *reader, size_t skipped)
{
    const char *at = reader->block + skipped, *end = reader->block + reader->whole;
    const char *newline = memchr(at, '\n', (size_t)(end - at)); /* the next; NULL without one */
    while (at < end) {
        if (newline != NULL && newline < at)
            newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = line_end(at, newline, end);
        int code = take_line(reader, at, next);
        if (code != 0)
            return code;
        at = next;
    }
    return 0;
}

static size_t mark_length(const struct reader *reader)
{
    static const char mark[] = "\xef\xbb\xbf";
    bool marked = reader->whole >= 3 && memcmp(reader->block, mark, 3) == 0;
    return marked ? 3 : 0;
}

static int read_all(struct reader *reader)
{
    int code = begin_parser(reader);
    for (bool first = true; code == 0 && !reader->ended; first = false) {
        code = fill_block(reader);
        if (code == 0)
            code = take_block(reader, first ? mark_length(reader) : 0);
    }
    return code != 0 ? code : end_parser(reader);
}

int mf__csv_read(struct mf__source *source, const struct mf__csv_sink *sink, mf_error *error)
{
    struct reader reader = {.source = source, .sink = sink, .error = error, .room = BLOCK_ROOM};
    reader.block = mf__new(reader.room, 1);
    if (reader.block == NULL)
        return mf__fail_memory(error, reader.room, "reading a CSV file");
    int code = read_all(&reader);
    csv_free(&reader.parser);
    mf__buffer_done(&reader.text);
    mf__free(reader.fields);
    mf__free(reader.block);
    return code;
}
