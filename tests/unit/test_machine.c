/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/machine.h"

#include "exec/bounds.h"
#include "exec/doubts.h"
#include "exec/load.h"
#include "exec/topology.h"

#include "tests/unit/near.h"
#include "tests/unit/tree.h"

#include <manyfold/pool.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- a machine that is made up: hwloc's synthetic topologies, quotas, affinity masks --- */

static hwloc_topology_t synthetic(const char *description)
{
    hwloc_topology_t topology = NULL;
    assert_int_equal(hwloc_topology_init(&topology), 0);
    assert_int_equal(hwloc_topology_set_synthetic(topology, description), 0);
    assert_int_equal(hwloc_topology_load(topology), 0);
    return topology;
}

struct made_up {
    const char *topology; /* NULL: hwloc cannot tell */
    const char *affinity; /* NULL: not known */
    struct mf__quota v1;
    struct mf__quota v2;
    unsigned workers;
    int decided_by;
    unsigned processors;
    unsigned cores;
};

#define NO_QUOTA                                                                                   \
    {                                                                                              \
        .known = false, .reason = "no limit"                                                       \
    }
#define HUNDREDTHS(n)                                                                              \
    {                                                                                              \
        .known = true, .quota_us = (n)*1000, .period_us = 100000                                   \
    }
#define SMT "package:1 core:4 pu:2" /* processors 0 and 1 are one core */

/* clang-format off */
static const struct made_up made_up[] = {
    {SMT, "0-7", NO_QUOTA, NO_QUOTA, 4, MF_BOUND_CORES, 8, 4},
    {SMT, "0", NO_QUOTA, NO_QUOTA, 1, MF_BOUND_AFFINITY, 1, 1},
    {SMT, "0-1", NO_QUOTA, NO_QUOTA, 1, MF_BOUND_AFFINITY, 2, 1},
    {SMT, "1-2", NO_QUOTA, NO_QUOTA, 2, MF_BOUND_AFFINITY, 2, 2},
    {SMT, "0,2,4,6", NO_QUOTA, NO_QUOTA, 4, MF_BOUND_CORES, 4, 4},
    {SMT, "0-7", HUNDREDTHS(50), NO_QUOTA, 1, MF_BOUND_QUOTA_V1, 8, 4},
    {SMT, "0-7", NO_QUOTA, HUNDREDTHS(150), 2, MF_BOUND_QUOTA_V2, 8, 4},
    {SMT, "0-7", HUNDREDTHS(300), HUNDREDTHS(200), 2, MF_BOUND_QUOTA_V2, 8, 4},
    {SMT, "0-7", HUNDREDTHS(200), HUNDREDTHS(200), 2, MF_BOUND_QUOTA_V1, 8, 4},
    {SMT, "0-7", HUNDREDTHS(900), NO_QUOTA, 4, MF_BOUND_CORES, 8, 4},
    {SMT, NULL, NO_QUOTA, NO_QUOTA, 4, MF_BOUND_CORES, 8, 4},
    {"package:2 pu:3", "0-5", NO_QUOTA, NO_QUOTA, 6, MF_BOUND_CORES, 6, 6}, /* no cores seen */
    {NULL, "0-2", NO_QUOTA, NO_QUOTA, 3, MF_BOUND_AFFINITY, 3, 3},
    {NULL, NULL, NO_QUOTA, HUNDREDTHS(250), 3, MF_BOUND_QUOTA_V2, 1, 1},
    {NULL, NULL, NO_QUOTA, NO_QUOTA, 1, -1, 1, 1},
    {"package:2 core:1000 pu:1", "0-1999", NO_QUOTA, NO_QUOTA, MF_WORKERS_MAX, MF_BOUND_CORES,
     2000, 2000},
};
/* clang-format on */

