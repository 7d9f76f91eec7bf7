/* SPDX-License-Identifier: Apache-2.0 */
#include "exec/board.h"

#include "base/memory.h"
#include "base/status.h"

#include <string.h>

/*
 * A slot's word: lap (46 bits), state (2), owner (16). Slot k shows item lap * window + k, so a
 * word of 0 is a free slot of the first lap, and zeroed memory is a fresh board: a wide window
 * costs nothing until it is used. It is wide, so that workers seldom wait for a slow item in front
 * of them, or for a parent that the system lets wait.
 *
 * `next` holds the item from which to look for a free one, and how many items were released, modulo
 * 2^16. Who claims looked at all items from there to its own, and moves `next` behind it only when
 * no item was released since it began to look: the released one may be among those it passed.
 */
#define OWNER_BITS   16
#define STATE_BITS   2
#define LAP_SHIFT    (OWNER_BITS + STATE_BITS)
#define RELEASE_BITS 16
#define WINDOW_SLOTS 8192
#define WINDOW_BYTES ((size_t)4 << 20)
#define RESULT_ALIGN 16

_Static_assert(MF_ITEMS_MAX <= UINT64_C(1) << (64 - LAP_SHIFT), "a lap fits its bits");
_Static_assert(MF_WORKERS_MAX <= 1 << OWNER_BITS, "a worker number fits its bits");
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a slot's word must not hide a lock");

struct slot {
    _Atomic uint64_t word;
    int code;        /* why the item failed */
    unsigned deaths; /* of workers that held the item */
    _Alignas(RESULT_ALIGN) unsigned char result[];
};

static uint64_t word_of(uint64_t lap, enum mf__slot_state state, unsigned owner)
{
    return lap << LAP_SHIFT | (uint64_t)state << OWNER_BITS | owner;
}

static uint64_t lap_of(uint64_t word)
{
    return word >> LAP_SHIFT;
}

static enum mf__slot_state state_of(uint64_t word)
{
    return (enum mf__slot_state)(word >> OWNER_BITS & ((1U << STATE_BITS) - 1));
}

static unsigned owner_of(uint64_t word)
{
    return (unsigned)(word & ((1U << OWNER_BITS) - 1));
}

