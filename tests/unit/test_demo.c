/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/count.h"
#include "demo/grains.h"
#include "demo/planned.h"
#include "demo/registry.h"
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

/* ---- what demonstrations say ---- */

/* A row's time in one round: it goes up and down by `spread` of it, other rows the other way. */
static int take_spread(struct mf__stage *stage, const struct mf__take *self, double *ret_figures,
                       mf_error *error)
{
    size_t *round = stage->user;
    double away = (*round)++ / stage->result->n_rows % 2 == 0 ? self->share : 1 / self->share;
    (void)error;
    ret_figures[0] = (double)self->number * away;
    ret_figures[1] = ret_figures[0];
    ret_figures[2] = (double)self->workers * away / 100;
    return 0;
}

/* Times of rows, how far they scatter, and a word that has to be said of them, or not. */
struct scene {
    uint64_t times[6];
    double spreads[6];
    enum mf__demo_finding finding;
    const char *words;
    const char *not_words;
};

/* Plays what is said of `scene`, whose rows are compared with the rows in `bases`. */
static void check_scene(const struct mf__demo *demo, const struct mf__demo_column *of,
                        const size_t *bases, const struct scene *scene)
{
    struct mf__demo_result *result = mf__new(1, sizeof *result);
    struct mf__programme programme = {.columns = of, .n_columns = 3};
    size_t round = 0;
    struct mf__stage stage = {.runs = 10, .several = 2, .result = result, .user = &round};
    bool said = false;
    assert_non_null(result);
    for (size_t i = 0; i < 6 && scene->times[i] > 0; i++) {
        struct mf__take *made = mf__programme_add(&programme, "a process, row %zu", i);
        made->base = bases[i];
        made->take = take_spread;
        made->number = scene->times[i];
        made->share = scene->spreads[i];
        made->workers = (unsigned)scene->times[i];
    }
    assert_int_equal(mf__stage_measure(&stage, &programme, NULL), 0);
    demo->say(&stage);
    for (size_t i = 0; i < result->n_said; i++) {
        said = said || strstr(result->said[i], scene->words) != NULL;
        if (scene->not_words != NULL && strstr(result->said[i], scene->not_words) != NULL)
            fail_msg("%s says: %s", demo->name, result->said[i]);
    }
    for (size_t i = 0; i < result->n_said && !said; i++)
        print_error("%s\n", result->said[i]);
    if (!said)
        fail_msg("%s does not say: %s", demo->name, scene->words);
    assert_int_equal(result->finding, scene->finding);
    mf__free(result);
}

#define CALM                                                                                       \
    {                                                                                              \
        1, 1, 1, 1, 1, 1                                                                           \
    }
#define WILD                                                                                       \
    {                                                                                              \
        2, 0.5, 2, 0.5, 2, 0.5                                                                     \
    }

static const struct mf__demo_column by_speed[] = {{"time_ns", "time", MF__DEMO_NS},
                                                  {"each", "each", MF__DEMO_NS},
                                                  {"speedup", "speedup", MF__DEMO_FASTER}};

