/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table_remarks.h"

#include "base/real.h"
#include "base/shell.h"
#include "report/columns.h"

#include <string.h>

#define DIGITS       "0123456789"
#define LONGEST_MARK 20 /* bytes of a text that stands for what is missing */

/* "12" or "-1,5"; *ret_comma when a comma is in it. */
static bool is_number(const char *text, bool *ret_comma)
{
    text += text[0] == '-';
    size_t whole = strspn(text, DIGITS);
    bool comma = whole > 0 && text[whole] == ',';
    size_t rest = comma ? strspn(text + whole + 1, DIGITS) : 0;
    *ret_comma = comma;
    return whole > 0 && (comma ? rest > 0 && text[whole + 1 + rest] == '\0' : text[whole] == '\0');
}

/* The first value with a comma, when all of them are numbers with one or without; else NULL. */
static const char *comma_of(const mf_column *column)
{
    const char *found = NULL;
    if (column->kind != MF_COLUMN_CATEGORICAL)
        return NULL;
    for (size_t i = 0; i < column->n_categories; i++) {
        bool comma = false;
        if (!is_number(column->categories[i], &comma))
            return NULL;
        found = comma && found == NULL ? column->categories[i] : found;
    }
    return found;
}

void mf__remark_on_commas(const mf_table *table, struct mf__remarks *remarks)
{
    struct mf__buffer name = {0};
    struct mf__buffer value = {0};
    size_t n = 0;
    for (size_t i = 0; i < mf_table_columns(table); i++) {
        const mf_column *column = mf_table_column(table, i);
        const char *found = comma_of(column);
        if (found != NULL && n++ == 0) {
            mf__say_short(column->name, 40, &name);
            mf__say_short(found, 40, &value);
        }
    }
    if (n == 1)
        mf__remark(remarks,
                   "%s has values such as %s, which were read as categories; if they are numbers, "
                   "write them with a decimal point.",
                   mf__buffer_text(&name), mf__buffer_text(&value));
    else if (n > 1)
        mf__remark(remarks,
                   "%zu columns, %s the first, have values such as %s, which were read as "
                   "categories; if they are numbers, write them with a decimal point.",
                   n, mf__buffer_text(&name), mf__buffer_text(&value));
    mf__buffer_done(&name);
    mf__buffer_done(&value);
}

static bool is_real(const char *text)
{
    double value = 0;
    return mf__read_real(text, strlen(text), &value);
}

/* The one category among numbers, two at least, that is none; SIZE_MAX: it is not like that. */
static size_t mark_of(const mf_column *column)
{
    size_t found = SIZE_MAX;
    if (column->kind != MF_COLUMN_CATEGORICAL || column->n_categories < 3)
        return SIZE_MAX;
    for (size_t i = 0; i < column->n_categories; i++) {
        if (is_real(column->categories[i]))
            continue;
        if (found != SIZE_MAX || strlen(column->categories[i]) > LONGEST_MARK)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

static size_t count_code(const mf_table *table, const mf_column *column, size_t code)
{
    size_t n = 0;
    for (size_t row = 0; row < mf_table_rows(table); row++)
        n += column->codes[row] == code;
    return n;
}

void mf__remark_on_marks(const mf_table *table, struct mf__remarks *remarks)
{
    struct mf__buffer name = {0};
    struct mf__buffer mark = {0};
    size_t n = 0;
    size_t fields = 0; /* of the first */
    for (size_t i = 0; i < mf_table_columns(table); i++) {
        const mf_column *column = mf_table_column(table, i);
        size_t code = mark_of(column);
        if (code == SIZE_MAX || n++ > 0)
            continue;
        mf__say_short(column->name, 40, &name);
        mf__shell_word(column->categories[code], false, &mark);
        fields = count_code(table, column, code);
    }
    if (n > 0)
        mf__remark(remarks,
                   "%s would be a column of numbers but for %s, which stands in %zu of its "
                   "fields%s; if that means a missing value: --na %s.",
                   mf__buffer_text(&name), mf__buffer_text(&mark), fields,
                   n > 1 ? ", and others would be too" : "", mf__buffer_text(&mark));
    mf__buffer_done(&name);
    mf__buffer_done(&mark);
}
