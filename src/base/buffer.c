/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include "base/memory.h"
#include "base/status.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void mf__buffer_done(struct mf__buffer *buffer)
{
    mf__free(buffer->bytes);
    *buffer = (struct mf__buffer){0};
}

void mf__buffer_clear(struct mf__buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->bytes != NULL)
        buffer->bytes[0] = '\0';
}

/* Makes room for `more` bytes and the closing 0. */
static bool reserve(struct mf__buffer *buffer, size_t more)
{
    if (buffer->failed || more >= SIZE_MAX / 2 - buffer->length) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->room)
        return true;
    size_t room = buffer->room < 64 ? 64 : buffer->room;
    while (room < needed)
        room *= 2;
    char *bytes = mf__resize(buffer->bytes, room, 1);
    if (bytes == NULL) {
        buffer->failed = true;
        return false;
    }
    mf__write_through(bytes, room);
    buffer->bytes = bytes;
    buffer->room = room;
    return true;
}

void mf__buffer_add(struct mf__buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0 || !reserve(buffer, length))
        return;
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
}

void mf__buffer_put(struct mf__buffer *buffer, const char *text)
{
    mf__buffer_add(buffer, text, strlen(text));
}

void mf__buffer_fill(struct mf__buffer *buffer, char byte, size_t times)
{
    if (times == 0 || !reserve(buffer, times))
        return;
    memset(buffer->bytes + buffer->length, byte, times);
    buffer->length += times;
    buffer->bytes[buffer->length] = '\0';
}

void mf__buffer_vprint(struct mf__buffer *buffer, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0)
        buffer->failed = true;
    if (length >= 0 && reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void mf__buffer_print(struct mf__buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    mf__buffer_vprint(buffer, format, args);
    va_end(args);
}

const char *mf__buffer_text(const struct mf__buffer *buffer)
{
    return buffer->bytes != NULL ? buffer->bytes : "";
}

int mf__buffer_check(const struct mf__buffer *buffer, mf_error *error)
{
    if (!buffer->failed)
        return 0;
    return mf__fail(error, MF_E_MEMORY, "out of memory: a text of %zu bytes could not grow",
                    buffer->length);
}
