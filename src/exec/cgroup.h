/* SPDX-License-Identifier: Apache-2.0 */
/* How much CPU time the control groups above this process grant it. */
#ifndef EXEC_CGROUP_H
#define EXEC_CGROUP_H

#include "exec/sysfile.h"

#include <stdbool.h>
#include <stdint.h>

/* The tightest limit of one version of control groups. */
struct mf__quota {
    bool known;                 /* false: nothing is bounded, and `reason` says why */
    uint64_t quota_us;          /* granted ... */
    uint64_t period_us;         /* ... in each period of this length; both above 0 */
    const char *reason;         /* NULL when known */
    char source[MF__PATH_ROOM]; /* the file that holds the limit, else where the search ended */
};

enum mf__cgroup_version { MF__CGROUP_V1, MF__CGROUP_V2 };

/*
 * Reads the limit below the folder `root`, "" for the machine itself. Files that are missing,
 * empty, unreadable or garbled bound nothing.
 */
void mf__quota_read(const char *root, enum mf__cgroup_version version, struct mf__quota *ret_quota);

/* The processors that a known quota amounts to, and the workers that they keep busy: rounded up,
 * so at least 1. */
double mf__quota_cpus(const struct mf__quota *quota);
unsigned mf__quota_workers(const struct mf__quota *quota);

#endif
