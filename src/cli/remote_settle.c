/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote_settle.h"

#include "base/status.h"
#include "journal/journal.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a file begins that SQLite needs to take a change back (the file format of SQLite, "The
 * Rollback Journal"). As long as nothing is changed in its partner it begins with zeros. */
static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

/* Which file a name stands for; all zero for none. */
struct identity {
    dev_t device;
    ino_t number;
    struct timespec changed;
};

/* In a buffer, the name behind it. */
struct half {
    struct identity partner;
    struct identity beside;
    size_t n_name; /* with its NUL */
};

static struct identity identity_of(const char *path)
{
    struct stat found;
    if (lstat(path, &found) != 0)
        return (struct identity){0};
    return (struct identity){found.st_dev, found.st_ino, found.st_mtim};
}

static bool is_same(const struct identity *one, const struct identity *other)
{
    return one->device == other->device && one->number == other->number &&
           one->changed.tv_sec == other->changed.tv_sec &&
           one->changed.tv_nsec == other->changed.tv_nsec;
}

static bool is_left(const char *path)
{
    unsigned char start[sizeof magic];
    struct stat found;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return false;
    const bool left = fstat(fd, &found) == 0 && S_ISREG(found.st_mode) &&
                      read(fd, start, sizeof start) == (ssize_t)sizeof start &&
                      memcmp(start, magic, sizeof magic) == 0;
    close(fd);
    return left;
}

static int put_beside(const char *name, struct mf__buffer *ret_path, mf_error *error)
{
    mf__buffer_print(ret_path, "%s-journal", name);
    return mf__buffer_check(ret_path, error);
}

int mf__settle(const char *name, mf_error *error)
{
    struct stat found;
    struct mf__journal *journal = NULL;
    struct mf__buffer path = {0};
    int code = put_beside(name, &path, error);
    const bool left = code == 0 && is_left(mf__buffer_text(&path)) && stat(name, &found) == 0 &&
                      S_ISREG(found.st_mode) && found.st_size > 0;
    mf__buffer_done(&path);
    if (!left)
        return code;
    code = mf__journal_read(name, &journal, error);
    if (code == 0)
        code = mf__journal_close(&journal, error);
    const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, found.st_mtim};
    if (code == 0)
        (void)utimensat(AT_FDCWD, name, times, 0);
    return code == MF_E_FORMAT ? 0 : code;
}

void mf__halves_note(struct mf__buffer *halves, const char *name)
{
    struct mf__buffer path = {0};
    if (put_beside(name, &path, NULL) == 0 && is_left(mf__buffer_text(&path))) {
        struct half half;
        memset(&half, 0, sizeof half);
        half.partner = identity_of(name);
        half.beside = identity_of(mf__buffer_text(&path));
        half.n_name = strlen(name) + 1;
        mf__buffer_add(halves, (const char *)&half, sizeof half);
        mf__buffer_add(halves, name, half.n_name);
    }
    mf__buffer_done(&path);
}

/* Another program may have written a remainder of its own meanwhile: that one stays. */
static void drop_one(const struct half *half, const char *name)
{
    struct mf__buffer path = {0};
    const struct identity partner = identity_of(name);
    if (put_beside(name, &path, NULL) == 0 && partner.number != 0 &&
        (partner.device != half->partner.device || partner.number != half->partner.number)) {
        const struct identity beside = identity_of(mf__buffer_text(&path));
        if (is_same(&beside, &half->beside))
            (void)unlink(mf__buffer_text(&path));
    }
    mf__buffer_done(&path);
}

void mf__halves_drop(const struct mf__buffer *halves)
{
    struct half half;
    const char *at = mf__buffer_text(halves);
    for (const char *end = at + (halves->failed ? 0 : halves->length); at < end;
         at += half.n_name) {
        memcpy(&half, at, sizeof half);
        at += sizeof half;
        drop_one(&half, at);
    }
}
