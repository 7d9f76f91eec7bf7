/* SPDX-License-Identifier: Apache-2.0 */
/* What tests need that kill processes: memory that outlives them, and finding who is left. */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_MS UINT64_C(1000000)

/* Until something is taken not to happen. A machine that is busy with other work may let a process
 * wait for long that was told to end; what is left behind works or waits for much longer. */
#define PATIENCE_NS (UINT64_C(60000) * NS_PER_MS)

/* Zeroed memory that all children share, until the program ends; NULL when there is none. */
static inline void *share(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* Crashes end a process, without a core: cmocka and the sanitizers have handlers of their own. */
static inline void crash_plainly(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    const struct rlimit none = {0, 0};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        signal(crashes[i], SIG_DFL);
    setrlimit(RLIMIT_CORE, &none);
}

static inline void nap(uint64_t ns)
{
    const struct timespec time = {(time_t)(ns / UINT64_C(1000000000)),
                                  (long)(ns % UINT64_C(1000000000))};
    nanosleep(&time, NULL);
}

/* Waits for children, and for those that became ours, until none is left or the time is over. */
static inline bool all_ended_within(uint64_t ns)
{
    uint64_t start = mf__now_ns();
    for (;;) {
        pid_t ended = waitpid(-1, NULL, WNOHANG);
        if (ended < 0 && errno == ECHILD)
            return true;
        if (ended == 0 && mf__now_ns() - start >= ns)
            return false;
        if (ended == 0)
            nap(NS_PER_MS / 4);
    }
}

/* How many descriptors this process has open. */
static inline size_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t n = 0;
    while (folder != NULL && readdir(folder) != NULL)
        n++;
    if (folder != NULL)
        closedir(folder);
    return n;
}

#endif
