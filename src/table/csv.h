/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a CSV file, one after the other. */
#ifndef TABLE_CSV_H
#define TABLE_CSV_H

#include "table/source.h"

#include <stdint.h>

/* Bytes of a field, without its quotes; not terminated. */
struct mf__text {
    const char *bytes;
    size_t length;
};

struct mf__record {
    const struct mf__text *fields; /* valid until the next record */
    size_t n;                      /* at least 1 */
    uint64_t line;                 /* of the file, from 1: where the record begins */
};

/* What is no CSV, and where. */
struct mf__csv_fault {
    const char *what;
    size_t field; /* from 0, of the record that is not complete */
    uint64_t line;
};

/* Who takes the records, and words what is wrong. Both return 0 or a code, which ends reading. */
struct mf__csv_sink {
    char delimiter;
    int (*take)(void *user, const struct mf__record *record, mf_error *error);
    int (*complain)(void *user, const struct mf__csv_fault *fault, mf_error *error);
    void *user;
};

/*
 * Reads a source to its end. RFC 4180; records end with LF, CRLF or CR; lines of blanks only are
 * skipped as pandas skips them, and so is a byte order mark; a quote within a field that does not
 * begin with one is a letter like others. Returns what `take` or `complain` returned, an error of
 * the source, or MF_E_MEMORY.
 */
int mf__csv_read(struct mf__source *source, const struct mf__csv_sink *sink, mf_error *error);

#endif
