/* SPDX-License-Identifier: Apache-2.0 */
/* Prediction against the plainest way to do it, to the bit. */
#include "forest/predict.h"
#include "tests/unit/chance.h"
#include "tests/unit/jobs.h"

#include <float.h>
#include <math.h>

static const char *const ways[] = {"serial", "threads", "processes"};

/* Room for the predictions, filled with what none is; to be freed. */
static double *new_room(const mf_forest *forest, size_t rows)
{
    size_t bytes = rows * mf__outputs(forest) * sizeof(double);
    double *room = malloc(bytes + 1);
    assert_non_null(room);
    memset(room, 0x55, bytes);
    return room;
}

static void assert_predicts(const mf_forest *forest, const mf_matrix *matrix, const char *way,
                            unsigned workers)
{
    mf_error error = {0};
    double *wanted = plain_predict(forest, matrix);
    double *found = new_room(forest, matrix->rows);
    mf_pool *pool = open_pool(way, workers);
    assert_non_null(pool);
    if (mf_forest_predict(forest, pool, matrix, NULL, found, &error) != 0)
        fail_msg("%s", error.text);
    if (memcmp(found, wanted, matrix->rows * mf__outputs(forest) * sizeof *found) != 0)
        fail_msg("%zu rows, %zu features, %zu classes, %u nodes, %s %u", matrix->rows,
                 matrix->columns, forest->n_classes, forest->trees[0].n_nodes, way, workers);
    mf_pool_close(&pool);
    free(found);
    free(wanted);
}

static void assert_shape(struct chance *chance, size_t rows)
{
    mf_forest *forest = chance_forest(chance);
    mf_matrix matrix = chance_matrix(chance, rows);
    assert_predicts(forest, &matrix, "serial", 1);
    chance_matrix_free(&matrix);
    mf_forest_free(&forest);
}

static void any_number_of_rows_is_predicted(void **state)
{
    (void)state;
    const size_t rows[] = {0, 1, 2, 15, 255, 256, 257, 511, 512, 513, 4097, 20000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct chance chance = {.n_features = 5, .n_trees = 4, .n_splits = 60, .random = {i}};
        assert_shape(&chance, rows[i]);
        chance.n_classes = 3;
        assert_shape(&chance, rows[i]);
    }
}

static void trees_of_any_size_are_predicted(void **state)
{
    (void)state;
    const uint32_t splits[] = {0, 1, 2, 3, 7, 100, 5000};
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct chance chance = {
            .n_features = 3, .n_trees = 3, .n_splits = splits[i], .random = {i}};
        assert_shape(&chance, 700);
        chance.n_classes = 2;
        assert_shape(&chance, 700);
        assert_shape(&chance, 2); /* too few for packing the larger ones */
    }
}

/* From 2^8 on, a packed node needs more bits for the feature, and has fewer for the child. */
static void any_number_of_features_is_predicted(void **state)
{
    (void)state;
    const size_t features[] = {1, 2, 254, 255, 256, 257, 1000, 65535, 65536, 70000};
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        struct chance chance = {
            .n_features = features[i], .n_trees = 2, .n_splits = 300, .random = {i}};
        assert_shape(&chance, 60);
    }
}

/* Places of nodes need 17 bits, and so many features 16: more than a packed node has. */
static void a_tree_whose_nodes_do_not_fit_is_predicted_too(void **state)
{
    (void)state;
    struct chance chance = {.n_features = 40000, .n_trees = 1, .n_splits = 60000, .random = {5}};
    mf_forest *forest = chance_forest(&chance);
    mf_matrix matrix = chance_matrix(&chance, 40);
    float *rows = calloc(40 * mf__row_floats(forest), sizeof *rows);
    double sums[40] = {0};
    double *wanted = plain_predict(forest, &matrix);
    struct mf__packed *packed = NULL;
    assert_int_equal(mf__packed_new(forest, SIZE_MAX, &packed, NULL), 0);
    mf__rows_copy(&matrix, 0, 40, rows);
    mf__packed_add(packed, 0, &(struct mf__batch){.rows = rows, .n = 40}, sums);
    assert_memory_equal(sums, wanted, sizeof sums);
    mf__packed_free(packed);
    free(wanted);
    free(rows);
    chance_matrix_free(&matrix);
    mf_forest_free(&forest);
}

static void every_way_and_worker_count_gives_the_same_bits(void **state)
{
    (void)state;
    struct chance chance = {
        .n_features = 6, .n_classes = 3, .n_trees = 7, .n_splits = 200, .random = {1}};
    mf_forest *forest = chance_forest(&chance);
    mf_matrix matrix = chance_matrix(&chance, 3001);
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
        for (unsigned workers = 1; workers <= (w == 0 ? 1 : 8); workers++)
            assert_predicts(forest, &matrix, ways[w], workers);
    chance_matrix_free(&matrix);
    mf_forest_free(&forest);
}

/* A root with the children 1 and 2, and what it predicts for one value. */
static double fall_from(double threshold, float value)
{
    struct chance chance = {.n_features = 1, .n_trees = 1, .n_splits = 1};
    mf_forest *forest = chance_forest(&chance);
    forest->trees[0].nodes[0].threshold = threshold;
    forest->trees[0].nodes[1].value = 1;
    forest->trees[0].nodes[2].value = 2;
    struct mf__packed *packed = NULL;
    assert_int_equal(mf__packed_new(forest, 1, &packed, NULL), 0);
    const float row[] = {value, NAN};
    double sum = 0;
    mf__packed_add(packed, 0, &(struct mf__batch){.rows = row, .n = 1}, &sum);
    mf__packed_free(packed);
    mf_forest_free(&forest);
    return sum;
}

