/* SPDX-License-Identifier: Apache-2.0 */
/* What a search finds: against trials run alone, every way, and within its limits. */
#include "tune/study.h"

#include "base/real.h"
#include "tests/unit/studied.h"
#include "tune/ranks.h"

static const char *const small[] = {"n_estimators=2,5,3", "max_depth=2,none", NULL};

/* ---- scores ---- */

static void assert_scores(const struct search *search, size_t index)
{
    const struct mf__trial *trial = &search->study.trials[index];
    double wanted[MF_METRICS], sum = 0, squares = 0;
    size_t n_folds = search->study.facts.n_folds;
    int metric = search->request.metrics[0];
    for (size_t fold = 0; fold < n_folds; fold++) {
        tuned_alone(&search->request.ground, &trial->config, fold, wanted);
        assert_memory_equal(trial->folds + fold * MF_METRICS, wanted, sizeof wanted);
        sum += wanted[metric];
    }
    for (size_t fold = 0; fold < n_folds; fold++) {
        double off = trial->folds[fold * MF_METRICS + (size_t)metric] - sum / (double)n_folds;
        squares += off * off;
    }
    assert_true(trial->mean[metric] == sum / (double)n_folds);
    assert_true(trial->deviation[metric] == sqrt(squares / (double)n_folds));
    assert_int_equal(trial->state, MF__TRIAL_DONE);
    assert_true(trial->seconds > 0);
}

static void every_trial_scores_as_it_does_alone(void **state)
{
    (void)state;
    static const char *const lines[] = {"n_estimators=2,5", "max_features=sqrt,none",
                                        "impute=median,most-frequent", NULL};
    for (size_t target = 0; target < TUNED_TARGETS; target++) {
        for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
            struct search search = {.lines = lines, .target = target, .validation = validation};
            search_begin(&search);
            struct mf__buffer text = search_answer(&search, "threads", 2, NULL);
            assert_int_equal(search.study.n_trials, 8);
            assert_int_equal(search.study.n_done, 8);
            for (size_t i = 0; i < 8; i++)
                assert_scores(&search, i);
            mf__buffer_done(&text);
            search_done(&search);
        }
    }
}

static void every_way_shared_or_not_gives_the_same_answer(void **state)
{
    (void)state;
    static const struct {
        const char *way;
        unsigned workers;
    } runs[] = {{"threads", 1},   {"threads", 2},   {"threads", 4},
                {"processes", 1}, {"processes", 3}, {"serial", 1}};
    for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
        struct search first = {.lines = small, .validation = validation};
        search_begin(&first);
        struct mf__buffer wanted = search_answer(&first, "serial", 1, NULL);
        for (size_t i = 0; i < 2 * COUNT(runs); i++) {
            struct search search = {.lines = small, .validation = validation};
            search_begin(&search);
            search.request.share = i % 2 == 0;
            struct mf__buffer text =
                search_answer(&search, runs[i / 2].way, runs[i / 2].workers, NULL);
            assert_string_equal(mf__buffer_text(&text), mf__buffer_text(&wanted));
            assert_true(search.study.trees_grown > 0);
            if (!search.request.share)
                assert_int_equal(search.study.trees_grown, search.study.plan.trees_asked);
            mf__buffer_done(&text);
            search_done(&search);
        }
        mf__buffer_done(&wanted);
        search_done(&first);
    }
}

static void the_answer_holds_every_trial_with_its_values_and_scores(void **state)
{
    (void)state;
    static const char *const shown[] = {"rmse", "mse", "mae", "mape", "r2"};
    struct search search = {.lines = small, .validation = MF__VALIDATE_FOLDS};
    struct mf__buffer wanted = {0};
    search_begin(&search);
    search.request.max_trials = 5;
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    for (size_t i = 0; i < 6; i++) {
        const struct mf__trial *trial = &search.study.trials[i];
        mf__buffer_print(&wanted, "trial %zu: n_estimators=%s max_depth=%s: ", i + 1,
                         trial->values[0].text, trial->values[1].text);
        if (trial->state == MF__TRIAL_OPEN)
            mf__buffer_put(&wanted, "not finished");
        else
            mf__buffer_print(&wanted, "rank %zu", trial->rank);
        for (size_t k = 0; k < COUNT(shown) && trial->state != MF__TRIAL_OPEN; k++) {
            mf__buffer_print(&wanted, ", %s", shown[k]);
            for (size_t fold = 0; fold < TUNED_FOLDS; fold++)
                mf__buffer_print(&wanted, " %s",
                                 mf__show_real(trial->folds[fold * MF_METRICS + k]).text);
        }
        mf__buffer_put(&wanted, "\n");
    }
    assert_string_equal(mf__buffer_text(&text), mf__buffer_text(&wanted));
    mf__buffer_done(&wanted);
    mf__buffer_done(&text);
    search_done(&search);
}

