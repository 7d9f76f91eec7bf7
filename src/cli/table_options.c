/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table_options.h"

#include "base/status.h"
#include "base/text.h"
#include "tune/parameters.h"

#include <string.h>

/* In the order of mf_task. */
const char *const mf__task_names[] = {"auto", "regression", "classification", NULL};

const struct mf__option mf__reading_options[] = {
    {.name = "delimiter",
     .kind = MF__TEXT,
     .argument = "C",
     .help = "the character between fields; tab for a tabulator",
     .preset = ",",
     .offset = offsetof(struct mf__reading, delimiter)},
    {.name = "na",
     .kind = MF__TEXT_LIST,
     .argument = "TEXT",
     .help = "a text that means a missing value, besides those that pandas knows",
     .offset = offsetof(struct mf__reading, na)},
    {.name = "no-header",
     .kind = MF__FLAG,
     .help = "the first line is data; columns are then called 0, 1, 2 and so on",
     .offset = offsetof(struct mf__reading, no_header)},
    {0},
};

const struct mf__option mf__preparing_options[] = {
    {.name = "target",
     .letter = 't',
     .kind = MF__TEXT,
     .argument = "COLUMN",
     .help = "the column to predict",
     .otherwise = "Sale_Price of the data set ames",
     .offset = offsetof(struct mf__preparing, target)},
    {.name = "id",
     .kind = MF__TEXT_LIST,
     .argument = "COLUMN",
     .help = "a column that names rows, to learn nothing from",
     .offset = offsetof(struct mf__preparing, ids)},
    {.name = "drop",
     .kind = MF__TEXT_LIST,
     .argument = "COLUMN",
     .help = "a column to leave out",
     .offset = offsetof(struct mf__preparing, drops)},
    {.name = "encode",
     .kind = MF__CHOICE,
     .argument = "HOW",
     .help = "what categories become: their place in sorted order, or a column each",
     .choices = mf__encode_names,
     .preset = "label",
     .offset = offsetof(struct mf__preparing, encode)},
    {.name = "impute",
     .kind = MF__CHOICE,
     .argument = "HOW",
     .help = "what a missing number becomes; median-each takes each part's own median, none "
             "refuses it",
     .choices = mf__impute_names,
     .preset = "median",
     .offset = offsetof(struct mf__preparing, impute)},
    {.name = "task",
     .kind = MF__CHOICE,
     .argument = "TASK",
     .help = "what to learn; auto classifies when the target is no number",
     .choices = mf__task_names,
     .preset = "auto",
     .offset = offsetof(struct mf__preparing, task)},
    {0},
};

int mf__reading_get(const struct mf__reading *reading, mf_read_options *ret_options,
                    mf_error *error)
{
    const char *given = reading->delimiter;
    mf_read_options options = mf_read_defaults();
    bool is_tab = strcmp(given, "tab") == 0 || strcmp(given, "\\t") == 0;
    bool is_one = given[0] != '\0' && given[1] == '\0' && strchr("\"\r\n", given[0]) == NULL;
    if (!is_tab && !is_one)
        return mf__fail(error, MF_E_INPUT,
                        "--delimiter: %s is not a delimiter; expected one character that is no "
                        "quote and no end of line, such as \",\" or \";\", or the word tab",
                        mf__quote(given).text);
    options.delimiter = is_tab ? '\t' : given[0];
    options.header = !reading->no_header;
    options.na = reading->na.values;
    options.n_na = reading->na.n;
    *ret_options = options;
    return 0;
}

const char *mf__delimiter_suspected(const mf_table *table)
{
    static const struct {
        char sign;
        const char *typed;
    } delimiters[] = {{';', "';'"}, {'\t', "tab"}, {'|', "'|'"}, {',', "','"}};
    if (mf_table_columns(table) != 1)
        return NULL;
    for (size_t i = 0; i < sizeof delimiters / sizeof delimiters[0]; i++)
        if (strchr(mf_table_column(table, 0)->name, delimiters[i].sign) != NULL)
            return delimiters[i].typed;
    return NULL;
}

int mf__delimiter_check(const mf_table *table, mf_error *error)
{
    const char *suspected = mf__delimiter_suspected(table);
    if (suspected == NULL)
        return 0;
    return mf__fail(error, MF_E_INPUT, "%s has only one column, %s; is --delimiter %s meant?",
                    mf__quote(mf_table_name(table)).text,
                    mf__quote(mf_table_column(table, 0)->name).text, suspected);
}

mf_prepare_options mf__preparing_get(const struct mf__preparing *preparing,
                                     struct mf__left_out *left_out)
{
    const struct mf__texts *lists[] = {&preparing->ids, &preparing->drops};
    mf_prepare_options options = mf_prepare_defaults();
    left_out->n = 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (size_t k = 0; k < lists[i]->n; k++)
            left_out->names[left_out->n++] = lists[i]->values[k];
    options.target = preparing->target;
    options.drop = left_out->names;
    options.n_drop = left_out->n;
    options.encode = (int)preparing->encode;
    options.impute = (int)preparing->impute;
    options.task = (int)preparing->task;
    return options;
}
