/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every fixture is a small tree of files, made in a temporary folder, that looks like one kind of
 * machine or container. The table says what must be found in it.
 */
#include "exec/cgroup.h"

#include "base/memory.h"

#include "tests/unit/near.h"
#include "tests/unit/tree.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct file {
    const char *path; /* below the root; one that ends in '/' is made a folder */
    const char *text;
};

/* What must be found for one version: the workers (0: no bound) and the reason or source's end. */
struct expected {
    unsigned workers;
    const char *word;
};

struct fixture {
    const char *name;
    struct expected v1;
    struct expected v2;
    struct file files[8];
};

#define OWN        "/proc/self/cgroup"
#define MOUNTS     "/proc/self/mountinfo"
#define V1         "/sys/fs/cgroup/cpu"
#define V2         "/sys/fs/cgroup"
#define QUOTA      "/cpu.cfs_quota_us"
#define PERIOD     "/cpu.cfs_period_us"
#define OTHERS     "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
#define V1_AT(top) "33 31 0:30 " top " /sys/fs/cgroup/cpu rw shared:9 - cgroup cgroup rw,cpu\n"
#define V2_AT(top) "34 31 0:31 " top " /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
#define NO_GROUP                                                                                   \
    {                                                                                              \
        0, "no group that controls CPU time"                                                       \
    }

