/* SPDX-License-Identifier: Apache-2.0 */
/* What a result is kept under, and how it is written. */
#include "tune/study_key.h"

#include "tests/unit/studied.h"

#include <stdio.h>

static const char *const grid[] = {"n_estimators=2,5,3", "max_depth=2,none", NULL};

struct key {
    unsigned char bytes[MF__KEY_BYTES];
};

static struct key key_of(const struct mf__study *study, const struct mf__config *config,
                         size_t fold, uint64_t max_rows)
{
    const struct mf__unit unit = {config, fold, max_rows};
    struct mf__buffer room = {0};
    struct key key;
    assert_int_equal(mf__unit_key(study, &unit, &room, key.bytes, NULL), 0);
    mf__buffer_done(&room);
    return key;
}

static bool differ(struct key a, struct key b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) != 0;
}

static void a_key_changes_with_all_that_a_score_depends_on(void **state)
{
    (void)state;
    static const char *const others[] = {
        "n_estimators=6",       "criterion=squared_error",
        "max_depth=3",          "min_samples_split=3",
        "min_samples_leaf=2",   "max_features=2",
        "max_leaf_nodes=9",     "min_impurity_decrease=0.1",
        "bootstrap=false",      "max_samples=0.5",
        "random_state=1",       "encode=onehot",
        "impute=most-frequent",
    };
    struct search search = {.lines = grid};
    search_begin(&search);
    search_open(&search);
    struct mf__study *study = &search.study;
    const struct mf__config config = search.request.config;
    struct key key = key_of(study, &config, 0, 0);
    assert_false(differ(key_of(study, &config, 0, 0), key));
    for (size_t i = 0; i < COUNT(others); i++) {
        struct mf__space space = {0};
        struct mf__config changed = config;
        assert_int_equal(mf__space_add(&space, others[i], NULL), 0);
        mf__parameter_set(space.dimensions[0].parameter, &space.dimensions[0].values[0], &changed);
        if (!differ(key_of(study, &changed, 0, 0), key))
            fail_msg("%s has the same key", others[i]);
        mf__space_done(&space);
    }
    assert_null(mf__parameter_at(COUNT(others)));
    assert_true(differ(key_of(study, &config, 1, 0), key));
    assert_true(differ(key_of(study, &config, 0, 30), key));
    struct mf__ground *ground = &study->request.ground;
    const struct mf__ground same = *ground;
    ground->seed = 1;
    assert_true(differ(key_of(study, &config, 0, 0), key));
    *ground = same;
    ground->test_size = 0.31;
    assert_true(differ(key_of(study, &config, 0, 0), key));
    *ground = same;
    ground->validation = MF__VALIDATE_OOB;
    assert_true(differ(key_of(study, &config, 0, 0), key));
    ground->validation = MF__VALIDATE_FOLDS;
    struct key folds = key_of(study, &config, 0, 0);
    ground->folds++;
    assert_true(differ(key_of(study, &config, 0, 0), folds));
    *ground = same;
    ground->preparing.n_drop = 1;
    assert_true(differ(key_of(study, &config, 0, 0), key));
    *ground = same;
    ground->preparing.target = "sugar";
    assert_true(differ(key_of(study, &config, 0, 0), key));
    *ground = same;
    study->data_digest[0] ^= 1;
    assert_true(differ(key_of(study, &config, 0, 0), key));
    study->data_digest[0] ^= 1;
    study->facts.n_classes = 3;
    assert_true(differ(key_of(study, &config, 0, 0), key));
    search_done(&search);
}

/* Journals keep it: with another one, whatever they hold is run again. */
static void the_key_of_a_known_unit_stays(void **state)
{
    (void)state;
    struct search search = {.lines = grid, .validation = MF__VALIDATE_FOLDS};
    search_begin(&search);
    search_open(&search);
    struct key key = key_of(&search.study, &search.request.config, 2, 0);
    char hex[2 * sizeof key.bytes + 1];
    for (size_t i = 0; i < sizeof key.bytes; i++)
        snprintf(hex + 2 * i, 3, "%02x", key.bytes[i]);
    assert_string_equal(hex, "9259fe15dcf669a1c80b6c6eb8e024f0");
    search_done(&search);
}

/* Whatever a forest is grown by has its own random_state. */
static void out_of_bag_the_seed_counts_only_where_it_draws_rows(void **state)
{
    (void)state;
    struct search search = {.lines = grid, .validation = MF__VALIDATE_OOB};
    search_begin(&search);
    search_open(&search);
    struct mf__study *study = &search.study;
    struct key whole = key_of(study, &search.request.config, 0, 0);
    struct key part = key_of(study, &search.request.config, 0, 30);
    study->request.ground.seed++;
    assert_false(differ(key_of(study, &search.request.config, 0, 0), whole));
    assert_true(differ(key_of(study, &search.request.config, 0, 30), part));
    search_done(&search);
}

static void a_result_is_read_back_to_the_bit(void **state)
{
    (void)state;
    struct mf__unit_result wrote = {.trial = 3, .fold = 1, .seconds = 0.1};
    struct mf__unit_result read = {.trial = 3, .fold = 1, .never_out = 9};
    struct mf__buffer payload = {0};
    for (int metric = 0; metric < MF_METRICS; metric++)
        wrote.scores[metric] = 1.0 / (metric + 3);
    wrote.scores[1] = (double)NAN;
    wrote.scores[2] = HUGE_VAL;
    wrote.scores[3] = -5e-324;
    wrote.scores[4] = 12;
    mf__unit_write(&wrote, &payload);
    assert_int_equal(mf__unit_read(mf__buffer_text(&payload), &read, NULL), 0);
    for (int metric = 0; metric < MF_METRICS; metric++)
        if (metric != 1)
            assert_true(read.scores[metric] == wrote.scores[metric]);
    assert_true(isnan(read.scores[1]) && read.seconds == 0.1);
    assert_true(read.trial == 3 && read.fold == 1);
    assert_int_equal(read.never_out, 0); /* also where a result was kept before it was counted */
    mf__buffer_clear(&payload);
    wrote.never_out = 7;
    mf__unit_write(&wrote, &payload);
    assert_int_equal(mf__unit_read(mf__buffer_text(&payload), &read, NULL), 0);
    assert_int_equal(read.never_out, 7);
    mf__buffer_done(&payload);
    static const char *const damaged[] = {"",
                                          "{}",
                                          "[]",
                                          "{\"scores\":{\"rmse\":1}}",
                                          "{\"scores\":{\"rmse\":\"x\"},\"seconds\":1}",
                                          "{\"scores\":{\"rmsf\":1},\"seconds\":1}",
                                          "{\"scores\":7,\"seconds\":1}"};
    for (size_t i = 0; i < COUNT(damaged); i++) {
        mf_error error = {0};
        assert_int_equal(mf__unit_read(damaged[i], &read, &error), MF_E_FORMAT);
        assert_non_null(strstr(error.text, "which is no result of a trial"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_changes_with_all_that_a_score_depends_on),
        cmocka_unit_test(the_key_of_a_known_unit_stays),
        cmocka_unit_test(out_of_bag_the_seed_counts_only_where_it_draws_rows),
        cmocka_unit_test(a_result_is_read_back_to_the_bit),
    };
    return cmocka_run_group_tests_name("tune_key", tests, NULL, NULL);
}
