/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from nasty files against what pandas reads from them (tests/oracle). */
#include <manyfold/table.h>

#include "base/buffer.h"

#include "tests/oracle/table_reference.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void show_value(struct mf__buffer *shown, const mf_column *column, size_t row)
{
    if (column->kind != MF_COLUMN_CATEGORICAL)
        mf__buffer_print(shown, isnan(column->numbers[row]) ? "nan" : "%.17g",
                         column->numbers[row]);
    else if (column->codes[row] == column->n_categories)
        mf__buffer_put(shown, "~");
    else
        mf__buffer_put(shown, column->categories[column->codes[row]]);
}

/* As table_reference.py shows a data frame. */
static void show_table(struct mf__buffer *shown, const mf_table *table)
{
    for (size_t i = 0; i < mf_table_columns(table); i++) {
        const mf_column *column = mf_table_column(table, i);
        mf__buffer_print(shown, "%c %s: ", "NBC"[column->kind], column -> name);
        for (size_t row = 0; row < mf_table_rows(table); row++) {
            mf__buffer_put(shown, row > 0 ? "|" : "");
            show_value(shown, column, row);
        }
        mf__buffer_put(shown, "\n");
    }
}

static size_t count_differences(size_t from, size_t to)
{
    size_t differences = 0;
    for (size_t i = from; i < to; i++) {
        const struct reference_table *wanted = &reference_tables[i];
        mf_read_options options = mf_read_defaults();
        options.delimiter = wanted->delimiter;
        options.header = wanted->header;
        options.na = wanted->na;
        while (wanted->na[options.n_na] != NULL)
            options.n_na++;
        mf_table *table = NULL;
        mf_error error = {0};
        struct mf__buffer shown = {0};
        if (mf_table_parse(wanted->file, strlen(wanted->file), wanted->name, &options, &table,
                           &error) == 0)
            show_table(&shown, table);
        else
            mf__buffer_put(&shown, error.text);
        if (strcmp(mf__buffer_text(&shown), wanted->columns) != 0) {
            print_message("%s:\n%s----- pandas reads\n%s----- and we\n%s", wanted->name,
                          wanted->file, wanted->columns, mf__buffer_text(&shown));
            differences++;
        }
        mf__buffer_done(&shown);
        mf_table_free(&table);
    }
    return differences;
}

static void nasty_files_are_read_as_pandas_reads_them(void **state)
{
    (void)state;
    assert_int_equal(count_differences(0, COUNT(reference_tables)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nasty_files_are_read_as_pandas_reads_them),
    };
    return cmocka_run_group_tests_name("table_reference", tests, NULL, NULL);
}