/* clang-format off */
static const struct fixture fixtures[] = {
    {"v1, the own group has a quota", {2, V1 "/a" QUOTA}, NO_GROUP,
     {{OWN, "5:memory:/m\n4:cpu:/a\n"}, {MOUNTS, OTHERS V1_AT("/")},
      {V1 "/a" QUOTA, "200000\n"}, {V1 "/a" PERIOD, "100000\n"}}},
    {"v1, -1 is no limit", {0, "no limit"}, NO_GROUP,
     {{OWN, "4:cpu:/a\n"}, {MOUNTS, V1_AT("/")},
      {V1 "/a" QUOTA, "-1\n"}, {V1 "/a" PERIOD, "100000\n"}}},
    {"v1, controllers cpu,cpuacct", {3, "/cpu,cpuacct/a" QUOTA}, NO_GROUP,
     {{OWN, "4:cpu,cpuacct:/a\n"},
      {MOUNTS, "33 31 0:30 / /c/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"},
      {"/c/cpu,cpuacct/a" QUOTA, "300000\n"}, {"/c/cpu,cpuacct/a" PERIOD, "100000\n"}}},
    {"v1, controllers cpuacct,cpu", {3, "/cpuacct,cpu" QUOTA}, NO_GROUP,
     {{OWN, "4:cpuacct,cpu:/\n"},
      {MOUNTS, "33 31 0:30 / /c/cpuacct,cpu rw - cgroup cgroup rw,cpuacct,cpu\n"},
      {"/c/cpuacct,cpu" QUOTA, "250000\n"}, {"/c/cpuacct,cpu" PERIOD, "100000\n"}}},
    {"v1, cpuset and cpuacct are not cpu", NO_GROUP, NO_GROUP,
     {{OWN, "4:cpuset:/\n3:cpuacct:/\n"},
      {MOUNTS, "33 31 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpuset\n"},
      {V1 QUOTA, "100000\n"}, {V1 PERIOD, "100000\n"}}},
    {"v1, other hierarchies come first", {2, V1 "/a" QUOTA}, NO_GROUP,
     {{OWN, "5:memory:/a\n4:cpu:/a\n"},
      {MOUNTS, "32 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
               "35 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" V1_AT("/")},
      {V1 "/a" QUOTA, "200000\n"}, {V1 "/a" PERIOD, "100000\n"}}},
    {"v1, the tighter limit is above", {1, V1 "/a" QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/a/b/c\n"}, {MOUNTS, V1_AT("/")},
      {V1 "/a" QUOTA, "100000\n"}, {V1 "/a" PERIOD, "100000\n"},
      {V1 "/a/b" QUOTA, "-1\n"}, {V1 "/a/b" PERIOD, "100000\n"},
      {V1 "/a/b/c" QUOTA, "400000\n"}, {V1 "/a/b/c" PERIOD, "100000\n"}}},
    {"v1, the tighter limit is below", {2, V1 "/a/b" QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/a/b\n"}, {MOUNTS, V1_AT("/")},
      {V1 "/a" QUOTA, "400000\n"}, {V1 "/a" PERIOD, "100000\n"},
      {V1 "/a/b" QUOTA, "100000\n"}, {V1 "/a/b" PERIOD, "50000\n"}}},
    {"v1, the quota of the top folder counts", {4, V1 QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/a\n"}, {MOUNTS, V1_AT("/")},
      {V1 QUOTA, "400000\n"}, {V1 PERIOD, "100000\n"}}},
    {"v1, half a processor", {1, QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/\n"}, {MOUNTS, V1_AT("/")}, {V1 QUOTA, "50000\n"}, {V1 PERIOD, "100000\n"}}},
    {"v1, period zero", {0, "no limit can be read"}, NO_GROUP,
     {{OWN, "4:cpu:/\n"}, {MOUNTS, V1_AT("/")}, {V1 QUOTA, "50000\n"}, {V1 PERIOD, "0\n"}}},
    {"v1, period missing", {0, "no limit can be read"}, NO_GROUP,
     {{OWN, "4:cpu:/\n"}, {MOUNTS, V1_AT("/")}, {V1 QUOTA, "50000\n"}}},
    {"v1, quota empty", {0, "no limit can be read"}, NO_GROUP,
     {{OWN, "4:cpu:/\n"}, {MOUNTS, V1_AT("/")}, {V1 QUOTA, ""}, {V1 PERIOD, "100000\n"}}},
    {"v1, quota garbled, a good one above", {2, V1 QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/a\n"}, {MOUNTS, V1_AT("/")},
      {V1 "/a" QUOTA, "1e5 \001\xff\n"}, {V1 "/a" PERIOD, "100000\n"},
      {V1 QUOTA, "200000\n"}, {V1 PERIOD, "100000\n"}}},
    {"v1, a container sees its own group as the top", {2, V1 QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/docker/0123\n"}, {MOUNTS, V1_AT("/docker/0123")},
      {V1 QUOTA, "150000\n"}, {V1 PERIOD, "100000\n"}}},
    {"v1, a group below the container's", {1, V1 "/in" QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/docker/0123/in\n"}, {MOUNTS, V1_AT("/docker/0123")},
      {V1 QUOTA, "150000\n"}, {V1 PERIOD, "100000\n"},
      {V1 "/in" QUOTA, "90000\n"}, {V1 "/in" PERIOD, "100000\n"}}},
    {"v1, the own group is not below the mount: its top is taken", {5, V1 QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/docker/01234\n"}, {MOUNTS, V1_AT("/docker/0123")},
      {V1 QUOTA, "500000\n"}, {V1 PERIOD, "100000\n"},
      {V1 "4" QUOTA, "100000\n"}, {V1 "4" PERIOD, "100000\n"}}},
    {"v1, of two mounts the one that shows the own group", {2, "/second/b" QUOTA}, NO_GROUP,
     {{OWN, "4:cpu:/a/b\n"},
      {MOUNTS, "33 31 0:30 /x /first rw - cgroup cgroup rw,cpu\n"
               "34 31 0:30 /a /second rw - cgroup cgroup rw,cpu\n"},
      {"/first" QUOTA, "100000\n"}, {"/first" PERIOD, "100000\n"},
      {"/second/b" QUOTA, "200000\n"}, {"/second/b" PERIOD, "100000\n"}}},
    {"v2, the own group has a quota", NO_GROUP, {2, V2 "/a/cpu.max"},
     {{OWN, "0::/a\n"}, {MOUNTS, OTHERS V2_AT("/")}, {V2 "/a/cpu.max", "200000 100000\n"}}},
    {"v2, one and a half processors", NO_GROUP, {2, "/cpu.max"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "150000 100000\n"}}},
    {"v2, max is no limit", NO_GROUP, {0, "no limit"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "max 100000\n"}}},
    {"v2, the tighter limit is above", NO_GROUP, {1, V2 "/a/cpu.max"},
     {{OWN, "0::/a/b\n"}, {MOUNTS, V2_AT("/")},
      {V2 "/a/cpu.max", "5000 10000\n"}, {V2 "/a/b/cpu.max", "300000 100000\n"}}},
    {"v2, the tighter limit is below", NO_GROUP, {3, V2 "/a/b/cpu.max"},
     {{OWN, "0::/a/b\n"}, {MOUNTS, V2_AT("/")},
      {V2 "/a/cpu.max", "800000 100000\n"}, {V2 "/a/b/cpu.max", "300000 100000\n"}}},
    {"v2, no limit below, one above", NO_GROUP, {4, V2 "/a/cpu.max"},
     {{OWN, "0::/a/b\n"}, {MOUNTS, V2_AT("/")},
      {V2 "/a/cpu.max", "400000 100000\n"}, {V2 "/a/b/cpu.max", "max 100000\n"}}},
    {"v2, the own group is gone, the one above counts", NO_GROUP, {2, V2 "/a/cpu.max"},
     {{OWN, "0::/a/b (deleted)\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "200000 100000\n"}}},
    {"v2, a name space hides where the group is", NO_GROUP, {2, V2 "/cpu.max"},
     {{OWN, "0::/../..\n"}, {MOUNTS, V2_AT("/")},
      {V2 "/cpu.max", "200000 100000\n"}, {"/sys/cpu.max", "100000 100000\n"}}},
    {"v2, a group beside ours in the name space", NO_GROUP, {2, V2 "/cpu.max"},
     {{OWN, "0::/../other\n"}, {MOUNTS, V2_AT("/..")}, {V2 "/cpu.max", "200000 100000\n"}}},
    {"v2, a container root", NO_GROUP, {7, V2 "/cpu.max"},
     {{OWN, "0::/\n"}, {MOUNTS, V2_AT("/")}, {V2 "/cpu.max", "650000 100000\n"}}},
    {"v2, a mount point with a space and a backslash", NO_GROUP, {2, "/my \\groups/a/cpu.max"},
     {{OWN, "0::/a\n"},
      {MOUNTS, "34 31 0:31 / /my\\040\\134groups rw shared:1 master:2 - cgroup2 none rw\n"},
      {"/my \\groups/a/cpu.max", "200000 100000\n"}}},
    {"v2, a group with a colon and a space in its name", NO_GROUP, {2, "/a:b c/cpu.max"},
     {{OWN, "0::/a:b c\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a:b c/cpu.max", "200000 100000\n"}}},
    {"v2, empty file", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", ""}}},
    {"v2, a folder in place of the file", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max/", NULL}}},
    {"v2, no file", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/\n"}, {MOUNTS, V2_AT("/")}}},
    {"v2, quota without period", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "200000\n"}}},
    {"v2, more behind the period", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "200000 100000 7\n"}}},
    {"v2, negative", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "-200000 100000\n"}}},
    {"v2, period zero", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "200000 0\n"}}},
    {"v2, quota zero", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "0 100000\n"}}},
    {"v2, a huge quota", NO_GROUP, {UINT_MAX, "/cpu.max"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")}, {V2 "/a/cpu.max", "4294967299 1\n"}}},
    {"v2, a number past 64 bits", NO_GROUP, {0, "no limit can be read"},
     {{OWN, "0::/a\n"}, {MOUNTS, V2_AT("/")},
      {V2 "/a/cpu.max", "18446744073709551619 1\n"}}},
    {"both versions, the controller in v1", {2, V1 QUOTA}, {0, "no limit can be read"},
     {{OWN, "1:cpu:/\n0::/\n"},
      {MOUNTS, V1_AT("/") "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"},
      {V1 QUOTA, "150000\n"}, {V1 PERIOD, "100000\n"}}},
    {"both versions, both with a quota", {3, V1 "/a" QUOTA}, {2, "/unified/b/cpu.max"},
     {{OWN, "1:cpu:/a\n0::/b\n"},
      {MOUNTS, V1_AT("/") "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"},
      {V1 "/a" QUOTA, "300000\n"}, {V1 "/a" PERIOD, "100000\n"},
      {V2 "/unified/b/cpu.max", "120000 100000\n"}}},
    {"no control groups at all", NO_GROUP, NO_GROUP, {{MOUNTS, OTHERS}}},
    {"an empty tree", NO_GROUP, NO_GROUP, {{NULL, NULL}}},
    {"groups but no list of mounts", {0, "not mounted"}, {0, "not mounted"},
     {{OWN, "1:cpu:/\n0::/\n"}, {V2 "/cpu.max", "200000 100000\n"}}},
    {"lists that are garbled", NO_GROUP, NO_GROUP,
     {{OWN, "\n:\n::\n0:\n0::\n1:cpu\n1:cpu:\n7::/x\nnonsense\n"}, {MOUNTS, V2_AT("/")}}},
    {"mounts that are cut off", {0, "not mounted"}, {0, "not mounted"},
     {{OWN, "1:cpu:/\n0::/"},
      {MOUNTS, "\n34\n34 31 0:31 / /x rw -\n34 31 0:31 / /x rw - cgroup2\n - cgroup cgroup cpu\n"
               "33 31 0:30 / /x rw shared:1 cgroup cgroup rw,cpu"}}},
    {"the last line has no newline", NO_GROUP, {2, "/cpu.max"},
     {{OWN, "0::/a"}, {MOUNTS, "34 31 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"},
      {V2 "/a/cpu.max", "200000 100000"}}},
};
/* clang-format on */

#define FIXTURES (sizeof fixtures / sizeof fixtures[0])

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text);
    return strlen(end) <= length && strcmp(text + length - strlen(end), end) == 0;
}

