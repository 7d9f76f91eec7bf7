/* SPDX-License-Identifier: Apache-2.0 */
/* Searches run as one piece of work, against their trials run one by one. */
#include "tune/batch.h"

#include "base/memory.h"
#include "tests/unit/tuned.h"
#include "tune/batch_items.h"
#include "tune/parts.h"
#include "tune/tune_job.h"

#include <stdio.h>

#define TRIALS 21
#define UNITS  (TRIALS * TUNED_FOLDS)

static mf_table *table;
static bool takes_long; /* every allocation is tried */

static int read_table(void **state)
{
    (void)state;
    table = tuned_table();
    return 0;
}

static int free_table(void **state)
{
    (void)state;
    mf_table_free(&table);
    return 0;
}

/* ---- allocations that fail ---- */

static long allocations_left = -1; /* before one fails; -1: none does */

void *__real_mf__new(size_t n, size_t size);
void *__real_mf__resize(void *old, size_t n, size_t size);
void *__real_mf__aligned_room(size_t bytes);
void *__wrap_mf__new(size_t n, size_t size);
void *__wrap_mf__resize(void *old, size_t n, size_t size);
void *__wrap_mf__aligned_room(size_t bytes);

static bool fails_now(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

void *__wrap_mf__new(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_mf__new(n, size);
}

void *__wrap_mf__resize(void *old, size_t n, size_t size)
{
    return fails_now() ? NULL : __real_mf__resize(old, n, size);
}

void *__wrap_mf__aligned_room(size_t bytes)
{
    return fails_now() ? NULL : __real_mf__aligned_room(bytes);
}

/* ---- searches ---- */

/* A search, and what is told of it. */
struct searched {
    struct mf__ground ground;
    struct mf__config configs[TRIALS];
    size_t n_trials;
    size_t n_folds;
    unsigned char wanted[UNITS];
    bool share;
    double wanted_scores[UNITS][MF_METRICS]; /* each trial alone */
    double scores[UNITS][MF_METRICS];
    uint64_t never_out[UNITS];
    unsigned times[UNITS]; /* each unit was told */
    size_t n_told;
    size_t stop_after; /* so many; 0: not */
    int stop_code;
    mf_cancel cancel;
    struct mf__plan_counts counts;
    uint64_t n_grown;
};

/* Seven lengths and shapes of forest, each three times; the last ones grow otherwise. */
static void make_trials(struct searched *searched, size_t target)
{
    static const uint64_t sizes[] = {2, 9, 5};
    static const uint64_t depths[] = {2, 0, 6, 3, 0, 0, 0};
    for (size_t i = 0; i < TRIALS; i++) {
        struct mf__config *config = &searched->configs[i];
        mf_forest_params *forest = &config->forest;
        *config = tuned_config(target);
        forest->n_estimators = sizes[i % 3];
        forest->max_depth = depths[i / 3];
        forest->max_features_kind = i / 3 == 3 ? MF_FEATURES_SQRT : MF_FEATURES_ALL;
        config->impute = i / 3 == 4 ? MF_IMPUTE_MEDIAN_EACH : MF_IMPUTE_MEDIAN;
        config->encode = i == 12 ? MF_ENCODE_ONEHOT : MF_ENCODE_LABEL;
        forest->max_leaf_nodes = i / 3 == 5 ? 8 : 0;
        forest->has_max_samples = i / 3 == 6;
        forest->max_samples = (mf_amount){.is_share = true, .share = 0.4};
    }
}

static void run_each_alone(struct searched *searched)
{
    for (size_t trial = 0; trial < searched->n_trials; trial++)
        for (size_t fold = 0; fold < searched->n_folds; fold++)
            tuned_alone(&searched->ground, &searched->configs[trial], fold,
                        searched->wanted_scores[trial * searched->n_folds + fold]);
}

static struct searched *search_of(size_t target, int validation)
{
    struct searched *searched = calloc(1, sizeof *searched);
    assert_non_null(searched);
    searched->ground = tuned_ground(table, target, validation);
    searched->n_trials = TRIALS;
    searched->n_folds = validation == MF__VALIDATE_FOLDS ? TUNED_FOLDS : 1;
    searched->share = true;
    memset(searched->wanted, 1, sizeof searched->wanted);
    make_trials(searched, target);
    return searched;
}

static int hear(void *user, const struct mf__unit_result *result, mf_error *error)
{
    struct searched *searched = user;
    size_t unit = result->trial * searched->n_folds + result->fold;
    (void)error;
    assert_in_range(result->trial, 0, searched->n_trials - 1);
    assert_in_range(result->fold, 0, searched->n_folds - 1);
    assert_true(result->seconds > 0);
    memcpy(searched->scores[unit], result->scores, sizeof result->scores);
    searched->never_out[unit] = result->never_out;
    searched->times[unit]++;
    searched->n_told++;
    if (searched->n_told != searched->stop_after)
        return 0;
    if (searched->stop_code == MF_E_CANCELLED)
        mf_cancel_request(&searched->cancel);
    return searched->stop_code == MF_E_CANCELLED ? 0 : searched->stop_code;
}

/* All of it, from the table to the scores. */
static int run_search(struct searched *searched, mf_pool *pool, mf_error *error)
{
    struct mf__plan_request request = {.configs = searched->configs,
                                       .n_trials = searched->n_trials,
                                       .wanted = searched->wanted,
                                       .share = searched->share};
    const struct mf__unit_watcher watcher = {hear, searched};
    const mf_run_options options = {.cancel = &searched->cancel};
    struct mf__plan *plan = NULL;
    struct mf__tune_batch *batch = NULL;
    memset(searched->times, 0, sizeof searched->times);
    searched->n_told = 0;
    searched->cancel = (mf_cancel){0};
    int code = mf__parts_new(&searched->ground, searched->configs, searched->n_trials,
                             &request.parts, error);
    if (code == 0)
        code = mf__plan_new(&request, &plan, error);
    if (code == 0)
        code = mf__batch_new(plan, &watcher, &batch, error);
    if (code == 0) {
        code = mf__batch_run(batch, pool, &options, NULL, error);
        searched->counts = plan->counts;
        searched->n_grown = mf__batch_grown(batch);
    }
    mf__batch_free(batch);
    mf__plan_free(plan);
    mf__parts_free(request.parts);
    return code;
}

static void check_run(struct searched *searched, mf_pool *pool, int wanted_code)
{
    mf_error error = {0};
    int code = run_search(searched, pool, &error);
    if (code != wanted_code)
        fail_msg("ended with %d: %s", code, error.text);
}

/* Each unit was told as often as it was wanted, or perhaps less, with the scores that it has alone.
 */
static void check_told(const struct searched *searched, bool all)
{
    for (size_t unit = 0; unit < searched->n_trials * searched->n_folds; unit++) {
        if (all ? searched->times[unit] != searched->wanted[unit]
                : searched->times[unit] > searched->wanted[unit])
            fail_msg("unit %zu was told %u times", unit, searched->times[unit]);
        for (int metric = 0; metric < MF_METRICS && searched->times[unit] > 0; metric++) {
            double found = searched->scores[unit][metric];
            double wanted = searched->wanted_scores[unit][metric];
            if (isnan(wanted) ? !isnan(found) : memcmp(&found, &wanted, sizeof found) != 0)
                fail_msg("%s of unit %zu is %.17g, alone it is %.17g", mf_metric_name(metric), unit,
                         found, wanted);
        }
    }
}

/* Calls `check` with a pool of every way and of 1 to 4 workers. */
static void with_pools(void (*check)(struct searched *, mf_pool *), struct searched *searched)
{
    const char *const ways[] = {"serial", "threads", "processes"};
    for (size_t w = 0; w < COUNT(ways); w++) {
        for (unsigned workers = 1; workers <= (w == 0 ? 1 : 4); workers++) {
            mf_pool *pool = open_pool(ways[w], workers);
            assert_non_null(pool);
            check(searched, pool);
            mf_pool_close(&pool);
        }
    }
}

/* ---- tests ---- */

/* With two trees some rows are drawn by both, with nine by none but a few. */
static void check_never_out(const struct searched *searched, const uint64_t *alone)
{
    bool out_of_bag = searched->ground.validation == MF__VALIDATE_OOB;
    assert_memory_equal(searched->never_out, alone, sizeof searched->never_out);
    assert_int_equal(alone[0] > 0, out_of_bag && searched->configs[0].forest.bootstrap);
    assert_true(!out_of_bag || alone[1] < alone[0] || alone[0] == 0);
}

static void check_scores(struct searched *searched, mf_pool *pool)
{
    uint64_t alone[UNITS];
    for (int share = 0; share < 2; share++) {
        searched->share = share != 0;
        check_run(searched, pool, 0);
        check_told(searched, true);
        if (share == 0)
            memcpy(alone, searched->never_out, sizeof alone);
    }
    check_never_out(searched, alone);
}

static void check_task(size_t target)
{
    for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
        struct searched *searched = search_of(target, validation);
        run_each_alone(searched);
        with_pools(check_scores, searched);
        free(searched);
    }
}

