/* SPDX-License-Identifier: Apache-2.0 */
/* The board as its users see it, and the board under real threads; test_board_model.c has the rest.
 */
#include "exec/board.h"

#include "base/memory.h"
#include "base/random.h"
#include "tests/unit/unit.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#define N_WORKERS 2

static struct mf__board *new_board(uint64_t n_items, size_t result_bytes, unsigned workers)
{
    const mf_work work = {.n_items = n_items, .result_bytes = result_bytes};
    size_t bytes = mf__board_bytes(&work, workers);
    void *memory = mf__aligned_room(bytes);
    assert_non_null(memory);
    memset(memory, 0xa5, bytes);
    return mf__board_init_used(memory, &work, workers);
}

static void claim(struct mf__board *board, unsigned worker, uint64_t expected)
{
    uint64_t item = UINT64_MAX;
    assert_int_equal(mf__board_claim(board, worker, &item), MF__CLAIMED);
    assert_true(item == expected);
}

static void assert_ready(struct mf__board *board, uint64_t expected, bool expected_failed)
{
    uint64_t item = UINT64_MAX;
    bool failed = !expected_failed;
    assert_true(mf__board_ready(board, &item, &failed));
    assert_true(item == expected);
    assert_int_equal(failed, expected_failed);
}

static void items_are_handed_out_in_order_and_then_no_more(void **state)
{
    (void)state;
    struct mf__board *board = new_board(3, 8, N_WORKERS);
    uint64_t item = 77;
    claim(board, 0, 0);
    claim(board, 1, 1);
    mf__board_done(board, 0);
    claim(board, 0, 2);
    assert_int_equal(mf__board_claim(board, 1, &item), MF__CLAIM_NONE);
    assert_true(item == 77);
    mf__free(board);
}

static void what_nobody_has_claimed_is_left(void **state)
{
    (void)state;
    struct mf__board *board = new_board(3, 8, N_WORKERS);
    assert_int_equal(mf__board_left(board), 3);
    claim(board, 0, 0);
    claim(board, 1, 1);
    assert_int_equal(mf__board_left(board), 1);
    claim(board, 0, 2);
    assert_int_equal(mf__board_left(board), 0);
    mf__free(board);
}

static void results_are_ready_in_order_whatever_the_order_of_publishing(void **state)
{
    (void)state;
    struct mf__board *board = new_board(3, 8, N_WORKERS);
    const mf_error why = {MF_E_INPUT, "one is not allowed"};
    mf_error told;
    uint64_t item = 0;
    bool failed = false;
    for (uint64_t i = 0; i < 3; i++)
        claim(board, 0, i);
    mf__board_done(board, 2);
    mf__board_failed(board, 0, 1, &why);
    assert_false(mf__board_ready(board, &item, &failed));
    mf__board_done(board, 0);
    assert_ready(board, 0, false);
    mf__board_advance(board);
    assert_ready(board, 1, true);
    mf__board_failure(board, 1, &told);
    assert_int_equal(told.code, MF_E_INPUT);
    assert_string_equal(told.text, "one is not allowed");
    mf__board_advance(board);
    assert_ready(board, 2, false);
    mf__board_advance(board);
    assert_false(mf__board_ready(board, &item, &failed));
    mf__free(board);
}

static void a_full_window_hands_out_nothing_until_its_first_item_is_combined(void **state)
{
    (void)state;
    struct mf__board *board = new_board(1000000, 8, N_WORKERS);
    uint64_t item = 0;
    for (uint64_t i = 0; i < board->window; i++)
        claim(board, 0, i);
    assert_true(board->window < 10000);
    assert_int_equal(mf__board_claim(board, 1, &item), MF__CLAIM_LATER);
    mf__board_done(board, 1);
    assert_int_equal(mf__board_claim(board, 1, &item), MF__CLAIM_LATER);
    mf__board_done(board, 0);
    uint32_t seen = mf__event_seen(&board->room);
    mf__board_advance(board);
    assert_true(mf__event_seen(&board->room) != seen);
    claim(board, 1, board->window);
    assert_int_equal(mf__board_claim(board, 1, &item), MF__CLAIM_LATER);
    mf__free(board);
}

static void what_a_dead_worker_held_is_found_and_handed_out_again(void **state)
{
    (void)state;
    struct mf__board *board = new_board(10, 8, N_WORKERS);
    uint64_t item = 0;
    for (uint64_t i = 0; i < 4; i++)
        claim(board, (unsigned)(i % 2), i);
    mf__board_done(board, 0);
    mf__board_done(board, 1);
    mf__board_done(board, 2);
    assert_false(mf__board_held(board, 0, &item));
    assert_true(mf__board_held(board, 1, &item));
    assert_int_equal(item, 3);
    assert_int_equal(mf__board_count_death(board, 3), 1);
    assert_int_equal(mf__board_count_death(board, 3), 2);
    claim(board, 0, 4);
    mf__board_release(board, 3);
    assert_false(mf__board_held(board, 1, &item));
    claim(board, 0, 3);
    claim(board, 0, 5);
    mf__free(board);
}

