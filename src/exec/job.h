/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job as those above the engine see it: work that can be made at a size, run more than once,
 * whose answer can be written down and checked. Who compares ways knows jobs only through this.
 */
#ifndef EXEC_JOB_H
#define EXEC_JOB_H

#include <manyfold/work.h>

#include "base/buffer.h"

struct mf__job_kind {
    const char *name;      /* "sum" */
    const char *size_name; /* "N"; NULL when the job has one size only */

    /* Makes the job ready to be run at `size`; what it needs hangs on *ret_user. */
    int (*make)(const void *config, uint64_t size, void **ret_user, mf_work *ret_work,
                mf_error *error);

    /* Forgets the answer of the run before. */
    void (*reset)(void *user);

    /* Adds the answer of the run that ended, as text in which any difference shows. Its first line
     * is what people are shown. */
    void (*answer)(const void *user, struct mf__buffer *text);

    /* Whether the answer is right, by another way than computing it: 0 or MF_E_DIFFER; or NULL. */
    int (*check)(const void *user, mf_error *error);

    void (*done)(void *user); /* frees what make made; NULL allowed */
};

/* A job to be run: its kind, its own settings, its size. Holds no memory of its own. */
struct mf__job {
    const struct mf__job_kind *kind;
    const void *config;
    uint64_t size; /* 1 for a job of one size */
};

#endif
