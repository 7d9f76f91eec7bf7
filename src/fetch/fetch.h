/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bringing a data set into a folder: downloaded or copied, its digest checked, unpacked, and put in
 * place whole or not at all. Nothing outside the folder is written.
 */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "base/buffer.h"
#include "fetch/download.h"
#include "fetch/sha256.h"
#include "fetch/unpack.h"

struct mf__fetch {
    const char *source; /* an address, or a path */
    const char *folder; /* made when it is not there */
    const char *name;   /* of the file, or of the folder for an archive of several; NULL: as in
                           the source */
    const struct mf__sha256 *expected; /* or NULL */
    bool force;                        /* replaces what is there */
    uint64_t most_bytes;               /* of the download, and again of what is unpacked */
    const char *certificates;          /* a file of those that are trusted; NULL: the system's */
    const mf_cancel *cancel;           /* or NULL */
    void (*progress)(void *user, uint64_t done, uint64_t total);
    void (*remark)(void *user, const char *text); /* as in struct mf__download */
    void *user;
};

/* What came of it. Free with mf__fetched_done, also after a failure. */
struct mf__fetched {
    struct mf__buffer path;   /* the file, or the folder with several */
    struct mf__sha256 digest; /* of what was brought, before it was unpacked */
    struct mf__unpacked unpacked;
    uint64_t bytes; /* of what was brought */
    bool is_turned; /* it was ARFF and is CSV now */
};

void mf__fetched_done(struct mf__fetched *fetched);

/*
 * In the module (api.h). Start with *fetched zeroed. Errors: those of mf__download and mf__unpack;
 * MF_E_DIFFER: the digest is another one, and what came is not kept; MF_E_INPUT: the place is
 * taken; MF_E_FORMAT: ARFF that makes no sense; MF_E_OUTPUT.
 */
int mf__fetch(const struct mf__fetch *fetch, struct mf__fetched *fetched, mf_error *error);

/* Whether a name stays in its folder. MF_E_INPUT. */
int mf__fetch_name_check(const char *name, mf_error *error);

#endif
