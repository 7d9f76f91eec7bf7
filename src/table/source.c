/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a file is read in pieces: whole, it would take as much memory again as the table made from
 * it. Mapping it into memory was rejected: a file that another program cuts short while it is read
 * would end ours with a signal.
 */
#include "table/source.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "table/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKED_ROOM  ((size_t)1 << 16)
#define LARGEST_READ ((size_t)1 << 30)

struct mf__source {
    struct mf__shown_path shown;
    int fd;             /* -1 for memory */
    bool again;         /* can be read again from the file */
    const char *memory; /* what was given, ... */
    size_t memory_length;
    struct mf__buffer kept; /* ... or what has come from a pipe, and ... */
    size_t at;              /* ... how much of either has been read */

    unsigned char *packed; /* the first bytes, and all packed ones, pass through here */
    size_t packed_at;
    size_t packed_end;
    bool ended; /* nothing comes after them */

    bool started; /* the kind is known */
    const struct mf__unpack_kind *kind;
    void *unpacker;
};

/* ---- raw bytes ---- */

static int read_file(struct mf__source *source, void *into, size_t room, size_t *ret_length,
                     mf_error *error)
{
    ssize_t n = 0;
    do
        n = read(source->fd, into, room < LARGEST_READ ? room : LARGEST_READ);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return mf__fail_errno(error, errno, "%s: cannot be read", mf__source_shown(source));
    *ret_length = (size_t)n;
    return 0;
}

static size_t take(struct mf__source *source, const char *bytes, size_t length, void *into,
                   size_t room)
{
    size_t left = length - source->at, n = left < room ? left : room;
    if (n > 0)
        memcpy(into, bytes + source->at, n);
    source->at += n;
    return n;
}

static int read_raw(struct mf__source *source, void *into, size_t room, size_t *ret_length,
                    mf_error *error)
{
    if (source->fd < 0) {
        *ret_length = take(source, source->memory, source->memory_length, into, room);
        return 0;
    }
    if (source->again)
        return read_file(source, into, room, ret_length, error);
    if (source->at < source->kept.length) {
        *ret_length = take(source, source->kept.bytes, source->kept.length, into, room);
        return 0;
    }
    size_t n = 0;
    int code = read_file(source, into, room, &n, error);
    if (code != 0)
        return code;
    mf__buffer_add(&source->kept, into, n);
    source->at = source->kept.length;
    *ret_length = n;
    return mf__buffer_check(&source->kept, error);
}

/* Refills the packed bytes, of which none are left. */
static int refill(struct mf__source *source, mf_error *error)
{
    size_t n = 0;
    int code = read_raw(source, source->packed, PACKED_ROOM, &n, error);
    if (code != 0)
        return code;
    source->packed_at = 0;
    source->packed_end = n;
    source->ended = n == 0;
    return 0;
}

/* ---- unpacking ---- */

/* Looks at the first bytes, of which a pipe may give one at a time. */
static int start(struct mf__source *source, mf_error *error)
{
    while (source->packed_end < MF__MAGIC_BYTES && !source->ended) {
        size_t n = 0;
        int code = read_raw(source, source->packed + source->packed_end,
                            PACKED_ROOM - source->packed_end, &n, error);
        if (code != 0)
            return code;
        source->packed_end += n;
        source->ended = n == 0;
    }
    source->kind = mf__unpack_kind_of(source->packed, source->packed_end);
    if (source->kind != NULL) {
        source->unpacker = source->kind->start();
        if (source->unpacker == NULL)
            return mf__fail_memory(error, PACKED_ROOM, "unpacking a file");
    }
    source->started = true;
    return 0;
}

static int read_plain(struct mf__source *source, void *into, size_t room, size_t *ret_length,
                      mf_error *error)
{
    size_t left = source->packed_end - source->packed_at;
    if (left == 0)
        return read_raw(source, into, room, ret_length, error);
    size_t n = left < room ? left : room;
    memcpy(into, source->packed + source->packed_at, n);
    source->packed_at += n;
    *ret_length = n;
    return 0;
}

