/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/formats.h"

#include <string.h>

const struct mf__format mf__formats[] = {
    {"results", mf__results_page_bytes[0], &mf__results_page_length},
    {"recipe", mf__recipe_page_bytes[0], &mf__recipe_page_length},
    {"journal", mf__journal_page_bytes[0], &mf__journal_page_length},
    {"model", mf__model_page_bytes[0], &mf__model_page_length},
    {"table", mf__table_page_bytes[0], &mf__table_page_length},
    {0},
};

const struct mf__format *mf__format_find(const char *name)
{
    for (const struct mf__format *format = mf__formats; format->name != NULL; format++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}
