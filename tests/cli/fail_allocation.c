/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload that makes one allocation of a program fail, or all from one on:
 *     FAIL_AT=K      the K-th allocation fails, counted from 1
 *     FAIL_FROM=K    the K-th and all that follow fail
 *     FAIL_EXEMPT=N  allocations while a library whose path holds N is at work are not counted
 *     FAIL_REPORT=F  at the end, a line is written to the file F for each allocation: the place in
 *                    the program that asked for it, itself or through a library, as a number
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
#include <stdbool.h>
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
static const char *report;

/* Where code lies: from `begin` to before `end`. */
struct code {
    const char *word; /* in its path; "" finds the program, which comes first */
    uintptr_t begin;
    uintptr_t end;
};

static struct code program = {.word = ""};
static struct code exempt;

#define MOST_FRAMES   64
#define MOST_REPORTED (1U << 20)

static uintptr_t places[MOST_REPORTED]; /* of each allocation */

static unsigned long read_number(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

static int find_code(struct dl_phdr_info *info, size_t size, void *wanted)
{
    struct code *code = wanted;
    (void)size;
    if (strstr(info->dlpi_name, code->word) == NULL)
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        code->begin = info->dlpi_addr + part->p_vaddr;
        code->end = code->begin + part->p_memsz;
    }
    return 1;
}

/* The innermost of the frames that lies in this code, counted from its begin; 0: none does. */
static uintptr_t place_in(const struct code *code, void *const *frames, int n)
{
    for (int i = 0; i < n; i++)
        if ((uintptr_t)frames[i] >= code->begin && (uintptr_t)frames[i] < code->end)
            return (uintptr_t)frames[i] - code->begin;
    return 0;
}

/* Runs when the library is loaded; what the dynamic linker allocated before succeeds. */
__attribute__((constructor)) static void begin(void)
{
    void *frame = NULL;
    backtrace(&frame, 1); /* the first call allocates */
    dl_iterate_phdr(find_code, &program);
    exempt.word = getenv("FAIL_EXEMPT");
    if (exempt.word != NULL)
        dl_iterate_phdr(find_code, &exempt);
    atomic_store(&seen, 0);
    fail_at = read_number("FAIL_AT");
    fail_from = read_number("FAIL_FROM");
    report = getenv("FAIL_REPORT");
    parent = getpid();
}

__attribute__((destructor)) static void end(void)
{
    unsigned long count = atomic_load(&seen);
    if (report == NULL || getpid() != parent)
        return;
    int fd = open(report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || count > MOST_REPORTED)
        _exit(99);
    for (unsigned long i = 0; i < count; i++)
        if (dprintf(fd, "%lx\n", places[i]) < 0)
            _exit(99);
    close(fd);
}

static int fails(void)
{
    void *frames[MOST_FRAMES];
    bool has_failed = fail_at != 0 && fail_from == 0 && atomic_load(&seen) >= fail_at;
    if (parent == 0 || has_failed)
        return 0; /* backtrace() allocates before begin() */
    int n = backtrace(frames, MOST_FRAMES);
    if (place_in(&exempt, frames, n) != 0)
        return 0;
    unsigned long k = atomic_fetch_add(&seen, 1) + 1;
    if (report != NULL && k <= MOST_REPORTED)
        places[k - 1] = place_in(&program, frames, n);
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
