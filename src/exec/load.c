/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What disturbs timing, from the kernel's own counters (proc(5)): the load average, the share of
 * CPU time that a hypervisor took away, switches of this process, and slow-downs by heat. Steal is
 * counted in ticks of 10 ms over all processors, so its share means little below a second or so.
 */
#include "exec/load.h"

#include "exec/sysfile.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* "0.42 0.37 0.30 2/87 5100": the first number. */
static void read_average(const char *root, struct mf__load *load)
{
    char line[128];
    const char *at = line;
    uint64_t whole = 0;
    uint64_t hundredths = 0;
    mf__first_line(root, "/proc/loadavg", line, sizeof line);
    if (!mf__take_number(&at, &whole) || *at++ != '.')
        return;
    const char *digits = at;
    if (!mf__take_number(&at, &hundredths) || at - digits != 2 || *at != ' ')
        return;
    load->average_known = true;
    load->average = (double)whole + (double)hundredths / 100.0;
}

/*
 * "cpu  user nice system idle iowait irq softirq steal guest guest_nice". The last two are parts
 * of the first two, so only eight are summed. Kernels without steal have fewer.
 */
static void read_ticks(const char *root, struct mf__load *load)
{
    char line[512];
    const char *at = line + 3;
    uint64_t total = 0;
    uint64_t ticks = 0;
    if (!mf__first_line(root, "/proc/stat", line, sizeof line) || strncmp(line, "cpu ", 4) != 0)
        return;
    for (int i = 0; i < 8; i++) {
        at += strspn(at, " ");
        if (!mf__take_number(&at, &ticks) || __builtin_add_overflow(total, ticks, &total))
            return;
    }
    load->ticks_known = true;
    load->steal_ticks = ticks; /* the eighth */
    load->total_ticks = total;
}

/* Summed over processors 0, 1, ... up to the first that has no such counter. */
static void read_throttles(const char *root, struct mf__load *load)
{
    for (unsigned processor = 0;; processor++) {
        char path[128];
        char line[64];
        const char *at = line;
        uint64_t times = 0;
        snprintf(path, sizeof path,
                 "/sys/devices/system/cpu/cpu%u/thermal_throttle/core_throttle_count", processor);
        mf__first_line(root, path, line, sizeof line);
        if (!mf__take_number(&at, &times))
            return;
        load->throttles_known = true;
        load->throttles += times;
    }
}

/* Whoever measures in children only waits himself, so theirs are the switches that tell. */
static void read_switches(struct mf__load *load)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    for (size_t i = 0; i < sizeof whose / sizeof whose[0]; i++) {
        struct rusage usage;
        if (getrusage(whose[i], &usage) != 0)
            continue;
        load->voluntary_switches += (uint64_t)usage.ru_nvcsw;
        load->involuntary_switches += (uint64_t)usage.ru_nivcsw;
    }
}

void mf__load_read(const char *root, struct mf__load *ret_load)
{
    memset(ret_load, 0, sizeof *ret_load);
    read_average(root, ret_load);
    read_ticks(root, ret_load);
    read_throttles(root, ret_load);
    read_switches(ret_load);
}

static uint64_t growth(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

void mf__load_between(const struct mf__load *before, const struct mf__load *after,
                      struct mf__load_change *ret_change)
{
    memset(ret_change, 0, sizeof *ret_change);
    uint64_t ticks = growth(before->total_ticks, after->total_ticks);
    uint64_t steal = growth(before->steal_ticks, after->steal_ticks);
    if (before->ticks_known && after->ticks_known && ticks > 0) {
        ret_change->steal_known = true;
        ret_change->steal_share = steal < ticks ? (double)steal / (double)ticks : 1.0;
    }
    ret_change->voluntary_switches = growth(before->voluntary_switches, after->voluntary_switches);
    ret_change->involuntary_switches =
        growth(before->involuntary_switches, after->involuntary_switches);
    if (before->throttles_known && after->throttles_known) {
        ret_change->throttles_known = true;
        ret_change->throttles = growth(before->throttles, after->throttles);
    }
}
