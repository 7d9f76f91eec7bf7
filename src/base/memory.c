/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_BYTES  ((uintptr_t)4096)
#define LARGE_BYTES ((size_t)8 << 20)

/* Smaller blocks have too few pages for a system call. */
#define SEVERAL_BYTES ((size_t)32 << 10)

void *mf__new(size_t n, size_t size)
{
    return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
}

void *mf__aligned_room(size_t bytes)
{
    if (bytes > SIZE_MAX - MF__CACHE_LINE)
        return NULL;
    return aligned_alloc(MF__CACHE_LINE, (bytes / MF__CACHE_LINE + 1) * MF__CACHE_LINE);
}

void mf__write_through(void *memory, size_t bytes)
{
    uintptr_t first = ((uintptr_t)memory + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    size_t skipped = first - (uintptr_t)memory;
    /* A wish: where it is not granted, nothing is lost but time. */
    if (memory != NULL && bytes >= LARGE_BYTES)
        madvise((char *)memory + skipped, bytes - skipped, MADV_HUGEPAGE);
}

void mf__write_soon(void *memory, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t first = ((uintptr_t)memory + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    uintptr_t end = ((uintptr_t)memory + bytes) / PAGE_BYTES * PAGE_BYTES;
    size_t skipped = first - (uintptr_t)memory;
    /* A wish, as above: older kernels do not know it. */
    if (memory != NULL && bytes >= SEVERAL_BYTES)
        madvise((char *)memory + skipped, end - first, MADV_POPULATE_WRITE);
#else
    (void)memory;
    (void)bytes;
#endif
}

void *mf__resize(void *old, size_t n, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return realloc(old, bytes > 0 ? bytes : 1);
}

char *mf__copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = mf__new(bytes, 1);
    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

void mf__free(void *memory)
{
    free(memory);
}
