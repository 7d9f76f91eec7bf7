/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/count.h"
#include "demo/grains.h"
#include "demo/planned.h"
#include "demo/stage.h"

#include "base/memory.h"
#include "tests/unit/near.h"
#include "tests/unit/unit.h"

#include <string.h>

static const enum mf__counting guarded[] = {MF__COUNT_ATOMIC,     MF__COUNT_MUTEX,
                                            MF__COUNT_OWN,        MF__COUNT_PACKED,
                                            MF__COUNT_OWN_ATOMIC, MF__COUNT_PACKED_ATOMIC};

static void counters_with_a_guard_lose_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof guarded / sizeof guarded[0]; i++) {
        struct mf__counted counted = {0};
        assert_int_equal(mf__count(guarded[i], 3, 2000, &counted, NULL), 0);
        assert_int_equal(counted.wanted, 6000);
        assert_int_equal(counted.total, 6000);
        assert_true(counted.time_ns > 0);
    }
}

static void a_counter_without_a_guard_gains_nothing(void **state)
{
    (void)state;
    struct mf__counted counted = {0};
    assert_int_equal(mf__count(MF__COUNT_UNGUARDED, 3, 2000, &counted, NULL), 0);
    assert_int_equal(counted.wanted, 6000);
    assert_in_range(counted.total, 1, 6000);
    assert_int_equal(mf__count(MF__COUNT_UNGUARDED, 1, 2000, &counted, NULL), 0);
    assert_int_equal(counted.total, 2000);
}

static void grains_have_one_answer_however_they_are_cut(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 7, 64, 100, 1000};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct mf__grains grains = {
        .n = 100, .steps = 40, .heavy = 25, .weight = 8, .lock = &lock, .locked = 0.5};
    struct mf__timed timed;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        grains.per_item = sizes[i];
        assert_int_equal(mf__grains_run(&grains, "serial", 1, &timed, NULL), 0);
        assert_int_equal(mf__grains_run(&grains, "threads", 3, &timed, NULL), 0);
    }
    uint64_t answer = 0;
    for (uint64_t i = 0; i < 100; i++) {
        uint64_t steps = i < 25 ? 320 : 40;
        answer ^= mf__mix(mf__mix(i, steps / 2), steps / 2);
    }
    assert_true(grains.answer == answer);
}

static void another_answer_is_a_failure(void **state)
{
    (void)state;
    struct mf__grains grains = {.n = 10, .steps = 40, .per_item = 1};
    struct mf__timed timed;
    mf_error error;
    assert_int_equal(mf__grains_run(&grains, "serial", 1, &timed, &error), 0);
    grains.steps = 41;
    assert_int_equal(mf__grains_run(&grains, "threads", 2, &timed, &error), MF_E_DIFFER);
    assert_non_null(strstr(error.text, "threads with 2 workers"));
}

static void worker_counts_end_with_all_of_them(void **state)
{
    (void)state;
    unsigned workers = 0;
    assert_true(mf__stage_next(6, &workers) && workers == 1);
    assert_true(mf__stage_next(6, &workers) && workers == 2);
    assert_true(mf__stage_next(6, &workers) && workers == 4);
    assert_true(mf__stage_next(6, &workers) && workers == 6);
    assert_false(mf__stage_next(6, &workers));
    for (unsigned most = 1; most <= MF__DEMO_WORKERS_MAX; most++) {
        unsigned n = 0;
        for (workers = 0; mf__planned_next(most, &workers);)
            n++;
        assert_int_equal(workers, most);
        assert_in_range(n, 1, 4);
    }
}

static void the_laws_are_the_published_ones(void **state)
{
    (void)state;
    assert_near(mf__planned_amdahl(0.5, 4), 1.6);
    assert_near(mf__planned_amdahl(0, 4), 4);
    assert_near(mf__planned_gustafson(0.5, 4), 2.5);
    assert_near(mf__planned_gustafson(1, 4), 1);
}

/* What a row of a stage is given: times that are known beforehand. */
static int take_known(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                      mf_error *error)
{
    (void)stage;
    (void)error;
    ret_figures[0] = (double)self->number;
    return self->number == 0 ? MF_E_SYSTEM : 0;
}

static const struct mf__demo_column columns[] = {{"time_ns", "time", MF__DEMO_NS},
                                                 {"lost", "lost", MF__DEMO_COUNT},
                                                 {"speedup", "speedup", MF__DEMO_FASTER},
                                                 {"longer", "longer", MF__DEMO_SLOWER}};

static void a_stage_measures_every_row_in_every_round(void **state)
{
    (void)state;
    struct mf__demo_result *result = mf__new(1, sizeof *result);
    struct mf__stage stage = {.runs = 8, .result = result};
    const struct mf__programme programme = {
        .columns = columns,
        .n_columns = 4,
        .takes = {{"slow", 0, take_known, .number = 300}, {"quick", 0, take_known, .number = 100}},
        .n = 2};
    assert_non_null(result);
    assert_int_equal(mf__stage_measure(&stage, &programme, NULL), 0);
    assert_int_equal(result->n_rows, 2);
    assert_int_equal(result->runs, 8);
    assert_near(result->rows[0].samples[0][7], 300);
    assert_near(mf__stage_figure(&stage, 1, 0)->mid, 100);
    assert_false(mf__stage_figure(&stage, 1, 1)->known); /* nobody measured it */
    assert_near(mf__stage_figure(&stage, 1, 2)->mid, 3);
    assert_true(mf__surely_above(mf__stage_figure(&stage, 1, 2), 2.9));
    assert_near(mf__stage_figure(&stage, 1, 3)->mid, 1.0 / 3);
    mf__free(result);
}

static void a_row_that_fails_is_named(void **state)
{
    (void)state;
    struct mf__demo_result *result = mf__new(1, sizeof *result);
    struct mf__stage stage = {.runs = 2, .result = result};
    const struct mf__programme programme = {.columns = columns,
                                            .n_columns = 1,
                                            .takes = {{"broken", 0, take_known, .number = 0}},
                                            .n = 1};
    mf_error error = {0};
    assert_non_null(result);
    assert_int_equal(mf__stage_measure(&stage, &programme, &error), MF_E_SYSTEM);
    assert_memory_equal(error.text, "broken", 6);
    mf__free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_with_a_guard_lose_nothing),
        cmocka_unit_test(a_counter_without_a_guard_gains_nothing),
        cmocka_unit_test(grains_have_one_answer_however_they_are_cut),
        cmocka_unit_test(another_answer_is_a_failure),
        cmocka_unit_test(worker_counts_end_with_all_of_them),
        cmocka_unit_test(the_laws_are_the_published_ones),
        cmocka_unit_test(a_stage_measures_every_row_in_every_round),
        cmocka_unit_test(a_row_that_fails_is_named),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
