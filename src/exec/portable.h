/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work that can travel: to ranks on other machines, which inherit nothing.
 *
 * What `run` reads of `user` is packed into bytes once, sent to all ranks, and made again there. So
 * the items of a job are the same functions on the same values everywhere; combining stays where
 * the run was started. Bytes are for programs of the same version only.
 */
#ifndef EXEC_PORTABLE_H
#define EXEC_PORTABLE_H

#include <manyfold/work.h>

#include "exec/baggage.h"

struct mf_portable {
    const char *name; /* tells kinds of work apart: at most 31 bytes */
    /* Packs it; large arrays have to stay until the run has begun everywhere. MF_E_MEMORY. */
    int (*pack)(const void *user, struct mf__parcel *parcel, mf_error *error);
    /* Makes what `run` needs; *ret_user is given to it, and to `drop` in the end. MF_E_MEMORY;
     * MF_E_FORMAT. */
    int (*unpack)(struct mf__baggage *baggage, void **ret_user, mf_error *error);
    void (*drop)(void *user);
    int (*run)(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
               mf_error *error);
    /* How many bytes of a result, from its beginning, `run` has filled: those behind them do not
     * travel. NULL: all. */
    size_t (*used)(const void *user, uint64_t item, const void *result);
};

#endif
