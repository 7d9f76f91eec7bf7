/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <signal.h>
#include <string.h>

static mf_cancel cancel;
static volatile sig_atomic_t asked_by; /* the signal */

static void ask_to_stop(int number)
{
    asked_by = number;
    mf_cancel_request(&cancel);
}

const mf_cancel *mf__interruptible(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ask_to_stop;
    action.sa_flags = (int)SA_RESETHAND; /* the second one has its default effect: the end */
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        /* What whoever started us wants ignored, as nohup does, stays ignored. */
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    return &cancel;
}

void mf__end_interrupted(void)
{
    if (asked_by == 0)
        return;
    signal(asked_by, SIG_DFL);
    raise(asked_by);
}
