/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are no journals, or no longer what was written. */
#include "base/memory.h"
#include "tests/unit/journals.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* ---- files that are none of ours ---- */

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* Neither opening nor reading takes the file, and neither changes it. */
static void expect_refused(const void *bytes, size_t length)
{
    char *after = mf__new(length + 1, 1);
    assert_non_null(after);
    write_file(FILE_NAME, bytes, length);
    fails_to_open(FILE_NAME, MF_E_FORMAT, "not a journal");
    fails_to_read(FILE_NAME, MF_E_FORMAT, "not a journal");
    FILE *file = fopen(FILE_NAME, "rb");
    assert_non_null(file);
    assert_int_equal(fread(after, 1, length + 1, file), length);
    fclose(file);
    assert_memory_equal(after, bytes, length);
    assert_int_not_equal(access(FILE_NAME "-journal", F_OK), 0);
    mf__free(after);
}

static void other_files_are_refused_and_not_touched(void **state)
{
    (void)state;
    static const char zeros[8192];
    char csv[2000] = "";
    expect_refused("x", 1);
    expect_refused("", 1);
    expect_refused("a,b\n1,2\n", 8);
    memset(csv, '7', sizeof csv);
    expect_refused(csv, sizeof csv);
    expect_refused(zeros, sizeof zeros);
    expect_refused("SQLite format 3", 16);
}

