/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/show.h"
#include "report/compare_json.h"
#include "report/json.h"

static const char *const units[] = {
    [MF__DEMO_NS] = "ns",         [MF__DEMO_COUNT] = "count",   [MF__DEMO_SHARE] = "share",
    [MF__DEMO_BYTES] = "bytes",   [MF__DEMO_RATE] = "GB/s",     [MF__DEMO_FACTOR] = "factor",
    [MF__DEMO_FASTER] = "factor", [MF__DEMO_SLOWER] = "factor",
};

static const char *const findings[] = {
    [MF__DEMO_SEEN] = "seen",
    [MF__DEMO_NOT_SEEN] = "not seen",
    [MF__DEMO_NOT_HERE] = "not here",
};

static json_t *samples_of(const struct mf__demo_row *row, size_t column, size_t runs)
{
    json_t *array = json_array();
    for (size_t i = 0; i < runs; i++)
        mf__json_append(&array, mf__json_real(row->samples[column][i]));
    return array;
}

static json_t *figure(const struct mf__demo_result *result, const struct mf__demo_row *row,
                      size_t column)
{
    const struct mf__demo_column *about = &result->columns[column];
    bool computed = about->unit == MF__DEMO_FASTER || about->unit == MF__DEMO_SLOWER;
    json_t *object = json_object();
    mf__json_put(&object, "name", mf__json_text(about->name));
    mf__json_put(&object, "unit", mf__json_text(units[about->unit]));
    mf__json_put(&object, "median", mf__json_interval(&row->figures[column], MF__METHOD_RANKS));
    mf__json_put(&object, "samples",
                 computed ? json_null() : samples_of(row, column, result->runs));
    return object;
}

static json_t *row_of(const struct mf__demo_result *result, size_t index)
{
    const struct mf__demo_row *row = &result->rows[index];
    json_t *figures = json_array();
    json_t *object = json_object();
    for (size_t i = 0; i < result->n_columns; i++)
        mf__json_append(&figures, figure(result, row, i));
    mf__json_put(&object, "name", mf__json_text(row->name));
    mf__json_put(&object, "compared_with", mf__json_text(result->rows[row->base].name));
    mf__json_put(&object, "figures", figures);
    return object;
}

static json_t *demonstration(const struct mf__demo_result *result)
{
    json_t *rows = json_array();
    json_t *said = json_array();
    json_t *object = json_object();
    for (size_t i = 0; i < result->n_rows; i++)
        mf__json_append(&rows, row_of(result, i));
    for (size_t i = 0; i < result->n_said; i++)
        mf__json_append(&said, mf__json_text(result->said[i]));
    mf__json_put(&object, "name", mf__json_text(result->demo->name));
    mf__json_put(&object, "summary", mf__json_text(result->demo->summary));
    mf__json_put(&object, "what", mf__json_text(result->demo->what));
    mf__json_put(&object, "finding", mf__json_text(findings[result->finding]));
    mf__json_put(&object, "rounds", mf__json_count(result->n_rows > 0 ? result->runs : 0));
    mf__json_put(&object, "said", said);
    mf__json_put(&object, "rows", rows);
    return object;
}

int mf__demo_json(const struct mf__demo_settings *settings, struct mf__demo_result *const *results,
                  size_t n, struct mf__buffer *out, mf_error *error)
{
    json_t *shown = json_array();
    json_t *root = json_object();
    for (size_t i = 0; i < n; i++)
        mf__json_append(&shown, demonstration(results[i]));
    mf__json_put(&root, "schema", json_string("manyfold-demo-1"));
    mf__json_put(&root, "schema_version", json_string("1.0"));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "machine", mf__json_machine(settings->machine));
    mf__json_put(&root, "workers", mf__json_count(settings->workers));
    mf__json_put(&root, "quick", json_boolean(settings->quick));
    mf__json_put(&root, "demonstrations", shown);
    return mf__json_write(root, out, error);
}
