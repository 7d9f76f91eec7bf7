/* SPDX-License-Identifier: Apache-2.0 */
#include "forest/model.h"

#include "tests/unit/models.h"
#include "tests/unit/unit.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "forest/forest.h"
#include "forest/model_tree.h"
#include "table/preparation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

/* ---- what comes back ---- */

static struct mf__buffer bytes_of(const mf_model *model)
{
    struct mf__buffer bytes = {0};
    mf_error error = {0};
    if (mf__model_bytes(model, &bytes, &error) != 0)
        fail_msg("%s", error.text);
    return bytes;
}

static void assert_same_tree(const mf_forest *a, const mf_forest *b, size_t tree)
{
    const struct mf__tree *left = &a->trees[tree], *right = &b->trees[tree];
    assert_int_equal(left->seed, right->seed);
    assert_int_equal(left->n_nodes, right->n_nodes);
    assert_memory_equal(left->nodes, right->nodes, left->n_nodes * sizeof *left->nodes);
    assert_int_equal(left->counts == NULL, right->counts == NULL);
    if (left->counts != NULL)
        assert_memory_equal(left->counts, right->counts,
                            left->n_nodes * a->n_classes * sizeof *left->counts);
}

static void assert_same_amount(mf_amount a, mf_amount b)
{
    assert_int_equal(a.is_share, b.is_share);
    assert_true(a.is_share ? a.share == b.share : a.count == b.count);
}

static void assert_same_params(const mf_forest_params *a, const mf_forest_params *b)
{
    assert_true(a->n_estimators == b->n_estimators && a->max_depth == b->max_depth);
    assert_int_equal(a->criterion, b->criterion);
    assert_same_amount(a->min_samples_split, b->min_samples_split);
    assert_same_amount(a->min_samples_leaf, b->min_samples_leaf);
    assert_int_equal(a->max_features_kind, b->max_features_kind);
    assert_same_amount(a->max_features, b->max_features);
    assert_true(a->max_leaf_nodes == b->max_leaf_nodes);
    assert_true(a->min_impurity_decrease == b->min_impurity_decrease);
    assert_int_equal(a->bootstrap, b->bootstrap);
    assert_int_equal(a->has_max_samples, b->has_max_samples);
    assert_same_amount(a->max_samples, b->max_samples);
    assert_int_equal(a->oob_score, b->oob_score);
    assert_int_equal(a->random_state, b->random_state);
}

static void assert_same_forest(const mf_forest *a, const mf_forest *b)
{
    assert_same_params(&a->params, &b->params);
    assert_int_equal(a->n_features, b->n_features);
    assert_int_equal(a->n_classes, b->n_classes);
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->grid, b->grid);
    assert_memory_equal(a->importances, b->importances, a->n_features * sizeof *a->importances);
    assert_true(a->oob_score == b->oob_score && a->oob_never == b->oob_never);
    for (size_t t = 0; t < a->params.n_estimators; t++)
        assert_same_tree(a, b, t);
}

/* The model comes back from its bytes, and these from the model that came back. */
static void assert_round_trip(mf_model *model)
{
    struct mf__buffer bytes = bytes_of(model);
    mf_model *back = NULL;
    mf_error error = {0};
    if (mf_model_parse(bytes.bytes, bytes.length, "it", &back, &error) != 0)
        fail_msg("%s", error.text);
    assert_same_forest(mf_model_forest(model), mf_model_forest(back));
    assert_string_equal(mf_preparation_target(mf_model_preparation(back)), "the \"target\"");
    struct mf__buffer again = bytes_of(back);
    assert_int_equal(again.length, bytes.length);
    assert_memory_equal(again.bytes, bytes.bytes, bytes.length);
    mf__buffer_done(&again);
    mf__buffer_done(&bytes);
    mf_model_free(&back);
    assert_null(back);
    mf_model_free(&model);
}

static void a_regression_comes_back(void **state)
{
    (void)state;
    assert_round_trip(mf__test_regression());
}

static void a_tree_grown_best_first_comes_back(void **state)
{
    (void)state;
    assert_round_trip(mf__test_best_first());
}

