/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/ranks.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static mf_cancel cancel;
static volatile sig_atomic_t asked_by; /* the signal */
static _Atomic uint64_t asked_ns;

/* Calls only what may be called here: the clock is read by clock_gettime(). */
static void ask_to_stop(int number)
{
    if (asked_by == 0) {
        asked_ns = mf__now_ns();
        asked_by = number;
        mf_cancel_request(&cancel);
    } else if (mf__now_ns() - asked_ns >= MF__ECHO_NS) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

const mf_cancel *mf__interruptible(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ask_to_stop;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaddset(&action.sa_mask, numbers[i]); /* the handler is not interrupted by itself */
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        /* What whoever started us wants ignored, as nohup does, stays ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    return &cancel;
}

int mf__interrupted_by(void)
{
    return asked_by;
}

void mf__end_interrupted(void)
{
    if (asked_by == 0)
        return;
    bool is_rank = mf__ranks_workers() > 0;
    mf__ranks_leave();
    /* MPICH's launcher takes a signal after the end of MPI for success. */
    if (is_rank)
        _exit(MF__EXIT_SIGNAL + asked_by);
    signal(asked_by, SIG_DFL);
    raise(asked_by);
}
