/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/learning_table.h"

#include "base/status.h"
#include "cli/embedded.h"
#include "cli/fates.h"

static int fail_target(const mf_table *table, mf_error *error)
{
    struct mf__buffer word = {0};
    mf__table_word(table, &word);
    int code = mf__fail(error, MF_E_INPUT,
                        "--target is missing: name the column to predict; \"manyfold data describe "
                        "%s\" lists the columns",
                        mf__buffer_text(&word));
    mf__buffer_done(&word);
    return code;
}

int mf__learning_table_open(const struct mf__reading *reading, const char *file,
                            struct mf__preparing *preparing, mf_table **ret_table, mf_error *error)
{
    const struct mf__embedded *set = NULL;
    mf_read_options options;
    mf_table *table = NULL;
    int code = mf__reading_get(reading, &options, error);
    if (code == 0)
        code = mf__table_open(file, &options, &table, &set, error);
    if (code != 0)
        return code;
    if (preparing->target == NULL && set != NULL)
        preparing->target = set->target;
    code = mf__delimiter_check(table, error);
    if (code == 0 && preparing->target == NULL)
        code = fail_target(table, error);
    if (code == 0)
        code = mf__fates_check(table, preparing, error);
    if (code == 0)
        *ret_table = table;
    else
        mf_table_free(&table);
    return code;
}
