/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/arff.h"

#include "base/status.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

/* Where the reading stands. */
struct reading {
    const char *at;
    const char *end;
    const char *name; /* of the file */
    size_t line;      /* of the text, from 1 */
    size_t n_attributes;
    struct mf__buffer *out;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reading *reading)
{
    while (reading->at < reading->end && is_blank(*reading->at))
        reading->at++;
}

static bool at_line_end(const struct reading *reading)
{
    return reading->at == reading->end || *reading->at == '\n';
}

static void next_line(struct reading *reading)
{
    while (!at_line_end(reading))
        reading->at++;
    reading->at += reading->at < reading->end;
    reading->line++;
}

/* Goes over empty lines and remarks. */
static void skip_remarks(struct reading *reading)
{
    for (;;) {
        skip_blanks(reading);
        if (reading->at == reading->end || (*reading->at != '\n' && *reading->at != '%'))
            return;
        next_line(reading);
    }
}

/* Whether the word stands here, in letters of either case; goes over it. */
static bool take_word(struct reading *reading, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(reading->end - reading->at) < length ||
        strncasecmp(reading->at, word, length) != 0)
        return false;
    reading->at += length;
    return true;
}

static int expected(const struct reading *reading, const char *what, mf_error *error)
{
    return mf__fail(error, MF_E_FORMAT, "%s:%zu: this is not the ARFF that was expected: %s",
                    mf__show_path(reading->name).text, reading->line, what);
}

/* Adds a field of a CSV file. */
static void add_field(const struct mf__buffer *value, struct mf__buffer *out)
{
    const char *text = mf__buffer_text(value);
    if (strpbrk(text, ",\"\n\r") == NULL) {
        mf__buffer_put(out, text);
        return;
    }
    mf__buffer_put(out, "\"");
    for (const char *c = text; *c != '\0'; c++)
        mf__buffer_put(out, *c == '"' ? "\"\"" : (char[]){*c, '\0'});
    mf__buffer_put(out, "\"");
}

/* Reads a value in quotes, with a backslash in front of what would end it. */
static int read_quoted(struct reading *reading, struct mf__buffer *value, mf_error *error)
{
    char quote = *reading->at++;
    while (!at_line_end(reading) && *reading->at != quote) {
        reading->at += *reading->at == '\\' && reading->at + 1 < reading->end;
        mf__buffer_add(value, reading->at++, 1);
    }
    if (at_line_end(reading))
        return expected(reading, "a quotation mark is never closed", error);
    reading->at++;
    return 0;
}

/* Reads a value up to what ends it: a comma or the line's end, and blanks where `word`. */
static int read_value(struct reading *reading, bool word, struct mf__buffer *value, mf_error *error)
{
    skip_blanks(reading);
    if (!at_line_end(reading) && (*reading->at == '\'' || *reading->at == '"'))
        return read_quoted(reading, value, error);
    const char *start = reading->at;
    while (!at_line_end(reading) && *reading->at != ',' && !(word && is_blank(*reading->at)))
        reading->at++;
    const char *end = reading->at;
    while (end > start && is_blank(end[-1]))
        end--;
    if (end - start != 1 || *start != '?' || word)
        mf__buffer_add(value, start, (size_t)(end - start));
    return 0;
}

static int read_attribute(struct reading *reading, mf_error *error)
{
    struct mf__buffer name = {0};
    int code = read_value(reading, true, &name, error);
    if (code == 0)
        code = mf__buffer_check(&name, error);
    if (code == 0 && name.length == 0)
        code = expected(reading, "an attribute has no name", error);
    mf__buffer_put(reading->out, reading->n_attributes > 0 ? "," : "");
    add_field(&name, reading->out);
    reading->n_attributes++;
    next_line(reading);
    mf__buffer_done(&name);
    return code;
}

/* Up to "@data". */
static int read_header(struct reading *reading, mf_error *error)
{
    for (int code = 0; code == 0;) {
        skip_remarks(reading);
        if (take_word(reading, "@attribute"))
            code = read_attribute(reading, error);
        else if (take_word(reading, "@relation"))
            next_line(reading);
        else if (take_word(reading, "@data"))
            break;
        else
            code = expected(reading, "neither @attribute nor @data stands here", error);
        if (code != 0)
            return code;
    }
    if (reading->n_attributes == 0)
        return expected(reading, "it has no attributes", error);
    next_line(reading);
    mf__buffer_put(reading->out, "\n");
    return 0;
}

static int read_row(struct reading *reading, mf_error *error)
{
    struct mf__buffer value = {0};
    int code = 0;
    if (*reading->at == '{')
        return expected(reading, "sparse data is not understood", error);
    for (size_t i = 0; code == 0 && i < reading->n_attributes; i++) {
        mf__buffer_clear(&value);
        code = read_value(reading, false, &value, error);
        mf__buffer_put(reading->out, i > 0 ? "," : "");
        add_field(&value, reading->out);
        if (reading->n_attributes == 1 && value.length == 0)
            mf__buffer_put(reading->out, "\"\""); /* an empty line would be no row */
        skip_blanks(reading);
        bool last = i + 1 == reading->n_attributes;
        if (code == 0 && (last ? !at_line_end(reading) : at_line_end(reading)))
            code = expected(reading, "a row has more or fewer values than there are attributes",
                            error);
        else if (code == 0 && !last && *reading->at != ',')
            code = expected(reading, "no comma stands behind a value in quotation marks", error);
        reading->at += !last && !at_line_end(reading);
    }
    mf__buffer_put(reading->out, "\n");
    if (code == 0)
        code = mf__buffer_check(&value, error);
    mf__buffer_done(&value);
    next_line(reading);
    return code;
}

bool mf__is_arff(const char *text, size_t length)
{
    struct reading reading = {.at = text, .end = text + length, .line = 1};
    skip_remarks(&reading);
    return take_word(&reading, "@relation");
}

int mf__arff_to_csv(const struct mf__arff *arff, struct mf__buffer *out, mf_error *error)
{
    struct reading reading = {.at = arff->text,
                              .end = arff->text + arff->length,
                              .name = arff->name,
                              .line = 1,
                              .out = out};
    if (memchr(arff->text, '\0', arff->length) != NULL)
        return expected(&reading, "it holds a NUL byte (is this UTF-16?)", error);
    int code = read_header(&reading, error);
    while (code == 0) {
        skip_remarks(&reading);
        if (reading.at == reading.end)
            break;
        if (mf_cancel_requested(arff->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled while ARFF was turned into CSV");
        code = read_row(&reading, error);
    }
    return code == 0 ? mf__buffer_check(out, error) : code;
}
