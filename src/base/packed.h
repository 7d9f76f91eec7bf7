/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Long texts within files of text, small: gzip, and that in base64, as RFC 1952 and RFC 4648 have
 * them. `base64 -d | gunzip` reads it back, and so does every browser of today.
 */
#ifndef BASE_PACKED_H
#define BASE_PACKED_H

#include "base/buffer.h"

/* Adds the text, packed, on one line without an end. MF_E_MEMORY. */
int mf__pack_text(const char *text, size_t length, struct mf__buffer *out, mf_error *error);

/*
 * Adds what was packed, here or by other tools: the base64 of one text in gzip, with nothing
 * before, within or behind it and no bit left over. MF_E_FORMAT when it is anything else, or longer
 * than `most` bytes when unpacked; MF_E_MEMORY.
 */
int mf__unpack_text(const char *packed, size_t length, size_t most, struct mf__buffer *out,
                    mf_error *error);

#endif
