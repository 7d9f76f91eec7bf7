/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every forest of forest_cases.py against the one that scikit-learn grew: node by node, and then
 * importances, out-of-bag scores, predictions and scores. forest_reference.py says what stands in
 * the kept files. They are compared while they are read, line by line; what differs is printed and
 * counted, and a family fails at its end.
 *
 *     test_forest_oracle FOLDER [FAMILY]
 */
#include <manyfold/score.h>

#include "tests/oracle/matrices.h"
#include "tests/oracle/oracle_params.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LINE_MAX_BYTES (1U << 20)
#define SHOWN_MAX      8 /* differences that a family prints */
#define HASH_START     UINT64_C(0xcbf29ce484222325)
#define HASH_TIMES     UINT64_C(0x9e3779b97f4a7c15)

static const char *folder;
static const char *const ways[] = {"serial", "threads", "processes"};
#define N_WAYS (sizeof ways / sizeof *ways)
static mf_pool *pools[N_WAYS];
static char line[LINE_MAX_BYTES];

/* The case that is being read. */
struct running {
    char name[512];
    size_t number;
    const struct oracle_matrix *data;
    mf_forest *forest;
    bool is_exact; /* the target was not rounded */
    size_t tree;   /* of the last "tree" line, plus one */
    size_t node;   /* the next "node" line's */
    const struct oracle_matrix *tested;
    double *predicted; /* for every row of `tested` */
    size_t differences;
};

/* The cases take turns. Few of them fork, which is slow under sanitizers. */
static size_t way_of(const struct running *run)
{
    return run->number % 16 == 0 ? 2 : run->number % 2;
}

__attribute__((format(printf, 2, 3))) static void differs(struct running *run, const char *format,
                                                          ...)
{
    if (run->differences++ >= SHOWN_MAX)
        return;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    print_error("%s (%s): %s\n", run->name, ways[way_of(run)], text);
}

/* `floor` is an absolute error that is allowed besides a part in 1e12. */
static bool is_near(double found, double wanted, double floor)
{
    return fabs(found - wanted) <= 1e-12 * fmax(fabs(found), fabs(wanted)) + floor;
}

static double next_number(char **rest)
{
    char *word = strtok_r(NULL, " ", rest);
    assert_non_null(word);
    return strtod(word, NULL);
}

static uint64_t next_whole(char **rest)
{
    char *word = strtok_r(NULL, " ", rest);
    assert_non_null(word);
    return strtoull(word, NULL, 10);
}

/* ---- One forest ---- */

static void begin_case(struct running *run, char *rest)
{
    snprintf(run->name, sizeof run->name, "%s", rest);
    run->number++;
    run->tree = 0;
}

static void fit(struct running *run, char *rest)
{
    char *name = strtok_r(NULL, " ", &rest);
    run->data = oracle_matrix(folder, name);
    mf_forest_params params = oracle_params(rest, run->data->n_classes);
    mf_target target = {run->data->target, run->data->n_classes};
    mf_error error;
    if (mf_forest_fit(pools[way_of(run)], &run->data->matrix, &target, &params, NULL, NULL,
                      &run->forest, &error) != 0)
        fail_msg("%s: %s", run->name, error.text);
    assert_int_equal(mf_forest_trees(run->forest), params.n_estimators);
}

static void check_grid(struct running *run, char *rest)
{
    int wanted = (int)strtol(rest, NULL, 10);
    run->is_exact = wanted == 0 && run->data->is_whole;
    if (mf_forest_grid(run->forest) != wanted)
        differs(run, "grid %d, not %d", mf_forest_grid(run->forest), wanted);
}

static uint64_t mix(uint64_t state, uint64_t word)
{
    state = (state ^ word) * HASH_TIMES;
    return state ^ (state >> 32);
}