static void a_worker_holds_what_it_has_claimed_and_not_published(void **state)
{
    (void)state;
    struct mf__board *board = new_board(1000000, 8, N_WORKERS);
    assert_false(mf__board_holds(board, 0, 0));
    claim(board, 0, 0);
    claim(board, 1, 1);
    assert_true(mf__board_holds(board, 0, 0) && mf__board_holds(board, 1, 1));
    assert_false(mf__board_holds(board, 1, 0) || mf__board_holds(board, 0, 2));
    assert_false(mf__board_holds(board, 0, board->window)); /* in the same slot */
    assert_false(mf__board_holds(board, 0, board->n_items));
    assert_false(mf__board_holds(board, 0, UINT64_MAX));
    mf__board_done(board, 0);
    assert_false(mf__board_holds(board, 0, 0));
    mf__free(board);
}

static void a_board_fits_where_all_of_its_slots_do(void **state)
{
    (void)state;
    const mf_work work = {.n_items = 100, .result_bytes = 1000};
    const size_t bytes = mf__board_bytes(&work, N_WORKERS);
    struct mf__board *board = new_board(work.n_items, work.result_bytes, N_WORKERS);
    assert_true(mf__board_fits(board, bytes, work.result_bytes));
    assert_false(mf__board_fits(board, bytes - 1, work.result_bytes));
    assert_false(mf__board_fits(board, 1, work.result_bytes));
    assert_false(mf__board_fits(board, bytes, 2 * work.result_bytes));
    assert_false(mf__board_fits(board, bytes, SIZE_MAX));
    board->window = SIZE_MAX / 2;
    assert_false(mf__board_fits(board, bytes, work.result_bytes));
    board->window = 0;
    assert_false(mf__board_fits(board, bytes, work.result_bytes));
    board->window = 1;
    board->workers = UINT_MAX;
    assert_false(mf__board_fits(board, bytes, work.result_bytes));
    mf__free(board);
}

static void half_a_window_makes_it_crowded_unless_the_window_shows_all(void **state)
{
    (void)state;
    struct mf__board *wide = new_board(100, 8, N_WORKERS);
    struct mf__board *narrow = new_board(1000000, 8, N_WORKERS);
    for (uint64_t i = 0; i < 100; i++)
        claim(wide, 0, i);
    assert_false(mf__board_crowded(wide));
    for (uint64_t i = 0; i < narrow->window / 2; i++) {
        assert_false(mf__board_crowded(narrow));
        claim(narrow, 0, i);
    }
    assert_true(mf__board_crowded(narrow));
    mf__board_done(narrow, 0);
    mf__board_advance(narrow);
    assert_false(mf__board_crowded(narrow));
    mf__free(wide);
    mf__free(narrow);
}

static void a_stopped_board_hands_out_nothing_and_wakes_those_who_wait(void **state)
{
    (void)state;
    struct mf__board *board = new_board(10, 8, N_WORKERS);
    uint64_t item = 0;
    uint32_t seen = mf__event_seen(&board->room);
    mf__board_stop(board);
    assert_true(mf__event_seen(&board->room) != seen);
    assert_int_equal(mf__board_claim(board, 0, &item), MF__CLAIM_NONE);
    mf__free(board);
}

static void room_for_results_is_aligned_apart_and_inside_of_the_board(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 8, 16, 63, 64, 1000, 1000003};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const mf_work work = {.n_items = 5, .result_bytes = sizes[i]};
        struct mf__board *board = new_board(5, sizes[i], 3);
        const unsigned char *end = (unsigned char *)board + mf__board_bytes(&work, 3);
        const unsigned char *free_from = (unsigned char *)mf__board_post(board, 3);
        for (uint64_t item = 0; item < 5; item++) {
            unsigned char *result = mf__board_result(board, item);
            assert_int_equal((uintptr_t)result % 16, 0);
            assert_true(result >= free_from && result + sizes[i] <= end);
            memset(result, 0xff, sizes[i]); /* ... which harms no word */
            free_from = result + sizes[i];
        }
        for (uint64_t item = 0; item < 5; item++)
            claim(board, 0, item);
        mf__free(board);
    }
}

static void sizes_that_fit_no_memory_are_told(void **state)
{
    (void)state;
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX / 2, SIZE_MAX / 4};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const mf_work work = {.n_items = 100, .result_bytes = sizes[i]};
        assert_true(mf__board_bytes(&work, MF_WORKERS_MAX) == SIZE_MAX);
    }
}

