/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is believed in steps: what it is, its version, its length, its checksum, and only then its
 * content. A checksum finds what happened by accident; since whoever forges a file can make it fit,
 * everything that others take for granted of a model is checked as if there were none.
 */
#include "forest/model.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "forest/forest.h"
#include "forest/model_tree.h"
#include "forest/params.h"
#include "table/preparation.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define PIECE_BYTES ((size_t)1 << 20)

static bool take_bool(struct mf__byte_reader *bytes)
{
    uint8_t value = mf__take_u8(bytes);
    bytes->failed |= value > 1;
    return value == 1;
}

static mf_amount take_amount(struct mf__byte_reader *bytes)
{
    mf_amount amount = {.is_share = take_bool(bytes)};
    if (amount.is_share)
        amount.share = mf__take_f64(bytes);
    else
        amount.count = mf__take_u64(bytes);
    return amount;
}

static mf_forest_params take_params(struct mf__byte_reader *bytes)
{
    mf_forest_params params = {0};
    params.n_estimators = mf__take_u64(bytes);
    params.criterion = mf__take_u8(bytes);
    params.max_depth = mf__take_u64(bytes);
    params.min_samples_split = take_amount(bytes);
    params.min_samples_leaf = take_amount(bytes);
    params.max_features_kind = mf__take_u8(bytes);
    if (params.max_features_kind == MF_FEATURES_AMOUNT)
        params.max_features = take_amount(bytes);
    params.max_leaf_nodes = mf__take_u64(bytes);
    params.min_impurity_decrease = mf__take_f64(bytes);
    params.bootstrap = take_bool(bytes);
    params.has_max_samples = take_bool(bytes);
    if (params.has_max_samples)
        params.max_samples = take_amount(bytes);
    params.oob_score = take_bool(bytes);
    params.random_state = mf__take_u32(bytes);
    return params;
}

/* The numbers that stand in front of the trees. */
struct head {
    uint64_t n_features;
    uint64_t n_classes;
    uint64_t n_rows;
    int grid;
    mf_forest_params params;
    uint32_t n_drawn; /* follows from the others */
};

/* Accepts what mf_forest_fit would, and nothing that takes more room than the bytes allow. */
static int take_head(struct mf__byte_reader *bytes, const mf_preparation *preparation,
                     struct head *ret_head, mf_error *error)
{
    struct head head = {.n_features = mf__take_u64(bytes),
                        .n_classes = mf__take_u64(bytes),
                        .n_rows = mf__take_u64(bytes),
                        .grid = (int)mf__take_u32(bytes),
                        .params = take_params(bytes)};
    if (bytes->failed)
        return mf__fail(error, MF_E_FORMAT, "the parameters of the forest are malformed");
    if (head.n_features != mf_preparation_features(preparation) ||
        head.n_classes != mf_preparation_classes(preparation))
        return mf__fail(error, MF_E_FORMAT, "the forest does not fit the preparation");
    mf_matrix matrix = {.rows = head.n_rows, .columns = head.n_features};
    struct mf__growth growth;
    if (mf__growth_of(&head.params, &matrix, head.n_classes, &growth, error) != 0)
        return mf__fail_within(error, MF_E_FORMAT, "the parameters of the forest");
    head.n_drawn = growth.n_drawn;
    size_t left = mf__take_left(bytes);
    if (head.n_features > left / sizeof(double) ||
        head.params.n_estimators > left / MF__TREE_HEAD_BYTES)
        return mf__fail(error, MF_E_FORMAT, "the forest has more trees or features than bytes");
    *ret_head = head;
    return 0;
}

static double take_finite(struct mf__byte_reader *bytes)
{
    double value = mf__take_f64(bytes);
    bytes->failed |= !isfinite(value);
    return value;
}

/* What was learnt besides the trees. */
static int take_findings(struct mf__byte_reader *bytes, mf_forest *forest, mf_error *error)
{
    for (size_t i = 0; i < forest->n_features; i++)
        forest->importances[i] = take_finite(bytes);
    if (forest->params.oob_score) {
        forest->oob_score = take_finite(bytes);
        forest->oob_never = mf__take_u64(bytes);
    }
    if (bytes->failed || forest->oob_never > forest->n_rows)
        return mf__fail(error, MF_E_FORMAT, "importances or out-of-bag score are malformed");
    return 0;
}

static int take_trees(struct mf__byte_reader *bytes, mf_forest *forest, uint32_t n_drawn,
                      mf_error *error)
{
    for (uint64_t t = 0; t < forest->params.n_estimators; t++) {
        int code = mf__tree_read(bytes, forest, t, error);
        if (code != 0)
            return code;
        if (forest->trees[t].nodes[0].weight != n_drawn)
            return mf__fail(error, MF_E_FORMAT,
                            "tree %llu: it has another number of samples than were drawn",
                            (unsigned long long)t);
    }
    return 0;
}

