/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/bootstrap.h"

#include "stats/real.h"
#include "tests/unit/near.h"

#include <string.h>

#define ROUNDS  8
#define COLUMNS 4

static const unsigned workers[COLUMNS] = {1, 2, 4, 8};
static const unsigned at[] = {2, 16};
static double times[ROUNDS * COLUMNS];
static double base[ROUNDS];

/* Rounds with f = 0.2 whose pace differs, from round to round by a factor of two. */
static struct mf__bootstrap drifting_rounds(void)
{
    static const double law[COLUMNS] = {10.0, 6.0, 4.0, 3.0};
    for (size_t round = 0; round < ROUNDS; round++) {
        double pace = 1.0 + (double)round / ROUNDS;
        base[round] = 9.0 * pace;
        for (size_t column = 0; column < COLUMNS; column++)
            times[round * COLUMNS + column] = law[column] * pace;
    }
    struct mf__bootstrap request = mf__bootstrap_defaults();
    request.rounds = (struct mf__rounds){times, workers, ROUNDS, COLUMNS};
    request.base = base;
    request.at = at;
    request.n_at = 2;
    request.resamples = 200;
    return request;
}

static void the_defaults_are_those_of_the_manual(void **state)
{
    (void)state;
    struct mf__bootstrap defaults = mf__bootstrap_defaults();
    assert_int_equal(defaults.resamples, 10000);
    assert_near(defaults.confidence, 0.95);
    assert_int_equal(defaults.seed, 1);
}

static void whole_rounds_are_drawn_so_shared_drift_leaves_no_width(void **state)
{
    (void)state;
    struct mf__bootstrap request = drifting_rounds();
    struct mf__law_bands bands;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
    const struct mf__interval *fraction = &bands.of[MF__BAND_FRACTION];
    assert_true(fraction->known);
    assert_near(fraction->low, 0.2);
    assert_near(fraction->high, 0.2);
    assert_near(bands.of[MF__BAND_LIMIT].mid, 4.5);
    assert_near(bands.of[MF__BAND_SIGMA].high, 0.2);
    assert_near(bands.of[MF__BAND_PEAK].low, MF__INFINITY);
    assert_near(bands.amdahl_at[0].high, 1.5);
    assert_near(bands.amdahl_at[1].low, 3.6);
    assert_near(bands.usl_at[1].mid, 3.6);
    assert_near(bands.amdahl.fraction, 0.2);
    assert_near(bands.base, 9.0 * (1.0 + 3.5 / ROUNDS));
    mf__law_bands_done(&bands);
    assert_null(bands.amdahl_at);
}

static void the_seed_alone_decides_what_is_drawn(void **state)
{
    (void)state;
    struct mf__bootstrap request = drifting_rounds();
    for (size_t i = 0; i < ROUNDS * COLUMNS; i++)
        times[i] *= 1.0 + 0.01 * (double)(i * i % 7);
    double lows[3];
    for (size_t i = 0; i < 3; i++) {
        struct mf__law_bands bands;
        request.seed = i == 2 ? 12345 : 1;
        assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
        lows[i] = bands.of[MF__BAND_FRACTION].low;
        assert_true(lows[i] < bands.of[MF__BAND_FRACTION].high);
        mf__law_bands_done(&bands);
    }
    assert_memory_equal(&lows[0], &lows[1], sizeof lows[0]);
    assert_memory_not_equal(&lows[0], &lows[2], sizeof lows[0]);
}

static void a_limit_may_have_no_upper_end(void **state)
{
    (void)state;
    struct mf__bootstrap request = drifting_rounds();
    /* In half of the rounds the law is linear with a little less than no serial time. */
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t column = 0; column < COLUMNS; column++)
            times[round * COLUMNS + column] =
                1.0 / workers[column] + (round % 2 == 0 ? 0.01 : -0.001);
    struct mf__law_bands bands;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
    assert_true(isfinite(bands.of[MF__BAND_LIMIT].low));
    assert_near(bands.of[MF__BAND_LIMIT].high, MF__INFINITY);
    assert_true(bands.of[MF__BAND_FRACTION].low < 0.0);
    mf__law_bands_done(&bands);
}

static void too_few_rounds_give_figures_without_intervals(void **state)
{
    (void)state;
    struct mf__bootstrap request = drifting_rounds();
    request.rounds.rounds = 5;
    struct mf__law_bands bands;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
    assert_false(bands.of[MF__BAND_FRACTION].known);
    assert_near(bands.of[MF__BAND_FRACTION].mid, 0.2);
    assert_near(bands.of[MF__BAND_FRACTION].high, MF__INFINITY);
    assert_false(bands.usl_at[0].known);
    mf__law_bands_done(&bands);
}

static void a_law_without_enough_worker_counts_has_no_bands(void **state)
{
    (void)state;
    static const unsigned same[COLUMNS] = {1, 2, 2, 1};
    struct mf__bootstrap request = drifting_rounds();
    request.rounds.workers = same;
    struct mf__law_bands bands;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
    assert_true(bands.of[MF__BAND_FRACTION].known);
    assert_int_equal(bands.usl.fit, MF__FIT_TOO_FEW);
    assert_false(bands.of[MF__BAND_SIGMA].known);
    assert_true(isnan(bands.of[MF__BAND_SIGMA].mid));
    assert_false(bands.usl_at[1].known);
    mf__law_bands_done(&bands);
}

static void nothing_to_predict_is_allowed(void **state)
{
    (void)state;
    struct mf__bootstrap request = drifting_rounds();
    request.n_at = 0;
    request.at = NULL;
    struct mf__law_bands bands;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
    assert_int_equal(bands.n_at, 0);
    assert_near(bands.of[MF__BAND_FRACTION].mid, 0.2);
    mf__law_bands_done(&bands);
}

static void requests_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const unsigned zero[COLUMNS] = {1, 2, 0, 4};
    struct mf__law_bands bands;
    mf_error error = {0};
    struct mf__bootstrap request = drifting_rounds();
    request.resamples = 0;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, &error), MF_E_INPUT);
    request = drifting_rounds();
    request.confidence = 0.0;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, &error), MF_E_INPUT);
    request = drifting_rounds();
    request.rounds.workers = zero;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "column 3 of 4"));
    request = drifting_rounds();
    request.at = zero + 2;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, &error), MF_E_INPUT);
    request = drifting_rounds();
    base[2] = 0.0;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, &error), MF_E_INPUT);
    request = drifting_rounds();
    request.resamples = SIZE_MAX / 16;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "resamples"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_those_of_the_manual),
        cmocka_unit_test(whole_rounds_are_drawn_so_shared_drift_leaves_no_width),
        cmocka_unit_test(the_seed_alone_decides_what_is_drawn),
        cmocka_unit_test(a_limit_may_have_no_upper_end),
        cmocka_unit_test(too_few_rounds_give_figures_without_intervals),
        cmocka_unit_test(a_law_without_enough_worker_counts_has_no_bands),
        cmocka_unit_test(nothing_to_predict_is_allowed),
        cmocka_unit_test(requests_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests_name("stats_bootstrap", tests, NULL, NULL);
}