static void whole_numbers_score_as_alone_any_way(void **state)
{
    (void)state;
    check_task(0);
}

static void fractions_score_as_alone_any_way(void **state)
{
    (void)state;
    check_task(1);
}

static void classes_score_as_alone_any_way(void **state)
{
    (void)state;
    check_task(2);
}

static void without_a_bootstrap_trials_score_as_alone(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_SPLIT);
    for (size_t i = 0; i < TRIALS; i++) {
        searched->configs[i].forest.bootstrap = i % 2 == 0;
        searched->configs[i].forest.has_max_samples = false;
    }
    run_each_alone(searched);
    mf_pool *pool = open_pool("threads", 2);
    check_scores(searched, pool);
    mf_pool_close(&pool);
    free(searched);
}

/* Trees of 84 rows are never as deep as 60 levels, so three limits share them; a stump is none of
 * them. */
static void trees_below_every_limit_are_grown_once(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_SPLIT);
    const uint64_t depths[] = {0, 70, 60, 1};
    mf_pool *pool = open_pool("threads", 3);
    searched->n_trials = COUNT(depths);
    for (size_t i = 0; i < COUNT(depths); i++) {
        searched->configs[i] = tuned_config(0);
        searched->configs[i].forest.max_depth = depths[i];
    }
    run_each_alone(searched);
    check_run(searched, pool, 0);
    check_told(searched, true);
    assert_int_equal(searched->counts.trees_asked, 20);
    assert_int_equal(searched->counts.trees_planned, 20);
    assert_int_equal(searched->n_grown, 10);
    searched->share = false;
    check_run(searched, pool, 0);
    check_told(searched, true);
    assert_int_equal(searched->n_grown, 20);
    mf_pool_close(&pool);
    free(searched);
}

