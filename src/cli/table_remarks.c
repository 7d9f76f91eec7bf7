/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table_remarks.h"

#include "report/columns.h"

#include <string.h>

#define DIGITS "0123456789"

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
