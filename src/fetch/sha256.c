/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/sha256.h"

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

static const char digits[] = "0123456789abcdef";

static int digit_of(char c)
{
    char lower = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
    const char *found = lower != '\0' ? strchr(digits, lower) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

int mf__sha256_parse(const char *text, struct mf__sha256 *ret_digest, mf_error *error)
{
    struct mf__sha256 digest;
    bool is_whole = strlen(text) == 2 * sizeof digest.bytes;
    for (size_t i = 0; is_whole && i < sizeof digest.bytes; i++) {
        int high = digit_of(text[2 * i]);
        int low = digit_of(text[2 * i + 1]);
        is_whole = high >= 0 && low >= 0;
        digest.bytes[i] = (unsigned char)(high << 4 | low);
    }
    if (!is_whole)
        return mf__fail(error, MF_E_INPUT,
                        "--sha256: %s is no SHA-256, which has 64 hexadecimal digits (sha256sum "
                        "prints one)",
                        mf__quote(text).text);
    *ret_digest = digest;
    return 0;
}

struct mf__sha256_shown mf__sha256_show(const struct mf__sha256 *digest)
{
    struct mf__sha256_shown shown = {{0}};
    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        shown.text[2 * i] = digits[digest->bytes[i] >> 4];
        shown.text[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    return shown;
}
