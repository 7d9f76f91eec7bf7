/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names are walked one part at a time from the descriptor of the folder, and no part may be a link,
 * so that not even a name that passed the check could lead out. archive_write_disk was rejected:
 * its checks are options, and what they leave out differs between versions.
 */
#include "fetch/unpack.h"

#include "base/buffer.h"
#include "base/status.h"
#include "base/text.h"
#include "fetch/gzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK     ((size_t)1 << 16)
#define MOST_DEEP 32U /* folders inside folders */
#define NO_ENTRY  1

struct unpacking {
    const struct mf__unpack *what;
    struct archive *archive;
    int folder;
    size_t n_entries; /* files and folders */
    struct mf__unpacked made;
    mf_error *error;
};

/* ---- failures ---- */

static int refuse(const struct unpacking *unpacking, const char *name, const char *why)
{
    return mf__fail(unpacking->error, MF_E_FORMAT, "%s is not unpacked: %s in it %s",
                    mf__show_path(unpacking->what->name).text, mf__quote(name).text, why);
}

static int damaged(const struct unpacking *unpacking)
{
    const char *said = archive_error_string(unpacking->archive);
    struct mf__buffer shown = {0};
    if (archive_errno(unpacking->archive) == ENOMEM)
        return mf__fail(unpacking->error, MF_E_MEMORY, "no memory to unpack %s",
                        mf__show_path(unpacking->what->name).text);
    mf__escape(&shown, said != NULL ? said : "", said != NULL ? strlen(said) : 0);
    int code = mf__fail(unpacking->error, MF_E_FORMAT,
                        "%s cannot be unpacked, it is damaged or was cut short%s%.120s",
                        mf__show_path(unpacking->what->name).text, shown.length > 0 ? ": " : "",
                        mf__buffer_text(&shown));
    mf__buffer_done(&shown);
    return code;
}

static int not_written(const struct unpacking *unpacking, int number)
{
    mf__fail_errno(unpacking->error, number, "cannot unpack %s into %s",
                   mf__show_path(unpacking->what->name).text,
                   mf__show_path(unpacking->what->folder).text);
    if (unpacking->error != NULL)
        unpacking->error->code = MF_E_OUTPUT;
    return MF_E_OUTPUT;
}

/* ---- names ---- */

/* What is wrong with a name; NULL: nothing. */
static const char *objection(const char *name)
{
    unsigned deep = 0;
    if (name[0] == '\0')
        return "is a name without a letter";
    if (name[0] == '/')
        return "leads out of the folder";
    if (strchr(name, '\\') != NULL)
        return "holds a backslash";
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += part[0] == '/' ? 1 : 0;
        size_t length = strcspn(part, "/");
        if (length == 2 && part[0] == '.' && part[1] == '.')
            return "leads out of the folder";
        if (length > NAME_MAX)
            return "is too long";
        deep++;
    }
    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return "holds control characters";
    return deep > MOST_DEEP ? "lies too deep" : NULL;
}

/* Opens the folder of a name, made where it is not there; *ret_last is the name's last part, empty
 * for a folder. -1 and errno. */
static int open_folder_of(int folder, const char *name, const char **ret_last)
{
    char part[NAME_MAX + 1];
    int fd = dup(folder);
    const char *slash = NULL;
    while (fd >= 0 && (slash = strchr(name, '/')) != NULL) {
        size_t length = (size_t)(slash - name);
        memcpy(part, name, length);
        part[length] = '\0';
        name = slash + 1;
        if (length == 0 || (length == 1 && part[0] == '.'))
            continue;
        int next = mkdirat(fd, part, 0777) == 0 || errno == EEXIST
                       ? openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                       : -1;
        int number = errno;
        close(fd);
        errno = number;
        fd = next;
    }
    *ret_last = name;
    return fd;
}

/* ---- content ---- */

static int write_all(int fd, const char *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = write(fd, bytes + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        done += (size_t)n;
    }
    return 0;
}

