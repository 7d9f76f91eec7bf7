/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/isolate.h"

#include "base/output.h"
#include "base/status.h"
#include "exec/fork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define POLL_MS 100

/* The child, and where its bytes come from. */
struct source {
    pid_t child;
    int channel;
    bool ended; /* then `end` says how */
    struct mf__end end;
};

/* What goes before the bytes: whether the task succeeded, and if not, why; how many bytes follow.
 */
struct heading {
    int code;
    mf_error error;
    size_t length;
};

static _Noreturn void be_child(mf__isolated_task *task, void *user, int channel)
{
    struct heading heading = {0};
    struct mf__buffer bytes = {0};
    heading.code = task(user, &bytes, &heading.error);
    if (heading.code == 0)
        heading.code = mf__buffer_check(&bytes, &heading.error);
    heading.length = heading.code == 0 ? bytes.length : 0;
    int code = mf__write_all(channel, &heading, sizeof heading, "the parent", NULL);
    if (code == 0)
        code = mf__write_all(channel, mf__buffer_text(&bytes), heading.length, "the parent", NULL);
    _exit(code == 0 ? 0 : 1);
}

/* Whether all that the child has to say was received; then `heading` is filled. */
static bool is_whole(const struct mf__buffer *received, struct heading *heading)
{
    if (received->length < sizeof *heading)
        return false;
    memcpy(heading, received->bytes, sizeof *heading);
    return received->length - sizeof *heading >= heading->length;
}

/* Takes in what there is to read; false at the end of the channel. */
static bool read_some(int channel, struct mf__buffer *received)
{
    char bytes[4096];
    ssize_t got = read(channel, bytes, sizeof bytes);
    if (got > 0)
        mf__buffer_add(received, bytes, (size_t)got);
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/*
 * Receives what the child says, until it is whole or the child has ended without saying it all. The
 * end of the channel alone is not waited for: a process that the child left behind may hold it.
 */
static int receive(struct source *from, const mf_cancel *cancel, struct mf__buffer *received,
                   mf_error *error)
{
    struct heading heading;
    bool open = true;
    while (open && !is_whole(received, &heading)) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        struct pollfd polled = {.fd = from->channel, .events = POLLIN};
        if (poll(&polled, 1, POLL_MS) > 0)
            open = read_some(from->channel, received);
        else
            open = !(from->ended = mf__child_ended(from->child, false, &from->end));
    }
    return mf__buffer_check(received, error);
}

/* Takes the heading off what was received; what is left are the task's bytes. */
static int unpack(const struct mf__buffer *received, const struct mf__end *end,
                  struct mf__isolated *ret_isolated, mf_error *error)
{
    struct heading heading;
    char how[MF__END_TEXT];
    if (!is_whole(received, &heading)) {
        mf__end_text(end, how);
        return mf__fail(error, MF_E_WORKER, "the process that ran it %s", how);
    }
    if (heading.code != 0) {
        if (error != NULL)
            *error = heading.error;
        return heading.code;
    }
    *ret_isolated = (struct mf__isolated){.cpu_ns = end->cpu_ns, .peak_bytes = end->peak_bytes};
    mf__buffer_add(&ret_isolated->bytes, received->bytes + sizeof heading, heading.length);
    int code = mf__buffer_check(&ret_isolated->bytes, error);
    if (code != 0)
        mf__buffer_done(&ret_isolated->bytes);
    return code;
}

int mf__isolate(mf__isolated_task *task, void *user, const mf_cancel *cancel,
                struct mf__isolated *ret_isolated, mf_error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return mf__fail_errno(error, errno, "a pipe to a child could not be made");
    struct source from = {.channel = ends[0], .child = mf__fork(error)};
    if (from.child == 0) {
        close(ends[0]);
        be_child(task, user, ends[1]);
    }
    close(ends[1]);
    if (from.child < 0) {
        close(ends[0]);
        return MF_E_SYSTEM;
    }
    struct mf__buffer received = {0};
    int code = receive(&from, cancel, &received, error);
    if (code != 0)
        mf__child_kill(from.child, &from.end);
    else if (!from.ended)
        mf__child_ended(from.child, true, &from.end);
    close(ends[0]);
    if (code == 0)
        code = unpack(&received, &from.end, ret_isolated, error);
    mf__buffer_done(&received);
    return code;
}
