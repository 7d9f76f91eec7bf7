/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: an SQLite file with what was finished, so that it need not be done again.
 *
 * Results are kept under a key that says all they depend on, and belong to no study: whichever
 * study asks for the same key gets them. A study is a card of named settings and the list of keys
 * that it asked for.
 *
 * One process writes, through one connection, under a lock that it holds from opening to closing;
 * others may read meanwhile. Children that are forked meanwhile must not use it, and keep the lock
 * until they end. Calls may come from any thread, one at a time. A transaction is one rollback
 * journal (no WAL: SQLite before 3.51.3 can damage a file in that mode when two connections are
 * open). What mf__journal_flush has returned from survives a crash of the process and of the
 * machine.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <manyfold/status.h>

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MF__KEY_BYTES 16

struct mf__journal;

/* A named setting of a study: {"seed", "42"}. Texts are the caller's. */
struct mf__setting {
    const char *name;
    const char *value;
};

/* What a study is. */
struct mf__card {
    const char *kind;                   /* "tune" */
    const char *name;                   /* what the table is called */
    const struct mf__setting *settings; /* what its results depend on: the same settings, the same
                                           study; the digest of the data among them */
    size_t n_settings;
    const struct mf__setting *notes; /* what is kept beside: machine, version, command */
    size_t n_notes;
};

/*
 * Opens for writing, made when there is none, and locks. When another process holds it, waits up to
 * `wait_ns` and then fails with MF_E_BUSY and who it is (process, host, since when).
 * MF_E_FORMAT: not an SQLite file, not ours, damaged, of a later version. MF_E_OUTPUT: read-only,
 * no directory, a full disk. MF_E_MEMORY.
 */
int mf__journal_open(const char *path, uint64_t wait_ns, struct mf__journal **ret_journal,
                     mf_error *error);

/* Opens an existing one for reading only; needs no lock. MF_E_INPUT: there is no such file, or it
 * may not be read. */
int mf__journal_read(const char *path, struct mf__journal **ret_journal, mf_error *error);

/* Who had it open for writing when it was opened for reading, "process 12 on host since ..."; NULL
 * for nobody. */
const char *mf__journal_writer(const struct mf__journal *journal);

/* Writes what waits, unlocks, frees, also when it fails. NULL allowed; sets *journal to NULL. */
int mf__journal_close(struct mf__journal **journal, mf_error *error);

#define MF__DIFFERENCES_TOLD 4

/* How a study stands to what is there. */
struct mf__resumed {
    int64_t study;        /* its number in the journal */
    bool known;           /* the same study is there: it goes on */
    int64_t nearest;      /* else the study of this kind and name that differs in the fewest
                             settings, the last of such; 0: there is none of this kind and name */
    size_t n_differences; /* from it */
    char differences[MF__DIFFERENCES_TOLD][192]; /* "seed was 42, is 43", the first of them */
};

/* Finds the study with the card's kind and settings, in any order, or begins it. It is then open,
 * and its name and notes are the card's. */
int mf__journal_study(struct mf__journal *journal, const struct mf__card *card,
                      struct mf__resumed *ret_resumed, mf_error *error);

/* How many differences are told: not more than there is room for. */
size_t mf__differences_told(const struct mf__resumed *resumed);

/* What is kept under a key: a text (JSON). Returns 1 when there is something, added to `payload`; 0
 * when not; negative on error. */
int mf__journal_find(struct mf__journal *journal, const unsigned char key[MF__KEY_BYTES],
                     struct mf__buffer *payload, mf_error *error);

/* Keeps a result for the study; written by the next flush, or found as well as if it was. A key
 * that is there already is only listed. */
int mf__journal_put(struct mf__journal *journal, int64_t study,
                    const unsigned char key[MF__KEY_BYTES], const char *label, const char *payload,
                    mf_error *error);

/* Writes what waits, in one transaction, and has it on the disk when it returns. When it fails, it
 * goes on waiting, and another flush may try again. */
int mf__journal_flush(struct mf__journal *journal, mf_error *error);

/* Writes what waits, and marks how a study ended: "done", "stopped". */
int mf__journal_end(struct mf__journal *journal, int64_t study, const char *state, mf_error *error);

/* A study, for lists. Texts live until the visitor returns. */
struct mf__listed {
    int64_t study;
    const char *kind;
    const char *name;
    const char *state; /* "open" until mf__journal_end */
    const char *begun; /* UTC, "2026-05-01T12:00:00Z" */
    const char *changed;
    uint64_t n_results;
    const struct mf__setting *settings;
    size_t n_settings;
    const struct mf__setting *notes;
    size_t n_notes;
};

/* Visits the studies in the order of their numbers. A visitor does not change the journal, and what
 * it returns but 0 ends the visit and is returned. */
int mf__journal_list(struct mf__journal *journal,
                     int (*visit)(void *user, const struct mf__listed *study, mf_error *error),
                     void *user, mf_error *error);

/* The same of the results of a study, in the order in which they came. */
int mf__journal_results(struct mf__journal *journal, int64_t study,
                        int (*visit)(void *user, const char *label, const char *payload,
                                     mf_error *error),
                        void *user, mf_error *error);

#endif