/* The limit that some trees reach and others do not. */
static void a_tree_that_reaches_a_limit_is_grown_anew(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_SPLIT);
    bool some = false;
    mf_pool *pool = open_pool("serial", 1);
    for (uint64_t depth = 5; depth < 15; depth++) {
        searched->n_trials = 2;
        searched->configs[0] = searched->configs[1] = tuned_config(0);
        searched->configs[0].forest.n_estimators = 19;
        searched->configs[1].forest.max_depth = depth;
        searched->configs[1].forest.n_estimators = 20;
        run_each_alone(searched);
        check_run(searched, pool, 0);
        check_told(searched, true);
        assert_in_range(searched->n_grown, 20, 39);
        some = some || (searched->n_grown > 20 && searched->n_grown < 39);
    }
    assert_true(some);
    mf_pool_close(&pool);
    free(searched);
}

static void only_what_is_left_is_run(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_FOLDS);
    for (size_t unit = 0; unit < UNITS; unit++)
        searched->wanted[unit] = unit % 4 == 1 || unit % 9 == 2;
    run_each_alone(searched);
    with_pools(check_scores, searched);
    memset(searched->wanted, 0, sizeof searched->wanted);
    mf_pool *pool = open_pool("threads", 2);
    check_scores(searched, pool);
    assert_int_equal(searched->n_told, 0);
    mf_pool_close(&pool);
    free(searched);
}

static void check_stopping(struct searched *searched, mf_pool *pool)
{
    for (int share = 0; share < 2; share++) {
        searched->share = share != 0;
        check_run(searched, pool, searched->stop_code);
        assert_int_equal(searched->n_told, searched->stop_after);
        check_told(searched, false);
    }
}

static void who_is_told_can_end_the_run(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_FOLDS);
    searched->stop_after = 7;
    searched->stop_code = MF_E_OUTPUT;
    run_each_alone(searched);
    with_pools(check_stopping, searched);
    free(searched);
}

/* Workers may have finished everything before they are asked to stop; a plain loop has not. */
static void check_cancelling(struct searched *searched, mf_pool *pool)
{
    bool serial = mf_pool_way(pool) == mf_way_find("serial");
    for (int share = 0; share < 2; share++) {
        searched->share = share != 0;
        int code = run_search(searched, pool, NULL);
        assert_true(code == MF_E_CANCELLED || (code == 0 && !serial));
        assert_true(searched->n_told >= searched->stop_after);
        assert_true(searched->n_told < UNITS || !serial);
        check_told(searched, code == 0);
    }
}

