/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event count: "something may have changed, look again". It holds no lock, so a waiter or a
 * notifier that is killed at any instant leaves nothing behind but a needless wake-up.
 *
 *     uint32_t seen = mf__event_seen(event);
 *     if (!condition())
 *         mf__event_wait(event, seen, spin_ns, timeout_ns);   then look again
 *
 * Whoever makes the condition true calls mf__event_notify afterwards. Works between threads and,
 * in shared memory, between processes.
 */
#ifndef EXEC_EVENT_H
#define EXEC_EVENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define MF__NO_TIMEOUT UINT64_MAX

struct mf__event {
    _Atomic uint32_t epoch;
    _Atomic uint32_t sleepers; /* at least the number of those asleep */
};

uint32_t mf__event_seen(struct mf__event *event);

/* Wakes everybody who saw an earlier epoch. */
void mf__event_notify(struct mf__event *event);

/*
 * Returns when the epoch is no longer `seen`, after `timeout_ns`, or for no reason: the caller
 * looks again. Spins for `spin_ns` first (UINT64_MAX: never sleeps).
 */
void mf__event_wait(struct mf__event *event, uint32_t seen, uint64_t spin_ns, uint64_t timeout_ns);

/* Looks at `done` until it holds or `spin_ns` have passed (UINT64_MAX: for ever); what it said
 * last. */
bool mf__spin_until(bool (*done)(void *user), void *user, uint64_t spin_ns);

#endif
