/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there.sh answers, read as it comes in. Whatever stands in front of the line "manyfold-there
 * 1" was written by the files that a shell reads when it starts, and is dropped. Then follow
 *
 *     S state    Q    N text    T token    X status    K fact    ! text    .    =
 *     C n    F n    O n    E n        and behind the line n bytes
 *
 * The other machine may write anything: lines and numbers are bounded, unknown ones are refused.
 */
#ifndef REMOTE_FRAMES_H
#define REMOTE_FRAMES_H

#include <manyfold/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MF__FRAME_LINE 2000

struct mf__frames {
    /* A line, without its end; `text` is what stands behind the letter. */
    int (*line)(void *user, char letter, const char *text, mf_error *error);
    /* Bytes of one of the streams, piece by piece. */
    int (*bytes)(void *user, char letter, const char *bytes, size_t n, mf_error *error);
    void *user;

    char noise[80]; /* the beginning of what was dropped in front of the first line */
    bool begun;     /* the first line was seen */
    bool whole;     /* "=" was seen */
    char letter;
    uint64_t left; /* bytes of the stream still to come */
    size_t n;
    char text[MF__FRAME_LINE];
};

/* As `take` of struct mf__call; `user` is a struct mf__frames. MF_E_SYSTEM: it is no answer; what
 * the two return. */
int mf__frames_take(void *user, const char *bytes, size_t n, mf_error *error);

#endif
