/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/board.h"

#include "base/memory.h"

#include <string.h>

/*
 * A slot's word: item (46 bits), state (2), owner (16). The window is wide enough that workers
 * seldom wait for a slow item in front of them, and small enough to stay in a cache.
 */
#define OWNER_BITS   16
#define STATE_BITS   2
#define ITEM_SHIFT   (OWNER_BITS + STATE_BITS)
#define WINDOW_SLOTS 1024
#define WINDOW_BYTES ((size_t)4 << 20)
#define RESULT_ALIGN 16

_Static_assert(MF_ITEMS_MAX == UINT64_C(1) << (64 - ITEM_SHIFT), "an item number fills its bits");
_Static_assert(MF_WORKERS_MAX <= 1 << OWNER_BITS, "a worker number fits its bits");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a slot's word must not hide a lock");

struct slot {
    _Atomic uint64_t word;
    _Alignas(RESULT_ALIGN) unsigned char result[];
};

static uint64_t word_of(uint64_t item, enum mf__slot_state state, unsigned owner)
{
    return item << ITEM_SHIFT | (uint64_t)state << OWNER_BITS | owner;
}

static uint64_t item_of(uint64_t word)
{
    return word >> ITEM_SHIFT;
}

static enum mf__slot_state state_of(uint64_t word)
{
    return (enum mf__slot_state)(word >> OWNER_BITS & ((1U << STATE_BITS) - 1));
}

static unsigned owner_of(uint64_t word)
{
    return (unsigned)(word & ((1U << OWNER_BITS) - 1));
}

static size_t round_up(size_t bytes)
{
    return (bytes + MF__CACHE_LINE - 1) / MF__CACHE_LINE * MF__CACHE_LINE;
}

static size_t post_bytes(void)
{
    return round_up(sizeof(struct mf__post));
}

static uint64_t window_of(uint64_t n_items, size_t slot_bytes, unsigned workers)
{
    uint64_t window = WINDOW_BYTES / slot_bytes;
    uint64_t least = 2 * (uint64_t)workers;
    window = window > WINDOW_SLOTS ? WINDOW_SLOTS : window;
    window = window < least ? least : window;
    window = window > n_items ? n_items : window;
    return window > 0 ? window : 1;
}

size_t mf__board_bytes(const mf_work *work, unsigned workers)
{
    if (work->result_bytes > SIZE_MAX / 2)
        return SIZE_MAX;
    size_t slot_bytes = round_up(sizeof(struct slot) + work->result_bytes);
    size_t slots = 0;
    if (__builtin_mul_overflow(window_of(work->n_items, slot_bytes, workers), slot_bytes, &slots))
        return SIZE_MAX;
    size_t head = round_up(sizeof(struct mf__board)) + workers * post_bytes();
    return slots > SIZE_MAX - head ? SIZE_MAX : head + slots;
}

struct mf__post *mf__board_post(struct mf__board *board, unsigned worker)
{
    unsigned char *posts = (unsigned char *)board + round_up(sizeof *board);
    return (struct mf__post *)(void *)(posts + worker * post_bytes());
}

static struct slot *slot_of(struct mf__board *board, uint64_t item)
{
    unsigned char *slots = (unsigned char *)mf__board_post(board, board->workers);
    return (struct slot *)(void *)(slots + item % board->window * board->slot_bytes);
}

void *mf__board_result(struct mf__board *board, uint64_t item)
{
    return slot_of(board, item)->result;
}

struct mf__board *mf__board_init(void *memory, const mf_work *work, unsigned workers)
{
    struct mf__board *board = memory;
    memset(board, 0, sizeof *board);
    board->n_items = work->n_items;
    board->slot_bytes = round_up(sizeof(struct slot) + work->result_bytes);
    board->window = window_of(work->n_items, board->slot_bytes, workers);
    board->workers = workers;
    for (unsigned worker = 0; worker < workers; worker++) {
        struct mf__post *post = mf__board_post(board, worker);
        post->ledger = (mf_worker_ledger){0};
        post->failed_item = UINT64_MAX;
    }
    for (uint64_t item = 0; item < board->window; item++)
        atomic_init(&slot_of(board, item)->word, word_of(item, MF__SLOT_FREE, 0));
    return board;
}

