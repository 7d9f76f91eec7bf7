/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of model files. Length and checksum are made to fit first, as somebody who forges a
 * file would do; else nothing behind them would ever be reached. What is then read must be a model:
 * every tree can be walked, rows can be predicted, and the model is written as a file that gives
 * the same model.
 */
#include "tests/fuzz/fuzz.h"

#include "base/bytes.h"
#include "forest/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

/* Goes down from every node. Children have higher numbers, so this ends. */
static void walk(const mf_forest *forest, size_t tree)
{
    size_t n_nodes = mf_forest_nodes(forest, tree), n_classes = mf_forest_classes(forest);
    size_t reached = 0;
    for (size_t i = 0; i < n_nodes; i++) {
        mf_node node = mf_forest_node(forest, tree, i);
        expect(isfinite(node.threshold) && isfinite(node.value));
        expect(node.feature < mf_forest_features(forest));
        expect(node.samples > 0 && node.weight >= node.samples);
        uint64_t weight = 0;
        for (size_t c = 0; c < n_classes; c++)
            weight += mf_forest_counts(forest, tree, i)[c];
        expect(n_classes == 0 || weight == node.weight);
        if (node.left == MF_NODE_LEAF)
            continue;
        expect(node.left > i && node.left < n_nodes && node.right > i && node.right < n_nodes);
        reached += 2;
    }
    expect(reached + 1 == n_nodes);
}

/* Few rows and many, which take different paths, of the numbers -1, 0 and 1. */
static void predict(const mf_forest *forest)
{
    enum { ROWS = 40 };
    size_t columns = mf_forest_features(forest), n_classes = mf_forest_classes(forest);
    size_t width = n_classes > 0 ? n_classes : 1;
    float *values = malloc(ROWS * columns * sizeof *values);
    double *predicted = malloc(ROWS * width * sizeof *predicted);
    expect(values != NULL && predicted != NULL);
    for (size_t i = 0; i < ROWS * columns; i++)
        values[i] = (float)(i % 3) - 1;
    mf_pool_options options = mf_pool_defaults();
    mf_pool *pool = NULL;
    mf_error error = {0};
    expect(mf_pool_open(mf_way_find("serial"), &options, &pool, &error) == 0);
    for (size_t rows = 1; rows <= ROWS; rows += ROWS - 1) {
        const mf_matrix matrix = {values, rows, columns};
        expect(mf_forest_predict(forest, pool, &matrix, NULL, predicted, &error) == 0);
        for (size_t i = 0; i < rows * n_classes; i++)
            expect(predicted[i] >= 0 && predicted[i] <= 1 + 1e-9);
    }
    mf_pool_close(&pool);
    free(values);
    free(predicted);
}

static struct mf__buffer bytes_of(const mf_model *model)
{
    struct mf__buffer bytes = {0};
    mf_error error = {0};
    expect(mf__model_bytes(model, &bytes, &error) == 0);
    return bytes;
}

static void try(const void *bytes, size_t length)
{
    mf_model *model = NULL, *again = NULL;
    mf_error error = {0};
    int code = mf_model_parse(bytes, length, "fuzz", &model, &error);
    expect((code == 0) == (model != NULL) && strchr(error.text, '\n') == NULL);
    if (code != 0)
        return;
    const mf_forest *forest = mf_model_forest(model);
    for (size_t t = 0; t < mf_forest_trees(forest); t++)
        walk(forest, t);
    predict(forest);
    struct mf__buffer first = bytes_of(model);
    expect(mf_model_parse(first.bytes, first.length, "fuzz", &again, &error) == 0);
    struct mf__buffer second = bytes_of(again);
    expect(first.length == second.length && memcmp(first.bytes, second.bytes, first.length) == 0);
    expect(mf_model_export_json(model, "/dev/null", &error) == 0);
    mf__buffer_done(&first);
    mf__buffer_done(&second);
    mf_model_free(&model);
    mf_model_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    try(bytes, length);
    if (length < MF__MODEL_HEAD_BYTES + MF__MODEL_CHECKSUM_BYTES)
        return 0;
    unsigned char *copy = malloc(length);
    expect(copy != NULL);
    memcpy(copy, bytes, length);
    memcpy(copy, MF__MODEL_MAGIC, sizeof MF__MODEL_MAGIC);
    mf__store_u32(copy + sizeof MF__MODEL_MAGIC, MF__MODEL_VERSION);
    mf__store_u64(copy + MF__MODEL_LENGTH_AT, length);
    XXH128_canonical_t checksum;
    size_t content = length - MF__MODEL_CHECKSUM_BYTES;
    XXH128_canonicalFromHash(&checksum, XXH3_128bits(copy, content));
    memcpy(copy + content, checksum.digest, sizeof checksum.digest);
    try(copy, length);
    free(copy);
    return 0;
}
