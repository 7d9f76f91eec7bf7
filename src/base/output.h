/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing results to where the user asked for them, whole or not at all. "-" is standard output.
 * Failures are MF_E_OUTPUT with the path, the reason and what would help.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <manyfold/status.h>
#include <stddef.h>

/*
 * A new or regular file is written beside its place and renamed, so that at every instant the place
 * holds the old content or the new one. An existing file keeps its mode; a link keeps standing and
 * what it points to is replaced. A terminal, pipe or device is written to as it is.
 */
int mf__output_write(const char *path, const void *bytes, size_t length, mf_error *error);

/*
 * The same for content that is too large to be held in memory: `produce` is called once and adds it
 * piece by piece. It returns 0, or a failure of its own with `error` filled, after which nothing is
 * written. A piece that cannot be written makes mf__output_add fail, then and from then on; the
 * producer returns what it got and leaves the words to mf__output_stream.
 */
struct mf__output;
typedef int (*mf__output_producer)(void *user, struct mf__output *output, mf_error *error);
int mf__output_stream(const char *path, mf__output_producer produce, void *user, mf_error *error);
int mf__output_add(struct mf__output *output, const void *bytes, size_t length);

/* Finds out cheaply, before hours of work, whether mf__output_write can be expected to succeed. */
int mf__output_check(const char *path, mf_error *error);

/* Writes everything, through interruptions and short writes. `name` is for the message. The process
 * ignores SIGPIPE, or it dies where a reader has gone. */
int mf__write_all(int fd, const void *bytes, size_t length, const char *name, mf_error *error);

#endif
