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

#define FOLDERS_OPEN 16 /* while a tree is removed */

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    (void)found;
    (void)where;
    return kind == FTW_DP || kind == FTW_D ? rmdir(path) : unlink(path);
}

bool mf__tree_remove(const char *path)
{
    return nftw(path, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) == 0 || errno != ENOMEM;
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
    mf__buffer_print(ret_path, "%s/.%s.old", place->folder, place->name);
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

int mf__place_choose(const struct mf__place *place, struct mf__buffer *ret_path, mf_error *error)
{
    struct stat found;
    mf__buffer_clear(ret_path);
    mf__buffer_print(ret_path, "%s/%s", place->folder, place->name);
    if (mf__buffer_check(ret_path, error) != 0)
        return MF_E_MEMORY;
    if (put_back(place, mf__buffer_text(ret_path), error) != 0)
        return MF_E_MEMORY;
    if (lstat(mf__buffer_text(ret_path), &found) != 0 || (place->force && place->is_own))
        return 0;
    return mf__fail(error, MF_E_INPUT, "%s is there already; %s--name calls this one otherwise",
                    mf__show_path(mf__buffer_text(ret_path)).text,
                    place->is_own ? "--force replaces it, "
                                  : "it is the archive that chose this name, so it is kept; ");
}

/* Where the file system cannot exchange two names at once: moves what is there aside, renames, and
 * removes the old one, or puts it back. */
static int exchange_by_turns(const struct mf__place *place, const char *from, const char *to,
                             mf_error *error)
{
    struct mf__buffer aside = {0};
    int code = put_aside(place, &aside, error);
    const char *old = mf__buffer_text(&aside);
    if (code == 0 && !mf__tree_remove(old))
        code = mf__fail_memory(error, 1, "a folder that is removed");
    if (code == 0 && rename(to, old) != 0)
        code = cannot_write(to, error);
    if (code == 0 && rename(from, to) != 0) {
        code = cannot_write(to, error);
        rename(old, to);
    } else if (code == 0) {
        mf__tree_remove(old);
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
    mf__tree_remove(from);
    return 0;
}

int mf__place_take(const struct mf__place *place, const char *from, struct mf__buffer *ret_path,
                   mf_error *error)
{
    struct stat old;
    struct stat new;
    int code = mf__place_choose(place, ret_path, error);
    if (code != 0)
        return code;
    const char *to = mf__buffer_text(ret_path);
    if (lstat(from, &new) != 0)
        return cannot_write(to, error);
    const bool is_folder = S_ISDIR(new.st_mode);
    const bool is_taken = lstat(to, &old) == 0;
    if (is_taken && S_ISDIR(old.st_mode) && !is_folder)
        return mf__fail(error, MF_E_INPUT,
                        "%s is a folder, which one file does not replace; --name calls this one "
                        "otherwise",
                        mf__show_path(to).text);
    if (is_taken && is_folder)
        return exchange(place, from, to, error);
    return rename(from, to) == 0 ? 0 : cannot_write(to, error);
}
