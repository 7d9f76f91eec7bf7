/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/shared.h"

#include "base/memory.h"
#include "exec/child.h"
#include "exec/sysfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#define NAME  "manyfold-results"
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

/* What stands in front of the memory. */
#define HEAD MF__CACHE_LINE

_Static_assert(HEAD >= sizeof((struct mf__place *)NULL)->token, "the token has room");

static void *map(int descriptor, uint64_t bytes)
{
    void *head = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return head != MAP_FAILED ? head : NULL;
}

/* Asking for more would bring a signal. */
static bool is_allowed(uint64_t bytes)
{
    struct rlimit most;
    return getrlimit(RLIMIT_FSIZE, &most) == 0 && bytes <= most.rlim_cur && bytes <= INT64_MAX;
}

/*
 * Where the system promises no more memory than there is, a page that was not promised brings a
 * signal when it is first written to. Elsewhere pages are left until they are needed: most of the
 * room for large results never is.
 */
static bool reserve(int descriptor, uint64_t bytes)
{
    char policy[8];
    bool strict = mf__first_line("", "/proc/sys/vm/overcommit_memory", policy, sizeof policy) &&
                  strcmp(policy, "2") == 0;
    return !strict || fallocate(descriptor, 0, 0, (off_t)bytes) == 0;
}

/* Nobody who finds it can make it shorter, so that reaching its end would bring a signal. */
static bool make_ready(int descriptor, uint64_t bytes)
{
    return ftruncate(descriptor, (off_t)bytes) == 0 && reserve(descriptor, bytes) &&
           fcntl(descriptor, F_ADD_SEALS, SEALS) == 0;
}

static bool is_ready(int descriptor, uint64_t bytes)
{
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & SEALS) == SEALS && lseek(descriptor, 0, SEEK_END) == (off_t)bytes;
}

void mf__shared_lend(struct mf__shared *ret_shared, size_t bytes)
{
    struct mf__place place = {.bytes = bytes + HEAD, .pid = (int32_t)getpid()};
    void *head = NULL;
    *ret_shared = (struct mf__shared){0};
    if (bytes > SIZE_MAX - HEAD || !is_allowed(place.bytes) ||
        getrandom(place.token, sizeof place.token, GRND_NONBLOCK) != sizeof place.token)
        return;
    place.descriptor = mf__above_standard(memfd_create(NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (place.descriptor < 0)
        return;
    if (make_ready(place.descriptor, place.bytes))
        head = map(place.descriptor, place.bytes);
    if (head == NULL) {
        close(place.descriptor);
        return;
    }
    memcpy(head, place.token, sizeof place.token);
    *ret_shared = (struct mf__shared){.memory = (unsigned char *)head + HEAD, .place = place};
}

/* Looks at the name first: on another machine the same numbers may be of anything, and opening some
 * things does something. */
static int open_place(const struct mf__place *place)
{
    static const char wanted[] = "/memfd:" NAME;
    char path[64];
    char name[sizeof wanted];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", place->pid, place->descriptor);
    ssize_t length = readlink(path, name, sizeof name);
    if (length < (ssize_t)sizeof wanted - 1 || memcmp(name, wanted, sizeof wanted - 1) != 0)
        return -1;
    return open(path, O_RDWR | O_CLOEXEC);
}

void mf__shared_find(struct mf__shared *ret_shared, const struct mf__place *place)
{
    *ret_shared = (struct mf__shared){0};
    if (place->bytes <= HEAD)
        return;
    int descriptor = open_place(place);
    if (descriptor < 0)
        return;
    void *head = is_ready(descriptor, place->bytes) ? map(descriptor, place->bytes) : NULL;
    close(descriptor);
    if (head == NULL)
        return;
    if (memcmp(head, place->token, sizeof place->token) == 0) {
        ret_shared->memory = (unsigned char *)head + HEAD;
        ret_shared->place = *place;
        ret_shared->place.descriptor = -1;
    } else {
        munmap(head, place->bytes);
    }
}

size_t mf__shared_bytes(const struct mf__shared *shared)
{
    return (size_t)shared->place.bytes - HEAD;
}

void mf__shared_done(struct mf__shared *shared)
{
    if (shared->memory == NULL)
        return;
    munmap((unsigned char *)shared->memory - HEAD, shared->place.bytes);
    if (shared->place.descriptor >= 0)
        close(shared->place.descriptor);
    *shared = (struct mf__shared){0};
}
