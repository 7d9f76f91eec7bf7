/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doing something by a command of its own and getting bytes back, as exec/isolate.h does it by a
 * forked child: for what a fork cannot do, since another program has to start it.
 *
 * The command says on its standard output that it is ready, and then what told.h has. It ends when
 * we do, and gets no standard input.
 */
#ifndef EXEC_COMMAND_H
#define EXEC_COMMAND_H

#include "exec/isolate.h"

struct mf__command {
    const char *const *words; /* the program and its arguments; ends with NULL */
    const char *prefix;       /* a line on its standard error that begins so says why it failed;
                                 where there is none, the last lines do */
    uint64_t ready_limit_ns;  /* it is given up when it is not ready by then */
};

/*
 * Starts the command and waits for its end. *ret_ready_ns is how long it took to be ready. When
 * cancelled it is asked to end, so that it ends what it has started, and killed only where it does
 * not. Errors: those of the task; MF_E_CANCELLED; MF_E_WORKER when it told nothing; MF_E_SYSTEM,
 * MF_E_MEMORY.
 */
int mf__command_run(const struct mf__command *command, const mf_cancel *cancel,
                    struct mf__isolated *ret_isolated, uint64_t *ret_ready_ns, mf_error *error);

/* In such a command: that it is ready. MF_E_OUTPUT. */
int mf__command_ready(int channel, mf_error *error);

#endif
