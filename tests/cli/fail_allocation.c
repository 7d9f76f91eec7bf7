/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload that makes one allocation of a program fail, or all from one on:
 *     FAIL_AT=K      the K-th allocation fails, counted from 1
 *     FAIL_FROM=K    the K-th and all that follow fail
 *     FAIL_EXEMPT=N  allocations while a library whose path holds N is at work are not counted
 *     FAIL_REPORT=F  at the end, the number of allocations is written to the file F
 *
 * A library is at work when one of its functions is on the stack, so that what the C library
 * allocates for it counts as its own. A forked child counts on from where its parent was. glibc's
 * own names __libc_malloc and so on are called instead of looking up the next malloc by dlsym(),
 * which allocates.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Atomic unsigned long seen;
static unsigned long fail_at;
static unsigned long fail_from;
static pid_t parent;
static uintptr_t exempt_begin;
static uintptr_t exempt_end;

#define MOST_FRAMES 64

static unsigned long read_number(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

/* Keeps where the library with this word in its path lies. */
static int find_exempt(struct dl_phdr_info *info, size_t size, void *word)
{
    (void)size;
    if (strstr(info->dlpi_name, word) == NULL)
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        exempt_begin = info->dlpi_addr + part->p_vaddr;
        exempt_end = exempt_begin + part->p_memsz;
    }
    return 1;
}

static int is_exempt(void)
{
    void *frames[MOST_FRAMES];
    if (exempt_begin == exempt_end)
        return 0;
    int n = backtrace(frames, MOST_FRAMES);
    for (int i = 0; i < n; i++)
        if ((uintptr_t)frames[i] >= exempt_begin && (uintptr_t)frames[i] < exempt_end)
            return 1;
    return 0;
}

/* Runs when the library is loaded; what the dynamic linker allocated before succeeds. */
__attribute__((constructor)) static void begin(void)
{
    void *frame = NULL;
    backtrace(&frame, 1); /* the first call allocates */
    char *exempt = getenv("FAIL_EXEMPT");
    if (exempt != NULL)
        dl_iterate_phdr(find_exempt, exempt);
    atomic_store(&seen, 0);
    parent = getpid();
    fail_at = read_number("FAIL_AT");
    fail_from = read_number("FAIL_FROM");
}

__attribute__((destructor)) static void end(void)
{
    char text[32];
    const char *path = getenv("FAIL_REPORT");
    if (path == NULL || getpid() != parent)
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int length = snprintf(text, sizeof text, "%lu\n", atomic_load(&seen));
    if (fd < 0 || write(fd, text, (size_t)length) != length)
        _exit(99);
    close(fd);
}

static int fails(void)
{
    if (is_exempt())
        return 0;
    unsigned long k = atomic_fetch_add(&seen, 1) + 1;
    if (k != fail_at && (fail_from == 0 || k < fail_from))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **ret_memory, size_t alignment, size_t size)
{
    void *memory = fails() ? NULL : __libc_memalign(alignment, size);
    if (memory == NULL)
        return ENOMEM;
    *ret_memory = memory;
    return 0;
}
