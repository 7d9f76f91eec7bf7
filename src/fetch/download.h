/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bringing a file from somewhere else, by libcurl: http, https and file.
 *
 * What has arrived stays in a part file, with a note beside it of where it came from and which
 * version it is. A connection that breaks is taken up again a few times; a later call for the same
 * address goes on where the part file ends, if the server still has the same version.
 */
#ifndef FETCH_DOWNLOAD_H
#define FETCH_DOWNLOAD_H

#include <manyfold/work.h>

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct mf__download {
    const char *url;
    const char *part;    /* the path of the part file; the note is this with ".from" behind it */
    uint64_t most_bytes; /* a larger file is refused */
    const char *certificates; /* a file of those that are trusted; NULL: the system's */
    const mf_cancel *cancel;  /* or NULL */
    /* Called at most some times a second; `total` is 0 where it is not known. NULL for none. */
    void (*progress)(void *user, uint64_t done, uint64_t total);
    /* Called before a try when the last one came no further; NULL for none. */
    void (*remark)(void *user, const char *text);
    void *user;
};

/*
 * The caller sees to it that no other process has the part. On success it is whole and the note is
 * gone. Errors: MF_E_INPUT (an address that makes no sense, or is refused, or a file that is not
 * there or too large), MF_E_SYSTEM (network, server), MF_E_OUTPUT (the part file cannot be
 * written), MF_E_CANCELLED, MF_E_MEMORY. What has arrived stays, unless it is too large.
 */
int mf__download(const struct mf__download *download, mf_error *error);

/* Removes what has arrived, and the note. */
void mf__download_drop(const struct mf__download *download);

/* Whether a word is an address and not a path: it begins with a scheme and "://". */
bool mf__is_url(const char *word);

/* Adds the address without the name and password that it may hold, to be shown. */
void mf__url_shown(const char *url, struct mf__buffer *out);

/* Adds the name of the file that an address or a path ends in: letters, digits, '.', '-' and '_',
 * other bytes as '_', not beginning with a dot; "download" where there is none. */
void mf__url_name(const char *where, struct mf__buffer *out);

#endif
