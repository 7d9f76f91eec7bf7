/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How every call of libmanyfold reports what went wrong.
 *
 * A call that can fail returns 0, or one of the negative codes below, and, when it was given an
 * mf_error, fills it with a sentence that says what failed, where, and what would help. What a
 * call gives back through a `ret_` parameter is written only when it returns 0, unless it says
 * otherwise.
 */
#ifndef MANYFOLD_STATUS_H
#define MANYFOLD_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MF_API                __attribute__((visibility("default")))
#define MF_PRINTF(text, args) __attribute__((format(printf, text, args)))
#else
#define MF_API
#define MF_PRINTF(text, args)
#endif

/* X(name, value, sentence): the one list of codes. A value is never renumbered. */
#define MF_STATUS_LIST(X)                                                                          \
    X(OK, 0, "done")                                                                               \
    X(E_MEMORY, -1, "out of memory")                                                               \
    X(E_SYSTEM, -2, "a system call failed")                                                        \
    X(E_INPUT, -3, "a value is out of range or malformed")                                         \
    X(E_ITEM, -4, "an item of the job failed")                                                     \
    X(E_WORKER, -5, "an item killed its worker again and again")                                   \
    X(E_CANCELLED, -6, "cancelled")                                                                \
    X(E_BUSY, -7, "in use by another thread")                                                      \
    X(E_UNAVAILABLE, -8, "not available here")                                                     \
    X(E_OUTPUT, -9, "an output could not be written")                                              \
    X(E_DIFFER, -10, "answers differ")                                                             \
    X(E_FORMAT, -11, "data is not in the expected format")

enum mf_status {
#define MF_STATUS_ENUM(name, value, sentence) MF_##name = (value),
    MF_STATUS_LIST(MF_STATUS_ENUM)
#undef MF_STATUS_ENUM
};

/* What went wrong, in one line without a newline; `text` is always terminated. */
typedef struct mf_error {
    int code; /* an mf_status */
    char text[1020];
} mf_error;

/* The general sentence for a code, never NULL. Thread safe. */
MF_API const char *mf_status_text(int code);

/* The version of the library that is linked, "major.minor.patch". Thread safe. */
MF_API const char *mf_version(void);

#ifdef __cplusplus
}
#endif
#endif
