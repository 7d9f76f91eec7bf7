/* SPDX-License-Identifier: Apache-2.0 */
/* manyfold remote HOST --check: what is needed there, line by line. */
#include "remote/check.h"

#include "base/number.h"
#include "base/text.h"
#include "cli/remoting.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FEW_KIB UINT64_C(1048576) /* a disk with less free is told to be nearly full */
#define SKEW_S  60                /* clocks that differ by more mix up which file is newer */
#define KIB     1024

/* The lines so far. */
struct list {
    struct mf__buffer text;
    bool misses; /* something that is needed */
};

enum finding { FINE, NOTE, MISSING };

static void add(struct list *list, enum finding finding, const char *what, const char *found,
                const char *help)
{
    static const char *const words[] = {"ok", "note", "missing"};
    mf__buffer_print(&list->text, "%-9s %-8s", what, words[finding]);
    mf__escape(&list->text, found, strlen(found));
    mf__buffer_print(&list->text, "%s%s\n", help[0] != '\0' && found[0] != '\0' ? "; " : "", help);
    list->misses = list->misses || finding == MISSING;
}

static bool read_number(const char *text, uint64_t *ret)
{
    static const struct mf__limits limits = {"a number", 0, UINT64_MAX / KIB};
    return mf__parse_count(text, &limits, ret, NULL) == 0;
}

static void add_programs(struct list *list, const struct mf__checked *found)
{
    char both[2 * MF__CHECK_TEXT + 40] = "";
    const bool same = strcmp(found->manyfold, mf_version()) == 0;
    add(list, found->rsync[0] != '\0' ? FINE : MISSING, "rsync", found->rsync,
        found->rsync[0] != '\0' ? "" : "install the package rsync there");
    if (found->manyfold[0] != '\0')
        snprintf(both, sizeof both, "%s there, %s here", found->manyfold, mf_version());
    add(list,
        found->manyfold[0] == '\0' ? MISSING
        : same                     ? FINE
                                   : NOTE,
        "manyfold", both,
        found->manyfold[0] == '\0' ? "install it there, so that ssh finds it in PATH, in "
                                     "~/.local/bin or in /usr/local/bin"
        : same                     ? ""
                                   : "results may differ between versions");
    add(list, found->mpirun[0] != '\0' ? FINE : NOTE, "mpirun", found->mpirun,
        found->mpirun[0] != '\0' ? "" : "none; only --with mpi needs it: openmpi-bin or mpich");
}

static void add_bytes(struct list *list, const char *what, const char *kib, const char *more,
                      const char *few)
{
    char text[100] = "not known";
    uint64_t value = 0;
    const bool known = read_number(kib, &value);
    if (known)
        snprintf(text, sizeof text, "%s%s", mf__show_bytes(value * KIB).text, more);
    add(list, !known || value < FEW_KIB ? NOTE : FINE, what, text,
        known && value < FEW_KIB ? few : "");
}

static void add_clock(struct list *list, const struct mf__checked *found)
{
    struct timespec here;
    char text[100];
    uint64_t there_s = 0;
    if (!read_number(found->time, &there_s) || clock_gettime(CLOCK_REALTIME, &here) != 0)
        return;
    const long long ahead = (long long)there_s - (long long)here.tv_sec;
    const long long off = ahead < 0 ? -ahead : ahead;
    snprintf(text, sizeof text, "%lld s %s", off, ahead < 0 ? "behind" : "ahead");
    add(list, off > SKEW_S ? NOTE : FINE, "clock", off > SKEW_S ? text : "as here",
        off > SKEW_S ? "so which of two files is newer cannot be told" : "");
}

static void add_rsync_here(struct list *list, const struct mf__link *link)
{
    const char *const words[] = {link->rsync, "--version", NULL};
    const struct mf__call call = {.words = words, .cancel = link->cancel};
    struct mf__called called = {0};
    mf_error error;
    if (mf__call(&call, &called, &error) != 0)
        add(list, MISSING, "here", "", "there is no rsync on this machine; install it");
    else if (called.status != 0)
        add(list, MISSING, "here", "", "rsync on this machine does not run; install it again");
    mf__buffer_done(&called.said);
}

int mf__remoting_check(const struct mf__remoting *remoting)
{
    struct list list = {0};
    struct mf__checked found = {0};
    char login[MF__HOST_USER + MF__HOST_NAME + MF__CHECK_TEXT + 40];
    const struct mf__host *host = &remoting->link.host;
    mf_error error;
    int code = mf__check(&remoting->link, &found, &error);
    if (code == MF_E_CANCELLED)
        mf__end_interrupted();
    if (code == MF_E_MEMORY || code == MF_E_UNAVAILABLE)
        return mf__tell(&error);
    if (code != 0) {
        add(&list, MISSING, "login", error.text, "");
    } else {
        snprintf(login, sizeof login, "%s%s%s, without a password; %s", host->user,
                 host->user[0] != '\0' ? "@" : "", host->name, found.machine);
        add(&list, FINE, "login", login, "");
        if (found.noise[0] != '\0')
            add(&list, MISSING, "shell", found.noise,
                "it prints this when it starts, which rsync cannot read; have .bashrc there and "
                "the like print only when somebody types");
        add_programs(&list, &found);
        add(&list, found.cores[0] != '\0' ? FINE : NOTE, "cores",
            found.cores[0] != '\0' ? found.cores : "not known", "");
        add_bytes(&list, "memory", found.memory, " can be had", "that is little");
        add_bytes(&list, "disk", found.disk, " free", "that is little");
        add(&list, strcmp(found.writable, "yes") == 0 ? FINE : MISSING, "folder", host->folder,
            strcmp(found.writable, "yes") == 0    ? ""
            : strcmp(found.writable, "file") == 0 ? "a file stands in its place"
                                                  : "nothing may be written there");
        add_clock(&list, &found);
    }
    add_rsync_here(&list, &remoting->link);
    int status = mf__print(&list.text);
    mf__buffer_done(&list.text);
    return status != MF__EXIT_DONE ? status : list.misses ? MF__EXIT_NO : MF__EXIT_DONE;
}