/* The bits of a number; minus zero counts as zero. */
static uint64_t bits_of(double number)
{
    number += 0.0;
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* forest_reference.py's Tree.words(). */
static uint64_t node_hash(const struct running *run, size_t tree, size_t place)
{
    mf_node node = mf_forest_node(run->forest, tree, place);
    uint64_t hash = mix(HASH_START, (uint64_t)node.left << 32 | node.right);
    hash = mix(hash, (uint64_t)node.feature << 32 | node.samples);
    hash = mix(hash, node.weight);
    hash = mix(hash, bits_of(node.threshold));
    hash = mix(hash, run->is_exact ? bits_of(node.value) : 0);
    for (size_t class = 0; class < run->data->n_classes; class ++)
        hash = mix(hash, mf_forest_counts(run->forest, tree, place)[class]);
    return hash;
}

static void tell_node(struct running *run, size_t tree, size_t place, const char *what)
{
    mf_node node = mf_forest_node(run->forest, tree, place);
    differs(run,
            "tree %zu, node %zu: %s; ours: left %u, right %u, feature %u, %u samples, weight %u, "
            "threshold %.17g, value %.17g",
            tree, place, what, node.left, node.right, node.feature, node.samples, node.weight,
            node.threshold, node.value);
}

static int digit(char character)
{
    return character <= '9' ? character - '0' : character - 'a' + 10;
}

static void check_tree(struct running *run, char *rest)
{
    size_t tree = run->tree++;
    run->node = 0;
    size_t n_wanted = next_whole(&rest);
    uint64_t digest = strtoull(strtok_r(NULL, " ", &rest), NULL, 16);
    const char *marks = rest;
    assert_int_equal(strlen(marks), 2 * n_wanted);
    size_t n_nodes = mf_forest_nodes(run->forest, tree);
    uint64_t state = HASH_START;
    for (size_t i = 0; i < n_nodes && i < n_wanted; i++) {
        state = mix(state, node_hash(run, tree, i));
        if ((state & 255) != (unsigned)(16 * digit(marks[2 * i]) + digit(marks[2 * i + 1]))) {
            tell_node(run, tree, i, "the first that differs");
            return;
        }
    }
    if (n_nodes != n_wanted)
        differs(run, "tree %zu: %zu nodes, not %zu", tree, n_nodes, n_wanted);
    else if (state != digest)
        differs(run, "tree %zu: some node differs, and not its mark", tree);
}

static bool is_node_equal(const struct running *run, const mf_node *node, char **rest)
{
    bool is_equal = node->left == next_whole(rest);
    is_equal &= node->right == next_whole(rest);
    is_equal &= node->feature == next_whole(rest);
    is_equal &= node->samples == next_whole(rest);
    is_equal &= node->weight == next_whole(rest);
    is_equal &= bits_of(node->threshold) == bits_of(next_number(rest));
    double value = next_number(rest);
    is_equal &=
        run->is_exact ? bits_of(node->value) == bits_of(value) : is_near(node->value, value, 0);
    return is_equal;
}

static void check_node(struct running *run, char *rest)
{
    size_t tree = run->tree - 1;
    size_t place = run->node++;
    if (place >= mf_forest_nodes(run->forest, tree))
        return; /* it was told that there are too few */
    char wanted[256];
    snprintf(wanted, sizeof wanted, "should be %s", rest);
    mf_node node = mf_forest_node(run->forest, tree, place);
    bool is_equal = is_node_equal(run, &node, &rest);
    for (size_t class = 0; class < run->data->n_classes; class ++)
        is_equal &= mf_forest_counts(run->forest, tree, place)[class] == next_whole(&rest);
    if (!is_equal)
        tell_node(run, tree, place, wanted);
}

static void check_importances(struct running *run, char *rest)
{
    size_t n = mf_forest_features(run->forest);
    assert_int_equal(n, run->data->matrix.columns);
    double *found = calloc(n, sizeof *found);
    assert_non_null(found);
    mf_forest_importances(run->forest, found);
    for (size_t feature = 0; feature < n; feature++) {
        double wanted = next_number(&rest);
        if (!is_near(found[feature], wanted, 1e-15))
            differs(run, "importance %zu: %.17g, not %.17g", feature, found[feature], wanted);
    }
    free(found);
}

static void check_oob(struct running *run, char *rest)
{
    double wanted = next_number(&rest);
    size_t wanted_never = next_whole(&rest);
    double score = 0;
    size_t never = 0;
    mf_error error;
    if (mf_forest_oob(run->forest, &score, &never, &error) != 0)
        differs(run, "no out-of-bag score: %s", error.text);
    else if (!is_near(score, wanted, 1e-12) || never != wanted_never)
        differs(run, "out-of-bag score %.17g with %zu never out, not %.17g with %zu", score, never,
                wanted, wanted_never);
}

/* ---- Its predictions ---- */

static void forget_predictions(struct running *run)
{
    free(run->predicted);
    run->predicted = NULL;
    run->tested = NULL;
}

static size_t per_row(const struct oracle_matrix *data)
{
    return data->n_classes > 0 ? data->n_classes : 1;
}

static void predict(struct running *run, const char *name)
{
    const struct oracle_matrix *tested = oracle_matrix(folder, name);
    if (run->tested == tested)
        return;
    forget_predictions(run);
    run->predicted = calloc(tested->matrix.rows * per_row(tested), sizeof *run->predicted);
    assert_non_null(run->predicted);
    mf_error error;
    if (mf_forest_predict(run->forest, pools[way_of(run)], &tested->matrix, NULL, run->predicted,
                          &error) != 0)
        fail_msg("%s: %s", run->name, error.text);
    run->tested = tested;
}

static void check_prediction(struct running *run, char *rest)
{
    predict(run, strtok_r(NULL, " ", &rest));
    size_t row = next_whole(&rest);
    assert_true(row < run->tested->matrix.rows);
    for (size_t i = 0; i < per_row(run->tested); i++) {
        double found = run->predicted[row * per_row(run->tested) + i];
        double wanted = next_number(&rest);
        if (!is_near(found, wanted, 0))
            differs(run, "row %zu is predicted as %.17g, not %.17g", row, found, wanted);
    }
}

/* Where all predictions are nearly the truth, what is left is the last bit of each. */
static double floor_of(int metric, const struct oracle_matrix *tested)
{
    double largest = 0;
    for (size_t row = 0; row < tested->matrix.rows; row++)
        largest = fmax(largest, fabs(tested->target[row]));
    switch (metric) {
    case MF_METRIC_MSE:
        return 1e-29 * largest * largest;
    case MF_METRIC_RMSE:
    case MF_METRIC_MAE:
        return 1e-14 * largest;
    default:
        return 1e-14;
    }
}

static void check_score(struct running *run, char *word)
{
    char *number = strchr(word, '=');
    assert_non_null(number);
    *number = '\0';
    double wanted = strtod(number + 1, NULL);
    double found = 0;
    mf_error error;
    mf_scored scored = {run->tested->matrix.rows, run->tested->n_classes, run->tested->target,
                        run->predicted};
    int metric = mf_metric_find(word);
    if (mf_score(metric, &scored, &found, &error) != 0)
        differs(run, "no %s: %s", word, error.text);
    else if (!is_near(found, wanted, floor_of(metric, run->tested)))
        differs(run, "%s %.17g, not %.17g", word, found, wanted);
}

static void check_scores(struct running *run, char *rest)
{
    predict(run, strtok_r(NULL, " ", &rest));
    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;)
        check_score(run, word);
}

