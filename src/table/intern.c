/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table with open addressing, by XXH3 (libxxhash). A text is found by the low bits of its
 * hash; 32 others are kept beside its number, so that texts that differ are hardly ever compared.
 * Numbers follow the order of coming, so nothing depends on the hash but time.
 */
#include "table/intern.h"

#include "base/memory.h"
#include "base/status.h"

#include <string.h>
#include <xxhash.h>

#define FEWEST_SLOTS 64

void mf__intern_done(struct mf__intern *intern)
{
    mf__buffer_done(&intern->texts);
    mf__free(intern->starts);
    mf__free(intern->slots);
    *intern = (struct mf__intern){0};
}

/* Where the text stands, or the free slot where it would. There is always a free one. */
static struct mf__slot *look_up(const struct mf__intern *intern, const char *bytes, size_t length,
                                uint64_t hash)
{
    size_t mask = intern->n_slots - 1;
    for (size_t at = (size_t)hash & mask;; at = (at + 1) & mask) {
        struct mf__slot *slot = &intern->slots[at];
        if (slot->number == 0)
            return slot;
        if (slot->hash != (uint32_t)(hash >> 32))
            continue;
        const char *text = mf__intern_text(intern, slot->number - 1);
        if (strncmp(text, bytes, length) == 0 && text[length] == '\0')
            return slot;
    }
}

static int grow_slots(struct mf__intern *intern, mf_error *error)
{
    size_t n_slots = intern->n_slots > 0 ? intern->n_slots * 2 : FEWEST_SLOTS;
    struct mf__intern grown = *intern;
    grown.n_slots = n_slots;
    grown.slots = mf__new(n_slots, sizeof *grown.slots);
    if (grown.slots == NULL)
        return mf__fail_memory(error, n_slots * sizeof *grown.slots, "the categories of a column");
    for (uint32_t i = 0; i < intern->n; i++) {
        const char *text = mf__intern_text(intern, i);
        size_t length = strlen(text);
        uint64_t hash = XXH3_64bits(text, length);
        size_t at = (size_t)hash & (n_slots - 1);
        while (grown.slots[at].number != 0)
            at = (at + 1) & (n_slots - 1);
        grown.slots[at] = (struct mf__slot){i + 1, (uint32_t)(hash >> 32)};
    }
    mf__free(intern->slots);
    *intern = grown;
    return 0;
}

static int grow_starts(struct mf__intern *intern, mf_error *error)
{
    size_t room = intern->starts_room > 0 ? intern->starts_room * 2 : FEWEST_SLOTS / 2;
    size_t *starts = mf__resize(intern->starts, room, sizeof *starts);
    if (starts == NULL)
        return mf__fail_memory(error, room * sizeof *starts, "the categories of a column");
    intern->starts = starts;
    intern->starts_room = room;
    return 0;
}

static int make_room(struct mf__intern *intern, mf_error *error)
{
    if (intern->n >= MF__NO_TEXT - 1)
        return mf__fail(error, MF_E_MEMORY, "a column has more than %u different texts",
                        MF__NO_TEXT - 1);
    if (intern->n >= intern->n_slots / 2) {
        int code = grow_slots(intern, error);
        if (code != 0)
            return code;
    }
    return intern->n < intern->starts_room ? 0 : grow_starts(intern, error);
}

int mf__intern_add(struct mf__intern *intern, const char *bytes, size_t length,
                   uint32_t *ret_number, mf_error *error)
{
    uint64_t hash = XXH3_64bits(bytes, length);
    struct mf__slot *slot = NULL;
    if (intern->n_slots > 0)
        slot = look_up(intern, bytes, length, hash);
    if (slot != NULL && slot->number != 0) {
        *ret_number = slot->number - 1;
        return 0;
    }
    int code = make_room(intern, error);
    if (code != 0)
        return code;
    size_t start = intern->texts.length;
    mf__buffer_add(&intern->texts, bytes, length);
    mf__buffer_fill(&intern->texts, '\0', 1);
    code = mf__buffer_check(&intern->texts, error);
    if (code != 0)
        return code;
    slot = look_up(intern, bytes, length, hash);
    *slot = (struct mf__slot){intern->n + 1, (uint32_t)(hash >> 32)};
    intern->starts[intern->n] = start;
    *ret_number = intern->n++;
    return 0;
}

uint32_t mf__intern_find(const struct mf__intern *intern, const char *bytes, size_t length)
{
    if (intern->n_slots == 0)
        return MF__NO_TEXT;
    return look_up(intern, bytes, length, XXH3_64bits(bytes, length))->number - 1;
}
