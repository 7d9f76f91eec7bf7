/* SPDX-License-Identifier: Apache-2.0 */
/* Whether series are slower than before, and what is said of it. */
#include "compare/difference.h"

#include "base/random.h"
#include "report/diff.h"
#include "tests/unit/near.h"

#include <string.h>

#define N 12

static double old[N];
static double new[N];

/* Times from 1.00 to 1.11, and the same times a factor. */
static struct mf__two_samples by(double factor)
{
    for (size_t i = 0; i < N; i++) {
        old[i] = 1.00 + 0.01 * (double)i;
        new[i] = factor *old[i];
    }
    return (struct mf__two_samples){old, N, new, N};
}

static enum mf__change change_of(const struct mf__two_samples *samples, double threshold)
{
    struct mf__changed changed;
    assert_int_equal(mf__difference(samples, 1, threshold, &changed, NULL), 0);
    return changed.change;
}

static void changes_beyond_the_threshold_are_named(void **state)
{
    (void)state;
    struct mf__two_samples samples = by(1.3);
    assert_int_equal(change_of(&samples, 0.05), MF__CHANGE_SLOWER);
    assert_int_equal(change_of(&samples, 0.24), MF__CHANGE_SLOWER);
    samples = by(1 / 1.3);
    assert_int_equal(change_of(&samples, 0.05), MF__CHANGE_FASTER);
}

static void changes_within_the_threshold_are_none(void **state)
{
    (void)state;
    struct mf__two_samples samples = by(1.0);
    assert_int_equal(change_of(&samples, 0.05), MF__CHANGE_NONE);
    assert_int_equal(change_of(&samples, 0), MF__CHANGE_UNKNOWN); /* nothing is that sure */
    samples = by(1.06);
    assert_int_equal(change_of(&samples, 0.2), MF__CHANGE_NONE);
}

static void what_lies_on_both_sides_of_the_threshold_is_not_told(void **state)
{
    (void)state;
    struct mf__two_samples samples = by(1.05);
    assert_int_equal(change_of(&samples, 0.05), MF__CHANGE_UNKNOWN);
    samples.n_first = 2;
    samples.n_second = 2;
    assert_int_equal(change_of(&samples, 0.05), MF__CHANGE_UNKNOWN);
    samples = by(9);
    samples.n_second = 1;
    assert_int_equal(change_of(&samples, 0.05), MF__CHANGE_UNKNOWN);
}

static void medians_are_those_of_the_samples(void **state)
{
    (void)state;
    struct mf__two_samples samples = by(2);
    struct mf__changed changed;
    assert_int_equal(mf__difference(&samples, 1, 0.05, &changed, NULL), 0);
    assert_near(changed.old_median, 1.055);
    assert_near(changed.new_median, 2.11);
    assert_near(changed.factor.ratio.mid, 2);
}

/* One series is just beyond; twenty others did not change at all. */
static void one_of_many_may_be_chance(void **state)
{
    enum { SERIES = 21, EACH = 6 };
    static double first[SERIES][EACH];
    static double second[SERIES][EACH];
    struct mf__two_samples series[SERIES];
    struct mf__changed changes[SERIES];
    (void)state;
    for (size_t i = 0; i < SERIES; i++) {
        for (size_t k = 0; k < EACH; k++) {
            first[i][k] = 1 + 0.001 * (double)k;
            second[i][k] = (i == 0 ? 1.2 : 1.0) + 0.001 * (double)k;
        }
        series[i] = (struct mf__two_samples){first[i], EACH, second[i], EACH};
    }
    assert_int_equal(mf__difference(series, 1, 0.05, changes, NULL), 0);
    assert_int_equal(changes[0].change, MF__CHANGE_SLOWER);
    assert_near(changes[0].p_adjusted, 2.0 / 924.0);
    assert_int_equal(mf__difference(series, SERIES, 0.05, changes, NULL), 0);
    assert_near(changes[0].p_adjusted, SERIES * 2.0 / 924.0);
    assert_int_equal(changes[0].change, MF__CHANGE_SLOWER);
    series[0].n_first = 5; /* of five and five the smallest p value is 2 / 252 */
    series[0].n_second = 5;
    assert_int_equal(mf__difference(series, SERIES, 0.05, changes, NULL), 0);
    assert_int_equal(changes[0].change, MF__CHANGE_BY_CHANCE);
    for (size_t i = 1; i < SERIES; i++) { /* too short to claim anything: they take no part */
        series[i].n_first = 1;
        assert_int_equal(changes[i].change, MF__CHANGE_NONE);
    }
    assert_int_equal(mf__difference(series, SERIES, 0.05, changes, NULL), 0);
    assert_int_equal(changes[0].change, MF__CHANGE_SLOWER);
    assert_near(changes[0].p_adjusted, 2.0 / 252.0);
}

