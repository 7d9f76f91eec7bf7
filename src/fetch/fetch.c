/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything happens beside the place, under names that begin with a dot, and takes it by one
 * rename() in the end. So a folder never holds half a data set under its own name, and a part of a
 * download is found again by the next command. All of it happens under a lock on the name, also for
 * a file that is here: nothing of it is ever written by two commands.
 */
#include "fetch/fetch.h"

#include "base/status.h"
#include "base/text.h"
#include "fetch/lock.h"
#include "fetch/place.h"
#include "fetch/turn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES ((size_t)1 << 16)

/* One fetch under way: its paths. */
struct fetching {
    const struct mf__fetch *what;
    struct mf__fetched *made;
    struct mf__buffer name; /* of what is brought: "houses.zip" */
    struct mf__buffer part; /* "data/.houses.zip.part" */
    struct mf__buffer tree; /* "data/.houses.zip.new" */
    struct mf__buffer lock; /* "data/.houses.zip.lock" */
    bool is_url;
    bool is_over; /* all was downloaded: nothing is left to go on with */
};

static int cannot_write(const char *path, mf_error *error)
{
    mf__fail_errno(error, errno, "cannot write %s", mf__show_path(path).text);
    if (error != NULL)
        error->code = MF_E_OUTPUT;
    return MF_E_OUTPUT;
}

/* ---- folders ---- */

static int make_folder(const char *path, mf_error *error)
{
    struct stat found;
    if (mkdir(path, 0777) == 0)
        return 0;
    if (errno != EEXIST)
        return cannot_write(path, error);
    if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
        return 0;
    return mf__fail(error, MF_E_OUTPUT,
                    "%s is a file where a folder is needed; --out names another",
                    mf__show_path(path).text);
}

/* ---- bringing ---- */

