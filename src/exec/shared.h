/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that a process lends to others of its machine, which it has not forked. It has no name in
 * any folder, so nothing is left behind whoever dies: the others find it by the lender's number.
 */
#ifndef EXEC_SHARED_H
#define EXEC_SHARED_H

#include <stddef.h>
#include <stdint.h>

/* Where it is, for a message. All zeros: nowhere. */
struct mf__place {
    uint64_t token[2]; /* stands at the beginning of the memory too, so that none other is taken */
    uint64_t bytes;    /* of the mapping */
    int32_t pid;
    int32_t descriptor;
};

/* Memory in use; {0} is none. */
struct mf__shared {
    void *memory; /* aligned to a cache line */
    struct mf__place place;
};

/* Makes `bytes` zeroed bytes that can be found, and never become fewer. Where the system does not
 * allow it `memory` stays NULL. */
void mf__shared_lend(struct mf__shared *ret_shared, size_t bytes);

/* Finds what another process lends; `memory` stays NULL when it is not on this machine, or may not
 * be looked at. */
void mf__shared_find(struct mf__shared *ret_shared, const struct mf__place *place);

/* How many bytes there are in `memory`, which is not NULL. */
size_t mf__shared_bytes(const struct mf__shared *shared);

/* Lender and finder alike. */
void mf__shared_done(struct mf__shared *shared);

#endif
