/* SPDX-License-Identifier: Apache-2.0 */
/* A search with a journal: what was finished is not run again, what was told of is on the disk. */
#include "tests/unit/studied.h"
#include "tune/study_key.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define FILE_NAME "journal.db"

static const char *const grid[] = {"n_estimators=2,5,3", "max_depth=2,none", NULL};

static int enter(void **state)
{
    (void)state;
    char folder[] = "/tmp/manyfold-resume-XXXXXX";
    return mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static int leave(void **state)
{
    (void)state;
    char folder[200];
    if (getcwd(folder, sizeof folder) == NULL)
        return -1;
    (void)remove(FILE_NAME);
    (void)remove(FILE_NAME "-journal");
    return chdir("/") != 0 || rmdir(folder) != 0 ? -1 : 0;
}

static struct mf__journal *open_it(void)
{
    struct mf__journal *journal = NULL;
    mf_error error = {0};
    if (mf__journal_open(FILE_NAME, 0, &journal, &error) != 0)
        fail_msg("%s", error.text);
    return journal;
}

/* Runs a search on the journal; its answer is to be freed. */
static struct mf__buffer run(struct search *search, const char *way, unsigned workers)
{
    struct mf__journal *journal = open_it();
    struct mf__buffer text = search_answer(search, way, workers, journal);
    assert_int_equal(mf__journal_close(&journal, NULL), 0);
    return text;
}

/* How a search without a journal ends. */
static struct mf__buffer undisturbed(const struct search *like)
{
    struct search search = {
        .lines = like->lines, .target = like->target, .validation = like->validation};
    search_begin(&search);
    search.request.strategy = like->request.strategy;
    struct mf__buffer text = search_answer(&search, "serial", 1, NULL);
    search_done(&search);
    return text;
}

/* ---- going on ---- */

static void a_search_goes_on_where_it_was_whatever_the_way(void **state)
{
    (void)state;
    static const struct {
        const char *way;
        unsigned workers;
    } runs[] = {{"serial", 1}, {"processes", 2}, {"threads", 3}, {"serial", 1}};
    for (int validation = MF__VALIDATE_SPLIT; validation <= MF__VALIDATE_OOB; validation++) {
        size_t finished = 0;
        for (size_t i = 0; i < COUNT(runs); i++) {
            struct search search = {.lines = grid, .validation = validation};
            search_begin(&search);
            search.request.max_trials = 2;
            search.request.share = i % 2 == 0;
            struct mf__buffer text = run(&search, runs[i].way, runs[i].workers);
            const struct mf__study *study = &search.study;
            assert_int_equal(study->resumed.known, i > 0);
            assert_int_equal(study->n_kept, finished);
            assert_int_equal(study->n_done, i < 3 ? finished + 2 : 6);
            assert_int_equal(study->end, i < 2 ? MF__STUDY_TRIALS : MF__STUDY_DONE);
            assert_int_equal(search.n_told, i < 3 ? 2 : 0);
            for (size_t k = 0; k < 6; k++)
                assert_int_equal(was_told(&search, k), study->trials[k].state == MF__TRIAL_DONE);
            finished = study->n_done;
            if (i >= 2) {
                struct mf__buffer wanted = undisturbed(&search);
                assert_string_equal(mf__buffer_text(&text), mf__buffer_text(&wanted));
                mf__buffer_done(&wanted);
            }
            if (i == 3) {
                assert_int_equal(study->trees_grown, 0);
                assert_int_equal(study->plan.items, 0);
                assert_true(study->trials[0].seconds > 0);
            }
            mf__buffer_done(&text);
            search_done(&search);
        }
        leave(NULL);
        enter(NULL);
    }
}

static int add_label(void *user, const char *label, const char *payload, mf_error *error)
{
    (void)payload;
    (void)error;
    mf__buffer_print(user, "%s\n", label);
    return 0;
}

/* The labels of all results of a study, a line each; to be freed. */
static struct mf__buffer labels_of(int64_t study)
{
    struct mf__journal *reader = NULL;
    struct mf__buffer text = {0};
    assert_int_equal(mf__journal_read(FILE_NAME, &reader, NULL), 0);
    assert_int_equal(mf__journal_results(reader, study, add_label, &text, NULL), 0);
    assert_int_equal(mf__journal_close(&reader, NULL), 0);
    return text;
}

static size_t times_in(const struct mf__buffer *text, const char *line)
{
    size_t n = 0;
    for (const char *at = mf__buffer_text(text); (at = strstr(at, line)) != NULL; at++)
        n++;
    return n;
}

static void another_search_finds_the_trials_that_it_shares(void **state)
{
    (void)state;
    static const char *const other[] = {"max_depth=none,7", "n_estimators=5", "max_features=none",
                                        NULL};
    struct search first = {.lines = grid, .validation = MF__VALIDATE_FOLDS};
    search_begin(&first);
    struct mf__buffer text = run(&first, "serial", 1);
    struct search second = {.lines = other, .validation = MF__VALIDATE_FOLDS};
    search_begin(&second);
    struct mf__buffer again = run(&second, "serial", 1);
    assert_false(second.study.resumed.known);
    assert_int_equal(second.study.n_kept, 1);
    assert_int_equal(second.study.trials[0].state, MF__TRIAL_KEPT);
    assert_int_equal(second.study.trials[1].state, MF__TRIAL_DONE);
    assert_memory_equal(second.study.trials[0].folds, first.study.trials[3].folds,
                        TUNED_FOLDS * MF_METRICS * sizeof(double));
    struct mf__buffer labels = labels_of(second.study.resumed.study);
    assert_int_equal(times_in(&labels, "\n"), 2 * TUNED_FOLDS); /* also those that it found */
    mf__buffer_done(&labels);
    mf__buffer_done(&text);
    mf__buffer_done(&again);
    search_done(&first);
    search_done(&second);
}

/* ---- changes ---- */

static void change_seed(struct search *search)
{
    search->request.ground.seed = 43;
}

static void change_depth(struct search *search)
{
    search->request.config.forest.min_samples_leaf.count = 4;
}

static void change_validation(struct search *search)
{
    search->request.ground.test_size = 0.25;
}

static void change_drop(struct search *search)
{
    search->request.ground.preparing.n_drop = 1;
}

static void drop_nothing(struct search *search)
{
    search->request.ground.preparing.n_drop = 0;
}

static void change_data(struct search *search)
{
    mf_table_free(&search->table);
    struct mf__buffer text = {0};
    mf__buffer_put(&text, "area,price,sugar,label\n");
    for (int row = 0; row < 40; row++)
        mf__buffer_print(&text, "%d,%d,1,a\n", row, row * row);
    assert_int_equal(
        mf_table_parse(text.bytes, text.length, "tuned.csv", NULL, &search->table, NULL), 0);
    search->request.ground.table = search->table;
    mf__buffer_done(&text);
}

static void change_score(struct search *search)
{
    search->request.metrics[0] = MF_METRIC_MAE;
}

static void a_change_is_named_and_what_it_touches_is_run_again(void **state)
{
    (void)state;
    static const char *const more[] = {"n_estimators=2,5,3", "max_depth=2,3,none", NULL};
    static const struct {
        const char *const *lines;
        void (*change)(struct search *search);
        const char *wanted;
        size_t n_kept;
    } cases[] = {
        {grid, change_seed, "seed was 42, is 43", 0},
        {grid, change_depth, "min_samples_leaf was 1, is 4", 0},
        {grid, change_validation, "validation was test_size 0.3, is test_size 0.25", 0},
        {grid, change_drop, "drop was sugar, label, is sugar", 0},
        {grid, drop_nothing, "drop was sugar, label, is nothing", 0},
        {grid, change_data, "data was ", 0},
        {grid, change_score, "scores was rmse, is mae", 6},
        {more, NULL, "max_depth was 2,none, is 2,3,none", 6},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct search first = {.lines = grid};
        search_begin(&first);
        struct mf__buffer text = run(&first, "serial", 1);
        mf__buffer_done(&text);
        search_done(&first);
        struct search second = {.lines = cases[i].lines};
        search_begin(&second);
        if (cases[i].change != NULL)
            cases[i].change(&second);
        text = run(&second, "serial", 1);
        const struct mf__resumed *resumed = &second.study.resumed;
        bool is_named = false;
        assert_false(resumed->known);
        for (size_t k = 0; k < resumed->n_differences && k < COUNT(resumed->differences); k++)
            is_named = is_named || strstr(resumed->differences[k], cases[i].wanted) != NULL;
        if (!is_named)
            fail_msg("%s is not named; %zu others: %s", cases[i].wanted, resumed->n_differences,
                     resumed->differences[0]);
        assert_int_equal(second.study.n_kept, cases[i].n_kept);
        mf__buffer_done(&text);
        search_done(&second);
        leave(NULL);
        enter(NULL);
    }
}

/* ---- safety ---- */

static int count_result(void *user, const char *label, const char *payload, mf_error *error)
{
    (void)payload;
    (void)error;
    struct search *search = user;
    const struct mf__study *study = &search->study;
    struct mf__buffer shown = {0};
    size_t last = search->told[search->n_told - 1];
    mf__trial_show(study, study->trials[last].values, &shown);
    if (strcmp(label, mf__buffer_text(&shown)) == 0)
        search->cancel_after++; /* not otherwise used here */
    mf__buffer_done(&shown);
    return 0;
}

/* Whoever reads the file when a trial is told of finds all its folds. */
static void look_into_the_file(struct search *search, size_t trial)
{
    (void)trial;
    struct mf__journal *reader = NULL;
    assert_int_equal(mf__journal_read(FILE_NAME, &reader, &search->error), 0);
    search->cancel_after = 0;
    assert_int_equal(mf__journal_results(reader, search->study.resumed.study, count_result, search,
                                         &search->error),
                     0);
    assert_int_equal(search->cancel_after, TUNED_FOLDS);
    search->cancel_after = 0;
    assert_int_equal(mf__journal_close(&reader, NULL), 0);
}

static void what_was_told_is_in_the_file(void **state)
{
    (void)state;
    static const uint64_t steps[] = {0, 1000, 60 * MF__NS_PER_MS, MF__NS_PER_S};
    for (size_t i = 0; i < COUNT(steps); i++) {
        struct search search = {.lines = grid,
                                .validation = MF__VALIDATE_FOLDS,
                                .stepping = {.step_ns = steps[i]},
                                .also = look_into_the_file};
        search_begin(&search);
        search.request.share = false;
        struct mf__buffer text = run(&search, "threads", 2);
        assert_int_equal(search.n_told, 6);
        mf__buffer_done(&text);
        search_done(&search);
        leave(NULL);
        enter(NULL);
    }
}

static size_t n_writes;

/* Trials that are told of without a look at the clock in between were written together. */
static void count_writes(struct search *search, size_t trial)
{
    static uint64_t last_ns;
    (void)trial;
    n_writes += n_writes == 0 || search->stepping.now_ns != last_ns;
    last_ns = search->stepping.now_ns;
}

static void results_are_written_together_five_times_a_second(void **state)
{
    (void)state;
    static const struct {
        uint64_t step_ns;
        size_t least, most; /* finished when the first one is told of */
    } cases[] = {
        {0, 6, 6},                  /* all at the end */
        {MF__NS_PER_S, 1, 1},       /* each by itself */
        {50 * MF__NS_PER_MS, 2, 5}, /* some together */
        {199 * MF__NS_PER_MS / 100, 6, 6},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct search search = {.lines = grid, .stepping = {.step_ns = cases[i].step_ns}};
        search_begin(&search);
        search.request.share = false;
        struct mf__buffer text = run(&search, "serial", 1);
        assert_in_range(search.done_when_told, cases[i].least, cases[i].most);
        assert_int_equal(search.n_told, 6);
        mf__buffer_done(&text);
        search_done(&search);
        leave(NULL);
        enter(NULL);
    }
}

/* When writing takes as long as a second, it is not done after every unit. */
static void a_slow_disk_is_written_to_less_often(void **state)
{
    (void)state;
    struct search search = {.lines = grid,
                            .validation = MF__VALIDATE_FOLDS,
                            .stepping = {.step_ns = 100 * MF__NS_PER_MS},
                            .also = count_writes};
    search_begin(&search);
    search.request.share = false;
    n_writes = 0;
    struct mf__buffer text = run(&search, "serial", 1);
    assert_int_equal(search.n_told, 6);
    assert_in_range(n_writes, 2, 4); /* 18 units, each half a second apart, two seconds of pause */
    mf__buffer_done(&text);
    search_done(&search);
}

static void a_stopped_search_has_what_was_finished(void **state)
{
    (void)state;
    struct search first = {.lines = grid, .stepping = {.step_ns = MF__NS_PER_S}};
    search_begin(&first);
    first.cancel_after = 2;
    struct mf__buffer text = run(&first, "serial", 1);
    assert_int_equal(first.study.end, MF__STUDY_CANCELLED);
    struct search second = {.lines = grid};
    search_begin(&second);
    struct mf__buffer again = run(&second, "serial", 1);
    struct mf__buffer wanted = undisturbed(&second);
    assert_int_equal(second.study.n_kept, first.study.n_done);
    assert_in_range(second.study.n_kept, 2, 5);
    assert_string_equal(mf__buffer_text(&again), mf__buffer_text(&wanted));
    mf__buffer_done(&wanted);
    mf__buffer_done(&text);
    mf__buffer_done(&again);
    search_done(&first);
    search_done(&second);
}

/* Finding a million trials takes a while. */
static void a_request_to_stop_ends_the_looking_up_and_loses_nothing(void **state)
{
    (void)state;
    static const size_t kept[] = {0, 0, 6};
    for (size_t i = 0; i < COUNT(kept); i++) {
        struct search search = {.lines = grid};
        search_begin(&search);
        if (i == 1)
            mf_cancel_request(&search.cancel);
        struct mf__buffer text = run(&search, "serial", 1);
        assert_int_equal(search.study.end, i == 1 ? MF__STUDY_CANCELLED : MF__STUDY_DONE);
        assert_int_equal(search.study.n_kept, kept[i]);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

static struct rlimit roomy;

/* From now on no file may grow. */
static void fill_the_disk(struct search *search, size_t trial)
{
    (void)trial;
    if (search->n_told != 2)
        return;
    struct rlimit full = {.rlim_cur = 0, .rlim_max = roomy.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
}

static void a_full_disk_ends_the_search_with_what_is_safe(void **state)
{
    (void)state;
    struct search search = {
        .lines = grid, .stepping = {.step_ns = MF__NS_PER_S}, .also = fill_the_disk};
    search_begin(&search);
    search.request.share = false;
    struct mf__journal *journal = open_it();
    search_open(&search);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &roomy), 0);
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    int code = search_run(&search, "serial", 1, journal);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &roomy), 0);
    (void)signal(SIGXFSZ, before);
    assert_int_equal(code, MF_E_OUTPUT);
    assert_non_null(strstr(search.error.text, FILE_NAME));
    assert_null(strstr(search.error.text, "combining"));
    assert_int_equal(search.n_told, 2);
    (void)mf__journal_close(&journal, NULL);
    struct search again = {.lines = grid};
    search_begin(&again);
    struct mf__buffer text = run(&again, "serial", 1);
    struct mf__buffer wanted = undisturbed(&again);
    assert_in_range(again.study.n_kept, 2, 3);
    assert_string_equal(mf__buffer_text(&text), mf__buffer_text(&wanted));
    mf__buffer_done(&text);
    mf__buffer_done(&wanted);
    search_done(&search);
    search_done(&again);
}

