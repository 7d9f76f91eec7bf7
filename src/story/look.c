/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/shell.h"
#include "story/document.h"

#include <math.h>
#include <string.h>

#define STEP_BYTES 64 /* of a path; none of ours is as long */

/* One step down: a field of an object, or an element of an array by its number. */
static const json_t *step_down(const json_t *from, const char *step)
{
    const struct mf__limits limits = {"an index", 0, UINT32_MAX};
    uint64_t index = 0;
    if (!json_is_array(from))
        return json_object_get(from, step);
    return mf__parse_count(step, &limits, &index, NULL) == 0 ? json_array_get(from, (size_t)index)
                                                             : NULL;
}

const json_t *mf__look(const json_t *from, const char *path)
{
    char step[STEP_BYTES];
    while (from != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        if (length >= sizeof step)
            return NULL;
        memcpy(step, path, length);
        step[length] = '\0';
        from = step_down(from, step);
        path += length + (path[length] == '.' ? 1 : 0);
    }
    return json_is_null(from) ? NULL : from;
}

double mf__look_real(const json_t *from, const char *path)
{
    const json_t *found = mf__look(from, path);
    return json_is_number(found) ? json_number_value(found) : (double)NAN;
}

const char *mf__look_text(const json_t *from, const char *path)
{
    const char *text = json_string_value(mf__look(from, path));
    return text != NULL ? text : "";
}

uint64_t mf__look_count(const json_t *from, const char *path)
{
    const struct mf__limits limits = {path, 0, UINT64_MAX};
    const json_t *found = mf__look(from, path);
    uint64_t count = 0;
    if (json_is_string(found) &&
        mf__parse_count(json_string_value(found), &limits, &count, NULL) == 0)
        return count;
    json_int_t integer = json_integer_value(found); /* 0 for what is none */
    return integer > 0 ? (uint64_t)integer : 0;
}

bool mf__look_true(const json_t *from, const char *path)
{
    return json_is_true(mf__look(from, path));
}

size_t mf__look_length(const json_t *from, const char *path)
{
    return json_array_size(mf__look(from, path));
}

void mf__look_command(const json_t *root, struct mf__buffer *out)
{
    const json_t *words = mf__look(root, "command_line");
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        mf__buffer_put(out, i > 0 ? " " : "");
        mf__shell_word(word != NULL ? word : "", false, out);
    }
}
