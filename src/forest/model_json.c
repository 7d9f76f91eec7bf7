/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model for other programs, as schema/model-1.schema.json describes it. Trees are the arrays of
 * scikit-learn's tree_, so that who knows these can read them with a few lines.
 *
 * The text of a forest is several times as large as the forest, so it is written in pieces and
 * never held as a whole; a library that builds a document first was rejected for that.
 */
#include "forest/model.h"

#include "base/json_stream.h"
#include "forest/forest.h"
#include "table/preparation.h"

/* scikit-learn's words for "no child" and "no feature, no threshold". */
#define NO_CHILD   "-1"
#define NO_FEATURE "-2"

static const char *const task_words[] = {"auto", "regression", "classification"};
static const char *const kind_words[] = {"numeric", "boolean", "categorical"};
static const char *const encode_words[] = {"label", "onehot"};
static const char *const impute_words[] = {"median", "median-each", "most-frequent", "none"};

static void put_texts(struct mf__json_stream *json, const char *key, char *const *texts, size_t n)
{
    mf__stream_open_array(json, key);
    for (size_t i = 0; i < n; i++)
        mf__stream_string(json, NULL, texts[i]);
    mf__stream_close_array(json);
}

static void put_column(struct mf__json_stream *json, const struct mf__learnt_column *column)
{
    mf__stream_open(json, NULL);
    mf__stream_string(json, "name", column->name);
    mf__stream_string(json, "kind", kind_words[column->kind]);
    if (column->kind == MF_COLUMN_CATEGORICAL)
        put_texts(json, "categories", column->categories.texts, column->categories.n);
    else
        mf__stream_number(json, "fill", column->fill);
    mf__stream_close(json);
}

static void put_preparation(struct mf__json_stream *json, const mf_preparation *preparation)
{
    mf__stream_open(json, "preparation");
    mf__stream_string(json, "task", task_words[preparation->task]);
    mf__stream_string(json, "target", preparation->target);
    mf__stream_string(json, "target_kind", kind_words[preparation->target_kind]);
    put_texts(json, "classes", preparation->classes.texts, preparation->classes.n);
    mf__stream_string(json, "encode", encode_words[preparation->encode]);
    mf__stream_string(json, "impute", impute_words[preparation->impute]);
    mf__stream_open_array(json, "columns");
    for (size_t i = 0; i < preparation->n_columns; i++)
        put_column(json, &preparation->columns[i]);
    mf__stream_close_array(json);
    put_texts(json, "features", preparation->features, preparation->n_features);
    mf__stream_close(json);
}

static void put_amount(struct mf__json_stream *json, const char *key, const mf_amount *amount)
{
    mf__stream_open(json, key);
    if (amount->is_share)
        mf__stream_number(json, "share", amount->share);
    else
        mf__stream_whole(json, "count", amount->count);
    mf__stream_close(json);
}

/* 0 stands for "no limit". */
static void put_limit(struct mf__json_stream *json, const char *key, uint64_t limit)
{
    if (limit == 0)
        mf__stream_word(json, key, "null");
    else
        mf__stream_whole(json, key, limit);
}

static const char *criterion_word(const mf_forest *forest)
{
    static const char *const words[] = {
        [MF_CRITERION_SQUARED_ERROR] = "squared_error",
        [MF_CRITERION_GINI] = "gini",
        [MF_CRITERION_ENTROPY] = "entropy",
    };
    if (forest->params.criterion != MF_CRITERION_DEFAULT)
        return words[forest->params.criterion];
    return words[forest->n_classes > 0 ? MF_CRITERION_GINI : MF_CRITERION_SQUARED_ERROR];
}

static void put_max_features(struct mf__json_stream *json, const mf_forest_params *params)
{
    static const char *const words[] = {
        [MF_FEATURES_ALL] = "null",
        [MF_FEATURES_SQRT] = "\"sqrt\"",
        [MF_FEATURES_LOG2] = "\"log2\"",
    };
    if (params->max_features_kind == MF_FEATURES_AMOUNT)
        put_amount(json, "max_features", &params->max_features);
    else
        mf__stream_word(json, "max_features", words[params->max_features_kind]);
}

static void put_params(struct mf__json_stream *json, const mf_forest *forest)
{
    const mf_forest_params *params = &forest->params;
    mf__stream_open(json, "params");
    mf__stream_whole(json, "n_estimators", params->n_estimators);
    mf__stream_string(json, "criterion", criterion_word(forest));
    put_limit(json, "max_depth", params->max_depth);
    put_amount(json, "min_samples_split", &params->min_samples_split);
    put_amount(json, "min_samples_leaf", &params->min_samples_leaf);
    put_max_features(json, params);
    put_limit(json, "max_leaf_nodes", params->max_leaf_nodes);
    mf__stream_number(json, "min_impurity_decrease", params->min_impurity_decrease);
    mf__stream_flag(json, "bootstrap", params->bootstrap);
    if (params->has_max_samples)
        put_amount(json, "max_samples", &params->max_samples);
    else
        mf__stream_word(json, "max_samples", "null");
    mf__stream_flag(json, "oob_score", params->oob_score);
    mf__stream_whole(json, "random_state", params->random_state);
    mf__stream_close(json);
}

/* The arrays of a tree: what each holds of node `i`. */

