/* SPDX-License-Identifier: Apache-2.0 */
/* What a journal keeps, gives back and names, and who may write it. tests/fault/test_journal.py is
 * about those who stand in its way. */
#include "journal/journal.h"

#include "base/memory.h"
#include "tests/unit/journals.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>

/* ---- studies and results ---- */

static void what_was_flushed_is_found_again(void **state)
{
    (void)state;
    struct mf__journal *journal = open_it();
    struct mf__resumed study = study_of(journal, settings, 3);
    assert_false(study.known);
    assert_int_equal(study.n_differences, 0);
    expect_found(journal, 1, NULL);
    put(journal, study.study, 1, "{\"rmse\": 1}");
    expect_found(journal, 1, "{\"rmse\": 1}"); /* not written yet */
    assert_int_equal(ask("SELECT count(*) FROM result"), 0);
    flush(journal);
    assert_int_equal(ask("SELECT count(*) FROM result"), 1);
    expect_found(journal, 1, "{\"rmse\": 1}");
    expect_found(journal, 2, NULL);
    put(journal, study.study, 2, "");
    close_it(journal); /* writes what waits */

    journal = open_it();
    expect_found(journal, 1, "{\"rmse\": 1}");
    expect_found(journal, 2, "");
    expect_results(journal, study.study, "trial 1={\"rmse\": 1};trial 2=;");
    close_it(journal);
    assert_int_not_equal(access(FILE_NAME "-journal", F_OK), 0);
}

static void many_results_wait_and_are_found(void **state)
{
    (void)state;
    struct mf__journal *journal = open_it();
    struct mf__resumed study = study_of(journal, settings, 3);
    for (unsigned i = 0; i < 5000; i++) {
        char payload[20];
        snprintf(payload, sizeof payload, "%u", i * i);
        put(journal, study.study, i, payload);
    }
    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; i < 5000; i += 7) {
            char payload[20];
            snprintf(payload, sizeof payload, "%u", i * i);
            expect_found(journal, i, payload);
        }
        expect_found(journal, 5000, NULL);
        flush(journal);
    }
    assert_int_equal(ask("SELECT count(*) FROM study_result"), 5000);
    close_it(journal);
}

static void a_study_with_the_same_settings_goes_on(void **state)
{
    (void)state;
    static const struct mf__setting turned[] = {
        {"max_depth", "1,2,none"}, {"seed", "42"}, {"data", "1f2e3d"}};
    mf_error error = {0};
    struct mf__journal *journal = open_it();
    struct mf__resumed first = study_of(journal, settings, 3);
    put(journal, first.study, 1, "a");
    assert_int_equal(mf__journal_end(journal, first.study, "stopped", &error), 0);
    expect_studies(journal, "1 tune houses.csv stopped 1 data=1f2e3d seed=42 max_depth=1,2,none "
                            "(machine=tower) (version=0.1.0)\n");
    close_it(journal);

    journal = open_it();
    struct mf__resumed second = study_of(journal, turned, 3);
    assert_true(second.known);
    assert_int_equal(second.study, first.study);
    assert_int_equal(second.n_differences, 0);
    expect_studies(journal, "1 tune houses.csv open 1 data=1f2e3d seed=42 max_depth=1,2,none "
                            "(machine=tower) (version=0.1.0)\n");
    close_it(journal);
}

static void what_differs_from_the_last_study_is_named(void **state)
{
    (void)state;
    static const struct mf__setting others[] = {{"data", "1f2e3d"}, {"seed", "43"}, {"folds", "5"}};
    struct mf__journal *journal = open_it();
    study_of(journal, settings, 3);
    struct mf__resumed resumed = study_of(journal, others, 3);
    assert_false(resumed.known);
    assert_int_equal(resumed.study, 2);
    assert_int_equal(resumed.n_differences, 3);
    assert_int_equal(mf__differences_told(&resumed), 3);
    assert_string_equal(resumed.differences[0], "seed was 42, is 43");
    assert_string_equal(resumed.differences[1], "folds was not set, is 5");
    assert_string_equal(resumed.differences[2], "max_depth was 1,2,none, is not set");

    /* A study of another table differs in everything, so nothing is named. */
    mf_error error = {0};
    struct mf__card card = card_of(others, 1);
    card.name = "streets.csv";
    assert_int_equal(mf__journal_study(journal, &card, &resumed, &error), 0);
    assert_int_equal(resumed.n_differences, 0);
    assert_int_equal(resumed.study, 3);
    close_it(journal);
}

