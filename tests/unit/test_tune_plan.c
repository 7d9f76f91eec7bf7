/* SPDX-License-Identifier: Apache-2.0 */
/* How trials become items: what is grown once, and how it is cut. */
#include "tune/parts.h"

#include "tests/unit/tuned.h"

#define GRID 126

static mf_table *table;

static int read_table(void **state)
{
    (void)state;
    table = tuned_table();
    return 0;
}

static int free_table(void **state)
{
    (void)state;
    mf_table_free(&table);
    return 0;
}

/* Parts and a plan of trials that all have one preparation. */
struct planned {
    struct mf__parts *parts;
    struct mf__plan *plan;
};

static struct planned plan_of(const struct mf__ground *ground,
                              const struct mf__plan_request *request)
{
    struct planned planned = {0};
    struct mf__plan_request asked = *request;
    mf_error error = {0};
    if (mf__parts_new(ground, asked.configs, 1, &planned.parts, &error) != 0)
        fail_msg("%s", error.text);
    asked.parts = planned.parts;
    if (mf__plan_new(&asked, &planned.plan, &error) != 0)
        fail_msg("%s", error.text);
    return planned;
}

static void planned_done(struct planned *planned)
{
    mf__plan_free(planned->plan);
    mf__parts_free(planned->parts);
}

/* The 126 trials of the lab. */
static void make_grid(int encode, struct mf__config *ret)
{
    const uint64_t sizes[] = {10, 25, 50, 100, 200, 300, 400};
    const int features[] = {MF_FEATURES_SQRT, MF_FEATURES_LOG2, MF_FEATURES_ALL};
    const uint64_t depths[] = {1, 2, 5, 10, 20, 0};
    size_t n = 0;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        for (size_t f = 0; f < COUNT(features); f++) {
            for (size_t d = 0; d < COUNT(depths); d++) {
                ret[n] = tuned_config(0);
                ret[n].encode = encode;
                ret[n].forest.n_estimators = sizes[s];
                ret[n].forest.max_features_kind = features[f];
                ret[n++].forest.max_depth = depths[d];
            }
        }
    }
}

/* Every unit is in one chain, chains rise, items cover all trees in their order. */
static void check_whole(const struct mf__plan *plan)
{
    const size_t n_folds = plan->n_folds;
    unsigned char *seen = calloc(plan->request.n_trials, n_folds);
    uint64_t n_items = 0;
    size_t n_units = 0;
    assert_non_null(seen);
    for (size_t b = 0; b < plan->n_bundles; b++) {
        const struct mf__bundle *bundle = &plan->bundles[b];
        uint64_t items = (bundle->n_trees + bundle->block - 1) / bundle->block;
        assert_int_equal(bundle->first_item, n_items);
        assert_ptr_equal(mf__plan_bundle(plan, n_items), bundle);
        assert_ptr_equal(mf__plan_bundle(plan, n_items + items - 1), bundle);
        n_items += items;
        /* But for those that cost about the same. */
        if (plan->request.soonest_first)
            assert_true(b == 0 || bundle[-1].first_cost <= bundle->first_cost * 1.2);
        else
            assert_true(b == 0 || bundle[-1].cost * 1.2 >= bundle->cost);
        for (size_t c = 0; c < bundle->n_chains; c++) {
            const struct mf__chain *chain = &plan->chains[bundle->first_chain + c];
            assert_true(c == 0 || chain[-1].growth.max_depth > chain->growth.max_depth);
            assert_true(chain->n_trees <= bundle->n_trees);
            for (size_t s = 0; s < chain->n_stops; s++) {
                const struct mf__chain_stop *stop = &plan->stops[chain->first_stop + s];
                assert_true(s == 0 || stop[-1].n_trees <= stop->n_trees);
                assert_int_equal(seen[stop->trial * n_folds + bundle->part % n_folds]++, 0);
                n_units++;
            }
            assert_int_equal(plan->stops[chain->first_stop + chain->n_stops - 1].n_trees,
                             chain->n_trees);
        }
    }
    assert_int_equal(n_items, plan->counts.items);
    assert_int_equal(n_units, plan->counts.units);
    free(seen);
}

