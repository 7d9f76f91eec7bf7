/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/told.h"

#include "base/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What goes before the bytes, and how many follow. */
struct heading {
    int code;
    mf_error error;
    size_t length;
};

int mf__told_write(int channel, int code, const mf_error *failure, const struct mf__buffer *bytes)
{
    struct heading heading = {.code = code};
    if (code != 0)
        heading.error = *failure;
    else
        heading.code = mf__buffer_check(bytes, &heading.error);
    heading.length = heading.code == 0 ? bytes->length : 0;
    int told = mf__write_all(channel, &heading, sizeof heading, "the parent", NULL);
    if (told == 0)
        told = mf__write_all(channel, mf__buffer_text(bytes), heading.length, "the parent", NULL);
    return told;
}

bool mf__told_read(int channel, struct mf__buffer *received)
{
    char bytes[4096];
    ssize_t got = read(channel, bytes, sizeof bytes);
    if (got > 0)
        mf__buffer_add(received, bytes, (size_t)got);
    return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

bool mf__told_whole(const char *bytes, size_t length)
{
    struct heading heading;
    if (length < sizeof heading)
        return false;
    memcpy(&heading, bytes, sizeof heading);
    return length - sizeof heading >= heading.length;
}

int mf__told_take(const char *bytes, struct mf__buffer *ret_bytes, mf_error *error)
{
    struct heading heading;
    memcpy(&heading, bytes, sizeof heading);
    if (heading.code != 0) {
        if (error != NULL)
            *error = heading.error;
        return heading.code;
    }
    mf__buffer_add(ret_bytes, bytes + sizeof heading, heading.length);
    int code = mf__buffer_check(ret_bytes, error);
    if (code != 0)
        mf__buffer_done(ret_bytes);
    return code;
}