static int stat_file(const char *path, struct stat *ret_found, mf_error *error)
{
    if (stat(path, ret_found) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return mf__fail(error, MF_E_INPUT,
                        "there is no file %s, and no data set of that name; "
                        "\"manyfold data list\" lists those that have one",
                        mf__show_path(path).text);
    if (stat(path, ret_found) != 0)
        return mf__fail_errno(error, errno, "cannot read %s", mf__show_path(path).text);
    if (!S_ISREG(ret_found->st_mode))
        return mf__fail(error, MF_E_INPUT, "%s is not a file", mf__show_path(path).text);
    return 0;
}

/* What was brought: the part file, or the file itself where it is here already. */
static const char *brought(const struct fetching *fetching)
{
    return fetching->is_url ? mf__buffer_text(&fetching->part) : fetching->what->source;
}

static struct mf__download download_of(const struct fetching *fetching)
{
    const struct mf__fetch *what = fetching->what;
    return (struct mf__download){.url = what->source,
                                 .part = mf__buffer_text(&fetching->part),
                                 .most_bytes = what->most_bytes,
                                 .certificates = what->certificates,
                                 .cancel = what->cancel,
                                 .progress = what->progress,
                                 .remark = what->remark,
                                 .user = what->user};
}

static int bring(struct fetching *fetching, mf_error *error)
{
    const struct mf__download download = download_of(fetching);
    struct stat found;
    int code = 0;
    if (fetching->is_url) {
        code = mf__download(&download, error);
        fetching->is_over = code == 0;
    }
    if (code == 0)
        code = stat_file(brought(fetching), &found, error);
    if (code == 0)
        fetching->made->bytes = (uint64_t)found.st_size;
    if (code == 0 && fetching->made->bytes > fetching->what->most_bytes)
        code = mf__fail(error, MF_E_INPUT, "%s is larger than --max-size allows",
                        mf__show_path(fetching->what->source).text);
    return code;
}

static int check_digest(struct fetching *fetching, mf_error *error)
{
    const struct mf__sha256 *expected = fetching->what->expected;
    struct mf__sha256 *digest = &fetching->made->digest;
    int code = mf__sha256_file(brought(fetching), fetching->what->cancel, digest, error);
    if (code != 0 || expected == NULL || memcmp(expected, digest, sizeof *digest) == 0)
        return code;
    return mf__fail(error, MF_E_DIFFER, "SHA-256 %s, expected %s: %s is not used",
                    mf__sha256_show(digest).text, mf__sha256_show(expected).text,
                    mf__show_path(mf__buffer_text(&fetching->name)).text);
}

/* ---- putting in place ---- */

static int write_piece(int fd, const char *to, const char *piece, ssize_t length, mf_error *error)
{
    for (ssize_t done = 0, n = 0; done < length; done += n) {
        n = write(fd, piece + done, (size_t)(length - done));
        if (n < 0 && errno == EINTR)
            n = 0;
        else if (n <= 0)
            return cannot_write(to, error);
    }
    return 0;
}

static int copy_bytes(const struct mf__fetch *what, int in, int out, const char *to,
                      mf_error *error)
{
    char piece[COPY_BYTES];
    int code = 0;
    for (ssize_t n = 1; code == 0 && n != 0;) {
        if (mf_cancel_requested(what->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled while copying");
        n = read(in, piece, sizeof piece);
        if (n < 0 && errno != EINTR)
            return mf__fail_errno(error, errno, "cannot read %s", mf__show_path(what->source).text);
        code = write_piece(out, to, piece, n, error);
    }
    if (code == 0 && fsync(out) != 0 && errno != EINVAL && errno != ENOTSUP)
        code = cannot_write(to, error);
    return code;
}

/* Copies the source, which has to stay where it is, to a path where nothing is yet. */
static int copy_source(const struct mf__fetch *what, const char *to, mf_error *error)
{
    int in = open(what->source, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return mf__fail_errno(error, errno, "cannot read %s", mf__show_path(what->source).text);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    int code = out < 0 ? cannot_write(to, error) : copy_bytes(what, in, out, to, error);
    close(in);
    if (out >= 0 && close(out) != 0 && code == 0)
        code = cannot_write(to, error);
    return code;
}

/* How many entries a folder has, and the path of the last one. */
static int look_into(const char *folder, struct mf__buffer *ret_path, size_t *ret_n,
                     mf_error *error)
{
    DIR *opened = opendir(folder);
    *ret_n = 0;
    if (opened == NULL)
        return mf__fail_errno(error, errno, "cannot read %s", mf__show_path(folder).text);
    for (struct dirent *entry = NULL; (entry = readdir(opened)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        (*ret_n)++;
        mf__buffer_clear(ret_path);
        mf__buffer_print(ret_path, "%s/%s", folder, entry->d_name);
    }
    closedir(opened);
    return mf__buffer_check(ret_path, error);
}

/* What the tree comes down to, going down while a folder holds one thing only. */
static int find_single(const char *tree, struct mf__buffer *ret_path, mf_error *error)
{
    struct mf__buffer next = {0};
    struct stat found = {0};
    size_t n = 1;
    mf__buffer_put(ret_path, tree);
    int code = mf__buffer_check(ret_path, error);
    while (code == 0 && stat(mf__buffer_text(ret_path), &found) == 0 && S_ISDIR(found.st_mode)) {
        code = look_into(mf__buffer_text(ret_path), &next, &n, error);
        if (code != 0 || n != 1)
            break;
        mf__buffer_clear(ret_path);
        mf__buffer_put(ret_path, mf__buffer_text(&next));
        code = mf__buffer_check(ret_path, error);
    }
    mf__buffer_done(&next);
    return code;
}

/* "houses.tar.gz" becomes "houses". */
static void stem_of(const char *name, struct mf__buffer *out)
{
    static const char *const suffixes[] = {".gz",  ".zst", ".xz",  ".bz2",
                                           ".zip", ".tgz", ".tar", NULL};
    size_t length = strlen(name);
    for (bool cut = true; cut;) {
        cut = false;
        for (const char *const *suffix = suffixes; *suffix != NULL; suffix++) {
            size_t its = strlen(*suffix);
            if (length > its && strncmp(name + length - its, *suffix, its) == 0) {
                length -= its;
                cut = true;
            }
        }
    }
    mf__buffer_add(out, name, length);
}

/* The name of the source, and what comes of it without what tells of packing, and as CSV. */
static int is_own_name(const struct fetching *fetching, const char *name, bool *ret_own,
                       mf_error *error)
{
    const bool is_given = fetching->what->name != NULL;
    const char *given = is_given ? fetching->what->name : mf__buffer_text(&fetching->name);
    struct mf__buffer stem = {0};
    struct mf__buffer csv = {0};
    struct mf__buffer stem_csv = {0};
    if (is_given)
        mf__buffer_put(&stem, given);
    else
        stem_of(given, &stem);
    mf__turned_name(given, &csv);
    mf__turned_name(mf__buffer_text(&stem), &stem_csv);
    const bool failed = stem.failed || csv.failed || stem_csv.failed;
    *ret_own = strcmp(name, given) == 0 || strcmp(name, mf__buffer_text(&stem)) == 0 ||
               strcmp(name, mf__buffer_text(&csv)) == 0 ||
               strcmp(name, mf__buffer_text(&stem_csv)) == 0;
    mf__buffer_done(&stem);
    mf__buffer_done(&csv);
    mf__buffer_done(&stem_csv);
    return failed ? mf__fail_memory(error, 1, "a name") : 0;
}

static int place_of(const struct fetching *fetching, const char *name, struct mf__place *ret_place,
                    mf_error *error)
{
    *ret_place = (struct mf__place){
        .folder = fetching->what->folder, .name = name, .force = fetching->what->force};
    return is_own_name(fetching, name, &ret_place->is_own, error);
}

static int choose_place(struct fetching *fetching, const char *name, mf_error *error)
{
    struct mf__place place;
    int code = place_of(fetching, name, &place, error);
    return code == 0 ? mf__place_choose(&place, &fetching->made->path, error) : code;
}

static int take_place(struct fetching *fetching, const char *from, const char *name,
                      mf_error *error)
{
    struct mf__place place;
    int code = place_of(fetching, name, &place, error);
    return code == 0 ? mf__place_take(&place, from, &fetching->made->path, error) : code;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Turns a single file into CSV where it is ARFF, and puts that in place. */
static int place_turned(struct fetching *fetching, const char *from, const char *name,
                        mf_error *error)
{
    struct mf__buffer path = {0};
    struct mf__buffer own = {0};
    mf__buffer_print(&path, "%s/.csv", mf__buffer_text(&fetching->tree));
    mf__turned_name(name, &own);
    int code = mf__buffer_check(&path, error);
    if (code == 0)
        code = mf__buffer_check(&own, error);
    if (code == 0)
        code = mf__turn_into_csv(
            &(struct mf__turn){from, mf__buffer_text(&path), name, fetching->what->cancel},
            &fetching->made->is_turned, error);
    if (code == 0 && fetching->made->is_turned)
        code = take_place(fetching, mf__buffer_text(&path), mf__buffer_text(&own), error);
    mf__buffer_done(&path);
    mf__buffer_done(&own);
    return code;
}

/* The only file of an archive, under its own name unless another is given. */
static int place_single(struct fetching *fetching, const char *path, mf_error *error)
{
    const char *name = fetching->what->name != NULL ? fetching->what->name : last_part(path);
    if (name[0] == '.')
        return mf__fail(error, MF_E_FORMAT,
                        "%s is not unpacked: its only file is called %s, which would be hidden; "
                        "--name calls it otherwise",
                        mf__show_path(mf__buffer_text(&fetching->name)).text, mf__quote(name).text);
    int code = place_turned(fetching, path, name, error);
    return code == 0 && !fetching->made->is_turned ? take_place(fetching, path, name, error) : code;
}

/* One file takes its own name; several become a folder. */
static int place_tree(struct fetching *fetching, mf_error *error)
{
    struct mf__buffer single = {0};
    struct mf__buffer stem = {0};
    const char *tree = mf__buffer_text(&fetching->tree);
    int code = find_single(tree, &single, error);
    if (code == 0 && fetching->made->unpacked.n_files == 1) {
        code = place_single(fetching, mf__buffer_text(&single), error);
    } else if (code == 0) {
        if (fetching->what->name != NULL)
            mf__buffer_put(&stem, fetching->what->name);
        else
            stem_of(mf__buffer_text(&fetching->name), &stem);
        code = mf__buffer_check(&stem, error);
        if (code == 0)
            code = take_place(fetching, tree, mf__buffer_text(&stem), error);
    }
    mf__buffer_done(&single);
    mf__buffer_done(&stem);
    return code;
}

/* What is packed in no way. */
static int place_file(struct fetching *fetching, mf_error *error)
{
    struct mf__buffer copy = {0};
    const char *name =
        fetching->what->name != NULL ? fetching->what->name : mf__buffer_text(&fetching->name);
    int code = place_turned(fetching, brought(fetching), name, error);
    if (code != 0 || fetching->made->is_turned)
        return code;
    if (fetching->is_url)
        return take_place(fetching, mf__buffer_text(&fetching->part), name, error);
    mf__buffer_print(&copy, "%s/copy", mf__buffer_text(&fetching->tree));
    code = mf__buffer_check(&copy, error);
    if (code == 0)
        code = copy_source(fetching->what, mf__buffer_text(&copy), error);
    if (code == 0)
        code = take_place(fetching, mf__buffer_text(&copy), name, error);
    mf__buffer_done(&copy);
    return code;
}

#define MOST_TREES 100

/* Makes the folder to unpack into, empty. One that an earlier command left and that cannot be
 * removed keeps its name, and another is taken. */
static int make_tree(struct fetching *fetching, mf_error *error)
{
    struct mf__buffer *tree = &fetching->tree;
    int code = 0;
    for (unsigned i = 2; code == 0 && mf__tree_remove(mf__buffer_text(tree)) != 0; i++) {
        if (i > MOST_TREES)
            break;
        mf__buffer_clear(tree);
        mf__buffer_print(tree, "%s/.%s.new%u", fetching->what->folder,
                         mf__buffer_text(&fetching->name), i);
        code = mf__buffer_check(tree, error);
    }
    if (code == 0 && mkdir(mf__buffer_text(tree), 0777) != 0)
        code = cannot_write(mf__buffer_text(tree), error);
    return code;
}

/* What was unpacked and is not needed, or the folder that was replaced. */
static void remove_tree(const struct fetching *fetching)
{
    const struct mf__fetch *what = fetching->what;
    struct mf__buffer text = {0};
    const char *tree = mf__buffer_text(&fetching->tree);
    mf_error why;
    const int number = mf__tree_remove(tree);
    if (number == 0 || what->remark == NULL)
        return;
    mf__fail_errno(&why, number, "%s is left and cannot be removed", mf__show_path(tree).text);
    mf__buffer_print(&text, "%s; it is of no use any more", why.text);
    if (!text.failed)
        what->remark(what->user, mf__buffer_text(&text));
    mf__buffer_done(&text);
}

static int unpack_and_place(struct fetching *fetching, mf_error *error)
{
    int code = make_tree(fetching, error);
    if (code != 0)
        return code;
    const struct mf__unpack unpack = {.file = brought(fetching),
                                      .name = mf__buffer_text(&fetching->name),
                                      .folder = mf__buffer_text(&fetching->tree),
                                      .most_bytes = fetching->what->most_bytes,
                                      .cancel = fetching->what->cancel};
    code = mf__unpack(&unpack, &fetching->made->unpacked, error);
    if (code == 0 && fetching->made->unpacked.packing == MF__PACKED_NOT)
        code = place_file(fetching, error);
    else if (code == 0 && fetching->made->unpacked.n_files == 0)
        code = mf__fail(error, MF_E_FORMAT, "%s holds no file", mf__show_path(unpack.name).text);
    else if (code == 0)
        code = place_tree(fetching, error);
    remove_tree(fetching);
    return code;
}

/* ---- the whole ---- */

static int name_all(struct fetching *fetching, mf_error *error)
{
    const struct mf__fetch *what = fetching->what;
    int code = what->name != NULL ? mf__fetch_name_check(what->name, error) : 0;
    if (code != 0)
        return code;
    mf__url_name(what->source, &fetching->name);
    const char *name = mf__buffer_text(&fetching->name);
    mf__buffer_print(&fetching->part, "%s/.%s.part", what->folder, name);
    mf__buffer_print(&fetching->tree, "%s/.%s.new", what->folder, name);
    mf__buffer_print(&fetching->lock, "%s/.%s.lock", what->folder, name);
    const struct mf__buffer *all[] = {&fetching->name, &fetching->part, &fetching->tree,
                                      &fetching->lock};
    for (size_t i = 0; code == 0 && i < sizeof all / sizeof all[0]; i++)
        code = mf__buffer_check(all[i], error);
    return code;
}

/* Refuses before hours of downloading what would be refused after them, as far as the names tell.
 */
static int check_places(struct fetching *fetching, mf_error *error)
{
    struct mf__buffer stem = {0};
    const char *name =
        fetching->what->name != NULL ? fetching->what->name : mf__buffer_text(&fetching->name);
    int code = choose_place(fetching, name, error);
    if (code == 0 && fetching->what->name == NULL) {
        stem_of(name, &stem);
        code = mf__buffer_check(&stem, error);
        if (code == 0)
            code = choose_place(fetching, mf__buffer_text(&stem), error);
    }
    mf__buffer_done(&stem);
    return code;
}

/* Under the lock: another command may have taken the place meanwhile, so it is looked at here. */
static int fetch_locked(struct fetching *fetching, mf_error *error)
{
    int code = check_places(fetching, error);
    if (code == 0)
        code = bring(fetching, error);
    if (code == 0)
        code = check_digest(fetching, error);
    if (code == 0)
        code = unpack_and_place(fetching, error);
    if (fetching->is_over) {
        const struct mf__download download = download_of(fetching);
        mf__download_drop(&download);
    }
    return code;
}

int mf__fetch(const struct mf__fetch *fetch, struct mf__fetched *fetched, mf_error *error)
{
    struct fetching fetching = {
        .what = fetch, .made = fetched, .is_url = mf__is_url(fetch->source)};
    struct stat found;
    int lock = -1;
    int code = name_all(&fetching, error);
    if (code == 0 && !fetching.is_url)
        code = stat_file(fetch->source, &found, error);
    if (code == 0)
        code = make_folder(fetch->folder, error);
    if (code == 0)
        code = mf__lock(mf__buffer_text(&fetching.lock), &lock, error);
    if (code == 0) {
        code = fetch_locked(&fetching, error);
        mf__unlock(mf__buffer_text(&fetching.lock), lock);
    }
    mf__buffer_done(&fetching.name);
    mf__buffer_done(&fetching.part);
    mf__buffer_done(&fetching.tree);
    mf__buffer_done(&fetching.lock);
    return code;
}