static int copy_content(struct unpacking *unpacking, int fd)
{
    char block[BLOCK];
    for (;;) {
        ssize_t n = archive_read_data(unpacking->archive, block, sizeof block);
        if (n < 0)
            return damaged(unpacking);
        if (n == 0)
            return 0;
        if (mf_cancel_requested(unpacking->what->cancel))
            return mf__fail(unpacking->error, MF_E_CANCELLED, "cancelled while unpacking");
        if ((uint64_t)n > unpacking->what->most_bytes - unpacking->made.bytes)
            return mf__fail(unpacking->error, MF_E_INPUT,
                            "%s is not unpacked: it holds more than %llu bytes, which --max-size "
                            "allows",
                            mf__show_path(unpacking->what->name).text,
                            (unsigned long long)unpacking->what->most_bytes);
        int number = write_all(fd, block, (size_t)n);
        if (number != 0)
            return not_written(unpacking, number);
        unpacking->made.bytes += (uint64_t)n;
    }
}

static int unpack_file(struct unpacking *unpacking, int folder, const char *last, const char *name)
{
    int fd = openat(folder, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST)
        return refuse(unpacking, name, "comes twice");
    if (fd < 0)
        return not_written(unpacking, errno);
    int code = copy_content(unpacking, fd);
    int number = fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
    if (close(fd) != 0 && errno != EINTR && number == 0)
        number = errno;
    if (code == 0 && number != 0)
        code = not_written(unpacking, number);
    unpacking->made.n_files += code == 0;
    return code;
}

/* ---- entries ---- */

/* The name of a single compressed file: that of the whole without the suffix that tells of it. A
 * server may compress "houses.csv" on the way. */
static void single_name(const char *name, struct mf__buffer *out)
{
    static const char *const suffixes[] = {".gz", ".zst", ".xz", ".bz2"};
    const char *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    size_t length = strlen(base);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (dot != NULL && dot != base && strcmp(dot, suffixes[i]) == 0)
            length = (size_t)(dot - base);
    mf__buffer_add(out, base, length);
}

static int unpack_named(struct unpacking *unpacking, mode_t type, const char *name)
{
    const char *last = NULL;
    const char *wrong = objection(name);
    if (wrong != NULL)
        return refuse(unpacking, name, wrong);
    if (unpacking->n_entries++ == MF__UNPACK_MOST_FILES)
        return mf__fail(unpacking->error, MF_E_INPUT,
                        "%s is not unpacked: it holds more than %u files and folders",
                        mf__show_path(unpacking->what->name).text, MF__UNPACK_MOST_FILES);
    int folder = open_folder_of(unpacking->folder, name, &last);
    if (folder < 0 && (errno == ENOTDIR || errno == ELOOP))
        return refuse(unpacking, name, "is both a file and a folder");
    if (folder < 0)
        return not_written(unpacking, errno);
    int code = 0;
    if (type == AE_IFDIR && last[0] != '\0' && strcmp(last, ".") != 0 &&
        mkdirat(folder, last, 0777) != 0 && errno != EEXIST)
        code = not_written(unpacking, errno);
    else if (type == AE_IFREG)
        code = unpack_file(unpacking, folder, last, name);
    close(folder);
    return code;
}

static int unpack_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
    struct mf__buffer own = {0};
    const char *name = archive_entry_pathname_utf8(entry);
    mode_t type = archive_entry_filetype(entry);
    if (name == NULL)
        name = archive_entry_pathname(entry);
    if (unpacking->made.packing == MF__PACKED_FILE) {
        single_name(unpacking->what->name, &own);
        name = mf__buffer_text(&own);
        type = AE_IFREG;
    }
    int code = 0;
    if (own.failed)
        code = mf__buffer_check(&own, unpacking->error);
    else if (name == NULL)
        code = refuse(unpacking, "", "is a name that cannot be read");
    else if (archive_entry_hardlink(entry) != NULL || archive_entry_symlink(entry) != NULL)
        code = refuse(unpacking, name, "is a link");
    else if (type != AE_IFREG && type != AE_IFDIR)
        code = refuse(unpacking, name, "is neither a file nor a folder");
    else if (archive_entry_is_encrypted(entry) == 1)
        code = refuse(unpacking, name, "is encrypted");
    else
        code = unpack_named(unpacking, type, name);
    mf__buffer_done(&own);
    return code;
}