static void nothing_to_search_scores_the_one_trial(void **state)
{
    (void)state;
    static const char *const nothing[] = {NULL};
    struct search search = {.lines = nothing, .validation = MF__VALIDATE_OOB};
    search_begin(&search);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_int_equal(search.study.n_trials, 1);
    assert_scores(&search, 0);
    mf__buffer_done(&text);
    search_done(&search);
}

static void a_random_search_runs_what_it_draws(void **state)
{
    (void)state;
    static const char *const lines[] = {"max_depth=int(2,9)", "max_features=float(0.2,1)", NULL};
    struct search search = {.lines = lines};
    search_begin(&search);
    search.request.strategy = MF__RANDOM;
    search.request.n_trials = 7;
    struct mf__combinations wanted = {0};
    assert_int_equal(mf__space_random(&search.space, 7, 42, &wanted, NULL), 0);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_int_equal(search.study.n_trials, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(search.study.trials[i].values[1].text, wanted.values[2 * i + 1].text);
        assert_scores(&search, i);
    }
    mf__combinations_done(&wanted);
    mf__buffer_done(&text);
    search_done(&search);
}

/* ---- ranks ---- */

static void means_and_deviations_are_those_of_numpy(void **state)
{
    (void)state;
    double scores[3 * MF_METRICS] = {1};
    double mean, deviation;
    scores[MF_METRICS] = 2;
    scores[2 * MF_METRICS] = 4;
    mf__folds_mean(scores, 3, &mean, &deviation);
    assert_true(mean == 2.3333333333333335 && fabs(deviation - 1.247219128924647) < 1e-15);
    scores[MF_METRICS] = (double)NAN;
    mf__folds_mean(scores, 3, &mean, &deviation);
    assert_true(isnan(mean) && isnan(deviation));
}

/* Ranks trials with these scores, of which those below 0 are not finished. */
static void rank(int metric, const double *scores, size_t n, size_t *ret_ranks)
{
    struct mf__trial trials[10] = {0};
    struct mf__ranked_score room[10];
    size_t order[10];
    struct mf__study study = {.request = {.metrics = {metric}},
                              .trials = trials,
                              .n_trials = n,
                              .order = order,
                              .n_ranked = 99};
    for (size_t i = 0; i < n; i++) {
        trials[i].state = scores[i] < 0 ? MF__TRIAL_OPEN : MF__TRIAL_DONE;
        trials[i].mean[metric] = scores[i];
        trials[i].rank = 77;
    }
    mf__study_rank(&study, room);
    for (size_t i = 0; i < n; i++)
        ret_ranks[i] = trials[i].rank;
    for (size_t i = 0; i < study.n_ranked; i++)
        assert_int_equal(trials[order[i]].rank, i + 1);
}

static void the_best_comes_first_ties_go_to_the_earlier_and_nan_has_no_rank(void **state)
{
    (void)state;
    const double scores[] = {3, 1, 2, (double)NAN, 1, -1, 3, 0};
    static const size_t of_errors[] = {5, 2, 4, 0, 3, 0, 6, 1};
    static const size_t of_shares[] = {1, 4, 3, 0, 5, 0, 2, 6};
    size_t ranks[8];
    rank(MF_METRIC_RMSE, scores, 8, ranks);
    assert_memory_equal(ranks, of_errors, sizeof ranks);
    rank(MF_METRIC_ACCURACY, scores, 8, ranks);
    assert_memory_equal(ranks, of_shares, sizeof ranks);
}