/* Unpacks until something comes out, which may take several pieces of what is packed. */
static int read_packed(struct mf__source *source, void *into, size_t room, size_t *ret_length,
                       mf_error *error)
{
    struct mf__unpack_io io = {.out = into, .n_out = room};
    for (;;) {
        if (source->packed_at == source->packed_end && !source->ended) {
            int code = refill(source, error);
            if (code != 0)
                return code;
        }
        io.in = source->packed + source->packed_at;
        io.n_in = source->packed_end - source->packed_at;
        const char *wrong = NULL;
        int code = source->kind->step(source->unpacker, &io, &wrong);
        if (code == MF_E_MEMORY)
            return mf__fail(error, code, "out of memory: unpacking %s", mf__source_shown(source));
        if (code != 0)
            return mf__fail(error, code, "%s: the %s data in it is damaged: %s",
                            mf__source_shown(source), source->kind->name, wrong);
        source->packed_at = source->packed_end - io.n_in;
        *ret_length = room - io.n_out;
        if (*ret_length > 0)
            return 0;
        if (!source->ended || io.n_in > 0)
            continue;
        if (source->kind->is_whole(source->unpacker))
            return 0;
        return mf__fail(error, MF_E_FORMAT, "%s: the %s data in it is cut short",
                        mf__source_shown(source), source->kind->name);
    }
}

int mf__source_read(struct mf__source *source, void *into, size_t room, size_t *ret_length,
                    mf_error *error)
{
    if (!source->started) {
        int code = start(source, error);
        if (code != 0)
            return code;
    }
    size_t n = 0;
    int code = source->kind != NULL ? read_packed(source, into, room, &n, error)
                                    : read_plain(source, into, room, &n, error);
    if (code == 0)
        *ret_length = n;
    return code;
}

static void forget(struct mf__source *source)
{
    if (source->unpacker != NULL)
        source->kind->stop(source->unpacker);
    source->unpacker = NULL;
    source->kind = NULL;
    source->started = source->ended = false;
    source->at = source->packed_at = source->packed_end = 0;
}

int mf__source_rewind(struct mf__source *source, mf_error *error)
{
    forget(source);
    if (source->again && lseek(source->fd, 0, SEEK_SET) != 0)
        return mf__fail_errno(error, errno, "%s: cannot be read again", mf__source_shown(source));
    return 0;
}

/* ---- opening and closing ---- */

static int make(const char *name, struct mf__source **ret, mf_error *error)
{
    struct mf__source *source = mf__new(1, sizeof *source);
    if (source == NULL)
        return mf__fail_memory(error, sizeof *source, "a file to read");
    source->fd = -1;
    source->packed = mf__new(PACKED_ROOM, 1);
    source->shown = mf__show_path(name);
    if (source->packed == NULL) {
        mf__source_close(source);
        return mf__fail_memory(error, PACKED_ROOM, "a file to read");
    }
    *ret = source;
    return 0;
}

/* Opens the file and sees whether it can be read at all. */
static int open_file(struct mf__source *source, const char *path, mf_error *error)
{
    source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat about;
    if (source->fd < 0 || fstat(source->fd, &about) != 0)
        return mf__fail_errno(error, errno, "%s: cannot be opened", mf__source_shown(source));
    if (S_ISDIR(about.st_mode))
        return mf__fail(error, MF_E_SYSTEM, "%s: this is a folder; expected a file",
                        mf__source_shown(source));
    source->again = S_ISREG(about.st_mode);
    return 0;
}

int mf__source_open(const char *path, struct mf__source **ret, mf_error *error)
{
    struct mf__source *source = NULL;
    int code = make(path, &source, error);
    if (code != 0)
        return code;
    code = open_file(source, path, error);
    if (code != 0) {
        mf__source_close(source);
        return code;
    }
    *ret = source;
    return 0;
}

int mf__source_of(const void *bytes, size_t length, const char *name, struct mf__source **ret,
                  mf_error *error)
{
    struct mf__source *source = NULL;
    int code = make(name, &source, error);
    if (code != 0)
        return code;
    source->memory = bytes;
    source->memory_length = length;
    *ret = source;
    return 0;
}

void mf__source_close(struct mf__source *source)
{
    if (source == NULL)
        return;
    forget(source);
    if (source->fd >= 0)
        close(source->fd);
    mf__buffer_done(&source->kept);
    mf__free(source->packed);
    mf__free(source);
}

const char *mf__source_shown(const struct mf__source *source)
{
    return source->shown.text;
}
