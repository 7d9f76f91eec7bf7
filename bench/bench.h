/* SPDX-License-Identifier: Apache-2.0 */
/* What the drivers of the benchmark share: the clock, an empty item, numbers on the command line.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <manyfold/work.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

_Noreturn static inline void bench_die(const char *why)
{
    fprintf(stderr, "bench: %s\n", why);
    exit(1);
}

/* The whole number that is argument `index`. */
static inline uint64_t bench_number(int argc, char **argv, int index)
{
    char *end = NULL;
    unsigned long long value = index < argc ? strtoull(argv[index], &end, 10) : 0;
    if (end == NULL || end == argv[index] || *end != '\0')
        bench_die("a whole number is missing on the command line");
    return value;
}

/* Keeps a value, so that what computes it stays. */
static inline void bench_keep(uint64_t value)
{
    __asm__ volatile("" : : "r"(value));
}

/* What a driver prints: how long it took, and the answer. */
static inline void bench_tell(uint64_t took, uint64_t answer)
{
    printf("%llu %llu\n", (unsigned long long)took, (unsigned long long)answer);
}

/* An item that does nothing. */
static inline int bench_nothing(void *user, uint64_t item, void *ret_result,
                                const mf_worker *worker, mf_error *error)
{
    (void)user;
    (void)item;
    (void)ret_result;
    (void)worker;
    (void)error;
    return 0;
}

#endif
