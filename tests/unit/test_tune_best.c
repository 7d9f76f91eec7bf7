/* SPDX-License-Identifier: Apache-2.0 */
/* The best forest grown once more: its scores are the trial's, and what is told of it. */
#include "tune/study_best.h"

#include "report/json.h"
#include "report/predictions.h"
#include "report/tune.h"
#include "tests/unit/studied.h"

#include <math.h>

static const char *const small[] = {"n_estimators=2,5,3", "max_depth=2,none", NULL};

/* ---- scene ---- */

static void begin(struct search *search)
{
    search_begin(search);
    struct mf__buffer text = search_answer(search, "threads", 2, NULL);
    mf__buffer_done(&text);
}

static void look(struct search *search, struct mf__study_best *best)
{
    mf_pool *pool = open_pool("threads", 2);
    if (mf__study_best(&search->study, pool, NULL, best, &search->error) != 0)
        fail_msg("%s", search->error.text);
    mf_pool_close(&pool);
}

static const struct mf__trial *first(const struct search *search)
{
    return &search->study.trials[search->study.order[0]];
}

/* ---- agreement ---- */

static void its_scores_are_those_of_the_trial_to_the_last_bit(void **state)
{
    (void)state;
    for (size_t target = 0; target < TUNED_TARGETS; target++) {
        for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
            struct search search = {.lines = small, .target = target, .validation = validation};
            struct mf__study_best best = {0};
            double scores[MF_METRICS];
            begin(&search);
            look(&search, &best);
            assert_true(best.agrees);
            assert_int_equal(best.rows, validation == MF__VALIDATE_SPLIT ? 36 : 120);
            const mf_scored scored = {best.rows, best.n_classes, best.truth, best.predicted};
            tuned_score(&scored, scores);
            if (validation != MF__VALIDATE_FOLDS)
                assert_memory_equal(scores, first(&search)->folds, sizeof scores);
            mf__study_best_done(&best);
            search_done(&search);
        }
    }
}

static void a_score_that_is_off_by_one_bit_does_not_agree(void **state)
{
    (void)state;
    struct search search = {.lines = small, .validation = MF__VALIDATE_FOLDS};
    struct mf__study_best best = {0};
    begin(&search);
    double *score = &first(&search)->folds[1 * MF_METRICS + MF_METRIC_MAE];
    *score = nextafter(*score, 0);
    look(&search, &best);
    assert_false(best.agrees);
    mf__study_best_done(&best);
    search_done(&search);
}

static void a_best_trial_of_an_early_rung_is_grown_with_what_it_had_there(void **state)
{
    (void)state;
    static const char *const lines[] = {"max_depth=1,2,3,4,5,none", "max_features=0.5,none", NULL};
    for (int resource = MF__RESOURCE_ROWS; resource <= MF__RESOURCE_TREES; resource++) {
        for (uint64_t limit = 12; limit <= 17; limit += 5) { /* the first rung; all of them */
            struct search search = {.lines = lines, .validation = MF__VALIDATE_FOLDS};
            struct mf__study_best best = {0};
            search_begin(&search);
            search.request.strategy = MF__HALVING;
            search.request.halving.resource = resource;
            search.request.config.forest.n_estimators = 9;
            search.request.max_trials = limit;
            struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
            look(&search, &best);
            assert_true(search.study.n_rungs > 1);
            assert_int_equal(first(&search)->rung == 0, limit == 12);
            assert_true(best.agrees);
            mf__study_best_done(&best);
            mf__buffer_done(&text);
            search_done(&search);
        }
    }
}

static void a_study_without_a_best_trial_is_refused(void **state)
{
    (void)state;
    struct search search = {.lines = small};
    struct mf__study_best best = {0};
    search_begin(&search);
    search_open(&search);
    assert_int_equal(mf__study_best(&search.study, NULL, NULL, &best, &search.error), MF_E_INPUT);
    assert_non_null(strstr(search.error.text, "no best one"));
    mf__study_best_done(&best);
    search_done(&search);
}

