/* SPDX-License-Identifier: Apache-2.0 */
/* Forking a child that cannot outlive us, and hearing of its end. */
#ifndef EXEC_FORK_H
#define EXEC_FORK_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Forks. In the child (0): killed when the calling thread of the parent ends, default actions
 * for the usual signals but for SIGINT, which is ignored since the parent decides what Ctrl-C
 * means. In the parent: the child's id, or -1 with `error` filled (MF_E_SYSTEM). The calling thread
 * has to stay until the child was waited for.
 */
pid_t mf__fork(mf_error *error);

/* How a child ended. */
struct mf__end {
    bool known; /* false when somebody else took the status: only that it is gone is known */
    bool signalled;
    int status; /* the signal or the exit status */
    uint64_t cpu_ns;
    uint64_t peak_bytes;
};

/* Whether the child ended; when `wait`, does not return before it did. */
bool mf__child_ended(pid_t child, bool wait, struct mf__end *ret_end);

/* Kills the child, unless it ended already, and waits for it. */
void mf__child_kill(pid_t child, struct mf__end *ret_end);

#define MF__END_TEXT 96

/* "was killed by signal 9 (SIGKILL; possibly out of memory)", "ended with status 3", ... */
void mf__end_text(const struct mf__end *end, char text[MF__END_TEXT]);

#endif
