/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/frames.h"

#include "base/number.h"
#include "base/status.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char first_line[] = "manyfold-there 1";

static int fail_line(const struct mf__frames *frames, mf_error *error)
{
    return mf__fail(error, MF_E_SYSTEM, "the other machine answered what is no answer: %s",
                    mf__quote(frames->text).text);
}

static int take_line(struct mf__frames *frames, mf_error *error)
{
    const struct mf__limits limits = {"a number of bytes", 0, INT64_MAX};
    const char letter = frames->text[0];
    const char *behind = letter != '\0' && frames->text[1] == ' ' ? frames->text + 2 : "";
    if (!frames->begun) {
        frames->begun = strcmp(frames->text, first_line) == 0;
        if (!frames->begun && frames->noise[0] == '\0')
            snprintf(frames->noise, sizeof frames->noise, "%.79s", frames->text);
        return 0;
    }
    if (frames->whole || letter == '\0' || (frames->text[1] != ' ' && frames->text[1] != '\0'))
        return fail_line(frames, error);
    frames->letter = letter;
    switch (letter) {
    case '=':
        frames->whole = true;
        return 0;
    case 'C':
    case 'F':
    case 'O':
    case 'E':
        return mf__parse_count(behind, &limits, &frames->left, NULL) == 0
                   ? 0
                   : fail_line(frames, error);
    case '.':
        return 0;
    default:
        return strchr("SQNTXK!", letter) != NULL ? frames->line(frames->user, letter, behind, error)
                                                 : fail_line(frames, error);
    }
}

/* Adds to the line that is being read; *ret_used is how many bytes belong to it. */
static int take_text(struct mf__frames *frames, const char *bytes, size_t n, size_t *ret_used,
                     mf_error *error)
{
    const char *end = memchr(bytes, '\n', n);
    size_t length = end != NULL ? (size_t)(end - bytes) : n;
    size_t room = sizeof frames->text - 1 - frames->n;
    size_t kept = length < room ? length : room;
    memcpy(frames->text + frames->n, bytes, kept);
    frames->n += kept;
    frames->text[frames->n] = '\0';
    *ret_used = length + (end != NULL);
    if (frames->begun && kept < length)
        return fail_line(frames, error);
    if (end == NULL)
        return 0;
    frames->n = 0;
    return take_line(frames, error);
}

int mf__frames_take(void *user, const char *bytes, size_t n, mf_error *error)
{
    struct mf__frames *frames = user;
    int code = 0;
    while (code == 0 && n > 0) {
        size_t used = frames->left < n ? (size_t)frames->left : n;
        if (frames->left > 0) {
            code = frames->bytes(frames->user, frames->letter, bytes, used, error);
            frames->left -= used;
        } else {
            code = take_text(frames, bytes, n, &used, error);
        }
        bytes += used;
        n -= used;
    }
    return code;
}
