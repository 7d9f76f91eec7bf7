/* SPDX-License-Identifier: Apache-2.0 */
/* Different texts, numbered in the order in which they came. */
#ifndef TABLE_INTERN_H
#define TABLE_INTERN_H

#include "base/buffer.h"

#include <stdint.h>

#define MF__NO_TEXT UINT32_MAX

struct mf__slot {
    uint32_t number; /* from 1; 0 when free */
    uint32_t hash;
};

/* Start with {0}. Texts are terminated and hold no NUL. They move when one is added. */
struct mf__intern {
    struct mf__buffer texts;
    size_t *starts; /* of each text in `texts` */
    size_t starts_room;
    uint32_t n;
    struct mf__slot *slots; /* a power of two, at least twice n */
    size_t n_slots;
};

void mf__intern_done(struct mf__intern *intern);

/* The number of a text, which is added when it is new. MF_E_MEMORY, also for the 2^32nd. */
int mf__intern_add(struct mf__intern *intern, const char *bytes, size_t length,
                   uint32_t *ret_number, mf_error *error);

/* MF__NO_TEXT when it is not there. */
uint32_t mf__intern_find(const struct mf__intern *intern, const char *bytes, size_t length);

/* number < intern->n; valid until a text is added. */
static inline const char *mf__intern_text(const struct mf__intern *intern, uint32_t number)
{
    return intern->texts.bytes + intern->starts[number];
}

#endif
