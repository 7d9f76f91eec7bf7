/* SPDX-License-Identifier: Apache-2.0 */
/* Results that wait to be written, in the order in which they came; the first of each key is found
 * at once. */
#ifndef JOURNAL_WAITING_H
#define JOURNAL_WAITING_H

#include "journal/journal.h"

struct mf__wait {
    int64_t study;
    unsigned char key[MF__KEY_BYTES];
    size_t label;   /* where it begins in `texts`, terminated */
    size_t payload; /* the same */
    size_t length;  /* of the payload */
};

/* Start with {0}. */
struct mf__waiting {
    size_t n;
    struct mf__wait *list;
    size_t room;
    struct mf__buffer texts;
    uint32_t *slots; /* 1 + an index into `list`; 0: free. At most half of them are in use. */
    size_t n_slots;  /* a power of two */
};

void mf__waiting_done(struct mf__waiting *waiting);
void mf__waiting_clear(struct mf__waiting *waiting);

/* The texts are copied. MF_E_MEMORY, after which all is as it was. */
int mf__waiting_add(struct mf__waiting *waiting, const struct mf__wait *wait, const char *label,
                    const char *payload, mf_error *error);

/* The first with this key, or NULL. */
const struct mf__wait *mf__waiting_find(const struct mf__waiting *waiting,
                                        const unsigned char key[MF__KEY_BYTES]);

#endif
