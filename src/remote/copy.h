/* SPDX-License-Identifier: Apache-2.0 */
/* Files between this folder and the one on the other machine, by rsync over the connection. */
#ifndef REMOTE_COPY_H
#define REMOTE_COPY_H

#include "remote/link.h"

struct mf__copy {
    bool to_there;
    bool keep_newer;         /* a file that is newer where it would be written stays */
    bool keep_all;           /* any file that is there where it would be written stays */
    bool all;                /* everything, but for what `mf__copy_left_out` lists */
    const char *folder;      /* everything in it, "results/"; NULL: all or the names */
    struct mf__buffer left;  /* what is left out of the folder; see mf__copy_leave */
    struct mf__buffer names; /* of files and folders below this one, a NUL behind each */
    void (*progress)(void *user, uint64_t bytes, unsigned percent); /* or NULL */
    void *user;
};

/* What `all` leaves out; ends with NULL. */
extern const char *const mf__copy_left_out[];

/* What was brought over. */
struct mf__copied {
    uint64_t bytes;
    uint64_t files;
};

/* Whether a name that came from elsewhere stays in this folder and out of hidden ones: not
 * absolute, no part that begins with a dot but a first ".", no control character. */
bool mf__copy_is_plain(const char *name);

void mf__copy_add(struct mf__copy *copy, const char *name);

/* Leaves out "/NAME", a path below the folder. */
void mf__copy_leave(struct mf__copy *copy, const char *path);

/* Names that are not there are passed over, and hidden files stay, but for `all`. Errors as of
 * mf__link_ask. */
int mf__copy(const struct mf__link *link, const struct mf__copy *copy, struct mf__copied *ret,
             bool *ret_cut, mf_error *error);

#endif
