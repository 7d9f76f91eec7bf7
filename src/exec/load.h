/* SPDX-License-Identifier: Apache-2.0 */
/* What else went on while something was timed. */
#ifndef EXEC_LOAD_H
#define EXEC_LOAD_H

#include <stdbool.h>
#include <stdint.h>

/* One look at the counters; what is not known is false or stays 0. */
struct mf__load {
    bool average_known;
    double average; /* tasks that ran or waited to, over the last minute */
    bool ticks_known;
    uint64_t steal_ticks;          /* in which a hypervisor ran something else on our processors */
    uint64_t total_ticks;          /* all CPU time of the machine, idle time too */
    uint64_t voluntary_switches;   /* of this process, and of its children when they were
                                      waited for: they waited */
    uint64_t involuntary_switches; /* they were made to wait */
    bool throttles_known;
    uint64_t throttles; /* times that a core was slowed down because of its heat */
};

/* Reads the files below `root`, "" for the machine itself, and the counters of this process. */
void mf__load_read(const char *root, struct mf__load *ret_load);

/* What happened between two looks. */
struct mf__load_change {
    bool steal_known;   /* false also when no tick passed in between */
    double steal_share; /* of all CPU time, 0 .. 1 */
    uint64_t voluntary_switches;
    uint64_t involuntary_switches;
    bool throttles_known;
    uint64_t throttles;
};

/* Counters that went back, as they may when a processor is taken away, count as unchanged. */
void mf__load_between(const struct mf__load *before, const struct mf__load *after,
                      struct mf__load_change *ret_change);

#endif
