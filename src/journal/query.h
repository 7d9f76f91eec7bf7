/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal that is open, and how it speaks with SQLite: statements that are prepared once,
 * failures in words, transactions.
 */
#ifndef JOURNAL_QUERY_H
#define JOURNAL_QUERY_H

#include "base/text.h"
#include "journal/journal.h"
#include "journal/lock.h"
#include "journal/waiting.h"

#include <sqlite3.h>

/* X(name, text): every statement that a journal is asked or told with. */
#define MF__STATEMENTS(X)                                                                          \
    X(HOLD, "REPLACE INTO holder(id,process,host,since) VALUES(1,?1,?2," MF__SQL_NOW ")")          \
    X(LET_GO, "DELETE FROM holder")                                                                \
    X(HOLDER, "SELECT process,host,since FROM holder")                                             \
    X(STUDY_FIND, "SELECT id FROM study WHERE identity=?1")                                        \
    X(STUDY_LIKE, "SELECT id FROM study WHERE kind=?1 AND name=?2 ORDER BY id DESC")               \
    X(STUDY_BEGIN, "INSERT INTO study(id,identity,kind,name,state,begun,changed) "                 \
                   "VALUES(?4,?1,?2,?3,'open'," MF__SQL_NOW "," MF__SQL_NOW ")")                   \
    X(STUDY_GO_ON, "UPDATE study SET name=?2,state='open',changed=" MF__SQL_NOW " WHERE id=?1")    \
    X(STUDY_TOUCH, "UPDATE study SET changed=" MF__SQL_NOW " WHERE id=?1")                         \
    X(STUDY_END, "UPDATE study SET state=?2,changed=" MF__SQL_NOW " WHERE id=?1")                  \
    X(STUDIES, "SELECT id,identity,kind,name,state,begun,changed,"                                 \
               "(SELECT count(*) FROM study_result WHERE study=study.id) FROM study ORDER BY id")  \
    X(SETTING_ADD, "INSERT INTO setting(study,position,name,value) VALUES(?1,?2,?3,?4)")           \
    X(SETTINGS, "SELECT name,value FROM setting WHERE study=?1 ORDER BY position")                 \
    X(NOTE_ADD, "INSERT INTO note(study,position,name,value) VALUES(?1,?2,?3,?4)")                 \
    X(NOTES, "SELECT name,value FROM note WHERE study=?1 ORDER BY position")                       \
    X(NOTES_FORGET, "DELETE FROM note WHERE study=?1")                                             \
    X(RESULT_FIND, "SELECT payload,digest FROM result WHERE key=?1")                               \
    X(RESULT_ADD,                                                                                  \
      "INSERT INTO result(key,payload,digest) VALUES(?1,?2,?3) ON CONFLICT DO NOTHING")            \
    X(LISTING_ADD, "INSERT INTO study_result(study,result,label,digest) "                          \
                   "SELECT ?1,id,?3,?4 FROM result WHERE key=?2 ON CONFLICT DO NOTHING")           \
    X(LISTINGS, "SELECT s.label,s.digest,r.key,r.payload,r.digest FROM study_result AS s "         \
                "LEFT JOIN result AS r ON r.id=s.result WHERE s.study=?1 ORDER BY s.id")           \
    X(RUN_BEGIN, "INSERT INTO run(created,kind,title,command,length,document,document_digest,"     \
                 "digest) VALUES('','','','',0,x'',0,0)")                                          \
    X(RUN_FILL, "UPDATE run SET created=?2,kind=?3,title=?4,command=?5,length=?6,document=?7,"     \
                "document_digest=?8,digest=?9 WHERE id=?1")                                        \
    X(RUNS, "SELECT run.id,run.created,run.kind,run.title,run.command,run.tag,run.length,"         \
            "run.document_digest,run.digest,study.id IS NOT NULL,study.begun,study.kind,"          \
            "study.name FROM run LEFT JOIN study ON study.id=run.id ORDER BY run.id")              \
    X(RUNS_OF_VERSION_1, "SELECT id,'','','','',NULL,0,0,0,1,begun,kind,name FROM study "          \
                         "ORDER BY id")                                                            \
    X(RUN_DOCUMENT, "SELECT length,document,document_digest FROM run WHERE id=?1")                 \
    X(RUN_TAG, "UPDATE run SET tag=?2 WHERE id=?1")                                                \
    X(RUN_DELETE, "DELETE FROM run WHERE id=?1")                                                   \
    X(STUDY_DELETE, "DELETE FROM study WHERE id=?1")                                               \
    X(SETTINGS_FORGET, "DELETE FROM setting WHERE study=?1")                                       \
    X(LISTINGS_FORGET, "DELETE FROM study_result WHERE study=?1")                                  \
    X(RESULTS_FORGET, "DELETE FROM result WHERE NOT EXISTS"                                        \
                      "(SELECT 1 FROM study_result WHERE study_result.result=result.id)")