static void a_run_that_is_cancelled_has_told_of_what_is_finished(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_FOLDS);
    searched->stop_after = 2;
    searched->stop_code = MF_E_CANCELLED;
    run_each_alone(searched);
    with_pools(check_cancelling, searched);
    free(searched);
}

/*
 * Whatever cannot be had: the run says so, and what was told until then is right. Unless it may
 * take long, each search lets every third allocation fail, and beginning with another one.
 */
static void want_of_memory_costs_no_unit_its_scores(void **state)
{
    (void)state;
    mf_pool *pool = open_pool("serial", 1);
    const long step = takes_long ? 1 : 3;
    for (int share = 0; share < 2; share++) {
        for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
            struct searched *searched =
                search_of(validation == MF__VALIDATE_OOB ? 2 : 0, validation);
            mf_error error = {0};
            long tried = (share + validation) % step;
            searched->share = share != 0;
            searched->n_trials = 6;
            run_each_alone(searched);
            do {
                allocations_left = tried;
                int code = run_search(searched, pool, &error);
                if (code != 0 && code != MF_E_MEMORY)
                    fail_msg("ended with %d: %s", code, error.text);
                check_told(searched, code == 0);
                tried += tried < 300 ? step : tried / 8;
            } while (allocations_left < 0);
            allocations_left = -1;
            assert_true(tried > 300);
            free(searched);
        }
    }
    mf_pool_close(&pool);
}

static void the_same_batch_can_be_run_again(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_OOB);
    struct mf__plan_request request = {
        .configs = searched->configs, .n_trials = TRIALS, .share = true};
    const struct mf__unit_watcher watcher = {hear, searched};
    struct mf__plan *plan = NULL;
    struct mf__tune_batch *batch = NULL;
    mf_pool *pool = open_pool("threads", 2);
    run_each_alone(searched);
    assert_int_equal(
        mf__parts_new(&searched->ground, searched->configs, TRIALS, &request.parts, NULL), 0);
    assert_int_equal(mf__plan_new(&request, &plan, NULL), 0);
    assert_int_equal(mf__batch_new(plan, &watcher, &batch, NULL), 0);
    /* The first run ends in the middle of a bundle. */
    searched->stop_after = 5;
    searched->stop_code = MF_E_OUTPUT;
    assert_int_equal(mf__batch_run(batch, pool, NULL, NULL, NULL), MF_E_OUTPUT);
    for (int round = 0; round < 2; round++) {
        searched->stop_after = 0;
        memset(searched->times, 0, sizeof searched->times);
        assert_int_equal(mf__batch_run(batch, pool, NULL, NULL, NULL), 0);
        check_told(searched, true);
        assert_in_range(mf__batch_grown(batch), 1, plan->counts.trees_planned);
    }
    mf_pool_close(&pool);
    mf__batch_free(batch);
    mf__plan_free(plan);
    mf__parts_free(request.parts);
    free(searched);
}

/* What ranks send of a result: nothing behind it was written, and most send less than there is room
 * for. */
static void what_is_not_used_of_a_result_is_not_filled(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_OOB);
    struct mf__plan_request request = {
        .configs = searched->configs, .n_trials = TRIALS, .share = true};
    const struct mf__unit_watcher watcher = {hear, searched};
    struct mf__plan *plan = NULL;
    struct mf__tune_batch *batch = NULL;
    const mf_worker worker = {0};
    unsigned n_smaller = 0;
    assert_int_equal(
        mf__parts_new(&searched->ground, searched->configs, TRIALS, &request.parts, NULL), 0);
    assert_int_equal(mf__plan_new(&request, &plan, NULL), 0);
    assert_int_equal(mf__batch_new(plan, &watcher, &batch, NULL), 0);
    const mf_work work = mf__batch_work(batch);
    unsigned char *result = malloc(work.result_bytes);
    assert_non_null(result);
    for (uint64_t item = 0; item < work.n_items; item++) {
        memset(result, 0xA5, work.result_bytes);
        assert_int_equal(work.run(work.user, item, result, &worker, NULL), 0);
        size_t used = mf__trees_used(work.user, item, result);
        assert_in_range(used, sizeof(struct mf__tree_slot), work.result_bytes);
        for (size_t i = used; i < work.result_bytes; i++)
            assert_int_equal(result[i], 0xA5);
        n_smaller += used < work.result_bytes;
    }
    assert_true(n_smaller > 0);
    free(result);
    mf__batch_free(batch);
    mf__plan_free(plan);
    mf__parts_free(request.parts);
    free(searched);
}

