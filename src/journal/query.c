/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/query.h"

#include "base/status.h"

#include <string.h>

static const char *const texts[] = {
#define STATEMENT_TEXT(name, text) text,
    MF__STATEMENTS(STATEMENT_TEXT)
#undef STATEMENT_TEXT
};

/* ---- failures ---- */

struct meaning {
    int result; /* of SQLite, without what is more precise */
    int code;
    const char *sentence;
};

/* Statements and tables are known to be right, so anything else is due to what is in the file. */
static const struct meaning meanings[] = {
    {SQLITE_NOMEM, MF_E_MEMORY, "out of memory"},
    {SQLITE_FULL, MF_E_OUTPUT,
     "no space is left on the device, and what was kept before is safe; free some"},
    {SQLITE_READONLY, MF_E_OUTPUT, "it may only be read; allow writing or choose another file"},
    {SQLITE_CANTOPEN, MF_E_OUTPUT,
     "it or what stands beside it, NAME-journal, cannot be opened; allow writing in its folder"},
    {SQLITE_PERM, MF_E_OUTPUT, "no permission; choose another file"},
    {SQLITE_IOERR, MF_E_OUTPUT,
     "the device reported an error, and what was kept before is safe; check it"},
    {SQLITE_BUSY, MF_E_BUSY, "another program has it open and does not let go; end that one"},
    {SQLITE_LOCKED, MF_E_BUSY, "another program has it open and does not let go; end that one"},
    {SQLITE_CORRUPT, MF_E_FORMAT, "it is damaged; use another file or a copy of it"},
    {SQLITE_NOTADB, MF_E_FORMAT, "it is not a journal, and was not changed; choose another file"},
    {SQLITE_TOOBIG, MF_E_FORMAT, "it holds a text that is too long; use another file"},
};

/* The same in more detail, where that helps. */
static const struct meaning details[] = {
    {SQLITE_READONLY_DBMOVED, MF_E_OUTPUT,
     "it was moved, replaced or deleted while it was in use; nothing more can be kept in it"},
    {SQLITE_READONLY_ROLLBACK, MF_E_OUTPUT,
     "whoever wrote it was killed half-way, which only those can mend who may write it"},
    {SQLITE_IOERR_NOMEM, MF_E_MEMORY, "out of memory"},
};

static const struct meaning *find_meaning(const struct meaning *list, size_t n, int result)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].result == result)
            return &list[i];
    return NULL;
}

int mf__sql_fail(const struct mf__journal *journal, int result, mf_error *error)
{
    const struct meaning *found = find_meaning(details, sizeof details / sizeof details[0], result);
    if (found == NULL)
        found = find_meaning(meanings, sizeof meanings / sizeof meanings[0], result & 0xff);
    if (found == NULL)
        return mf__fail(error, MF_E_FORMAT, "journal %s: it cannot be used: %s; use another file",
                        journal->name.text, sqlite3_errmsg(journal->db));
    /* SQLite does not keep the number of every failure. */
    int number = (result & 0xff) == SQLITE_IOERR ? sqlite3_system_errno(journal->db) : 0;
    const char *reason = number != 0 ? strerrordesc_np(number) : NULL;
    return mf__fail(error, found->code, "journal %s: %s%s%s%s", journal->name.text, found->sentence,
                    reason != NULL ? " (" : "", reason != NULL ? reason : "",
                    reason != NULL ? ")" : "");
}

int mf__damaged(const struct mf__journal *journal, const char *what, mf_error *error)
{
    if (sqlite3_errcode(journal->db) == SQLITE_NOMEM)
        return mf__sql_fail(journal, SQLITE_NOMEM, error);
    return mf__fail(error, MF_E_FORMAT,
                    "journal %s: it is damaged: %s; use another file or a copy of it",
                    journal->name.text, what);
}

/* ---- statements ---- */

int mf__sql_run(struct mf__journal *journal, const char *text, mf_error *error)
{
    int result = sqlite3_exec(journal->db, text, NULL, NULL, NULL);
    return result == SQLITE_OK ? 0 : mf__sql_fail(journal, result, error);
}

static void note(struct mf__query *query, int result)
{
    if (query->result == SQLITE_OK)
        query->result = result;
}

struct mf__query mf__ask(struct mf__journal *journal, enum mf__statement which)
{
    struct mf__query query = {journal, NULL, SQLITE_OK};
    sqlite3_stmt **statement = &journal->statements[which];
    if (*statement == NULL)
        note(&query, sqlite3_prepare_v3(journal->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                                        statement, NULL));
    query.statement = *statement;
    return query;
}

void mf__bind_whole(struct mf__query *query, int position, int64_t value)
{
    if (query->statement != NULL)
        note(query, sqlite3_bind_int64(query->statement, position, value));
}

void mf__bind_text(struct mf__query *query, int position, const char *text)
{
    if (query->statement != NULL)
        note(query, sqlite3_bind_text(query->statement, position, text, -1, SQLITE_STATIC));
}

void mf__bind_bytes(struct mf__query *query, int position, const unsigned char *bytes,
                    size_t length)
{
    if (query->statement != NULL)
        note(query, sqlite3_bind_blob64(query->statement, position, bytes, length, SQLITE_STATIC));
}

void mf__asked(struct mf__query *query)
{
    /* Both say again what the last step said. */
    (void)sqlite3_reset(query->statement);
    (void)sqlite3_clear_bindings(query->statement);
    query->statement = NULL;
}

int mf__next(struct mf__query *query, mf_error *error)
{
    if (query->result == SQLITE_OK)
        query->result = sqlite3_step(query->statement);
    if (query->result == SQLITE_ROW) {
        query->result = SQLITE_OK;
        return 1;
    }
    int code =
        query->result == SQLITE_DONE ? 0 : mf__sql_fail(query->journal, query->result, error);
    if (query->statement != NULL)
        mf__asked(query);
    return code;
}

const char *mf__row_text(const struct mf__query *query, int column)
{
    const unsigned char *text = sqlite3_column_text(query->statement, column);
    return text != NULL ? (const char *)text : "";
}

bool mf__row_bytes(const struct mf__query *query, int column, size_t length,
                   const unsigned char **ret_bytes)
{
    const void *bytes = sqlite3_column_blob(query->statement, column);
    int n = sqlite3_column_bytes(query->statement, column);
    if (bytes == NULL || n < 0 || (size_t)n != length)
        return false;
    *ret_bytes = bytes;
    return true;
}

int mf__tell_it(struct mf__query *query, mf_error *error)
{
    int code = mf__next(query, error);
    if (code > 0)
        mf__asked(query);
    return code < 0 ? code : 0;
}

/* ---- transactions ---- */

static int run_between(struct mf__journal *journal, mf__body body, void *user, mf_error *error)
{
    int code = body(journal, user, error);
    if (code == 0)
        code = mf__sql_run(journal, "COMMIT", error);
    /* Some failures have ended the transaction already. */
    if (code != 0 && sqlite3_get_autocommit(journal->db) == 0)
        (void)mf__sql_run(journal, "ROLLBACK", NULL);
    return code;
}

int mf__transact(struct mf__journal *journal, mf__body body, void *user, mf_error *error)
{
    int code = mf__sql_run(journal, "BEGIN IMMEDIATE", error);
    return code != 0 ? code : run_between(journal, body, user, error);
}

int mf__read_at_once(struct mf__journal *journal, mf__body body, void *user, mf_error *error)
{
    int code = mf__sql_run(journal, "BEGIN", error);
    return code != 0 ? code : run_between(journal, body, user, error);
}
