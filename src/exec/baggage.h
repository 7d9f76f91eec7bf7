/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing and unpacking for portable.h: plain values and arrays of them, as they lie in memory,
 * since both ends are programs of the same version on machines of one kind.
 *
 * Small things are put one after another. A large array travels by itself, from where it lies to
 * where it will stay, as copying it takes about as long as sending it.
 *
 * Unpacking never goes past the end: what is not there is zero and sets `failed`, so a caller may
 * read at will and ask once, at the end.
 */
#ifndef EXEC_BAGGAGE_H
#define EXEC_BAGGAGE_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

#define MF__LARGE_BYTES ((size_t)1 << 20) /* an array of so many is large */
#define MF__LARGE_MOST  8U                /* the others are put with the small things */

/* What is packed; start with {0}. */
struct mf__parcel {
    struct mf__buffer bytes;
    struct {
        const void *at;
        size_t bytes;
    } large[MF__LARGE_MOST];
    unsigned n_large;
};

struct mf__baggage {
    const unsigned char *at;
    size_t left;
    struct {
        void *at; /* owned; NULL once it was taken */
        size_t bytes;
    } large[MF__LARGE_MOST];
    unsigned n_large;
    unsigned taken; /* large arrays */
    bool failed;
};

/* Adds a value of `size` bytes without pointers, and `n` such values, which may be 0. Arrays must
 * stay as they are until the parcel was sent. */
void mf__pack_value(struct mf__parcel *parcel, const void *value, size_t size);
void mf__pack_array(struct mf__parcel *parcel, const void *values, size_t n, size_t size);

/* Whether all was packed. MF_E_MEMORY. */
int mf__pack_check(const struct mf__parcel *parcel, mf_error *error);
void mf__parcel_done(struct mf__parcel *parcel);

void mf__unpack_value(struct mf__baggage *baggage, void *ret_value, size_t size);

/* The next array, in memory of its own; *ret_n is how many values it has. NULL for none, and when
 * it failed. */
void *mf__unpack_array(struct mf__baggage *baggage, size_t *ret_n, size_t size);

/* 0 when all was there and nothing is left. MF_E_FORMAT. */
int mf__unpack_check(const struct mf__baggage *baggage, mf_error *error);

/* Frees the large arrays that nobody took. */
void mf__baggage_done(struct mf__baggage *baggage);

#endif
