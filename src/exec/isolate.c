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

/* What goes before the bytes: whether the task succeeded, and if not, why. */
struct heading {
    int code;
    mf_error error;
};

static _Noreturn void be_child(mf__isolated_task *task, void *user, int channel)
{
    struct heading heading = {0};
    struct mf__buffer bytes = {0};
    heading.code = task(user, &bytes, &heading.error);
    if (heading.code == 0)
        heading.code = mf__buffer_check(&bytes, &heading.error);
    int code = mf__write_all(channel, &heading, sizeof heading, "the parent", NULL);
    if (code == 0 && heading.code == 0)
        code = mf__write_all(channel, mf__buffer_text(&bytes), bytes.length, "the parent", NULL);
    _exit(code == 0 ? 0 : 1);
}

/* Reads all that the child writes, until it closes the channel: 0, or MF_E_CANCELLED. */
static int receive(int channel, const mf_cancel *cancel, struct mf__buffer *received,
                   mf_error *error)
{
    char bytes[4096];
    for (;;) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        struct pollfd polled = {.fd = channel, .events = POLLIN};
        if (poll(&polled, 1, POLL_MS) <= 0)
            continue;
        ssize_t got = read(channel, bytes, sizeof bytes);
        if (got > 0)
            mf__buffer_add(received, bytes, (size_t)got);
        else if (got == 0)
            return mf__buffer_check(received, error);
        else if (errno != EINTR)
            return mf__fail_errno(error, errno, "a child's result could not be read");
    }
}

/* Takes the heading off what was received; what is left are the task's bytes. */
static int unpack(struct mf__buffer *received, const struct mf__end *end,
                  struct mf__isolated *ret_isolated, mf_error *error)
{
    struct heading heading;
    char how[MF__END_TEXT];
    bool whole = received->length >= sizeof heading;
    if (whole)
        memcpy(&heading, received->bytes, sizeof heading);
    if (whole && heading.code != 0) {
        if (error != NULL)
            *error = heading.error;
        return heading.code;
    }
    if (!whole || !end->known || end->signalled || end->status != 0) {
        mf__end_text(end, how);
        return mf__fail(error, MF_E_WORKER, "the process that ran it was %s", how);
    }
    *ret_isolated = (struct mf__isolated){.cpu_ns = end->cpu_ns, .peak_bytes = end->peak_bytes};
    mf__buffer_add(&ret_isolated->bytes, received->bytes + sizeof heading,
                   received->length - sizeof heading);
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
    pid_t child = mf__fork(error);
    if (child == 0) {
        close(ends[0]);
        be_child(task, user, ends[1]);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return MF_E_SYSTEM;
    }
    struct mf__buffer received = {0};
    struct mf__end end = {0};
    int code = receive(ends[0], cancel, &received, error);
    if (code == 0)
        mf__child_ended(child, true, &end);
    else
        mf__child_kill(child, &end);
    close(ends[0]);
    if (code == 0)
        code = unpack(&received, &end, ret_isolated, error);
    mf__buffer_done(&received);
    return code;
}