static void the_grid_of_the_lab_is_eighteen_forests(void **state)
{
    (void)state;
    struct mf__config configs[GRID];
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    make_grid(MF_ENCODE_ONEHOT, configs);
    const struct mf__plan_request request = {.configs = configs, .n_trials = GRID, .share = true};
    struct planned planned = plan_of(&ground, &request);
    const struct mf__plan_counts *counts = &planned.plan->counts;
    assert_int_equal(counts->trials, 126);
    assert_int_equal(counts->units, 126);
    assert_int_equal(counts->trees_asked, 19530);
    assert_int_equal(counts->trees_planned, 7200);
    assert_int_equal(planned.plan->n_chains, 18);
    assert_int_equal(planned.plan->n_bundles, 3);
    assert_in_range(counts->items, 60, 1200);
    assert_in_range(counts->result_bytes, 1, 2 << 20);
    /* All eight features take the longest. */
    assert_int_equal(planned.plan->chains[planned.plan->bundles[0].first_chain].growth.max_features,
                     8);
    check_whole(planned.plan);
    planned_done(&planned);
}

/* Of five features, "sqrt" and "log2" are two. */
static void names_for_the_same_growth_are_one(void **state)
{
    (void)state;
    struct mf__config configs[GRID];
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    make_grid(MF_ENCODE_LABEL, configs);
    const struct mf__plan_request request = {.configs = configs, .n_trials = GRID, .share = true};
    struct planned planned = plan_of(&ground, &request);
    assert_int_equal(planned.plan->counts.trees_asked, 19530);
    assert_int_equal(planned.plan->counts.trees_planned, 4800);
    assert_int_equal(planned.plan->n_bundles, 2);
    check_whole(planned.plan);
    planned_done(&planned);
}

/* How many trees two trials of 5 trees need together. */
static uint64_t trees_of(const struct mf__config *first, const struct mf__config *second)
{
    const struct mf__config configs[] = {*first, *second};
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    const struct mf__plan_request request = {.configs = configs, .n_trials = 2, .share = true};
    struct planned planned = plan_of(&ground, &request);
    uint64_t trees = planned.plan->counts.trees_planned;
    planned_done(&planned);
    return trees;
}

/* What a trial can have instead of the defaults; on 84 rows and 5 columns. */
static void vary(size_t way, mf_forest_params *params)
{
    const mf_amount one_percent = {.is_share = true, .share = 0.01};
    switch (way) {
    case 0:
        params->max_depth = 84;
        break;
    case 1:
        params->criterion = MF_CRITERION_SQUARED_ERROR;
        break;
    case 2:
        params->min_samples_leaf = one_percent;
        break;
    case 3:
        params->min_samples_split = one_percent;
        break;
    case 4:
        params->min_impurity_decrease = -0.0;
        break;
    case 5:
        params->max_features_kind = MF_FEATURES_AMOUNT;
        params->max_features.count = 5;
        break;
    case 6:
        params->has_max_samples = true;
        params->max_samples.count = 84;
        break;
    case 7:
        params->oob_score = true;
        break;
    case 8:
        params->max_depth = 83;
        break;
    case 9:
        params->min_samples_leaf.count = 2;
        break;
    case 10:
        params->min_samples_split.count = 3;
        break;
    case 11:
        params->min_impurity_decrease = 1e-300;
        break;
    case 12:
        params->max_features_kind = MF_FEATURES_SQRT;
        break;
    case 13:
        params->has_max_samples = true;
        params->max_samples.count = 83;
        break;
    case 14:
        params->bootstrap = false;
        break;
    case 15:
        params->random_state = 43;
        break;
    default:
        params->max_leaf_nodes = 84;
        break;
    }
}

