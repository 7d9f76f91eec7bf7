/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/child.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READS_AT_ONCE 128 /* more than a pipe holds; yet endless talk must not keep the parent */
#define FIRST_FREE    3   /* the first descriptor that is not a standard stream */

int mf__above_standard(int fd)
{
    if (fd < 0 || fd >= FIRST_FREE)
        return fd;
    int higher = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE);
    int reason = errno;
    close(fd);
    errno = reason;
    return higher;
}

int mf__child_prepare(struct mf__child *child, int *ret_stderr, mf_error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return mf__fail_errno(error, errno,
                              "a pipe to a worker could not be made; fewer workers or a higher "
                              "limit of open files would help");
    ends[0] = mf__above_standard(ends[0]);
    ends[1] = mf__above_standard(ends[1]);
    if (ends[0] < 0 || ends[1] < 0) {
        int reason = errno;
        if (ends[0] >= 0)
            close(ends[0]);
        if (ends[1] >= 0)
            close(ends[1]);
        return mf__fail_errno(error, reason, "a pipe to a worker could not be moved");
    }
    /* Reading never waits: a process that the worker left behind may hold the other end. */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    child->messages = ends[0];
    if (child->tail != NULL)
        *child->tail = (struct mf__tail){0};
    *ret_stderr = ends[1];
    return 0;
}

bool mf__child_begin(int messages)
{
    /* syscall() for the reason that stands in fork.c. */
    return syscall(SYS_dup3, messages, STDERR_FILENO, 0) >= 0;
}

int mf__child_descriptor(const struct mf__child *child)
{
    return child->messages >= 0 ? child->messages : child->end;
}

/* Without memory, the words are lost. */
static void keep(struct mf__child *child, const char *bytes, size_t length)
{
    if (child->tail == NULL)
        child->tail = mf__new(1, sizeof *child->tail);
    struct mf__tail *tail = child->tail;
    if (tail == NULL)
        return;
    size_t kept = tail->length + length > MF__TAIL_BYTES ? MF__TAIL_BYTES - length : tail->length;
    tail->cut = tail->cut || kept < tail->length;
    memmove(tail->bytes, tail->bytes + (tail->length - kept), kept);
    memcpy(tail->bytes + kept, bytes, length);
    tail->length = kept + length;
}

/* The pipe is at its end: from now on the process itself is watched. */
static void stop_listening(struct mf__child *child)
{
    close(child->messages);
    child->messages = -1;
    /* Where the kernel has no such descriptors, the parent's time-out finds the end. */
    if (child->id != 0)
        child->end = (int)syscall(SYS_pidfd_open, child->id, 0);
}

void mf__child_listen(struct mf__child *child)
{
    char bytes[MF__TAIL_BYTES];
    for (int turn = 0; turn < READS_AT_ONCE && child->messages >= 0; turn++) {
        ssize_t got = read(child->messages, bytes, sizeof bytes);
        if (got > 0)
            keep(child, bytes, (size_t)got);
        else if (got < 0 && errno == EAGAIN)
            return;
        else if (got == 0 || errno != EINTR)
            stop_listening(child);
    }
}

static void forget(struct mf__child *child)
{
    if (child->messages >= 0)
        close(child->messages);
    if (child->end >= 0)
        close(child->end);
    child->messages = child->end = -1;
    child->id = 0;
}

bool mf__child_gone(struct mf__child *child, struct mf__end *ret_end)
{
    if (child->id == 0 || !mf__child_ended(child->id, false, ret_end))
        return false;
    child->id = 0;
    mf__child_listen(child);
    forget(child);
    return true;
}

void mf__child_dismiss(struct mf__child *child)
{
    struct mf__end end;
    if (child->id != 0)
        mf__child_kill(child->id, &end);
    forget(child);
}

/* Adds the lines from `at` on, made safe to show, with a sign between them. */
static void join_lines(const char *at, size_t length, struct mf__buffer *out)
{
    while (length > 0) {
        const char *newline = memchr(at, '\n', length);
        size_t line = newline != NULL ? (size_t)(newline - at) : length;
        if (line > 0 && out->length > 0)
            mf__buffer_put(out, MF__TAIL_BETWEEN);
        mf__escape(out, at, line);
        line += newline != NULL;
        at += line;
        length -= line;
    }
}

void mf__child_last_words(const struct mf__child *child, char *text, size_t room)
{
    struct mf__buffer words = {0};
    const struct mf__tail *tail = child->tail;
    text[0] = '\0';
    if (tail == NULL)
        return;
    const char *first = tail->cut ? memchr(tail->bytes, '\n', tail->length) : NULL;
    size_t start = first != NULL ? (size_t)(first - tail->bytes) : 0;
    join_lines(tail->bytes + start, tail->length - start, &words);
    /* The end is what matters: lines go from the front until the rest fits. */
    const char *shown = mf__buffer_text(&words);
    while (strlen(shown) >= room) {
        const char *next = strstr(shown, MF__TAIL_BETWEEN);
        shown = next != NULL ? next + strlen(MF__TAIL_BETWEEN) : shown + strlen(shown) - room + 1;
    }
    snprintf(text, room, "%s", shown);
    mf__buffer_done(&words);
}

void mf__child_done(struct mf__child *child)
{
    mf__free(child->tail);
    child->tail = NULL;
}