#define MF__SQL_NOW "strftime('%Y-%m-%dT%H:%M:%SZ','now')"

enum mf__statement {
#define MF__STATEMENT_ENUM(name, text) MF__ASK_##name,
    MF__STATEMENTS(MF__STATEMENT_ENUM)
#undef MF__STATEMENT_ENUM
        MF__N_ASKS
};

struct mf__journal {
    sqlite3 *db;
    sqlite3_stmt *statements[MF__N_ASKS]; /* NULL until they are used */
    struct mf__shown_path name;
    unsigned version;     /* of the file: an older one when it is only read */
    struct mf__lock lock; /* no descriptor: for reading only */
    struct mf__waiting waiting;
    char writer[160]; /* who held it when it was opened for reading */
};

/* Turns SQLite's last failure, which `result` is, into a code and a sentence. */
int mf__sql_fail(const struct mf__journal *journal, int result, mf_error *error);

/* What is in the file is not as it was written: MF_E_FORMAT; but MF_E_MEMORY when it was a lack of
 * memory that kept it from being read. */
int mf__damaged(const struct mf__journal *journal, const char *what, mf_error *error);

/* Runs a statement that gives nothing back. */
int mf__sql_run(struct mf__journal *journal, const char *text, mf_error *error);

/*
 * One use of a statement: mf__ask, bind, mf__next as long as it returns 1. Failures before mf__next
 * are remembered and returned by it. Whoever leaves before mf__next has returned 0 or a failure
 * calls mf__asked, since a statement that is under way keeps a lock on the file.
 */
struct mf__query {
    struct mf__journal *journal;
    sqlite3_stmt *statement;
    int result; /* of SQLite: the first failure */
};

struct mf__query mf__ask(struct mf__journal *journal, enum mf__statement which);
void mf__bind_whole(struct mf__query *query, int position, int64_t value);
void mf__bind_text(struct mf__query *query, int position, const char *text); /* not copied */
void mf__bind_bytes(struct mf__query *query, int position, const unsigned char *bytes,
                    size_t length);                     /* not copied */
int mf__next(struct mf__query *query, mf_error *error); /* 1: a row, 0: no more, or a failure */
void mf__asked(struct mf__query *query);

/* The row that mf__next has found: never NULL, valid until the next call. */
const char *mf__row_text(const struct mf__query *query, int column);

/* Whether a column holds so many bytes; they are then at *ret_bytes. */
bool mf__row_bytes(const struct mf__query *query, int column, size_t length,
                   const unsigned char **ret_bytes);

/* A statement that gives nothing back, bound already. */
int mf__tell_it(struct mf__query *query, mf_error *error);

/* All that `body` does happens, or nothing of it. */
typedef int (*mf__body)(struct mf__journal *journal, void *user, mf_error *error);
int mf__transact(struct mf__journal *journal, mf__body body, void *user, mf_error *error);

/* A body: writes all that waits, which goes on waiting. */
int mf__write_waiting(struct mf__journal *journal, void *user, mf_error *error);

/* What `body` reads is of one instant. */
int mf__read_at_once(struct mf__journal *journal, mf__body body, void *user, mf_error *error);

#endif
