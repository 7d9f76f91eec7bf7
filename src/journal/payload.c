/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/payload.h"

#include "base/json_read.h"

#include <string.h>

int mf__payload_read(const char *text, json_t **ret_value, mf_error *error)
{
    return mf__json_read(text, strlen(text), JSON_DECODE_ANY, ret_value, NULL, error);
}