/* Left children behind their parents, and yet not grown depth first. */
static void a_tree_in_another_order_comes_back(void **state)
{
    (void)state;
    mf_model *model = mf__test_regression();
    static const mf_node nodes[] = {
        {1, 3, 2, 7, 10, 0.5, 2.7},
        {2, 4, 0, 4, 5, 1.5, 0.5},
        {MF_NODE_LEAF, MF_NODE_LEAF, 0, 2, 2, 0, -1.0},
        {MF_NODE_LEAF, MF_NODE_LEAF, 0, 3, 5, 0, -0.0},
        {MF_NODE_LEAF, MF_NODE_LEAF, 0, 2, 3, 0, 6.25},
    };
    memcpy(model->forest->trees[0].nodes, nodes, sizeof nodes);
    assert_round_trip(model);
}

static void a_classification_comes_back(void **state)
{
    (void)state;
    assert_round_trip(mf__test_classification());
}

static void the_bytes_are_the_same_on_every_machine(void **state)
{
    (void)state;
    mf_model *const models[] = {mf__test_regression(), mf__test_best_first(),
                                mf__test_classification()};
    static const char *const checksums[] = {"640725f49b81c92f981b49139707f942",
                                            "43b931512c9c202be2046d46bc441da1",
                                            "0c97575e188ff196312a1b6071a57629"};
    for (size_t i = 0; i < 3; i++) {
        mf_model *model = models[i];
        struct mf__buffer bytes = bytes_of(model), shown = {0};
        for (size_t k = bytes.length - MF__MODEL_CHECKSUM_BYTES; k < bytes.length; k++)
            mf__buffer_print(&shown, "%02x", (unsigned)(unsigned char)bytes.bytes[k]);
        assert_string_equal(mf__buffer_text(&shown), checksums[i]);
        mf__buffer_done(&shown);
        mf__buffer_done(&bytes);
        mf_model_free(&model);
    }
}

/* ---- bytes that are no model ---- */

static void fix_checksum(struct mf__buffer *bytes)
{
    size_t content = bytes->length - MF__MODEL_CHECKSUM_BYTES;
    XXH128_canonical_t checksum;
    XXH128_canonicalFromHash(&checksum, XXH3_128bits(bytes->bytes, content));
    memcpy(bytes->bytes + content, checksum.digest, sizeof checksum.digest);
}

