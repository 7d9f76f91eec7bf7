/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload that makes one allocation of a program fail, or all from one on:
 *     FAIL_AT=K      the K-th allocation fails, counted from 1
 *     FAIL_FROM=K    the K-th and all that follow fail
 *     FAIL_EXEMPT=N  allocations while a library whose path holds N is at work are not counted;
 *                    N may be several, with colons between them
 *     FAIL_DIRECT=N  what the program and these libraries ask for is counted without a look at the
 *                    stack, which takes long: nothing that is exempt calls them
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

#define MOST_FRAMES    64
#define MOST_LETTERS   64
#define MOST_LIBRARIES 16
#define MOST_REPORTED  (1U << 20)

/* Where code lies: from `begin` to before `end`. */
struct code {
    uintptr_t begin;
    uintptr_t end;
};

/* Where the code of some libraries lies: of those whose path holds one of the words. */
struct libraries {
    const char *words;
    struct code code[MOST_LIBRARIES];
    size_t n;
};

static struct code program;
static struct libraries exempt;
static struct libraries direct;
static unsigned long long known; /* how many libraries were loaded when that was found out */

static uintptr_t places[MOST_REPORTED]; /* of each allocation */

static unsigned long read_number(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

/* Whether one of the words, with colons between them, is part of the path. */
static bool has_word(const char *path, const char *words)
{
    char word[MOST_LETTERS];
    while (*words != '\0') {
        size_t length = strcspn(words, ":");
        size_t kept = length < sizeof word - 1 ? length : sizeof word - 1;
        memcpy(word, words, kept);
        word[kept] = '\0';
        if (kept > 0 && strstr(path, word) != NULL)
            return true;
        words += length + (words[length] == ':');
    }
    return false;
}

/* Keeps where the library lies, when it is one of them. */
static int find_library(struct dl_phdr_info *info, size_t size, void *ret_libraries)
{
    struct libraries *found = ret_libraries;
    (void)size;
    for (size_t i = 0; has_word(info->dlpi_name, found->words) && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0 || found->n == MOST_LIBRARIES)
            continue;
        found->code[found->n].begin = info->dlpi_addr + part->p_vaddr;
        found->code[found->n++].end = info->dlpi_addr + part->p_vaddr + part->p_memsz;
    }
    return 0;
}

/* How many libraries were loaded so far; the first one in the list tells. */
static int count_loaded(struct dl_phdr_info *info, size_t size, void *ret_count)
{
    (void)size;
    memcpy(ret_count, &info->dlpi_adds, sizeof info->dlpi_adds);
    return 1;
}

/* The program itself comes first in the list. */
static int find_program(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        program.begin = info->dlpi_addr + part->p_vaddr;
        program.end = program.begin + part->p_memsz;
    }
    return 1;
}

/* Looks again where libraries lie when others were loaded. */
static void refresh(void)
{
    unsigned long long loaded = 0;
    dl_iterate_phdr(count_loaded, &loaded);
    if (exempt.words == NULL || loaded == known)
        return;
    known = loaded;
    exempt.n = 0;
    dl_iterate_phdr(find_library, &exempt);
}

static bool lies_in(const struct code *code, const void *frame)
{
    return (uintptr_t)frame >= code->begin && (uintptr_t)frame < code->end;
}

static bool is_of(const struct libraries *libraries, const void *frame)
{
    for (size_t k = 0; k < libraries->n; k++)
        if (lies_in(&libraries->code[k], frame))
            return true;
    return false;
}

static bool is_exempt(void *const *frames, int n)
{
    refresh();
    for (int i = 0; i < n; i++)
        if (is_of(&exempt, frames[i]))
            return true;
    return false;
}

/* The innermost of the frames that lies in the program, counted from its begin; 0: none does. */
static uintptr_t place_of(void *const *frames, int n)
{
    for (int i = 0; i < n; i++)
        if (lies_in(&program, frames[i]))
            return (uintptr_t)frames[i] - program.begin;
    return 0;
}

/* Runs when the library is loaded; what the dynamic linker allocated before succeeds. */
__attribute__((constructor)) static void begin(void)
{
    void *frame = NULL;
    backtrace(&frame, 1); /* the first call allocates */
    dl_iterate_phdr(find_program, NULL);
    exempt.words = getenv("FAIL_EXEMPT");
    direct.words = getenv("FAIL_DIRECT");
    refresh();
    if (direct.words != NULL)
        dl_iterate_phdr(find_library, &direct);
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

/* Whether an allocation fails that is asked for by the code at `caller`. */
static int fails(const void *caller)
{
    void *frames[MOST_FRAMES];
    int n = 0;
    bool has_failed = fail_at != 0 && fail_from == 0 && atomic_load(&seen) >= fail_at;
    if (parent == 0 || has_failed)
        return 0; /* backtrace() allocates before begin() */
    bool is_direct = direct.words != NULL && (lies_in(&program, caller) || is_of(&direct, caller));
    if (!is_direct || report != NULL)
        n = backtrace(frames, MOST_FRAMES);
    if (!is_direct && is_exempt(frames, n))
        return 0;
    unsigned long k = atomic_fetch_add(&seen, 1) + 1;
    if (report != NULL && k <= MOST_REPORTED)
        places[k - 1] = place_of(frames, n);
    if (k != fail_at && (fail_from == 0 || k < fail_from))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **ret_memory, size_t alignment, size_t size)
{
    void *memory = fails(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
    if (memory == NULL)
        return ENOMEM;
    *ret_memory = memory;
    return 0;
}
