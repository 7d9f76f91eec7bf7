/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacking what gzip and Zstandard have packed, also several streams one after the other. */
#ifndef TABLE_UNPACK_H
#define TABLE_UNPACK_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>

#define MF__MAGIC_BYTES 4 /* tell the kind of a file */

/* Where a step takes bytes from and puts them; both move on. */
struct mf__unpack_io {
    const unsigned char *in;
    size_t n_in;
    unsigned char *out;
    size_t n_out;
};

/* One kind of packing. `state` is what `start` made. */
struct mf__unpack_kind {
    const char *name; /* "gzip" */
    bool (*is_mine)(const unsigned char *magic, size_t length);
    void *(*start)(void); /* NULL when out of memory */
    /* Unpacks until there is no more to take or no more room. 0, MF_E_MEMORY, or MF_E_FORMAT with
     * what is wrong. */
    int (*step)(void *state, struct mf__unpack_io *io, const char **ret_wrong);
    bool (*is_whole)(const void *state); /* may the packed bytes end here? */
    void (*stop)(void *state);
};

/* The kind that these first bytes show, or NULL when they are plain. */
const struct mf__unpack_kind *mf__unpack_kind_of(const unsigned char *magic, size_t length);

#endif