/* ---- halving, lists ---- */

static void a_halving_goes_on_within_its_rung(void **state)
{
    (void)state;
    static const char *const nine[] = {"max_depth=1,2,4", "max_features=1,3,none", NULL};
    size_t finished = 0;
    for (size_t i = 0; i < 4; i++) {
        struct search search = {.lines = nine};
        search_begin(&search);
        search.request.strategy = MF__HALVING;
        search.request.max_trials = 4;
        struct mf__buffer text = run(&search, i % 2 == 0 ? "serial" : "threads", 1);
        finished += search.n_told;
        assert_int_equal(search.study.end, i < 3 ? MF__STUDY_TRIALS : MF__STUDY_DONE);
        if (i == 3) {
            struct mf__buffer wanted = undisturbed(&search);
            assert_string_equal(mf__buffer_text(&text), mf__buffer_text(&wanted));
            struct mf__buffer labels = labels_of(search.study.resumed.study);
            assert_int_equal(times_in(&labels, "rows=9\n"), 9);
            assert_int_equal(times_in(&labels, "rows=27\n"), 3);
            assert_int_equal(times_in(&labels, "rows=84\n"), 1);
            mf__buffer_done(&labels);
            mf__buffer_done(&wanted);
        }
        mf__buffer_done(&text);
        search_done(&search);
    }
    assert_int_equal(finished, 9 + 3 + 1);
}

