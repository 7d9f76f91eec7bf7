/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing, and who has it open. */
#include "base/memory.h"
#include "base/output.h"
#include "base/status.h"
#include "journal/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- who has it open ---- */

/* Writes our name beside the lock, for those who have to wait for it. */
static int hold(struct mf__journal *journal, void *user, mf_error *error)
{
    (void)user;
    struct utsname machine;
    struct mf__query query = mf__ask(journal, MF__ASK_HOLD);
    mf__bind_whole(&query, 1, getpid());
    mf__bind_text(&query, 2, uname(&machine) == 0 ? machine.nodename : "");
    return mf__tell_it(&query, error);
}

/* "process 1234 on host since 2026-05-01 12:00:00 UTC"; nothing when nobody has left a name. */
static void read_holder(struct mf__journal *journal, char *ret_text, size_t size)
{
    struct mf__buffer text = {0};
    struct mf__query query = mf__ask(journal, MF__ASK_HOLDER);
    if (mf__next(&query, NULL) == 1) {
        mf__buffer_print(&text, "process %s", mf__row_text(&query, 0));
        mf__buffer_print(&text, " on %s", mf__row_text(&query, 1));
        const char *since = mf__row_text(&query, 2); /* 2026-05-01T12:00:00Z */
        bool is_stamp = strlen(since) == 20;
        mf__buffer_print(&text, " since %.10s %.8s UTC", since, is_stamp ? since + 11 : "");
        mf__asked(&query);
    }
    snprintf(ret_text, size, "%s", mf__buffer_text(&text));
    mf__buffer_done(&text);
}

static int fail_busy(const char *path, mf_error *error)
{
    struct mf__journal journal = {.name = mf__show_path(path), .lock = {.fd = -1}};
    if (mf__connect(&journal, path, MF__TO_ASK_WHO, NULL) == 0)
        read_holder(&journal, journal.writer, sizeof journal.writer);
    mf__disconnect(&journal);
    return mf__fail(
        error, MF_E_BUSY, "journal %s: in use by %s; wait for its end or choose another file",
        journal.name.text, journal.writer[0] != '\0' ? journal.writer : "another process");
}

/* ---- opening ---- */

static int make(const char *path, struct mf__journal **ret_journal, mf_error *error)
{
    if (strcmp(path, "-") == 0 || path[0] == '\0')
        return mf__fail(error, MF_E_INPUT,
                        "journal %s: it must be a file, which is read and written at any place; "
                        "name one",
                        mf__quote(path).text);
    struct mf__journal *journal = mf__new(1, sizeof *journal);
    if (journal == NULL)
        return mf__fail_memory(error, sizeof *journal, "a journal");
    journal->name = mf__show_path(path);
    journal->lock.fd = -1;
    *ret_journal = journal;
    return 0;
}

static void destroy(struct mf__journal *journal)
{
    mf__disconnect(journal);
    mf__lock_drop(&journal->lock); /* after SQLite's own descriptor: lock.c says why */
    mf__waiting_done(&journal->waiting);
    mf__free(journal);
}

/* A file that we made and could not fill is nothing that anybody wants; a link to it is not ours.
 */
static void take_back(struct mf__journal *journal, const char *path)
{
    struct stat about;
    struct stat named;
    if (fstat(journal->lock.fd, &about) != 0 || about.st_size > 0 || lstat(path, &named) != 0 ||
        !S_ISREG(named.st_mode))
        return;
    if (journal->db != NULL)
        (void)mf__sql_run(journal, "PRAGMA journal_mode=DELETE", NULL);
    (void)unlink(path);
}

static int open_locked(struct mf__journal *journal, const char *path, uint64_t wait_ns,
                       mf_error *error)
{
    int code = mf__output_check(path, error);
    if (code == 0)
        code = mf__lock_take(path, wait_ns, &journal->lock, error);
    if (code > 0)
        return fail_busy(path, error);
    if (code == 0)
        code = mf__connect(journal, path, MF__TO_WRITE, error);
    if (code == 0)
        code = mf__transact(journal, hold, NULL, error);
    if (code != 0 && journal->lock.made)
        take_back(journal, path);
    return code;
}

int mf__journal_open(const char *path, uint64_t wait_ns, struct mf__journal **ret_journal,
                     mf_error *error)
{
    struct mf__journal *journal = NULL;
    int code = make(path, &journal, error);
    if (code == 0)
        code = open_locked(journal, path, wait_ns, error);
    if (code == 0)
        *ret_journal = journal;
    else if (journal != NULL)
        destroy(journal);
    return code;
}

/* A file that is there and may be read. */
static int check_readable(const struct mf__journal *journal, const char *path, mf_error *error)
{
    struct stat about;
    int number = stat(path, &about) != 0 ? errno : 0;
    if (number == 0 && !S_ISREG(about.st_mode))
        return mf__fail(error, MF_E_INPUT, "journal %s: this is a folder or a device; name a file",
                        journal->name.text);
    if (number == 0 && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        number = errno;
    if (number != 0)
        (void)mf__fail_errno(error, number, "journal %s: cannot be read", journal->name.text);
    if (number != 0 && error != NULL)
        error->code = MF_E_INPUT;
    return number != 0 ? MF_E_INPUT : 0;
}

static int open_to_read(struct mf__journal *journal, const char *path, mf_error *error)
{
    int code = check_readable(journal, path, error);
    if (code != 0)
        return code;
    bool is_held = mf__lock_is_held(path); /* before SQLite opens it */
    code = mf__connect(journal, path, MF__TO_READ, error);
    if (code == 0 && is_held)
        read_holder(journal, journal->writer, sizeof journal->writer);
    if (code == 0 && is_held && journal->writer[0] == '\0')
        snprintf(journal->writer, sizeof journal->writer, "another process");
    return code;
}

int mf__journal_read(const char *path, struct mf__journal **ret_journal, mf_error *error)
{
    struct mf__journal *journal = NULL;
    int code = make(path, &journal, error);
    if (code == 0)
        code = open_to_read(journal, path, error);
    if (code == 0)
        *ret_journal = journal;
    else if (journal != NULL)
        destroy(journal);
    return code;
}

const char *mf__journal_writer(const struct mf__journal *journal)
{
    return journal->writer[0] != '\0' ? journal->writer : NULL;
}

/* ---- closing ---- */

/* A name that stays, and an empty file beside the journal, do no harm: both only look untidy. */
static void tidy(struct mf__journal *journal)
{
    struct mf__query query = mf__ask(journal, MF__ASK_LET_GO);
    (void)mf__tell_it(&query, NULL);
    (void)mf__sql_run(journal, "PRAGMA journal_mode=DELETE", NULL);
}

int mf__journal_close(struct mf__journal **journal, mf_error *error)
{
    if (*journal == NULL)
        return 0;
    int code = mf__journal_flush(*journal, error);
    if ((*journal)->lock.fd >= 0)
        tidy(*journal);
    destroy(*journal);
    *journal = NULL;
    return code;
}