/* An item with the count of releases that is in `releases`. */
static uint64_t next_of(uint64_t item, uint64_t releases)
{
    return item << RELEASE_BITS | (releases & ((1U << RELEASE_BITS) - 1));
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

uint64_t mf__board_left(struct mf__board *board)
{
    uint64_t next = atomic_load(&board->next) >> RELEASE_BITS;
    return next < board->n_items ? board->n_items - next : 0;
}

void *mf__board_result(struct mf__board *board, uint64_t item)
{
    return slot_of(board, item)->result;
}

struct mf__board *mf__board_init_used(void *memory, const mf_work *work, unsigned workers)
{
    struct mf__board *board = memory;
    memset(memory, 0, round_up(sizeof *board));
    mf__board_init(memory, work, workers);
    for (unsigned worker = 0; worker < workers; worker++) {
        struct mf__post *post = mf__board_post(board, worker);
        memset(post, 0, offsetof(struct mf__post, log.trace.lists));
        post->failed_item = UINT64_MAX;
    }
    for (uint64_t item = 0; item < board->window; item++)
        memset(slot_of(board, item), 0, sizeof(struct slot));
    return board;
}

struct mf__board *mf__board_init(void *memory, const mf_work *work, unsigned workers)
{
    struct mf__board *board = memory;
    board->n_items = work->n_items;
    board->slot_bytes = round_up(sizeof(struct slot) + work->result_bytes);
    board->window = window_of(work->n_items, board->slot_bytes, workers);
    board->workers = workers;
    for (unsigned worker = 0; worker < workers; worker++)
        mf__board_post(board, worker)->failed_item = UINT64_MAX;
    return board;
}

bool mf__board_fits(const struct mf__board *board, size_t bytes, size_t result_bytes)
{
    size_t slots = 0;
    if (bytes < sizeof *board || board->workers > MF_WORKERS_MAX || board->window == 0 ||
        result_bytes > SIZE_MAX / 2 || board->slot_bytes < sizeof(struct slot) + result_bytes ||
        __builtin_mul_overflow(board->window, board->slot_bytes, &slots))
        return false;
    size_t head = round_up(sizeof *board) + board->workers * post_bytes();
    return head <= bytes && slots <= bytes - head;
}

static bool take(struct mf__board *board, unsigned worker, uint64_t item)
{
    uint64_t lap = item / board->window;
    uint64_t free_word = word_of(lap, MF__SLOT_FREE, 0);
    return atomic_compare_exchange_strong(&slot_of(board, item)->word, &free_word,
                                          word_of(lap, MF__SLOT_TAKEN, worker));
}

enum mf__claim mf__board_claim(struct mf__board *board, unsigned worker, uint64_t *ret_item)
{
    if (atomic_load_explicit(&board->stopped, memory_order_relaxed))
        return MF__CLAIM_NONE;
    uint64_t next = atomic_load(&board->next);
    for (uint64_t item = next >> RELEASE_BITS; item < board->n_items; item++) {
        uint64_t word = atomic_load(&slot_of(board, item)->word);
        if (lap_of(word) < item / board->window)
            return MF__CLAIM_LATER; /* the slot still shows an item of a window before */
        if (!take(board, worker, item))
            continue;
        /* Fails when others were faster or an item was released: then `next` is right as it is. */
        atomic_compare_exchange_strong(&board->next, &next, next_of(item + 1, next));
        *ret_item = item;
        return MF__CLAIMED;
    }
    return MF__CLAIM_NONE;
}

static void publish(struct mf__board *board, uint64_t item, enum mf__slot_state state,
                    unsigned worker)
{
    atomic_store(&slot_of(board, item)->word, word_of(item / board->window, state, worker));
}

void mf__board_done(struct mf__board *board, uint64_t item)
{
    publish(board, item, MF__SLOT_DONE, 0);
}

/*
 * A worker may be killed between any two of these stores; then the item is not published, and run
 * again by a worker with the same post, which writes all of it anew.
 */
void mf__board_failed(struct mf__board *board, unsigned worker, uint64_t item,
                      const mf_error *error)
{
    struct mf__post *post = mf__board_post(board, worker);
    if (item <= post->failed_item) {
        post->failure = *error;
        post->failed_item = item;
    }
    slot_of(board, item)->code = error->code;
    publish(board, item, MF__SLOT_FAILED, worker);
}

void mf__board_failure(struct mf__board *board, uint64_t item, mf_error *ret_error)
{
    const struct slot *slot = slot_of(board, item);
    const struct mf__post *post = mf__board_post(board, owner_of(atomic_load(&slot->word)));
    mf__fail(ret_error, slot->code, "%s",
             post->failed_item == item ? post->failure.text : mf_status_text(slot->code));
}

bool mf__board_crowded(struct mf__board *board)
{
    uint64_t next = atomic_load(&board->next) >> RELEASE_BITS;
    return board->window < board->n_items &&
           next >= atomic_load(&board->combined) + board->window / 2;
}

bool mf__board_holds(struct mf__board *board, unsigned worker, uint64_t item)
{
    return item < board->n_items && atomic_load(&slot_of(board, item)->word) ==
                                        word_of(item / board->window, MF__SLOT_TAKEN, worker);
}

bool mf__board_held(struct mf__board *board, unsigned worker, uint64_t *ret_item)
{
    for (uint64_t k = 0; k < board->window; k++) {
        uint64_t word = atomic_load(&slot_of(board, k)->word);
        if (state_of(word) == MF__SLOT_TAKEN && owner_of(word) == worker) {
            *ret_item = lap_of(word) * board->window + k;
            return true;
        }
    }
    return false;
}

unsigned mf__board_count_death(struct mf__board *board, uint64_t item)
{
    return ++slot_of(board, item)->deaths;
}

void mf__board_release(struct mf__board *board, uint64_t item)
{
    publish(board, item, MF__SLOT_FREE, 0);
    uint64_t next = atomic_load(&board->next);
    uint64_t lowest = item;
    do {
        lowest = next >> RELEASE_BITS < item ? next >> RELEASE_BITS : item;
    } while (!atomic_compare_exchange_weak(&board->next, &next, next_of(lowest, next + 1)));
    mf__event_notify(&board->room);
}

bool mf__board_ready(struct mf__board *board, uint64_t *ret_item, bool *ret_failed)
{
    uint64_t item = atomic_load(&board->combined);
    if (item >= board->n_items)
        return false;
    uint64_t word = atomic_load(&slot_of(board, item)->word);
    enum mf__slot_state state = state_of(word);
    if (lap_of(word) != item / board->window ||
        (state != MF__SLOT_DONE && state != MF__SLOT_FAILED))
        return false;
    *ret_item = item;
    *ret_failed = state == MF__SLOT_FAILED;
    return true;
}

void mf__board_advance(struct mf__board *board)
{
    uint64_t item = atomic_load(&board->combined);
    uint64_t shown = item + board->window;
    if (shown < board->n_items) {
        slot_of(board, shown)->deaths = 0;
        publish(board, shown, MF__SLOT_FREE, 0);
    }
    atomic_store(&board->combined, item + 1);
    if (shown < board->n_items)
        mf__event_notify(&board->room);
}

void mf__board_stop(struct mf__board *board)
{
    atomic_store(&board->stopped, true);
    mf__event_notify(&board->room);
}