static bool take(struct mf__board *board, unsigned worker, uint64_t item)
{
    uint64_t free_word = word_of(item, MF__SLOT_FREE, 0);
    return atomic_compare_exchange_strong(&slot_of(board, item)->word, &free_word,
                                          word_of(item, MF__SLOT_TAKEN, worker));
}

/*
 * Looks behind the hint for an item that a dead worker lost. When there is none, what was counted
 * as lost was claimed in passing; the count is only taken back if nothing was released meanwhile.
 */
static bool take_lost(struct mf__board *board, unsigned worker, uint64_t *ret_item)
{
    uint32_t counted = atomic_load(&board->lost);
    uint64_t end = atomic_load(&board->next);
    for (uint64_t item = atomic_load(&board->combined); item < end; item++) {
        if (take(board, worker, item)) {
            atomic_fetch_sub(&board->lost, 1);
            *ret_item = item;
            return true;
        }
    }
    atomic_compare_exchange_strong(&board->lost, &counted, 0);
    return false;
}

enum mf__claim mf__board_claim(struct mf__board *board, unsigned worker, uint64_t *ret_item)
{
    if (atomic_load_explicit(&board->stopped, memory_order_relaxed))
        return MF__CLAIM_NONE;
    if (atomic_load_explicit(&board->lost, memory_order_relaxed) > 0 &&
        take_lost(board, worker, ret_item))
        return MF__CLAIMED;
    for (uint64_t item = atomic_load(&board->next); item < board->n_items; item++) {
        uint64_t word = atomic_load(&slot_of(board, item)->word);
        if (item_of(word) < item)
            return MF__CLAIM_LATER; /* the slot still shows an item of a window before */
        if (!take(board, worker, item))
            continue;
        /* A late store may take the hint back: the next claim steps over what is taken. */
        if (atomic_load_explicit(&board->next, memory_order_relaxed) <= item)
            atomic_store(&board->next, item + 1);
        *ret_item = item;
        return MF__CLAIMED;
    }
    return MF__CLAIM_NONE;
}

void mf__board_publish(struct mf__board *board, uint64_t item, enum mf__slot_state state)
{
    atomic_store(&slot_of(board, item)->word, word_of(item, state, 0));
}

bool mf__board_held(struct mf__board *board, unsigned worker, uint64_t *ret_item)
{
    for (uint64_t k = 0; k < board->window; k++) {
        uint64_t word = atomic_load(&slot_of(board, k)->word);
        if (state_of(word) == MF__SLOT_TAKEN && owner_of(word) == worker) {
            *ret_item = item_of(word);
            return true;
        }
    }
    return false;
}

void mf__board_release(struct mf__board *board, uint64_t item)
{
    mf__board_publish(board, item, MF__SLOT_FREE);
    atomic_fetch_add(&board->lost, 1);
    mf__event_notify(&board->room);
}

bool mf__board_ready(struct mf__board *board, uint64_t *ret_item, bool *ret_failed)
{
    uint64_t item = atomic_load(&board->combined);
    if (item >= board->n_items)
        return false;
    uint64_t word = atomic_load(&slot_of(board, item)->word);
    enum mf__slot_state state = state_of(word);
    if (item_of(word) != item || (state != MF__SLOT_DONE && state != MF__SLOT_FAILED))
        return false;
    *ret_item = item;
    *ret_failed = state == MF__SLOT_FAILED;
    return true;
}

void mf__board_advance(struct mf__board *board)
{
    uint64_t item = atomic_load(&board->combined);
    uint64_t shown = item + board->window;
    if (shown < board->n_items)
        mf__board_publish(board, shown, MF__SLOT_FREE);
    atomic_store(&board->combined, item + 1);
    if (shown < board->n_items)
        mf__event_notify(&board->room);
}

void mf__board_stop(struct mf__board *board)
{
    atomic_store(&board->stopped, true);
    mf__event_notify(&board->room);
}
