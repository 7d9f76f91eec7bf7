/* SPDX-License-Identifier: Apache-2.0 */
/* The checksum and the length that end a gzip file, at which libarchive does not look. */
#ifndef FETCH_GZIP_H
#define FETCH_GZIP_H

#include <manyfold/work.h>

/* `name` is for messages. 0 also where the file is not gzip. MF_E_FORMAT: it is damaged;
 * MF_E_SYSTEM: it cannot be read; MF_E_CANCELLED, MF_E_MEMORY. */
int mf__gzip_check(const char *file, const char *name, const mf_cancel *cancel, mf_error *error);

#endif
