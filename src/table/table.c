/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a table: records come from csv.c, fields go to the columns, and what does not fit is told
 * with the file, the row and the column. */
#include <manyfold/table.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "table/column.h"
#include "table/csv.h"

#include <stdio.h>
#include <string.h>

struct mf_table {
    char *name;
    size_t rows;
    size_t n_columns;
    struct mf__column *columns;
    struct mf__intern names; /* of the columns, in their order */
};

/* One reading of a file. */
struct reading {
    struct mf__source *source;
    const mf_read_options *options;
    struct mf__missing missing;
    mf_table *table;
    size_t rows;     /* read so far */
    bool has_header; /* it was read, or there is none */
    bool again;      /* the second time */
};

mf_read_options mf_read_defaults(void)
{
    return (mf_read_options){.delimiter = ',', .header = true};
}

/* ---- what can be wrong with a record ---- */

struct place {
    char text[400];
};

/* "houses.csv: row 3 (line 4)" */
static struct place place_of(const struct reading *reading, uint64_t line)
{
    struct place place;
    const char *file = mf__source_shown(reading->source);
    if (reading->has_header)
        snprintf(place.text, sizeof place.text, "%s: row %zu (line %llu)", file, reading->rows + 1,
                 (unsigned long long)line);
    else
        snprintf(place.text, sizeof place.text, "%s: the header (line %llu)", file,
                 (unsigned long long)line);
    return place;
}

/* Puts the place in front of what `error` says already. */
static int fail_in_column(const struct reading *reading, uint64_t line, size_t column,
                          mf_error *error)
{
    const mf_table *table = reading->table;
    struct mf__quoted name = {.text = ""};
    if (reading->has_header && column < table->n_columns)
        name = mf__quote(mf__intern_text(&table->names, (uint32_t)column));
    return mf__fail_within(error, MF_E_FORMAT, "%s, column %zu%s%s", place_of(reading, line).text,
                           column + 1, name.text[0] != '\0' ? " " : "", name.text);
}

static int complain(void *user, const struct mf__csv_fault *fault, mf_error *error)
{
    mf__fail(error, MF_E_FORMAT, "%s", fault->what);
    return fail_in_column(user, fault->line, fault->field, error);
}

static int check_length(const struct reading *reading, const struct mf__record *record,
                        mf_error *error)
{
    size_t expected = reading->table->n_columns;
    if (record->n == expected)
        return 0;
    return mf__fail(error, MF_E_FORMAT, "%s has %zu field%s; expected %zu, as %s has%s",
                    place_of(reading, record->line).text, record->n, record->n == 1 ? "" : "s",
                    expected, reading->options->header ? "the header" : "the first row",
                    expected == 1 ? " (is another delimiter meant?)" : "");
}

/* ---- columns and their names ---- */

static int add_name(struct reading *reading, size_t column, const struct mf__text *field,
                    mf_error *error)
{
    struct mf__intern *names = &reading->table->names;
    uint32_t number = 0;
    int code = mf__intern_add(names, field->bytes, field->length, &number, error);
    if (code != 0 || number == column)
        return code;
    return mf__fail(error, MF_E_FORMAT,
                    "the name %s is that of column %u already; expected a different one",
                    mf__quote(mf__intern_text(names, number)).text, number + 1);
}

/* pandas writes its index as a first column without a name, and names it so when it reads. */
static const char index_name[] = "Unnamed: 0";

static int name_columns(struct reading *reading, const struct mf__record *record, mf_error *error)
{
    for (size_t i = 0; i < record->n; i++) {
        struct mf__text field = record->fields[i];
        int code = 0;
        if (field.length == 0 && i == 0)
            field = (struct mf__text){index_name, sizeof index_name - 1};
        if (field.length == 0)
            code = mf__fail(error, MF_E_FORMAT,
                            "it has no name; expected one (only the first column may go without)");
        else
            code = add_name(reading, i, &field, error);
        if (code == MF_E_FORMAT)
            return fail_in_column(reading, record->line, i, error);
        if (code != 0)
            return code;
    }
    return 0;
}

