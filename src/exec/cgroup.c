/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPU quota of control groups.
 *
 * Problem: a container may see 64 cores and be granted the time of one and a half. Neither the
 * affinity mask nor hwloc tells; a program that starts 64 threads is then stopped for most of
 * every period. The limit stands in files, whose place depends on the version of control groups,
 * on where they are mounted, and on which part of the tree a container sees.
 *
 * Method (Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst, proc(5), cgroups(7)):
 *  1. /proc/self/cgroup names our own group: the line of the hierarchy that has the controller
 *     "cpu" (version 1), or the line "0::/path" (version 2).
 *  2. /proc/self/mountinfo names the folder where that hierarchy is mounted, and which group its
 *     top folder stands for: a container often sees its own group as the top.
 *  3. From the own group's folder up to the top, every group may set a limit, and each holds for
 *     all below it. The tightest counts.
 * On a machine that mounts both versions, the controller "cpu" belongs to one of them; the other
 * has no such files, so reading both and taking the smaller is right.
 *
 * Rejected: taking /sys/fs/cgroup for granted (not so in every container), and reading the own
 * group only (batch systems and pods set the limit further up).
 */
#include "exec/cgroup.h"

#include <limits.h>
#include <string.h>

/* What one group's folder says. */
enum says { SAYS_NOTHING, SAYS_NO_LIMIT, SAYS_LIMIT };

struct limit {
    uint64_t quota_us;
    uint64_t period_us;
    char source[MF__PATH_ROOM];
};

/* What differs between the versions. */
struct version {
    const char *file_system; /* type of the mount */
    const char *controller;  /* that its line and its mount must name; NULL: the line names none */
    enum says (*read_limit)(const char *folder, struct limit *ret_limit);
};

static bool is_limit(const struct limit *limit)
{
    return limit->quota_us > 0 && limit->period_us > 0;
}

static bool is_number(const char *line, uint64_t *ret_number)
{
    return mf__take_number(&line, ret_number) && *line == '\0';
}

static enum says read_limit_v1(const char *folder, struct limit *ret_limit)
{
    char quota[64];
    char period[64];
    if (!mf__join_path(ret_limit->source, folder, "/cpu.cfs_quota_us") ||
        !mf__first_line(ret_limit->source, "", quota, sizeof quota))
        return SAYS_NOTHING;
    if (strcmp(quota, "-1") == 0)
        return SAYS_NO_LIMIT;
    mf__first_line(folder, "/cpu.cfs_period_us", period, sizeof period);
    if (!is_number(quota, &ret_limit->quota_us) || !is_number(period, &ret_limit->period_us))
        return SAYS_NOTHING;
    return is_limit(ret_limit) ? SAYS_LIMIT : SAYS_NOTHING;
}

/* "max 100000" or "150000 100000". */
static enum says read_limit_v2(const char *folder, struct limit *ret_limit)
{
    char line[64];
    const char *at = line;
    if (!mf__join_path(ret_limit->source, folder, "/cpu.max") ||
        !mf__first_line(ret_limit->source, "", line, sizeof line))
        return SAYS_NOTHING;
    if (strcmp(line, "max") == 0 || strncmp(line, "max ", 4) == 0)
        return SAYS_NO_LIMIT;
    if (!mf__take_number(&at, &ret_limit->quota_us) || *at++ != ' ' ||
        !is_number(at, &ret_limit->period_us))
        return SAYS_NOTHING;
    return is_limit(ret_limit) ? SAYS_LIMIT : SAYS_NOTHING;
}

static const struct version versions[] = {
    [MF__CGROUP_V1] = {"cgroup", "cpu", read_limit_v1},
    [MF__CGROUP_V2] = {"cgroup2", NULL, read_limit_v2},
};

/* The path in a line "number:controllers:path" of `version`'s hierarchy, else NULL. */
static const char *path_of_line(char *line, const struct version *version)
{
    char *path = line;
    strsep(&path, ":");
    const char *controllers = strsep(&path, ":");
    if (path == NULL || path[0] != '/')
        return NULL;
    bool ours = version->controller == NULL ? controllers[0] == '\0' && strcmp(line, "0") == 0
                                            : mf__has_word(controllers, ',', version->controller);
    return ours ? path : NULL;
}

/* Finds our own group's path in its hierarchy. */
static bool find_own_path(const char *root, const struct version *version, char *ret_path)
{
    struct mf__lines lines;
    mf__lines_open(&lines, root, "/proc/self/cgroup");
    bool found = false;
    for (char *line = NULL; !found && (line = mf__lines_next(&lines)) != NULL;) {
        const char *path = path_of_line(line, version);
        found = path != NULL && mf__join_path(ret_path, path, "");
    }
    mf__lines_close(&lines);
    return found;
}

static bool is_octal(char digit)
{
    return digit >= '0' && digit <= '7';
}

/* Undoes, in place, how mountinfo writes blanks, newlines and backslashes: \040, \012, \134. */
static void decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        if (from[0] == '\\' && is_octal(from[1]) && is_octal(from[2]) && is_octal(from[3])) {
            *to = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + (from[3] - '0'));
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

struct mount {
    char *top;   /* the group that the mount's top folder stands for */
    char *point; /* the top folder */
};

/*
 * Takes apart a line of mountinfo: id, parent, device, top, mount point, options, any number of
 * optional fields, "-", type, device, options of the file system. False unless it is a mount of
 * `version`.
 */
