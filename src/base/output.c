/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A result that took hours must not be lost to a full disk halfway through a file, nor must the
 * result before it. So the bytes go to a new file in the same folder, are forced to the disk, and
 * take the place by rename(), which POSIX makes atomic. O_TMPFILE with linkat() was rejected: it
 * cannot replace a file that exists.
 *
 * What is not a regular file cannot be replaced by renaming and is written directly. So is a
 * regular file that standard output already writes to (--json /dev/stdout > file): a rename would
 * send the rest of the output into a file without a name.
 */
#include "base/output.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_LINKS    40  /* as in Linux path lookup */
#define MOST_ATTEMPTS 100 /* at a name that nobody has */
#define LARGEST_WRITE ((size_t)1 << 30)

struct advice {
    int number;
    const char *text;
};

/* strerror() follows the locale and does not say what would help. */
static const struct advice advices[] = {
    {ENOENT, "the folder does not exist; create it or choose another place"},
    {ENOTDIR, "a part of the path is a file where a folder is needed"},
    {EISDIR, "this is a folder; name a file in it"},
    {EACCES, "no permission to write there; choose another place"},
    {EPERM, "writing there is not allowed; choose another place"},
    {EROFS, "the file system can only be read; choose another place"},
    {ENOSPC, "no space is left on the device; free some or choose another place"},
    {EDQUOT, "the disk quota is used up; free some space or choose another place"},
    {EFBIG, "the file would be larger than is allowed here (see ulimit -f)"},
    {EPIPE, "the reader has closed the pipe"},
    {ENAMETOOLONG, "the name is too long"},
    {ELOOP, "too many links that point to each other"},
    {ENXIO, "nothing reads from there"},
    {EBADF, "it is not open for writing"},
    {ENOMEM, "out of memory"},
    {EIO, "the device reported an error; check it or choose another place"},
    {EMFILE, "too many files are open"},
    {ENFILE, "too many files are open on this machine"},
};

static int fail(mf_error *error, int number, const char *name)
{
    const char *text = NULL;
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (advices[i].number == number)
            text = advices[i].text;
    if (text == NULL)
        return mf__fail(error, MF_E_OUTPUT, "cannot write %s: system error %d", name, number);
    return mf__fail(error, MF_E_OUTPUT, "cannot write %s: %s", name, text);
}