static void assert_border(double threshold)
{
    float below = (float)threshold;
    if ((double)below > threshold)
        below = nextafterf(below, -INFINITY);
    float above = nextafterf(below, INFINITY);
    if (fall_from(threshold, below) != 1 || (isfinite(above) && fall_from(threshold, above) != 2))
        fail_msg("threshold %.17g", threshold);
}

static void a_row_goes_left_up_to_the_threshold_and_right_from_the_next_float_on(void **state)
{
    (void)state;
    const double thresholds[] = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 0.1,
                                 -0.1,
                                 1e-50,
                                 -1e-50,
                                 1e-40,
                                 -1e-40,
                                 0x1p-149,
                                 -0x1p-149,
                                 1e30,
                                 -1e30,
                                 0x1p-126,
                                 -0x1p-126,
                                 (double)FLT_MAX,
                                 123456.7,
                                 1e-44,
                                 -1e-44,
                                 1.5e-45,
                                 -1.5e-45,
                                 3.0,
                                 -123456.7};
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
        assert_border(thresholds[i]);
    struct mf__random random = {3};
    for (int i = 0; i < 2000; i++) {
        float value = (float)((double)mf__random_below(&random, 2000001) - 1e6) / 997.0F;
        double other = (double)nextafterf(value, INFINITY);
        assert_border((double)value);
        assert_border(((double)value + other) / 2);
    }
    assert_true(fall_from(1e300, FLT_MAX) == 1);
    assert_true(fall_from(-1e300, -FLT_MAX) == 2);
}

static void a_batch_may_list_its_rows(void **state)
{
    (void)state;
    struct chance chance = {.n_features = 3, .n_classes = 2, .n_trees = 1, .n_splits = 20};
    mf_forest *forest = chance_forest(&chance);
    mf_matrix matrix = chance_matrix(&chance, 900);
    float *rows = calloc(900 * mf__row_floats(forest), sizeof *rows);
    uint32_t which[300];
    double sums[900 * 2] = {0};
    double wanted[900 * 2] = {0};
    struct mf__packed *packed = NULL;
    assert_int_equal(mf__packed_new(forest, 300, &packed, NULL), 0);
    mf__rows_copy(&matrix, 0, 900, rows);
    for (uint32_t i = 0; i < 300; i++) {
        which[i] = 2 + 3 * ((i * 7) % 299);
        plain_add(forest, 0, &matrix, which[i], wanted + (size_t)which[i] * 2);
    }
    mf__packed_add(packed, 0, &(struct mf__batch){.rows = rows, .which = which, .n = 300}, sums);
    assert_memory_equal(sums, wanted, sizeof sums);
    mf__packed_free(packed);
    free(rows);
    chance_matrix_free(&matrix);
    mf_forest_free(&forest);
}

static void a_matrix_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct chance chance = {.n_features = 3, .n_trees = 1, .n_splits = 1};
    mf_forest *forest = chance_forest(&chance);
    float values[8] = {0};
    double predicted[2];
    mf_error error;
    mf_pool *pool = open_pool("serial", 1);
    mf_matrix matrix = {values, 2, 4};
    assert_int_equal(mf_forest_predict(forest, pool, &matrix, NULL, predicted, &error), MF_E_INPUT);
    assert_string_equal(error.text, "the matrix has 4 columns, but the forest was grown on 3");
    matrix.columns = 3;
    values[5] = NAN;
    assert_int_equal(mf_forest_predict(forest, pool, &matrix, NULL, predicted, &error), MF_E_INPUT);
    assert_string_equal(error.text, "row 1 of column 2 of the matrix is not a finite number");
    values[5] = -INFINITY;
    assert_int_equal(mf_forest_predict(forest, pool, &matrix, NULL, predicted, &error), MF_E_INPUT);
    mf_pool_close(&pool);
    mf_forest_free(&forest);
}

static void a_request_to_stop_is_heard(void **state)
{
    (void)state;
    struct chance chance = {.n_features = 3, .n_trees = 1, .n_splits = 1};
    mf_forest *forest = chance_forest(&chance);
    mf_matrix matrix = chance_matrix(&chance, 10);
    mf_cancel cancel = {0};
    double predicted[10];
    mf_pool *pool = open_pool("serial", 1);
    mf_cancel_request(&cancel);
    const mf_run_options options = {.cancel = &cancel};
    assert_int_equal(mf_forest_predict(forest, pool, &matrix, &options, predicted, NULL),
                     MF_E_CANCELLED);
    mf_pool_close(&pool);
    chance_matrix_free(&matrix);
    mf_forest_free(&forest);
}

static void the_first_of_the_largest_probabilities_is_the_class(void **state)
{
    (void)state;
    const double probabilities[] = {0.2, 0.5, 0.3, 0.5, 0.5, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0, 1};
    double classes[5];
    mf_classes_of(probabilities, 5, 3, classes);
    const double wanted[] = {1, 0, 1, 0, 2};
    assert_memory_equal(classes, wanted, sizeof classes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_rows_is_predicted),
        cmocka_unit_test(trees_of_any_size_are_predicted),
        cmocka_unit_test(any_number_of_features_is_predicted),
        cmocka_unit_test(a_tree_whose_nodes_do_not_fit_is_predicted_too),
        cmocka_unit_test(every_way_and_worker_count_gives_the_same_bits),
        cmocka_unit_test(a_row_goes_left_up_to_the_threshold_and_right_from_the_next_float_on),
        cmocka_unit_test(a_batch_may_list_its_rows),
        cmocka_unit_test(a_matrix_that_does_not_fit_is_refused),
        cmocka_unit_test(a_request_to_stop_is_heard),
        cmocka_unit_test(the_first_of_the_largest_probabilities_is_the_class),
    };
    return cmocka_run_group_tests_name("predict", tests, NULL, NULL);
}
