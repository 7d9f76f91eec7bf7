/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doing something in a forked child and getting bytes back: nothing that it does to memory, to
 * descriptors or to the heap is carried over, its CPU time and memory are its own, and a crash
 * costs the child only. Timed samples are taken this way.
 */
#ifndef EXEC_ISOLATE_H
#define EXEC_ISOLATE_H

#include <manyfold/work.h>

#include "base/buffer.h"

/* Runs in the child. What it adds to `bytes` travels to the parent, if it returns 0. */
typedef int mf__isolated_task(void *user, struct mf__buffer *bytes, mf_error *error);

struct mf__isolated {
    struct mf__buffer bytes; /* what the task left; to be freed by the caller */
    uint64_t cpu_ns;         /* of the child and what it waited for */
    uint64_t peak_bytes;     /* the largest peak resident set among them */
};

/*
 * Forks, runs `task` in the child, waits for its end. The caller's process should have one thread
 * only. When `cancel` is requested the child is killed. Outputs are written on success only.
 * Errors: those of the task; MF_E_CANCELLED; MF_E_WORKER when the child died; MF_E_SYSTEM,
 * MF_E_MEMORY.
 */
int mf__isolate(mf__isolated_task *task, void *user, const mf_cancel *cancel,
                struct mf__isolated *ret_isolated, mf_error *error);

#endif
