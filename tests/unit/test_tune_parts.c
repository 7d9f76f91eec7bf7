/* SPDX-License-Identifier: Apache-2.0 */
/* What a search trains and validates on, against the same made with the public calls. */
#include "tune/parts.h"

#include "tests/unit/tuned.h"

static struct mf__parts *parts_of(const struct mf__ground *ground, const struct mf__config *configs,
                                  size_t n_configs)
{
    struct mf__parts *parts = NULL;
    mf_error error = {0};
    if (mf__parts_new(ground, configs, n_configs, &parts, &error) != 0)
        fail_msg("%s", error.text);
    return parts;
}

static void assert_same(const mf_dataset *found, const mf_dataset *wanted)
{
    assert_int_equal(found->rows, wanted->rows);
    assert_int_equal(found->columns, wanted->columns);
    assert_int_equal(found->n_classes, wanted->n_classes);
    if (wanted->rows == 0)
        return;
    assert_memory_equal(found->values, wanted->values,
                        wanted->rows * wanted->columns * sizeof *wanted->values);
    assert_memory_equal(found->target, wanted->target, wanted->rows * sizeof *wanted->target);
}

/* Every fold of every preparation that was asked for. */
static void check_parts(const struct mf__ground *ground, size_t target)
{
    struct mf__config configs[4];
    for (size_t i = 0; i < COUNT(configs); i++) {
        configs[i] = tuned_config(target);
        configs[i].encode = i % 2 == 0 ? MF_ENCODE_ONEHOT : MF_ENCODE_LABEL;
        configs[i].impute = i < 2 ? MF_IMPUTE_MEDIAN_EACH : MF_IMPUTE_MOST_FREQUENT;
    }
    struct mf__parts *parts = parts_of(ground, configs, COUNT(configs));
    size_t n_folds = mf__parts_facts(parts).n_folds;
    assert_int_equal(n_folds, ground->validation == MF__VALIDATE_FOLDS ? TUNED_FOLDS : 1);
    for (size_t i = 0; i < COUNT(configs); i++) {
        for (size_t fold = 0; fold < n_folds; fold++) {
            struct tuned_rows rows;
            tuned_rows_of(ground, fold, &rows);
            struct tuned_sides wanted = tuned_prepare(ground, &configs[i], &rows);
            size_t part = mf__parts_find(parts, &configs[i], fold);
            assert_same(&mf__parts_at(parts, part)->train, &wanted.train);
            assert_same(&mf__parts_at(parts, part)->valid, &wanted.valid);
            tuned_sides_done(&wanted);
        }
    }
    mf__parts_free(parts);
}

static void each_fold_of_each_preparation_is_made_of_its_own_rows(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    for (size_t target = 0; target < TUNED_TARGETS; target++) {
        for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
            const struct mf__ground ground = tuned_ground(table, target, validation);
            check_parts(&ground, target);
        }
    }
    mf_table_free(&table);
}

static void the_facts_are_told(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    struct mf__config config = tuned_config(1);
    struct mf__ground ground = tuned_ground(table, 1, MF__VALIDATE_SPLIT);
    config.encode = MF_ENCODE_ONEHOT;
    struct mf__parts *parts = parts_of(&ground, &config, 1);
    const struct mf__ground_facts facts = mf__parts_facts(parts);
    assert_int_equal(facts.rows, 120);
    assert_int_equal(facts.without_target, 10);
    assert_int_equal(facts.train, 84);
    assert_int_equal(facts.validated, 36);
    assert_int_equal(facts.columns, 8);
    assert_int_equal(facts.n_classes, 0);
    assert_int_equal(facts.n_folds, 1);
    assert_true(facts.grid < 0);
    mf__parts_free(parts);

    ground = tuned_ground(table, 2, MF__VALIDATE_OOB);
    config = tuned_config(2);
    parts = parts_of(&ground, &config, 1);
    assert_int_equal(mf__parts_facts(parts).train, 120);
    assert_int_equal(mf__parts_facts(parts).validated, 120);
    assert_int_equal(mf__parts_facts(parts).n_classes, 3);
    assert_int_equal(mf__parts_facts(parts).grid, 0);
    mf__parts_free(parts);
    mf_table_free(&table);
}

