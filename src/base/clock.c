/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stddef.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#define LOOKS 1000 /* at a clock that stands still, before it is given up */

uint64_t mf__now_ns(void)
{
    struct timespec now;
    /* Cannot fail: the clock id is one that Linux has had since 2.6.28, the pointer is valid. */
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * MF__NS_PER_S + (uint64_t)now.tv_nsec;
}

static uint64_t real_now(void *user)
{
    (void)user;
    return mf__now_ns();
}

const struct mf__clock mf__real_clock = {real_now, NULL};

uint64_t mf__clock_resolution_ns(const struct mf__clock *clock)
{
    uint64_t smallest = UINT64_MAX;
    for (int i = 0; i < 100; i++) {
        uint64_t first = clock->now(clock->user);
        uint64_t next = first;
        for (int turn = 0; next == first && turn < LOOKS; turn++)
            next = clock->now(clock->user);
        if (next > first && next - first < smallest)
            smallest = next - first;
    }
    return smallest == UINT64_MAX ? 1 : smallest;
}

static uint64_t cpu_ns(int who)
{
    struct rusage usage;
    if (getrusage(who, &usage) != 0)
        return 0;
    uint64_t seconds = (uint64_t)usage.ru_utime.tv_sec + (uint64_t)usage.ru_stime.tv_sec;
    uint64_t micros = (uint64_t)usage.ru_utime.tv_usec + (uint64_t)usage.ru_stime.tv_usec;
    return seconds * MF__NS_PER_S + micros * MF__NS_PER_US;
}

uint64_t mf__cpu_self_ns(void)
{
    return cpu_ns(RUSAGE_SELF);
}

uint64_t mf__cpu_children_ns(void)
{
    return cpu_ns(RUSAGE_CHILDREN);
}
