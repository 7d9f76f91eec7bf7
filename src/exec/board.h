/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: which items are free, taken and done. Threads and processes share this one protocol.
 *
 * The board is one block of memory without pointers, so it works in anonymous memory that forked
 * workers share. It shows a window of at most `window` consecutive items, one slot each, whatever
 * the number of items: this bounds the memory of results that wait to be combined. One atomic
 * word says all about a slot:
 *
 *     FREE item  --claim-->  TAKEN item by owner  --publish-->  DONE or FAILED item by owner
 *         ^                         |                                  |
 *         +------- release ---------+         combined: FREE item + window
 *
 * Invariants:
 *  - slot k only ever shows items i with i % window == k, in rising order;
 *  - only the owner writes a result, between claim and publish; only the collector reads it,
 * between publish and the slot's next item;
 *  - a word changes by one atomic step and names its owner, so a worker may be killed at any
 *    instant: what it held is found by its index, and nothing else is touched.
 * There is no lock.
 */
#ifndef EXEC_BOARD_H
#define EXEC_BOARD_H

#include <manyfold/pool.h>

#include "exec/event.h"
#include "exec/trace.h"

#include <stdatomic.h>
#include <stdbool.h>

/* What one worker writes for the collector to read; each in cache lines of its own. */
struct mf__post {
    _Atomic bool arrived; /* a forked worker got as far as claiming items */
    _Atomic bool leaving; /* ... and found nothing more to claim: it is about to end */
    uint64_t failed_item; /* the lowest item for which `run` returned an error, or UINT64_MAX */
    mf_error failure;     /* ... and its text; see mf__board_failure */
    struct mf__log log;
};

struct mf__board {
    uint64_t n_items;
    uint64_t window;
    size_t slot_bytes;
    unsigned workers;
    _Alignas(64) _Atomic uint64_t next;     /* no item below it is free; see board.c */
    _Alignas(64) _Atomic uint64_t combined; /* items below are combined; one writer at a time */
    _Alignas(64) _Atomic bool stopped;      /* nothing more is to be claimed */
    _Atomic bool rung;                      /* the collector, asleep, was woken */
    struct mf__event room;                  /* the window moved, an item was released, or stop */
};

enum mf__claim {
    MF__CLAIMED,
    MF__CLAIM_LATER, /* the window is full: wait for room */
    MF__CLAIM_NONE,  /* every item is taken or done, or the board is stopped */
};

enum mf__slot_state { MF__SLOT_FREE, MF__SLOT_TAKEN, MF__SLOT_DONE, MF__SLOT_FAILED };

/* The size of a board for this work, in bytes; SIZE_MAX when that does not fit a size_t. */
size_t mf__board_bytes(const mf_work *work, unsigned workers);

/* Makes a board in `memory`, which is aligned to a cache line, zeroed, and of mf__board_bytes
 * bytes. */
struct mf__board *mf__board_init(void *memory, const mf_work *work, unsigned workers);

/* The same in memory that holds anything: zeroes what has to be, and leaves room for results alone.
 */
struct mf__board *mf__board_init_used(void *memory, const mf_work *work, unsigned workers);

/* Whether a board that another process has made, for results of so many bytes, ends in these
 * `bytes`. */
bool mf__board_fits(const struct mf__board *board, size_t bytes, size_t result_bytes);

struct mf__post *mf__board_post(struct mf__board *board, unsigned worker);

/* How many items are behind all that were claimed: nobody has them yet. */
uint64_t mf__board_left(struct mf__board *board);

/* Room for the result of an item that is in the window. */
void *mf__board_result(struct mf__board *board, uint64_t item);

enum mf__claim mf__board_claim(struct mf__board *board, unsigned worker, uint64_t *ret_item);

/* Ends a claim well, or badly: with the status and the text of why, for mf__board_failure. */
void mf__board_done(struct mf__board *board, uint64_t item);
void mf__board_failed(struct mf__board *board, unsigned worker, uint64_t item,
                      const mf_error *error);

/*
 * Collector only: why the item that is next in order failed. The text is that of the lowest item
 * that its worker saw fail, which this one is when it is the first failed one that is collected; of
 * later ones only the status is known.
 */
void mf__board_failure(struct mf__board *board, uint64_t item, mf_error *ret_error);

/* Whether half of the window waits to be combined, or more, so that claims may soon find no room.
 */
bool mf__board_crowded(struct mf__board *board);

/* Whether `worker` has taken this item and not published it; any number is asked about. */
bool mf__board_holds(struct mf__board *board, unsigned worker, uint64_t item);

/* Finds the item that `worker`, which is dead, had taken. The slot stays taken. */
bool mf__board_held(struct mf__board *board, unsigned worker, uint64_t *ret_item);

/* Collector only: counts that an item killed the worker that held it; how often it did so far. */
unsigned mf__board_count_death(struct mf__board *board, uint64_t item);

/* Makes an item that a dead worker had taken free again. */
void mf__board_release(struct mf__board *board, uint64_t item);

/* Collector only: whether the next item in order is done or failed, and which. */
bool mf__board_ready(struct mf__board *board, uint64_t *ret_item, bool *ret_failed);

/* Collector only: the item that was ready is dealt with; its slot shows the next one. */
void mf__board_advance(struct mf__board *board);

/* Nothing more will be claimed; those who wait for room are woken. */
void mf__board_stop(struct mf__board *board);

#endif
