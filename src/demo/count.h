/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that count to one total in different ways: what they share is what the time shows. */
#ifndef DEMO_COUNT_H
#define DEMO_COUNT_H

#include "demo/stage.h"

enum mf__counting {
    MF__COUNT_UNGUARDED,  /* load, add, store on one counter: increments get lost */
    MF__COUNT_ATOMIC,     /* one atomic addition */
    MF__COUNT_MUTEX,      /* one counter behind a lock */
    MF__COUNT_OWN,        /* a counter each, on a cache line of its own, added up at the end */
    MF__COUNT_PACKED,     /* a counter each, side by side in memory */
    MF__COUNT_OWN_ATOMIC, /* the same two, counted by atomic additions */
    MF__COUNT_PACKED_ATOMIC,
};

struct mf__counted {
    double time_ns;
    uint64_t wanted; /* what the total has to be */
    uint64_t total;
};

/* Counts `each` in every one of `workers` threads, which begin together. MF_E_DIFFER when a way
 * that loses nothing lost something. */
int mf__count(enum mf__counting how, unsigned workers, uint64_t each,
              struct mf__counted *ret_counted, mf_error *error);

#endif
