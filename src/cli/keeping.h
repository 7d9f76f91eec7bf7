/* SPDX-License-Identifier: Apache-2.0 */
/* --journal: results kept as runs of a journal, for `manyfold runs`, `report` and `diff`. */
#ifndef CLI_KEEPING_H
#define CLI_KEEPING_H

#include "base/buffer.h"
#include "base/options.h"
#include "cli/places.h"

#include <stdint.h>

/* --journal FILE for a verb that keeps its result when it is done; its offset is 0: a `const char
 * *`. */
extern const struct mf__option mf__keep_options[];

/* For mf__places_check: the journal, and SQLite's own file beside it, whose name `room` holds. */
#define MF__KEEP_PLACES 2
void mf__keep_places(const char *journal, struct mf__buffer *room,
                     struct mf__place places[MF__KEEP_PLACES]);

/* Before anything long is done: whether a run can be kept there. The file is made when there is
 * none. NULL allowed: nothing is asked for. As mf__journal_open. */
int mf__keep_check(const char *journal, mf_error *error);

/*
 * Keeps a document of ours, as JSON text, and has it on the disk when it returns. `study` is the
 * number of the search in this journal whose result it is, or 0. As mf__journal_open; MF_E_FORMAT:
 * the document has nothing to report.
 */
int mf__keep_run(const char *journal, const struct mf__buffer *json, int64_t study,
                 int64_t *ret_number, mf_error *error);

/* What a verb keeps, and where it says so. */
struct mf__keeping {
    const char *journal; /* NULL: nothing is asked for */
    int64_t study;       /* as for mf__keep_run */
    bool nothing_new;    /* of a search: where a whole one is kept, it stays */
    bool quiet;          /* the number is not said */
    bool takes_stdout;   /* a result goes to standard output */
};

/* Keeps it where a journal is named, and says under which number: on standard output or, where that
 * holds a result, on standard error. An exit status, after telling its errors. */
int mf__keep(const struct mf__keeping *keeping, const struct mf__buffer *json);

#endif