static void the_largest_item_number_fits(void **state)
{
    (void)state;
    struct mf__board *board = new_board(MF_ITEMS_MAX, 8, MF_WORKERS_MAX);
    uint64_t last = MF_ITEMS_MAX - 1;
    uint64_t item = 0;
    /* As if all before were combined: the slots show the last items. */
    atomic_store(&board->combined, MF_ITEMS_MAX - 2 * board->window);
    for (uint64_t k = 0; k < board->window; k++)
        mf__board_advance(board);
    atomic_store(&board->next, (last - 1) << 16); /* where the looking begins */
    claim(board, MF_WORKERS_MAX - 1, last - 1);
    claim(board, 0, last);
    assert_int_equal(mf__board_claim(board, 0, &item), MF__CLAIM_NONE);
    mf__board_release(board, last);
    claim(board, 1, last);
    assert_true(mf__board_held(board, MF_WORKERS_MAX - 1, &item));
    assert_true(item == last - 1);
    mf__free(board);
}

/* ---- real threads ---- */

#define HAMMERS      8
#define HAMMER_ITEMS UINT64_C(1000000)

/* A worker that gives up its item and waits to be mourned, as a process that was killed. */
struct hammer {
    struct mf__board *board;
    unsigned worker;
    _Atomic bool dead;
    _Atomic bool left;
};

static uint64_t value_of(uint64_t item)
{
    return (item + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static void die(struct hammer *self)
{
    atomic_store(&self->dead, true);
    while (atomic_load(&self->dead))
        sched_yield();
}

static void *swing(void *argument)
{
    struct hammer *self = argument;
    struct mf__random random = {self->worker};
    for (;;) {
        uint32_t seen = mf__event_seen(&self->board->room);
        uint64_t item = 0;
        enum mf__claim claimed = mf__board_claim(self->board, self->worker, &item);
        uint64_t chance = mf__random_below(&random, 5000);
        if (claimed == MF__CLAIM_NONE)
            break;
        if (chance < 50)
            sched_yield();
        if (claimed == MF__CLAIM_LATER) {
            mf__event_wait(&self->board->room, seen, 0, MF__NO_TIMEOUT);
        } else if (chance == 50) {
            die(self);
        } else {
            *(uint64_t *)mf__board_result(self->board, item) = value_of(item);
            mf__board_done(self->board, item);
        }
    }
    atomic_store(&self->left, true);
    return NULL;
}

/* Frees what dead workers held; returns how many have left. */
static unsigned look_after(struct hammer *hammers, uint64_t *deaths)
{
    unsigned left = 0;
    for (unsigned i = 0; i < HAMMERS; i++) {
        uint64_t item = 0;
        left += atomic_load(&hammers[i].left);
        if (!atomic_load(&hammers[i].dead))
            continue;
        assert_true(mf__board_held(hammers[i].board, i, &item));
        mf__board_release(hammers[i].board, item);
        *deaths += 1;
        atomic_store(&hammers[i].dead, false);
    }
    return left;
}

static void a_million_items_under_eight_threads_are_each_done_once_in_order(void **state)
{
    (void)state;
    struct mf__board *board = new_board(HAMMER_ITEMS, sizeof(uint64_t), HAMMERS);
    static struct hammer hammers[HAMMERS];
    pthread_t threads[HAMMERS];
    for (unsigned i = 0; i < HAMMERS; i++) {
        hammers[i].board = board;
        hammers[i].worker = i;
        assert_int_equal(pthread_create(&threads[i], NULL, swing, &hammers[i]), 0);
    }
    uint64_t expected = 0;
    uint64_t wrong = 0;
    uint64_t deaths = 0;
    while (expected < HAMMER_ITEMS) {
        uint64_t item = 0;
        bool failed = false;
        /* Who died last of all left nobody behind that could run its item. */
        assert_true(look_after(hammers, &deaths) < HAMMERS ||
                    mf__board_ready(board, &item, &failed));
        while (mf__board_ready(board, &item, &failed)) {
            wrong += item != expected || failed ||
                     *(uint64_t *)mf__board_result(board, item) != value_of(item);
            expected++;
            mf__board_advance(board);
        }
        sched_yield();
    }
    for (unsigned i = 0; i < HAMMERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(wrong, 0);
    assert_true(deaths > 0);
    mf__free(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_handed_out_in_order_and_then_no_more),
        cmocka_unit_test(what_nobody_has_claimed_is_left),
        cmocka_unit_test(results_are_ready_in_order_whatever_the_order_of_publishing),
        cmocka_unit_test(a_full_window_hands_out_nothing_until_its_first_item_is_combined),
        cmocka_unit_test(what_a_dead_worker_held_is_found_and_handed_out_again),
        cmocka_unit_test(a_worker_holds_what_it_has_claimed_and_not_published),
        cmocka_unit_test(a_board_fits_where_all_of_its_slots_do),
        cmocka_unit_test(half_a_window_makes_it_crowded_unless_the_window_shows_all),
        cmocka_unit_test(a_stopped_board_hands_out_nothing_and_wakes_those_who_wait),
        cmocka_unit_test(room_for_results_is_aligned_apart_and_inside_of_the_board),
        cmocka_unit_test(sizes_that_fit_no_memory_are_told),
        cmocka_unit_test(the_largest_item_number_fits),
        cmocka_unit_test(a_million_items_under_eight_threads_are_each_done_once_in_order),
    };
    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