static void find_made_up(const struct made_up *made, mf_worker_bounds *ret_bounds)
{
    hwloc_cpuset_t affinity = hwloc_bitmap_alloc();
    assert_non_null(affinity);
    struct mf__bounds_input input = {.quotas = {&made->v1, &made->v2}};
    if (made->topology != NULL)
        input.topology = synthetic(made->topology);
    if (made->affinity != NULL) {
        assert_int_equal(hwloc_bitmap_list_sscanf(affinity, made->affinity), 0);
        input.affinity = affinity;
    }
    mf__bounds_find(&input, ret_bounds);
    if (input.topology != NULL)
        hwloc_topology_destroy(input.topology);
    hwloc_bitmap_free(affinity);
}

static void the_smallest_bound_decides_on_made_up_machines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof made_up / sizeof made_up[0]; i++) {
        mf_worker_bounds bounds;
        find_made_up(&made_up[i], &bounds);
        const struct made_up *made = &made_up[i];
        if (bounds.default_workers != made->workers || bounds.decided_by != made->decided_by)
            fail_msg("case %zu: %u workers, decided by %d", i, bounds.default_workers,
                     bounds.decided_by);
        assert_int_equal(bounds.usable_processors, made->processors);
        assert_int_equal(bounds.usable_cores, made->cores);
    }
}

static void each_bound_says_in_words_what_was_read(void **state)
{
    (void)state;
    struct made_up made = {SMT, "0-2", NO_QUOTA, HUNDREDTHS(150), 0, 0, 0, 0};
    snprintf(made.v2.source, sizeof made.v2.source, "/x/cpu.max");
    mf_worker_bounds bounds;
    find_made_up(&made, &bounds);
    assert_string_equal(bounds.list[MF_BOUND_CORES].value, "4 of 4 cores, 8 of 8 processors");
    assert_string_equal(bounds.list[MF_BOUND_CORES].source, "hwloc");
    assert_string_equal(bounds.list[MF_BOUND_AFFINITY].value, "3 processors on 2 cores");
    assert_false(bounds.list[MF_BOUND_QUOTA_V1].known);
    assert_int_equal(bounds.list[MF_BOUND_QUOTA_V1].workers, 0);
    assert_string_equal(bounds.list[MF_BOUND_QUOTA_V1].value, "no limit");
    assert_string_equal(bounds.list[MF_BOUND_QUOTA_V2].name, "cgroup v2 quota");
    assert_string_equal(bounds.list[MF_BOUND_QUOTA_V2].value,
                        "150000 us in every 100000 us: 1.500 processors");
    assert_string_equal(bounds.list[MF_BOUND_QUOTA_V2].source, "/x/cpu.max");
    assert_near(bounds.quota_cpus, 1.5);
}

static void the_smaller_of_two_quotas_is_given_in_processors(void **state)
{
    (void)state;
    struct made_up made = {SMT, "0-7", HUNDREDTHS(250), HUNDREDTHS(150), 0, 0, 0, 0};
    mf_worker_bounds bounds;
    find_made_up(&made, &bounds);
    assert_near(bounds.quota_cpus, 1.5);
    made.v2.quota_us = 350000;
    find_made_up(&made, &bounds);
    assert_near(bounds.quota_cpus, 2.5);
    made.v1 = (struct mf__quota)NO_QUOTA;
    find_made_up(&made, &bounds);
    assert_near(bounds.quota_cpus, 3.5);
    made.v2 = (struct mf__quota)NO_QUOTA;
    find_made_up(&made, &bounds);
    assert_near(bounds.quota_cpus, 0);
}

/* --- this machine --- */

static void bounds_of_this_machine_are_consistent(void **state)
{
    (void)state;
    mf_worker_bounds bounds;
    mf_error error = {0};
    assert_int_equal(mf_worker_bounds_read(&bounds, &error), 0);
    assert_true(bounds.list[MF_BOUND_AFFINITY].known);
    assert_in_range(bounds.usable_cores, 1, bounds.usable_processors);
    assert_in_range(bounds.default_workers, 1, bounds.usable_processors);
    assert_in_range(bounds.decided_by, 0, MF_BOUND_COUNT - 1);
    for (int i = 0; i < MF_BOUND_COUNT; i++) {
        assert_non_null(bounds.list[i].name);
        assert_true(bounds.list[i].source[0] != '\0' && bounds.list[i].value[0] != '\0');
        if (bounds.list[i].known)
            assert_true(bounds.default_workers <= bounds.list[i].workers);
    }
    unsigned workers = 0;
    assert_int_equal(mf_default_workers(&workers, &error), 0);
    assert_int_equal(workers, bounds.default_workers);
}

