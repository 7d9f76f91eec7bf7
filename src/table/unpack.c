/* SPDX-License-Identifier: Apache-2.0 */
#include "table/unpack.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <limits.h>
#include <stdint.h>
#define ZLIB_CONST /* zlib takes what it only reads as constant */
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* ---- gzip ---- */

struct gzip {
    z_stream stream;
    bool whole; /* nothing was read yet, or a member has ended */
};

static bool is_gzip(const unsigned char *magic, size_t length)
{
    return length >= 2 && magic[0] == 0x1f && magic[1] == 0x8b;
}

static void *start_gzip(void)
{
    struct gzip *gzip = mf__new(1, sizeof *gzip);
    if (gzip == NULL)
        return NULL;
    gzip->whole = true;
    if (inflateInit2(&gzip->stream, MAX_WBITS + 16) != Z_OK) { /* 16: gzip's header, not zlib's */
        mf__free(gzip);
        return NULL;
    }
    return gzip;
}

static unsigned fit(size_t n)
{
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static int step_gzip(void *state, struct mf__unpack_io *io, const char **ret_wrong)
{
    struct gzip *gzip = state;
    z_stream *stream = &gzip->stream;
    if (gzip->whole) {
        if (io->n_in == 0)
            return 0;
        inflateReset(stream);
        gzip->whole = false;
    }
    unsigned in = fit(io->n_in), out = fit(io->n_out);
    stream->next_in = io->in;
    stream->avail_in = in;
    stream->next_out = io->out;
    stream->avail_out = out;
    int code = inflate(stream, Z_NO_FLUSH);
    io->in += in - stream->avail_in;
    io->n_in -= in - stream->avail_in;
    io->out += out - stream->avail_out;
    io->n_out -= out - stream->avail_out;
    gzip->whole = code == Z_STREAM_END;
    if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
        return 0;
    if (code == Z_MEM_ERROR)
        return MF_E_MEMORY;
    *ret_wrong = stream->msg != NULL ? stream->msg : "unknown error";
    return MF_E_FORMAT;
}

static bool gzip_is_whole(const void *state)
{
    return ((const struct gzip *)state)->whole;
}

static void stop_gzip(void *state)
{
    struct gzip *gzip = state;
    inflateEnd(&gzip->stream);
    mf__free(gzip);
}

/* ---- Zstandard ---- */

struct zstandard {
    ZSTD_DStream *stream;
    bool whole;
};

/* A frame of data, or one that readers skip, with which some packers begin. */
static bool is_zstandard(const unsigned char *magic, size_t length)
{
    uint32_t number = length >= 4 ? mf__load_u32(magic) : 0;
    return number == 0xfd2fb528 || (number & 0xfffffff0) == 0x184d2a50;
}

static void *start_zstandard(void)
{
    struct zstandard *zstandard = mf__new(1, sizeof *zstandard);
    if (zstandard == NULL)
        return NULL;
    zstandard->whole = true;
    zstandard->stream = ZSTD_createDStream();
    if (zstandard->stream == NULL) {
        mf__free(zstandard);
        return NULL;
    }
    return zstandard;
}

static int step_zstandard(void *state, struct mf__unpack_io *io, const char **ret_wrong)
{
    struct zstandard *zstandard = state;
    if (zstandard->whole && io->n_in == 0)
        return 0;
    ZSTD_inBuffer in = {io->in, io->n_in, 0};
    ZSTD_outBuffer out = {io->out, io->n_out, 0};
    size_t code = ZSTD_decompressStream(zstandard->stream, &out, &in);
    if (ZSTD_isError(code)) {
        *ret_wrong = ZSTD_getErrorName(code);
        return ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation ? MF_E_MEMORY : MF_E_FORMAT;
    }
    io->in += in.pos;
    io->n_in -= in.pos;
    io->out += out.pos;
    io->n_out -= out.pos;
    zstandard->whole = code == 0;
    return 0;
}

static bool zstandard_is_whole(const void *state)
{
    return ((const struct zstandard *)state)->whole;
}

static void stop_zstandard(void *state)
{
    struct zstandard *zstandard = state;
    ZSTD_freeDStream(zstandard->stream);
    mf__free(zstandard);
}

/* ---- both ---- */

static const struct mf__unpack_kind kinds[] = {
    {"gzip", is_gzip, start_gzip, step_gzip, gzip_is_whole, stop_gzip},
    {"Zstandard", is_zstandard, start_zstandard, step_zstandard, zstandard_is_whole,
     stop_zstandard},
};

const struct mf__unpack_kind *mf__unpack_kind_of(const unsigned char *magic, size_t length)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].is_mine(magic, length))
            return &kinds[i];
    return NULL;
}
