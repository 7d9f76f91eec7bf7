/* SPDX-License-Identifier: Apache-2.0 */
/* Ranks that are stopped when all is done: while they hear of that, and while MPI ends. */
#include "tests/fault/fault.h"
#include "tests/unit/ranks.h"

#include <string.h>

static void stop_when_told_of_the_end(void)
{
    fake.stops_tag = fake.rank == 1 ? MF__TAG_END : -1;
}

static void stop_when_all_have_answered(void)
{
    fake.stops_tag = fake.rank == 0 ? MF__TAG_END : -1;
}

static void a_rank_that_stops_when_all_is_done_is_named(void **state)
{
    (void)state;
    const struct cluster other = {.size = 2,
                                  .threads = 1,
                                  .prepare = stop_when_told_of_the_end,
                                  .first = run_given,
                                  .silence_ns = SHORT_NS,
                                  .first_only = true};
    assert_int_equal(run_cluster(&other), 3);
    assert_non_null(strstr(told->text, "rank 1 (process "));
    assert_non_null(strstr(told->text, " on host1) has not been heard of for "));
    const struct cluster first = {.size = 2,
                                  .threads = 1,
                                  .prepare = stop_when_all_have_answered,
                                  .first = run_given,
                                  .silence_ns = SHORT_NS,
                                  .aborts = true};
    assert_int_equal(run_cluster(&first), 128 + SIGKILL);
    assert_non_null(strstr(told->text, "rank 0 (process "));
    assert_non_null(strstr(told->text, " on host0) has not been heard of for "));
}

static void never_end(void)
{
    fake.never_ends = fake.rank == 0;
}

static void stop_while_ending(void)
{
    fake.stops_at_end = fake.rank == 0;
    fake.never_ends = fake.rank == 1;
}

/* Who of several it is cannot be known any more. */
static void while_mpi_ends_those_who_may_be_stopped_are_named(void **state)
{
    (void)state;
    struct cluster cluster = {.size = 2,
                              .threads = 1,
                              .prepare = never_end,
                              .first = run_given,
                              .silence_ns = SHORT_NS,
                              .first_only = true};
    assert_int_equal(run_cluster(&cluster), 3);
    assert_non_null(strstr(told->text, "all is done, but rank 1 (process "));
    assert_non_null(strstr(told->text, " on host1) has not ended for "));
    cluster.size = 3;
    assert_int_equal(run_cluster(&cluster), 3);
    assert_non_null(strstr(told->text, "all is done, but one of rank 1 (process "));
    assert_non_null(strstr(told->text, " on host1), rank 2 (process "));
    assert_non_null(strstr(told->text, " on host2) has not ended for "));
    cluster.prepare = stop_while_ending;
    cluster.first_only = false;
    cluster.aborts = true;
    assert_int_equal(run_cluster(&cluster), 128 + SIGKILL);
    assert_non_null(strstr(told->text, "all is done, but rank 0 (process "));
    assert_non_null(
        strstr(told->text, " on host0), or a rank that it waits for, has not ended for "));
}

int main(void)
{
    crash_plainly();
    given = (struct task){0};
    n_given = 10;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rank_that_stops_when_all_is_done_is_named),
        cmocka_unit_test(while_mpi_ends_those_who_may_be_stopped_are_named),
    };
    return prepare_told() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