static void end_case(struct running *run, char *rest)
{
    (void)rest;
    assert_int_equal(run->tree, mf_forest_trees(run->forest));
    forget_predictions(run);
    mf_forest_free(&run->forest);
}

/* ---- Families ---- */

static void skip_line(struct running *run, char *rest)
{
    (void)run;
    (void)rest;
}

static const struct {
    const char *word;
    void (*read)(struct running *run, char *rest);
} readers[] = {
    {"made", skip_line},
    {"case", begin_case},
    {"fit", fit},
    {"grid", check_grid},
    {"tree", check_tree},
    {"node", check_node},
    {"importances", check_importances},
    {"oob", check_oob},
    {"predict", check_prediction},
    {"score", check_scores},
    {"end", end_case},
};

static void read_line(struct running *run)
{
    char *rest = NULL;
    line[strcspn(line, "\n")] = '\0';
    const char *word = strtok_r(line, " ", &rest);
    assert_non_null(word);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        if (strcmp(readers[i].word, word) == 0) {
            readers[i].read(run, rest);
            return;
        }
    }
    fail_msg("an unknown line: %s", word);
}

static void check_family(const char *family)
{
    char path[512];
    snprintf(path, sizeof path, "%s/../forest/%s.gz", folder, family);
    gzFile file = gzopen(path, "rb");
    if (file == NULL)
        fail_msg("%s: cannot be read", path);
    struct running run = {.number = 0};
    while (gzgets(file, line, sizeof line) != NULL)
        read_line(&run);
    gzclose(file);
    assert_true(run.number > 0);
    if (run.differences > SHOWN_MAX)
        print_error("%s: %zu differences in all\n", family, run.differences);
    assert_int_equal(run.differences, 0);
}