/* Returns whether all was as expected, and prints what was not. */
static bool agrees(const char *name, const struct mf__quota *quota, const struct expected *expected)
{
    unsigned workers = quota->known ? mf__quota_workers(quota) : 0;
    bool word = quota->known ? ends_in(quota->source, expected->word)
                             : strcmp(quota->reason, expected->word) == 0;
    if (workers == expected->workers && word)
        return true;
    print_error("%s: %u workers, reason %s, source %s\n", name, workers,
                quota->known ? "-" : quota->reason, quota->source);
    return false;
}

static void every_fixture_bounds_as_its_table_says(void **state)
{
    (void)state;
    size_t right = 0;
    for (size_t i = 0; i < FIXTURES; i++) {
        const struct fixture *fixture = &fixtures[i];
        assert_int_equal(make_tree(NULL), 0);
        for (size_t j = 0; j < 8 && fixture->files[j].path != NULL; j++)
            make_file(fixture->files[j].path, fixture->files[j].text);
        struct mf__quota v1;
        struct mf__quota v2;
        mf__quota_read(tree, MF__CGROUP_V1, &v1);
        mf__quota_read(tree, MF__CGROUP_V2, &v2);
        assert_int_equal(remove_tree(NULL), 0);
        right +=
            agrees(fixture->name, &v1, &fixture->v1) && agrees(fixture->name, &v2, &fixture->v2);
    }
    assert_int_equal(right, FIXTURES);
    assert_true(FIXTURES >= 24);
}