static void every_row_has_its_own_truth(void **state)
{
    (void)state;
    struct search search = {.lines = small, .validation = MF__VALIDATE_FOLDS};
    struct mf__study_best best = {0};
    bool seen[TUNED_ROWS] = {false};
    begin(&search);
    look(&search, &best);
    const mf_column *price =
        mf_table_column(search.table, mf_table_find(search.table, tuned_targets[0]));
    for (size_t i = 0; i < best.rows; i++) {
        assert_true(best.numbers[i] < TUNED_ROWS && !seen[best.numbers[i]]);
        seen[best.numbers[i]] = true;
        assert_true(price->numbers[best.numbers[i]] == best.truth[i]);
    }
    double sum = 0;
    for (size_t i = 0; i < mf_preparation_features(best.preparation); i++)
        sum += best.importances[i];
    assert_true(fabs(sum - 1) < 1e-12);
    mf__study_best_done(&best);
    search_done(&search);
}

/* ---- predictions ---- */

#define MANY 4500

static void of_many_predictions_some_are_listed_evenly_and_all_are_summed_up(void **state)
{
    (void)state;
    static size_t numbers[MANY];
    static double truth[MANY], predicted[MANY];
    for (size_t i = 0; i < MANY; i++) {
        numbers[i] = (i * 7 + 3) % MANY; /* in disorder */
        truth[i] = (double)numbers[i];
        predicted[i] = truth[i] + (i % 10 < 8 ? 1 : -5);
    }
    const struct mf__predictions predictions = {
        .part = "test", .rows = MANY, .numbers = numbers, .truth = truth, .predicted = predicted};
    json_t *made = mf__json_predictions(&predictions);
    json_t *rows = json_object_get(made, "row");
    assert_int_equal(json_integer_value(json_object_get(made, "rows_total")), MANY);
    assert_int_equal(json_integer_value(json_object_get(made, "every_nth")), 3);
    assert_int_equal(json_array_size(rows), MANY / 3);
    for (size_t i = 0; i < MANY / 3; i++) {
        assert_int_equal(json_integer_value(json_array_get(rows, i)), 3 * i + 1);
        json_t *own = json_array_get(json_object_get(made, "truth"), i);
        assert_true(json_number_value(own) == (double)(3 * i));
    }
    json_t *errors = json_object_get(made, "errors");
    assert_true(fabs(json_number_value(json_object_get(errors, "mean")) - (0.8 - 1)) < 1e-9);
    assert_true(json_number_value(json_object_get(errors, "median_absolute")) == 1);
    assert_true(json_number_value(json_object_get(errors, "largest_absolute")) == 5);
    assert_true(json_is_null(json_object_get(made, "confusion")));
    json_decref(made);
}

static void classes_are_named_and_counted_by_what_they_were_taken_for(void **state)
{
    (void)state;
    struct search search = {.lines = small, .target = 2, .validation = MF__VALIDATE_FOLDS};
    struct mf__study_best best = {0};
    begin(&search);
    look(&search, &best);
    const struct mf__predictions predictions = {.part = "folds",
                                                .rows = best.rows,
                                                .n_classes = best.n_classes,
                                                .numbers = best.numbers,
                                                .truth = best.truth,
                                                .predicted = best.predicted,
                                                .preparation = best.preparation};
    json_t *made = mf__json_predictions(&predictions);
    json_t *classes = json_object_get(made, "classes");
    assert_string_equal(json_string_value(json_array_get(classes, 1)), "mid");
    long long right = 0, all = 0, listed = 0;
    for (size_t i = 0; i < 9; i++) {
        json_t *row = json_array_get(json_object_get(made, "confusion"), i / 3);
        long long count = json_integer_value(json_array_get(row, i % 3));
        all += count;
        right += i / 3 == i % 3 ? count : 0;
    }
    for (size_t i = 0; i < best.rows; i++)
        listed += json_equal(json_array_get(json_object_get(made, "truth"), i),
                             json_array_get(json_object_get(made, "predicted"), i));
    assert_int_equal(all, best.rows);
    assert_int_equal(right, listed);
    json_decref(made);
    mf__study_best_done(&best);
    search_done(&search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_scores_are_those_of_the_trial_to_the_last_bit),
        cmocka_unit_test(a_score_that_is_off_by_one_bit_does_not_agree),
        cmocka_unit_test(a_best_trial_of_an_early_rung_is_grown_with_what_it_had_there),
        cmocka_unit_test(a_study_without_a_best_trial_is_refused),
        cmocka_unit_test(every_row_has_its_own_truth),
        cmocka_unit_test(of_many_predictions_some_are_listed_evenly_and_all_are_summed_up),
        cmocka_unit_test(classes_are_named_and_counted_by_what_they_were_taken_for),
    };
    return cmocka_run_group_tests_name("tune_best", tests, NULL, NULL);
}
