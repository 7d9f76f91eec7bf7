/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/event.h"

#include "base/clock.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LOOKS_PER_TIME 64 /* looks at the epoch between two looks at the clock */

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

uint32_t mf__event_seen(struct mf__event *event)
{
    return atomic_load(&event->epoch);
}

void mf__event_notify(struct mf__event *event)
{
    atomic_fetch_add(&event->epoch, 1);
    if (atomic_load(&event->sleepers) > 0)
        syscall(SYS_futex, &event->epoch, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

bool mf__spin_until(bool (*done)(void *user), void *user, uint64_t spin_ns)
{
    uint64_t start = spin_ns == UINT64_MAX ? 0 : mf__now_ns();
    for (;;) {
        for (int look = 0; look < LOOKS_PER_TIME; look++) {
            if (done(user))
                return true;
            relax();
        }
        if (spin_ns != UINT64_MAX && mf__now_ns() - start >= spin_ns)
            return false;
    }
}

struct look {
    struct mf__event *event;
    uint32_t seen;
};

static bool changed(void *user)
{
    const struct look *look = user;
    return atomic_load_explicit(&look->event->epoch, memory_order_acquire) != look->seen;
}

void mf__event_wait(struct mf__event *event, uint32_t seen, uint64_t spin_ns, uint64_t timeout_ns)
{
    struct look look = {event, seen};
    uint64_t spinning_ns = spin_ns < timeout_ns ? spin_ns : timeout_ns;
    if (spinning_ns > 0 && mf__spin_until(changed, &look, spinning_ns))
        return;
    if (spin_ns >= timeout_ns)
        return;
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / MF__NS_PER_S),
                               .tv_nsec = (long)(timeout_ns % MF__NS_PER_S)};
    atomic_fetch_add(&event->sleepers, 1);
    /* The kernel compares the epoch once more; an interrupted or failed wait is a look too many. */
    syscall(SYS_futex, &event->epoch, FUTEX_WAIT, seen,
            timeout_ns == MF__NO_TIMEOUT ? NULL : &timeout, NULL, 0);
    atomic_fetch_sub(&event->sleepers, 1);
}
