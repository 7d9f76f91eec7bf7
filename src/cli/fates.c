/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fates.h"

#include "base/status.h"
#include "base/text.h"
#include "cli/embedded.h"
#include "cli/recipe.h"
#include "table/preparation.h"

#include <math.h>
#include <string.h>

/* Whether a name is among the first `n` of a list. */
static bool is_among(const struct mf__texts *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names->values[i], name) == 0)
            return true;
    return false;
}

static enum mf__fate fate_of(const mf_column *column, const struct mf__preparing *preparing)
{
    if (preparing->target != NULL && strcmp(column->name, preparing->target) == 0)
        return MF__FATE_TARGET;
    if (is_among(&preparing->ids, preparing->ids.n, column->name))
        return MF__FATE_ID;
    if (is_among(&preparing->drops, preparing->drops.n, column->name))
        return MF__FATE_DROPPED;
    if (column->kind == MF_COLUMN_CATEGORICAL)
        return preparing->encode == MF_ENCODE_ONEHOT ? MF__FATE_ONEHOT : MF__FATE_LABEL;
    return column->missing > 0 ? MF__FATE_FILLED : MF__FATE_KEPT;
}

static size_t features_of(const mf_column *column, enum mf__fate fate)
{
    if (fate == MF__FATE_ONEHOT)
        return column->n_categories;
    return fate == MF__FATE_KEPT || fate == MF__FATE_FILLED || fate == MF__FATE_LABEL;
}

/* What was learnt for a column; NaN where it is not one value for all parts. */
static double fill_of(const mf_preparation *learnt, const char *name)
{
    bool one_value = learnt != NULL && (learnt->impute == MF_IMPUTE_MEDIAN ||
                                        learnt->impute == MF_IMPUTE_MOST_FREQUENT);
    for (size_t i = 0; one_value && i < learnt->n_columns; i++)
        if (strcmp(learnt->columns[i].name, name) == 0)
            return learnt->columns[i].fill;
    return (double)NAN;
}

void mf__fates_plan(const mf_table *table, const struct mf__preparing *preparing,
                    const mf_preparation *learnt, struct mf__column_fate *ret)
{
    for (size_t i = 0; i < mf_table_columns(table); i++) {
        const mf_column *column = mf_table_column(table, i);
        enum mf__fate fate = fate_of(column, preparing);
        ret[i] = (struct mf__column_fate){
            .column = column,
            .fate = fate,
            .features = features_of(column, fate),
            .fill = fate == MF__FATE_FILLED ? fill_of(learnt, column->name) : (double)NAN,
        };
    }
}

/* The table has no such column; `source` says who named it. */
static int refuse_name(const mf_table *table, const char *source, const char *name, mf_error *error)
{
    struct mf__nearest nearest = {.word = name};
    if (mf__delimiter_suspected(table) != NULL)
        return mf__fail_within(error, mf__delimiter_check(table, error), "%s: no column %s", source,
                               mf__quote(name).text);
    for (size_t i = 0; i < mf_table_columns(table); i++)
        mf__nearest_offer(&nearest, mf_table_column(table, i)->name);
    if (nearest.best != NULL)
        return mf__fail(error, MF_E_INPUT, "%s: %s has no column %s; did you mean %s?", source,
                        mf__quote(mf_table_name(table)).text, mf__quote(name).text,
                        mf__quote(nearest.best).text);
    struct mf__buffer file = {0};
    mf__table_word(table, &file);
    int code = mf__fail(error, MF_E_INPUT,
                        "%s: %s has no column %s; \"manyfold data describe %s\" lists its columns",
                        source, mf__quote(mf_table_name(table)).text, mf__quote(name).text,
                        mf__buffer_text(&file));
    mf__buffer_done(&file);
    return code;
}

/* Columns that an option names. */
struct list {
    const char *option;
    const struct mf__texts *names;
};

/* Whether name number `at` of a list has no other part to play; `source` says who named it. */
static int check_once(const struct mf__preparing *preparing, const struct list *list, size_t at,
                      const char *source, mf_error *error)
{
    const char *name = list->names->values[at];
    const struct mf__texts *ids = &preparing->ids;
    if (preparing->target != NULL && strcmp(name, preparing->target) == 0)
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s is the target; it cannot be left out of what is learnt", source,
                        mf__quote(name).text);
    if (is_among(list->names, at, name) || (list->names != ids && is_among(ids, ids->n, name)))
        return mf__fail(error, MF_E_INPUT, "%s: %s is named twice; name it once", source,
                        mf__quote(name).text);
    return 0;
}

/* The same for a name that is in the table; every name goes through here but the target. */
static int check_listed(const mf_table *table, const struct mf__preparing *preparing,
                        const struct list *list, size_t at, mf_error *error)
{
    const char *name = list->names->values[at];
    struct mf__buffer source = {0};
    mf__recipe_source(preparing->recipe, name, list->option, &source);
    int code = mf_table_find(table, name) != SIZE_MAX
                   ? check_once(preparing, list, at, mf__buffer_text(&source), error)
                   : refuse_name(table, mf__buffer_text(&source), name, error);
    mf__buffer_done(&source);
    return code;
}

static int check_target(const mf_table *table, const struct mf__preparing *preparing,
                        mf_error *error)
{
    struct mf__buffer source = {0};
    if (preparing->target == NULL || mf_table_find(table, preparing->target) != SIZE_MAX)
        return 0;
    mf__recipe_source(preparing->recipe, preparing->target, "--target", &source);
    int code = refuse_name(table, mf__buffer_text(&source), preparing->target, error);
    mf__buffer_done(&source);
    return code;
}

int mf__fates_check(const mf_table *table, const struct mf__preparing *preparing, mf_error *error)
{
    const struct list lists[] = {{"--id", &preparing->ids}, {"--drop", &preparing->drops}};
    int code = check_target(table, preparing, error);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (size_t k = 0; code == 0 && k < lists[i].names->n; k++)
            code = check_listed(table, preparing, &lists[i], k, error);
    return code;
}
