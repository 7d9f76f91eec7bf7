/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as they are kept: compressed, and with digests that tell when a byte has changed. */
#ifndef JOURNAL_RUN_TEXTS_H
#define JOURNAL_RUN_TEXTS_H

#include "journal/query.h"

#define MF__MOST_DOCUMENT_BYTES ((size_t)256 << 20) /* as it is written */

/* Adds the document, compressed as zlib does. MF_E_INPUT: it is too long; MF_E_MEMORY. */
int mf__pack_document(const struct mf__journal *journal, const char *text, size_t length,
                      struct mf__buffer *packed, mf_error *error);

/* Adds what was packed, which has to become `length` bytes again. MF_E_FORMAT; MF_E_MEMORY. */
int mf__unpack_document(const struct mf__journal *journal, const struct mf__buffer *packed,
                        size_t length, struct mf__buffer *text, mf_error *error);

/* Of the packed bytes of a run. */
int64_t mf__document_digest(int64_t number, const void *packed, size_t length);

/* Of all else that is kept of it, but for its tag. */
struct mf__run_texts {
    int64_t number;
    const char *created;
    const char *kind;
    const char *title;
    const char *command;
    uint64_t length;
    int64_t document_digest;
};
int mf__run_digest(const struct mf__run_texts *texts, int64_t *ret_digest, mf_error *error);

#endif