static void later_rungs_rank_before_better_scores(void **state)
{
    (void)state;
    struct mf__trial trials[3] = {{.state = MF__TRIAL_DONE, .mean = {1}},
                                  {.state = MF__TRIAL_KEPT, .mean = {3}, .rung = 1},
                                  {.state = MF__TRIAL_DONE, .mean = {2}, .rung = 1}};
    struct mf__ranked_score room[3];
    size_t order[3];
    struct mf__study study = {.trials = trials, .n_trials = 3, .order = order};
    mf__study_rank(&study, room);
    assert_int_equal(order[0], 2);
    assert_int_equal(order[1], 1);
    assert_int_equal(trials[0].rank, 3);
}

/* A fold with one row cannot have R squared. */
static void a_score_that_is_not_defined_leaves_trials_without_a_rank(void **state)
{
    (void)state;
    struct search search = {.lines = small, .validation = MF__VALIDATE_FOLDS};
    search_begin(&search);
    search.request.ground.folds = 119; /* of 120 rows */
    search.request.metrics[0] = MF_METRIC_R2;
    struct mf__buffer text = search_answer(&search, "threads", 2, NULL);
    assert_int_equal(search.study.n_done, 6);
    assert_int_equal(search.study.n_ranked, 0);
    assert_true(isnan(search.study.trials[0].mean[MF_METRIC_R2]));
    assert_true(isfinite(search.study.trials[0].mean[MF_METRIC_RMSE]));
    assert_int_equal(search.study.trials[0].rank, 0);
    mf_model *model = NULL;
    assert_int_equal(mf__study_refit(&search.study, NULL, NULL, &model, &search.error), MF_E_INPUT);
    assert_non_null(strstr(search.error.text, "no trial has a score"));
    mf__buffer_done(&text);
    search_done(&search);
}

static void equal_trials_rank_in_their_order(void **state)
{
    (void)state;
    static const char *const lines[] = {"max_depth=none,2,500,400", NULL};
    struct search search = {.lines = lines};
    search_begin(&search);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    const struct mf__trial *trials = search.study.trials;
    assert_true(trials[0].mean[0] == trials[2].mean[0] && trials[0].mean[0] == trials[3].mean[0]);
    assert_int_equal(trials[2].rank, trials[0].rank + 1);
    assert_int_equal(trials[3].rank, trials[0].rank + 2);
    mf__buffer_done(&text);
    search_done(&search);
}

/* ---- what is refused ---- */

static void more_rows_than_train(struct search *search)
{
    search->request.config.forest.has_max_samples = true;
    search->request.config.forest.max_samples = (mf_amount){.count = 85};
}

static void no_bootstrap(struct search *search)
{
    search->request.config.forest.bootstrap = false;
}

static void no_score(struct search *search)
{
    search->request.n_metrics = 0;
}

static void accuracy(struct search *search)
{
    search->request.metrics[search->request.n_metrics++] = MF_METRIC_ACCURACY;
}

static void rmse(struct search *search)
{
    search->request.metrics[0] = MF_METRIC_RMSE;
}

static void many_folds(struct search *search)
{
    search->request.ground.folds = 121;
}

static void tiny_test(struct search *search)
{
    search->request.ground.test_size = 0.999;
}

static void random_search(struct search *search)
{
    search->request.strategy = MF__RANDOM;
}

static void eight_draws(struct search *search)
{
    random_search(search);
    search->request.n_trials = 8;
}

static void halving(struct search *search)
{
    search->request.strategy = MF__HALVING;
}

static void halving_of_trees(struct search *search)
{
    halving(search);
    search->request.halving.resource = MF__RESOURCE_TREES;
}

static void halving_by_one(struct search *search)
{
    halving(search);
    search->request.halving.factor = 1;
}

static void halving_from_too_many(struct search *search)
{
    halving(search);
    search->request.halving.smallest = 85;
}

static void halving_with_samples(struct search *search)
{
    halving(search);
    search->request.config.forest.has_max_samples = true;
    search->request.config.forest.max_samples = (mf_amount){.count = 50};
}

static void no_target(struct search *search)
{
    search->request.ground.preparing.target = "weight";
}