static void what_makes_no_difference_is_grown_once(void **state)
{
    (void)state;
    for (size_t way = 0; way < 17; way++) {
        struct mf__config plain = tuned_config(0);
        struct mf__config varied = plain;
        vary(way, &varied.forest);
        if (trees_of(&plain, &varied) != (way < 8 ? 5 : 10))
            fail_msg("variation %zu", way);
        if (trees_of(&varied, &varied) != 5)
            fail_msg("variation %zu twice", way);
    }
}

static void only_units_that_are_wanted_are_planned(void **state)
{
    (void)state;
    struct mf__config configs[GRID];
    unsigned char wanted[GRID][TUNED_FOLDS] = {{0}};
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    make_grid(MF_ENCODE_ONEHOT, configs);
    /* Of the forests without a limit: 10 and 200 trees in the first fold, 25 in the last. */
    wanted[5][0] = wanted[4 * 18 + 5][0] = wanted[18 + 5][2] = 1;
    struct mf__plan_request request = {
        .configs = configs, .n_trials = GRID, .wanted = wanted[0], .share = true};
    struct planned planned = plan_of(&ground, &request);
    assert_int_equal(planned.plan->counts.trials, 3);
    assert_int_equal(planned.plan->counts.units, 3);
    assert_int_equal(planned.plan->counts.trees_asked, 235);
    assert_int_equal(planned.plan->counts.trees_planned, 225);
    assert_int_equal(planned.plan->n_bundles, 2);
    check_whole(planned.plan);
    planned_done(&planned);

    wanted[5][0] = wanted[4 * 18 + 5][0] = wanted[18 + 5][2] = 0;
    for (int share = 0; share < 2; share++) {
        request.share = share != 0;
        planned = plan_of(&ground, &request);
        assert_int_equal(planned.plan->counts.trials, 0);
        assert_int_equal(planned.plan->counts.items, 0);
        planned_done(&planned);
    }
}

static void without_sharing_every_unit_is_an_item(void **state)
{
    (void)state;
    struct mf__config configs[GRID];
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    make_grid(MF_ENCODE_ONEHOT, configs);
    const struct mf__plan_request request = {.configs = configs, .n_trials = GRID};
    struct planned planned = plan_of(&ground, &request);
    const struct mf__plan *plan = planned.plan;
    assert_int_equal(plan->counts.trials, GRID);
    assert_int_equal(plan->counts.items, GRID * TUNED_FOLDS);
    assert_int_equal(plan->counts.trees_planned, 19530 * TUNED_FOLDS);
    assert_int_equal(plan->counts.result_bytes, sizeof(struct mf__alone));
    for (size_t i = 0; i < plan->n_bundles; i++)
        assert_int_equal(plan->bundles[i].block, plan->bundles[i].n_trees);
    /* 400 trees of any depth with all features first, 10 stumps last. */
    assert_int_equal(plan->bundles[0].n_trees, 400);
    assert_int_equal(plan->chains[plan->bundles[0].first_chain].growth.max_features, 8);
    assert_int_equal(plan->bundles[plan->n_bundles - 1].n_trees, 10);
    assert_int_equal(plan->chains[plan->bundles[plan->n_bundles - 1].first_chain].growth.max_depth,
                     1);
    check_whole(plan);
    planned_done(&planned);
}

/* Or nothing would be finished when a search is stopped half way. */
static void the_folds_of_a_trial_come_together(void **state)
{
    (void)state;
    struct mf__config configs[40];
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    for (size_t i = 0; i < COUNT(configs); i++) {
        configs[i] = tuned_config(0);
        configs[i].forest.random_state = (uint32_t)i;
    }
    const struct mf__plan_request request = {
        .configs = configs, .n_trials = COUNT(configs), .share = true};
    struct planned planned = plan_of(&ground, &request);
    assert_int_equal(planned.plan->n_bundles, COUNT(configs) * TUNED_FOLDS);
    for (size_t b = 0; b < planned.plan->n_bundles; b++) {
        const struct mf__bundle *bundle = &planned.plan->bundles[b];
        assert_int_equal(bundle->part % TUNED_FOLDS, b % TUNED_FOLDS);
        assert_int_equal(bundle->random_state, b / TUNED_FOLDS);
    }
    check_whole(planned.plan);
    planned_done(&planned);
}

