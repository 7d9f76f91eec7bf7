/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line for each file: "user@machine:folder", a tab, the name. Folders and names hold no control
 * characters, so neither can break a line.
 */
#include "cli/remote_notes.h"

#include "base/output.h"
#include "cli/cli.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER  ".manyfold"
#define NOTES   FOLDER "/outputs"
#define LARGEST ((size_t)1 << 24) /* bytes */

static void put_line(const struct mf__host *host, const char *name, size_t length,
                     struct mf__buffer *out)
{
    mf__buffer_print(out, "%s@%s:%s\t", host->user, host->name, host->folder);
    mf__buffer_add(out, name, length);
    mf__buffer_put(out, "\n");
}

/* Whether `line`, with its end, is one of the lines. */
static bool has_line(const struct mf__buffer *lines, const struct mf__buffer *line)
{
    const char *at = mf__buffer_text(lines);
    while (*at != '\0' && strncmp(at, mf__buffer_text(line), line->length) != 0) {
        at += strcspn(at, "\n");
        at += *at != '\0';
    }
    return *at != '\0' && !line->failed;
}

void mf__remote_notes_read(struct mf__buffer *notes)
{
    int fd = open(NOTES, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return;
    if (mf__read_all(fd, NOTES, LARGEST, notes, NULL) != 0 || notes->length > LARGEST)
        mf__buffer_clear(notes);
    close(fd);
}

bool mf__remote_is_noted(const struct mf__buffer *notes, const struct mf__host *host,
                         const char *name)
{
    struct mf__buffer line = {0};
    put_line(host, name, strlen(name), &line);
    const bool noted = has_line(notes, &line);
    mf__buffer_done(&line);
    return noted;
}

void mf__remote_note(const struct mf__host *host, const struct mf__buffer *names)
{
    struct mf__buffer notes = {0};
    struct mf__buffer line = {0};
    mf__remote_notes_read(&notes);
    const size_t before = notes.length;
    for (const char *name = mf__buffer_text(names); *name != '\0';) {
        size_t n = strcspn(name, "\n");
        mf__buffer_clear(&line);
        put_line(host, name, n, &line);
        if (!line.failed && !has_line(&notes, &line))
            mf__buffer_add(&notes, mf__buffer_text(&line), line.length);
        name += n + (name[n] != '\0');
    }
    if (!notes.failed && notes.length > before) {
        (void)mkdir(FOLDER, 0777);
        (void)mf__output_write(NOTES, mf__buffer_text(&notes), notes.length, NULL);
    }
    mf__buffer_done(&notes);
    mf__buffer_done(&line);
}
