/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verdict promises, tried out: how often it claims a difference where there is none, and
 * how often it finds one that was planted. Seeded, so the counts are always the same.
 *
 * Each trial has 20 rounds, in which both programs share a drifting pace and have noise of 1 % of
 * their own, with a long tail upwards. The bounds come from the binomial distribution:
 * - With 20 rounds the interval covers 95.86 %, so of 2,000 comparisons of a program with itself
 *   82.8 +- 8.9 are expected to be told apart; 5 % are 100.
 * - A slowdown is found when 15 or more of 20 rounds point its way. With this noise a round does so
 *   with a chance of 88.35 % for a slowdown of 2 %, and of 96.35 % for one of 5 % (by numerical
 *   simulation), so 1954.4 +- 6.7 and 1999.9 +- 0.3 of 2,000 are expected to be found.
 */
#include "base/random.h"
#include "stats/bootstrap.h"
#include "stats/ratio.h"
#include "stats/verdict.h"

#include "tests/unit/near.h"

#define TRIALS 2000
#define ROUNDS 20
#define NOISE  0.01
#define DRIFT  0.05

/* Uniform in (0, 1). */
static double uniform(struct mf__random *random)
{
    return ((double)(mf__random_next(random) >> 12) + 0.5) * 0x1p-52;
}

/* Box and Muller. */
static double normal(struct mf__random *random)
{
    double radius = sqrt(-2.0 * log(uniform(random)));
    return radius * cos(6.283185307179586 * uniform(random));
}

/* Log-normal noise; in one of 20 runs something else on the machine adds up to 20 %. */
static double disturbance(struct mf__random *random)
{
    double tail = uniform(random) < 0.05 ? 0.2 * uniform(random) : 0.0;
    return exp(NOISE * normal(random)) + tail;
}

static size_t count_verdicts(double slowdown, enum mf__verdict wanted, uint64_t seed)
{
    struct mf__random random = {seed};
    size_t count = 0;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double base[ROUNDS];
        double other[ROUNDS];
        double pace = 1.0;
        for (size_t round = 0; round < ROUNDS; round++) {
            pace *= exp(DRIFT * normal(&random));
            base[round] = pace * disturbance(&random);
            other[round] = pace * (1.0 + slowdown) * disturbance(&random);
        }
        struct mf__pairs pairs = {base, other, ROUNDS};
        struct mf__ratio ratio;
        assert_int_equal(mf__ratio(&pairs, 0.95, &ratio, NULL), 0);
        count += mf__verdict(&ratio.speedup, ratio.p_value, 0.05) == wanted;
    }
    return count;
}

static void a_program_against_itself_is_told_apart_no_more_often_than_stated(void **state)
{
    (void)state;
    size_t faster = count_verdicts(0.0, MF__VERDICT_FASTER, 1);
    size_t slower = count_verdicts(0.0, MF__VERDICT_SLOWER, 1);
    assert_in_range(faster + slower, 56, 100);
    /* Neither side is favoured: each has half, 41.4 +- 6.4. */
    assert_in_range(faster, 22, 61);
    assert_in_range(slower, 22, 61);
    assert_int_equal(count_verdicts(0.0, MF__VERDICT_NO_DIFFERENCE, 1), TRIALS - faster - slower);
}

static void a_slowdown_of_two_percent_is_found_as_often_as_expected(void **state)
{
    (void)state;
    assert_in_range(count_verdicts(0.02, MF__VERDICT_SLOWER, 2), 1928, 1981);
    assert_in_range(count_verdicts(0.02, MF__VERDICT_FASTER, 2), 0, 0);
}

static void a_slowdown_of_five_percent_is_found_practically_always(void **state)
{
    (void)state;
    assert_in_range(count_verdicts(0.05, MF__VERDICT_SLOWER, 3), 1998, TRIALS);
}

#define STUDIES       300
#define STUDY_ROUNDS  10
#define STUDY_COLUMNS 4

/* Whether the interval of Amdahl's fraction holds the `fraction` that made the times. */
static bool does_band_hold(double fraction, struct mf__random *random, uint64_t seed)
{
    static const unsigned workers[STUDY_COLUMNS] = {1, 2, 3, 4};
    double times[STUDY_ROUNDS * STUDY_COLUMNS];
    double base[STUDY_ROUNDS];
    for (size_t round = 0; round < STUDY_ROUNDS; round++) {
        double pace = exp(DRIFT * normal(random));
        base[round] = pace * exp(NOISE * normal(random));
        for (size_t column = 0; column < STUDY_COLUMNS; column++) {
            double law = fraction + (1.0 - fraction) / workers[column];
            times[round * STUDY_COLUMNS + column] = pace * law * exp(NOISE * normal(random));
        }
    }
    struct mf__bootstrap request = mf__bootstrap_defaults();
    request.rounds = (struct mf__rounds){times, workers, STUDY_ROUNDS, STUDY_COLUMNS};
    request.base = base;
    request.resamples = 400;
    request.seed = seed;
    struct mf__law_bands bands;
    assert_int_equal(mf__bootstrap_laws(&request, &bands, NULL), 0);
    bool holds = mf__interval_holds(&bands.of[MF__BAND_FRACTION], fraction);
    mf__law_bands_done(&bands);
    return holds;
}

static void the_band_of_a_fraction_holds_the_truth_at_least_as_often_as_stated(void **state)
{
    (void)state;
    struct mf__random random = {4};
    size_t held = 0;
    for (uint64_t study = 0; study < STUDIES; study++)
        held += does_band_hold(0.05, &random, study);
    /* 285 are 95 %. Percentile intervals of medians come out a little wide where the rounds drift:
     * a longer simulation (1,000 studies) found 98 % for ten rounds. */
    assert_in_range(held, 285, 299);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_against_itself_is_told_apart_no_more_often_than_stated),
        cmocka_unit_test(a_slowdown_of_two_percent_is_found_as_often_as_expected),
        cmocka_unit_test(a_slowdown_of_five_percent_is_found_practically_always),
        cmocka_unit_test(the_band_of_a_fraction_holds_the_truth_at_least_as_often_as_stated),
    };
    return cmocka_run_group_tests_name("stats_power", tests, NULL, NULL);
}