/* A copy that ends where the bytes end, so that a sanitizer sees what is read behind it. */
static unsigned char *exact_copy(const void *bytes, size_t length)
{
    unsigned char *copy = mf__new(length > 0 ? length : 1, 1);
    assert_non_null(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* Refused with a sentence on one line that holds `words`, nothing returned. */
static void assert_refused(const void *bytes, size_t length, const char *words)
{
    unsigned char *exact = exact_copy(bytes, length);
    mf_model *model = NULL;
    mf_error error = {0};
    int code = mf_model_parse(exact, length, "some.model", &model, &error);
    mf__free(exact);
    assert_int_equal(code, MF_E_FORMAT);
    assert_int_equal(error.code, MF_E_FORMAT);
    assert_null(model);
    assert_null(strchr(error.text, '\n'));
    if (strstr(error.text, "some.model") == NULL || strstr(error.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void every_beginning_of_a_file_is_refused(void **state)
{
    (void)state;
    mf_model *model = mf__test_regression();
    struct mf__buffer bytes = bytes_of(model);
    assert_refused(bytes.bytes, 0, "empty");
    for (size_t length = 1; length < bytes.length; length++)
        assert_refused(bytes.bytes, length, "cut short");
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    mf_model *const models[] = {mf__test_regression(), mf__test_best_first(),
                                mf__test_classification()};
    for (size_t i = 0; i < 3; i++) {
        mf_model *model = models[i];
        struct mf__buffer bytes = bytes_of(model);
        for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
            bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
            assert_refused(bytes.bytes, bytes.length, "");
            bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
        }
        mf__buffer_done(&bytes);
        mf_model_free(&model);
    }
}

static void other_files_and_versions_are_named(void **state)
{
    (void)state;
    assert_refused("a,b\n1,2\n", 8, "no model");
    assert_refused("manyfold model, almost", 22, "no model");
    mf_model *model = mf__test_regression();
    struct mf__buffer bytes = bytes_of(model);
    mf__buffer_add(&bytes, "x", 1);
    assert_refused(bytes.bytes, bytes.length, "damaged");
    bytes.length--;
    bytes.bytes[16] = 2;
    fix_checksum(&bytes);
    assert_refused(bytes.bytes, bytes.length, "version 2, and this program reads version 1");
    assert_refused(bytes.bytes, bytes.length, "newer manyfold");
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

/* ---- models that cannot be, with a checksum that fits ---- */

static void assert_forgery_refused(mf_model *model, const char *words)
{
    struct mf__buffer bytes = bytes_of(model);
    assert_refused(bytes.bytes, bytes.length, words);
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

#define FORGED(make, field, value, words)                                                          \
    do {                                                                                           \
        mf_model *model = make();                                                                  \
        mf_forest *forest = model->forest;                                                         \
        forest->field = (value);                                                                   \
        assert_forgery_refused(model, words);                                                      \
    } while (0)

static void features_out_of_range_are_refused(void **state)
{
    (void)state;
    FORGED(mf__test_regression, trees[0].nodes[1].feature, 3, "tree 0: a feature");
    FORGED(mf__test_classification, trees[0].nodes[0].feature, 300, "tree 0: a feature");
}

static void numbers_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    FORGED(mf__test_regression, trees[0].nodes[0].threshold, (double)NAN, "not finite");
    FORGED(mf__test_regression, trees[0].nodes[1].value, (double)INFINITY, "not finite");
    FORGED(mf__test_regression, trees[1].nodes[0].value, -(double)INFINITY, "tree 1: a number");
    FORGED(mf__test_regression, importances[2], (double)NAN, "importances");
    FORGED(mf__test_regression, oob_score, (double)NAN, "out-of-bag");
}

static void samples_that_do_not_add_up_are_refused(void **state)
{
    (void)state;
    FORGED(mf__test_regression, trees[0].nodes[2].samples, 0, "samples of a leaf");
    FORGED(mf__test_regression, trees[0].nodes[2].samples, 3, "samples of a leaf");
    FORGED(mf__test_regression, trees[0].nodes[2].weight, 3, "were drawn");
    FORGED(mf__test_regression, trees[0].nodes[2].weight, UINT32_MAX, "too many samples");
    FORGED(mf__test_regression, trees[1].nodes[0].weight, 9, "tree 1: it has another number");
    FORGED(mf__test_classification, trees[0].counts[11], 0, "samples of a leaf");
    FORGED(mf__test_classification, trees[0].counts[11], UINT32_MAX, "too many samples");
    FORGED(mf__test_classification, trees[0].counts[12], UINT32_MAX, "samples of a leaf");
    FORGED(mf__test_regression, oob_never, 11, "out-of-bag");
    FORGED(mf__test_regression, n_rows, 9, "drawn");
}

/* Reads the bytes as the first tree of the model. */
static void assert_tree_refused(mf_model *model, struct mf__buffer *bytes, const char *words)
{
    model->forest->trees[0] = (struct mf__tree){0};
    unsigned char *at = exact_copy(bytes->bytes, bytes->length);
    struct mf__byte_reader reader = {.at = at, .end = at + bytes->length};
    mf_error error = {0};
    assert_int_equal(mf__tree_read(&reader, model->forest, 0, &error), MF_E_FORMAT);
    if (strstr(error.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
    mf__free(at);
    mf__buffer_done(bytes);
    mf_model_free(&model);
}

static void links_that_make_no_tree_are_refused(void **state)
{
    (void)state;
    /* In nodes 0 to 6; the tree is written with its links. */
    static const struct {
        uint32_t node, left, right;
    } links[] = {
        {0, 0, 2}, {0, 1, 1}, {0, 1, 7}, {0, UINT32_MAX - 1, 2}, {1, 5, 5}, {2, 1, 4}, {2, 5, 4},
        {2, 3, 2}, {1, 0, 6}, {2, 3, 6}, {0, 1, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        mf_model *model = mf__test_best_first();
        struct mf__buffer bytes = {0};
        mf__tree_write(model->forest, 0, &bytes);
        unsigned char *link = (unsigned char *)bytes.bytes + MF__TREE_HEAD_BYTES + 1;
        mf__store_u32(link + 8 * links[i].node, links[i].left);
        mf__store_u32(link + 8 * links[i].node + 4, links[i].right);
        assert_tree_refused(model, &bytes, "a child");
    }
}

/* A split fewer among the nodes, and one behind the last of them. */
static void splits_behind_the_last_node_are_refused(void **state)
{
    (void)state;
    mf_model *model = mf__test_best_first();
    struct mf__buffer bytes = {0};
    mf__tree_write(model->forest, 0, &bytes);
    assert_int_equal(bytes.bytes[MF__TREE_HEAD_BYTES], 7);
    bytes.bytes[MF__TREE_HEAD_BYTES] = (char)(3 | 0x80);
    assert_tree_refused(model, &bytes, "its splits");
}

static void counts_above_32_bits_are_refused(void **state)
{
    (void)state;
    mf_model *model = mf__test_regression();
    struct mf__buffer bytes = {0};
    mf__tree_write(model->forest, 0, &bytes);
    bytes.length--; /* the weight of the last leaf */
    mf__buffer_add(&bytes, "\x84\x80\x80\x80\x10", 5);
    assert_tree_refused(model, &bytes, "samples of a leaf");
}

static void parameters_out_of_range_are_refused(void **state)
{
    (void)state;
    FORGED(mf__test_regression, params.min_samples_leaf.share, 2, "min_samples_leaf");
    FORGED(mf__test_regression, params.min_impurity_decrease, (double)NAN, "min_impurity");
    FORGED(mf__test_regression, params.criterion, MF_CRITERION_GINI, "criterion");
    FORGED(mf__test_best_first, params.max_features.count, 4, "max_features");
    FORGED(mf__test_best_first, params.max_leaf_nodes, 1, "max_leaf_nodes");
    FORGED(mf__test_regression, n_rows, 0, "rows");
}

/* Puts a number where the forest's begin, behind the preparation. */
static void assert_number_refused(size_t index, uint64_t value, const char *words)
{
    mf_model *model = mf__test_regression();
    struct mf__buffer bytes = bytes_of(model), preparation = {0};
    mf__preparation_write(model->preparation, &preparation);
    size_t at = MF__MODEL_HEAD_BYTES + preparation.length + 8 * index;
    mf__store_u64((unsigned char *)bytes.bytes + at, value);
    fix_checksum(&bytes);
    assert_refused(bytes.bytes, bytes.length, words);
    mf__buffer_done(&preparation);
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

static void numbers_larger_than_the_file_are_refused(void **state)
{
    (void)state;
    assert_number_refused(0, UINT64_MAX, "does not fit the preparation");
    assert_number_refused(1, 2, "does not fit the preparation");
    assert_number_refused(2, UINT64_MAX, "rows");
    mf_model *model = mf__test_regression();
    struct mf__buffer bytes = bytes_of(model), preparation = {0};
    mf__preparation_write(model->preparation, &preparation);
    size_t at = MF__MODEL_HEAD_BYTES + preparation.length + 28; /* n_estimators */
    mf__store_u64((unsigned char *)bytes.bytes + at, 1U << 20);
    fix_checksum(&bytes);
    assert_refused(bytes.bytes, bytes.length, "more trees or features than bytes");
    mf__store_u64((unsigned char *)bytes.bytes + at, (1U << 20) + 1);
    fix_checksum(&bytes);
    assert_refused(bytes.bytes, bytes.length, "n_estimators");
    mf__buffer_done(&preparation);
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

static void bytes_behind_the_last_tree_are_refused(void **state)
{
    (void)state;
    mf_model *model = mf__test_regression();
    struct mf__buffer bytes = bytes_of(model);
    mf__bytes_u8(&bytes, 0);
    mf__store_u64((unsigned char *)bytes.bytes + MF__MODEL_LENGTH_AT, bytes.length);
    fix_checksum(&bytes);
    assert_refused(bytes.bytes, bytes.length, "behind the last tree");
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

/* ---- one tree, every byte ---- */

/* What the rest of the library takes for granted, looked at from the other side: by going down. */
static uint32_t walk(const mf_forest *forest, const struct mf__tree *tree, uint32_t node)
{
    assert_true(node < tree->n_nodes);
    const mf_node *at = &tree->nodes[node];
    assert_true(isfinite(at->threshold) && isfinite(at->value));
    assert_true(at->feature < forest->n_features);
    assert_true(at->samples >= 1 && at->weight >= at->samples);
    uint64_t weight = 0;
    for (size_t c = 0; c < forest->n_classes; c++)
        weight += tree->counts[node * forest->n_classes + c];
    assert_true(forest->n_classes == 0 || weight == at->weight);
    if (at->left == MF_NODE_LEAF)
        return 1;
    const mf_node *left = &tree->nodes[at->left], *right = &tree->nodes[at->right];
    assert_true(at->left > node && at->right > node && at->left != at->right);
    assert_true((uint64_t)left->weight + right->weight == at->weight);
    assert_true((uint64_t)left->samples + right->samples == at->samples);
    return 1 + walk(forest, tree, at->left) + walk(forest, tree, at->right);
}

/* Gives every byte of the first tree every value. What is then read is refused, or is a tree. */
static void try_every_byte(mf_model *model)
{
    mf_forest *forest = model->forest;
    struct mf__tree *tree = &forest->trees[0];
    struct mf__buffer bytes = {0};
    mf__tree_write(forest, 0, &bytes);
    unsigned char *at = exact_copy(bytes.bytes, bytes.length);
    unsigned n_read = 0, n_refused = 0;
    for (size_t i = 0; i < 256 * bytes.length; i++) {
        unsigned char before = at[i / 256];
        at[i / 256] = (unsigned char)i;
        struct mf__byte_reader reader = {.at = at, .end = at + bytes.length};
        tree->nodes = NULL;
        tree->counts = NULL;
        mf_error error = {0};
        int code = mf__tree_read(&reader, forest, 0, &error);
        if (code == 0)
            assert_int_equal(walk(forest, tree, 0), tree->n_nodes);
        else
            assert_int_equal(code, MF_E_FORMAT);
        *(code == 0 ? &n_read : &n_refused) += 1;
        at[i / 256] = before;
    }
    assert_true(n_read > 256 && n_refused > 256);
    mf__free(at);
    mf__buffer_done(&bytes);
    mf_model_free(&model);
}

static void whatever_is_read_is_a_tree(void **state)
{
    (void)state;
    try_every_byte(mf__test_regression());
    try_every_byte(mf__test_best_first());
    try_every_byte(mf__test_classification());
}

/* ---- files ---- */

static void a_file_is_loaded_as_it_was_saved(void **state)
{
    (void)state;
    char path[] = "/tmp/manyfold-model-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    mf_model *model = mf__test_classification(), *back = NULL;
    mf_error error = {0};
    assert_int_equal(mf_model_save(model, path, &error), 0);
    assert_int_equal(mf_model_load(path, &back, &error), 0);
    assert_same_forest(mf_model_forest(model), mf_model_forest(back));
    mf_model_free(&back);
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(mf_model_load(path, &back, &error), MF_E_FORMAT);
    assert_non_null(strstr(error.text, "cut short"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mf_model_load(path, &back, &error), MF_E_SYSTEM);
    assert_non_null(strstr(error.text, path));
    assert_int_equal(mf_model_load("/tmp", &back, &error), MF_E_SYSTEM);
    assert_null(back);
    assert_int_equal(mf_model_save(model, "/tmp", &error), MF_E_OUTPUT);
    mf_model_free(&model);
}

static void what_does_not_fit_together_is_not_joined(void **state)
{
    (void)state;
    mf_model *a = mf__test_regression(), *b = mf__test_classification(), *joined = NULL;
    mf_error error = {0};
    assert_int_equal(mf_model_join(&a->preparation, &b->forest, &joined, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "3 features"));
    b->forest->n_features = 3;
    assert_int_equal(mf_model_join(&a->preparation, &b->forest, &joined, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "0 classes"));
    assert_null(joined);
    assert_non_null(a->preparation);
    mf_model_free(&a);
    mf_model_free(&b);
    mf_model_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_regression_comes_back),
        cmocka_unit_test(a_tree_grown_best_first_comes_back),
        cmocka_unit_test(a_tree_in_another_order_comes_back),
        cmocka_unit_test(a_classification_comes_back),
        cmocka_unit_test(the_bytes_are_the_same_on_every_machine),
        cmocka_unit_test(every_beginning_of_a_file_is_refused),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(other_files_and_versions_are_named),
        cmocka_unit_test(features_out_of_range_are_refused),
        cmocka_unit_test(numbers_that_are_not_finite_are_refused),
        cmocka_unit_test(samples_that_do_not_add_up_are_refused),
        cmocka_unit_test(links_that_make_no_tree_are_refused),
        cmocka_unit_test(splits_behind_the_last_node_are_refused),
        cmocka_unit_test(counts_above_32_bits_are_refused),
        cmocka_unit_test(parameters_out_of_range_are_refused),
        cmocka_unit_test(numbers_larger_than_the_file_are_refused),
        cmocka_unit_test(bytes_behind_the_last_tree_are_refused),
        cmocka_unit_test(whatever_is_read_is_a_tree),
        cmocka_unit_test(a_file_is_loaded_as_it_was_saved),
        cmocka_unit_test(what_does_not_fit_together_is_not_joined),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