static void out_of_bag_the_training_rows_are_validated(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    const struct mf__config config = tuned_config(0);
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_OOB);
    struct mf__parts *parts = parts_of(&ground, &config, 1);
    assert_true(mf__parts_out_of_bag(parts));
    assert_int_equal(mf__part_valid_rows(parts, 0), 120);
    assert_ptr_equal(mf__part_truth(parts, 0), mf__parts_at(parts, 0)->train.target);
    assert_int_equal(mf__parts_at(parts, 0)->valid.rows, 0);
    mf__parts_free(parts);
    mf_table_free(&table);
}

/* The targets of a part that trains on so many rows. */
static size_t train_on(const mf_table *table, uint64_t max_rows, uint32_t seed, double *ret)
{
    const struct mf__config config = tuned_config(0);
    struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    struct tuned_rows rows;
    tuned_rows_of(&ground, 0, &rows);
    struct tuned_sides whole = tuned_prepare(&ground, &config, &rows);
    ground.max_rows = max_rows;
    struct mf__parts *parts = parts_of(&ground, &config, 1);
    const struct mf__fold_part *part = mf__parts_at(parts, 0);
    if (seed == ground.seed)
        assert_memory_equal(part->valid.target, whole.valid.target, whole.valid.rows * sizeof *ret);
    memcpy(ret, part->train.target, part->train.rows * sizeof *ret);
    size_t n = part->train.rows;
    tuned_sides_done(&whole);
    mf__parts_free(parts);
    return n;
}

/* Whether `some` are among `all`, in the same order. */
static bool is_within(const double *some, size_t n_some, const double *all, size_t n_all)
{
    size_t at = 0;
    for (size_t i = 0; i < n_all && at < n_some; i++)
        at += all[i] == some[at];
    return at == n_some;
}

static void fewer_rows_are_some_of_more_rows(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    double all[TUNED_ROWS], half[TUNED_ROWS], few[TUNED_ROWS];
    assert_int_equal(train_on(table, 0, 42, all), 84);
    assert_int_equal(train_on(table, 40, 42, half), 40);
    assert_int_equal(train_on(table, 9, 42, few), 9);
    assert_true(is_within(half, 40, all, 84));
    assert_true(is_within(few, 9, half, 40));
    assert_false(is_within(few, 9, all, 9)); /* not simply the first ones */
    assert_int_equal(train_on(table, 83, 42, half), 83);
    assert_int_equal(train_on(table, 84, 42, half), 84);
    assert_memory_equal(half, all, 84 * sizeof *all);
    assert_int_equal(train_on(table, 1000, 42, half), 84);
    assert_memory_equal(half, all, 84 * sizeof *all);
    mf_table_free(&table);
}

static void a_goal_is_made_once_for_each_way_to_round(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    const struct mf__config config = tuned_config(1);
    const struct mf__ground ground = tuned_ground(table, 1, MF__VALIDATE_SPLIT);
    struct mf__parts *parts = parts_of(&ground, &config, 1);
    struct mf__growth growth;
    const struct mf__goal *goals[84];
    size_t n_different = 0;
    assert_int_equal(mf__part_growth(parts, 0, &config.forest, &growth, NULL), 0);
    for (uint32_t n = 1; n <= 84; n++) {
        bool seen = false;
        growth.n_drawn = n;
        assert_int_equal(mf__part_ready(parts, 0, &growth, &goals[n - 1], NULL), 0);
        for (uint32_t i = 0; i + 1 < n; i++)
            seen = seen || goals[i] == goals[n - 1];
        n_different += !seen;
    }
    assert_int_equal(goals[83]->grid, mf__parts_facts(parts).grid);
    assert_true(goals[0]->grid < goals[83]->grid);
    assert_in_range(n_different, 2, 8);
    assert_non_null(mf__parts_at(parts, 0)->ranked);
    assert_non_null(mf__parts_at(parts, 0)->falling);
    mf__parts_free(parts);
    mf_table_free(&table);
}

/* So what fits the first fold fits all. */
static void the_first_fold_has_the_fewest_rows_to_train_on(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    for (size_t target = 0; target < TUNED_TARGETS; target++) {
        const struct mf__config config = tuned_config(target);
        struct mf__ground ground = tuned_ground(table, target, MF__VALIDATE_FOLDS);
        for (ground.folds = 2; ground.folds < 30; ground.folds++) {
            struct mf__parts *parts = parts_of(&ground, &config, 1);
            for (size_t fold = 0; fold < ground.folds; fold++)
                assert_true(mf__parts_at(parts, fold)->train.rows >= mf__parts_facts(parts).train);
            mf__parts_free(parts);
        }
    }
    mf_table_free(&table);
}

