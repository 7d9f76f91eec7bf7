/* SPDX-License-Identifier: Apache-2.0 */
/* Results that were written or kept, opened again. */
#ifndef CLI_DOCUMENTS_H
#define CLI_DOCUMENTS_H

#include "cli/cli.h"
#include "story/document.h"

/* What a command says of an argument that is opened with mf__document_open. */
#define MF__RUN_HELP                                                                               \
    "a result as --json writes it, or a page that --html made of it, - for standard input, or a "  \
    "run that a journal keeps: "                                                                   \
    "FILE.db:3, FILE.db:TAG"

/*
 * Opens a result: a file of JSON, "-" for standard input, or "JOURNAL.db:RUN" with the number or
 * the tag of a run. A file that is there is meant, whatever its name looks like. MF_E_INPUT: there
 * is no such file or run; MF_E_FORMAT: it is none of ours, or damaged; MF_E_MEMORY.
 */
int mf__document_open(const char *where, struct mf__document *ret_document, mf_error *error);

/* The same, with its text as it was written in `text`. */
int mf__document_load(const char *where, struct mf__buffer *text, struct mf__document *ret_document,
                      mf_error *error);

/* Says on stderr, unless quiet, which of some documents a later version has written. */
void mf__documents_remark(const struct mf__document *documents, size_t n,
                          const struct mf__common *common);

/* The run that `where` names behind the last colon; NULL: it names a file alone. */
const char *mf__document_run(const char *where);

/* The file that `where` leads to, its journal for a run; `room` holds it where it has to be cut
 * off. For mf__places_check. */
const char *mf__document_file(const char *where, struct mf__buffer *room);

#endif
