/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many workers by default.
 *
 * The default must be what computes fastest without disturbing anyone: as many workers as there
 * are cores that we may use, and no more than our quota keeps busy. Each bound counts in cores. A
 * second hardware thread of a core is no second core, so an affinity mask with both threads of one
 * core bounds to 1. The number of online processors, which many programs take, knows neither the
 * mask nor the quota.
 *
 * Ties: bounds are listed with the physical cores first and the first of the smallest decides. So
 * "affinity mask" is named only where the mask really takes cores away.
 */
#include "exec/bounds.h"

#include "base/memory.h"
#include "base/status.h"
#include "exec/topology.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <manyfold/pool.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
    [MF_BOUND_CORES] = "physical cores",
    [MF_BOUND_AFFINITY] = "affinity mask",
    [MF_BOUND_QUOTA_V1] = "cgroup v1 quota",
    [MF_BOUND_QUOTA_V2] = "cgroup v2 quota",
};

static void set_bound(mf_worker_bound *bound, unsigned workers)
{
    bound->known = workers > 0;
    bound->workers = workers;
}

static unsigned weight(hwloc_const_cpuset_t processors)
{
    int n = hwloc_bitmap_weight(processors);
    return n > 0 ? (unsigned)n : 0;
}

/* The cores that the system lets us use: control groups may take some away (cpuset). */
static void bound_by_cores(const struct mf__bounds_input *input, mf_worker_bound *bound)
{
    mf__fit_text(bound->source, sizeof bound->source, "hwloc");
    if (input->topology == NULL) {
        mf__fit_text(bound->value, sizeof bound->value, "hwloc cannot tell");
        return;
    }
    hwloc_const_cpuset_t all = hwloc_topology_get_topology_cpuset(input->topology);
    hwloc_const_cpuset_t allowed = hwloc_topology_get_allowed_cpuset(input->topology);
    set_bound(bound, mf__topology_cores(input->topology, allowed));
    snprintf(bound->value, sizeof bound->value, "%u of %u cores, %u of %u processors",
             bound->workers, mf__topology_cores(input->topology, all), weight(allowed),
             weight(all));
}

static void bound_by_affinity(const struct mf__bounds_input *input, mf_worker_bound *bound)
{
    mf__fit_text(bound->source, sizeof bound->source, "sched_getaffinity");
    if (input->affinity == NULL) {
        mf__fit_text(bound->value, sizeof bound->value, "the system does not tell");
        return;
    }
    unsigned processors = weight(input->affinity);
    unsigned cores =
        input->topology != NULL ? mf__topology_cores(input->topology, input->affinity) : 0;
    set_bound(bound, cores > 0 ? cores : processors);
    snprintf(bound->value, sizeof bound->value, "%u processor%s on %u core%s", processors,
             processors == 1 ? "" : "s", bound->workers, bound->workers == 1 ? "" : "s");
}

/* "150000 us in every 100000 us: 1.500 processors", without the decimal point of the locale. */
static void print_quota(const struct mf__quota *quota, char *ret_value, size_t room)
{
    uint64_t whole = quota->quota_us / quota->period_us;
    uint64_t rest = quota->quota_us % quota->period_us;
    snprintf(ret_value, room, "%" PRIu64 " us in every %" PRIu64 " us: %" PRIu64 ".%03u processors",
             quota->quota_us, quota->period_us, whole,
             (unsigned)((double)rest / (double)quota->period_us * 1000.0));
}

static void bound_by_quota(const struct mf__quota *quota, mf_worker_bound *bound)
{
    mf__fit_text(bound->source, sizeof bound->source, quota->source);
    if (!quota->known) {
        mf__fit_text(bound->value, sizeof bound->value, quota->reason);
        return;
    }
    set_bound(bound, mf__quota_workers(quota));
    print_quota(quota, bound->value, sizeof bound->value);
}

static void decide(mf_worker_bounds *bounds)
{
    bounds->decided_by = -1;
    bounds->default_workers = 1;
    unsigned smallest = UINT_MAX;
    for (int i = 0; i < MF_BOUND_COUNT; i++) {
        const mf_worker_bound *bound = &bounds->list[i];
        if (!bound->known || (bounds->decided_by >= 0 && bound->workers >= smallest))
            continue;
        smallest = bound->workers;
        bounds->decided_by = i;
        bounds->default_workers = smallest < MF_WORKERS_MAX ? smallest : MF_WORKERS_MAX;
    }
}