static void a_configuration_is_checked_in_every_fold(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    struct mf__config config = tuned_config(0);
    struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    ground.folds = 7; /* of 120 rows: one row more in the first fold, so one fewer to train on */
    struct mf__parts *parts = parts_of(&ground, &config, 1);
    mf_error error = {0};
    assert_int_equal(mf__parts_check(parts, &config, &error), 0);
    config.forest.has_max_samples = true;
    config.forest.max_samples = (mf_amount){.count = 104};
    assert_int_equal(mf__parts_check(parts, &config, &error), MF_E_INPUT);
    assert_string_equal(error.text, "max_samples is 104: expected 1 to 102");
    config.forest.max_samples.count = 102;
    assert_int_equal(mf__parts_check(parts, &config, &error), 0);
    config.impute = MF_IMPUTE_MOST_FREQUENT;
    assert_int_equal(mf__parts_find(parts, &config, 0), SIZE_MAX);
    assert_int_equal(mf__parts_check(parts, &config, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "was not prepared for"));
    mf__parts_free(parts);
    mf_table_free(&table);
}

static void out_of_bag_needs_a_bag(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    struct mf__config config = tuned_config(0);
    const struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_OOB);
    struct mf__parts *parts = parts_of(&ground, &config, 1);
    mf_error error = {0};
    config.forest.bootstrap = false;
    assert_int_equal(mf__parts_check(parts, &config, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "oob_score needs bootstrap"));
    mf__parts_free(parts);
    mf_table_free(&table);
}

static void assert_refused(const struct mf__ground *ground, const struct mf__config *config,
                           const char *wanted)
{
    struct mf__parts *parts = NULL;
    mf_error error = {0};
    assert_int_equal(mf__parts_new(ground, config, 1, &parts, &error), MF_E_INPUT);
    if (strstr(error.text, wanted) != error.text)
        fail_msg("\"%s\" does not begin with \"%s\"", error.text, wanted);
    assert_null(parts);
}

static void what_does_not_fit_the_rows_is_refused(void **state)
{
    (void)state;
    mf_table *table = tuned_table();
    struct mf__config config = tuned_config(0);
    struct mf__ground ground = tuned_ground(table, 0, MF__VALIDATE_SPLIT);
    ground.test_size = 0.999;
    assert_refused(&ground, &config, "--test-size: a test size of 0.999 leaves none of 120 rows");
    ground = tuned_ground(table, 0, MF__VALIDATE_FOLDS);
    ground.folds = 121;
    assert_refused(&ground, &config, "--cv: 121 folds of 120 rows");
    ground.folds = (size_t)1 << 60;
    assert_refused(&ground, &config, "--cv: 1152921504606846976 folds of 120 rows");
    ground.folds = 0;
    assert_refused(&ground, &config, "--cv: 0 folds");
    ground.folds = 3;
    config.impute = MF_IMPUTE_NONE;
    assert_refused(&ground, &config, "fold 1 of 3: ");
    config.impute = MF_IMPUTE_NONE + 1;
    assert_refused(&ground, &config, "a preparation with encode 0 and impute 4");
    config.impute = MF_IMPUTE_MEDIAN;
    ground.preparing.target = "prise";
    assert_refused(&ground, &config, "tuned.csv has no column \"prise\"; did you mean \"price\"?");
    mf_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fold_of_each_preparation_is_made_of_its_own_rows),
        cmocka_unit_test(the_facts_are_told),
        cmocka_unit_test(out_of_bag_the_training_rows_are_validated),
        cmocka_unit_test(fewer_rows_are_some_of_more_rows),
        cmocka_unit_test(a_goal_is_made_once_for_each_way_to_round),
        cmocka_unit_test(the_first_fold_has_the_fewest_rows_to_train_on),
        cmocka_unit_test(a_configuration_is_checked_in_every_fold),
        cmocka_unit_test(out_of_bag_needs_a_bag),
        cmocka_unit_test(what_does_not_fit_the_rows_is_refused),
    };
    return cmocka_run_group_tests_name("tune_parts", tests, NULL, NULL);
}
