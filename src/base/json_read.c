/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jansson (2.14) drops a letter of a text, says that it is no JSON, or aborts, when the room for a
 * token cannot grow. So its allocations are watched while it reads. The first that fails is noted,
 * and is served from a reserve. After it, what may be room for a token, whose size doubles from 16
 * on, is served too, and all else fails, which jansson can bear; so reading ends soon, and before
 * the reserve does, which is made for the longest token of the text.
 */
#include "base/json_read.h"

#include "base/memory.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SPARE_BYTES 4096 /* for what only looks like a token */

static struct {
    unsigned char *bytes;
    size_t size;
    size_t used;
    size_t longest; /* token, in bytes */
    bool wanted;    /* memory that was not there */
} reserve;

static void *take_reserve(size_t bytes)
{
    size_t unit = _Alignof(max_align_t);
    size_t taken = (bytes + unit - 1) / unit * unit;
    if (bytes > reserve.size || taken > reserve.size - reserve.used)
        return NULL;
    void *room = reserve.bytes + reserve.used;
    reserve.used += taken;
    return room;
}

static bool may_be_token(size_t bytes)
{
    bool has_doubled = bytes >= 16 && (bytes & (bytes - 1)) == 0;
    return has_doubled && bytes / 2 <= reserve.longest + 1;
}

static void *watched_room(size_t bytes)
{
    bool is_first = !reserve.wanted;
    void *room = is_first ? mf__new(1, bytes) : NULL;
    reserve.wanted = room == NULL;
    return room != NULL ? room : is_first || may_be_token(bytes) ? take_reserve(bytes) : NULL;
}

static void watched_free(void *room)
{
    unsigned char *at = room;
    bool is_reserve = at >= reserve.bytes && at < reserve.bytes + reserve.size;
    if (!is_reserve)
        mf__free(room);
}

/* The bytes of the longest text, number or word. */
static size_t longest_token(const char *text, size_t length)
{
    size_t longest = 0;
    size_t from = 0;
    bool inside = false; /* a text */
    for (size_t i = 0; i < length; i++) {
        bool ends = text[i] == '"' || (!inside && strchr(",:[]{} \n", text[i]) != NULL);
        inside = text[i] == '"' ? !inside : inside;
        i += inside && text[i] == '\\';
        longest = i - from > longest ? i - from : longest;
        from = ends ? i : from;
    }
    return longest + 2; /* with its quotation marks */
}

int mf__json_read(const char *text, size_t length, size_t flags, json_t **ret_value,
                  json_error_t *ret_problem, mf_error *error)
{
    json_malloc_t usual_room;
    json_free_t usual_free;
    reserve.used = 0;
    reserve.wanted = false;
    reserve.longest = longest_token(text, length);
    reserve.size = 4 * reserve.longest + SPARE_BYTES; /* 2 + 1 + 1/2 + ... times the longest */
    reserve.bytes = mf__new(1, reserve.size);
    if (reserve.bytes == NULL)
        return mf__fail_memory(error, reserve.size, "a JSON text");
    json_get_alloc_funcs(&usual_room, &usual_free);
    json_set_alloc_funcs(watched_room, watched_free);
    json_t *value = json_loadb(text, length, flags | JSON_REJECT_DUPLICATES, ret_problem);
    if (reserve.wanted) {
        json_decref(value);
        value = NULL;
    }
    json_set_alloc_funcs(usual_room, usual_free); /* which can free what mf__new made */
    mf__free(reserve.bytes);
    if (reserve.wanted)
        return mf__fail_memory(error, length, "a JSON text");
    *ret_value = value;
    return 0;
}