static bool mount_of_line(char *line, const struct version *version, struct mount *ret_mount)
{
    char *fields[6] = {0};
    for (size_t i = 0; i < 6; i++)
        fields[i] = strsep(&line, " ");
    const char *field = fields[5];
    while (field != NULL && strcmp(field, "-") != 0)
        field = strsep(&line, " ");
    const char *type = strsep(&line, " ");
    strsep(&line, " ");
    const char *options = strsep(&line, " ");
    if (options == NULL || strcmp(type, version->file_system) != 0)
        return false;
    if (version->controller != NULL && !mf__has_word(options, ',', version->controller))
        return false;
    decode(fields[3]);
    decode(fields[4]);
    *ret_mount = (struct mount){fields[3], fields[4]};
    return true;
}

/*
 * The part of `path` below the group `top`: "" or "/...". NULL when it is not below, or when a
 * part of it is "..", which is how a group outside of our name space is written.
 */
static const char *path_below(const char *path, const char *top)
{
    if (mf__has_word(path, '/', ".."))
        return NULL;
    size_t length = strlen(top);
    if (length > 0 && top[length - 1] == '/')
        length--;
    if (strncmp(path, top, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return NULL;
    return path[length] == '/' && path[length + 1] == '\0' ? "" : path + length;
}

/* Where to look: the own group's folder, and how many bytes of it are the top folder. */
struct place {
    char folder[MF__PATH_ROOM];
    size_t top_length;
};

static bool place_at(const char *root, const struct mount *mount, const char *below,
                     struct place *ret_place)
{
    char top[MF__PATH_ROOM];
    ret_place->top_length = strlen(root) + strlen(mount->point);
    return mf__join_path(top, root, mount->point) && mf__join_path(ret_place->folder, top, below);
}

/*
 * Finds the own group's folder. The first mount that shows it is taken; when none does, the top
 * folder of the first mount, which in a container is the group nearest to ours that can be seen.
 */
static bool find_place(const char *root, const struct version *version, const char *own,
                       struct place *ret_place)
{
    struct mf__lines lines;
    mf__lines_open(&lines, root, "/proc/self/mountinfo");
    bool found = false; /* some place */
    bool shown = false; /* our own */
    for (char *line = NULL; !shown && (line = mf__lines_next(&lines)) != NULL;) {
        struct mount mount;
        if (!mount_of_line(line, version, &mount))
            continue;
        const char *below = path_below(own, mount.top);
        if (below != NULL)
            found = shown = place_at(root, &mount, below, ret_place);
        else if (!found)
            found = place_at(root, &mount, "", ret_place);
    }
    mf__lines_close(&lines);
    return found;
}

/* Shortens the folder to the one above it; false when it is the top. */
static bool go_up(struct place *place)
{
    char *last = strrchr(place->folder + place->top_length, '/');
    if (last == NULL)
        return false;
    *last = '\0';
    return true;
}

static void take_tighter(struct mf__quota *quota, const struct limit *limit)
{
    struct mf__quota other = {
        .known = true, .quota_us = limit->quota_us, .period_us = limit->period_us};
    if (quota->known && mf__quota_cpus(quota) <= mf__quota_cpus(&other))
        return;
    memcpy(other.source, limit->source, sizeof other.source);
    *quota = other;
}

/* Remembers that a group was found without a limit: the first one, which is the nearest. */
static void note_no_limit(struct mf__quota *quota, const struct limit *limit)
{
    static const char no_limit[] = "no limit";
    if (quota->known || quota->reason == no_limit)
        return;
    quota->reason = no_limit;
    memcpy(quota->source, limit->source, sizeof quota->source);
}

/* Reads every group from ours up to the top. */
static void climb(const struct version *version, struct place *place, struct mf__quota *quota)
{
    mf__join_path(quota->source, place->folder, "");
    quota->reason = "no limit can be read";
    do {
        struct limit limit;
        enum says says = version->read_limit(place->folder, &limit);
        if (says == SAYS_LIMIT)
            take_tighter(quota, &limit);
        else if (says == SAYS_NO_LIMIT)
            note_no_limit(quota, &limit);
    } while (go_up(place));
}

void mf__quota_read(const char *root, enum mf__cgroup_version version, struct mf__quota *ret_quota)
{
    char own[MF__PATH_ROOM];
    struct place place;
    memset(ret_quota, 0, sizeof *ret_quota);
    if (!find_own_path(root, &versions[version], own)) {
        ret_quota->reason = "no group that controls CPU time";
        mf__join_path(ret_quota->source, root, "/proc/self/cgroup");
    } else if (!find_place(root, &versions[version], own, &place)) {
        ret_quota->reason = "not mounted";
        mf__join_path(ret_quota->source, root, "/proc/self/mountinfo");
    } else {
        climb(&versions[version], &place, ret_quota);
    }
}

double mf__quota_cpus(const struct mf__quota *quota)
{
    return (double)quota->quota_us / (double)quota->period_us;
}

unsigned mf__quota_workers(const struct mf__quota *quota)
{
    uint64_t whole = quota->quota_us / quota->period_us;
    uint64_t workers = whole + (quota->quota_us % quota->period_us != 0);
    return workers < UINT_MAX ? (unsigned)workers : UINT_MAX;
}
