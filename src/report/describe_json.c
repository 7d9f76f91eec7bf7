/* SPDX-License-Identifier: Apache-2.0 */
#include "report/describe.h"
#include "report/train_json.h"

static json_t *numbers(const struct mf__column_summary *summary)
{
    if (!summary->has_numbers)
        return json_null();
    json_t *bins = json_array();
    for (size_t i = 0; i < summary->n_bins; i++)
        mf__json_append(&bins, mf__json_count(summary->bins[i]));
    json_t *object = json_object();
    mf__json_put(&object, "least", mf__json_real(summary->least));
    mf__json_put(&object, "median", mf__json_real(summary->median));
    mf__json_put(&object, "most", mf__json_real(summary->most));
    mf__json_put(&object, "bins", bins);
    return object;
}

static json_t *categories(const mf_column *column, const struct mf__column_summary *summary)
{
    json_t *array = json_array();
    for (size_t i = 0; i < summary->n_bins; i++) {
        json_t *object = json_object();
        mf__json_put(&object, "category", mf__json_text(column->categories[summary->top[i]]));
        mf__json_put(&object, "rows", mf__json_count(summary->bins[i]));
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *column(const struct mf__column_fate *fate, const struct mf__column_summary *summary)
{
    const mf_column *column = fate->column;
    bool is_category = column->kind == MF_COLUMN_CATEGORICAL;
    json_t *object = json_object();
    mf__json_put(&object, "name", mf__json_text(column->name));
    mf__json_put(&object, "kind", json_string(mf__kind_name(column->kind)));
    mf__json_put(&object, "missing", mf__json_count(column->missing));
    mf__json_put(&object, "distinct", mf__json_count(column->distinct));
    mf__json_put(&object, "done", json_string(mf__fate_name(fate->fate)));
    mf__json_put(&object, "features", mf__json_count(fate->features));
    mf__json_put(&object, "numbers", is_category ? json_null() : numbers(summary));
    mf__json_put(&object, "most_frequent", is_category ? categories(column, summary) : json_null());
    return object;
}

int mf__describe_json(const struct mf__description *description, struct mf__buffer *out,
                      mf_error *error)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < description->fates.n; i++)
        mf__json_append(&columns, column(&description->fates.list[i], &description->summaries[i]));
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__DESCRIBE_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__DESCRIBE_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "table", mf__json_text(description->source));
    mf__json_put(&root, "rows", mf__json_count(description->rows));
    mf__json_put(&root, "columns", columns);
    mf__json_put(&root, "remarks", mf__json_remarks(&description->remarks));
    return mf__json_write_exactly(root, out, error);
}
