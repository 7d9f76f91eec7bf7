/* SPDX-License-Identifier: Apache-2.0 */
/* A list, and a hash table with open addressing over it. Keys are digests, so eight of their bytes
 * are as good a hash as any. */
#include "journal/waiting.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/status.h"

#include <string.h>

#define FIRST_ROOM 64

void mf__waiting_done(struct mf__waiting *waiting)
{
    mf__free(waiting->list);
    mf__free(waiting->slots);
    mf__buffer_done(&waiting->texts);
    *waiting = (struct mf__waiting){0};
}

void mf__waiting_clear(struct mf__waiting *waiting)
{
    waiting->n = 0;
    mf__buffer_clear(&waiting->texts);
    if (waiting->slots != NULL)
        memset(waiting->slots, 0, waiting->n_slots * sizeof *waiting->slots);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *slot_of(const struct mf__waiting *waiting, const unsigned char *key)
{
    size_t at = mf__load_u64(key) & (waiting->n_slots - 1);
    while (waiting->slots[at] != 0 &&
           memcmp(waiting->list[waiting->slots[at] - 1].key, key, MF__KEY_BYTES) != 0)
        at = (at + 1) & (waiting->n_slots - 1);
    return &waiting->slots[at];
}

static void enter(struct mf__waiting *waiting, size_t index)
{
    uint32_t *slot = slot_of(waiting, waiting->list[index].key);
    if (*slot == 0)
        *slot = (uint32_t)index + 1;
}

/* Makes room for one more. When the slots cannot grow the list is merely longer than `room` says.
 */
static int grow(struct mf__waiting *waiting, mf_error *error)
{
    size_t room = waiting->room > 0 ? 2 * waiting->room : FIRST_ROOM;
    if (room > UINT32_MAX / 2)
        return mf__fail(error, MF_E_MEMORY, "out of memory: %zu results wait to be written",
                        waiting->n);
    struct mf__wait *list = mf__resize(waiting->list, room, sizeof *list);
    if (list == NULL)
        return mf__fail_memory(error, room * sizeof *list, "results that wait to be written");
    waiting->list = list;
    uint32_t *slots = mf__new(2 * room, sizeof *slots);
    if (slots == NULL)
        return mf__fail_memory(error, 2 * room * sizeof *slots, "results that wait to be written");
    mf__free(waiting->slots);
    waiting->slots = slots;
    waiting->n_slots = 2 * room;
    waiting->room = room;
    for (size_t i = 0; i < waiting->n; i++)
        enter(waiting, i);
    return 0;
}

int mf__waiting_add(struct mf__waiting *waiting, const struct mf__wait *wait, const char *label,
                    const char *payload, mf_error *error)
{
    int code = waiting->n < waiting->room ? 0 : grow(waiting, error);
    if (code != 0)
        return code;
    struct mf__buffer *texts = &waiting->texts;
    struct mf__wait added = *wait;
    size_t before = texts->length;
    added.label = before;
    added.payload = before + strlen(label) + 1;
    added.length = strlen(payload);
    mf__buffer_add(texts, label, strlen(label) + 1);
    mf__buffer_add(texts, payload, added.length + 1);
    code = mf__buffer_check(texts, error);
    if (code != 0) {
        texts->length = before;
        texts->failed = false;
        if (texts->bytes != NULL)
            texts->bytes[before] = '\0';
        return code;
    }
    waiting->list[waiting->n] = added;
    enter(waiting, waiting->n++);
    return 0;
}

const struct mf__wait *mf__waiting_find(const struct mf__waiting *waiting,
                                        const unsigned char key[MF__KEY_BYTES])
{
    if (waiting->n == 0)
        return NULL;
    uint32_t index = *slot_of(waiting, key);
    return index > 0 ? &waiting->list[index - 1] : NULL;
}
