/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mpirun is in a process group of its own, so that Ctrl-C reaches it through us alone: by itself it
 * would kill all ranks at once. It passes SIGUSR1 on, which rank 0 takes for a request to stop.
 *
 * Its standard output comes through a pipe of ours, as mpirun does not find out that a disk is
 * full.
 */
#include "cli/mpirun.h"

#include "base/clock.h"
#include "base/output.h"
#include "base/status.h"
#include "cli/cli.h"
#include "cli/mpirun_talk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_NS UINT64_C(5000000000) /* for ranks that were asked to stop */
#define CUT_NS      UINT64_C(2000000000) /* for an mpirun whose ranks gave up: it ends the others */
#define START_NS                                                                                   \
    UINT64_C(                                                                                      \
        4000000000) /* for an mpirun that cannot start all ranks: it ends by itself, or never */
#define GRACE_NS UINT64_C(1000000000) /* for an mpirun that was told to end */
#define LOOK_NS  100000000            /* at its end, and at the time */
#define PIECE    PIPE_BUF             /* as much goes into a pipe that poll() calls ready */

/* How urgently mpirun was asked to end. */
enum urge { NOT_YET, ASKED, TOLD, KILLED };

static const int signals_of[] = {[ASKED] = SIGUSR1, [TOLD] = SIGTERM, [KILLED] = SIGKILL};

struct running {
    pid_t pid;
    int pipes[2]; /* its standard output and error; -1: closed */
    struct mf__mpirun_talk talk;
    sigset_t mask; /* while it is waited for something */
    int status;    /* as a shell sees it; -1: it runs */
    bool was_killed;
    int failed; /* an exit status of ours, which counts for more */
    enum urge urge;
    uint64_t urged_ns;
    uint64_t repeated_ns; /* when it was asked last */
    uint64_t gave_up_ns;  /* when a rank said that it lost another one; 0: none did */
    uint64_t no_start_ns; /* when ssh said that it reaches a host not; 0: it did not */
};

static volatile sig_atomic_t asked_by;
static volatile sig_atomic_t times_asked;
static _Atomic uint64_t asked_ns; /* first */

static void note_signal(int number)
{
    uint64_t now_ns = mf__now_ns();
    if (times_asked > 0 && now_ns - asked_ns < MF__ECHO_NS)
        return;
    if (times_asked == 0)
        asked_ns = now_ns;
    asked_by = number;
    times_asked++;
}

/* ---- starting ---- */

static void become_mpirun(const char *const *words, int out, int err, const sigset_t *mask,
                          pid_t parent)
{
    int in = isatty(STDIN_FILENO) ? open("/dev/null", O_RDONLY) : STDIN_FILENO;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (getppid() == parent && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(err, STDERR_FILENO) >= 0)
        execvp(words[0], (char *const *)(uintptr_t)words);
    _exit(MF__EXIT_UNAVAILABLE);
}

static int start(struct running *running, const char *const *words, mf_error *error)
{
    int out[2] = {-1, -1};
    int err[2] = {-1, -1};
    const pid_t self = getpid();
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        return mf__fail_errno(error, errno, "cannot start %s", words[0]);
    running->pid = fork();
    if (running->pid < 0)
        return mf__fail_errno(error, errno, "cannot start %s", words[0]);
    if (running->pid == 0)
        become_mpirun(words, out[1], err[1], &running->mask, self);
    close(out[1]);
    close(err[1]);
    running->pipes[0] = out[0];
    running->pipes[1] = err[0];
    return 0;
}

/* ---- while it runs ---- */

static void urge(struct running *running, enum urge urge)
{
    if (running->status >= 0 || urge <= running->urge)
        return;
    running->urge = urge;
    running->urged_ns = running->repeated_ns = mf__now_ns();
    kill(running->pid, signals_of[urge]);
}

/* There may have been no rank yet that could hear it. Rank 0 takes all of them for one. */
static void repeat(struct running *running, uint64_t now_ns)
{
    if (running->status >= 0 || running->urge != ASKED || now_ns - running->repeated_ns < LOOK_NS)
        return;
    running->repeated_ns = now_ns;
    kill(running->pid, signals_of[ASKED]);
}

static void look_at_requests(struct running *running)
{
    uint64_t now_ns = mf__now_ns();
    /* mpirun ends the others of a rank that gave up. It may wait for a host that is cut off. */
    if (running->talk.rank_gave_up && running->gave_up_ns == 0)
        running->gave_up_ns = now_ns;
    if (running->talk.cannot_start && running->no_start_ns == 0)
        running->no_start_ns = now_ns;
    bool has_no_start = running->no_start_ns != 0 && now_ns - running->no_start_ns > START_NS;
    bool is_cut = running->gave_up_ns != 0 && now_ns - running->gave_up_ns > CUT_NS;
    uint64_t waited_ns = now_ns - running->urged_ns;
    if (is_cut || (running->urge == TOLD && waited_ns > GRACE_NS))
        urge(running, KILLED);
    else if (has_no_start || times_asked > 1 || (running->urge == ASKED && waited_ns > PATIENCE_NS))
        urge(running, TOLD);
    else if (times_asked > 0)
        urge(running, ASKED);
    repeat(running, now_ns);
}