static void the_nearest_study_is_the_one_to_differ_from(void **state)
{
    (void)state;
    static const struct mf__setting far[] = {{"data", "77"}, {"seed", "9"}, {"max_depth", "1"}};
    static const struct mf__setting near[] = {
        {"data", "1f2e3d"}, {"seed", "43"}, {"max_depth", "1,2,none"}};
    static const struct mf__setting as_near[] = {
        {"data", "1f2e3d"}, {"seed", "44"}, {"max_depth", "1,2,none"}};
    struct mf__journal *journal = open_it();
    assert_int_equal(study_of(journal, settings, 3).nearest, 0);
    assert_int_equal(study_of(journal, far, 3).nearest, 1);
    struct mf__resumed resumed = study_of(journal, near, 3);
    assert_int_equal(resumed.nearest, 1);
    assert_int_equal(resumed.n_differences, 1);
    assert_string_equal(resumed.differences[0], "seed was 42, is 43");
    assert_int_equal(study_of(journal, as_near, 3).nearest, 3); /* the last of several */
    close_it(journal);
}

static void long_and_many_differences_fit(void **state)
{
    (void)state;
    char names[6][100];
    char values[2][400];
    struct mf__setting lists[2][6];
    for (size_t i = 0; i < 6; i++) {
        memset(names[i], 'n', 90);
        snprintf(names[i] + 90, sizeof names[i] - 90, "%zu", i);
    }
    memset(values, 0, sizeof values);
    for (size_t i = 0; i < sizeof values[0] - 1; i++) {
        values[0][i] = (char)(i % 2 == 0 ? '\xc3' : '\xa4'); /* letters of two bytes */
        values[1][i] = '\x1b';
    }
    for (size_t i = 0; i < 12; i++)
        lists[i / 6][i % 6] = (struct mf__setting){names[i % 6], values[i / 6]};
    struct mf__journal *journal = open_it();
    study_of(journal, lists[0], 6);
    struct mf__resumed resumed = study_of(journal, lists[1], 6);
    assert_int_equal(resumed.n_differences, 6);
    assert_int_equal(mf__differences_told(&resumed), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(strlen(resumed.differences[i]) < sizeof resumed.differences[i] - 1);
        assert_non_null(strstr(resumed.differences[i], "\xc3\xa4..., is \\x1b"));
    }
    close_it(journal);
}

static void studies_share_results_by_their_keys(void **state)
{
    (void)state;
    struct mf__journal *journal = open_it();
    int64_t one = study_of(journal, settings, 3).study;
    int64_t other = study_of(journal, settings, 2).study;
    put(journal, one, 1, "a");
    put(journal, one, 2, "b");
    flush(journal);
    put(journal, other, 3, "c");
    put(journal, other, 1, "not looked at"); /* is there already: only listed */
    put(journal, other, 3, "nor this");
    flush(journal);
    expect_found(journal, 1, "a");
    expect_found(journal, 3, "c");
    expect_results(journal, one, "trial 1=a;trial 2=b;");
    expect_results(journal, other, "trial 3=c;trial 1=a;");
    assert_int_equal(ask("SELECT count(*) FROM result"), 3);
    close_it(journal);
}

static int refuse(void *user, const char *label, const char *payload, mf_error *error)
{
    (void)label;
    (void)payload;
    (void)error;
    ++*(int *)user;
    return -1234;
}

static int refuse_study(void *user, const struct mf__listed *study, mf_error *error)
{
    (void)study;
    return refuse(user, NULL, NULL, error);
}