/* 0, or the errno. */
static int write_bytes(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length < LARGEST_WRITE ? length : LARGEST_WRITE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

/* What a write hands down to the file that takes it. */
struct content {
    mf__output_producer produce;
    void *user;
    mf_error *error; /* of the producer */
};

struct mf__output {
    int fd;
    int number; /* the errno of the first failure */
};

int mf__output_add(struct mf__output *output, const void *bytes, size_t length)
{
    if (output->number == 0)
        output->number = write_bytes(output->fd, bytes, length);
    return output->number == 0 ? 0 : MF_E_OUTPUT;
}

/* 0, the errno of a write or, negative, the code of a producer that failed by itself. */
static int write_content(int fd, const struct content *content)
{
    struct mf__output output = {fd, 0};
    int code = content->produce(content->user, &output, content->error);
    return output.number != 0 ? output.number : code;
}

int mf__write_all(int fd, const void *bytes, size_t length, const char *name, mf_error *error)
{
    int number = write_bytes(fd, bytes, length);
    return number == 0 ? 0 : fail(error, number, name);
}

/* Closes and keeps the first of two failures; some file systems report a full disk only here. */
static int close_after(int fd, int number)
{
    if (close(fd) != 0 && errno != EINTR && number == 0)
        number = errno;
    return number;
}

static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* Replaces `path` by what the chain of links that begins there ends in, which need not exist. */
static int follow_links(struct mf__buffer *path)
{
    char link[4096];
    for (int i = 0; i < MOST_LINKS; i++) {
        ssize_t n = readlink(mf__buffer_text(path), link, sizeof link);
        if (n < 0)
            return path->failed ? ENOMEM : 0;
        if ((size_t)n == sizeof link)
            return ENAMETOOLONG;
        size_t kept = link[0] == '/' ? 0 : folder_length(path->bytes);
        path->length = kept;
        mf__buffer_add(path, link, (size_t)n);
    }
    return ELOOP;
}

/* Creates a file with a name of its own in the folder of `target`; `temporary` receives the path.
 */
static int create_beside(const char *target, mode_t mode, struct mf__buffer *temporary, int *ret_fd)
{
    for (unsigned attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        mf__buffer_clear(temporary);
        mf__buffer_add(temporary, target, folder_length(target));
        mf__buffer_print(temporary, ".manyfold-%ld-%llx.tmp", (long)getpid(),
                         (unsigned long long)mf__now_ns() + attempt);
        if (temporary->failed)
            return ENOMEM;
        int fd = open(temporary->bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0) {
            *ret_fd = fd;
            return 0;
        }
        if (errno != EEXIST)
            return errno;
    }
    return EEXIST;
}

/* Makes the new name itself last through a power cut, where the file system can. */
static void sync_folder(const char *target)
{
    struct mf__buffer folder = {0};
    mf__buffer_put(&folder, folder_length(target) > 0 ? "" : ".");
    mf__buffer_add(&folder, target, folder_length(target));
    int fd = folder.failed ? -1 : open(folder.bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    mf__buffer_done(&folder);
}

/* Fills an open new file; `old` is the file it will replace, or NULL. */
static int fill(int fd, const struct content *content, const struct stat *old)
{
    int number = write_content(fd, content);
    if (number == 0 && old != NULL && fchmod(fd, old->st_mode & 0777) != 0)
        number = errno;
    /* EINVAL and ENOTSUP: a file system that has nothing to force. */
    if (number == 0 && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        number = errno;
    return close_after(fd, number);
}

static int replace(const char *target, const struct content *content, const struct stat *old)
{
    struct mf__buffer temporary = {0};
    int fd = -1;
    /* The mode from the start, so that nobody reads early what they may not read later. */
    mode_t mode = old != NULL ? old->st_mode & 0777 : 0666;
    int number = create_beside(target, mode, &temporary, &fd);
    if (number == 0) {
        number = fill(fd, content, old);
        if (number == 0 && rename(temporary.bytes, target) != 0)
            number = errno;
        if (number != 0)
            unlink(temporary.bytes);
        else
            sync_folder(target);
    }
    mf__buffer_done(&temporary);
    return number;
}

static int write_directly(const char *path, const struct content *content)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return errno;
    return close_after(fd, write_content(fd, content));
}

static bool is_standard_output(const struct stat *file)
{
    struct stat output;
    return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == file->st_dev &&
           output.st_ino == file->st_ino;
}

/* A regular file, or a place where there is none yet. */
static int write_file(const char *path, const struct content *content, const struct stat *old)
{
    if (old != NULL && is_standard_output(old))
        return write_content(STDOUT_FILENO, content);
    /* A file that must not be written would be replaced all the same. */
    if (old != NULL && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        return errno;
    struct mf__buffer target = {0};
    mf__buffer_put(&target, path);
    int number = follow_links(&target);
    if (number == 0)
        number = replace(target.bytes, content, old);
    mf__buffer_done(&target);
    return number;
}

static bool names_folder(const char *path)
{
    size_t length = strlen(path);
    return length > 0 && path[length - 1] == '/';
}

static int write_path(const char *path, const struct content *content)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        if (errno != ENOENT)
            return errno;
        if (*path == '\0' || names_folder(path))
            return *path == '\0' ? ENOENT : EISDIR;
        return write_file(path, content, NULL);
    }
    if (S_ISREG(status.st_mode))
        return write_file(path, content, &status);
    return S_ISDIR(status.st_mode) ? EISDIR : write_directly(path, content);
}

int mf__output_stream(const char *path, mf__output_producer produce, void *user, mf_error *error)
{
    const struct content content = {produce, user, error};
    bool standard = strcmp(path, "-") == 0;
    int number = standard ? write_content(STDOUT_FILENO, &content) : write_path(path, &content);
    if (number <= 0)
        return number;
    return fail(error, number, standard ? "standard output" : mf__quote(path).text);
}

/* Bytes that are there already. */
struct whole {
    const void *bytes;
    size_t length;
};

static int produce_whole(void *user, struct mf__output *output, mf_error *error)
{
    (void)error;
    const struct whole *whole = user;
    return mf__output_add(output, whole->bytes, whole->length);
}

int mf__output_write(const char *path, const void *bytes, size_t length, mf_error *error)
{
    struct whole whole = {bytes, length};
    return mf__output_stream(path, produce_whole, &whole, error);
}

/* Whether a file can be made in the folder of `path`, when no file is there or it is regular. */
static int check_folder(const char *path)
{
    struct mf__buffer target = {0};
    mf__buffer_put(&target, path);
    int number = follow_links(&target);
    if (number == 0 && names_folder(mf__buffer_text(&target)))
        number = EISDIR;
    if (number == 0) {
        target.length = folder_length(target.bytes);
        mf__buffer_put(&target, ".");
        if (faccessat(AT_FDCWD, target.bytes, W_OK | X_OK, AT_EACCESS) != 0)
            number = errno;
    }
    mf__buffer_done(&target);
    return number;
}

static int check_path(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT && *path != '\0' ? check_folder(path) : errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        return errno;
    return S_ISREG(status.st_mode) && !is_standard_output(&status) ? check_folder(path) : 0;
}

int mf__output_check(const char *path, mf_error *error)
{
    if (strcmp(path, "-") == 0) {
        int flags = fcntl(STDOUT_FILENO, F_GETFL);
        bool open = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
        return open ? 0 : fail(error, EBADF, "standard output");
    }
    int number = check_path(path);
    return number == 0 ? 0 : fail(error, number, mf__quote(path).text);
}