/* ---- as a job ---- */

/* What the answers have to be. */
static char *first_answer;

static void check_answer(struct searched *searched, mf_pool *pool)
{
    struct mf__tune_config config = {.ground = &searched->ground,
                                     .configs = searched->configs,
                                     .n_configs = TRIALS,
                                     .share = searched->share,
                                     .metric = MF_METRIC_RMSE};
    struct mf__buffer text = {0};
    void *user = NULL;
    mf_work work;
    assert_int_equal(mf__tune_job.make(&config, 1, &user, &work, NULL), 0);
    for (int round = 0; round < 2; round++) {
        mf__tune_job.reset(user);
        mf__buffer_clear(&text);
        mf__tune_job.answer(user, &text);
        assert_non_null(strstr(mf__buffer_text(&text), "21 trials, rmse of none\n1 1 nan nan"));
        mf__buffer_clear(&text);
        assert_int_equal(mf_pool_run(pool, &work, NULL, NULL, NULL), 0);
        mf__tune_job.answer(user, &text);
        if (first_answer == NULL)
            first_answer = mf__copy_text(mf__buffer_text(&text));
        assert_string_equal(mf__buffer_text(&text), first_answer);
    }
    mf__tune_job.done(user);
    mf__buffer_done(&text);
}

static void as_a_job_a_search_has_one_answer(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_FOLDS);
    char line[64];
    double best = HUGE_VAL;
    size_t best_trial = 0;
    for (int share = 0; share < 2; share++) {
        searched->share = share != 0;
        with_pools(check_answer, searched);
    }
    run_each_alone(searched);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double sum = 0;
        for (size_t fold = 0; fold < TUNED_FOLDS; fold++)
            sum += searched->wanted_scores[trial * TUNED_FOLDS + fold][MF_METRIC_RMSE];
        if (sum / TUNED_FOLDS < best) {
            best = sum / TUNED_FOLDS;
            best_trial = trial;
        }
    }
    snprintf(line, sizeof line, "best trial %zu of 21, rmse %.6f\n", best_trial + 1, best);
    assert_memory_equal(first_answer, line, strlen(line));
    mf__free(first_answer);
    first_answer = NULL;
    free(searched);
}

static void a_job_that_cannot_be_made_leaves_nothing_behind(void **state)
{
    (void)state;
    struct searched *searched = search_of(0, MF__VALIDATE_FOLDS);
    struct mf__tune_config config = {
        .ground = &searched->ground, .configs = searched->configs, .n_configs = TRIALS};
    mf_error error = {0};
    void *user = NULL;
    mf_work work;
    searched->configs[20].forest.n_estimators = 0;
    assert_int_equal(mf__tune_job.make(&config, 1, &user, &work, &error), MF_E_INPUT);
    assert_non_null(strstr(error.text, "n_estimators is 0"));
    assert_null(user);
    assert_null(mf__tune_job.size_name);
    free(searched);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_score_as_alone_any_way),
        cmocka_unit_test(fractions_score_as_alone_any_way),
        cmocka_unit_test(classes_score_as_alone_any_way),
        cmocka_unit_test(without_a_bootstrap_trials_score_as_alone),
        cmocka_unit_test(trees_below_every_limit_are_grown_once),
        cmocka_unit_test(a_tree_that_reaches_a_limit_is_grown_anew),
        cmocka_unit_test(only_what_is_left_is_run),
        cmocka_unit_test(who_is_told_can_end_the_run),
        cmocka_unit_test(a_run_that_is_cancelled_has_told_of_what_is_finished),
        cmocka_unit_test(want_of_memory_costs_no_unit_its_scores),
        cmocka_unit_test(the_same_batch_can_be_run_again),
        cmocka_unit_test(what_is_not_used_of_a_result_is_not_filled),
        cmocka_unit_test(as_a_job_a_search_has_one_answer),
        cmocka_unit_test(a_job_that_cannot_be_made_leaves_nothing_behind),
    };
    takes_long = argc > 1 && strcmp(argv[1], "long") == 0;
    return cmocka_run_group_tests_name("tune_batch", tests, read_table, free_table);
}
