/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/gzip.h"

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define PIECE     ((size_t)1 << 16)
#define GZIP_ONLY (MAX_WBITS + 16) /* zlib.h: the format, and its trailer is checked */

enum state {
    INSIDE,
    BETWEEN,
    BEHIND
}; /* of a member: a file may be several, one after the other */

struct checking {
    z_stream stream;
    enum state state;
    bool wants_memory;        /* and so it is not known whether the file is sound */
    unsigned char out[PIECE]; /* which nobody reads */
};

/* Behind the last member there may be zeros, as tapes have them, and nothing else. */
static bool begin_member(struct checking *checking)
{
    z_stream *stream = &checking->stream;
    if (checking->state == BETWEEN && *stream->next_in != 0) {
        checking->state = INSIDE;
        return inflateReset(stream) == Z_OK;
    }
    checking->state = BEHIND;
    for (; stream->avail_in > 0; stream->avail_in--)
        if (*stream->next_in++ != 0)
            return false;
    return true;
}

/* Goes over a piece of the file; whether all of it is sound. */
static bool check_piece(struct checking *checking, unsigned char *piece, size_t length)
{
    z_stream *stream = &checking->stream;
    stream->next_in = piece;
    stream->avail_in = (uInt)length;
    do {
        if (checking->state != INSIDE && !begin_member(checking))
            return false;
        if (checking->state == BEHIND)
            return true;
        stream->next_out = checking->out;
        stream->avail_out = PIECE;
        int result = inflate(stream, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            checking->state = BETWEEN;
        checking->wants_memory = result == Z_MEM_ERROR;
        if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END)
            return false;
    } while (stream->avail_in > 0 || (checking->state == INSIDE && stream->avail_out == 0));
    return true;
}

static int check_file(struct checking *checking, int fd, const char *name, const mf_cancel *cancel,
                      mf_error *error)
{
    unsigned char piece[PIECE];
    for (bool first = true;; first = false) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled while unpacking");
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return mf__fail_errno(error, errno, "cannot read %s", mf__show_path(name).text);
        if (first && (n < 2 || piece[0] != 0x1f || piece[1] != 0x8b))
            return 0;
        bool is_sound =
            n == 0 ? checking->state != INSIDE : check_piece(checking, piece, (size_t)n);
        if (checking->wants_memory)
            return mf__fail_memory(error, PIECE, "unpacking");
        if (!is_sound)
            return mf__fail(error, MF_E_FORMAT,
                            "%s cannot be unpacked, it is damaged or was cut short: its checksum "
                            "or length does not fit",
                            mf__show_path(name).text);
        if (n == 0)
            return 0;
    }
}

int mf__gzip_check(const char *file, const char *name, const mf_cancel *cancel, mf_error *error)
{
    struct checking *checking = mf__new(1, sizeof *checking);
    if (checking == NULL || inflateInit2(&checking->stream, GZIP_ONLY) != Z_OK) {
        mf__free(checking);
        return mf__fail_memory(error, sizeof *checking, "unpacking");
    }
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    int code = fd < 0 ? mf__fail_errno(error, errno, "cannot read %s", mf__show_path(name).text)
                      : check_file(checking, fd, name, cancel, error);
    if (fd >= 0)
        close(fd);
    inflateEnd(&checking->stream);
    mf__free(checking);
    return code;
}