static int keep_study(void *user, const struct mf__listed *study, mf_error *error)
{
    (void)error;
    struct mf__buffer *text = user;
    mf__buffer_print(text, "%s %s %s %llu", study->kind, study->name, study->state,
                     (unsigned long long)study->n_results);
    for (size_t i = 0; i < study->n_settings; i++)
        mf__buffer_print(text, "; %s=%s", study->settings[i].name, study->settings[i].value);
    for (size_t i = 0; i < study->n_notes; i++)
        mf__buffer_print(text, "; note %s=%s", study->notes[i].name, study->notes[i].value);
    mf__buffer_put(text, "\n");
    return 0;
}

static void the_journal_knows_what_the_study_is(void **state)
{
    (void)state;
    static const struct mf__setting notes[] = {{"machine", "two cores"}, {"command", "tune it"}};
    static const char *const wanted[] = {
        "tune tuned.csv stopped 9",
        "; target=price",
        "; task=regression",
        "; drop=sugar, label",
        "; validation=3 folds",
        "; seed=42",
        "; scores=rmse, mape",
        "; search=grid",
        "; trials=6",
        "; searched=n_estimators, max_depth",
        "; n_estimators=2,5,3",
        "; max_depth=2,none",
        "; max_features=none",
        "; bootstrap=true",
        "; encode=label",
        "; impute=median",
        "; random_state=42",
        "; note machine=two cores",
        "; note command=tune it",
    };
    struct search search = {.lines = grid, .validation = MF__VALIDATE_FOLDS};
    search_begin(&search);
    search.request.notes = notes;
    search.request.n_notes = COUNT(notes);
    search.request.metrics[1] = MF_METRIC_MAPE;
    search.request.n_metrics = 2;
    search.request.max_trials = 3;
    search.request.share = false;
    struct mf__buffer text = run(&search, "serial", 1), list = {0}, data = {0};
    struct mf__journal *reader = NULL;
    assert_int_equal(mf__journal_read(FILE_NAME, &reader, NULL), 0);
    assert_int_equal(mf__journal_list(reader, keep_study, &list, NULL), 0);
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (strstr(mf__buffer_text(&list), wanted[i]) == NULL)
            fail_msg("no \"%s\" in %s", wanted[i], mf__buffer_text(&list));
    mf__buffer_print(&data, "; data=%s", search.study.data_digest);
    assert_int_equal(strlen(search.study.data_digest), 32);
    assert_non_null(strstr(mf__buffer_text(&list), mf__buffer_text(&data)));
    assert_int_equal(mf__journal_close(&reader, NULL), 0);
    mf__buffer_done(&list);
    mf__buffer_done(&data);
    mf__buffer_done(&text);
    search_done(&search);
}