/* A run with little time has to finish something. */
static void what_is_finished_soonest_can_come_first(void **state)
{
    (void)state;
    struct mf__config configs[GRID];
    struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    make_grid(MF_ENCODE_LABEL, configs);
    struct mf__plan_request request = {
        .configs = configs, .n_trials = GRID, .share = true, .soonest_first = true};
    struct planned planned = plan_of(&ground, &request);
    const struct mf__plan *plan = planned.plan;
    check_whole(plan); /* the first unit of every bundle takes but a hundredth of all */
    assert_true(plan->n_bundles < plan->n_chains);
    planned_done(&planned);

    /* With all trees at once, a chain that is not deep is finished long before its bundle. */
    for (size_t i = 0; i < GRID; i++)
        configs[i].forest.n_estimators = 400;
    planned = plan_of(&ground, &request);
    plan = planned.plan;
    check_whole(plan);
    assert_int_equal(plan->n_bundles, plan->n_chains);
    assert_int_equal(plan->chains[plan->bundles[0].first_chain].growth.max_depth, 1);
    planned_done(&planned);
}

static void the_order_of_trials_makes_no_difference(void **state)
{
    (void)state;
    struct mf__config configs[GRID];
    struct mf__config reversed[GRID];
    const struct mf__ground ground = tuned_ground(table, 2, MF__VALIDATE_FOLDS);
    make_grid(MF_ENCODE_ONEHOT, configs);
    for (size_t i = 0; i < GRID; i++)
        reversed[GRID - 1 - i] = configs[i];
    struct mf__plan_request request = {.configs = configs, .n_trials = GRID, .share = true};
    struct planned one = plan_of(&ground, &request);
    request.configs = reversed;
    struct planned other = plan_of(&ground, &request);
    assert_memory_equal(&one.plan->counts, &other.plan->counts, sizeof one.plan->counts);
    assert_memory_equal(one.plan->bundles, other.plan->bundles,
                        one.plan->n_bundles * sizeof *one.plan->bundles);
    check_whole(other.plan);
    planned_done(&one);
    planned_done(&other);
}

static void a_hundred_thousand_trials_are_planned(void **state)
{
    (void)state;
    const size_t n = 100000;
    struct mf__config *configs = calloc(n, sizeof *configs);
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    assert_non_null(configs);
    for (size_t i = 0; i < n; i++) {
        configs[i] = tuned_config(0);
        configs[i].forest.n_estimators = 1 + i % 50;
        configs[i].forest.max_depth = 1 + i / 50 % 20;
        configs[i].forest.min_impurity_decrease = (double)(i / 1000) / 64;
    }
    const struct mf__plan_request request = {.configs = configs, .n_trials = n, .share = true};
    struct planned planned = plan_of(&ground, &request);
    assert_int_equal(planned.plan->counts.units, n * TUNED_FOLDS);
    assert_int_equal(planned.plan->counts.trees_asked, 25500 * n / 1000 * TUNED_FOLDS);
    assert_int_equal(planned.plan->counts.trees_planned, n * TUNED_FOLDS);
    assert_int_equal(planned.plan->n_bundles, 100 * TUNED_FOLDS);
    check_whole(planned.plan);
    planned_done(&planned);
    free(configs);
}