static void contention_says_what_its_intervals_say(void **state)
{
    (void)state;
    static const size_t bases[] = {0, 0, 2, 2, 4, 4};
    static const struct scene scenes[] = {
        {{10, 40, 10, 30, 10, 5},
         CALM,
         MF__DEMO_SEEN,
         "guarded by a lock or by an atomic",
         "settled"},
        {{10, 40, 10, 30, 10, 5}, CALM, MF__DEMO_SEEN, "share nothing until the end", NULL},
        {{10, 40, 10, 10, 10, 5},
         CALM,
         MF__DEMO_SEEN,
         "with an atomic that is not settled",
         "guarded by"},
        {{10, 10, 10, 40, 10, 20},
         CALM,
         MF__DEMO_SEEN,
         "behind a lock that is not settled",
         "share nothing"},
        {{10, 40, 10, 5, 10, 10},
         CALM,
         MF__DEMO_SEEN,
         "with an atomic it got quicker",
         "share nothing"},
        {{10, 5, 10, 5, 10, 5},
         CALM,
         MF__DEMO_NOT_SEEN,
         "the other way round than usual",
         "Below 1"},
        {{10, 11, 10, 9, 10, 9},
         WILD,
         MF__DEMO_NOT_SEEN,
         "got slower with more threads is not settled",
         "Below 1"},
        {{10, 11, 10, 9, 10, 9},
         WILD,
         MF__DEMO_NOT_SEEN,
         "got quicker is not settled",
         "share nothing"},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        check_scene(&mf__demo_contention, by_speed, bases, &scenes[i]);
}

static void false_sharing_says_what_its_intervals_say(void **state)
{
    (void)state;
    static const size_t bases[] = {0, 0, 2, 2};
    static const struct scene scenes[] = {
        {{30, 10, 90, 10}, CALM, MF__DEMO_SEEN, "Both are quicker", "settled"},
        {{30, 10, 90, 10}, CALM, MF__DEMO_SEEN, "Loads and stores suffer less", NULL},
        {{90, 10, 30, 10}, CALM, MF__DEMO_SEEN, "Both are quicker", "suffer less"},
        {{30, 10, 10, 10},
         CALM,
         MF__DEMO_SEEN,
         "of atomic additions that is not settled",
         "suffer less"},
        {{10, 10, 30, 10}, CALM, MF__DEMO_SEEN, "of loads and stores that is not settled", NULL},
        {{30, 90, 90, 10}, CALM, MF__DEMO_SEEN, "loads and stores slower, the other way", NULL},
        {{10, 30, 10, 30},
         CALM,
         MF__DEMO_NOT_SEEN,
         "slower, the other way round than usual",
         "whole lines"},
        {{30, 20, 30, 20},
         WILD,
         MF__DEMO_NOT_SEEN,
         "Whether that is quicker is not settled",
         "whole lines"},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        check_scene(&mf__demo_false_sharing, by_speed, bases, &scenes[i]);
}

static void timing_says_what_its_intervals_say(void **state)
{
    (void)state;
    static const struct mf__demo_column clocks[] = {{"time_ns", "time", MF__DEMO_NS},
                                                    {"cpu_ns", "CPU", MF__DEMO_NS},
                                                    {"share", "share", MF__DEMO_FACTOR}};
    static const size_t bases[] = {0, 0, 0, 0};
    static const struct scene scenes[] = {
        {{900, 300, 190, 1}, CALM, MF__DEMO_SEEN, "has to find the pages", "settled"},
        {{900, 300, 190, 1}, CALM, MF__DEMO_SEEN, "CPU time is not wall time", NULL},
        {{300, 900, 50, 1}, CALM, MF__DEMO_NOT_SEEN, "quicker, the other way round", "the pages"},
        {{300, 900, 50, 1},
         CALM,
         MF__DEMO_NOT_SEEN,
         "had no core, or nothing to do",
         "not wall time"},
        {{310, 300, 110, 1},
         WILD,
         MF__DEMO_NOT_SEEN,
         "Whether that is longer is not settled",
         "the pages"},
        {{310, 300, 110, 1},
         WILD,
         MF__DEMO_NOT_SEEN,
         "more is not settled for the threads",
         "not wall time"},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        check_scene(&mf__demo_timing, clocks, bases, &scenes[i]);
}

static void start_up_says_what_its_intervals_say(void **state)
{
    (void)state;
    static const struct mf__demo_column starts[] = {{"time_ns", "time", MF__DEMO_NS},
                                                    {"each", "each", MF__DEMO_NS},
                                                    {"longer", "longer", MF__DEMO_SLOWER}};
    static const size_t bases[] = {0, 0, 0, 0};
    static const struct scene scenes[] = {
        {{10, 30, 90, 900}, CALM, MF__DEMO_SEEN, "since its page tables are copied", "settled"},
        {{10, 30, 90, 900}, CALM, MF__DEMO_SEEN, "start workers once, and keep them", NULL},
        {{30, 10, 5, 2},
         CALM,
         MF__DEMO_NOT_SEEN,
         "starting a thread: less, the other way round",
         "page tables"},
        {{30, 10, 5, 2},
         CALM,
         MF__DEMO_NOT_SEEN,
         "slower, the other way round than usual",
         "keep them"},
        {{10, 11, 10, 11},
         WILD,
         MF__DEMO_NOT_SEEN,
         "thread: which is quicker is not settled",
         "page tables"},
        {{10, 11, 10, 11},
         WILD,
         MF__DEMO_NOT_SEEN,
         "single one: which is quicker is not settled",
         "keep them"},
    };
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        check_scene(&mf__demo_start_up, starts, bases, &scenes[i]);
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
        cmocka_unit_test(contention_says_what_its_intervals_say),
        cmocka_unit_test(false_sharing_says_what_its_intervals_say),
        cmocka_unit_test(timing_says_what_its_intervals_say),
        cmocka_unit_test(start_up_says_what_its_intervals_say),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