/* In a child: keeps to the first processor of our mask; exits with the default workers found. */
static void keep_to_one_processor(void)
{
    cpu_set_t mask;
    CPU_ZERO(&mask);
    if (sched_getaffinity(0, sizeof mask, &mask) != 0)
        _exit(101);
    size_t first = 0;
    while (first < CPU_SETSIZE - 1 && !CPU_ISSET(first, &mask))
        first++;
    CPU_ZERO(&mask);
    CPU_SET(first, &mask);
    mf_worker_bounds bounds;
    if (sched_setaffinity(0, sizeof mask, &mask) != 0 || mf_worker_bounds_read(&bounds, NULL) != 0)
        _exit(102);
    if (bounds.usable_processors != 1 || bounds.usable_cores != 1)
        _exit(103);
    _exit((int)bounds.default_workers);
}

static void a_process_kept_to_one_processor_gets_one_worker(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        keep_to_one_processor();
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
}

static void reading_does_not_change_the_affinity_of_the_caller(void **state)
{
    (void)state;
    cpu_set_t before;
    cpu_set_t after;
    mf_machine machine;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(mf_machine_read(&machine, NULL), 0);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

static void this_machine_is_consistent(void **state)
{
    (void)state;
    mf_machine machine;
    mf_error error = {0};
    memset(&machine, 0xff, sizeof machine);
    assert_int_equal(mf_machine_read(&machine, &error), 0);
    assert_true(machine.processors >= 1 && machine.processors < 1000000);
    assert_in_range(machine.cores, 0, machine.processors);
    assert_true(machine.threads_per_core * machine.cores >= machine.processors ||
                machine.cores == 0);
    assert_in_range(machine.packages, 0, machine.processors);
    assert_true(machine.memory_bytes > 1 << 20);
    assert_true(machine.memory_bytes < (uint64_t)1 << 50);
    assert_true(machine.l1d_bytes <= machine.l2_bytes || machine.l2_bytes == 0);
    assert_true(strncmp(machine.kernel, "Linux ", 6) == 0);
    assert_true(machine.architecture[0] != '\0');
    assert_true(machine.avx2 || !machine.avx512f);
    assert_non_null(memchr(machine.cpu_model, '\0', sizeof machine.cpu_model));
    mf_worker_bounds bounds;
    assert_int_equal(mf_worker_bounds_read(&bounds, &error), 0);
    assert_in_range(bounds.usable_processors, 1, machine.processors);
}

/* --- files that are made up --- */

static void the_machine_is_described_from_its_files(void **state)
{
    (void)state;
    make_file("/proc/cpuinfo", "processor\t: 0\nmodel\t\t: 1\nmodel name\t: Some CPU @ 2.60GHz\n"
                               "flags\t\t: fpu hypervisor sse\n\nprocessor\t: 1\n"
                               "model name\t: Another\n");
    make_file("/etc/os-release", "NAME=x\nPRETTY_NAME=\"A \\\"fine\\\" system's name\"\nID=y\n");
    make_file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
    make_file("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    mf_machine machine = {0};
    mf__machine_read_files(tree, &machine);
    assert_string_equal(machine.cpu_model, "Some CPU @ 2.60GHz");
    assert_true(machine.virtualised);
    assert_string_equal(machine.os, "A \"fine\" system's name");
    assert_string_equal(machine.governor, "powersave");
    assert_string_equal(machine.clock_source, "tsc");
}

static void only_the_whole_word_hypervisor_makes_a_machine_virtual(void **state)
{
    (void)state;
    make_file("/proc/cpuinfo", "model name\t:\nflags\t\t: fpu nohypervisor hypervisors\n");
    make_file("/usr/lib/os-release", "PRETTY_NAME=Plain\n");
    mf_machine machine = {0};
    mf__machine_read_files(tree, &machine);
    assert_false(machine.virtualised);
    assert_string_equal(machine.cpu_model, "");
    assert_string_equal(machine.os, "Plain");
}

static void a_machine_without_files_is_not_known_and_no_failure(void **state)
{
    (void)state;
    mf_machine machine = {0};
    mf__machine_read_files(tree, &machine);
    assert_string_equal(machine.cpu_model, "");
    assert_string_equal(machine.os, "");
    assert_string_equal(machine.governor, "");
    struct mf__load load;
    mf__load_read(tree, &load);
    assert_false(load.average_known || load.ticks_known || load.throttles_known);
}

#define THROTTLE(n) "/sys/devices/system/cpu/cpu" #n "/thermal_throttle/core_throttle_count"

static void load_is_read_and_the_difference_is_in_shares(void **state)
{
    (void)state;
    make_file("/proc/loadavg", "3.07 0.02 0.00 2/87 5100\n");
    make_file("/proc/stat", "cpu  100 0 100 700 50 10 20 20 99 99\ncpu0 1 2 3\n");
    make_file(THROTTLE(0), "5\n");
    make_file(THROTTLE(1), "2\n");
    struct mf__load before;
    mf__load_read(tree, &before);
    assert_true(before.average_known && before.ticks_known && before.throttles_known);
    assert_near(before.average, 3.07);
    assert_int_equal(before.steal_ticks, 20);
    assert_int_equal(before.total_ticks, 1000);
    assert_int_equal(before.throttles, 7);

    make_file("/proc/stat", "cpu  150 0 100 845 50 10 20 25 999 999\n");
    make_file(THROTTLE(1), "4\n");
    struct mf__load after;
    mf__load_read(tree, &after);
    struct mf__load_change change;
    mf__load_between(&before, &after, &change);
    assert_true(change.steal_known && change.throttles_known);
    assert_near(change.steal_share, 5.0 / 200.0);
    assert_int_equal(change.throttles, 2);
    assert_true(after.voluntary_switches >= before.voluntary_switches);
    assert_int_equal(change.voluntary_switches,
                     after.voluntary_switches - before.voluntary_switches);
}

/* A child that reads from a pipe before there is anything has to wait once at least. */
static void switches_of_children_are_counted(void **state)
{
    (void)state;
    struct mf__load before;
    struct mf__load after;
    struct rusage usage;
    int there[2];
    int back[2];
    char byte = 0;
    assert_true(pipe(there) == 0 && pipe(back) == 0);
    mf__load_read("", &before);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 50; i++)
            if (write(back[1], "", 1) != 1 || read(there[0], &byte, 1) != 1)
                _exit(1);
        _exit(0);
    }
    for (int i = 0; i < 50; i++)
        assert_true(read(back[0], &byte, 1) == 1 && write(there[1], "", 1) == 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    uint64_t theirs = (uint64_t)(usage.ru_nvcsw + usage.ru_nivcsw);
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    mf__load_read("", &after);
    assert_true(theirs > 0);
    assert_true(after.voluntary_switches + after.involuntary_switches >=
                theirs + (uint64_t)(usage.ru_nvcsw + usage.ru_nivcsw));
    assert_true(after.voluntary_switches >= before.voluntary_switches);
    close(there[0]);
    close(there[1]);
    close(back[0]);
    close(back[1]);
}

static void counters_that_stand_still_or_go_back_are_no_steal(void **state)
{
    (void)state;
    struct mf__load before = {.ticks_known = true, .steal_ticks = 20, .total_ticks = 1000};
    struct mf__load after = before;
    struct mf__load_change change;
    mf__load_between(&before, &after, &change);
    assert_false(change.steal_known);
    after.total_ticks = 1100;
    after.steal_ticks = 10;
    after.involuntary_switches = 3;
    before.involuntary_switches = 4;
    mf__load_between(&before, &after, &change);
    assert_true(change.steal_known);
    assert_near(change.steal_share, 0);
    assert_int_equal(change.involuntary_switches, 0);
    after.ticks_known = false;
    mf__load_between(&before, &after, &change);
    assert_false(change.steal_known);
}

static void garbled_counters_are_not_known(void **state)
{
    (void)state;
    static const struct {
        const char *average;
        const char *ticks;
    } cases[] = {
        {"", ""},
        {"x 1", "cpu0 1 2 3 4 5 6 7 8"},
        {"1", "cpu  1 2 3 4 5 6 7"},
        {"1.", "cpu  1 2 3 4 5 6 7 -8"},
        {"1,50 0", "cpu  18446744073709551615 1 2 3 4 5 6 7"},
        {"1.500000 0", "cpu"},
        {"-1.50 0", "cpu "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_file("/proc/loadavg", cases[i].average);
        make_file("/proc/stat", cases[i].ticks);
        struct mf__load load;
        mf__load_read(tree, &load);
        assert_false(load.average_known);
        assert_false(load.ticks_known);
        assert_int_equal(load.total_ticks, 0);
    }
}

/* --- doubts --- */

static void a_quiet_machine_raises_no_doubt(void **state)
{
    (void)state;
    mf_machine machine = {.governor = "performance", .threads_per_core = 1};
    mf_worker_bounds bounds = {.usable_cores = 4, .quota_cpus = 2.0};
    struct mf__load start = {.average_known = true, .average = 4.0};
    struct mf__load_change change = {.steal_known = true, .steal_share = 0.01};
    struct mf__evidence evidence = {&machine, &bounds, &start, &change};
    struct mf__doubts doubts;
    mf__doubts_find(&evidence, &doubts);
    assert_int_equal(doubts.n, 0);
    machine.governor[0] = '\0'; /* not known */
    bounds.quota_cpus = 4.5;    /* more than the cores could use */
    change.steal_known = false;
    evidence.start = NULL;
    mf__doubts_find(&evidence, &doubts);
    assert_int_equal(doubts.n, 0);
    evidence.change = NULL;
    mf__doubts_find(&evidence, &doubts);
    assert_int_equal(doubts.n, 0);
}

static void each_reason_to_doubt_is_told_with_its_value(void **state)
{
    (void)state;
    mf_machine machine = {.governor = "powersave", .threads_per_core = 2, .virtualised = true};
    mf_worker_bounds bounds = {.usable_cores = 4, .quota_cpus = 1.5};
    struct mf__load start = {.average_known = true, .average = 4.01};
    struct mf__load_change change = {
        .steal_known = true, .steal_share = 0.02, .throttles_known = true, .throttles = 3};
    struct mf__evidence evidence = {&machine, &bounds, &start, &change};
    static const double values[MF__DOUBT_COUNT] = {0, 0, 0.02, 4.01, 2, 1.5, 3};
    struct mf__doubts doubts;
    mf__doubts_find(&evidence, &doubts);
    assert_int_equal(doubts.n, MF__DOUBT_COUNT);
    for (int i = 0; i < MF__DOUBT_COUNT; i++) {
        assert_int_equal(doubts.list[i].kind, i);
        assert_near(doubts.list[i].value, values[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_bound_decides_on_made_up_machines),
        cmocka_unit_test(each_bound_says_in_words_what_was_read),
        cmocka_unit_test(the_smaller_of_two_quotas_is_given_in_processors),
        cmocka_unit_test(bounds_of_this_machine_are_consistent),
        cmocka_unit_test(a_process_kept_to_one_processor_gets_one_worker),
        cmocka_unit_test(reading_does_not_change_the_affinity_of_the_caller),
        cmocka_unit_test(this_machine_is_consistent),
        WITH_TREE(the_machine_is_described_from_its_files),
        WITH_TREE(only_the_whole_word_hypervisor_makes_a_machine_virtual),
        WITH_TREE(a_machine_without_files_is_not_known_and_no_failure),
        WITH_TREE(load_is_read_and_the_difference_is_in_shares),
        WITH_TREE(counters_that_stand_still_or_go_back_are_no_steal),
        WITH_TREE(garbled_counters_are_not_known),
        cmocka_unit_test(switches_of_children_are_counted),
        cmocka_unit_test(a_quiet_machine_raises_no_doubt),
        cmocka_unit_test(each_reason_to_doubt_is_told_with_its_value),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
