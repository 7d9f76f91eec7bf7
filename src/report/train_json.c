/* SPDX-License-Identifier: Apache-2.0 */
#include "report/train_json.h"

#include "report/forest_size.h"
#include "report/params.h"

#include <math.h>

/* ---- parts that other results have too ---- */

json_t *mf__json_scores(const struct mf__metrics *metrics, const struct mf__scores *scores)
{
    json_t *object = json_object();
    for (size_t i = 0; i < metrics->n; i++) {
        int metric = metrics->list[i];
        mf__json_put(&object, mf_metric_name(metric),
                     scores->known[metric] ? mf__json_real(scores->values[metric]) : json_null());
    }
    return object;
}

json_t *mf__json_remarks(const struct mf__remarks *remarks)
{
    json_t *array = json_array();
    for (size_t i = 0; i < remarks->n; i++)
        mf__json_append(&array, remarks->list[i].failed
                                    ? NULL
                                    : mf__json_text(mf__buffer_text(&remarks->list[i])));
    return array;
}

json_t *mf__json_fates(const struct mf__fates *fates)
{
    json_t *array = json_array();
    for (size_t i = 0; i < fates->n; i++) {
        const struct mf__column_fate *fate = &fates->list[i];
        json_t *object = json_object();
        mf__json_put(&object, "name", mf__json_text(fate->column->name));
        mf__json_put(&object, "kind", json_string(mf__kind_name(fate->column->kind)));
        mf__json_put(&object, "missing", mf__json_count(fate->column->missing));
        mf__json_put(&object, "distinct", mf__json_count(fate->column->distinct));
        mf__json_put(&object, "done", json_string(mf__fate_name(fate->fate)));
        mf__json_put(&object, "fill", mf__json_real(fate->fill));
        mf__json_put(&object, "features", mf__json_count(fate->features));
        mf__json_append(&array, object);
    }
    return array;
}

/* ---- what was read ---- */

static json_t *command_line(const struct mf__train_about *about)
{
    json_t *array = json_array();
    for (size_t i = 0; i < about->n_args; i++)
        mf__json_append(&array, mf__json_text(about->args[i]));
    return array;
}

static json_t *table(const struct mf__train_report *report)
{
    json_t *object = json_object();
    mf__json_put(&object, "name", mf__json_text(report->source));
    mf__json_put(&object, "rows", mf__json_count(report->table_rows));
    mf__json_put(&object, "columns", mf__json_count(report->table_columns));
    mf__json_put(&object, "rows_without_target", mf__json_count(report->rows_without_target));
    return object;
}

static json_t *classes(const mf_preparation *preparation)
{
    size_t n = mf_preparation_classes(preparation);
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        mf__json_append(&array, mf__json_text(mf_preparation_class(preparation, i)));
    if (n > 0)
        return array;
    json_decref(array);
    return json_null();
}

static json_t *preparation(const struct mf__train_report *report)
{
    static const char *const imputes[] = {[MF_IMPUTE_MEDIAN] = "median",
                                          [MF_IMPUTE_MEDIAN_EACH] = "median-each",
                                          [MF_IMPUTE_MOST_FREQUENT] = "most-frequent",
                                          [MF_IMPUTE_NONE] = "none"};
    json_t *object = json_object();
    mf__json_put(&object, "encode",
                 json_string(report->encode == MF_ENCODE_ONEHOT ? "onehot" : "label"));
    mf__json_put(&object, "impute", json_string(imputes[report->fates.impute]));
    mf__json_put(&object, "features", mf__json_count(mf_forest_features(report->forest)));
    mf__json_put(&object, "filled_train", mf__json_count(report->filled_train));
    mf__json_put(&object, "filled_test", mf__json_count(report->filled_test));
    return object;
}

static json_t *split(const struct mf__train_report *report)
{
    json_t *object = json_object();
    mf__json_put(&object, "test_size", mf__json_real(report->test_size));
    mf__json_put(&object, "seed", mf__json_count(report->seed));
    mf__json_put(&object, "train_rows", mf__json_count(report->n_train));
    mf__json_put(&object, "test_rows", mf__json_count(report->n_test));
    return object;
}

/* ---- what was learnt ---- */

static json_t *forest(const mf_forest *forest)
{
    const struct mf__forest_size size = mf__forest_size(forest);
    int grid = mf_forest_grid(forest);
    json_t *object = size.failed ? NULL : json_object();
    mf__json_put(&object, "trees", mf__json_count(mf_forest_trees(forest)));
    mf__json_put(&object, "nodes", mf__json_count(size.nodes));
    mf__json_put(&object, "leaves", mf__json_count(size.leaves));
    mf__json_put(&object, "depth_min", mf__json_count(size.least_depth));
    mf__json_put(&object, "depth_max", mf__json_count(size.most_depth));
    mf__json_put(&object, "depth_mean", mf__json_real(size.mean_depth));
    mf__json_put(&object, "grid", grid != 0 ? json_integer(grid) : json_null());
    return object;
}

