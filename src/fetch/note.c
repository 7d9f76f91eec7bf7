/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/note.h"

#include "base/buffer.h"
#include "base/output.h"
#include "fetch/sha256.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DIGITS     ((size_t)2 * MF__SHA256_BYTES)
#define NOTE_BYTES (DIGITS + MF__MARK_BYTES + 2) /* with two newlines */

static void note_path(const char *part, struct mf__buffer *out)
{
    mf__buffer_print(out, "%s.from", part);
}

/* The digits of the address; "" without memory for them. */
static struct mf__sha256_shown digits_of(const char *url)
{
    struct mf__sha256 digest;
    if (mf__sha256_bytes(url, strlen(url), &digest, NULL) != 0)
        return (struct mf__sha256_shown){0};
    return mf__sha256_show(&digest);
}

void mf__note_read(const char *part, const char *url, char ret_mark[MF__MARK_BYTES])
{
    const struct mf__sha256_shown digits = digits_of(url);
    struct mf__buffer path = {0};
    char note[NOTE_BYTES];
    ret_mark[0] = '\0';
    note_path(part, &path);
    int fd = path.failed ? -1 : open(mf__buffer_text(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    mf__buffer_done(&path);
    if (fd < 0)
        return;
    ssize_t n = read(fd, note, sizeof note - 1);
    close(fd);
    note[n > 0 ? n : 0] = '\0';
    const char *mark = note + DIGITS + 1;
    if (n <= (ssize_t)DIGITS || strlen(digits.text) != DIGITS ||
        memcmp(note, digits.text, DIGITS) != 0 || note[DIGITS] != '\n')
        return;
    size_t length = strcspn(mark, "\n");
    if (length < MF__MARK_BYTES && mark[length] == '\n') {
        memcpy(ret_mark, mark, length);
        ret_mark[length] = '\0';
    }
}

void mf__note_write(const char *part, const char *url, const char *mark)
{
    const struct mf__sha256_shown digits = digits_of(url);
    struct mf__buffer path = {0};
    struct mf__buffer note = {0};
    mf__note_remove(part);
    note_path(part, &path);
    mf__buffer_print(&note, "%s\n%s\n", digits.text, mark);
    int fd = -1;
    if (!path.failed && !note.failed && mark[0] != '\0')
        fd = open(mf__buffer_text(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        int code = mf__write_all(fd, mf__buffer_text(&note), note.length, "the note", NULL);
        if (close(fd) != 0 || code != 0)
            mf__note_remove(part);
    }
    mf__buffer_done(&path);
    mf__buffer_done(&note);
}

void mf__note_remove(const char *part)
{
    struct mf__buffer path = {0};
    note_path(part, &path);
    if (!path.failed)
        unlink(mf__buffer_text(&path));
    mf__buffer_done(&path);
}
