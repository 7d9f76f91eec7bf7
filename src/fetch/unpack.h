/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacking what was brought, by libarchive: zip and tar archives, also compressed, and single
 * files compressed with gzip, Zstandard, xz or bzip2. A file that is none of these stays as it is.
 *
 * Archives are foreign. Only folders and regular files are unpacked, into a folder that is made for
 * them; a name that leads out of it ("..", "/etc"), a link, a device, a name that comes twice, more
 * files or bytes than allowed: the whole archive is refused, and nothing of it stays.
 */
#ifndef FETCH_UNPACK_H
#define FETCH_UNPACK_H

#include <manyfold/work.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MF__UNPACK_MOST_FILES 100000U /* and folders */

struct mf__unpack {
    const char *file;   /* what was brought */
    const char *name;   /* what it is called, "houses.csv.gz": of a single file, and for messages */
    const char *folder; /* a folder that is there and empty */
    uint64_t most_bytes;     /* of all files together */
    const mf_cancel *cancel; /* or NULL */
};

enum mf__packing { MF__PACKED_NOT, MF__PACKED_FILE, MF__PACKED_ARCHIVE };

struct mf__unpacked {
    enum mf__packing packing; /* MF__PACKED_NOT: nothing was written */
    size_t n_files;
    uint64_t bytes;
};

/*
 * MF_E_FORMAT: damaged, or refused, with the name in the archive; MF_E_INPUT: too much;
 * MF_E_OUTPUT; MF_E_CANCELLED; MF_E_MEMORY. After a failure the folder holds a part: the caller
 * removes it.
 */
int mf__unpack(const struct mf__unpack *unpack, struct mf__unpacked *ret_unpacked, mf_error *error);

#endif
