/* SPDX-License-Identifier: Apache-2.0 */
/* Journals in a folder of the test's own: opened, filled and looked at, any failure failing the
 * test. */
#ifndef TESTS_JOURNALS_H
#define TESTS_JOURNALS_H

#include "base/buffer.h"
#include "journal/journal.h"
#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "a journal's ?#%20.db"

/* ---- scene ---- */

/* Each test works in a folder of its own, the current one. */
static inline int enter(void **state)
{
    (void)state;
    char folder[] = "/tmp/manyfold-journal-XXXXXX";
    return mkdtemp(folder) == NULL || chdir(folder) != 0 ? -1 : 0;
}

static inline int leave(void **state)
{
    (void)state;
    char folder[200];
    static const char *const names[] = {FILE_NAME, FILE_NAME "-journal", "link", "other", "sub"};
    if (getcwd(folder, sizeof folder) == NULL)
        return -1;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(names[i]);
    return chdir("/") != 0 || rmdir(folder) != 0 ? -1 : 0;
}

static inline struct mf__journal *open_at(const char *path)
{
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    if (mf__journal_open(path, 0, &journal, &error) != 0)
        fail_msg("%s", error.text);
    return journal;
}

static inline struct mf__journal *open_it(void)
{
    return open_at(FILE_NAME);
}

static inline void close_it(struct mf__journal *journal)
{
    mf_error error = {0};
    if (mf__journal_close(&journal, &error) != 0)
        fail_msg("%s", error.text);
    assert_null(journal);
}

static inline void expect_failure(int code, int expected, const mf_error *error, const char *word)
{
    if (code != expected || error->code != expected || strstr(error->text, word) == NULL)
        fail_msg("%d instead of %d with \"%s\": %s", code, expected, word, error->text);
}

static inline void fails_to_open(const char *path, int expected, const char *word)
{
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    expect_failure(mf__journal_open(path, 0, &journal, &error), expected, &error, word);
    assert_null(journal);
}

static inline void fails_to_read(const char *path, int expected, const char *word)
{
    mf_error error = {0};
    struct mf__journal *journal = NULL;
    expect_failure(mf__journal_read(path, &journal, &error), expected, &error, word);
    assert_null(journal);
}

/* Changes the file behind the journal's back. */
static inline void change(const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open_v2("./" FILE_NAME, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

/* The whole number that a statement gives, asked behind the journal's back. */
static inline int64_t ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2("./" FILE_NAME, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

/* ---- studies and results ---- */

static const struct mf__setting settings[] = {
    {"data", "1f2e3d"}, {"seed", "42"}, {"max_depth", "1,2,none"}};
static const struct mf__setting notes[] = {{"machine", "tower"}, {"version", "0.1.0"}};

static inline struct mf__card card_of(const struct mf__setting *list, size_t n)
{
    return (struct mf__card){.kind = "tune",
                             .name = "houses.csv",
                             .settings = list,
                             .n_settings = n,
                             .notes = notes,
                             .n_notes = 2};
}

static inline struct mf__resumed study_of(struct mf__journal *journal,
                                          const struct mf__setting *list, size_t n)
{
    mf_error error = {0};
    struct mf__resumed resumed;
    const struct mf__card card = card_of(list, n);
    if (mf__journal_study(journal, &card, &resumed, &error) != 0)
        fail_msg("%s", error.text);
    return resumed;
}

struct key {
    unsigned char bytes[MF__KEY_BYTES];
};

static inline struct key key_of(unsigned number)
{
    struct key key = {{0}};
    memcpy(key.bytes, &number, sizeof number);
    key.bytes[MF__KEY_BYTES - 1] = 7;
    return key;
}

static inline void put(struct mf__journal *journal, int64_t study, unsigned number,
                       const char *payload)
{
    mf_error error = {0};
    char label[20];
    snprintf(label, sizeof label, "trial %u", number);
    if (mf__journal_put(journal, study, key_of(number).bytes, label, payload, &error) != 0)
        fail_msg("%s", error.text);
}

static inline void flush(struct mf__journal *journal)
{
    mf_error error = {0};
    if (mf__journal_flush(journal, &error) != 0)
        fail_msg("%s", error.text);
}

/* What is found must be this; NULL: nothing. */
static inline void expect_found(struct mf__journal *journal, unsigned number, const char *expected)
{
    mf_error error = {0};
    struct mf__buffer payload = {0};
    int found = mf__journal_find(journal, key_of(number).bytes, &payload, &error);
    if (found < 0)
        fail_msg("%s", error.text);
    assert_int_equal(found, expected != NULL);
    assert_string_equal(mf__buffer_text(&payload), expected != NULL ? expected : "");
    mf__buffer_done(&payload);
}

static inline int add_result(void *user, const char *label, const char *payload, mf_error *error)
{
    struct mf__buffer *text = user;
    mf__buffer_print(text, "%s=%s;", label, payload);
    return mf__buffer_check(text, error);
}

static inline void expect_results(struct mf__journal *journal, int64_t study, const char *expected)
{
    mf_error error = {0};
    struct mf__buffer text = {0};
    if (mf__journal_results(journal, study, add_result, &text, &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(mf__buffer_text(&text), expected);
    mf__buffer_done(&text);
}

static inline int add_study(void *user, const struct mf__listed *study, mf_error *error)
{
    struct mf__buffer *text = user;
    mf__buffer_print(text, "%d %s %s %s %d", (int)study->study, study->kind, study->name,
                     study->state, (int)study->n_results);
    for (size_t i = 0; i < study->n_settings; i++)
        mf__buffer_print(text, " %s=%s", study->settings[i].name, study->settings[i].value);
    for (size_t i = 0; i < study->n_notes; i++)
        mf__buffer_print(text, " (%s=%s)", study->notes[i].name, study->notes[i].value);
    mf__buffer_put(text, "\n");
    assert_int_equal(strlen(study->begun), strlen("2026-05-01T12:00:00Z"));
    assert_true(strcmp(study->begun, study->changed) <= 0);
    return mf__buffer_check(text, error);
}

static inline void expect_studies(struct mf__journal *journal, const char *expected)
{
    mf_error error = {0};
    struct mf__buffer text = {0};
    if (mf__journal_list(journal, add_study, &text, &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(mf__buffer_text(&text), expected);
    mf__buffer_done(&text);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

#endif