/* "0", "1", ... as pandas numbers them. */
static int number_columns(struct reading *reading, const struct mf__record *record, mf_error *error)
{
    for (size_t i = 0; i < record->n; i++) {
        struct mf__shown number = mf__show_count(i, 0);
        const struct mf__text name = {number.text, strlen(number.text)};
        int code = add_name(reading, i, &name, error);
        if (code != 0)
            return code;
    }
    return 0;
}

/* Columns that are texts whatever their fields look like. */
static void keep_texts(struct reading *reading)
{
    const mf_read_options *options = reading->options;
    for (size_t i = 0; i < options->n_texts; i++) {
        size_t place = mf_table_find(reading->table, options->texts[i]);
        if (place != SIZE_MAX)
            mf__column_keep_texts(&reading->table->columns[place]);
    }
}

static int make_columns(struct reading *reading, const struct mf__record *record, mf_error *error)
{
    mf_table *table = reading->table;
    int code = reading->options->header ? name_columns(reading, record, error)
                                        : number_columns(reading, record, error);
    if (code != 0)
        return code;
    table->columns = mf__new(record->n, sizeof *table->columns);
    if (table->columns == NULL)
        return mf__fail_memory(error, record->n * sizeof *table->columns, "a table");
    table->n_columns = record->n;
    keep_texts(reading);
    return 0;
}

/* ---- rows ---- */

static int take_row(struct reading *reading, const struct mf__record *record, mf_error *error)
{
    mf_table *table = reading->table;
    size_t row = reading->rows;
    int code = check_length(reading, record, error);
    for (size_t i = 0; code == 0 && i < table->n_columns; i++) {
        struct mf__column *column = &table->columns[i];
        if (reading->again && !column->again)
            continue;
        code = mf__column_reserve(column, row, error);
        if (code == 0)
            code = mf__column_take(column, &reading->missing, row, &record->fields[i], error);
    }
    reading->rows += code == 0;
    return code;
}

static int take(void *user, const struct mf__record *record, mf_error *error)
{
    struct reading *reading = user;
    bool is_header = !reading->has_header;
    int code = 0;
    if (reading->table->columns == NULL)
        code = make_columns(reading, record, error);
    reading->has_header = reading->has_header || code == 0;
    return code != 0 || is_header ? code : take_row(reading, record, error);
}

static int read_records(struct reading *reading, mf_error *error)
{
    const struct mf__csv_sink sink = {reading->options->delimiter, take, complain, reading};
    reading->rows = 0;
    reading->has_header = !reading->options->header;
    return mf__csv_read(reading->source, &sink, error);
}

/* ---- the whole ---- */

/* Columns that turned out to hold texts after numbers had gone by. */
static int read_again(struct reading *reading, mf_error *error)
{
    mf_table *table = reading->table;
    size_t rows = reading->rows, waiting = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        struct mf__column *column = &table->columns[i];
        column->again = column->state == MF__COLUMN_AGAIN;
        if (!column->again)
            continue;
        waiting++;
        int code = mf__column_restart(column, error);
        if (code != 0)
            return code;
    }
    if (waiting == 0)
        return 0;
    reading->again = true;
    int code = mf__source_rewind(reading->source, error);
    if (code == 0)
        code = read_records(reading, error);
    if (code == 0 && reading->rows != rows)
        code = mf__fail(error, MF_E_FORMAT, "%s: the file changed while it was read",
                        mf__source_shown(reading->source));
    return code;
}

static int finish(struct reading *reading, mf_error *error)
{
    mf_table *table = reading->table;
    table->rows = reading->rows;
    for (size_t i = 0; i < table->n_columns; i++) {
        struct mf__column *column = &table->columns[i];
        column->shown.name = mf__intern_text(&table->names, (uint32_t)i);
        int code = mf__column_finish(column, table->rows, error);
        if (code != 0)
            return code;
    }
    return 0;
}

