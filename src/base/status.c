/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *mf_status_text(int code)
{
    switch (code) {
#define STATUS_CASE(name, value, sentence)                                                         \
    case value:                                                                                    \
        return sentence;
        MF_STATUS_LIST(STATUS_CASE)
#undef STATUS_CASE
    default:
        return "unknown status";
    }
}

const char *mf_version(void)
{
    return MF_VERSION;
}

MF_PRINTF(3, 0)
static void set_text(mf_error *error, int code, const char *format, va_list args)
{
    error->code = code;
    if (vsnprintf(error->text, sizeof error->text, format, args) < 0)
        snprintf(error->text, sizeof error->text, "%s", mf_status_text(code));
}

int mf__fail(mf_error *error, int code, const char *format, ...)
{
    if (error != NULL) {
        va_list args;
        va_start(args, format);
        set_text(error, code, format, args);
        va_end(args);
    }
    return code;
}

int mf__fail_errno(mf_error *error, int saved_errno, const char *format, ...)
{
    if (error == NULL)
        return MF_E_SYSTEM;
    va_list args;
    va_start(args, format);
    set_text(error, MF_E_SYSTEM, format, args);
    va_end(args);

    const char *text = strerrordesc_np(saved_errno); /* in English, whatever the host's locale */
    size_t length = strlen(error->text);
    snprintf(error->text + length, sizeof error->text - length, ": %s",
             text != NULL ? text : "unknown error");
    return MF_E_SYSTEM;
}

int mf__fail_memory(mf_error *error, size_t bytes, const char *what)
{
    return mf__fail(error, MF_E_MEMORY, "out of memory: %zu bytes for %s", bytes, what);
}

int mf__fail_within(mf_error *error, int code, const char *format, ...)
{
    if (error == NULL)
        return code;
    mf_error inner = *error;
    va_list args;
    va_start(args, format);
    set_text(error, code, format, args);
    va_end(args);
    size_t length = strlen(error->text);
    snprintf(error->text + length, sizeof error->text - length, ": %s", inner.text);
    return code;
}
