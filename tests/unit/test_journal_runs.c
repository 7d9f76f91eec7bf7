/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that a journal keeps: their numbers, tags and documents, and what goes when one is deleted.
 */
#include "journal/runs.h"

#include "tests/unit/journals.h"

#include <stdbool.h>

/* ---- scene ---- */

static const char *const document = "{\"schema\": \"manyfold-compare-1\"}";

static int64_t keep_as(struct mf__journal *journal, const char *text, int64_t study)
{
    mf_error error = {0};
    int64_t number = 0;
    const struct mf__new_run run = {.created = "2026-05-01T12:00:00Z",
                                    .kind = "compare",
                                    .title = "sum of 1..10",
                                    .command = "manyfold compare sum 10",
                                    .document = text,
                                    .length = strlen(text),
                                    .study = study};
    if (mf__journal_keep(journal, &run, &number, &error) != 0)
        fail_msg("%s", error.text);
    return number;
}

static int64_t keep(struct mf__journal *journal)
{
    return keep_as(journal, document, 0);
}

static void expect_document(struct mf__journal *journal, int64_t number, const char *expected)
{
    mf_error error = {0};
    struct mf__buffer text = {0};
    if (mf__journal_document(journal, number, &text, &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(mf__buffer_text(&text), expected);
    assert_int_equal(text.length, strlen(expected));
    mf__buffer_done(&text);
}

static void no_document(struct mf__journal *journal, int64_t number, int code, const char *word)
{
    mf_error error = {0};
    struct mf__buffer text = {0};
    expect_failure(mf__journal_document(journal, number, &text, &error), code, &error, word);
    assert_int_equal(text.length, 0);
}

static int add_run(void *user, const struct mf__kept_run *run, mf_error *error)
{
    struct mf__buffer *text = user;
    mf__buffer_print(text, "%d %s %s %s %d%s;", (int)run->number, run->kind, run->title,
                     run->tag != NULL ? run->tag : "-", (int)run->length,
                     run->is_study ? " study" : "");
    assert_int_equal(strlen(run->created), strlen("2026-05-01T12:00:00Z"));
    return mf__buffer_check(text, error);
}

static void expect_runs(struct mf__journal *journal, const char *expected)
{
    mf_error error = {0};
    struct mf__buffer text = {0};
    if (mf__journal_runs(journal, add_run, &text, &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(mf__buffer_text(&text), expected);
    mf__buffer_done(&text);
}

static void tag(struct mf__journal *journal, int64_t number, const char *word)
{
    mf_error error = {0};
    if (mf__journal_tag(journal, number, word, &error) != 0)
        fail_msg("%s", error.text);
}

static int64_t find(struct mf__journal *journal, const char *name)
{
    mf_error error = {0};
    int64_t number = 0;
    if (mf__journal_find_run(journal, name, &number, &error) != 0)
        fail_msg("%s", error.text);
    return number;
}

static void not_found(struct mf__journal *journal, const char *name, const char *word)
{
    mf_error error = {0};
    int64_t number = 77;
    expect_failure(mf__journal_find_run(journal, name, &number, &error), MF_E_INPUT, &error, word);
    assert_int_equal(number, 77);
}

static struct mf__deleted delete_runs(struct mf__journal *journal, const int64_t *numbers, size_t n)
{
    mf_error error = {0};
    struct mf__deleted deleted;
    if (mf__journal_delete(journal, numbers, n, &deleted, &error) != 0)
        fail_msg("%s", error.text);
    return deleted;
}

/* ---- keeping ---- */

static void what_was_kept_is_there_after_a_crash_and_read_as_it_was(void **state)
{
    (void)state;
    struct mf__journal *journal = open_it();
    assert_int_equal(keep(journal), 1);
    assert_int_equal(keep_as(journal, "{\"a\": \"\xc3\xa4\"}", 0), 2);
    /* Nothing is left to be written: another connection sees it, as after a kill. */
    assert_int_equal(ask("SELECT count(*) FROM run WHERE length > 0"), 2);
    expect_document(journal, 1, document);
    close_it(journal);
    mf_error error = {0};
    assert_int_equal(mf__journal_read(FILE_NAME, &journal, &error), 0);
    expect_document(journal, 1, document);
    expect_document(journal, 2, "{\"a\": \"\xc3\xa4\"}");
    expect_runs(journal, "1 compare sum of 1..10 - 32;2 compare sum of 1..10 - 11;");
    close_it(journal);
}

static void a_long_document_is_kept_in_a_small_part_of_its_length(void **state)
{
    (void)state;
    struct mf__buffer text = {0};
    struct mf__journal *journal = open_it();
    for (unsigned i = 0; i < 40000; i++)
        mf__buffer_print(&text, "{\"round\": %u, \"ns\": %u},\n", i, i * 7919 % 1000000);
    assert_true(text.length > 1000000);
    keep_as(journal, mf__buffer_text(&text), 0);
    expect_document(journal, 1, mf__buffer_text(&text));
    assert_true(ask("SELECT length(document) FROM run") < (int64_t)(text.length / 4));
    mf__buffer_done(&text);
    close_it(journal);
}

static void searches_and_other_runs_count_together(void **state)
{
    (void)state;
    static const struct mf__setting other[] = {{"seed", "43"}};
    struct mf__journal *journal = open_it();
    assert_int_equal(keep(journal), 1);
    assert_int_equal(study_of(journal, settings, 3).study, 2);
    assert_int_equal(keep(journal), 3);
    assert_int_equal(study_of(journal, other, 1).study, 4);
    assert_int_equal(study_of(journal, settings, 3).study, 2); /* it goes on */
    expect_runs(journal, "1 compare sum of 1..10 - 32;2 tune houses.csv - 0 study;"
                         "3 compare sum of 1..10 - 32;4 tune houses.csv - 0 study;");
    no_document(journal, 2, MF_E_INPUT, "run 2 is a search that was not finished");
    assert_int_equal(keep_as(journal, "[1]", 2), 2);
    expect_document(journal, 2, "[1]");
    assert_int_equal(keep_as(journal, "[1, 2]", 2), 2); /* in its place */
    expect_document(journal, 2, "[1, 2]");
    expect_runs(journal, "1 compare sum of 1..10 - 32;2 tune houses.csv - 6 study;"
                         "3 compare sum of 1..10 - 32;4 tune houses.csv - 0 study;");
    close_it(journal);
}

static void a_result_of_a_search_that_is_not_there_is_not_kept(void **state)
{
    (void)state;
    mf_error error = {0};
    int64_t number = 0;
    struct mf__journal *journal = open_it();
    const struct mf__new_run run = {"", "tune", "x", "", "{}", 2, 7};
    expect_failure(mf__journal_keep(journal, &run, &number, &error), MF_E_INPUT, &error,
                   "there is no run 7");
    expect_runs(journal, "");
    close_it(journal);
}

/* ---- names ---- */

static void a_run_is_found_by_its_number_and_by_its_tag(void **state)
{
    (void)state;
    struct mf__journal *journal = open_it();
    not_found(journal, "1", "it has no runs yet");
    keep(journal);
    keep(journal);
    tag(journal, 2, "before");
    assert_int_equal(find(journal, "1"), 1);
    assert_int_equal(find(journal, "2"), 2);
    assert_int_equal(find(journal, "before"), 2);
    not_found(journal, "3", "there is no run 3, the last is 2");
    not_found(journal, "befor", "did you mean \"before\"?");
    not_found(journal, "quite another", "expected a number, 1 to 2, or a tag");
    not_found(journal, "", "no run has the tag \"\"");
    not_found(journal, "-1", "no run has the tag");
    not_found(journal, "99999999999999999999999", "no run has the tag");
    close_it(journal);
}

static void a_tag_belongs_to_one_run_until_it_is_taken_away(void **state)
{
    (void)state;
    mf_error error = {0};
    struct mf__journal *journal = open_it();
    keep(journal);
    keep(journal);
    tag(journal, 1, "best");
    tag(journal, 1, "best"); /* again is no harm */
    expect_failure(mf__journal_tag(journal, 2, "best", &error), MF_E_INPUT, &error,
                   "run 1 has the tag \"best\" already");
    expect_failure(mf__journal_tag(journal, 3, "other", &error), MF_E_INPUT, &error,
                   "there is no run 3");
    tag(journal, 1, "first"); /* one tag for each */
    tag(journal, 2, "best");
    expect_runs(journal, "1 compare sum of 1..10 first 32;2 compare sum of 1..10 best 32;");
    tag(journal, 1, NULL);
    tag(journal, 1, NULL);
    not_found(journal, "first", "no run has the tag");
    close_it(journal);
}

static void a_tag_is_a_word_that_is_no_number(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "7",
                                        "1st",
                                        "-x",
                                        ".x",
                                        "a b",
                                        "a:b",
                                        "a/b",
                                        "\xc3\xa4",
                                        "a\n",
                                        "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"};
    static const char *const right[] = {"a", "v1.2+x_y-z", "A",
                                        "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"};
    struct mf__journal *journal = open_it();
    keep(journal);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mf_error error = {0};
        expect_failure(mf__journal_tag(journal, 1, wrong[i], &error), MF_E_INPUT, &error,
                       "cannot be a tag; expected a word");
    }
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        tag(journal, 1, right[i]);
        assert_int_equal(find(journal, right[i]), 1);
    }
    close_it(journal);
}

/* ---- deleting ---- */

static void a_deleted_search_takes_along_what_no_other_needs(void **state)
{
    (void)state;
    static const struct mf__setting other[] = {{"seed", "43"}};
    struct mf__journal *journal = open_it();
    int64_t first = study_of(journal, settings, 3).study;
    int64_t second = study_of(journal, other, 1).study;
    keep(journal);
    put(journal, first, 1, "a");
    put(journal, first, 2, "b");
    put(journal, second, 2, "b");
    put(journal, second, 3, "c");
    flush(journal);
    struct mf__deleted deleted = delete_runs(journal, &first, 1);
    assert_int_equal(deleted.n_runs, 1);
    assert_int_equal(deleted.n_studies, 1);
    assert_int_equal(deleted.n_results, 1);
    expect_found(journal, 1, NULL);
    expect_found(journal, 2, "b");
    expect_results(journal, second, "trial 2=b;trial 3=c;");
    expect_runs(journal, "2 tune houses.csv - 0 study;3 compare sum of 1..10 - 32;");
    assert_int_equal(ask("SELECT count(*) FROM setting WHERE study=1"), 0);
    assert_int_equal(ask("SELECT count(*) FROM note WHERE study=1"), 0);
    close_it(journal);
}

static void the_number_of_a_deleted_run_is_not_given_again(void **state)
{
    (void)state;
    const int64_t all[] = {1, 2};
    struct mf__journal *journal = open_it();
    keep(journal);
    keep(journal);
    assert_int_equal(delete_runs(journal, all, 2).n_runs, 2);
    expect_runs(journal, "");
    close_it(journal);
    journal = open_it();
    assert_int_equal(keep(journal), 3);
    assert_int_equal(study_of(journal, settings, 3).study, 4);
    close_it(journal);
}

static void when_one_of_several_is_not_there_none_is_deleted(void **state)
{
    (void)state;
    mf_error error = {0};
    struct mf__deleted deleted = {.n_runs = 77};
    const int64_t some[] = {1, 5, 2};
    struct mf__journal *journal = open_it();
    keep(journal);
    keep(journal);
    expect_failure(mf__journal_delete(journal, some, 3, &deleted, &error), MF_E_INPUT, &error,
                   "there is no run 5");
    assert_int_equal(deleted.n_runs, 77);
    expect_runs(journal, "1 compare sum of 1..10 - 32;2 compare sum of 1..10 - 32;");
    close_it(journal);
}

/* ---- files of version 1, and damage ---- */

/* As the version before this one has left it. */
static void make_version_1(void)
{
    static const struct mf__setting other[] = {{"seed", "43"}};
    struct mf__journal *journal = open_it();
    study_of(journal, settings, 3);
    put(journal, study_of(journal, other, 1).study, 1, "a");
    close_it(journal);
    change("DROP TABLE run; PRAGMA user_version=1");
}

static void a_file_of_version_1_is_read_as_it_is(void **state)
{
    (void)state;
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    make_version_1();
    assert_int_equal(mf__journal_read(FILE_NAME, &journal, &error), 0);
    expect_runs(journal, "1 tune houses.csv - 0 study;2 tune houses.csv - 0 study;");
    expect_results(journal, 2, "trial 1=a;");
    assert_int_equal(find(journal, "2"), 2);
    not_found(journal, "before", "no run has the tag");
    no_document(journal, 2, MF_E_INPUT, "not finished");
    close_it(journal);
    assert_int_equal(ask("PRAGMA user_version"), 1);
}

static void a_file_of_version_1_gets_what_it_lacks_when_it_is_written(void **state)
{
    (void)state;
    make_version_1();
    struct mf__journal *journal = open_it();
    expect_runs(journal, "1 tune houses.csv - 0 study;2 tune houses.csv - 0 study;");
    expect_results(journal, 2, "trial 1=a;");
    assert_int_equal(keep(journal), 3);
    tag(journal, 2, "old");
    assert_true(study_of(journal, settings, 3).known);
    close_it(journal);
    assert_int_equal(ask("PRAGMA user_version"), 2);
    journal = open_it();
    expect_runs(journal, "1 tune houses.csv - 0 study;2 tune houses.csv old 0 study;"
                         "3 compare sum of 1..10 - 32;");
    close_it(journal);
}

static void a_version_that_does_not_fit_the_tables_is_refused(void **state)
{
    (void)state;
    static const char *const changes[] = {"PRAGMA user_version=1", "PRAGMA user_version=0",
                                          "DROP TABLE run"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        close_it(open_it());
        change(changes[i]);
        fails_to_open(FILE_NAME, MF_E_FORMAT, "damaged");
        fails_to_read(FILE_NAME, MF_E_FORMAT, "damaged");
        assert_int_equal(remove(FILE_NAME), 0);
    }
}

static int pass(void *user, const struct mf__kept_run *run, mf_error *error)
{
    (void)user;
    (void)run;
    (void)error;
    return 0;
}

static void a_byte_of_a_run_that_changed_is_noticed(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        bool listed; /* a list does not look into documents */
    } changes[] = {
        {"UPDATE run SET document=zeroblob(length(document))", true},
        {"UPDATE run SET document=x''", true},
        {"UPDATE run SET length=length+1", false},
        {"UPDATE run SET length=0", false},
        {"UPDATE run SET document_digest=document_digest+1", false},
        {"UPDATE run SET digest=0", false},
        {"UPDATE run SET title='sum of 1..11'", false},
        {"UPDATE run SET kind='tune'", false},
        {"UPDATE run SET created='2027-05-01T12:00:00Z'", false},
        {"UPDATE run SET command=''", false},
        {"UPDATE run SET id=2", false},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        mf_error error = {0};
        struct mf__journal *journal = open_it();
        keep(journal);
        close_it(journal);
        change(changes[i].sql);
        journal = open_it();
        int code = mf__journal_runs(journal, pass, NULL, &error);
        if (changes[i].listed) {
            assert_int_equal(code, 0);
            no_document(journal, 1, MF_E_FORMAT, "a run is not as it was written");
        } else {
            expect_failure(code, MF_E_FORMAT, &error, "a run is not as it was written");
        }
        close_it(journal);
        assert_int_equal(remove(FILE_NAME), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_was_kept_is_there_after_a_crash_and_read_as_it_was),
        IN_FOLDER(a_long_document_is_kept_in_a_small_part_of_its_length),
        IN_FOLDER(searches_and_other_runs_count_together),
        IN_FOLDER(a_result_of_a_search_that_is_not_there_is_not_kept),
        IN_FOLDER(a_run_is_found_by_its_number_and_by_its_tag),
        IN_FOLDER(a_tag_belongs_to_one_run_until_it_is_taken_away),
        IN_FOLDER(a_tag_is_a_word_that_is_no_number),
        IN_FOLDER(a_deleted_search_takes_along_what_no_other_needs),
        IN_FOLDER(the_number_of_a_deleted_run_is_not_given_again),
        IN_FOLDER(when_one_of_several_is_not_there_none_is_deleted),
        IN_FOLDER(a_file_of_version_1_is_read_as_it_is),
        IN_FOLDER(a_file_of_version_1_gets_what_it_lacks_when_it_is_written),
        IN_FOLDER(a_version_that_does_not_fit_the_tables_is_refused),
        IN_FOLDER(a_byte_of_a_run_that_changed_is_noticed),
    };
    return cmocka_run_group_tests_name("journal runs", tests, NULL, NULL);
}
