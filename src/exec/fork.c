/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/fork.h"

#include "base/clock.h"
#include "base/status.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES_PER_KIB UINT64_C(1024)

/*
 * What a host program may well handle in its own way, and a worker must not. Handlers of crashes
 * stay: what they say goes to the worker's stderr and so into the error message.
 */
static const int reset_signals[] = {SIGHUP,  SIGQUIT, SIGUSR1, SIGUSR2,
                                    SIGPIPE, SIGALRM, SIGTERM, SIGCHLD};

#define N_RESET (sizeof reset_signals / sizeof reset_signals[0])

/* What the child has to do, made before the fork. */
struct birth {
    pid_t parent;
    sigset_t none;
    int reset[N_RESET]; /* signals without their default action, and then zeros */
};

static void prepare_birth(struct birth *birth)
{
    size_t n = 0;
    memset(birth, 0, sizeof *birth);
    birth->parent = getpid();
    sigemptyset(&birth->none);
    for (size_t i = 0; i < N_RESET; i++) {
        struct sigaction action;
        if (sigaction(reset_signals[i], NULL, &action) == 0 && action.sa_handler != SIG_DFL)
            birth->reset[n++] = reset_signals[i];
    }
}

/*
 * A child pays for every page that it touches first, and each function of the C library lies in
 * another one; ten system calls take less. So the calls go through syscall(), and what can be known
 * before the fork is.
 *
 * The parent may have died before prctl: then its death was not seen, but the child has another
 * parent. All of this uses async-signal-safe calls only, since the host program may have threads.
 */
static void become_child(const struct birth *birth)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    for (size_t i = 0; i < N_RESET && birth->reset[i] != 0; i++)
        sigaction(birth->reset[i], &by_default, NULL);
    sigaction(SIGINT, &ignored, NULL);
    if (syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != birth->parent)
        _exit(1);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &birth->none, NULL, _NSIG / 8);
}

pid_t mf__fork(mf_error *error)
{
    sigset_t all;
    sigset_t before;
    struct birth birth;
    sigfillset(&all);
    /* No handler of the host program may run in the child before its actions are set. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    prepare_birth(&birth);
    pid_t child = fork();
    if (child == 0) {
        become_child(&birth);
        return 0;
    }
    int reason = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0)
        mf__fail_errno(error, reason, "a process could not be forked; fewer workers would help");
    return child;
}

static uint64_t time_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * MF__NS_PER_S + (uint64_t)time.tv_usec * MF__NS_PER_US;
}

bool mf__child_ended(pid_t child, bool wait, struct mf__end *ret_end)
{
    int status = 0;
    struct rusage usage;
    pid_t ended = 0;
    do {
        ended = wait4(child, &status, wait ? 0 : WNOHANG, &usage);
    } while (ended < 0 && errno == EINTR);
    if (ended == 0)
        return false;
    *ret_end = (struct mf__end){.known = ended == child};
    if (ended == child) {
        ret_end->signalled = WIFSIGNALED(status);
        ret_end->status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
        ret_end->cpu_ns = time_ns(usage.ru_utime) + time_ns(usage.ru_stime);
        ret_end->peak_bytes = (uint64_t)usage.ru_maxrss * BYTES_PER_KIB;
    }
    return true;
}

void mf__child_kill(pid_t child, struct mf__end *ret_end)
{
    /* Once its status was taken, the number of a child may be a stranger's. */
    if (mf__child_ended(child, false, ret_end))
        return;
    kill(child, SIGKILL);
    mf__child_ended(child, true, ret_end);
}

void mf__end_text(const struct mf__end *end, char text[MF__END_TEXT])
{
    if (!end->known)
        snprintf(text, MF__END_TEXT, "is gone, how is not known");
    else if (!end->signalled)
        snprintf(text, MF__END_TEXT, "ended with status %d", end->status);
    else
        snprintf(text, MF__END_TEXT, "was killed by signal %d (SIG%s%s)", end->status,
                 sigabbrev_np(end->status) != NULL ? sigabbrev_np(end->status) : "?",
                 end->status == SIGKILL ? "; possibly out of memory" : "");
}