static void a_visitor_can_end_the_visit(void **state)
{
    (void)state;
    int visits = 0;
    struct mf__journal *journal = open_it();
    int64_t study = study_of(journal, settings, 3).study;
    study_of(journal, settings, 2);
    put(journal, study, 1, "a");
    put(journal, study, 2, "b");
    assert_int_equal(mf__journal_results(journal, study, refuse, &visits, NULL), -1234);
    assert_int_equal(visits, 1);
    assert_int_equal(mf__journal_list(journal, refuse_study, &visits, NULL), -1234);
    assert_int_equal(visits, 2);
    put(journal, study, 3, "c"); /* and nothing is locked */
    flush(journal);
    close_it(journal);
}

static void texts_of_any_bytes_are_kept(void **state)
{
    (void)state;
    char text[256];
    for (unsigned i = 0; i < 255; i++)
        text[i] = (char)(i + 1);
    text[255] = '\0';
    struct mf__journal *journal = open_it();
    const struct mf__setting odd[] = {{text, "'); DROP TABLE study; --"}};
    int64_t study = study_of(journal, odd, 1).study;
    put(journal, study, 1, text);
    flush(journal);
    expect_found(journal, 1, text);
    close_it(journal);
    journal = open_it();
    assert_true(study_of(journal, odd, 1).known);
    expect_found(journal, 1, text);
    close_it(journal);
}

static void a_result_that_is_too_long_is_refused_alone(void **state)
{
    (void)state;
    mf_error error = {0};
    size_t length = (size_t)16 << 20;
    char *text = mf__new(length + 2, 1);
    struct mf__journal *journal = open_it();
    int64_t study = study_of(journal, settings, 3).study;
    assert_non_null(text);
    memset(text, 'x', length + 1);
    expect_failure(mf__journal_put(journal, study, key_of(1).bytes, "a", text, &error), MF_E_INPUT,
                   &error, "too long");
    text[length] = '\0';
    put(journal, study, 2, text); /* as long as it may be */
    flush(journal);
    expect_found(journal, 2, text);
    close_it(journal);
    mf__free(text);
}

/* ---- who may write ---- */

static void a_second_writer_is_told_who_has_it(void **state)
{
    (void)state;
    char process[40];
    struct mf__journal *journal = open_it();
    snprintf(process, sizeof process, "in use by process %d on ", (int)getpid());
    fails_to_open(FILE_NAME, MF_E_BUSY, process);
    fails_to_open(FILE_NAME, MF_E_BUSY, " since 2");
    close_it(journal);
    close_it(open_it());
}

static void a_reader_needs_no_lock_and_knows_who_writes(void **state)
{
    (void)state;
    mf_error error = {0};
    char process[40];
    struct mf__journal *journal = open_it();
    struct mf__journal *reader = NULL;
    int64_t study = study_of(journal, settings, 3).study;
    put(journal, study, 1, "a");
    flush(journal);
    if (mf__journal_read(FILE_NAME, &reader, &error) != 0)
        fail_msg("%s", error.text);
    snprintf(process, sizeof process, "process %d on ", (int)getpid());
    assert_non_null(strstr(mf__journal_writer(reader), process));
    expect_results(reader, study, "trial 1=a;");
    put(journal, study, 2, "b");
    flush(journal); /* the reader does not stand in the way */
    expect_results(reader, study, "trial 1=a;trial 2=b;");
    close_it(reader);
    fails_to_open(FILE_NAME, MF_E_BUSY, process); /* that it was read took no lock away */
    close_it(journal);

    assert_int_equal(mf__journal_read(FILE_NAME, &reader, &error), 0);
    assert_null(mf__journal_writer(reader));
    expect_failure(mf__journal_end(reader, study, "done", &error), MF_E_OUTPUT, &error, "read");
    close_it(reader);
}

static void the_lock_of_a_killed_process_is_gone_and_its_name_blocks_nobody(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct mf__journal *journal = NULL;
        if (mf__journal_open(FILE_NAME, 0, &journal, NULL) == 0)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(ask("SELECT process FROM holder"), child);
    struct mf__journal *journal = open_it();
    assert_int_equal(ask("SELECT process FROM holder"), getpid());
    close_it(journal);
    assert_int_equal(ask("SELECT count(*) FROM holder"), 0);
}

