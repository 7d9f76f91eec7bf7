/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/call.h"

#include "base/clock.h"
#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS   50                   /* how late a cancellation may be seen */
#define GRACE_NS  UINT64_C(2000000000) /* from asking to end until it is made to */
#define SAID_MOST ((size_t)8192)       /* bytes of standard error that are kept */

extern char **environ;

/* A program under way. Descriptors are -1 when closed. */
struct talk {
    const struct mf__call *call;
    struct mf__called *called;
    pid_t pid;
    int in;
    int out;
    int err;
    size_t sent;
    uint64_t heard_ns;
    bool ended;
};

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- starting ---- */

static int make_pipes(int pipes[3][2], mf_error *error)
{
    for (int i = 0; i < 3; i++)
        pipes[i][0] = pipes[i][1] = -1;
    for (int i = 0; i < 3; i++)
        if (pipe2(pipes[i], O_CLOEXEC) != 0)
            return mf__fail_errno(error, errno, "cannot make a pipe");
    return 0;
}

/* What we ignore or block, it does not. */
static void set_up(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions,
                   int pipes[3][2])
{
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(actions, pipes[0][0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(actions, pipes[1][1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(actions, pipes[2][1], STDERR_FILENO);
}

static int spawn(struct talk *talk, int pipes[3][2], mf_error *error)
{
    const char *const *words = talk->call->words;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    if (posix_spawnattr_init(&attributes) != 0)
        return mf__fail_memory(error, sizeof attributes, "a program");
    if (posix_spawn_file_actions_init(&actions) != 0) {
        posix_spawnattr_destroy(&attributes);
        return mf__fail_memory(error, sizeof actions, "a program");
    }
    set_up(&attributes, &actions, pipes);
    int failed = posix_spawnp(&talk->pid, words[0], &actions, &attributes,
                              (char *const *)(uintptr_t)words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed == ENOENT || failed == EACCES)
        return mf__fail(error, MF_E_UNAVAILABLE, "there is no program %s here; install it",
                        mf__quote(words[0]).text);
    return failed == 0 ? 0
                       : mf__fail_errno(error, failed, "cannot start %s", mf__quote(words[0]).text);
}

static int begin(struct talk *talk, mf_error *error)
{
    int pipes[3][2];
    int code = make_pipes(pipes, error);
    if (code == 0)
        code = spawn(talk, pipes, error);
    close_one(&pipes[0][0]);
    close_one(&pipes[1][1]);
    close_one(&pipes[2][1]);
    talk->in = pipes[0][1];
    talk->out = pipes[1][0];
    talk->err = pipes[2][0];
    if (code == 0)
        fcntl(talk->in, F_SETFL, O_NONBLOCK);
    talk->heard_ns = mf__now_ns();
    return code;
}

/* ---- talking ---- */

/* A program that does not read what it is told says why by itself. */
static void send_some(struct talk *talk)
{
    const struct mf__call *call = talk->call;
    ssize_t n = talk->sent < call->n_input
                    ? write(talk->in, call->input + talk->sent, call->n_input - talk->sent)
                    : 0;
    if (n > 0)
        talk->sent += (size_t)n;
    else if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0 || talk->sent == call->n_input)
        close_one(&talk->in);
}

static void keep_said(struct talk *talk, const char *bytes, size_t n)
{
    struct mf__buffer *said = &talk->called->said;
    mf__buffer_add(said, bytes, n);
    if (said->length > SAID_MOST) {
        size_t drop = said->length - SAID_MOST / 2;
        memmove(said->bytes, said->bytes + drop, said->length - drop + 1);
        said->length -= drop;
    }
}

static int listen_once(struct talk *talk, int *fd, mf_error *error)
{
    char piece[1 << 14];
    const struct mf__call *call = talk->call;
    ssize_t n = read(*fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR)
        return 0;
    if (n <= 0) {
        close_one(fd);
        return 0;
    }
    talk->heard_ns = mf__now_ns();
    if (fd == &talk->err) {
        keep_said(talk, piece, (size_t)n);
        return 0;
    }
    int code = call->take != NULL ? call->take(call->user, piece, (size_t)n, error) : 0;
    talk->heard_ns = mf__now_ns(); /* whoever takes it may wait, as for a pager */
    return code;
}

/* Waits a tick at most; *ret_quiet when nothing was to be read. */
static int turn(struct talk *talk, int wait_ms, bool *ret_quiet, mf_error *error)
{
    struct pollfd polled[] = {
        {talk->out, POLLIN, 0}, {talk->err, POLLIN, 0}, {talk->in, POLLOUT, 0}};
    int code = 0;
    *ret_quiet = true;
    if (poll(polled, 3, wait_ms) < 0)
        return errno == EINTR ? 0 : mf__fail_errno(error, errno, "cannot wait for a program");
    if (polled[2].revents != 0)
        send_some(talk);
    if (polled[1].revents != 0)
        code = listen_once(talk, &talk->err, error);
    if (code == 0 && polled[0].revents != 0)
        code = listen_once(talk, &talk->out, error);
    *ret_quiet = polled[0].revents == 0 && polled[1].revents == 0;
    return code;
}

static void look_whether_ended(struct talk *talk)
{
    int status = 0;
    if (talk->ended || waitpid(talk->pid, &status, WNOHANG) != talk->pid)
        return;
    talk->ended = true;
    talk->called->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Ends what still runs, asked first and then made to. */
static void put_an_end(struct talk *talk)
{
    uint64_t asked_ns = mf__now_ns();
    look_whether_ended(talk);
    if (talk->ended)
        return;
    kill(-talk->pid, SIGTERM);
    while (!talk->ended && mf__now_ns() - asked_ns < GRACE_NS) {
        poll(NULL, 0, 5);
        look_whether_ended(talk);
    }
    kill(-talk->pid, SIGKILL);
    while (!talk->ended) {
        poll(NULL, 0, 5);
        look_whether_ended(talk);
    }
}

/* Whether nothing came for too long. Time may have passed while we were stopped ourselves, as by
 * Ctrl-Z, so it is asked once more whether something is there. */
static int look_whether_silent(struct talk *talk, mf_error *error)
{
    const uint64_t silence_ns = talk->call->silence_ns;
    bool quiet = true;
    if (silence_ns == 0 || talk->ended || mf__now_ns() - talk->heard_ns <= silence_ns)
        return 0;
    int code = turn(talk, 0, &quiet, error);
    talk->called->was_silent = code == 0 && quiet;
    return code;
}

/* A program has ended when it was waited for and nothing more is there to be read: what it left
 * running in the background may hold its outputs open. */
static int go_on(struct talk *talk, mf_error *error)
{
    const struct mf__call *call = talk->call;
    for (;;) {
        bool quiet = false;
        look_whether_ended(talk);
        const bool mute = talk->out < 0 && talk->err < 0; /* so it is about to end */
        int code = turn(talk, talk->ended ? 0 : mute ? 2 : TICK_MS, &quiet, error);
        if (code != 0 || (talk->ended && (quiet || mute)))
            return code;
        if (call->cancel != NULL && mf_cancel_requested(call->cancel))
            return mf__fail(error, MF_E_CANCELLED, "cancelled");
        code = look_whether_silent(talk, error);
        if (code != 0 || talk->called->was_silent)
            return code;
    }
}

int mf__call(const struct mf__call *call, struct mf__called *called, mf_error *error)
{
    struct talk talk = {.call = call, .called = called, .in = -1, .out = -1, .err = -1};
    int code = begin(&talk, error);
    if (code == 0) {
        code = go_on(&talk, error);
        put_an_end(&talk);
    }
    close_one(&talk.in);
    close_one(&talk.out);
    close_one(&talk.err);
    return code;
}
