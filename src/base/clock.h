/* SPDX-License-Identifier: Apache-2.0 */
/* Durations. Statistics never see a clock; whoever measures takes one as a parameter. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define MF__NS_PER_S  UINT64_C(1000000000)
#define MF__NS_PER_MS UINT64_C(1000000)
#define MF__NS_PER_US UINT64_C(1000)

/* A clock that can be scripted: `now` gives nanoseconds that never go back. */
struct mf__clock {
    uint64_t (*now)(void *user);
    void *user;
};

/* Nanoseconds of CLOCK_MONOTONIC_RAW: not slewed, not stepped. Thread safe. */
uint64_t mf__now_ns(void);

/* The machine's clock as a struct mf__clock. */
extern const struct mf__clock mf__real_clock;

/* The smallest step, above 0, seen between readings of `clock`, in nanoseconds. */
uint64_t mf__clock_resolution_ns(const struct mf__clock *clock);

/* CPU time of this process, or of its children that were waited for, in nanoseconds. */
uint64_t mf__cpu_self_ns(void);
uint64_t mf__cpu_children_ns(void);

#endif
