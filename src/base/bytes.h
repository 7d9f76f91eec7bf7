/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and texts as bytes of a file: little-endian on every machine, numbers of C's types
 * `float` and `double` as the bits of IEEE 754.
 *
 * Writing goes into a buffer, which remembers a failure. Reading never goes past the end, whatever
 * the bytes are: what is not there is 0 and sets `failed`, so a caller may read at will and ask
 * once, at the end. It must not loop up to a count that it read before it has asked.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Into and from room that the caller knows to be there. */
static inline void mf__store_u32(unsigned char *at, uint32_t value)
{
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
    at[2] = (unsigned char)(value >> 16);
    at[3] = (unsigned char)(value >> 24);
}

static inline void mf__store_u64(unsigned char *at, uint64_t value)
{
    mf__store_u32(at, (uint32_t)value);
    mf__store_u32(at + 4, (uint32_t)(value >> 32));
}

static inline uint32_t mf__load_u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t mf__load_u64(const unsigned char *at)
{
    return mf__load_u32(at) | (uint64_t)mf__load_u32(at + 4) << 32;
}

static inline void mf__store_f32(unsigned char *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    mf__store_u32(at, bits);
}

static inline void mf__store_f64(unsigned char *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    mf__store_u64(at, bits);
}

static inline float mf__load_f32(const unsigned char *at)
{
    uint32_t bits = mf__load_u32(at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline double mf__load_f64(const unsigned char *at)
{
    uint64_t bits = mf__load_u64(at);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void mf__bytes_u8(struct mf__buffer *buffer, uint8_t value);
void mf__bytes_u32(struct mf__buffer *buffer, uint32_t value);
void mf__bytes_u64(struct mf__buffer *buffer, uint64_t value);
void mf__bytes_f32(struct mf__buffer *buffer, float value);
void mf__bytes_f64(struct mf__buffer *buffer, double value);

/* The length as u32, then the bytes, without a closing 0. */
void mf__bytes_text(struct mf__buffer *buffer, const char *text);

/* Bytes at `at` up to, but not including, `end`; the bytes belong to the caller. */
struct mf__byte_reader {
    const unsigned char *at;
    const unsigned char *end;
    bool failed;  /* something was wanted that was not there; stays so */
    bool starved; /* ... or there was no memory for it */
};

size_t mf__take_left(const struct mf__byte_reader *reader); /* 0 after a failure */

uint8_t mf__take_u8(struct mf__byte_reader *reader);
uint32_t mf__take_u32(struct mf__byte_reader *reader);
uint64_t mf__take_u64(struct mf__byte_reader *reader);
float mf__take_f32(struct mf__byte_reader *reader);
double mf__take_f64(struct mf__byte_reader *reader);

/* A terminated copy of a text, to be freed with mf__free; NULL with `failed` set when it does not
 * fit, holds a NUL or there is no memory. */
char *mf__take_text(struct mf__byte_reader *reader);

#endif
