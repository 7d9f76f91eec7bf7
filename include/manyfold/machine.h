/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this machine is, and how many workers a run should have by default.
 *
 *     mf_worker_bounds bounds;
 *     if (mf_worker_bounds_read(&bounds, &error) == 0)
 *         use(bounds.default_workers);
 */
#ifndef MANYFOLD_MACHINE_H
#define MANYFOLD_MACHINE_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What bounds the number of workers, in the order in which they are listed. */
enum mf_bound {
    MF_BOUND_CORES,    /* physical cores that the system lets us use */
    MF_BOUND_AFFINITY, /* cores of which the calling thread may use at least one processor */
    MF_BOUND_QUOTA_V1, /* CPU time that a control group of version 1 grants, rounded up */
    MF_BOUND_QUOTA_V2, /* the same for version 2 */
    MF_BOUND_COUNT
};

typedef struct mf_worker_bound {
    const char *name; /* "physical cores", "affinity mask", "cgroup v1 quota", "cgroup v2 quota" */
    bool known;       /* false: it bounds nothing here, and `value` says why */
    unsigned workers; /* at least 1, or 0 when not known */
    char value[96];   /* what was read, in words */
    char source[256]; /* where: a file's path, cut when too long, or a call */
} mf_worker_bound;

typedef struct mf_worker_bounds {
    mf_worker_bound list[MF_BOUND_COUNT]; /* by enum mf_bound */
    unsigned default_workers; /* the smallest known bound, 1 .. MF_WORKERS_MAX; 1 without any */
    int decided_by;           /* the mf_bound that is it; the first one listed wins a tie; or -1 */
    unsigned usable_processors; /* hardware threads in the affinity mask, at least 1 */
    unsigned usable_cores;      /* physical cores that hold one of them, at least 1 */
    double quota_cpus;          /* the smaller quota, in processors; 0 when there is none */
} mf_worker_bounds;

/*
 * Reads every bound, for the calling thread. What cannot be read bounds nothing. Thread safe.
 * Errors: MF_E_MEMORY.
 */
MF_API int mf_worker_bounds_read(mf_worker_bounds *ret_bounds, mf_error *error);

/* The same, when only the number is wanted. */
MF_API int mf_default_workers(unsigned *ret_workers, mf_error *error);

/*
 * What this machine is. A text that is not known is empty, a number 0. It names the kind of
 * machine, never this one: no host name, no serial number. Texts come as the system gives them,
 * without control characters.
 */
typedef struct mf_machine {
    char cpu_model[128];
    char architecture[32]; /* "x86_64", ... */
    char kernel[128];      /* "Linux 6.1.0-13-amd64" */
    char os[128];          /* "Debian GNU/Linux 12 (bookworm)" */
    unsigned packages;
    unsigned numa_nodes;
    unsigned cores;            /* of the whole machine, also those that we may not use */
    unsigned processors;       /* hardware threads, likewise */
    unsigned threads_per_core; /* the largest, where cores differ */
    uint64_t l1d_bytes;        /* of one cache, the first core's */
    uint64_t l2_bytes;
    uint64_t l3_bytes;
    uint64_t memory_bytes;
    bool virtualised; /* the processor says that a hypervisor runs it; x86 only */
    bool avx2;        /* this process may use these instructions; x86 only */
    bool avx512f;
    char governor[32];     /* of the clock frequency: "performance", "powersave", ... */
    char clock_source[32]; /* of the kernel: "tsc", ... */
} mf_machine;

/* Looks at the machine. Thread safe. Errors: MF_E_MEMORY. */
MF_API int mf_machine_read(mf_machine *ret_machine, mf_error *error);

#ifdef __cplusplus
}
#endif
#endif