static void a_quota_is_counted_in_processors_and_rounded_up_to_workers(void **state)
{
    (void)state;
    static const struct {
        uint64_t quota_us;
        uint64_t period_us;
        double cpus;
        unsigned workers;
    } cases[] = {{1000, 1000000, 0.001, 1},    {50000, 100000, 0.5, 1},  {100000, 100000, 1.0, 1},
                 {100001, 100000, 1.00001, 2}, {150000, 100000, 1.5, 2}, {200000, 100000, 2.0, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mf__quota quota = {
            .known = true, .quota_us = cases[i].quota_us, .period_us = cases[i].period_us};
        assert_near(mf__quota_cpus(&quota), cases[i].cpus);
        assert_int_equal(mf__quota_workers(&quota), cases[i].workers);
    }
}

static void without_a_limit_the_nearest_file_is_named(void **state)
{
    (void)state;
    make_file(OWN, "0::/a/b/c\n");
    make_file(MOUNTS, V2_AT("/"));
    make_file(V2 "/a/cpu.max", "max 100000\n");
    make_file(V2 "/a/b/cpu.max", "max 100000\n");
    struct mf__quota quota;
    mf__quota_read(tree, MF__CGROUP_V2, &quota);
    assert_string_equal(quota.reason, "no limit");
    assert_true(ends_in(quota.source, V2 "/a/b/cpu.max"));
}

/* Writes "one", a line of `length` letters, "two" into a file. */
static void make_long_file(size_t length)
{
    char *text = mf__new(length + 16, 1);
    assert_non_null(text);
    memcpy(text, "one\n", 4);
    memset(text + 4, 'x', length);
    memcpy(text + 4 + length, "\ntwo", 5);
    make_file("/long", text);
    mf__free(text);
}

static void a_line_that_does_not_fit_is_skipped_and_no_other(void **state)
{
    (void)state;
    const size_t room = sizeof((struct mf__lines *)NULL)->bytes;
    const size_t lengths[] = {0, 100, room - 10, room - 3, room - 2, room - 1, room, 3 * room};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        make_long_file(lengths[i]);
        struct mf__lines lines;
        mf__lines_open(&lines, tree, "/long");
        assert_string_equal(mf__lines_next(&lines), "one");
        if (lengths[i] <= room - 2) /* with its newline and the closing 0 */
            assert_int_equal(strlen(mf__lines_next(&lines)), lengths[i]);
        assert_string_equal(mf__lines_next(&lines), "two");
        assert_null(mf__lines_next(&lines));
        assert_null(mf__lines_next(&lines));
        mf__lines_close(&lines);
    }
}