static void a_database_of_somebody_else_is_refused_and_not_repaired(void **state)
{
    (void)state;
    char bytes[8192];
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open("other", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE study(a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    FILE *file = fopen("other", "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    expect_refused(bytes, length);
    /* Even when a journal of theirs lies beside it, which SQLite would act upon. */
    static const unsigned char hot[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    write_file("other-journal", hot, sizeof hot);
    fails_to_open("other", MF_E_FORMAT, "not a journal");
    fails_to_read("other", MF_E_FORMAT, "not a journal");
    assert_int_equal(access("other-journal", F_OK), 0);
    assert_int_equal(remove("other-journal"), 0);
}

static void places_that_cannot_hold_a_journal_are_named(void **state)
{
    (void)state;
    mkdir("sub", 0700);
    fails_to_open("sub", MF_E_OUTPUT, "folder");
    fails_to_read("sub", MF_E_INPUT, "folder");
    fails_to_open("nowhere/x.db", MF_E_OUTPUT, "folder does not exist");
    fails_to_read("nowhere/x.db", MF_E_INPUT, "No such file");
    fails_to_read("x.db", MF_E_INPUT, "No such file");
    fails_to_open("/dev/null", MF_E_OUTPUT, "device");
    fails_to_read("/dev/null", MF_E_INPUT, "device");
    fails_to_open("-", MF_E_INPUT, "must be a file");
    fails_to_read("-", MF_E_INPUT, "must be a file");
    fails_to_open("", MF_E_INPUT, "must be a file");
    fails_to_open("sub/", MF_E_OUTPUT, "folder");
    assert_int_not_equal(access("x.db", F_OK), 0);
}

static void an_empty_file_becomes_a_journal_and_reading_it_does_not(void **state)
{
    (void)state;
    write_file(FILE_NAME, "", 0);
    fails_to_read(FILE_NAME, MF_E_FORMAT, "empty");
    close_it(open_it());
    assert_int_equal(ask("PRAGMA application_id"), 0x6d666a6c);
    assert_int_equal(ask("PRAGMA user_version"), 2);
}

static void a_link_leads_to_the_journal(void **state)
{
    (void)state;
    assert_int_equal(symlink(FILE_NAME, "link"), 0);
    struct mf__journal *journal = open_at("link");
    study_of(journal, settings, 3);
    fails_to_open(FILE_NAME, MF_E_BUSY, "in use by process");
    close_it(journal);
    journal = open_it();
    assert_true(study_of(journal, settings, 3).known);
    close_it(journal);
}

/* Files cannot grow: the first page already finds no room. */
static void fails_to_make(const char *path)
{
    struct rlimit usual;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    const struct rlimit none = {0, usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    struct mf__journal *journal = NULL;
    mf_error error;
    int code = mf__journal_open(path, 0, &journal, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(code, MF_E_OUTPUT);
    assert_null(journal);
    assert_null(strstr(error.text, "Success"));
}

static void what_could_not_be_made_is_taken_back_and_a_link_is_not(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    fails_to_make(FILE_NAME);
    assert_int_not_equal(access(FILE_NAME, F_OK), 0);
    assert_int_not_equal(access(FILE_NAME "-journal", F_OK), 0);
    assert_int_equal(symlink(FILE_NAME, "link"), 0);
    fails_to_make("link");
    struct stat about;
    assert_int_equal(lstat("link", &about), 0);
    close_it(open_at("link"));
}

static void a_name_is_taken_as_it_is(void **state)
{
    (void)state;
    static const char *const names[] = {":memory:", "file:other?mode=memory", "-x.db", "a\nb"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        close_it(open_at(names[i]));
        assert_int_equal(access(names[i], F_OK), 0);
        struct mf__journal *journal = open_at(names[i]);
        assert_int_equal(study_of(journal, settings, 3).study, 1);
        close_it(journal);
        journal = open_at(names[i]);
        assert_true(study_of(journal, settings, 3).known);
        close_it(journal);
        assert_int_equal(remove(names[i]), 0);
    }
}

static void a_later_version_is_refused(void **state)
{
    (void)state;
    close_it(open_it());
    change("PRAGMA user_version=3");
    fails_to_open(FILE_NAME, MF_E_FORMAT, "version 3");
    fails_to_read(FILE_NAME, MF_E_FORMAT, "version 3");
}

/* ---- damage ---- */

static void tables_that_are_not_ours_are_refused(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "CREATE TRIGGER t AFTER INSERT ON result BEGIN DELETE FROM study; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more(a)",
        "ALTER TABLE note ADD COLUMN more TEXT",
        "DROP TABLE note",
        "DROP TABLE note; CREATE VIEW note AS SELECT 1 AS study",
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        close_it(open_it());
        change(changes[i]);
        fails_to_open(FILE_NAME, MF_E_FORMAT, "tables");
        fails_to_read(FILE_NAME, MF_E_FORMAT, "tables");
        assert_int_equal(remove(FILE_NAME), 0);
    }
    close_it(open_it());
    change("ANALYZE; VACUUM"); /* what people do */
    close_it(open_it());
}

static struct mf__journal *open_with_result(int64_t *ret_study)
{
    struct mf__journal *journal = open_it();
    *ret_study = study_of(journal, settings, 3).study;
    put(journal, *ret_study, 1, "a");
    flush(journal);
    return journal;
}

static void a_text_that_changed_is_noticed(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE result SET payload='b'",
        "UPDATE result SET digest=digest+1",
        "UPDATE result SET key=x'0f000000000000000000000000000007'",
        "UPDATE study_result SET label='trial 2'",
        "UPDATE study_result SET digest=0",
        "PRAGMA foreign_keys=OFF; UPDATE study_result SET result=77"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        mf_error error = {0};
        int64_t study = 0;
        struct mf__buffer text = {0};
        close_it(open_with_result(&study));
        change(changes[i]);
        struct mf__journal *journal = open_it();
        expect_failure(mf__journal_results(journal, study, add_result, &text, &error), MF_E_FORMAT,
                       &error, "not as it was written");
        if (i < 2)
            expect_failure(mf__journal_find(journal, key_of(1).bytes, &text, &error), MF_E_FORMAT,
                           &error, "not as it was written");
        assert_int_equal(text.length, 0);
        close_it(journal);
        assert_int_equal(remove(FILE_NAME), 0);
    }
}

static void a_setting_that_changed_is_noticed(void **state)
{
    (void)state;
    mf_error error = {0};
    int64_t study = 0;
    struct mf__buffer text = {0};
    close_it(open_with_result(&study));
    change("UPDATE setting SET value='43' WHERE name='seed'");
    struct mf__journal *journal = open_it();
    expect_failure(mf__journal_list(journal, add_study, &text, &error), MF_E_FORMAT, &error,
                   "settings");
    close_it(journal);
}

static void a_file_that_is_cut_short_is_damaged(void **state)
{
    (void)state;
    int64_t study = 0;
    struct stat about;
    close_it(open_with_result(&study));
    assert_int_equal(stat(FILE_NAME, &about), 0);
    for (off_t length = about.st_size - 4096; length > 0; length -= 4096) {
        assert_int_equal(truncate(FILE_NAME, length), 0);
        fails_to_open(FILE_NAME, MF_E_FORMAT, "damaged");
        fails_to_read(FILE_NAME, MF_E_FORMAT, "damaged");
    }
}

/* Also one that opening itself would not look at: writing beside it could do more harm. */
static void a_page_that_makes_no_sense_is_noticed_at_once(void **state)
{
    (void)state;
    static char bytes[1 << 16];
    int64_t study = 0;
    close_it(open_with_result(&study));
    FILE *file = fopen(FILE_NAME, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_in_range(length, 9 * 4096, sizeof bytes - 1);
    for (size_t at = 4096; at < length; at += 4096) {
        char kept[64];
        memcpy(kept, bytes + at, sizeof kept);
        memset(bytes + at, 0xff, sizeof kept);
        write_file(FILE_NAME, bytes, length);
        fails_to_open(FILE_NAME, MF_E_FORMAT, "damaged");
        fails_to_read(FILE_NAME, MF_E_FORMAT, "damaged");
        memcpy(bytes + at, kept, sizeof kept);
    }
}

/* ---- failures on the way ---- */

static void a_file_that_is_taken_away_is_noticed_and_nothing_is_lost_silently(void **state)
{
    (void)state;
    mf_error error = {0};
    int64_t study = 0;
    struct mf__journal *journal = open_with_result(&study);
    assert_int_equal(rename(FILE_NAME, "other"), 0);
    put(journal, study, 2, "b");
    expect_failure(mf__journal_flush(journal, &error), MF_E_OUTPUT, &error, "moved");
    expect_found(journal, 2, "b"); /* goes on waiting */
    assert_int_equal(rename("other", FILE_NAME), 0);
    flush(journal);
    expect_results(journal, study, "trial 1=a;trial 2=b;");
    assert_int_equal(rename(FILE_NAME, "other"), 0);
    put(journal, study, 3, "c");
    expect_failure(mf__journal_close(&journal, &error), MF_E_OUTPUT, &error, "moved");
    assert_null(journal);
}

static void to_close_nothing_is_nothing(void **state)
{
    (void)state;
    struct mf__journal *journal = NULL;
    assert_int_equal(mf__journal_close(&journal, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(other_files_are_refused_and_not_touched),
        IN_FOLDER(a_database_of_somebody_else_is_refused_and_not_repaired),
        IN_FOLDER(places_that_cannot_hold_a_journal_are_named),
        IN_FOLDER(an_empty_file_becomes_a_journal_and_reading_it_does_not),
        IN_FOLDER(a_link_leads_to_the_journal),
        IN_FOLDER(what_could_not_be_made_is_taken_back_and_a_link_is_not),
        IN_FOLDER(a_name_is_taken_as_it_is),
        IN_FOLDER(a_later_version_is_refused),
        IN_FOLDER(tables_that_are_not_ours_are_refused),
        IN_FOLDER(a_text_that_changed_is_noticed),
        IN_FOLDER(a_setting_that_changed_is_noticed),
        IN_FOLDER(a_file_that_is_cut_short_is_damaged),
        IN_FOLDER(a_page_that_makes_no_sense_is_noticed_at_once),
        IN_FOLDER(a_file_that_is_taken_away_is_noticed_and_nothing_is_lost_silently),
        cmocka_unit_test(to_close_nothing_is_nothing),
    };
    return cmocka_run_group_tests_name("journal files", tests, NULL, NULL);
}
