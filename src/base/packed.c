/* SPDX-License-Identifier: Apache-2.0 */
#include "base/packed.h"

#include "base/memory.h"
#include "base/status.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#define ZLIB_CONST /* zlib takes what it only reads as constant */
#include <zlib.h>

#define GZIP   (MAX_WBITS + 16) /* zlib.h: this format and no other */
#define MEMORY 8                /* zlib.h: its usual */
#define PIECE  ((size_t)1 << 16)

/* ---- base64 ---- */

#define BITS_OF_THREE UINT32_C(0xffffff) /* bytes */

static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Three bytes are four signs; one or two at the end are filled up with "=". */
static void add_signs(const unsigned char *bytes, size_t length, struct mf__buffer *out)
{
    for (size_t i = 0; i < length; i += 3) {
        size_t n = length - i < 3 ? length - i : 3;
        uint32_t bits = (uint32_t)bytes[i] << 16;
        bits |= n > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        bits |= n > 2 ? bytes[i + 2] : 0;
        const char four[] = {signs[bits >> 18], signs[bits >> 12 & 63],
                             n > 1 ? signs[bits >> 6 & 63] : '=', n > 2 ? signs[bits & 63] : '='};
        mf__buffer_add(out, four, sizeof four);
    }
}

/* Four signs as a number of 24 bits; false: they are none. */
static bool read_four(const char *four, uint32_t *ret_bits)
{
    *ret_bits = 0;
    for (size_t i = 0; i < 4; i++) {
        const char *sign = four[i] != '\0' ? strchr(signs, four[i]) : NULL;
        if (sign == NULL)
            return false;
        *ret_bits = *ret_bits << 6 | (uint32_t)(sign - signs);
    }
    return true;
}

static bool read_signs(const char *text, size_t length, struct mf__buffer *out)
{
    for (size_t i = 0; i + 4 <= length; i += 4) {
        char four[4];
        uint32_t bits = 0;
        size_t n = 3;
        memcpy(four, text + i, sizeof four);
        for (; i + 4 == length && n > 1 && four[n] == '='; n--)
            four[n] = signs[0];
        if (!read_four(four, &bits) || (bits & (BITS_OF_THREE >> 8 * n)) != 0)
            return false; /* also of bits behind the last byte, which are 0 */
        const unsigned char bytes[] = {bits >> 16 & 255, bits >> 8 & 255, bits & 255};
        mf__buffer_add(out, bytes, n);
    }
    return length % 4 == 0;
}

/* ---- both ---- */

int mf__pack_text(const char *text, size_t length, struct mf__buffer *out, mf_error *error)
{
    z_stream stream = {0};
    if (length > UINT_MAX / 2 || deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP, MEMORY,
                                              Z_DEFAULT_STRATEGY) != Z_OK)
        return mf__fail_memory(error, length, "a text to pack");
    size_t room = deflateBound(&stream, length);
    unsigned char *bytes = mf__new(room, 1);
    stream.next_in = (const unsigned char *)text;
    stream.avail_in = (uInt)length;
    stream.next_out = bytes;
    stream.avail_out = (uInt)room;
    int result = bytes != NULL ? deflate(&stream, Z_FINISH) : Z_MEM_ERROR;
    deflateEnd(&stream);
    if (result == Z_STREAM_END)
        add_signs(bytes, room - stream.avail_out, out);
    mf__free(bytes);
    return result == Z_STREAM_END ? mf__buffer_check(out, error)
                                  : mf__fail_memory(error, room, "a text to pack");
}

/* Adds all of the stream's text; what inflate said last. */
static int inflate_all(z_stream *stream, size_t most, struct mf__buffer *out)
{
    unsigned char piece[PIECE];
    int result = Z_OK;
    for (size_t had = 0; result == Z_OK && had <= most;) {
        stream->next_out = piece;
        stream->avail_out = sizeof piece;
        result = inflate(stream, Z_NO_FLUSH);
        size_t got = sizeof piece - stream->avail_out;
        if (result == Z_OK || result == Z_STREAM_END)
            mf__buffer_add(out, piece, had + got <= most ? got : 0);
        had += got;
        if (had > most)
            result = Z_DATA_ERROR;
    }
    return result;
}

int mf__unpack_text(const char *packed, size_t length, size_t most, struct mf__buffer *out,
                    mf_error *error)
{
    struct mf__buffer bytes = {0};
    z_stream stream = {0};
    int result = read_signs(packed, length, &bytes) && bytes.length > 0 && bytes.length <= UINT_MAX
                     ? Z_OK
                     : Z_DATA_ERROR;
    if (bytes.failed || (result == Z_OK && inflateInit2(&stream, GZIP) != Z_OK))
        result = Z_MEM_ERROR;
    if (result == Z_OK) {
        stream.next_in = (const unsigned char *)bytes.bytes;
        stream.avail_in = (uInt)bytes.length;
        result = inflate_all(&stream, most, out);
        if (result == Z_STREAM_END && stream.avail_in > 0)
            result = Z_DATA_ERROR; /* something stands behind it */
        inflateEnd(&stream);
    }
    mf__buffer_done(&bytes);
    if (result == Z_MEM_ERROR)
        return mf__fail_memory(error, length, "a text to unpack");
    if (result != Z_STREAM_END)
        return mf__fail(error, MF_E_FORMAT, "what was packed is damaged or was cut short");
    return mf__buffer_check(out, error);
}