/* 9,000 rows to validate, and 50 classes: 3.6 MB for what one tree predicts. */
static void large_predictions_make_small_bundles(void **state)
{
    (void)state;
    struct mf__buffer text = {0};
    struct mf__config configs[3];
    struct mf__ground ground = {
        .preparing = mf_prepare_defaults(), .validation = MF__VALIDATE_SPLIT, .test_size = 0.3};
    mf_table *large = NULL;
    mf__buffer_put(&text, "x,y\n");
    for (unsigned row = 0; row < 30000; row++)
        mf__buffer_print(&text, "%u,c%02u\n", row % 977, row % 50);
    assert_int_equal(mf_table_parse(text.bytes, text.length, "large.csv", NULL, &large, NULL), 0);
    ground.table = large;
    ground.preparing.target = "y";
    for (size_t i = 0; i < COUNT(configs); i++) {
        configs[i] = tuned_config(2);
        configs[i].forest.max_depth = i + 1;
    }
    const struct mf__plan_request request = {
        .configs = configs, .n_trials = COUNT(configs), .share = true};
    struct planned planned = plan_of(&ground, &request);
    const size_t slot = sizeof(struct mf__tree_slot) + (size_t)9000 * 50 * sizeof(double);
    assert_int_equal(mf__plan_slot_bytes(planned.parts, 0), slot);
    assert_int_equal(planned.plan->n_bundles, 2);
    assert_int_equal(planned.plan->counts.trees_planned, 15);
    assert_int_equal(planned.plan->counts.items, 10);
    assert_int_equal(planned.plan->counts.result_bytes, 2 * slot);
    check_whole(planned.plan);
    planned_done(&planned);
    mf_table_free(&large);
    mf__buffer_done(&text);
}

static void items_leave_little_behind_however_many_trees_there_are(void **state)
{
    (void)state;
    struct mf__config config = tuned_config(0);
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    const struct mf__plan_request request = {.configs = &config, .n_trials = 1, .share = true};
    config.forest.n_estimators = 1 << 20;
    struct planned planned = plan_of(&ground, &request);
    const size_t slot = sizeof(struct mf__tree_slot) + 36 * sizeof(double);
    assert_in_range(planned.plan->counts.result_bytes, (1 << 20) - slot, 1 << 20);
    check_whole(planned.plan);
    planned_done(&planned);
}

static void a_trial_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct mf__config configs[] = {tuned_config(0), tuned_config(0)};
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    struct mf__parts *parts = NULL;
    struct mf__plan *plan = NULL;
    mf_error error = {0};
    assert_int_equal(mf__parts_new(&ground, configs, 1, &parts, NULL), 0);
    const struct mf__plan_request request = {.configs = configs, .n_trials = 2, .parts = parts};
    configs[1].forest.max_features_kind = MF_FEATURES_AMOUNT;
    configs[1].forest.max_features.count = 6;
    assert_int_equal(mf__plan_new(&request, &plan, &error), MF_E_INPUT);
    assert_string_equal(error.text, "max_features is 6: expected 1 to 5");
    configs[1] = configs[0];
    configs[1].encode = MF_ENCODE_ONEHOT;
    assert_int_equal(mf__plan_new(&request, &plan, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "was not prepared for"));
    assert_null(plan);
    mf__parts_free(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grid_of_the_lab_is_eighteen_forests),
        cmocka_unit_test(names_for_the_same_growth_are_one),
        cmocka_unit_test(what_makes_no_difference_is_grown_once),
        cmocka_unit_test(only_units_that_are_wanted_are_planned),
        cmocka_unit_test(without_sharing_every_unit_is_an_item),
        cmocka_unit_test(the_folds_of_a_trial_come_together),
        cmocka_unit_test(what_is_finished_soonest_can_come_first),
        cmocka_unit_test(the_order_of_trials_makes_no_difference),
        cmocka_unit_test(a_hundred_thousand_trials_are_planned),
        cmocka_unit_test(large_predictions_make_small_bundles),
        cmocka_unit_test(items_leave_little_behind_however_many_trees_there_are),
        cmocka_unit_test(a_trial_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("tune_plan", tests, read_table, free_table);
}
