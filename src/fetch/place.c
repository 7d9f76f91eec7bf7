/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/place.h"

#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEP  16   /* folders that are open at a time */
#define AGAIN (-2) /* a folder that could not be looked into can be, now */

/* What cannot be looked into or written to is made so: it may come from an archive, or from whoever
 * protected what is to be replaced. Nobody else's folder can be. */
static int open_one(const char *path, const struct stat *found, int type, struct FTW *at)
{
    const mode_t mode = found->st_mode & 07777;
    (void)at;
    if ((type != FTW_D && type != FTW_DNR) || (mode & S_IRWXU) == S_IRWXU ||
        chmod(path, mode | S_IRWXU) != 0) /* what that fails for fails below */
        return 0;
    return type == FTW_DNR ? AGAIN : 0;
}

/* 0 or the errno. */
static int remove_one(const char *path, const struct stat *found, int type, struct FTW *at)
{
    (void)found;
    (void)type;
    (void)at;
    return remove(path) == 0 ? 0 : errno;
}

int mf__tree_remove(const char *path)
{
    struct stat found;
    int number = 0;
    if (lstat(path, &found) != 0)
        return errno == ENOENT ? 0 : errno;
    do
        number = nftw(path, open_one, DEEP, FTW_PHYS);
    while (number == AGAIN);
    if (number == 0)
        number = nftw(path, remove_one, DEEP, FTW_PHYS | FTW_DEPTH);
    return number >= 0 ? number : errno;
}

static int cannot_write(const char *path, mf_error *error)
{
    mf__fail_errno(error, errno, "cannot write %s", mf__show_path(path).text);
    if (error != NULL)
        error->code = MF_E_OUTPUT;
    return MF_E_OUTPUT;
}

/* Where what has the name is while it is replaced by turns. */
static int put_aside(const struct mf__place *place, struct mf__buffer *ret_path, mf_error *error)
{
    mf__buffer_print(ret_path, "%s/.%s.manyfold-old", place->folder, place->name);
    return mf__buffer_check(ret_path, error);
}

/* Puts back what a command left aside that was killed between the turns. */
static int put_back(const struct mf__place *place, const char *path, mf_error *error)
{
    struct mf__buffer aside = {0};
    struct stat found;
    int code = put_aside(place, &aside, error);
    const char *old = mf__buffer_text(&aside);
    if (code == 0 && lstat(path, &found) != 0 && lstat(old, &found) == 0)
        rename(old, path);
    mf__buffer_done(&aside);
    return code;
}

static bool may_replace(const struct mf__place *place)
{
    return place->force && place->is_own;
}

static int is_taken(const struct mf__place *place, const char *path, mf_error *error)
{
    return mf__fail(error, MF_E_INPUT, "%s is there already; %s--name calls this one otherwise",
                    mf__show_path(path).text,
                    place->is_own ? "--force replaces it, "
                                  : "it is the archive that chose this name, so it is kept; ");
}

int mf__place_choose(const struct mf__place *place, struct mf__buffer *ret_path, mf_error *error)
{
    struct stat found;
    mf__buffer_clear(ret_path);
    mf__buffer_print(ret_path, "%s/%s", place->folder, place->name);
    if (mf__buffer_check(ret_path, error) != 0)
        return MF_E_MEMORY;
    if (put_back(place, mf__buffer_text(ret_path), error) != 0)
        return MF_E_MEMORY;
    if (lstat(mf__buffer_text(ret_path), &found) != 0 || may_replace(place))
        return 0;
    return is_taken(place, mf__buffer_text(ret_path), error);
}

/* Where the file system cannot exchange two names at once: moves what is there aside, renames, and
 * then gives the old one the name `from`, or puts it back. */
static int exchange_by_turns(const struct mf__place *place, const char *from, const char *to,
                             mf_error *error)
{
    struct mf__buffer aside = {0};
    int code = put_aside(place, &aside, error);
    const char *old = mf__buffer_text(&aside);
    if (code == 0 && (errno = mf__tree_remove(old)) != 0)
        code = cannot_write(old, error);
    if (code == 0 && rename(to, old) != 0)
        code = cannot_write(to, error);
    if (code == 0 && rename(from, to) != 0) {
        code = cannot_write(to, error);
        rename(old, to);
    } else if (code == 0) {
        rename(old, from);
    }
    mf__buffer_done(&aside);
    return code;
}

/* The name stands for one of them at any moment, also when this is killed. */
static int exchange(const struct mf__place *place, const char *from, const char *to,
                    mf_error *error)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0)
        return exchange_by_turns(place, from, to, error);
    return 0;
}

/* Renames where nothing has the name. Another command may take it at any moment, and a plain
 * renaming would replace its file; where the file system knows no other, a second name for a file
 * does the same, and a folder replaces at most an empty one. */
static int rename_new(const char *from, const char *to, bool is_folder)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (!is_folder && link(from, to) == 0)
        return unlink(from);
    if (!is_folder && errno == EEXIST)
        return -1;
    return rename(from, to);
}

static int replace(const struct mf__place *place, const char *from, const char *to, bool is_folder,
                   mf_error *error)
{
    struct stat old;
    const bool is_there = lstat(to, &old) == 0;
    if (is_there && S_ISDIR(old.st_mode) && !is_folder)
        return mf__fail(error, MF_E_INPUT,
                        "%s is a folder, which one file does not replace; --name calls this one "
                        "otherwise",
                        mf__show_path(to).text);
    if (is_there && is_folder)
        return exchange(place, from, to, error);
    return rename(from, to) == 0 ? 0 : cannot_write(to, error);
}

int mf__place_take(const struct mf__place *place, const char *from, struct mf__buffer *ret_path,
                   mf_error *error)
{
    struct stat new;
    int code = mf__place_choose(place, ret_path, error);
    if (code != 0)
        return code;
    const char *to = mf__buffer_text(ret_path);
    if (lstat(from, &new) != 0)
        return cannot_write(to, error);
    if (may_replace(place))
        return replace(place, from, to, S_ISDIR(new.st_mode), error);
    if (rename_new(from, to, S_ISDIR(new.st_mode)) == 0)
        return 0;
    return errno == EEXIST || errno == ENOTEMPTY ? is_taken(place, to, error)
                                                 : cannot_write(to, error);
}