/* Has it open, and leaves a child behind that ends when a byte comes through the pipe. */
static _Noreturn void be_parent(const int end[2])
{
    char byte = 0;
    struct mf__journal *journal = NULL;
    if (mf__journal_open(FILE_NAME, 0, &journal, NULL) != 0)
        _exit(1);
    if (fork() == 0)
        _exit(read(end[0], &byte, 1) != 1);
    raise(SIGKILL);
    _exit(1);
}

static void a_writer_waits_for_the_last_child_of_the_one_before(void **state)
{
    (void)state;
    int end[2];
    int status = 0;
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    assert_int_equal(pipe(end), 0);
    pid_t parent = fork();
    if (parent == 0)
        be_parent(end);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    assert_true(WIFSIGNALED(status));
    fails_to_open(FILE_NAME, MF_E_BUSY, "in use by process");
    assert_int_equal(write(end[1], "x", 1), 1);
    if (mf__journal_open(FILE_NAME, UINT64_MAX, &journal, &error) != 0)
        fail_msg("%s", error.text);
    close_it(journal);
    close(end[0]);
    close(end[1]);
}

/* Whether another process has a file with this name open. */
static bool has_open(pid_t process)
{
    char folder[40];
    char target[300];
    bool found = false;
    snprintf(folder, sizeof folder, "/proc/%d/fd", (int)process);
    DIR *stream = opendir(folder);
    for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
        ssize_t length = readlinkat(dirfd(stream), entry->d_name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        found = found || strstr(target, FILE_NAME) != NULL;
    }
    if (stream != NULL)
        closedir(stream);
    return found;
}

/* Begins when a byte comes through the pipe. */
static _Noreturn void wait_and_write(const int start[2])
{
    char byte = 0;
    struct mf__journal *journal = NULL;
    const struct mf__card card = card_of(settings, 3);
    struct mf__resumed resumed;
    _exit(read(start[0], &byte, 1) != 1 ||
          mf__journal_open(FILE_NAME, UINT64_MAX, &journal, NULL) != 0 ||
          mf__journal_study(journal, &card, &resumed, NULL) != 0 ||
          mf__journal_close(&journal, NULL) != 0);
}

static void who_waits_for_a_file_that_is_deleted_makes_another_one(void **state)
{
    (void)state;
    int start[2];
    int status = 0;
    assert_int_equal(pipe(start), 0);
    pid_t child = fork(); /* before there is anything to inherit */
    if (child == 0)
        wait_and_write(start);
    struct mf__journal *journal = open_it();
    assert_int_equal(write(start[1], "x", 1), 1);
    while (!has_open(child))
        sched_yield();
    assert_int_equal(remove(FILE_NAME), 0);
    close_it(journal);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(ask("SELECT count(*) FROM study"), 1);
    close(start[0]);
    close(start[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_was_flushed_is_found_again),
        IN_FOLDER(many_results_wait_and_are_found),
        IN_FOLDER(a_study_with_the_same_settings_goes_on),
        IN_FOLDER(what_differs_from_the_last_study_is_named),
        IN_FOLDER(the_nearest_study_is_the_one_to_differ_from),
        IN_FOLDER(long_and_many_differences_fit),
        IN_FOLDER(studies_share_results_by_their_keys),
        IN_FOLDER(a_visitor_can_end_the_visit),
        IN_FOLDER(texts_of_any_bytes_are_kept),
        IN_FOLDER(a_result_that_is_too_long_is_refused_alone),
        IN_FOLDER(a_second_writer_is_told_who_has_it),
        IN_FOLDER(a_reader_needs_no_lock_and_knows_who_writes),
        IN_FOLDER(the_lock_of_a_killed_process_is_gone_and_its_name_blocks_nobody),
        IN_FOLDER(a_writer_waits_for_the_last_child_of_the_one_before),
        IN_FOLDER(who_waits_for_a_file_that_is_deleted_makes_another_one),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
