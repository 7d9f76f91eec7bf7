/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work interface: what a job tells the engine, and all that it needs to know of it.
 *
 * Work is a number of independent items. Each leaves a fixed number of bytes behind, and the
 * engine hands these bytes back in the order of the items, whoever computed them. So an answer
 * depends on the items alone: never on the way, on the number of workers, or on time.
 */
#ifndef MANYFOLD_WORK_H
#define MANYFOLD_WORK_H

#include <manyfold/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest number of items in one piece of work. */
#define MF_ITEMS_MAX ((uint64_t)1 << 46)

/* A request to stop, shared by whoever asks and whoever runs. Start it as {0}. */
typedef struct mf_cancel {
    int requested; /* private: use the two functions */
} mf_cancel;

/* Asks to stop. Safe from any thread, from a signal handler, and from inside an item, also in a
 * forked worker. Not NULL. */
MF_API void mf_cancel_request(mf_cancel *cancel);

/* 1 when stopping was asked for, else 0; also 0 for NULL. Thread safe. */
MF_API int mf_cancel_requested(const mf_cancel *cancel);

/* Who runs an item: handed to `run`. */
typedef struct mf_worker {
    unsigned index;          /* 0 .. workers - 1 */
    const mf_cancel *cancel; /* may be NULL; long items should look at it now and then. A forked
                                worker never sees the host's request: it is killed */
} mf_worker;

struct mf_portable; /* private as yet: only jobs of this library travel */

/*
 * One data-parallel piece of work.
 *
 * `run` computes item `item` into the `result_bytes` bytes at `ret_result`, which are aligned for
 * any type and hold nothing defined before. It may be called from several threads or processes at
 * once, and more than once for one item when a worker died; so it must depend on `user` and `item`
 * only and change nothing else. It returns 0, or a negative mf_status with the reason in `error`,
 * one line; after MF_E_CANCELLED the run ends as cancelled.
 *
 * `combine` takes the results of the items that did not fail, in rising order, never two at once,
 * each one once. It runs in the caller's process, on any of the pool's threads. It must not start a
 * run. It returns 0 or a negative mf_status, which ends the run.
 */
typedef struct mf_work {
    uint64_t n_items;    /* at most MF_ITEMS_MAX; 0 is allowed */
    size_t result_bytes; /* of one item; 0 is allowed */
    int (*run)(void *user, uint64_t item, void *ret_result, const mf_worker *worker,
               mf_error *error);
    int (*combine)(void *user, uint64_t item, const void *result, mf_error *error); /* or NULL */
    void *user;
    const struct mf_portable *portable; /* how `user` travels to other processes that did not
                                           inherit it; NULL, for work that stays on one machine */
} mf_work;

#ifdef __cplusplus
}
#endif
#endif
