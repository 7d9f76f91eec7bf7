/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file is made in memory, where it takes a fraction of what the forest takes, so that its
 * length can stand at its beginning and be checked before anything else is.
 */
#include "forest/model.h"

#include "base/bytes.h"
#include "base/output.h"
#include "forest/forest.h"
#include "forest/model_tree.h"
#include "table/preparation.h"

#include <xxhash.h>

/* The part that counts, and not what the other one happens to hold. */
static void write_amount(struct mf__buffer *buffer, const mf_amount *amount)
{
    mf__bytes_u8(buffer, amount->is_share);
    if (amount->is_share)
        mf__bytes_f64(buffer, amount->share);
    else
        mf__bytes_u64(buffer, amount->count);
}

static void write_params(struct mf__buffer *buffer, const mf_forest_params *params)
{
    mf__bytes_u64(buffer, params->n_estimators);
    mf__bytes_u8(buffer, (uint8_t)params->criterion);
    mf__bytes_u64(buffer, params->max_depth);
    write_amount(buffer, &params->min_samples_split);
    write_amount(buffer, &params->min_samples_leaf);
    mf__bytes_u8(buffer, (uint8_t)params->max_features_kind);
    if (params->max_features_kind == MF_FEATURES_AMOUNT)
        write_amount(buffer, &params->max_features);
    mf__bytes_u64(buffer, params->max_leaf_nodes);
    mf__bytes_f64(buffer, params->min_impurity_decrease);
    mf__bytes_u8(buffer, params->bootstrap);
    mf__bytes_u8(buffer, params->has_max_samples);
    if (params->has_max_samples)
        write_amount(buffer, &params->max_samples);
    mf__bytes_u8(buffer, params->oob_score);
    mf__bytes_u32(buffer, params->random_state);
}

static void write_forest(struct mf__buffer *buffer, const mf_forest *forest)
{
    mf__bytes_u64(buffer, forest->n_features);
    mf__bytes_u64(buffer, forest->n_classes);
    mf__bytes_u64(buffer, forest->n_rows);
    mf__bytes_u32(buffer, (uint32_t)forest->grid);
    write_params(buffer, &forest->params);
    for (size_t i = 0; i < forest->n_features; i++)
        mf__bytes_f64(buffer, forest->importances[i]);
    if (forest->params.oob_score) {
        mf__bytes_f64(buffer, forest->oob_score);
        mf__bytes_u64(buffer, forest->oob_never);
    }
    for (uint64_t t = 0; t < forest->params.n_estimators; t++)
        mf__tree_write(forest, t, buffer);
}

int mf__model_bytes(const mf_model *model, struct mf__buffer *ret_bytes, mf_error *error)
{
    mf__buffer_add(ret_bytes, MF__MODEL_MAGIC, sizeof MF__MODEL_MAGIC);
    mf__bytes_u32(ret_bytes, MF__MODEL_VERSION);
    mf__bytes_u64(ret_bytes, 0); /* the length, below */
    mf__preparation_write(model->preparation, ret_bytes);
    write_forest(ret_bytes, model->forest);
    int code = mf__buffer_check(ret_bytes, error);
    if (code != 0)
        return code;
    unsigned char *bytes = (unsigned char *)ret_bytes->bytes;
    mf__store_u64(bytes + MF__MODEL_LENGTH_AT, ret_bytes->length + MF__MODEL_CHECKSUM_BYTES);
    XXH128_canonical_t checksum;
    XXH128_canonicalFromHash(&checksum, XXH3_128bits(bytes, ret_bytes->length));
    mf__buffer_add(ret_bytes, checksum.digest, sizeof checksum.digest);
    return mf__buffer_check(ret_bytes, error);
}

int mf_model_save(const mf_model *model, const char *path, mf_error *error)
{
    struct mf__buffer bytes = {0};
    int code = mf__model_bytes(model, &bytes, error);
    if (code == 0)
        code = mf__output_write(path, bytes.bytes, bytes.length, error);
    mf__buffer_done(&bytes);
    return code;
}
