/* SPDX-License-Identifier: Apache-2.0 */
/* Every score against the one that scikit-learn gives (tests/oracle). */
#include <manyfold/score.h>

#include "tests/oracle/score_reference.h"
#include "tests/unit/unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_close(double found, double wanted)
{
    return fabs(found - wanted) <= 1e-12 * fabs(wanted);
}

static mf_scored scored_of(const struct reference_score *wanted)
{
    return (mf_scored){.rows = wanted->rows,
                       .n_classes = wanted->n_classes,
                       .truth = wanted->truth,
                       .predicted = wanted->predicted};
}

static void check_score(const struct reference_score *wanted, int metric, double score)
{
    const mf_scored scored = scored_of(wanted);
    mf_error error = {0};
    double found = -7;
    int code = mf_score(metric, &scored, &found, &error);
    if (isnan(score)) {
        assert_int_equal(code, MF_E_INPUT);
        assert_true(found == -7);
        assert_non_null(strstr(error.text, mf_metric_name(metric)));
    } else if (code != 0 || !is_close(found, score)) {
        fail_msg("%s: %s is %.17g, wanted %.17g (%s)", wanted->name, mf_metric_name(metric), found,
                 score, error.text);
    }
}

static void every_score_is_that_of_scikit_learn(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(reference_scores); i++) {
        const struct reference_score *wanted = &reference_scores[i];
        int first = wanted->n_classes > 0 ? MF_METRIC_ACCURACY : MF_METRIC_RMSE;
        for (int m = 0; m < 5; m++)
            check_score(wanted, first + m, wanted->scores[m]);
    }
}

static void metrics_have_names_and_are_found_by_them(void **state)
{
    (void)state;
    for (int metric = 0; metric < MF_METRICS; metric++)
        assert_int_equal(mf_metric_find(mf_metric_name(metric)), metric);
    assert_string_equal(mf_metric_name(MF_METRIC_R2), "r2");
    assert_string_equal(mf_metric_name(MF_METRIC_BALANCED_ACCURACY), "balanced_accuracy");
    assert_null(mf_metric_name(MF_METRICS));
    assert_null(mf_metric_name(-1));
    assert_int_equal(mf_metric_find("R2"), -1);
    assert_int_equal(mf_metric_find(""), -1);
}

static void metrics_know_their_task_and_direction(void **state)
{
    (void)state;
    for (int metric = 0; metric < MF_METRICS; metric++) {
        assert_int_equal(mf_metric_is_classification(metric), metric >= MF_METRIC_ACCURACY);
        assert_int_equal(mf_metric_larger_is_better(metric),
                         metric == MF_METRIC_R2 ||
                             (metric >= MF_METRIC_ACCURACY && metric != MF_METRIC_LOG_LOSS));
    }
    assert_false(mf_metric_is_classification(MF_METRICS));
    assert_false(mf_metric_larger_is_better(-1));
}

/* What mf_score says about this, which it must refuse. */
static const char *complaint(int metric, const mf_scored *scored)
{
    static mf_error error;
    double score = -7;
    assert_int_equal(mf_score(metric, scored, &score, &error), MF_E_INPUT);
    assert_true(score == -7);
    return error.text;
}

static void what_cannot_be_scored_is_refused_with_the_reason(void **state)
{
    (void)state;
    const double numbers[] = {0, 1, (double)NAN, (double)INFINITY};
    const double classes[] = {0, 1, 2, 0.5, -1};
    mf_scored scored = {.rows = 2, .n_classes = 0, .truth = numbers, .predicted = numbers};
    assert_string_equal(complaint(MF_METRICS, &scored), "there is no such metric");
    assert_string_equal(complaint(MF_METRIC_ACCURACY, &scored),
                        "accuracy is a score of classification, not of regression");
    scored.rows = 0;
    assert_string_equal(complaint(MF_METRIC_MAE, &scored), "mae needs at least one row");
    scored.rows = 3;
    assert_string_equal(complaint(MF_METRIC_MAE, &scored),
                        "the truth in row 2 is not a finite number");
    scored.truth = classes;
    scored.predicted = numbers + 1;
    assert_string_equal(complaint(MF_METRIC_MAE, &scored),
                        "what is predicted for row 1 is not finite");
    scored.n_classes = 2;
    assert_string_equal(complaint(MF_METRIC_RMSE, &scored),
                        "rmse is a score of regression, not of classification");
    assert_string_equal(complaint(MF_METRIC_LOG_LOSS, &scored),
                        "the truth in row 2 is 2: expected a class from 0 to 1");
    scored.rows = 1;
    scored.truth = classes + 3;
    assert_string_equal(complaint(MF_METRIC_LOG_LOSS, &scored),
                        "the truth in row 0 is 0.5: expected a class from 0 to 1");
    scored.truth = classes + 4;
    assert_string_equal(complaint(MF_METRIC_LOG_LOSS, &scored),
                        "the truth in row 0 is -1: expected a class from 0 to 1");
}

static void an_absent_class_is_named(void **state)
{
    (void)state;
    const double truth[] = {0, 1};
    const double predicted[] = {1, 0, 0, 0, 1, 0};
    const mf_scored scored = {.rows = 2, .n_classes = 3, .truth = truth, .predicted = predicted};
    assert_string_equal(complaint(MF_METRIC_ROC_AUC, &scored),
                        "roc_auc is not defined: no row of the truth is of class 2");
}

static void of_two_classes_the_second_is_the_positive_one(void **state)
{
    (void)state;
    const double truth[] = {0, 1};
    const double predicted[] = {0.1, 0.2, 0.9, 0.3};
    const mf_scored scored = {.rows = 2, .n_classes = 2, .truth = truth, .predicted = predicted};
    double score = 0;
    assert_int_equal(mf_score(MF_METRIC_ROC_AUC, &scored, &score, NULL), 0);
    assert_true(score == 1);
}

static void long_sums_keep_their_last_digits(void **state)
{
    (void)state;
    enum { ROWS = 100000 };
    static double truth[ROWS];
    static double predicted[ROWS];
    for (size_t row = 0; row < ROWS; row++)
        predicted[row] = 0.1;
    predicted[0] = 1e6;
    const mf_scored scored = {.rows = ROWS, .truth = truth, .predicted = predicted};
    double score = 0;
    assert_int_equal(mf_score(MF_METRIC_MAE, &scored, &score, NULL), 0);
    /* 0.1 is 0.1 + 5.55e-18, and 99,999 of them with 1e6 make 1009999.9 / 100000. */
    assert_true(fabs(score - 10.099999) <= 2 * DBL_EPSILON * 10);
}

static void an_error_that_overflows_is_infinite_and_no_nan(void **state)
{
    (void)state;
    const double truth[] = {0, 1};
    const double predicted[] = {1e300, 1};
    const mf_scored scored = {.rows = 2, .truth = truth, .predicted = predicted};
    double score = 0;
    assert_int_equal(mf_score(MF_METRIC_MSE, &scored, &score, NULL), 0);
    assert_true(isinf(score));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_score_is_that_of_scikit_learn),
        cmocka_unit_test(metrics_have_names_and_are_found_by_them),
        cmocka_unit_test(metrics_know_their_task_and_direction),
        cmocka_unit_test(what_cannot_be_scored_is_refused_with_the_reason),
        cmocka_unit_test(an_absent_class_is_named),
        cmocka_unit_test(of_two_classes_the_second_is_the_positive_one),
        cmocka_unit_test(long_sums_keep_their_last_digits),
        cmocka_unit_test(an_error_that_overflows_is_infinite_and_no_nan),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
