/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of files, by OpenSSL, and as people write it. */
#ifndef FETCH_SHA256_H
#define FETCH_SHA256_H

#include <manyfold/status.h>
#include <manyfold/work.h>

#include <stddef.h>

#define MF__SHA256_BYTES 32

struct mf__sha256 {
    unsigned char bytes[MF__SHA256_BYTES];
};

/* In the module (api.h). MF_E_SYSTEM when the file cannot be read; MF_E_CANCELLED; MF_E_MEMORY. */
int mf__sha256_file(const char *path, const mf_cancel *cancel, struct mf__sha256 *ret_digest,
                    mf_error *error);

/* Of bytes in memory; in the module too. MF_E_MEMORY. */
int mf__sha256_bytes(const void *bytes, size_t length, struct mf__sha256 *ret_digest,
                     mf_error *error);

/* Reads 64 hexadecimal digits. MF_E_INPUT. */
int mf__sha256_parse(const char *text, struct mf__sha256 *ret_digest, mf_error *error);

/* As 64 hexadecimal digits. */
struct mf__sha256_shown {
    char text[2 * MF__SHA256_BYTES + 1];
};
struct mf__sha256_shown mf__sha256_show(const struct mf__sha256 *digest);

#endif
