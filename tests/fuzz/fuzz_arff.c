/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an ARFF file. What is accepted has to be a CSV file whose rows all have as many
 * fields as there are attributes; what is not, is told in one line that names the place.
 */
#include "tests/fuzz/fuzz.h"

#include "fetch/arff.h"

#include <manyfold/table.h>

#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

/* It may still be no table, having no rows or two columns of one name; but each row has as many
 * fields as the header. */
static void check_csv(const struct mf__buffer *csv)
{
    const mf_read_options options = {.delimiter = ',', .header = true};
    mf_table *table = NULL;
    mf_error error = {0};
    int code = mf_table_parse(mf__buffer_text(csv), csv->length, "it", &options, &table, &error);
    expect((code == 0) == (table != NULL));
    expect(code == 0 || code == MF_E_FORMAT || code == MF_E_MEMORY);
    expect(code == 0 || strstr(error.text, " field") == NULL);
    mf_table_free(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    struct mf__buffer csv = {0};
    mf_error error = {0};
    const bool is_arff = mf__is_arff(text, length);
    int code = mf__arff_to_csv(&(struct mf__arff){text, length, "a\nb", NULL}, &csv, &error);
    if (code == 0)
        check_csv(&csv);
    else
        expect((code == MF_E_FORMAT || code == MF_E_MEMORY) && error.code == code &&
               strchr(error.text, '\n') == NULL && strlen(error.text) > 10);
    expect(length > 0 || !is_arff);
    mf__buffer_done(&csv);
    return 0;
}