static int read_table(struct reading *reading, mf_error *error)
{
    int code = read_records(reading, error);
    const char *file = mf__source_shown(reading->source);
    if (code == 0 && reading->table->columns == NULL)
        code = mf__fail(error, MF_E_FORMAT, "%s: the file is empty; expected %s", file,
                        reading->options->header ? "a header and rows" : "rows");
    if (code == 0 && reading->rows == 0)
        code = mf__fail(error, MF_E_FORMAT, "%s: there is only a header; expected rows below it",
                        file);
    if (code == 0)
        code = read_again(reading, error);
    return code == 0 ? finish(reading, error) : code;
}

static int check_options(const mf_read_options *options, mf_error *error)
{
    if (options->delimiter == '\0' || strchr("\"\r\n", options->delimiter) != NULL)
        return mf__fail(error, MF_E_INPUT,
                        "the delimiter of a CSV file cannot be a quote, the end of a line or NUL; "
                        "expected ',', ';' or another character");
    return 0;
}

static int new_table(const char *name, mf_table **ret, mf_error *error)
{
    mf_table *table = mf__new(1, sizeof *table);
    if (table != NULL)
        table->name = mf__copy_text(name);
    if (table == NULL || table->name == NULL) {
        mf_table_free(&table);
        return mf__fail_memory(error, sizeof *table, "a table");
    }
    *ret = table;
    return 0;
}

/* Reads from a source and closes it. */
static int read_from(struct mf__source *source, const char *name, const mf_read_options *options,
                     mf_table **ret_table, mf_error *error)
{
    struct reading reading = {.source = source, .options = options};
    int code = mf__missing_init(&reading.missing, options, error);
    if (code == 0)
        code = new_table(name, &reading.table, error);
    if (code == 0)
        code = read_table(&reading, error);
    if (code == 0)
        *ret_table = reading.table;
    else
        mf_table_free(&reading.table);
    mf__missing_done(&reading.missing);
    mf__source_close(source);
    return code;
}

int mf_table_read(const char *path, const mf_read_options *options, mf_table **ret_table,
                  mf_error *error)
{
    const mf_read_options defaults = mf_read_defaults();
    options = options != NULL ? options : &defaults;
    struct mf__source *source = NULL;
    int code = check_options(options, error);
    if (code == 0)
        code = mf__source_open(path, &source, error);
    return code == 0 ? read_from(source, path, options, ret_table, error) : code;
}

int mf_table_parse(const void *bytes, size_t length, const char *name,
                   const mf_read_options *options, mf_table **ret_table, mf_error *error)
{
    const mf_read_options defaults = mf_read_defaults();
    options = options != NULL ? options : &defaults;
    struct mf__source *source = NULL;
    int code = check_options(options, error);
    if (code == 0)
        code = mf__source_of(bytes, length, name, &source, error);
    return code == 0 ? read_from(source, name, options, ret_table, error) : code;
}

void mf_table_free(mf_table **table)
{
    if (table == NULL || *table == NULL)
        return;
    for (size_t i = 0; i < (*table)->n_columns; i++)
        mf__column_done(&(*table)->columns[i]);
    mf__intern_done(&(*table)->names);
    mf__free((*table)->columns);
    mf__free((*table)->name);
    mf__free(*table);
    *table = NULL;
}

/* ---- looking at it ---- */

size_t mf_table_rows(const mf_table *table)
{
    return table->rows;
}

size_t mf_table_columns(const mf_table *table)
{
    return table->n_columns;
}

const char *mf_table_name(const mf_table *table)
{
    return table->name;
}

const mf_column *mf_table_column(const mf_table *table, size_t index)
{
    return index < table->n_columns ? &table->columns[index].shown : NULL;
}

size_t mf_table_find(const mf_table *table, const char *name)
{
    uint32_t number = mf__intern_find(&table->names, name, strlen(name));
    return number != MF__NO_TEXT ? number : SIZE_MAX;
}
