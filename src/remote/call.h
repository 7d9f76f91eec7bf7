/* SPDX-License-Identifier: Apache-2.0 */
/* Another program, started by its words without a shell, given its input and listened to. */
#ifndef REMOTE_CALL_H
#define REMOTE_CALL_H

#include <manyfold/work.h>

#include "base/buffer.h"

#include <stdint.h>

struct mf__call {
    const char *const *words; /* ends with NULL; the first is looked up in PATH */
    const char *input;
    size_t n_input;
    uint64_t silence_ns;     /* it is ended when it says nothing for so long; 0: never */
    const mf_cancel *cancel; /* or NULL */
    /* Takes what it writes to its standard output, piece by piece; NULL drops it. A failure ends
     * the program and is what mf__call returns. */
    int (*take)(void *user, const char *bytes, size_t n, mf_error *error);
    void *user;
};

/* How it ended. Start with {0}; free `said`. */
struct mf__called {
    int status;             /* as a shell tells it: 128 and the signal's number after one */
    bool was_silent;        /* it was ended for its silence */
    struct mf__buffer said; /* the end of what it wrote to standard error */
};

/*
 * Starts, listens and waits. It has a process group of its own, so that Ctrl-C reaches us alone and
 * we decide; what we end, is ended with all that it started.
 * MF_E_UNAVAILABLE: there is no such program; MF_E_CANCELLED; MF_E_SYSTEM; what `take` returned.
 */
int mf__call(const struct mf__call *call, struct mf__called *called, mf_error *error);

#endif
