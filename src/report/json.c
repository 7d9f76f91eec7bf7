/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json.h"

#include "base/number.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define DIGITS       12
#define EXACT_DIGITS 17

void mf__json_put(json_t **object, const char *key, json_t *value)
{
    if (json_object_set_new(*object, key, value) == 0)
        return;
    json_decref(*object);
    *object = NULL;
}

void mf__json_append(json_t **array, json_t *value)
{
    if (json_array_append_new(*array, value) == 0)
        return;
    json_decref(*array);
    *array = NULL;
}

json_t *mf__json_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *mf__json_count(uint64_t value)
{
    return json_integer(value < INT64_MAX ? (json_int_t)value : INT64_MAX);
}

json_t *mf__json_digits(uint64_t value)
{
    return json_string(mf__show_count(value, 0).text);
}

json_t *mf__json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    if (mf__is_utf8(text))
        return json_string(text);
    struct mf__buffer safe = {0};
    mf__escape(&safe, text, strlen(text));
    json_t *value = safe.failed ? NULL : json_string(mf__buffer_text(&safe));
    mf__buffer_done(&safe);
    return value;
}

json_t *mf__json_interval(const struct mf__interval *interval, const char *method)
{
    json_t *object = json_object();
    mf__json_put(&object, "low", mf__json_real(interval->low));
    mf__json_put(&object, "mid", mf__json_real(interval->mid));
    mf__json_put(&object, "high", mf__json_real(interval->high));
    mf__json_put(&object, "coverage", mf__json_real(interval->coverage));
    mf__json_put(&object, "known", json_boolean(interval->known));
    mf__json_put(&object, "method", json_string(method));
    return object;
}

json_t *mf__json_tool(void)
{
    json_t *object = json_object();
    mf__json_put(&object, "name", json_string("manyfold"));
    mf__json_put(&object, "version", json_string(mf_version()));
    return object;
}

static int add_piece(const char *bytes, size_t length, void *user)
{
    struct mf__buffer *out = user;
    mf__buffer_add(out, bytes, length);
    return out->failed ? -1 : 0;
}

static int write_root(json_t *root, size_t flags, struct mf__buffer *out, mf_error *error)
{
    int code = -1;
    if (root != NULL)
        code = json_dump_callback(root, add_piece, out, JSON_PRESERVE_ORDER | flags);
    json_decref(root);
    mf__buffer_put(out, "\n");
    if (code != 0 || out->failed)
        return mf__fail(error, MF_E_MEMORY, "not enough memory to write the results as JSON");
    return 0;
}

int mf__json_write(json_t *root, struct mf__buffer *out, mf_error *error)
{
    return write_root(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS), out, error);
}

int mf__json_write_exactly(json_t *root, struct mf__buffer *out, mf_error *error)
{
    return write_root(root, JSON_INDENT(2) | JSON_REAL_PRECISION(EXACT_DIGITS), out, error);
}

int mf__json_write_compactly(json_t *root, struct mf__buffer *out, mf_error *error)
{
    return write_root(root, JSON_COMPACT | JSON_REAL_PRECISION(EXACT_DIGITS), out, error);
}
