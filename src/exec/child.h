/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forked worker as its parent sees it: what it says on stderr, and when it ends.
 *
 * Its stderr is a pipe, which closes when it dies: a moment before there is a status to wait for,
 * or long before, when the worker closes it; or later, when a process that the worker left behind
 * holds it. So once the pipe is closed, the end is awaited by a descriptor of the process itself.
 */
#ifndef EXEC_CHILD_H
#define EXEC_CHILD_H

#include <manyfold/status.h>

#include "exec/fork.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define MF__TAIL_BYTES   600   /* of a worker's stderr are kept for error messages */
#define MF__TAIL_BETWEEN " | " /* between lines, where they become one */

struct mf__tail {
    char bytes[MF__TAIL_BYTES];
    size_t length;
    bool cut; /* there was more before */
};

struct mf__child {
    pid_t id;              /* 0: not running */
    int messages;          /* read end of its stderr, or -1 */
    int end;               /* readable once it ended, or -1 */
    struct mf__tail *tail; /* NULL: it has not said anything */
};

#define MF__NO_CHILD ((struct mf__child){.messages = -1, .end = -1})

/*
 * Makes the pipe. *ret_stderr is the end for the child, which calls mf__child_begin with it; the
 * parent closes it after the fork and sets `id`. Descriptors 0 to 2 are left free.
 */
int mf__child_prepare(struct mf__child *child, int *ret_stderr, mf_error *error);

/* In the child: makes `messages` its stderr. False when that fails. */
bool mf__child_begin(int messages);

/* What to poll for news of the child; -1 for nothing. */
int mf__child_descriptor(const struct mf__child *child);

/* Takes in what the child has said, without waiting. */
void mf__child_listen(struct mf__child *child);

/* Whether the child ended. If so it is gone: what it said last is taken in, all is closed. */
bool mf__child_gone(struct mf__child *child, struct mf__end *ret_end);

/* Kills the child, if it runs, and waits for its end. */
void mf__child_dismiss(struct mf__child *child);

/* The last lines that the child said, as one line of less than `room` bytes; may be "". */
void mf__child_last_words(const struct mf__child *child, char *text, size_t room);

/* Frees what is left; the child does not run. */
void mf__child_done(struct mf__child *child);

/* `fd`, or a duplicate above the standard ones, which a host may have closed; -1 as it is. */
int mf__above_standard(int fd);

#endif