/* Of a program against itself, six series each time, at most 5 % of the pairs claim anything. */
static void a_program_against_itself_is_seldom_slower(void **state)
{
    enum { TRIALS = 500, SERIES = 6 };
    static double times[2 * SERIES][N];
    struct mf__random random = {11};
    size_t claims = 0;
    (void)state;
    for (size_t trial = 0; trial < TRIALS; trial++) {
        struct mf__two_samples series[SERIES];
        struct mf__changed changes[SERIES];
        bool claimed = false;
        for (size_t i = 0; i < 2 * SERIES; i++)
            for (size_t k = 0; k < N; k++)
                times[i][k] = 1 + (double)mf__random_below(&random, 1000000) * 1e-7;
        for (size_t i = 0; i < SERIES; i++)
            series[i] = (struct mf__two_samples){times[2 * i], N, times[2 * i + 1], N};
        assert_int_equal(mf__difference(series, SERIES, 0, changes, NULL), 0);
        for (size_t i = 0; i < SERIES; i++)
            claimed = claimed || changes[i].change == MF__CHANGE_SLOWER ||
                      changes[i].change == MF__CHANGE_FASTER;
        claims += claimed;
    }
    /* Holm's bound is 25 of 500; at the discrete p values of 12 and 12 it is a little less. */
    assert_in_range(claims, 8, 37);
}

static void times_that_are_none_are_refused(void **state)
{
    (void)state;
    struct mf__two_samples samples = by(1);
    struct mf__changed changed;
    samples.n_second = 0;
    assert_int_equal(mf__difference(&samples, 1, 0.05, &changed, NULL), MF_E_INPUT);
    samples = by(1);
    new[3] = 0;
    assert_int_equal(mf__difference(&samples, 1, 0.05, &changed, NULL), MF_E_INPUT);
}

/* ---- in words ---- */

static struct mf__diff_series rows[3];

static const char *verdict_of(enum mf__change first, enum mf__change second,
                              enum mf__sameness answer)
{
    static char text[600];
    const struct mf__diff diff = {
        .kind = "compare", .threshold = 0.05, .n_series = 3, .n_judged = 2, .series = rows};
    struct mf__buffer out = {0};
    for (size_t i = 0; i < 3; i++)
        rows[i] = (struct mf__diff_series){.role = "strong",
                                           .way = "threads",
                                           .workers = i + 1,
                                           .n_old = N,
                                           .n_new = N,
                                           .answer = MF__SAME};
    rows[0].changed.change = first;
    rows[0].changed.factor.ratio = (struct mf__interval){1.1, 1.2, 1.3, 0.95, true};
    rows[1].changed.change = second;
    rows[1].changed.factor.ratio = (struct mf__interval){1.4, 1.5, 1.6, 0.95, true};
    rows[1].answer = answer;
    rows[2].changed.change = MF__CHANGE_SLOWER; /* of the machine: it is not judged */
    mf__diff_verdict(&diff, &out);
    assert_int_equal(mf__buffer_check(&out, NULL), 0);
    assert_true(out.length < sizeof text);
    memcpy(text, mf__buffer_text(&out), out.length + 1);
    mf__buffer_done(&out);
    return text;
}

static void the_verdict_is_a_plain_sentence(void **state)
{
    (void)state;
    assert_string_equal(verdict_of(MF__CHANGE_NONE, MF__CHANGE_NONE, MF__SAME),
                        "All answers are the same. Nothing is slower by more than 5 %.");
    assert_string_equal(verdict_of(MF__CHANGE_NONE, MF__CHANGE_SLOWER, MF__SAME),
                        "All answers are the same. Slower: threads, 2 workers takes 1.50 [1.40, "
                        "1.60] times as long as before. No other series is slower by more than "
                        "5 %.");
    assert_string_equal(verdict_of(MF__CHANGE_SLOWER, MF__CHANGE_SLOWER, MF__DIFFERENT),
                        "An answer differs: threads, 2 workers. Slower: threads, 2 workers takes "
                        "1.50 [1.40, 1.60] times as long as before, and 1 more of 2 series is "
                        "slower.");
    assert_string_equal(
        verdict_of(MF__CHANGE_UNKNOWN, MF__CHANGE_FASTER, MF__SAMENESS_UNKNOWN),
        "All answers that both have are the same. Faster: threads, 2 workers takes "
        "1.50 [1.40, 1.60] times as long as before. For 1 of 2 series these runs cannot tell "
        "a change of 5 %.");
    assert_string_equal(verdict_of(MF__CHANGE_UNKNOWN, MF__CHANGE_BY_CHANCE, MF__SAME),
                        "All answers are the same. Whether anything is slower by more than 5 %, "
                        "these runs cannot tell.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_beyond_the_threshold_are_named),
        cmocka_unit_test(changes_within_the_threshold_are_none),
        cmocka_unit_test(what_lies_on_both_sides_of_the_threshold_is_not_told),
        cmocka_unit_test(medians_are_those_of_the_samples),
        cmocka_unit_test(one_of_many_may_be_chance),
        cmocka_unit_test(a_program_against_itself_is_seldom_slower),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(the_verdict_is_a_plain_sentence),
    };
    return cmocka_run_group_tests_name("difference", tests, NULL, NULL);
}