static void a_study_that_is_finished_is_marked_as_done(void **state)
{
    (void)state;
    for (int turn = 0; turn < 2; turn++) { /* the second time, nothing is run */
        struct search search = {.lines = grid};
        struct mf__buffer list = {0};
        search_begin(&search);
        struct mf__buffer text = run(&search, "serial", 1);
        struct mf__journal *reader = NULL;
        assert_int_equal(mf__journal_read(FILE_NAME, &reader, NULL), 0);
        assert_int_equal(mf__journal_list(reader, keep_study, &list, NULL), 0);
        assert_int_equal(mf__journal_close(&reader, NULL), 0);
        assert_non_null(strstr(mf__buffer_text(&list), "tune tuned.csv done 6"));
        mf__buffer_done(&list);
        mf__buffer_done(&text);
        search_done(&search);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_search_goes_on_where_it_was_whatever_the_way, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(another_search_finds_the_trials_that_it_shares, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_change_is_named_and_what_it_touches_is_run_again, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(what_was_told_is_in_the_file, enter, leave),
        cmocka_unit_test_setup_teardown(results_are_written_together_five_times_a_second, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_slow_disk_is_written_to_less_often, enter, leave),
        cmocka_unit_test_setup_teardown(a_stopped_search_has_what_was_finished, enter, leave),
        cmocka_unit_test_setup_teardown(a_request_to_stop_ends_the_looking_up_and_loses_nothing,
                                        enter, leave),
        cmocka_unit_test_setup_teardown(a_full_disk_ends_the_search_with_what_is_safe, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(a_halving_goes_on_within_its_rung, enter, leave),
        cmocka_unit_test_setup_teardown(the_journal_knows_what_the_study_is, enter, leave),
        cmocka_unit_test_setup_teardown(a_study_that_is_finished_is_marked_as_done, enter, leave),
    };
    return cmocka_run_group_tests_name("tune_resume", tests, NULL, NULL);
}
