/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a CSV file. The first byte chooses the delimiter, whether there is a header, and a
 * text that means "missing"; the rest is the file. Whatever is read is looked at all over. A file
 * without quotes is read twice more, with all fields in quotes, and so that every line takes libcsv
 * (see csv.c): that must give the same table.
 */
#include "tests/fuzz/fuzz.h"

#include <manyfold/table.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void check_numbers(const mf_column *column, size_t rows)
{
    size_t missing = 0;
    for (size_t row = 0; row < rows; row++) {
        double number = column->numbers[row];
        missing += isnan(number) ? 1 : 0;
        expect(column->kind == MF_COLUMN_NUMERIC || isnan(number) || number == 0 || number == 1);
    }
    expect(missing == column->missing && column->distinct <= rows - missing);
    expect((column->distinct > 0) == (missing < rows));
    expect(column->codes == NULL && column->categories == NULL && column->n_categories == 0);
}

static void check_codes(const mf_column *column, size_t rows)
{
    size_t missing = 0;
    for (size_t row = 0; row < rows; row++) {
        expect(column->codes[row] <= column->n_categories);
        missing += column->codes[row] == column->n_categories;
    }
    expect(missing == column->missing && column->distinct == column->n_categories);
    expect(column->numbers == NULL && column->n_categories > 0);
    for (size_t i = 0; i < column->n_categories; i++)
        expect(column->categories[i][0] != '\0' &&
               (i == 0 || strcmp(column->categories[i - 1], column->categories[i]) < 0));
}

static void check_table(const mf_table *table)
{
    size_t rows = mf_table_rows(table);
    expect(rows > 0 && mf_table_columns(table) > 0);
    for (size_t i = 0; i < mf_table_columns(table); i++) {
        const mf_column *column = mf_table_column(table, i);
        expect(mf_table_find(table, column->name) == i);
        if (column->kind == MF_COLUMN_CATEGORICAL)
            check_codes(column, rows);
        else
            check_numbers(column, rows);
    }
    expect(mf_table_column(table, mf_table_columns(table)) == NULL);
}

/* `b` may have more columns. */
static void check_same(const mf_table *a, const mf_table *b)
{
    size_t rows = mf_table_rows(a);
    expect(mf_table_rows(b) == rows && mf_table_columns(b) >= mf_table_columns(a));
    for (size_t i = 0; i < mf_table_columns(a); i++) {
        const mf_column *left = mf_table_column(a, i), *right = mf_table_column(b, i);
        expect(strcmp(left->name, right->name) == 0 && left->kind == right->kind);
        expect(left->n_categories == right->n_categories && left->distinct == right->distinct);
        if (left->codes != NULL)
            expect(memcmp(left->codes, right->codes, rows * sizeof *left->codes) == 0);
        else
            expect(memcmp(left->numbers, right->numbers, rows * sizeof *left->numbers) == 0);
        for (size_t k = 0; k < left->n_categories; k++)
            expect(strcmp(left->categories[k], right->categories[k]) == 0);
    }
}

/* ---- the same with every field in quotes ---- */

struct text {
    char *bytes;
    size_t length;
};

static void put(struct text *text, const char *bytes, size_t length)
{
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

static bool is_blank(const char *at, size_t length, char delimiter)
{
    for (size_t i = 0; i < length; i++)
        if ((at[i] != ' ' && at[i] != '\t') || at[i] == delimiter)
            return false;
    return true;
}

static void put_quoted(struct text *text, const char *line, size_t length, char delimiter)
{
    put(text, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        if (line[i] == delimiter)
            put(text, "\"", 1);
        put(text, line + i, 1);
        if (line[i] == delimiter)
            put(text, "\"", 1);
    }
    put(text, "\"", 1);
}

/* Of a file without quotes. Every byte becomes three at most, and each line gets seven more. A
 * doubled quote is what the quick way through a line does not know. */
static struct text quote_all(const char *bytes, size_t length, char delimiter, bool doubled)
{
    struct text text = {malloc(10 * length + 10), 0};
    expect(text.bytes != NULL);
    size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    put(&text, bytes, at);
    while (at < length) {
        size_t end = at;
        while (end < length && bytes[end] != '\n' && bytes[end] != '\r')
            end++;
        if (is_blank(bytes + at, end - at, delimiter)) {
            put(&text, bytes + at, end - at);
        } else {
            put_quoted(&text, bytes + at, end - at, delimiter);
            put(&text, &delimiter, doubled ? 1 : 0);
            put(&text, "\"\"\"\"", doubled ? 4 : 0);
        }
        if (end < length)
            put(&text, bytes + end++, 1);
        at = end;
    }
    return text;
}

static bool looks_packed(const char *bytes, size_t length)
{
    return length >= 2 &&
           (bytes[0] == '\x1f' || bytes[1] == '\xb5' || (bytes[1] == '*' && bytes[0] != '*'));
}

static void check_quoted(const char *bytes, size_t length, const mf_read_options *options, int code,
                         const mf_table *table)
{
    if (memchr(bytes, '"', length) != NULL || memchr(bytes, '\0', length) != NULL ||
        looks_packed(bytes, length))
        return;
    for (int doubled = 0; doubled < 2; doubled++) {
        struct text quoted = quote_all(bytes, length, options->delimiter, doubled);
        mf_table *again = NULL;
        expect(mf_table_parse(quoted.bytes, quoted.length, "quoted", options, &again, NULL) ==
               code);
        if (code == 0) {
            check_same(table, again);
            expect(mf_table_columns(again) == mf_table_columns(table) + (size_t)doubled);
        }
        mf_table_free(&again);
        free(quoted.bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char delimiters[] = ",;\t |,x,";
    static const char *const na[] = {"-999", "?"};
    if (length == 0)
        return 0;
    const mf_read_options options = {.delimiter = delimiters[bytes[0] & 7],
                                     .header = (bytes[0] & 8) == 0,
                                     .na = na,
                                     .n_na = (bytes[0] & 16) != 0 ? 2 : 0};
    const char *file = (const char *)bytes + 1;
    mf_table *table = NULL;
    mf_error error = {0};
    int code = mf_table_parse(file, length - 1, "a\nb", &options, &table, &error);
    expect((code == 0) == (table != NULL));
    if (code == 0)
        check_table(table);
    else
        expect((code == MF_E_FORMAT || code == MF_E_MEMORY) && error.code == code &&
               strchr(error.text, '\n') == NULL && strlen(error.text) > 10);
    check_quoted(file, length - 1, &options, code, table);
    mf_table_free(&table);
    return 0;
}
