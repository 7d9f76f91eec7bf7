/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jansson (2.14) drops a letter of a text, or says that it is no JSON, when the room for it cannot
 * grow. So its allocations are watched while it reads.
 */
#include "journal/payload.h"

#include "base/memory.h"
#include "base/status.h"

#include <stdbool.h>
#include <string.h>

static bool wanted_memory;

static void *watched_room(size_t bytes)
{
    void *room = mf__new(1, bytes);
    wanted_memory = wanted_memory || room == NULL;
    return room;
}

int mf__payload_read(const char *text, json_t **ret_value, mf_error *error)
{
    json_malloc_t usual_room;
    json_free_t usual_free;
    wanted_memory = false;
    json_get_alloc_funcs(&usual_room, &usual_free);
    json_set_alloc_funcs(watched_room, mf__free);
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    json_set_alloc_funcs(usual_room, usual_free); /* which can free what mf__new made */
    if (wanted_memory) {
        json_decref(value);
        return mf__fail_memory(error, strlen(text), "a JSON text");
    }
    *ret_value = value;
    return 0;
}
