/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/isolate.h"

#include "base/status.h"
#include "exec/fork.h"
#include "exec/told.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#define POLL_MS 100

/* The child, and where its bytes come from. */
struct source {
    pid_t child;
    int channel;
    bool ended; /* then `end` says how */
    struct mf__end end;
};

static _Noreturn void be_child(mf__isolated_task *task, void *user, int channel)
{
    mf_error error = {0};
    struct mf__buffer bytes = {0};
    int code = task(user, &bytes, &error);
    _exit(mf__told_write(channel, code, &error, &bytes) == 0 ? 0 : 1);
}

/*
 * Receives what the child says, until it is whole or the child has ended without saying it all. The
 * end of the channel alone is not waited for: a process that the child left behind may hold it.
 */
static int receive(struct source *from, const mf_cancel *cancel, struct mf__buffer *received,
                   mf_error *error)
{
    bool open = true;
    while (open && !mf__told_whole(received->bytes, received->length)) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        struct pollfd polled = {.fd = from->channel, .events = POLLIN};
        if (poll(&polled, 1, from->ended ? 0 : POLL_MS) > 0)
            open = mf__told_read(from->channel, received);
        else if (from->ended)
            open = false; /* what it said before it ended was read */
        else
            from->ended = mf__child_ended(from->child, false, &from->end);
    }
    return mf__buffer_check(received, error);
}

static int unpack(const struct mf__buffer *received, const struct mf__end *end,
                  struct mf__isolated *ret_isolated, mf_error *error)
{
    char how[MF__END_TEXT];
    struct mf__buffer bytes = {0};
    if (!mf__told_whole(received->bytes, received->length)) {
        mf__end_text(end, how);
        return mf__fail(error, MF_E_WORKER, "the process that ran it %s", how);
    }
    int code = mf__told_take(received->bytes, &bytes, error);
    if (code == 0)
        *ret_isolated = (struct mf__isolated){bytes, end->cpu_ns, end->peak_bytes};
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
