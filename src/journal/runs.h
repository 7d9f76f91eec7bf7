/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs: what a journal keeps whole. A run is the document of a result, with a number and perhaps a
 * tag. A search has its number from its beginning: its study is its run, without a document until
 * it is finished. So numbers are of one kind, count up, and none is given twice.
 */
#ifndef JOURNAL_RUNS_H
#define JOURNAL_RUNS_H

#include "journal/journal.h"

#define MF__TAG_BYTES 40 /* of the longest tag */

/* A run to keep. Texts are the caller's. */
struct mf__new_run {
    const char *created; /* "2026-05-01T12:00:00Z" */
    const char *kind;    /* "compare" */
    const char *title;   /* what it was: "sum of 1..10" */
    const char *command;
    const char *document; /* JSON */
    size_t length;
    int64_t study; /* whose run it is: the document takes the place of an earlier one; 0: none's */
};

/* Keeps a run, and has it on the disk when it returns. MF_E_INPUT: too long, or no such study. */
int mf__journal_keep(struct mf__journal *journal, const struct mf__new_run *run,
                     int64_t *ret_number, mf_error *error);

/* A run, for lists. Texts live until the visitor returns. */
struct mf__kept_run {
    int64_t number;
    const char *created;
    const char *kind;
    const char *title;
    const char *command; /* "" where it is not known */
    const char *tag;     /* NULL: none */
    uint64_t length;     /* of the document; 0: it is not finished */
    bool is_study;       /* it has trials (journal.h) */
};

/* Visits the runs in the order of their numbers, as mf__journal_list does. */
int mf__journal_runs(struct mf__journal *journal,
                     int (*visit)(void *user, const struct mf__kept_run *run, mf_error *error),
                     void *user, mf_error *error);

/* The number of a run that is named by it, or by its tag. MF_E_INPUT: there is none, with what
 * there is. */
int mf__journal_find_run(struct mf__journal *journal, const char *name, int64_t *ret_number,
                         mf_error *error);

/* Adds the document of a run. MF_E_INPUT: there is no such run, or it is not finished. */
int mf__journal_document(struct mf__journal *journal, int64_t number, struct mf__buffer *document,
                         mf_error *error);

/* Tags a run with a word that no other run has; NULL takes its tag away. MF_E_INPUT. */
int mf__journal_tag(struct mf__journal *journal, int64_t number, const char *tag, mf_error *error);

/* What was deleted with some runs. */
struct mf__deleted {
    size_t n_runs;
    size_t n_studies;   /* of those: searches, with their trials */
    uint64_t n_results; /* that no other study needs */
};

/* Deletes runs, all of them or, on a failure, none. */
int mf__journal_delete(struct mf__journal *journal, const int64_t *numbers, size_t n,
                       struct mf__deleted *ret_deleted, mf_error *error);

#endif