/* Waits until it can be written; once the end was asked for twice, or is overdue, what somebody
 * does not read is lost. */
static int say(struct running *running, int fd, const char *bytes, size_t n, mf_error *error)
{
    const struct timespec limit = {.tv_nsec = LOOK_NS};
    const char *name = fd == STDOUT_FILENO ? "standard output" : "standard error";
    int code = 0;
    while (n > 0 && code == 0) {
        struct pollfd wanted = {fd, POLLOUT, 0};
        size_t piece = n < PIECE ? n : PIECE;
        int ready = ppoll(&wanted, 1, &limit, &running->mask);
        look_at_requests(running);
        if (ready == 0 && (times_asked > 1 || running->urge >= TOLD))
            break;
        if (ready <= 0)
            continue;
        code = mf__write_all(fd, bytes, piece, name, error);
        bytes += piece;
        n -= piece;
    }
    return code;
}

static void pass_on(struct running *running, int which, const char *bytes, size_t n)
{
    struct mf__buffer out = {0};
    struct mf__buffer shown = {0};
    mf_error error;
    if (which == 1)
        mf__mpirun_talk_hear(&running->talk, bytes, n, &shown);
    else
        mf__mpirun_talk_pass(&running->talk, bytes, n, &out, &shown);
    say(running, STDERR_FILENO, mf__buffer_text(&shown), shown.length, NULL);
    if (running->failed == 0 &&
        say(running, STDOUT_FILENO, mf__buffer_text(&out), out.length, &error) != 0) {
        running->failed = mf__tell(&error);
        urge(running, TOLD);
    }
    mf__buffer_done(&shown);
    mf__buffer_done(&out);
}

static void read_pipe(struct running *running, int which)
{
    char bytes[1 << 14];
    ssize_t n = read(running->pipes[which], bytes, sizeof bytes);
    if (n > 0) {
        pass_on(running, which, bytes, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        close(running->pipes[which]);
        running->pipes[which] = -1;
    }
}

static void look_at_end(struct running *running)
{
    int status = 0;
    if (running->status >= 0 || waitpid(running->pid, &status, WNOHANG) != running->pid)
        return;
    running->was_killed = WIFSIGNALED(status);
    running->status =
        running->was_killed ? MF__EXIT_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What ranks have left in the pipes is read after the end; who else holds them is not waited for.
 */
static void attend(struct running *running)
{
    const struct timespec limit = {.tv_nsec = LOOK_NS};
    bool quiet = false;
    while (running->status < 0 || (!quiet && (running->pipes[0] >= 0 || running->pipes[1] >= 0))) {
        struct pollfd wanted[2] = {{running->pipes[0], POLLIN, 0}, {running->pipes[1], POLLIN, 0}};
        quiet = ppoll(wanted, 2, &limit, &running->mask) == 0;
        for (int which = 0; which < 2; which++)
            if (running->pipes[which] >= 0 && wanted[which].revents != 0)
                read_pipe(running, which);
        look_at_requests(running);
        look_at_end(running);
    }
}

/* Ends our children; how many there were. */
static size_t end_children(void)
{
    char path[64];
    unsigned pid = 0;
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "r");
    if (children == NULL)
        return 0;
    for (; fscanf(children, "%u", &pid) == 1; n++) {
        kill((pid_t)pid, SIGKILL);
        waitpid((pid_t)pid, NULL, 0);
    }
    fclose(children);
    return n;
}

/* What an mpirun left behind that had to be ended by force has become ours: its ranks, or those
 * who started them, whose ranks become ours after their end. */
static void sweep(void)
{
    while (end_children() > 0)
        ;
}

/* ---- all of it ---- */

static void catch_signals(sigset_t *ret_before)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note_signal};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        /* What whoever started us wants ignored, as nohup does, stays ignored. */
        if (sigaction(numbers[i], NULL, &before) != 0 || before.sa_handler == SIG_IGN)
            continue;
        sigaction(numbers[i], &action, NULL);
        sigaddset(&blocked, numbers[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, ret_before);
}

static int end_of(struct running *running)
{
    struct mf__buffer shown = {0};
    int status = mf__mpirun_talk_end(&running->talk, running->status, running->was_killed, &shown);
    /* Whoever asked for the end knows why. */
    if (asked_by == 0 && running->failed == 0)
        say(running, STDERR_FILENO, mf__buffer_text(&shown), shown.length, NULL);
    mf__buffer_done(&shown);
    return running->failed != 0 ? running->failed : status;
}

int mf__mpirun_run(const char *const *words)
{
    struct running running = {.status = -1, .pipes = {-1, -1}};
    mf_error error;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    mf__mpirun_talk_start(&running.talk);
    catch_signals(&running.mask);
    if (start(&running, words, &error) != 0)
        return mf__tell(&error);
    attend(&running);
    pass_on(&running, 0, "", 0);
    sweep();
    int status = end_of(&running);
    mf__mpirun_talk_done(&running.talk);
    sigprocmask(SIG_SETMASK, &running.mask, NULL);
    if (asked_by != 0 && running.failed == 0) {
        signal(asked_by, SIG_DFL);
        raise(asked_by);
    }
    return status;
}