static void every_choice_of_depth_leaves_and_features_on_ames(void **state)
{
    (void)state;
    check_family("ames_grid");
}

static void the_same_with_holes_filled_by_medians(void **state)
{
    (void)state;
    check_family("holes_grid");
}

static void seeds_samples_shares_and_decreases_on_ames(void **state)
{
    (void)state;
    check_family("ames_more");
}

static void trees_grown_best_first(void **state)
{
    (void)state;
    check_family("best_first");
}

static void classes_by_gini_and_entropy(void **state)
{
    (void)state;
    check_family("classification");
}

static void ties_duplicates_and_constants_everywhere(void **state)
{
    (void)state;
    check_family("ties");
}

static void values_where_float_ends_and_odd_shapes(void **state)
{
    (void)state;
    check_family("edges");
}

static void values_too_close_where_features_have_one_lane_each(void **state)
{
    (void)state;
    check_family("close");
}

static void targets_that_are_not_whole(void **state)
{
    (void)state;
    check_family("real");
}

static void a_hundred_thousand_rows(void **state)
{
    (void)state;
    check_family("large");
}

static int open_pools(void **state)
{
    (void)state;
    mf_error error;
    for (size_t i = 0; i < N_WAYS; i++) {
        mf_pool_options options = mf_pool_defaults();
        options.workers = i == 0 ? 1 : 2;
        if (mf_pool_open(mf_way_find(ways[i]), &options, &pools[i], &error) != 0)
            return -1;
    }
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_WAYS; i++)
        mf_pool_close(&pools[i]);
    oracle_matrices_done();
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_choice_of_depth_leaves_and_features_on_ames),
        cmocka_unit_test(the_same_with_holes_filled_by_medians),
        cmocka_unit_test(seeds_samples_shares_and_decreases_on_ames),
        cmocka_unit_test(trees_grown_best_first),
        cmocka_unit_test(classes_by_gini_and_entropy),
        cmocka_unit_test(ties_duplicates_and_constants_everywhere),
        cmocka_unit_test(values_where_float_ends_and_odd_shapes),
        cmocka_unit_test(values_too_close_where_features_have_one_lane_each),
        cmocka_unit_test(targets_that_are_not_whole),
        cmocka_unit_test(a_hundred_thousand_rows),
    };
    if (argc < 2) {
        fprintf(stderr, "test_forest_oracle: which folder has the tables?\n");
        return 2;
    }
    folder = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests(tests, open_pools, close_all);
}