static int take_forest(struct mf__byte_reader *bytes, const mf_preparation *preparation,
                       mf_forest **ret_forest, mf_error *error)
{
    struct head head;
    mf_forest *forest = NULL;
    int code = take_head(bytes, preparation, &head, error);
    if (code == 0)
        code = mf__forest_new(&head.params, head.n_features, head.n_classes, &forest, error);
    if (code != 0)
        return code;
    forest->n_rows = head.n_rows;
    forest->grid = head.grid;
    code = take_findings(bytes, forest, error);
    if (code == 0)
        code = take_trees(bytes, forest, head.n_drawn, error);
    if (code == 0 && mf__take_left(bytes) > 0)
        code = mf__fail(error, MF_E_FORMAT, "something stands behind the last tree");
    if (code == 0)
        *ret_forest = forest;
    else
        mf_forest_free(&forest);
    return code;
}

static int take_model(struct mf__byte_reader *bytes, mf_model **ret_model, mf_error *error)
{
    mf_preparation *preparation = NULL;
    mf_forest *forest = NULL;
    int code = mf__preparation_read(bytes, &preparation, error);
    if (code == 0)
        code = take_forest(bytes, preparation, &forest, error);
    if (code == 0)
        code = mf_model_join(&preparation, &forest, ret_model, error);
    mf_preparation_free(&preparation);
    mf_forest_free(&forest);
    return code;
}

/* What the head says: a model, of this version, with all its bytes. */
static int check_head(const unsigned char *bytes, size_t length, const char *file, mf_error *error)
{
    size_t seen = length < sizeof MF__MODEL_MAGIC ? length : sizeof MF__MODEL_MAGIC;
    if (seen == 0 || memcmp(bytes, MF__MODEL_MAGIC, seen) != 0)
        return mf__fail(error, MF_E_FORMAT, "%s is no model: expected a file that manyfold saved%s",
                        file, seen == 0 ? ", and it is empty" : "");
    if (length < MF__MODEL_HEAD_BYTES)
        return mf__fail(error, MF_E_FORMAT,
                        "%s is cut short: expected at least %d bytes, it has %zu", file,
                        MF__MODEL_HEAD_BYTES, length);
    uint32_t version = mf__load_u32(bytes + sizeof MF__MODEL_MAGIC);
    if (version != MF__MODEL_VERSION)
        return mf__fail(error, MF_E_FORMAT,
                        "%s is a model of format version %u, and this program reads version %u%s",
                        file, version, MF__MODEL_VERSION,
                        version > MF__MODEL_VERSION ? ": a newer manyfold is needed" : "");
    uint64_t expected = mf__load_u64(bytes + MF__MODEL_LENGTH_AT);
    if (length != expected)
        return mf__fail(error, MF_E_FORMAT, "%s is %s: expected %llu bytes, it has %zu", file,
                        length < expected ? "cut short" : "damaged", (unsigned long long)expected,
                        length);
    if (length < MF__MODEL_HEAD_BYTES + MF__MODEL_CHECKSUM_BYTES)
        return mf__fail(error, MF_E_FORMAT, "%s is damaged: it has no checksum", file);
    return 0;
}

static int check_whole(const unsigned char *bytes, size_t length, const char *file, mf_error *error)
{
    int code = check_head(bytes, length, file, error);
    if (code != 0)
        return code;
    size_t content = length - MF__MODEL_CHECKSUM_BYTES;
    XXH128_canonical_t found;
    XXH128_canonicalFromHash(&found, XXH3_128bits(bytes, content));
    if (memcmp(found.digest, bytes + content, sizeof found.digest) == 0)
        return 0;
    return mf__fail(error, MF_E_FORMAT,
                    "%s is damaged: expected a content that its checksum fits; get it again", file);
}

int mf_model_parse(const void *bytes, size_t length, const char *name, mf_model **ret_model,
                   mf_error *error)
{
    struct mf__quoted file = mf__quote(name);
    const unsigned char *at = bytes;
    int code = check_whole(at, length, file.text, error);
    if (code != 0)
        return code;
    struct mf__byte_reader reader = {.at = at + MF__MODEL_HEAD_BYTES,
                                     .end = at + length - MF__MODEL_CHECKSUM_BYTES};
    code = take_model(&reader, ret_model, error);
    return code == 0 ? 0 : mf__fail_within(error, code, "cannot read the model %s", file.text);
}

/* Adds all that comes out of a file. */
static int read_all(int fd, const char *path, struct mf__buffer *bytes, mf_error *error)
{
    for (;;) {
        size_t before = bytes->length;
        mf__buffer_fill(bytes, 0, PIECE_BYTES);
        int code = mf__buffer_check(bytes, error);
        if (code != 0)
            return code;
        ssize_t n = read(fd, bytes->bytes + before, PIECE_BYTES);
        bytes->length = before + (n > 0 ? (size_t)n : 0);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return mf__fail_errno(error, errno, "cannot read the model %s", mf__quote(path).text);
    }
}

int mf_model_load(const char *path, mf_model **ret_model, mf_error *error)
{
    struct mf__buffer bytes = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return mf__fail_errno(error, errno, "cannot read the model %s", mf__quote(path).text);
    int code = read_all(fd, path, &bytes, error);
    close(fd);
    if (code == 0)
        code = mf_model_parse(bytes.bytes, bytes.length, path, ret_model, error);
    mf__buffer_done(&bytes);
    return code;
}
