/* SPDX-License-Identifier: Apache-2.0 */
/* The worker count to use, and the size from which on parallel running pays. */
#include "stats/break_even.h"
#include "stats/real.h"
#include "stats/recommend.h"

#include "tests/unit/near.h"

#define ROUNDS  10
#define COLUMNS 4

static const unsigned workers[COLUMNS] = {1, 2, 4, 8};

/* Rounds of a drifting pace; each column also swings by `swing` on its own. */
static void fill(double *times, const double *law, double swing)
{
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t column = 0; column < COLUMNS; column++) {
            double own = (round >> column) % 2 == 0 ? 1.0 + swing : 1.0 - swing;
            times[round * COLUMNS + column] = law[column] * (1.0 + 0.1 * (double)round) * own;
        }
}

static struct mf__recommendation recommend(const double *law, double swing, size_t rounds)
{
    double times[ROUNDS * COLUMNS];
    fill(times, law, swing);
    struct mf__rounds input = {times, workers, rounds, COLUMNS};
    struct mf__recommendation found;
    assert_int_equal(mf__recommend(&input, 0.95, MF__RECOMMEND_MARGIN, &found, NULL), 0);
    return found;
}

static void the_best_is_recommended_where_it_is_clearly_the_best(void **state)
{
    (void)state;
    const double law[] = {8.0, 4.1, 2.2, 1.2};
    struct mf__recommendation found = recommend(law, 0.001, ROUNDS);
    assert_int_equal(found.best, 3);
    assert_int_equal(found.column, 3);
    assert_true(found.ratio.known);
    assert_near(found.ratio.low, 1.0);
}

static void fewer_workers_are_recommended_where_the_loss_is_within_the_margin(void **state)
{
    (void)state;
    const double law[] = {8.0, 4.1, 2.2, 2.18};
    struct mf__recommendation found = recommend(law, 0.001, ROUNDS);
    assert_int_equal(found.best, 3);
    assert_int_equal(found.column, 2);
    assert_true(found.ratio.high < 1.0);
    assert_true(found.ratio.low > 1.0 / 1.02);
}

static void a_loss_above_the_margin_is_not_accepted(void **state)
{
    (void)state;
    const double law[] = {8.0, 4.1, 2.2, 2.1};
    assert_int_equal(recommend(law, 0.001, ROUNDS).column, 3);
}

static void fewer_workers_are_recommended_where_noise_hides_the_loss(void **state)
{
    (void)state;
    const double law[] = {8.0, 4.1, 2.2, 1.9};
    struct mf__recommendation found = recommend(law, 0.1, ROUNDS);
    assert_int_equal(found.best, 3);
    assert_int_equal(found.column, 2);
    assert_true(found.ratio.low < 1.0 / 1.02 && found.ratio.high >= 1.0);
}

static void with_too_few_rounds_the_best_is_recommended_without_certainty(void **state)
{
    (void)state;
    const double law[] = {8.0, 4.1, 2.2, 2.19};
    struct mf__recommendation found = recommend(law, 0.0, 5);
    assert_int_equal(found.column, 3);
    assert_false(found.ratio.known);
}

static void the_order_of_the_columns_does_not_matter(void **state)
{
    (void)state;
    static const unsigned mixed[COLUMNS] = {8, 1, 4, 2};
    const double law[] = {2.0, 8.0, 2.0, 2.0};
    double times[ROUNDS * COLUMNS];
    fill(times, law, 0.0);
    struct mf__rounds input = {times, mixed, ROUNDS, COLUMNS};
    struct mf__recommendation found;
    assert_int_equal(mf__recommend(&input, 0.95, 0.0, &found, NULL), 0);
    assert_int_equal(found.best, 0); /* the first of three that are equal */
    assert_int_equal(mixed[found.column], 2);
    times[7] = MF__NAN;
    assert_int_equal(mf__recommend(&input, 0.95, 0.0, &found, NULL), MF_E_INPUT);
}

/* Intervals by letter: p pays, s is slower, u is uncertain, ? is not known. */
static struct mf__break_even break_even(const char *letters)
{
    struct mf__interval intervals[8];
    size_t n = 0;
    for (; letters[n] != '\0'; n++) {
        double shift = letters[n] == 'p' ? 0.2 : letters[n] == 's' ? -0.2 : 0.0;
        intervals[n] = letters[n] == '?' ? mf__interval_unknown(2.0)
                                         : (struct mf__interval){0.9 + shift, 1.0 + shift,
                                                                 1.1 + shift, 0.95, true};
    }
    return mf__break_even(intervals, n);
}

static void break_even_lies_between_the_last_doubt_and_the_first_certainty(void **state)
{
    (void)state;
    struct mf__break_even found = break_even("ssupp");
    assert_int_equal(found.pays, MF__PAYS_FROM);
    assert_int_equal(found.below, 2);
    assert_int_equal(found.from, 3);
    found = break_even("sp?p");
    assert_int_equal(found.pays, MF__PAYS_FROM);
    assert_int_equal(found.below, 2);
    assert_int_equal(found.from, 3);
}

static void break_even_outside_the_measured_sizes_is_not_invented(void **state)
{
    (void)state;
    assert_int_equal(break_even("ppp").pays, MF__PAYS_EVERYWHERE);
    assert_int_equal(break_even("ssu?").pays, MF__PAYS_NOWHERE);
    assert_int_equal(break_even("spu").pays, MF__PAYS_UNSETTLED);
    assert_int_equal(break_even("").pays, MF__PAYS_NOWHERE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_recommended_where_it_is_clearly_the_best),
        cmocka_unit_test(fewer_workers_are_recommended_where_the_loss_is_within_the_margin),
        cmocka_unit_test(a_loss_above_the_margin_is_not_accepted),
        cmocka_unit_test(fewer_workers_are_recommended_where_noise_hides_the_loss),
        cmocka_unit_test(with_too_few_rounds_the_best_is_recommended_without_certainty),
        cmocka_unit_test(the_order_of_the_columns_does_not_matter),
        cmocka_unit_test(break_even_lies_between_the_last_doubt_and_the_first_certainty),
        cmocka_unit_test(break_even_outside_the_measured_sizes_is_not_invented),
    };
    return cmocka_run_group_tests_name("stats_choice", tests, NULL, NULL);
}