static void put_left(struct mf__json_stream *json, const mf_node *node)
{
    if (node->left == MF_NODE_LEAF)
        mf__stream_word(json, NULL, NO_CHILD);
    else
        mf__stream_whole(json, NULL, node->left);
}

static void put_right(struct mf__json_stream *json, const mf_node *node)
{
    if (node->left == MF_NODE_LEAF)
        mf__stream_word(json, NULL, NO_CHILD);
    else
        mf__stream_whole(json, NULL, node->right);
}

static void put_feature(struct mf__json_stream *json, const mf_node *node)
{
    if (node->left == MF_NODE_LEAF)
        mf__stream_word(json, NULL, NO_FEATURE);
    else
        mf__stream_whole(json, NULL, node->feature);
}

static void put_threshold(struct mf__json_stream *json, const mf_node *node)
{
    if (node->left == MF_NODE_LEAF)
        mf__stream_word(json, NULL, NO_FEATURE);
    else
        mf__stream_number(json, NULL, node->threshold);
}

static void put_samples(struct mf__json_stream *json, const mf_node *node)
{
    mf__stream_whole(json, NULL, node->samples);
}

static void put_weight(struct mf__json_stream *json, const mf_node *node)
{
    mf__stream_whole(json, NULL, node->weight);
}

static void put_mean(struct mf__json_stream *json, const mf_node *node)
{
    mf__stream_number(json, NULL, node->value);
}

static void put_nodes(struct mf__json_stream *json, const char *key, const struct mf__tree *tree,
                      void (*put)(struct mf__json_stream *, const mf_node *))
{
    mf__stream_open_array(json, key);
    for (uint32_t i = 0; i < tree->n_nodes; i++)
        put(json, &tree->nodes[i]);
    mf__stream_close_array(json);
}

static void put_class_counts(struct mf__json_stream *json, const struct mf__tree *tree, size_t n)
{
    mf__stream_open_array(json, "value");
    for (uint32_t i = 0; i < tree->n_nodes; i++) {
        mf__stream_open_array(json, NULL);
        for (size_t c = 0; c < n; c++)
            mf__stream_whole(json, NULL, tree->counts[i * n + c]);
        mf__stream_close_array(json);
    }
    mf__stream_close_array(json);
}

static void put_tree(struct mf__json_stream *json, const mf_forest *forest,
                     const struct mf__tree *tree)
{
    mf__stream_open(json, NULL);
    mf__stream_whole(json, "random_state", tree->seed);
    mf__stream_whole(json, "node_count", tree->n_nodes);
    put_nodes(json, "children_left", tree, put_left);
    put_nodes(json, "children_right", tree, put_right);
    put_nodes(json, "feature", tree, put_feature);
    put_nodes(json, "threshold", tree, put_threshold);
    put_nodes(json, "n_node_samples", tree, put_samples);
    put_nodes(json, "weighted_n_node_samples", tree, put_weight);
    if (forest->n_classes > 0)
        put_class_counts(json, tree, forest->n_classes);
    else
        put_nodes(json, "value", tree, put_mean);
    mf__stream_close(json);
}

static void put_oob(struct mf__json_stream *json, const mf_forest *forest)
{
    if (!forest->params.oob_score) {
        mf__stream_word(json, "oob", "null");
        return;
    }
    mf__stream_open(json, "oob");
    mf__stream_number(json, "score", forest->oob_score);
    mf__stream_whole(json, "never_out", forest->oob_never);
    mf__stream_close(json);
}

static void put_forest(struct mf__json_stream *json, const mf_forest *forest)
{
    mf__stream_open(json, "forest");
    mf__stream_whole(json, "n_features", forest->n_features);
    mf__stream_whole(json, "n_classes", forest->n_classes);
    mf__stream_whole(json, "n_rows", forest->n_rows);
    mf__stream_number(json, "grid", forest->grid);
    put_params(json, forest);
    mf__stream_open_array(json, "feature_importances");
    for (size_t i = 0; i < forest->n_features; i++)
        mf__stream_number(json, NULL, forest->importances[i]);
    mf__stream_close_array(json);
    put_oob(json, forest);
    mf__stream_open_array(json, "trees");
    for (uint64_t t = 0; t < forest->params.n_estimators && !mf__stream_failed(json); t++)
        put_tree(json, forest, &forest->trees[t]);
    mf__stream_close_array(json);
    mf__stream_close(json);
}

static int produce(void *user, struct mf__output *output, mf_error *error)
{
    const mf_model *model = user;
    struct mf__json_stream json = {.output = output, .first = true};
    mf__stream_open(&json, NULL);
    mf__stream_string(&json, "schema", "manyfold-model-1");
    mf__stream_string(&json, "schema_version", "1.0");
    mf__stream_open(&json, "tool");
    mf__stream_string(&json, "name", "manyfold");
    mf__stream_string(&json, "version", mf_version());
    mf__stream_close(&json);
    put_preparation(&json, model->preparation);
    put_forest(&json, model->forest);
    mf__stream_close(&json);
    return mf__stream_end(&json, error);
}

int mf_model_export_json(const mf_model *model, const char *path, mf_error *error)
{
    mf_model same = *model;
    return mf__output_stream(path, produce, &same, error);
}