static void find_usable(const struct mf__bounds_input *input, mf_worker_bounds *bounds)
{
    const mf_worker_bound *affinity = &bounds->list[MF_BOUND_AFFINITY];
    const mf_worker_bound *cores = &bounds->list[MF_BOUND_CORES];
    unsigned usable = affinity->known ? affinity->workers : cores->workers;
    bounds->usable_cores = usable > 0 ? usable : 1;
    unsigned processors = bounds->usable_cores;
    if (affinity->known)
        processors = weight(input->affinity);
    else if (cores->known)
        processors = weight(hwloc_topology_get_allowed_cpuset(input->topology));
    bounds->usable_processors = processors;
}

void mf__bounds_find(const struct mf__bounds_input *input, mf_worker_bounds *ret_bounds)
{
    memset(ret_bounds, 0, sizeof *ret_bounds);
    for (int i = 0; i < MF_BOUND_COUNT; i++)
        ret_bounds->list[i].name = names[i];
    bound_by_cores(input, &ret_bounds->list[MF_BOUND_CORES]);
    bound_by_affinity(input, &ret_bounds->list[MF_BOUND_AFFINITY]);
    for (int i = 0; i < 2; i++) {
        const struct mf__quota *quota = input->quotas[i];
        bound_by_quota(quota, &ret_bounds->list[MF_BOUND_QUOTA_V1 + i]);
        double cpus = quota->known ? mf__quota_cpus(quota) : 0;
        if (cpus > 0 && (ret_bounds->quota_cpus <= 0 || cpus < ret_bounds->quota_cpus))
            ret_bounds->quota_cpus = cpus;
    }
    decide(ret_bounds);
    find_usable(input, ret_bounds);
}

/* Copies the mask of `room` processors into `processors`; 0, or the errno of a failure. */
static int read_mask(size_t room, cpu_set_t *mask, hwloc_cpuset_t processors)
{
    size_t bytes = CPU_ALLOC_SIZE(room);
    if (sched_getaffinity(0, bytes, mask) != 0)
        return errno;
    for (size_t i = 0; i < room; i++)
        if (CPU_ISSET_S(i, bytes, mask) && hwloc_bitmap_set(processors, (unsigned)i) != 0)
            return ENOMEM;
    return 0;
}

/*
 * The affinity mask of the calling thread, in `processors`; left empty when the system does not
 * tell. The system refuses (EINVAL) a mask with less room than it has processors, so room is
 * doubled until it is enough.
 */
static int read_affinity(hwloc_cpuset_t processors, mf_error *error)
{
    int failed = EINVAL;
    for (size_t room = CPU_SETSIZE; failed == EINVAL && room <= (size_t)1 << 20; room *= 2) {
        cpu_set_t *mask = mf__new(CPU_ALLOC_SIZE(room), 1);
        failed = mask != NULL ? read_mask(room, mask, processors) : ENOMEM;
        mf__free(mask);
    }
    return failed == ENOMEM ? mf__fail(error, MF_E_MEMORY, "out of memory for the affinity mask")
                            : 0;
}

static void read_quotas(struct mf__bounds_input *input, struct mf__quota quotas[2])
{
    for (int i = 0; i < 2; i++) {
        mf__quota_read("", (enum mf__cgroup_version)i, &quotas[i]);
        input->quotas[i] = &quotas[i];
    }
}

int mf_worker_bounds_read(mf_worker_bounds *ret_bounds, mf_error *error)
{
    struct mf__bounds_input input = {0};
    hwloc_cpuset_t affinity = hwloc_bitmap_alloc();
    if (affinity == NULL)
        return mf__fail(error, MF_E_MEMORY, "out of memory for the affinity mask");
    int status = read_affinity(affinity, error);
    if (status == 0)
        status = mf__topology_open(&input.topology, error);
    if (status == 0) {
        struct mf__quota quotas[2];
        input.affinity = hwloc_bitmap_iszero(affinity) ? NULL : affinity;
        read_quotas(&input, quotas);
        mf__bounds_find(&input, ret_bounds);
    }
    if (input.topology != NULL)
        hwloc_topology_destroy(input.topology);
    hwloc_bitmap_free(affinity);
    return status;
}

int mf_default_workers(unsigned *ret_workers, mf_error *error)
{
    mf_worker_bounds bounds;
    int status = mf_worker_bounds_read(&bounds, error);
    if (status == 0)
        *ret_workers = bounds.default_workers;
    return status;
}