static json_t *scores(const struct mf__train_report *report)
{
    const struct mf__folds *folds = &report->folds;
    json_t *list = json_array();
    for (size_t i = 0; i < folds->n; i++)
        mf__json_append(&list, mf__json_scores(&report->metrics, &folds->list[i]));
    json_t *object = json_object();
    mf__json_put(&object, "test",
                 report->has_test ? mf__json_scores(&report->metrics, &report->test) : json_null());
    mf__json_put(&object, "folds", list);
    mf__json_put(&object, "folds_mean",
                 folds->n > 0 ? mf__json_scores(&report->metrics, &folds->mean) : json_null());
    mf__json_put(&object, "folds_deviation",
                 folds->n > 0 ? mf__json_scores(&report->metrics, &folds->deviation) : json_null());
    return object;
}

static json_t *oob(const struct mf__train_report *report)
{
    if (!report->has_oob)
        return json_null();
    json_t *object = json_object();
    mf__json_put(&object, "metric",
                 json_string(mf_forest_classes(report->forest) > 0 ? "accuracy" : "r2"));
    mf__json_put(&object, "score", mf__json_real(report->oob));
    mf__json_put(&object, "rows_never_out", mf__json_count(report->never_out));
    return object;
}

static json_t *importances(const struct mf__train_report *report)
{
    json_t *array = json_array();
    for (size_t i = 0; i < mf_forest_features(report->forest); i++) {
        json_t *object = json_object();
        mf__json_put(&object, "feature",
                     mf__json_text(mf_preparation_feature(report->preparation, i)));
        mf__json_put(&object, "importance", mf__json_real(report->importances[i]));
        if (report->permutation != NULL) {
            mf__json_put(&object, "fall_mean", mf__json_real(report->permutation[i]));
            mf__json_put(&object, "fall_deviation", mf__json_real(report->permutation_dev[i]));
        }
        mf__json_append(&array, object);
    }
    return array;
}

static json_t *permutation(const struct mf__train_report *report)
{
    if (report->permutation == NULL)
        return json_null();
    json_t *object = json_object();
    mf__json_put(&object, "metric", json_string(mf_metric_name(report->permuted.metric)));
    mf__json_put(&object, "repeats", mf__json_count(report->permuted.n_repeats));
    mf__json_put(&object, "part", json_string(report->has_test ? "test" : "train"));
    return object;
}

static json_t *times(const struct mf__train_times *times)
{
    json_t *object = json_object();
    mf__json_put(&object, "read_ns", mf__json_count(times->read_ns));
    mf__json_put(&object, "prepare_ns", mf__json_count(times->prepare_ns));
    mf__json_put(&object, "grow_ns", mf__json_count(times->grow_ns));
    mf__json_put(&object, "folds_ns", mf__json_count(times->folds_ns));
    mf__json_put(&object, "score_ns", mf__json_count(times->score_ns));
    mf__json_put(&object, "permutation_ns", mf__json_count(times->permutation_ns));
    return object;
}

int mf__train_json(const struct mf__train_report *report, const struct mf__train_about *about,
                   struct mf__buffer *out, mf_error *error)
{
    const mf_forest_params params = mf_forest_get_params(report->forest);
    const char *task =
        mf_preparation_classes(report->preparation) > 0 ? "classification" : "regression";
    json_t *root = json_object();
    mf__json_put(&root, "schema", json_string(MF__TRAIN_SCHEMA));
    mf__json_put(&root, "schema_version", json_string(MF__TRAIN_SCHEMA_VERSION));
    mf__json_put(&root, "tool", mf__json_tool());
    mf__json_put(&root, "command_line", command_line(about));
    mf__json_put(&root, "command", mf__json_text(about->command));
    mf__json_put(&root, "table", table(report));
    mf__json_put(&root, "target", mf__json_text(mf_preparation_target(report->preparation)));
    mf__json_put(&root, "task", json_string(task));
    mf__json_put(&root, "classes", classes(report->preparation));
    mf__json_put(&root, "columns", mf__json_fates(&report->fates));
    mf__json_put(&root, "preparation", preparation(report));
    mf__json_put(&root, "split", split(report));
    mf__json_put(&root, "params", mf__json_params(&params, mf_forest_classes(report->forest)));
    mf__json_put(&root, "forest", forest(report->forest));
    mf__json_put(&root, "scores", scores(report));
    mf__json_put(&root, "oob", oob(report));
    mf__json_put(&root, "importances", importances(report));
    mf__json_put(&root, "permutation", permutation(report));
    mf__json_put(&root, "predictions",
                 report->has_test ? mf__json_predictions(&report->predictions) : json_null());
    mf__json_put(&root, "remarks", mf__json_remarks(&report->remarks));
    mf__json_put(&root, "way", json_string(mf_way_name(report->way)));
    mf__json_put(&root, "workers", mf__json_count(report->workers));
    mf__json_put(&root, "times", times(&report->times));
    mf__json_put(&root, "ledger", mf__json_ledger_with_spans(&report->ledger));
    return mf__json_write_exactly(root, out, error);
}
