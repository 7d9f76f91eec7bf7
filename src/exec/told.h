/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that did a task tells its parent through a pipe: whether it succeeded, and if not,
 * why; then the bytes that it made. For the same version on the same kind of machine. */
#ifndef EXEC_TOLD_H
#define EXEC_TOLD_H

#include "base/buffer.h"

#include <manyfold/status.h>
#include <stdbool.h>

/* Tells all of it; `failure` is looked at when `code` is not 0. MF_E_OUTPUT. */
int mf__told_write(int channel, int code, const mf_error *failure, const struct mf__buffer *bytes);

/* Takes in what there is to read; false at the end of the channel. */
bool mf__told_read(int channel, struct mf__buffer *received);

/* Whether all that there is to tell is among `length` bytes. */
bool mf__told_whole(const char *bytes, size_t length);

/* Takes apart what is whole: the task's error, or its bytes, which are added to `ret_bytes`. */
int mf__told_take(const char *bytes, struct mf__buffer *ret_bytes, mf_error *error);

#endif
