/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/lock.h"

#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever held it may have removed the file after we opened it: then this is a lock on nothing. */
static bool is_there(const char *path, int fd)
{
    struct stat there;
    struct stat ours;
    return stat(path, &there) == 0 && fstat(fd, &ours) == 0 && there.st_ino == ours.st_ino &&
           there.st_dev == ours.st_dev;
}

int mf__lock(const char *path, int *ret_fd, mf_error *error)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd < 0) {
            mf__fail_errno(error, errno, "cannot write %s", mf__show_path(path).text);
            if (error != NULL)
                error->code = MF_E_OUTPUT;
            return MF_E_OUTPUT;
        }
        /* A file system without locks is written to all the same. */
        if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            close(fd);
            return mf__fail(error, MF_E_OUTPUT,
                            "%s: another manyfold is bringing a file of this name; wait for it, or "
                            "--out names another folder",
                            mf__show_path(path).text);
        }
        if (is_there(path, fd)) {
            *ret_fd = fd;
            return 0;
        }
        close(fd);
    }
}

void mf__unlock(const char *path, int fd)
{
    unlink(path); /* while it is held, so that nobody's else is removed */
    close(fd);
}
