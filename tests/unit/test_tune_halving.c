/* SPDX-License-Identifier: Apache-2.0 */
/* Halving: how many go on with how much, who they are, and how ranks agree. */
#include "tune/halving.h"

#include "base/memory.h"
#include "tests/unit/studied.h"
#include "tune/ranks.h"

/* ---- sizes ---- */

static void rungs_have_as_many_candidates_and_as_much_as_they_should(void **state)
{
    (void)state;
    static const struct {
        uint64_t factor, smallest;
        struct mf__halving_size size;
        size_t n;
        uint64_t resources[6];
        size_t trials[6];
    } cases[] = {
        {3, 0, {9, 1, 1000}, 3, {111, 333, 1000}, {9, 3, 1}},
        {3, 0, {10, 1, 1000}, 3, {111, 333, 1000}, {10, 4, 2}},
        {3, 0, {8, 1, 1000}, 2, {333, 1000}, {8, 3}},
        {3, 0, {2, 1, 1000}, 1, {1000}, {2}},
        {3, 0, {1, 1, 1000}, 1, {1000}, {1}},
        {2, 0, {8, 1, 1000}, 4, {125, 250, 500, 1000}, {8, 4, 2, 1}},
        {2, 0, {7, 1, 1000}, 3, {250, 500, 1000}, {7, 4, 2}},
        {3, 0, {126, 1, 1022}, 5, {12, 36, 108, 324, 1022}, {126, 42, 14, 5, 2}},
        {3, 100, {126, 1, 1022}, 3, {100, 300, 1022}, {126, 42, 14}},
        {3, 20, {9, 1, 1022}, 3, {20, 60, 1022}, {9, 3, 1}},
        {3, 400, {126, 1, 1000}, 2, {400, 1000}, {126, 42}},
        {3, 600, {126, 1, 1000}, 2, {600, 1000}, {126, 42}},
        {3, 130, {81, 1, 1000}, 3, {130, 390, 1000}, {81, 27, 9}},
        {3, 1000, {81, 1, 1000}, 1, {1000}, {81}},
        {3, 0, {1000000, 50, 100}, 2, {50, 100}, {1000000, 333334}},
        {3, 0, {9, 2, 2}, 1, {2}, {9}},
        {UINT64_MAX, 0, {9, 1, 100}, 1, {100}, {9}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct mf__halving halving = {.factor = cases[i].factor,
                                            .smallest = cases[i].smallest};
        struct mf__rung *rungs = NULL;
        size_t n = 0;
        assert_int_equal(mf__halving_plan(&halving, &cases[i].size, &rungs, &n, NULL), 0);
        bool same = n == cases[i].n;
        for (size_t k = 0; k < n && same; k++)
            same = rungs[k].resource == cases[i].resources[k] &&
                   rungs[k].n_trials == cases[i].trials[k] && isnan(rungs[k].agreement) &&
                   isnan(rungs[k].gap);
        if (!same)
            fail_msg("case %zu: %zu rungs, first %llu of %zu", i, n,
                     (unsigned long long)rungs[0].resource, rungs[0].n_trials);
        mf__free(rungs);
    }
}

static void sizes_out_of_range_are_refused(void **state)
{
    (void)state;
    static const struct mf__halving_size size = {9, 4, 1000}, too_small = {9, 4, 3};
    static const struct {
        struct mf__halving halving;
        const char *wanted;
    } cases[] = {
        {{.factor = 1}, "--factor is 1; expected at least 2"},
        {{.factor = 3, .smallest = 1}, "--min-resource is 1 row; expected 4 to 1,000"},
        {{.factor = 3, .smallest = 3}, "--min-resource is 3 rows; expected 4 to 1,000"},
        {{.factor = 3, .smallest = 1001, .resource = MF__RESOURCE_TREES},
         "--min-resource is 1,001 trees; expected 4 to 1,000"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct mf__rung *rungs = NULL;
        mf_error error = {0};
        size_t n = 0;
        assert_int_equal(mf__halving_plan(&cases[i].halving, &size, &rungs, &n, &error),
                         MF_E_INPUT);
        assert_non_null(strstr(error.text, cases[i].wanted));
        assert_null(rungs);
    }
    /* What has less than the least can still be had whole. */
    const struct mf__halving whole = {.factor = 3, .smallest = 3};
    struct mf__rung *rungs = NULL;
    size_t n = 0;
    assert_int_equal(mf__halving_plan(&whole, &too_small, &rungs, &n, NULL), 0);
    assert_true(n == 1 && rungs[0].resource == 3);
    mf__free(rungs);
}

/* ---- choosing ---- */

static void the_best_go_on_in_their_order(void **state)
{
    (void)state;
    static const double rmse[5][2] = {{5, 7}, {1, 3}, {0, 0}, {4, 4}, {3, 3}};
    double scores[5 * 2 * MF_METRICS] = {0};
    size_t trials[] = {2, 3, 5, 7, 11};
    for (size_t i = 0; i < 5; i++)
        for (size_t fold = 0; fold < 2; fold++)
            scores[(i * 2 + fold) * MF_METRICS + MF_METRIC_MAE] =
                i == 2 ? (double)NAN : rmse[i][fold];
    const struct mf__contest contest = {trials, 5, scores, 2, MF_METRIC_MAE};
    struct mf__rung rung = {.gap = (double)NAN};
    assert_int_equal(mf__halving_choose(&contest, 2, &rung, NULL), 0);
    assert_int_equal(trials[0], 3);
    assert_int_equal(trials[1], 11);
    assert_true(rung.gap == 1 && rung.gap_error == 0); /* trial 11 against 7, in both folds */

    size_t again[] = {2, 3, 5, 7, 11};
    const struct mf__contest shares = {again, 5, scores, 2, MF_METRIC_MAE};
    struct mf__rung last = {.gap = (double)NAN};
    assert_int_equal(mf__halving_choose(&shares, 4, &last, NULL), 0);
    assert_int_equal(again[2], 7); /* the one that is not defined stays behind */
    assert_int_equal(again[3], 11);
    assert_true(isnan(last.gap));
}

static void the_gap_is_told_with_its_error(void **state)
{
    (void)state;
    static const double shares[2][3] = {{0.5, 1.5, 2}, {1.5, 3.5, 3.5}};
    double scores[2 * 3 * MF_METRICS] = {0};
    size_t trials[] = {0, 1};
    for (size_t i = 0; i < 2; i++)
        for (size_t fold = 0; fold < 3; fold++)
            scores[(i * 3 + fold) * MF_METRICS + MF_METRIC_R2] = shares[i][fold];
    struct mf__contest contest = {trials, 2, scores, 3, MF_METRIC_R2};
    struct mf__rung rung = {0};
    assert_int_equal(mf__halving_choose(&contest, 1, &rung, NULL), 0);
    assert_int_equal(trials[0], 1); /* the larger one */
    assert_true(fabs(rung.gap - 1.5) < 1e-15);
    assert_true(fabs(rung.gap_error - 0.2886751345948129) < 1e-15); /* of 1, 2, 1.5 */
    contest.n_folds = 1;
    assert_int_equal(mf__halving_choose(&contest, 1, &rung, NULL), 0);
    assert_true(isnan(rung.gap_error));
}

/* scipy.stats.spearmanr */
static void the_correlation_of_ranks_is_that_of_scipy(void **state)
{
    (void)state;
    static const double from[] = {1, 2, 3, 4, 5}, to[] = {5, 6, 7, 8, 7};
    static const double tied[] = {1, 1, 2, 3}, down[] = {4, 2, 2, 1}, flat[] = {2, 2, 2, 2};
    const double gap[] = {1, (double)NAN, 2, 3};
    double found = 0;
    assert_int_equal(mf__spearman(from, to, 5, &found, NULL), 0);
    assert_true(fabs(found - 0.8207826816681233) < 1e-15);
    assert_int_equal(mf__spearman(tied, down, 4, &found, NULL), 0);
    assert_true(fabs(found + 0.8333333333333335) < 1e-15);
    assert_int_equal(mf__spearman(from, from, 5, &found, NULL), 0);
    assert_true(found == 1);
    assert_int_equal(mf__spearman(from, flat, 4, &found, NULL), 0);
    assert_true(isnan(found));
    assert_int_equal(mf__spearman(from, gap, 4, &found, NULL), 0);
    assert_true(isnan(found));
    assert_int_equal(mf__spearman(from, from, 1, &found, NULL), 0);
    assert_true(isnan(found));
}

/* ---- searches ---- */

static const char *const nine[] = {"max_depth=1,2,4", "max_features=1,3,none", NULL};

static void begin(struct search *search, int resource)
{
    search_begin(search);
    search->request.strategy = MF__HALVING;
    search->request.halving.resource = resource;
    search->request.config.forest.n_estimators = 9;
}

/* A grid with as many rows or trees as a rung has. */
static void search_rung(const struct search *like, size_t rung, struct search *ret)
{
    uint64_t resource = like->study.rungs[rung].resource;
    *ret = (struct search){.lines = like->lines, .validation = like->validation};
    search_begin(ret);
    ret->request.config = like->request.config;
    if (like->request.halving.resource == MF__RESOURCE_ROWS)
        ret->request.ground.max_rows = resource;
    else
        ret->request.config.forest.n_estimators = resource;
    struct mf__buffer text = search_answer(ret, "serial", 1, NULL);
    mf__buffer_done(&text);
}

/* The scores of every trial are those of the last rung it was in. */
static void assert_rungs(const struct search *search)
{
    const struct mf__study *study = &search->study;
    for (size_t rung = 0; rung < study->n_rungs; rung++) {
        struct search grid;
        size_t n = 0;
        search_rung(search, rung, &grid);
        for (size_t i = 0; i < study->n_trials; i++) {
            const struct mf__trial *trial = &study->trials[i];
            n += trial->rung >= rung;
            if (trial->rung != rung)
                continue;
            assert_int_equal(trial->resource, study->rungs[rung].resource);
            assert_memory_equal(trial->folds, grid.study.trials[i].folds,
                                study->facts.n_folds * MF_METRICS * sizeof *trial->folds);
        }
        assert_int_equal(n, study->rungs[rung].n_trials);
        search_done(&grid);
    }
}

static void scores_are_those_of_the_last_rung_and_later_rungs_rank_first(void **state)
{
    (void)state;
    for (int resource = MF__RESOURCE_ROWS; resource <= MF__RESOURCE_TREES; resource++) {
        struct search search = {.lines = nine, .validation = MF__VALIDATE_FOLDS};
        begin(&search, resource);
        struct mf__buffer text = search_answer(&search, "threads", 2, NULL);
        const struct mf__study *study = &search.study;
        assert_int_equal(study->n_rungs, 3);
        assert_int_equal(study->rungs[2].resource, resource == MF__RESOURCE_ROWS ? 80 : 9);
        assert_int_equal(study->n_ranked, 9);
        assert_int_equal(search.n_told, 9 + 3 + 1);
        assert_rungs(&search);
        for (size_t i = 1; i < 9; i++) {
            const struct mf__trial *better = &study->trials[study->order[i - 1]];
            const struct mf__trial *worse = &study->trials[study->order[i]];
            assert_true(better->rung > worse->rung ||
                        (better->rung == worse->rung && better->mean[0] <= worse->mean[0]));
        }
        mf__buffer_done(&text);
        search_done(&search);
    }
}

static void the_agreement_of_rungs_is_told(void **state)
{
    (void)state;
    struct search search = {.lines = nine, .validation = MF__VALIDATE_FOLDS};
    begin(&search, MF__RESOURCE_TREES);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    const struct mf__rung *rungs = search.study.rungs;
    struct search all, more;
    double before[3], after[3], wanted = 0;
    size_t n = 0;
    search_rung(&search, 0, &all);
    search_rung(&search, 1, &more);
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(search.study.trials[i].rung > 0, all.study.trials[i].rank <= 3);
        if (all.study.trials[i].rank <= 3) {
            before[n] = all.study.trials[i].mean[0];
            after[n++] = more.study.trials[i].mean[0];
        }
    }
    assert_int_equal(mf__spearman(before, after, n, &wanted, NULL), 0);
    assert_true(rungs[0].agreement == wanted);
    assert_true(isnan(rungs[1].agreement) && isnan(rungs[2].agreement));
    double gap =
        all.study.trials[all.study.order[3]].mean[0] - all.study.trials[all.study.order[2]].mean[0];
    assert_true(fabs(rungs[0].gap - gap) <= 1e-12 * fabs(all.study.trials[0].mean[0]));
    assert_true(rungs[0].gap_error > 0);
    assert_true(isnan(rungs[2].gap));
    mf__buffer_done(&text);
    search_done(&search);
    search_done(&all);
    search_done(&more);
}

/* No tree is deeper than 400 levels, so all trials are the same. */
static void trials_that_all_tie_agree_with_no_order(void **state)
{
    (void)state;
    static const char *const same[] = {"max_depth=400,401,402,403,404,405,406,407,408", NULL};
    struct search search = {.lines = same};
    begin(&search, MF__RESOURCE_TREES);
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_true(search.study.rungs[0].gap == 0 && search.study.rungs[1].gap == 0);
    assert_true(search.study.rungs[0].agreement == 0);
    assert_true(isnan(search.study.rungs[1].agreement)); /* of a single trial */
    mf__buffer_done(&text);
    search_done(&search);
}

static void every_way_halves_alike(void **state)
{
    (void)state;
    static const struct {
        const char *way;
        unsigned workers;
    } runs[] = {{"threads", 3}, {"processes", 2}, {"serial", 1}};
    for (int resource = MF__RESOURCE_ROWS; resource <= MF__RESOURCE_TREES; resource++) {
        struct search first = {.lines = nine};
        begin(&first, resource);
        struct mf__buffer wanted = search_answer(&first, "serial", 1, NULL);
        for (size_t i = 0; i < COUNT(runs); i++) {
            struct search search = {.lines = nine};
            begin(&search, resource);
            search.request.share = i != 2;
            struct mf__buffer text = search_answer(&search, runs[i].way, runs[i].workers, NULL);
            assert_string_equal(mf__buffer_text(&text), mf__buffer_text(&wanted));
            mf__buffer_done(&text);
            search_done(&search);
        }
        mf__buffer_done(&wanted);
        search_done(&first);
    }
}

static void candidates_can_be_drawn(void **state)
{
    (void)state;
    static const char *const drawn[] = {"max_depth=int(1,30)", NULL};
    struct search search = {.lines = drawn};
    begin(&search, MF__RESOURCE_TREES);
    search.request.n_trials = 10;
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    assert_int_equal(search.study.n_trials, 10);
    assert_int_equal(search.study.n_rungs, 3);
    assert_int_equal(search.study.rungs[2].n_trials, 2);
    mf__buffer_done(&text);
    search_done(&search);
}

static void a_limit_within_a_rung_keeps_the_scores_of_the_one_before(void **state)
{
    (void)state;
    for (uint64_t most = 9; most <= 11; most++) {
        struct search search = {.lines = nine};
        begin(&search, MF__RESOURCE_TREES);
        search.request.max_trials = most;
        struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
        size_t further = 0;
        assert_int_equal(search.study.end, MF__STUDY_TRIALS);
        assert_int_equal(search.study.n_ranked, 9);
        for (size_t i = 0; i < 9; i++) {
            assert_int_equal(search.study.trials[i].state, MF__TRIAL_DONE);
            assert_true(isfinite(search.study.trials[i].mean[0]));
            further += search.study.trials[i].rung;
        }
        assert_int_equal(further, most - 9);
        assert_int_equal(search.study.n_steps, 9 + 3 + 1);
        assert_int_equal(search.study.n_steps_done, most);
        assert_int_equal(search.study.n_steps_kept, 0);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

static void the_plan_is_that_of_the_first_rung(void **state)
{
    (void)state;
    for (int resource = MF__RESOURCE_ROWS; resource <= MF__RESOURCE_TREES; resource++) {
        struct search search = {.lines = nine};
        begin(&search, resource);
        search_open(&search);
        assert_int_equal(mf__study_plan(&search.study, NULL), 0);
        assert_int_equal(search.study.plan.trials, 9);
        assert_int_equal(search.study.plan.trees_asked, resource == MF__RESOURCE_ROWS ? 81 : 9);
        search_done(&search);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rungs_have_as_many_candidates_and_as_much_as_they_should),
        cmocka_unit_test(sizes_out_of_range_are_refused),
        cmocka_unit_test(the_best_go_on_in_their_order),
        cmocka_unit_test(the_gap_is_told_with_its_error),
        cmocka_unit_test(the_correlation_of_ranks_is_that_of_scipy),
        cmocka_unit_test(scores_are_those_of_the_last_rung_and_later_rungs_rank_first),
        cmocka_unit_test(the_agreement_of_rungs_is_told),
        cmocka_unit_test(trials_that_all_tie_agree_with_no_order),
        cmocka_unit_test(every_way_halves_alike),
        cmocka_unit_test(candidates_can_be_drawn),
        cmocka_unit_test(a_limit_within_a_rung_keeps_the_scores_of_the_one_before),
        cmocka_unit_test(the_plan_is_that_of_the_first_rung),
    };
    return cmocka_run_group_tests_name("tune_halving", tests, NULL, NULL);
}
