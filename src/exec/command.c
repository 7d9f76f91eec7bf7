/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/command.h"

#include "base/clock.h"
#include "base/output.h"
#include "base/status.h"
#include "exec/child.h"
#include "exec/told.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define POLL_MS      100
#define READY        "ready\n"
#define READY_LENGTH (sizeof READY - 1)
#define CANNOT_START 127 /* as shells have it */
#define BY_SIGNAL    128 /* and the signal's number: the status after a death that was passed on */

/* A command that has told all, or was asked to end, has this long for it: mpirun waits some seconds
 * for processes that do not end. */
#define FAREWELL_NS (10 * MF__NS_PER_S)

/* A command that runs, and what it has said. */
struct attended {
    const struct mf__command *command;
    struct mf__child child; /* with what it says on standard error */
    int channel;
    bool open; /* there may be more to read */
    bool ended;
    struct mf__end end;
    uint64_t started_ns;
    uint64_t ready_ns; /* 0: not yet */
    struct mf__buffer received;
};

int mf__command_ready(int channel, mf_error *error)
{
    return mf__write_all(channel, READY, READY_LENGTH, "the parent", error);
}

/* In a group of its own, so that Ctrl-C reaches us alone, and we decide what it means. */
static _Noreturn void be_command(const char *const *words, int channel, int messages)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    if (dup2(nothing, STDIN_FILENO) >= 0 && dup2(channel, STDOUT_FILENO) >= 0 &&
        mf__child_begin(messages))
        execvp(words[0], (char *const *)(uintptr_t)words);
    _exit(CANNOT_START);
}

/* A pipe for its standard output, both ends above the standard streams. */
static int make_channel(int ends[2], mf_error *error)
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return mf__fail_errno(error, errno, "a pipe to a command could not be made");
    ends[0] = mf__above_standard(ends[0]);
    ends[1] = mf__above_standard(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0)
        return 0;
    int reason = errno;
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    return mf__fail_errno(error, reason, "a pipe to a command could not be moved");
}

static int start(struct attended *attended, mf_error *error)
{
    int ends[2] = {-1, -1};
    int messages = -1;
    int code = make_channel(ends, error);
    if (code != 0)
        return code;
    attended->channel = ends[0];
    attended->open = true;
    code = mf__child_prepare(&attended->child, &messages, error);
    attended->started_ns = mf__now_ns();
    pid_t id = code == 0 ? mf__fork(error) : -1;
    if (id == 0)
        be_command(attended->command->words, ends[1], messages);
    close(ends[1]);
    if (messages >= 0)
        close(messages);
    attended->child.id = id > 0 ? id : 0;
    return code == 0 && id < 0 ? MF_E_SYSTEM : code;
}

/* Takes in what there is, or waits a moment for it. The end is asked for first: what the command
 * wrote before it is read afterwards. */
static void listen_to(struct attended *attended)
{
    struct pollfd polled[] = {{.fd = attended->open ? attended->channel : -1, .events = POLLIN},
                              {.fd = mf__child_descriptor(&attended->child), .events = POLLIN}};
    bool gone = attended->ended;
    poll(polled, 2, gone ? 0 : POLL_MS);
    if (polled[0].revents != 0)
        attended->open = mf__told_read(attended->channel, &attended->received);
    else if (gone) /* something that it left behind may hold the channel */
        attended->open = false;
    if (attended->ready_ns == 0 && attended->received.length >= READY_LENGTH)
        attended->ready_ns = mf__now_ns() - attended->started_ns;
    mf__child_listen(&attended->child);
    attended->ended = gone || mf__child_gone(&attended->child, &attended->end);
}

/* What the command has told since it was ready; NULL: that is not whole. */
static const char *told_by(const struct attended *attended)
{
    const struct mf__buffer *received = &attended->received;
    if (received->length < READY_LENGTH || memcmp(received->bytes, READY, READY_LENGTH) != 0)
        return NULL;
    const char *told = received->bytes + READY_LENGTH;
    return mf__told_whole(told, received->length - READY_LENGTH) ? told : NULL;
}

/* Until the command has told all, or has ended and nothing more can be read. */
static int attend(struct attended *attended, const mf_cancel *cancel, mf_error *error)
{
    uint64_t limit_ns = attended->command->ready_limit_ns;
    while (told_by(attended) == NULL && (attended->open || !attended->ended)) {
        if (mf_cancel_requested(cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        if (attended->ready_ns == 0 && mf__now_ns() - attended->started_ns > limit_ns)
            return mf__fail(error, MF_E_WORKER, "%s has not started it within %llu s",
                            attended->command->words[0],
                            (unsigned long long)(limit_ns / MF__NS_PER_S));
        listen_to(attended);
    }
    return mf__buffer_check(&attended->received, error);
}

static void await_end(struct attended *attended)
{
    uint64_t start_ns = mf__now_ns();
    while (!attended->ended && mf__now_ns() - start_ns < FAREWELL_NS)
        listen_to(attended);
}

/* Waits for the command's end; asks for it when it does not come, or at once. */
static void see_off(struct attended *attended, bool at_once)
{
    if (attended->child.id == 0)
        return;
    if (!at_once)
        await_end(attended);
    if (!attended->ended)
        kill(attended->child.id, SIGTERM);
    await_end(attended);
    mf__child_dismiss(&attended->child);
}

/* How it ended, and what it said of that: lines have become one, with signs between them. */
static int fail_by_end(const struct attended *attended, mf_error *error)
{
    char how[MF__END_TEXT];
    char words[MF__TAIL_BYTES];
    const char *prefix = attended->command->prefix;
    mf__child_last_words(&attended->child, words, sizeof words);
    char *reason = strstr(words, prefix);
    if (reason != NULL) {
        reason += strlen(prefix);
        char *behind = strstr(reason, MF__TAIL_BETWEEN);
        return mf__fail(error, MF_E_WORKER, "%.*s",
                        (int)(behind != NULL ? (size_t)(behind - reason) : strlen(reason)), reason);
    }
    if (!attended->end.signalled && attended->end.status > BY_SIGNAL && words[0] == '\0')
        return mf__fail(error, MF_E_WORKER, "a process that %s started was killed by signal %d",
                        attended->command->words[0], attended->end.status - BY_SIGNAL);
    mf__end_text(&attended->end, how);
    return mf__fail(error, MF_E_WORKER, "%s %s%s%s", attended->command->words[0], how,
                    words[0] != '\0' ? ": " : "", words);
}

int mf__command_run(const struct mf__command *command, const mf_cancel *cancel,
                    struct mf__isolated *ret_isolated, uint64_t *ret_ready_ns, mf_error *error)
{
    struct attended attended = {.command = command, .child = MF__NO_CHILD, .channel = -1};
    struct mf__buffer bytes = {0};
    int code = start(&attended, error);
    if (code == 0)
        code = attend(&attended, cancel, error);
    see_off(&attended, code != 0);
    if (code == 0)
        code = told_by(&attended) == NULL ? fail_by_end(&attended, error)
                                          : mf__told_take(told_by(&attended), &bytes, error);
    if (code == 0) {
        *ret_isolated = (struct mf__isolated){bytes, attended.end.cpu_ns, attended.end.peak_bytes};
        *ret_ready_ns = attended.ready_ns;
    }
    if (attended.channel >= 0)
        close(attended.channel);
    mf__child_done(&attended.child);
    mf__buffer_done(&attended.received);
    return code;
}
