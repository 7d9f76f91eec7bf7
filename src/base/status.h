/* SPDX-License-Identifier: Apache-2.0 */
/* Filling an mf_error: the only way in which our code reports a failure. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <manyfold/status.h>
#include <stddef.h>

/*
 * Writes `code` and the formatted sentence into `error` (which may be NULL) and returns `code`,
 * so that a failure is one statement: return mf__fail(error, MF_E_INPUT, "...").
 */
int mf__fail(mf_error *error, int code, const char *format, ...) MF_PRINTF(3, 4);

/* The same for a failed system call: appends the text of `saved_errno`. Code MF_E_SYSTEM. */
int mf__fail_errno(mf_error *error, int saved_errno, const char *format, ...) MF_PRINTF(3, 4);

/* The same for an allocation of `bytes` bytes for `what`. Code MF_E_MEMORY. */
int mf__fail_memory(mf_error *error, size_t bytes, const char *what);

/* Puts "`prefix`: " in front of a text that is there already. `error` may be NULL. Returns its
 * code. */
int mf__fail_within(mf_error *error, int code, const char *format, ...) MF_PRINTF(3, 4);

#endif
