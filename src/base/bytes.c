/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include "base/memory.h"

#include <float.h>

_Static_assert(sizeof(float) == 4 && FLT_MANT_DIG == 24, "float is IEEE 754 binary32");
_Static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53, "double is IEEE 754 binary64");

void mf__bytes_u8(struct mf__buffer *buffer, uint8_t value)
{
    mf__buffer_add(buffer, &value, 1);
}

void mf__bytes_u32(struct mf__buffer *buffer, uint32_t value)
{
    unsigned char bytes[4];
    mf__store_u32(bytes, value);
    mf__buffer_add(buffer, bytes, sizeof bytes);
}

void mf__bytes_u64(struct mf__buffer *buffer, uint64_t value)
{
    unsigned char bytes[8];
    mf__store_u64(bytes, value);
    mf__buffer_add(buffer, bytes, sizeof bytes);
}

void mf__bytes_f32(struct mf__buffer *buffer, float value)
{
    unsigned char bytes[4];
    mf__store_f32(bytes, value);
    mf__buffer_add(buffer, bytes, sizeof bytes);
}

void mf__bytes_f64(struct mf__buffer *buffer, double value)
{
    unsigned char bytes[8];
    mf__store_f64(bytes, value);
    mf__buffer_add(buffer, bytes, sizeof bytes);
}

void mf__bytes_text(struct mf__buffer *buffer, const char *text)
{
    size_t length = strlen(text);
    if (length > UINT32_MAX) {
        buffer->failed = true;
        return;
    }
    mf__bytes_u32(buffer, (uint32_t)length);
    mf__buffer_add(buffer, text, length);
}

size_t mf__take_left(const struct mf__byte_reader *reader)
{
    return reader->failed ? 0 : (size_t)(reader->end - reader->at);
}

/* The next `width` bytes, at most 8; zeros when they are not there. */
static const unsigned char *take(struct mf__byte_reader *reader, size_t width)
{
    static const unsigned char nothing[8] = {0};
    if (mf__take_left(reader) < width) {
        reader->failed = true;
        return nothing;
    }
    const unsigned char *at = reader->at;
    reader->at += width;
    return at;
}

uint8_t mf__take_u8(struct mf__byte_reader *reader)
{
    return *take(reader, 1);
}

uint32_t mf__take_u32(struct mf__byte_reader *reader)
{
    return mf__load_u32(take(reader, 4));
}

uint64_t mf__take_u64(struct mf__byte_reader *reader)
{
    return mf__load_u64(take(reader, 8));
}

float mf__take_f32(struct mf__byte_reader *reader)
{
    return mf__load_f32(take(reader, 4));
}

double mf__take_f64(struct mf__byte_reader *reader)
{
    return mf__load_f64(take(reader, 8));
}

char *mf__take_text(struct mf__byte_reader *reader)
{
    size_t length = mf__take_u32(reader);
    bool fits = length <= mf__take_left(reader) && !reader->failed;
    if (!fits || memchr(reader->at, '\0', length) != NULL) {
        reader->failed = true;
        return NULL;
    }
    char *text = mf__new(length + 1, 1);
    if (text == NULL) {
        reader->failed = true;
        reader->starved = true;
        return NULL;
    }
    memcpy(text, reader->at, length);
    text[length] = '\0';
    reader->at += length;
    return text;
}