static void an_endless_file_ends(void **state)
{
    (void)state;
    struct mf__lines lines;
    mf__lines_open(&lines, "", "/dev/zero");
    assert_null(mf__lines_next(&lines));
    mf__lines_close(&lines);
}

static void a_group_whose_path_is_too_long_bounds_nothing(void **state)
{
    (void)state;
    char own[2 * MF__PATH_ROOM] = "0::/";
    memset(own + 4, 'g', sizeof own - 5);
    make_file(OWN, own);
    make_file(MOUNTS, V2_AT("/"));
    struct mf__quota quota;
    mf__quota_read(tree, MF__CGROUP_V2, &quota);
    assert_false(quota.known);
    own[MF__PATH_ROOM - 2] = '\0'; /* fits by itself, but not behind the mount point */
    make_file(OWN, own);
    mf__quota_read(tree, MF__CGROUP_V2, &quota);
    assert_false(quota.known);
    assert_string_equal(quota.reason, "not mounted");
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[6];
    mf__fit_text(text, sizeof text, "abc");
    assert_string_equal(text, "abc");
    mf__fit_text(text, sizeof text, "abcd\xc3\xa4z"); /* the 5th byte would be half an a-umlaut */
    assert_string_equal(text, "abcd");
    mf__fit_text(text, sizeof text, "abc\xc3\xa4z");
    assert_string_equal(text, "abc\xc3\xa4");
    mf__fit_text(text, sizeof text, "ab\xe2\x82\xac\xe2\x82\xac");
    assert_string_equal(text, "ab\xe2\x82\xac");
    mf__fit_text(text, sizeof text, "a\033[0m");
    assert_string_equal(text, "a?[0m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fixture_bounds_as_its_table_says),
        cmocka_unit_test(a_quota_is_counted_in_processors_and_rounded_up_to_workers),
        WITH_TREE(without_a_limit_the_nearest_file_is_named),
        WITH_TREE(a_line_that_does_not_fit_is_skipped_and_no_other),
        cmocka_unit_test(an_endless_file_ends),
        WITH_TREE(a_group_whose_path_is_too_long_bounds_nothing),
        cmocka_unit_test(text_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
