/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite locks a file only while a transaction runs, which lets two searches write in turns and do
 * the same trials twice. So whoever opens a journal for writing holds a lock of ours until it is
 * closed. The kernel takes it back when the process ends, however it ends: nothing can go stale.
 *
 * The lock is one byte, far behind what SQLite locks and far behind any content, of the kind that
 * belongs to an open file and not to a process (F_OFD_SETLK). flock() was rejected: over NFS Linux
 * makes of it a lock on the whole file, which then stands in the way of SQLite's own.
 *
 * SQLite's locks, however, are of the old kind (F_SETLK): a process loses all that it has on a file
 * when it closes any descriptor of that file. So our descriptor stays open until SQLite has closed
 * its own. Children that a fork made hold the lock as well, until the last of them is gone; those
 * of a search end within milliseconds of their parent, so waiting a moment is enough.
 */
#include "journal/lock.h"

#include "base/clock.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCKED_BYTE  ((off_t)1 << 62) /* SQLite's lie just above 2^30 */
#define FIRST_NAP_NS MF__NS_PER_MS
#define MOST_NAP_NS  (50 * MF__NS_PER_MS)

static struct flock lock_of(short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = LOCKED_BYTE, .l_len = 1};
}

/* 0, 1 when it is held by another one, or the negative errno. */
static int try_to_lock(int fd)
{
    struct flock lock = lock_of(F_WRLCK);
    while (fcntl(fd, F_OFD_SETLK, &lock) != 0)
        if (errno != EINTR)
            return errno == EAGAIN || errno == EACCES ? 1 : -errno;
    return 0;
}

static void nap(uint64_t ns)
{
    const struct timespec time = {(time_t)(ns / MF__NS_PER_S), (long)(ns % MF__NS_PER_S)};
    nanosleep(&time, NULL);
}

/* As try_to_lock, at `until` for the last time. */
static int lock_until(int fd, uint64_t until)
{
    uint64_t length = FIRST_NAP_NS;
    for (;;) {
        int result = try_to_lock(fd);
        uint64_t now = mf__now_ns();
        if (result != 1 || now >= until)
            return result;
        nap(length < until - now ? length : until - now);
        length = 2 * length < MOST_NAP_NS ? 2 * length : MOST_NAP_NS;
    }
}

static int open_file(const char *path, struct mf__lock *lock, mf_error *error)
{
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY;
    struct stat about;
    lock->made = stat(path, &about) != 0;
    if (!lock->made && !S_ISREG(about.st_mode))
        return mf__fail(error, MF_E_OUTPUT, "journal %s: this is a folder or a device; name a file",
                        mf__show_path(path).text);
    lock->fd = open(path, flags, 0666);
    if (lock->fd >= 0)
        return 0;
    mf__fail_errno(error, errno, "journal %s: cannot be opened for writing",
                   mf__show_path(path).text);
    if (error != NULL)
        error->code = MF_E_OUTPUT;
    return MF_E_OUTPUT;
}

/* Whether the path still leads to the file that is open: while we waited, it may have been deleted
 * and made anew. */
static bool is_in_place(const char *path, int fd)
{
    struct stat named;
    struct stat opened;
    return stat(path, &named) == 0 && fstat(fd, &opened) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

int mf__lock_take(const char *path, uint64_t wait_ns, struct mf__lock *ret_lock, mf_error *error)
{
    uint64_t now = mf__now_ns();
    uint64_t until = wait_ns < UINT64_MAX - now ? now + wait_ns : UINT64_MAX;
    for (;;) {
        struct mf__lock lock = {-1, false};
        int code = open_file(path, &lock, error);
        if (code != 0)
            return code;
        int result = lock_until(lock.fd, until);
        if (result == 0 && is_in_place(path, lock.fd)) {
            *ret_lock = lock;
            return 0;
        }
        close(lock.fd);
        if (result < 0)
            return mf__fail_errno(error, -result, "journal %s: cannot be locked",
                                  mf__show_path(path).text);
        if (result > 0)
            return 1;
    }
}

void mf__lock_drop(struct mf__lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}

bool mf__lock_is_held(const char *path)
{
    struct flock lock = lock_of(F_WRLCK);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool is_held = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(fd);
    return is_held;
}