static void what_cannot_be_run_is_refused_before_anything_runs(void **state)
{
    (void)state;
    static const struct {
        const char *lines[3];
        size_t target;
        int validation;
        void (*change)(struct search *search);
        const char *wanted;
    } cases[] = {
        {{"max_features=2,6"}, 0, 0, NULL, "trial 2 (max_features=6): max_features is 6: expected"},
        {{"max_features=int(2,9)"}, 0, 0, eight_draws, "; it was drawn from int(2,9)"},
        {{"max_depth=2", "criterion=squared_error,gini"},
         0,
         0,
         NULL,
         "trial 2 (max_depth=2 criterion=gini): criterion does not fit the task: expected squared"},
        {{"criterion=squared_error"}, 2, 0, NULL, "expected gini, entropy or log_loss"},
        {{"max_samples=84,85"},
         0,
         0,
         NULL,
         "trial 2 (max_samples=85): max_samples is 85: expected"},
        {{"max_depth=2"}, 0, 0, more_rows_than_train, "max_samples is 85: expected 1 to 84"},
        {{"max_samples=80,81"}, 0, MF__VALIDATE_FOLDS, NULL, "trial 2 (max_samples=81)"},
        {{"max_samples=0.5", "bootstrap=true,false"},
         0,
         0,
         NULL,
         "trial 2 (max_samples=0.5 bootstrap=false): max_samples needs bootstrap"},
        {{"bootstrap=true,false"},
         0,
         MF__VALIDATE_OOB,
         NULL,
         "trial 2 (bootstrap=false): bootstrap is false, so that every tree sees all rows and "
         "--oob"},
        {{"max_depth=2"}, 0, MF__VALIDATE_OOB, no_bootstrap, "trial 1 (max_depth=2): bootstrap is"},
        {{"max_depth=2"}, 0, 0, no_score, "--score: no score is named"},
        {{"max_depth=2"},
         0,
         0,
         accuracy,
         "--score: accuracy is a score of classification, and \"price\" is learnt by regression; "
         "expected some of rmse, mse, mae, mape, r2"},
        {{"max_depth=2"}, 2, 0, rmse, "--score: rmse is a score of regression, and \"label\" is"},
        {{"max_depth=2"}, 0, MF__VALIDATE_FOLDS, many_folds, "--cv: "},
        {{"max_depth=2"}, 0, 0, tiny_test, "--test-size: "},
        {{"max_depth=2"}, 0, 0, no_target, "\"weight\""},
        {{"max_depth=int(2,5)"}, 0, 0, NULL, "max_depth is drawn from a distribution"},
        {{"max_depth=int(2,5)"}, 0, 0, random_search, "--trials is missing"},
        {{"max_depth=int(2,5)"}, 0, 0, halving, "--trials is missing"},
        {{"n_estimators=2,4"}, 0, 0, halving_of_trees, "n_estimators is searched and also what"},
        {{"max_depth=2,4,6"}, 0, 0, halving_by_one, "--factor is 1; expected at least 2"},
        {{"max_depth=2,4,6"},
         0,
         0,
         halving_from_too_many,
         "--min-resource is 85 rows; expected 2 to 84"},
        {{"max_depth=2,4,6"},
         0,
         0,
         halving_with_samples,
         "the first rung, of 28 rows: trial 1 (max_depth=2): max_samples is 50: expected 1 to 28"},
        {{"impute=median,none"}, 0, 0, NULL, "area"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct search search = {
            .lines = cases[i].lines, .target = cases[i].target, .validation = cases[i].validation};
        search_begin(&search);
        if (cases[i].change != NULL)
            cases[i].change(&search);
        int code = mf__study_open(&search.request, &search.study, &search.error);
        if (code != MF_E_INPUT || strstr(search.error.text, cases[i].wanted) == NULL)
            fail_msg("%s: %d \"%s\"", cases[i].wanted, code, search.error.text);
        search_done(&search);
    }
}

/* ---- the rest ---- */

static void the_plan_is_what_is_then_run(void **state)
{
    (void)state;
    struct search search = {.lines = small, .validation = MF__VALIDATE_FOLDS};
    search_begin(&search);
    search_open(&search);
    assert_int_equal(mf__study_plan(&search.study, &search.error), 0);
    const struct mf__plan_counts planned = search.study.plan;
    assert_int_equal(planned.trials, 6);
    assert_int_equal(planned.units, 6 * TUNED_FOLDS);
    assert_int_equal(planned.trees_asked, 2 * (2 + 5 + 3) * TUNED_FOLDS);
    assert_int_equal(planned.trees_planned, 2 * 5 * TUNED_FOLDS);
    assert_int_equal(search.study.n_done, 0);
    assert_int_equal(search_run(&search, "serial", 1, NULL), 0);
    assert_memory_equal(&planned, &search.study.plan, sizeof planned);
    assert_true(search.study.trees_grown <= planned.trees_planned);
    search_done(&search);
}

static void the_best_trial_is_grown_again_on_all_rows(void **state)
{
    (void)state;
    static const char *const lines[] = {"n_estimators=2,5", "max_depth=1,none",
                                        "encode=onehot,label", NULL};
    struct search search = {.lines = lines};
    search_begin(&search);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    const struct mf__config *best = &search.study.trials[search.study.order[0]].config;
    mf_pool *pool = open_pool("threads", 2);
    mf_model *model = NULL;
    assert_int_equal(mf__study_refit(&search.study, pool, NULL, &model, &search.error), 0);
    struct tuned_rows rows = {.n_train = tuned_known(rows.train)};
    struct tuned_sides sides = tuned_prepare(&search.request.ground, best, &rows);
    const mf_matrix matrix = {sides.train.values, sides.train.rows, sides.train.columns};
    const mf_target target = {sides.train.target, 0};
    mf_forest *wanted = NULL;
    assert_int_equal(
        mf_forest_fit(pool, &matrix, &target, &best->forest, NULL, NULL, &wanted, NULL), 0);
    const mf_forest *found = mf_model_forest(model);
    assert_int_equal(mf_forest_trees(found), best->forest.n_estimators);
    assert_int_equal(mf_forest_features(found), sides.train.columns);
    for (size_t tree = 0; tree < mf_forest_trees(wanted); tree++) {
        assert_int_equal(mf_forest_nodes(found, tree), mf_forest_nodes(wanted, tree));
        for (size_t i = 0; i < mf_forest_nodes(wanted, tree); i++) {
            mf_node a = mf_forest_node(found, tree, i), b = mf_forest_node(wanted, tree, i);
            assert_true(a.feature == b.feature && a.threshold == b.threshold &&
                        a.value == b.value && a.samples == b.samples);
        }
    }
    mf_forest_free(&wanted);
    tuned_sides_done(&sides);
    mf_model_free(&model);
    mf_pool_close(&pool);
    mf__buffer_done(&text);
    search_done(&search);
}

static void a_request_that_makes_no_sense_leaves_nothing_behind(void **state)
{
    (void)state;
    struct search search = {.lines = small};
    search_begin(&search);
    search.request.n_metrics = 0;
    assert_int_equal(mf__study_open(&search.request, &search.study, NULL), MF_E_INPUT);
    mf__study_done(&search.study);
    assert_null(search.study.trials);
    search_done(&search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trial_scores_as_it_does_alone),
        cmocka_unit_test(every_way_shared_or_not_gives_the_same_answer),
        cmocka_unit_test(the_answer_holds_every_trial_with_its_values_and_scores),
        cmocka_unit_test(nothing_to_search_scores_the_one_trial),
        cmocka_unit_test(a_random_search_runs_what_it_draws),
        cmocka_unit_test(means_and_deviations_are_those_of_numpy),
        cmocka_unit_test(the_best_comes_first_ties_go_to_the_earlier_and_nan_has_no_rank),
        cmocka_unit_test(later_rungs_rank_before_better_scores),
        cmocka_unit_test(a_score_that_is_not_defined_leaves_trials_without_a_rank),
        cmocka_unit_test(equal_trials_rank_in_their_order),
        cmocka_unit_test(what_cannot_be_run_is_refused_before_anything_runs),
        cmocka_unit_test(the_plan_is_what_is_then_run),
        cmocka_unit_test(the_best_trial_is_grown_again_on_all_rows),
        cmocka_unit_test(a_request_that_makes_no_sense_leaves_nothing_behind),
    };
    return cmocka_run_group_tests_name("tune_study", tests, NULL, NULL);
}