/* libarchive calls everything "raw" that has no format of an archive. */
static enum mf__packing packing_of(struct archive *archive)
{
    if (archive_format(archive) != ARCHIVE_FORMAT_RAW)
        return MF__PACKED_ARCHIVE;
    return archive_filter_code(archive, 0) != ARCHIVE_FILTER_NONE ? MF__PACKED_FILE
                                                                  : MF__PACKED_NOT;
}

static bool is_zip(struct archive *archive)
{
    return (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
}

/* NO_ENTRY: it was taken for an archive, and holds nothing. */
static int unpack_entries(struct unpacking *unpacking)
{
    struct archive_entry *entry = NULL;
    int code = 0;
    for (bool first = true; code == 0; first = false) {
        int result = archive_read_next_header(unpacking->archive, &entry);
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN && result != ARCHIVE_EOF)
            return damaged(unpacking);
        if (first)
            unpacking->made.packing = packing_of(unpacking->archive);
        if (result == ARCHIVE_EOF)
            return first && !is_zip(unpacking->archive) ? NO_ENTRY : 0;
        if (unpacking->made.packing == MF__PACKED_NOT)
            return 0;
        code = unpack_entry(unpacking, entry);
    }
    return code;
}

/* What is named here is understood; filters that start other programs are not. */
static struct archive *make_reader(bool archives)
{
    struct archive *archive = archive_read_new();
    if (archive == NULL)
        return NULL;
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_bzip2(archive);
    if (archives) {
        archive_read_support_format_zip(archive);
        archive_read_support_format_tar(archive);
    }
    archive_read_support_format_raw(archive);
    return archive;
}

static int run(struct unpacking *unpacking, bool archives)
{
    const struct mf__unpack *what = unpacking->what;
    int code = 0;
    unpacking->archive = make_reader(archives);
    if (unpacking->archive == NULL)
        return mf__fail(unpacking->error, MF_E_MEMORY, "no memory to unpack %s",
                        mf__show_path(what->name).text);
    if (archive_read_open_filename(unpacking->archive, what->file, BLOCK) != ARCHIVE_OK)
        code = damaged(unpacking);
    else
        code = unpack_entries(unpacking);
    archive_read_free(unpacking->archive);
    return code;
}

static int run_all(struct unpacking *unpacking)
{
    const struct mf__unpack *what = unpacking->what;
    struct stat found;
    if (stat(what->file, &found) == 0 && found.st_size == 0)
        return 0; /* which libarchive takes for a damaged archive */
    int code = run(unpacking, true);
    if (code == NO_ENTRY) /* zeros, which are an empty tar archive, too */
        code = run(unpacking, false);
    if (code == 0 && unpacking->made.packing != MF__PACKED_NOT)
        code = mf__gzip_check(what->file, what->name, what->cancel, unpacking->error);
    return code == NO_ENTRY ? 0 : code;
}

int mf__unpack(const struct mf__unpack *unpack, struct mf__unpacked *ret_unpacked, mf_error *error)
{
    struct unpacking unpacking = {.what = unpack, .error = error};
    int code = 0;
    unpacking.folder = open(unpack->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (unpacking.folder < 0)
        return not_written(&unpacking, errno);
    /* libarchive takes names by the locale of the thread; without memory for it, some are refused.
     */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 != (locale_t)0 ? uselocale(utf8) : (locale_t)0;
    code = run_all(&unpacking);
    if (utf8 != (locale_t)0) {
        uselocale(before);
        freelocale(utf8);
    }
    close(unpacking.folder);
    if (code == 0)
        *ret_unpacked = unpacking.made;
    return code;
}
