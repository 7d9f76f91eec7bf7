/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/machine.h"

#include "exec/sysfile.h"
#include "exec/topology.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The text behind "key : " in a line of /proc/cpuinfo, NULL when the line has another key. */
static const char *value_of(const char *line, const char *key)
{
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0)
        return NULL;
    line += length;
    line += strspn(line, " \t");
    if (*line != ':')
        return NULL;
    line++;
    return line + strspn(line, " \t");
}

/* The first processor's model and whether a hypervisor runs it. */
static void read_cpuinfo(const char *root, mf_machine *machine)
{
    struct mf__lines lines;
    mf__lines_open(&lines, root, "/proc/cpuinfo");
    const char *line = NULL;
    /* An empty line ends what is told of one processor. */
    while ((line = mf__lines_next(&lines)) != NULL && *line != '\0') {
        const char *model = value_of(line, "model name");
        if (model != NULL)
            mf__fit_text(machine->cpu_model, sizeof machine->cpu_model, model);
        const char *flags = value_of(line, "flags");
        if (flags != NULL)
            machine->virtualised = mf__has_word(flags, ' ', "hypervisor");
    }
    mf__lines_close(&lines);
}

/* Takes off, in place, the quotes and backslashes of a shell word: os-release(5). */
static void unquote(char *text)
{
    char *to = text;
    char quote = '\0';
    for (const char *from = text; *from != '\0'; from++) {
        if (quote == '\0' && (*from == '"' || *from == '\''))
            quote = *from;
        else if (*from == quote)
            quote = '\0';
        else if (*from == '\\' && quote != '\'' && from[1] != '\0')
            *to++ = *++from;
        else
            *to++ = *from;
    }
    *to = '\0';
}

static bool read_os_release(const char *root, const char *path, mf_machine *machine)
{
    static const char key[] = "PRETTY_NAME=";
    struct mf__lines lines;
    mf__lines_open(&lines, root, path);
    bool found = false;
    for (char *line = NULL; !found && (line = mf__lines_next(&lines)) != NULL;) {
        found = strncmp(line, key, sizeof key - 1) == 0;
        if (found) {
            unquote(line + sizeof key - 1);
            mf__fit_text(machine->os, sizeof machine->os, line + sizeof key - 1);
        }
    }
    mf__lines_close(&lines);
    return found;
}

void mf__machine_read_files(const char *root, mf_machine *machine)
{
    read_cpuinfo(root, machine);
    if (!read_os_release(root, "/etc/os-release", machine))
        read_os_release(root, "/usr/lib/os-release", machine);
    mf__first_line(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", machine->governor,
                   sizeof machine->governor);
    mf__first_line(root, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
                   machine->clock_source, sizeof machine->clock_source);
}

static void read_kernel(mf_machine *machine)
{
    struct utsname name;
    if (uname(&name) != 0)
        return;
    char kernel[sizeof name.sysname + sizeof name.release + 1];
    snprintf(kernel, sizeof kernel, "%s %s", name.sysname, name.release);
    mf__fit_text(machine->kernel, sizeof machine->kernel, kernel);
    mf__fit_text(machine->architecture, sizeof machine->architecture, name.machine);
}

static unsigned count(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int n = hwloc_get_nbobjs_by_type(topology, type);
    return n > 0 ? (unsigned)n : 0;
}

static uint64_t cache_bytes(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    hwloc_obj_t cache = hwloc_get_obj_by_type(topology, type, 0);
    return cache != NULL && cache->attr != NULL ? cache->attr->cache.size : 0;
}

static unsigned threads_per_core(hwloc_topology_t topology)
{
    int most = 0;
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core)) != NULL) {
        int n = hwloc_bitmap_weight(core->cpuset);
        most = n > most ? n : most;
    }
    return (unsigned)most;
}

static void read_topology(hwloc_topology_t topology, mf_machine *machine)
{
    machine->packages = count(topology, HWLOC_OBJ_PACKAGE);
    machine->numa_nodes = count(topology, HWLOC_OBJ_NUMANODE);
    machine->cores = count(topology, HWLOC_OBJ_CORE);
    machine->processors = count(topology, HWLOC_OBJ_PU);
    machine->threads_per_core = threads_per_core(topology);
    machine->l1d_bytes = cache_bytes(topology, HWLOC_OBJ_L1CACHE);
    machine->l2_bytes = cache_bytes(topology, HWLOC_OBJ_L2CACHE);
    machine->l3_bytes = cache_bytes(topology, HWLOC_OBJ_L3CACHE);
    machine->memory_bytes = hwloc_get_root_obj(topology)->total_memory;

    /* Processors other than x86 are named by hwloc at most. */
    hwloc_obj_t package = hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0);
    const char *model = package != NULL ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
    if (machine->cpu_model[0] == '\0' && model != NULL)
        mf__fit_text(machine->cpu_model, sizeof machine->cpu_model, model);
}

/* The compiler's run-time library also asks whether the system keeps the wide registers. */
static void read_instructions(mf_machine *machine)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    machine->avx2 = __builtin_cpu_supports("avx2") != 0;
    machine->avx512f = __builtin_cpu_supports("avx512f") != 0;
#else
    (void)machine;
#endif
}

int mf_machine_read(mf_machine *ret_machine, mf_error *error)
{
    hwloc_topology_t topology = NULL;
    int status = mf__topology_open(&topology, error);
    if (status != 0)
        return status;
    memset(ret_machine, 0, sizeof *ret_machine);
    mf__machine_read_files("", ret_machine);
    read_kernel(ret_machine);
    read_instructions(ret_machine);
    if (topology != NULL) {
        read_topology(topology, ret_machine);
        hwloc_topology_destroy(topology);
    }
    return 0;
}
